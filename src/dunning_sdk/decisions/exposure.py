"""What a financing takes of the credit line, as the debtor's money comes in.

Decides the amounts; which movements lead there is left to the engine.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Event
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.domain.transition import FinancingState

_S: Final = FinancingState
_NOTHING_TAKEN: Final = frozenset(
    {
        _S.NEW,
        _S.QUOTED,
        _S.SIGNED,
        _S.ORDER_CHANGED,
        _S.DRAFTED,
        _S.REFUSED,
        _S.CHANGE_ASKED,
        _S.CREDITED,
        _S.HANDED_BACK,
        _S.WITHDRAWN,
    }
)
_ENDED: Final = frozenset({_S.ADVANCE_DUE, _S.UNWOUND})


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a financing takes of the line, in minor units.

    Attributes:
        in_use_minor: Covered and not paid.
        late_minor: Paid late, so far.
    """

    in_use_minor: int
    late_minor: int


def exposure_of(
    financing: Financing, receivable: Receivable | None, *, late_paid_minor: int = 0
) -> Exposure:
    """Return what a financing takes of the debtor's line.

    Args:
        financing: As its events tell it.
        receivable: The financed one; ``None`` before it was opened.
        late_paid_minor: What was paid on it after its due date, from `paid_late`.

    Source:
        ARCHITECTURE section 7: on-time payment frees, late payment is withheld, a part payment
        moves pro rata (rounded so that rather too much stays taken); refusal, void, credit note
        and a cancelled confirmation free it. House rule: recourse for want of payment is late.
    """
    covered = financing.financed.minor
    if financing.state in _NOTHING_TAKEN:
        return Exposure(0, 0)
    if receivable is None or receivable.amount.minor == 0:
        return Exposure(covered, 0)
    whole, still = receivable.amount.minor, receivable.open_amount.minor
    in_use = -(-covered * still // whole)
    late = min(covered * late_paid_minor // whole, covered - in_use)
    if financing.state in _ENDED:
        return Exposure(0, late + in_use if financing.by_recourse else late)
    return Exposure(in_use, late)


def paid_late(stream: Iterable[Event], due_on: date) -> int:
    """Return how much, in minor units, came after the due date and was not taken back.

    What was taken back counts against the late payments first.

    Args:
        stream: Events of one receivable.
        due_on: Its due date in force.
    """
    late = 0
    for happened in sorted(stream, key=lambda item: (item.on, item.seq)):
        minor = happened.header.get("amount_minor")
        amount = minor if isinstance(minor, int) else 0
        if happened.type == events.PAYMENT_ALLOCATED and happened.on > due_on:
            late += amount
        elif happened.type == events.PAYMENT_RETURNED:
            late = max(0, late - amount)
    return late
