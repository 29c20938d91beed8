"""How a debtor has kept his word, over all his receivables."""

from dunning_sdk.decisions.promise import Promises, promises_made, promises_of
from dunning_sdk.decisions.stop import asked_amount, pausing
from dunning_sdk.domain.receivable import StopReason
from dunning_sdk.domain.stop import DatedAmount
from tests.build import a_receivable, a_stop, on
from tests.decisions.walk import decided


def a_promise(day=0, until=5, settled=0, reason=StopReason.PROMISED, **over):
    came = (DatedAmount(on=on(day), minor=settled),) if settled else ()
    return a_stop(reason, day, until_on=on(until), promised_minor=400_00, settlements=came, **over)


def test_promises_are_counted_by_what_became_of_them():
    first = a_receivable(stops=(a_promise(settled=400_00), a_promise(settled=1), a_promise()))
    running = a_promise(until=20)
    plans = [a_promise(reason=StopReason.PAYMENT_PLAN, until=until) for until in (5, 30)]
    later = a_promise(9, until=12)
    second = a_receivable(stops=(running, *plans, a_stop(StopReason.BLOCKED), later))

    assert promises_of([first, second], on(6)) == Promises(
        made=4, kept=1, part_kept=1, broken=1, plans_broken=1, next_on=on(21)
    )
    assert promises_of([], on(6)) == Promises()


def test_only_what_he_promised_himself_in_this_cycle_counts_against_him():
    agreed = a_promise(agreed=True)
    before = a_promise(-40)
    receivable = a_receivable(
        stops=(a_promise(), agreed, before, a_stop(StopReason.BLOCKED)), cycle_started_on=on(-9)
    )

    assert promises_made(receivable) == 1


def test_a_part_that_came_is_not_set_aside_any_more():
    kept = a_promise(settled=400_00, amount_minor=400_00, until=30)
    receivable = a_receivable(stops=(kept,), paid_minor=400_00)

    assert pausing(receivable, on(4)) == ()
    assert str(asked_amount(receivable, on(4))) == "800.00 EUR"


def test_what_is_only_on_record_neither_stops_nor_delays_a_step():
    ended = a_stop(StopReason.DOUBTFUL, -9, until_on=on(3))

    assert decided(a_receivable(stops=(ended,)), 4).reasons == ("step-due",)
    open_end = a_stop(StopReason.DOUBTFUL, -9)
    assert decided(a_receivable(stops=(open_end,)), 4).reasons == ("step-due",)
