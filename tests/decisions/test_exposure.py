"""What a financing takes of the credit line, as the debtor's money comes in."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.decisions.exposure import Exposure, exposure_of, paid_late
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Event, Stream
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.transition import FinancingState
from tests.build import a_receivable

NOTHING = Money(0, "EUR")
DUE_ON = date(2026, 3, 10)


def a_financing(state, covered=1000_00, **over):
    base = Financing(
        id="DRAFT-1",
        state=FinancingState(state),
        currency="EUR",
        financed=Money(covered, "EUR"),
        advance=NOTHING,
        claimed=NOTHING,
        repaid=NOTHING,
        misdirected=NOTHING,
        remitted=NOTHING,
    )
    return replace(base, **over)


def a_part(whole=1000_00, paid=0, credited=0):
    return replace(
        a_receivable(), amount=Money(whole, "EUR"), paid_minor=paid, credited_minor=credited
    )


@pytest.mark.parametrize("state", ["drafted", "change-asked", "credited", "handed-back"])
def test_what_is_not_financed_takes_nothing(state):
    assert exposure_of(a_financing(state), a_part()) == Exposure(0, 0)


@pytest.mark.parametrize("receivable", [None, a_part(whole=0)])
def test_before_anything_can_be_paid_all_is_taken(receivable):
    assert exposure_of(a_financing("reserved"), receivable) == Exposure(1000_00, 0)


@pytest.mark.parametrize(
    ("paid", "late", "expected"),
    [
        (0, 0, Exposure(1000_00, 0)),
        (400_00, 0, Exposure(600_00, 0)),
        (400_00, 400_00, Exposure(600_00, 400_00)),
        (400_00, 100_00, Exposure(600_00, 100_00)),
        (1000_00, 1000_00, Exposure(0, 1000_00)),
    ],
)
def test_what_is_paid_in_time_is_freed_and_what_is_paid_late_withheld(paid, late, expected):
    financing = a_financing("paid-out")

    assert exposure_of(financing, a_part(paid=paid), late_paid_minor=late) == expected


def test_a_part_that_is_financed_moves_pro_rata():
    found = exposure_of(a_financing("paid-out", covered=500), a_part(whole=1000, paid=333))

    assert found == Exposure(334, 0)


@pytest.mark.parametrize(
    ("by_recourse", "expected"), [(False, Exposure(0, 0)), (True, Exposure(0, 600_00))]
)
def test_after_recourse_what_was_not_paid_is_withheld(by_recourse, expected):
    financing = a_financing("advance-due", by_recourse=by_recourse)

    assert exposure_of(financing, a_part(paid=400_00)) == expected


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.data())
def test_never_more_than_what_is_covered_is_taken(whole, covered, paid, data):
    covered, paid = min(covered, whole), min(paid, whole)
    late = data.draw(st.integers(0, paid))

    found = exposure_of(
        a_financing("paid-out", covered=covered),
        a_part(whole=whole, paid=paid),
        late_paid_minor=late,
    )

    assert found.in_use_minor >= 0
    assert found.late_minor >= 0
    assert found.in_use_minor + found.late_minor <= covered


def happened(type, day, minor, seq=1):
    return Event(
        stream=Stream(kind="receivable", id="F1"),
        seq=seq,
        type=type,
        on=date(2026, 3, day),
        recorded_at=datetime(2026, 3, 2, tzinfo=UTC),
        header={"amount_minor": minor},
    )


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ([], 0),
        ([happened(events.PAYMENT_ALLOCATED, 10, 5)], 0),
        ([happened(events.PAYMENT_ALLOCATED, 11, 5)], 5),
        (
            [
                happened(events.PAYMENT_RETURNED, 13, 7, seq=3),
                happened(events.PAYMENT_ALLOCATED, 10, 5),
                happened(events.PAYMENT_ALLOCATED, 12, 5, seq=2),
            ],
            0,
        ),
        ([happened(events.CREDITED, 12, 5), happened(events.PAYMENT_ALLOCATED, 12, None)], 0),
    ],
)
def test_late_is_what_came_after_the_due_date_and_stayed(stream, expected):
    assert paid_late(stream, DUE_ON) == expected
