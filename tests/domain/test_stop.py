"""When a stop holds, and what becomes of what a debtor promised."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain import event as events
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.stop import DatedAmount, StopReason
from dunning_sdk.errors import DomainError
from tests.build import a_stop, an_event, an_opening, on


def paid(amount, day, **more):
    return an_event(events.PAYMENT_ALLOCATED, day, seq=9, amount_minor=amount, **more)


def placed(reason, day=0, **header):
    return an_event(events.STOP_PLACED, day, stop="s1", reason=reason, **header)


def stop_after(*happened):
    return fold([an_opening(), *happened]).stops[0]


def plan(*parts, grace=0):
    pairs = [[on(day).isoformat(), minor] for day, minor in parts]
    return placed("payment-plan", installments=pairs, grace_days=grace)


def test_a_promise_is_about_all_that_is_open_unless_it_names_an_amount():
    before = paid(200_00, -1)

    assert stop_after(before, placed("promised")).promised_minor == 1000_00
    assert stop_after(before, placed("promised", amount_minor=300_00)).promised_minor == 300_00
    assert stop_after(before, placed("blocked")).promised_minor == 0


@pytest.mark.parametrize(
    ("paid_minor", "day", "outcome"),
    [(1200_00, 5, "kept"), (500_00, 5, "part-kept"), (1200_00, 6, "broken"), (0, 5, "broken")],
)
def test_what_comes_by_the_last_day_says_what_became_of_a_promise(paid_minor, day, outcome):
    promise = placed("promised", until_on=on(5).isoformat())
    came = [paid(paid_minor, day)] if paid_minor else []
    stop = stop_after(promise, *came)

    assert stop.outcome_on(on(6)) == outcome
    assert stop.is_broken_on(on(6)) is (outcome != "kept")
    assert stop.outcome_on(on(-1)) == ("kept" if outcome == "kept" else "")


def test_a_person_has_the_last_word_on_a_promise():
    lifted = an_event(events.STOP_LIFTED, 2, seq=9, stop="s1", outcome="kept")
    stop = stop_after(placed("promised", until_on=on(5).isoformat()), lifted)

    assert (stop.outcome_on(on(9)), stop.free_on) == ("kept", on(2))


def test_any_other_stop_that_is_over_is_settled():
    stop = a_stop(StopReason.BLOCKED, 1, until_on=on(3))

    outcomes = [stop.outcome_on(on(day)) for day in (0, 1, 3, 4)]
    assert outcomes == ["", "", "", "settled"]


def test_a_plan_is_broken_by_the_first_installment_that_is_missed():
    stop = stop_after(plan((10, 400_00), (20, 400_00), grace=2), paid(500_00, 12))

    assert (stop.broken_on, stop.free_on) == (on(23), on(23))
    assert [stop.holds_on(on(day)) for day in (0, 22, 23)] == [True, True, False]
    assert replace(stop, settlements=()).broken_on == on(13)
    more = (DatedAmount(on=on(20), minor=800_00),)
    assert replace(stop, settlements=(*stop.settlements, *more)).broken_on is None


def test_money_counts_once_and_for_the_oldest_promise_first():
    first = placed("promised", amount_minor=300_00, until_on=on(9).isoformat())
    second = an_event(
        events.STOP_PLACED, 1, seq=3, stop="s2", reason="payment-plan", amount_minor=600_00
    )
    state = fold([an_opening(), first, second, paid(500_00, 2)])

    assert [stop.settled_minor for stop in state.stops] == [300_00, 200_00]
    assert [stop.room_minor for stop in state.stops] == [0, 400_00]


def test_a_credit_note_counts_where_it_was_announced_before_it_keeps_a_promise():
    promise = placed("promised", until_on=on(9).isoformat())
    due = an_event(
        events.STOP_PLACED, 1, seq=3, stop="s2", reason="credit-due", amount_minor=100_00
    )
    credited = an_event(events.CREDITED, 2, seq=4, amount_minor=150_00)
    state = fold([an_opening(), promise, due, paid(50_00, 1), credited])

    assert [stop.settled_minor for stop in state.stops] == [100_00, 100_00]


def test_what_is_taken_back_no_longer_keeps_a_promise():
    promise = placed("promised", until_on=on(5).isoformat())
    back = an_event(events.PAYMENT_RETURNED, 9, seq=10, amount_minor=1200_00)
    state = fold([an_opening(), promise, paid(1200_00, 4), back])

    assert state.stops[0].outcome_on(on(9)) == "broken"
    assert (
        fold([an_opening(), promise, paid(1200_00, 4), back], as_of=on(8)).stops[0].room_minor == 0
    )


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 500_00), st.booleans()), max_size=12))
def test_no_more_comes_of_a_promise_than_was_promised_and_never_less_than_nothing(moves):
    happened = [an_opening(), placed("promised", until_on=on(20).isoformat())]
    for seq, (day, minor, is_back) in enumerate(sorted(moves), 3):
        type = events.PAYMENT_RETURNED if is_back else events.PAYMENT_ALLOCATED
        happened.append(an_event(type, day, seq=seq, amount_minor=minor))

    stop = fold(happened).stops[0]

    assert 0 <= stop.settled_minor <= stop.promised_minor == 1200_00


@pytest.mark.parametrize(
    ("installments", "what"),
    [
        ("soon", "has no list as installments"),
        ([["soon", 1]], "has no date in its installments"),
        ([["2026-03-01"]], "is no day with an amount"),
    ],
)
def test_installments_that_cannot_be_read_name_the_event(installments, what):
    with pytest.raises(DomainError, match=f"Event 2 of receivable F1.*{what}"):
        stop_after(placed("payment-plan", installments=installments))


def test_an_agreed_stop_says_so():
    header = {"agreed": True, "category": "price", "part": "line-2", "grace_days": 4}
    stop = stop_after(placed("disputed", **header))

    assert (stop.agreed, stop.category, stop.part, stop.grace_days) == (True, "price", "line-2", 4)
    assert stop.placed_on == date.fromisoformat(on(0).isoformat())
