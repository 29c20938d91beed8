"""What one receivable says for holding back new deliveries."""

from dataclasses import replace

import pytest

from dunning_sdk.decisions.credit_hold import hold_on, hold_reason
from dunning_sdk.domain.receivable import StopReason
from tests.build import FAST_PAYMENT, a_receivable, a_stop, on
from tests.decisions.walk import decided

HOLDING = replace(FAST_PAYMENT, credit_hold_days=10)


@pytest.mark.parametrize(
    ("day", "over", "reason"),
    [
        (9, {}, ""),
        (10, {}, "overdue-too-long"),
        (10, {"stops": (a_stop(StopReason.DISPUTED),)}, ""),
        (10, {"stops": (a_stop(StopReason.DOUBTFUL),)}, "overdue-too-long"),
        (10, {"stops": (a_stop(StopReason.PROMISED, amount_minor=100_00),)}, "overdue-too-long"),
        (0, {"stops": (a_stop(StopReason.INSOLVENT),)}, "insolvent"),
        (10, {"paid_minor": 1200_00, "stops": (a_stop(StopReason.INSOLVENT),)}, ""),
    ],
)
def test_what_is_late_and_not_set_aside_or_insolvent_speaks_for_a_hold(day, over, reason):
    assert hold_reason(a_receivable(**over), HOLDING, on(day)) == reason


def test_without_days_in_the_book_nothing_speaks_for_a_hold():
    assert hold_reason(a_receivable(), FAST_PAYMENT, on(99)) == ""
    assert hold_reason(a_receivable(), None, on(99)) == ""
    assert (hold_on(a_receivable(), FAST_PAYMENT), hold_on(a_receivable(), None)) == (None, None)


def test_the_day_of_a_hold_is_looked_at():
    procedure = replace(HOLDING, steps=FAST_PAYMENT.steps[:1])

    assert decided(a_receivable(), 1, procedure=procedure).changes_on == on(10)
