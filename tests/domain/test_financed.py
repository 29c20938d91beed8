"""A financing is what its events tell, in the order the table allows."""

from datetime import UTC, date, datetime

import pytest

from dunning_sdk.domain.event import Event, Stream
from dunning_sdk.domain.financed import fold_financing
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.transition import FinancingState
from dunning_sdk.errors import DomainError, InvalidTransitionError

ON = date(2026, 3, 2)
BY = date(2026, 3, 5)
DRAFTED = ("drafted", {"currency": "EUR", "debtor": "D-7"})
RESERVED = ("reserved", {"amount_minor": 800_00})
ISSUED = ("issued", {"receivable": "F-1", "receivables": ["F-1", "F-2"], "contract_kind": "full"})
SUBMITTED = ("submitted", {})
CONFIRMED = ("confirmed", {"pay_out_by": BY.isoformat()})
PAID_OUT = ("paid-out", {"amount_minor": 790_00})
CLAIM = {"amount_minor": 790_00, "claim_by": "2026-03-20"}
CONFIRMED_SO_FAR = (DRAFTED, RESERVED, ISSUED, SUBMITTED, CONFIRMED)


def eur(minor):
    return Money(minor, "EUR")


def told(*happened, on=ON):
    """Return the financing that these events, words and headers, lead to."""
    stream = Stream(kind="financing", id="DRAFT-1")
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return fold_financing(
        Event(
            stream=stream, seq=seq, type=f"financing.{word}", on=on, recorded_at=at, header=header
        )
        for seq, (word, header) in enumerate(happened, 1)
    )


def test_without_events_there_is_no_financing():
    assert told() is None


def test_the_documents_and_the_amount_are_remembered():
    found = told(DRAFTED, RESERVED, ISSUED)

    assert (found.state, found.round, found.debtor_id) == (FinancingState.ISSUED, 1, "D-7")
    assert (found.receivable_id, found.receivables) == ("F-1", ("F-1", "F-2"))
    assert (found.financed, found.contract_kind) == (eur(800_00), "full")


def test_a_reservation_that_is_dropped_takes_nothing():
    assert told(DRAFTED, RESERVED, ("reservation-dropped", {})).financed == eur(0)


def test_a_refusal_keeps_its_reasons_until_it_is_covered():
    refused = ("refused", {"reasons": ["quote-not-signed"]})

    assert told(DRAFTED, refused).reasons == ("quote-not-signed",)
    assert told(DRAFTED, refused, RESERVED).reasons == ()


@pytest.mark.parametrize(("day", "late"), [(BY, False), (date(2026, 3, 6), True)])
def test_a_pay_out_after_its_last_day_is_late(day, late):
    waiting = told(*CONFIRMED_SO_FAR)

    assert waiting.is_pay_out_late(day) is late
    assert told(DRAFTED).is_pay_out_late(day) is False


def test_a_pay_out_in_time_stays_so():
    assert told(*CONFIRMED_SO_FAR, PAID_OUT).is_pay_out_late(date(2027, 1, 1)) is False


def test_a_cancelled_confirmation_promises_no_pay_out():
    assert told(*CONFIRMED_SO_FAR, ("change-asked", {})).is_held
    found = told(*CONFIRMED_SO_FAR, ("change-asked", {}), ("confirmation-cancelled", {}))

    assert (found.state, found.pay_out_by) == (FinancingState.CHANGE_ASKED, None)


def test_the_corrected_invoice_begins_a_second_round():
    change = ("change-asked", {}), ("credited", {})
    found = told(DRAFTED, RESERVED, ISSUED, *change, DRAFTED)

    assert (found.state, found.round) == (FinancingState.DRAFTED, 2)
    assert (found.financed, found.receivables) == (eur(0), ())


def test_an_advance_is_claimed_back_after_a_refund_and_followed_until_repaid():
    refunded = ("refund-asked", {}), ("refunded", CLAIM)
    due = told(*CONFIRMED_SO_FAR, PAID_OUT, *refunded, ("advance-repaid", {"amount_minor": 90_00}))

    assert (due.state, due.advance_due) == (FinancingState.ADVANCE_DUE, eur(700_00))
    assert (due.by_recourse, due.claim_by, due.is_held) == (False, date(2026, 3, 20), True)


@pytest.mark.parametrize("word", ["recourse", "voided"])
def test_recourse_claims_the_advance_back_too(word):
    found = told(*CONFIRMED_SO_FAR, PAID_OUT, (word, CLAIM))

    assert (found.advance_due, found.by_recourse, found.is_held) == (eur(790_00), True, False)


def test_what_was_not_paid_out_is_not_claimed_back():
    found = told(*CONFIRMED_SO_FAR, ("voided", {}))

    assert (found.state, found.advance_due) == (FinancingState.HANDED_BACK, eur(0))


def test_misdirected_money_is_followed_over_a_new_round():
    wrong = ("misdirected", {"amount_minor": 50_00})
    change = ("change-asked", {}), ("credited", {})
    found = told(DRAFTED, RESERVED, ISSUED, wrong, *change, DRAFTED)

    assert found.misdirected == eur(50_00)
    assert told(
        DRAFTED, RESERVED, ISSUED, wrong, ("passed-on", {"amount_minor": 50_00})
    ).misdirected == eur(0)


def test_what_is_passed_on_settles_the_oldest_remittance_first():
    assigned = ("assigned", {"currency": "EUR", "debtor": "D-7", "amount_minor": 800_00})
    accepted = ("accepted", {"pay_out_by": BY.isoformat()})
    due = [
        ("remittance-due", {"amount_minor": 100_00, "due_on": "2026-04-08"}),
        ("remittance-due", {"amount_minor": 200_00, "due_on": "2026-04-15"}),
    ]
    found = told(assigned, accepted, PAID_OUT, *due, ("remitted", {"amount_minor": 150_00}))

    assert [(one.amount, one.due_on) for one in found.remittances] == [
        (eur(150_00), date(2026, 4, 15))
    ]
    assert (found.to_remit, found.remitted, found.round) == (eur(150_00), eur(150_00), 1)


@pytest.mark.parametrize(
    ("events", "what"),
    [
        ([("drafted", {})], "has no currency"),
        ([DRAFTED, ("dreamt-of", {})], "unknown type financing.dreamt-of"),
        ([DRAFTED, ("reserved", {"amount_minor": "800"})], "no whole number as amount_minor"),
        ([DRAFTED, RESERVED, ISSUED, SUBMITTED, ("confirmed", {})], "no date as pay_out_by"),
    ],
)
def test_a_faulty_event_is_named(events, what):
    with pytest.raises(DomainError, match=what) as caught:
        told(*events)

    assert caught.value.hint == "Run `dunning doctor`."


def test_an_event_the_table_refuses_is_no_story():
    with pytest.raises(InvalidTransitionError, match="DRAFT-1 is drafted: paid-out is refused"):
        told(DRAFTED, PAID_OUT)


def test_events_of_another_kind_change_nothing():
    stream = Stream(kind="financing", id="DRAFT-1")
    at = datetime(2026, 3, 2, tzinfo=UTC)
    approved = Event(stream=stream, seq=1, type="act.approved", on=ON, recorded_at=at, header={})

    assert fold_financing([approved]) is None
