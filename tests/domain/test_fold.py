"""From events to state: what each event changes, and what a fold refuses."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain import event as events
from dunning_sdk.domain.charge import Movement, MovementKind
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, Stop, StopReason
from dunning_sdk.errors import DomainError, UnknownCurrencyError
from tests.build import DUE_ON, a_receivable, an_event, an_opening, on

ACT = {
    "act": "a1",
    "step": "first",
    "procedure": "procedure.fast-payment",
    "level": 3,
    "cycle": 1,
    "status": "planned",
}
PAID = an_event(events.PAYMENT_ALLOCATED, 3, seq=2, amount_minor=1200_00)


def moved(kind, minor):
    return Movement(kind=MovementKind(kind), on=on(3), minor=minor)


def folded(*more, day=None, opening=None):
    stream = [opening or an_opening(), *more]
    numbered = [replace(event, seq=number) for number, event in enumerate(stream, start=1)]
    return fold(numbered, as_of=None if day is None else on(day))


def test_nothing_folds_to_nothing():
    assert fold([]) is None


def test_an_opening_gives_the_receivable():
    assert folded() == a_receivable(issued_on=on(-30))


def test_an_opening_may_say_more():
    opening = an_opening(
        -3,
        kind="part",
        part_of="F0",
        payee="financier",
        financier="X",
        contract_kind="full",
        reminders=False,
        channel="letter",
        level=2,
        last_notice_on=on(-5).isoformat(),
    )

    assert folded(opening=opening) == Receivable(
        id="F1",
        invoice_number="F1",
        debtor_id="D1",
        creditor_id="C1",
        kind="part",
        part_of="F0",
        amount=Money(1200_00, "EUR"),
        issued_on=on(-30),
        due_on=DUE_ON,
        entered_on=on(-3),
        payee="financier",
        financier_id="X",
        contract_kind="full",
        reminders=False,
        channel="letter",
        imported_level=2,
        imported_notice_on=on(-5),
        cycle_started_on=on(-3),
        last_event_on=on(-3),
    )


@pytest.mark.parametrize(
    ("type", "header", "changed"),
    [
        (events.REMINDERS_SWITCHED, {"reminders": False}, {"reminders": False}),
        (events.REMINDERS_SWITCHED, {"reminders": True}, {"reminders": True}),
        (events.CHANNEL_CHOSEN, {"channel": "letter"}, {"channel": "letter"}),
        (events.BOOK_ASSIGNED, {"book": "abc"}, {"book_hash": "abc"}),
        (
            events.PAYMENT_ALLOCATED,
            {"amount_minor": 5},
            {"paid_minor": 5, "movements": (moved("paid", 5),)},
        ),
        (
            events.CREDITED,
            {"amount_minor": 7},
            {"credited_minor": 7, "movements": (moved("credited", 7),)},
        ),
        (events.DUE_CHANGED, {"due_on": on(-4).isoformat()}, {"due_on": on(-4)}),
        (events.DUE_CHANGED, {"due_on": on(0).isoformat()}, {}),
        (
            events.DUE_CHANGED,
            {"due_on": on(9).isoformat()},
            {"due_on": on(9), "cycle": 2, "cycle_started_on": on(3)},
        ),
        (events.STOP_LIFTED, {"stop": "unknown", "outcome": "kept"}, {}),
    ],
)
def test_each_event_changes_its_own(type, header, changed):
    expected = replace(folded(), last_event_on=on(3), **changed)

    assert folded(an_event(type, 3, **header)) == expected


def test_a_stop_is_placed_and_lifted():
    placed = an_event(
        events.STOP_PLACED,
        3,
        stop="s1",
        reason="promised",
        until_on=on(9).isoformat(),
        ask_again_on=on(8).isoformat(),
        owner="Jeanne",
        amount_minor=400_00,
    )
    other = an_event(events.STOP_PLACED, 4, stop="s2", reason="blocked", amount_minor=0)
    lifted = an_event(events.STOP_LIFTED, 5, stop="s1", outcome="broken")

    first, second = folded(placed, other, lifted).stops
    assert first == Stop(
        id="s1",
        reason=StopReason.PROMISED,
        placed_on=on(3),
        until_on=on(9),
        ask_again_on=on(8),
        owner="Jeanne",
        amount_minor=400_00,
        promised_minor=400_00,
        lifted_on=on(5),
        outcome="broken",
    )
    assert second == Stop(id="s2", reason=StopReason.BLOCKED, placed_on=on(4))


def test_an_act_keeps_its_place_and_takes_its_last_status():
    planned = an_event(events.ACT_CHANGED, 4, **ACT)
    other = an_event(events.ACT_CHANGED, 4, **(ACT | {"act": "a2"}))
    done = an_event(
        events.ACT_CHANGED,
        5,
        **(ACT | {"status": "done", "occurrence": 2, "attempt": 3, "legal_effect": True}),
    )

    first, second = folded(planned, other, done).acts
    assert first == ActRecord(
        act_id="a1",
        step_id="first",
        procedure_id="procedure.fast-payment",
        level=3,
        cycle=1,
        occurrence=2,
        attempt=3,
        legal_effect=True,
        is_notice=True,
        status=ActStatus.DONE,
        on=on(5),
    )
    assert (second.act_id, second.status, second.occurrence) == ("a2", ActStatus.PLANNED, 1)


def test_a_call_is_no_notice():
    call = an_event(events.ACT_CHANGED, 4, **(ACT | {"is_notice": False}))

    assert folded(call).acts[0].is_notice is False


def returned(amount, day=6):
    return an_event(events.PAYMENT_RETURNED, day, amount_minor=amount)


def test_a_returned_payment_reopens_what_was_closed():
    state = folded(PAID, returned(1200_00))

    assert (state.open_amount, state.cycle) == (Money(1200_00, "EUR"), 2)
    assert state.cycle_started_on == on(6)


@pytest.mark.parametrize(("paid", "back"), [(500_00, 500_00), (1300_00, 100_00), (1200_00, 0)])
def test_a_return_that_reopens_nothing_stays_in_the_cycle(paid, back):
    state = folded(an_event(events.PAYMENT_ALLOCATED, 3, amount_minor=paid), returned(back))

    assert (state.paid_minor, state.cycle) == (paid - back, 1)


def test_money_taken_back_twice_is_not_owed_twice():
    state = folded(PAID, returned(1200_00), returned(1200_00, 7))

    assert state.open_amount == Money(1200_00, "EUR")


def test_a_hosts_own_events_change_nothing():
    assert folded(an_event("host.noted", 3)) == folded()
    assert fold([an_event("host.noted", 3)]) is None


def test_events_after_the_day_are_unseen():
    assert folded(PAID, day=2) == folded()
    assert folded(PAID, day=3).open_amount.minor == 0
    assert folded(day=-31) is None


@pytest.mark.parametrize(
    ("stream", "fault"),
    [
        ([PAID], "Event 2 of receivable F1 comes before it was opened"),
        ([an_opening(), an_opening(2)], "Event 1 of receivable F1 opens it again"),
        (
            [an_opening(), an_event("receivable.renamed", 3)],
            "Event 2 of receivable F1 is of the unknown type receivable.renamed",
        ),
        ([an_opening(due_on="")], "Event 1 of receivable F1 has no date as due_on"),
        ([an_opening(issued_on="soon")], "Event 1 of receivable F1 has no date as issued_on"),
        ([an_opening(amount_minor="5")], "has no whole number as amount_minor"),
        ([an_opening(amount_minor=True)], "has no whole number as amount_minor"),
        ([an_opening(), an_event(events.DUE_CHANGED, 3)], "has no date as due_on"),
        (
            [an_opening(), an_event(events.STOP_PLACED, 3, stop="s", reason="mood")],
            "Event 2 of receivable F1 has an unknown word as reason",
        ),
        (
            [an_opening(), an_event(events.ACT_CHANGED, 3, **(ACT | {"status": "gone"}))],
            "has an unknown word as status",
        ),
    ],
)
def test_a_faulty_stream_is_refused_and_named(stream, fault):
    with pytest.raises(DomainError, match=fault) as caught:
        fold(stream)

    assert caught.value.hint == "Run `dunning doctor`."


def test_an_opening_needs_a_currency():
    with pytest.raises(UnknownCurrencyError):
        fold([an_opening(currency="")])


CHANGES = st.one_of(
    st.builds(
        lambda minor: (events.PAYMENT_ALLOCATED, {"amount_minor": minor}), st.integers(1, 999)
    ),
    st.builds(
        lambda minor: (events.PAYMENT_RETURNED, {"amount_minor": minor}), st.integers(1, 999)
    ),
    st.builds(
        lambda days: (events.DUE_CHANGED, {"due_on": on(days).isoformat()}), st.integers(0, 9)
    ),
    st.just((events.STOP_PLACED, {"stop": "s", "reason": "blocked"})),
    st.just((events.STOP_LIFTED, {"stop": "s", "outcome": "settled"})),
    st.builds(
        lambda status: (events.ACT_CHANGED, ACT | {"status": status.value}),
        st.sampled_from(ActStatus),
    ),
)
STREAMS = st.lists(st.tuples(st.integers(-30, 30), CHANGES), max_size=12).map(
    lambda found: [
        an_opening(),
        *(
            an_event(type, day, seq=seq, **header)
            for seq, (day, (type, header)) in enumerate(found, start=2)
        ),
    ]
)


@given(STREAMS, st.randoms(use_true_random=False))
def test_the_order_in_which_events_arrive_does_not_matter(stream, order: random.Random):
    shuffled = list(stream)
    order.shuffle(shuffled)

    assert fold(shuffled) == fold(stream)


@given(STREAMS, st.integers(-35, 35))
def test_a_day_sees_only_what_has_happened_by_then(stream, day):
    assert fold(stream, as_of=on(day)) == fold([one for one in stream if one.on <= on(day)])


@given(STREAMS)
def test_a_cycle_never_ends_before_it_began(stream):
    cycle = 1
    for day in range(-30, 31):
        state = fold(stream, as_of=on(day))
        assert state.entered_on <= state.cycle_started_on <= state.last_event_on <= on(day)
        assert state.cycle >= cycle
        assert 0 <= state.open_amount.minor <= state.amount.minor
        cycle = state.cycle


def test_a_receivable_is_assigned_as_it_is_and_handed_back():
    assigned = an_event(events.ASSIGNED, 3, financier="X", contract_kind="unmanaged")
    book = an_event(events.BOOK_ASSIGNED, 2, book="b1")
    held = folded(book, assigned)
    assert (held.financier_id, held.contract_kind, held.payee) == ("X", "unmanaged", "creditor")
    assert (held.book_hash, held.cycle, held.cycle_started_on) == ("", 2, on(3))

    back = folded(book, assigned, an_event(events.HANDED_BACK, 9))

    assert (back.is_financed, back.contract_kind, back.payee) == (False, "", "creditor")
    assert (back.cycle, back.cycle_started_on) == (3, on(9))
