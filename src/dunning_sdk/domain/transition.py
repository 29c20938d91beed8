"""The one table of what can happen to a financing, and where it leads.

Decides for each state and each event the next state, or a named refusal. Folding stored events
and recording new ones both go through `next_state`; what a transition moves beside the state
(a credit line, a receivable, a question for a person) is left to the engine.

>>> next_state(FinancingState.CONFIRMED, FinancingEvent.PAID_OUT)
<FinancingState.PAID_OUT: 'paid-out'>
>>> outcome(FinancingState.DRAFTED, FinancingEvent.PAID_OUT)
Refusal(reason='not-decided-yet')
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dunning_sdk.errors import InvalidTransitionError


class FinancingState(StrEnum):
    """Where a quote or a financing stands (ARCHITECTURE section 7).

    ``NEW`` is before anything is known; ``REFUSED`` may still be covered later; ``RESERVED`` has
    its part of the credit line while documents are written; ``HELD`` was confirmed, is not paid
    out, and changed; ``CREDITED`` waits for the corrected invoice; ``HANDED_BACK``, ``UNWOUND``
    and ``WITHDRAWN`` are final.
    """

    NEW = "new"
    QUOTED = "quoted"
    SIGNED = "signed"
    ORDER_CHANGED = "order-changed"
    DRAFTED = "drafted"
    REFUSED = "refused"
    RESERVED = "reserved"
    ISSUED = "issued"
    SUBMITTED = "submitted"
    CONFIRMATION_ASKED = "confirmation-asked"
    CONFIRMED = "confirmed"
    HELD = "held"
    CHANGE_ASKED = "change-asked"
    CREDITED = "credited"
    PAID_OUT = "paid-out"
    PLACED = "placed"
    COLLECTED = "collected"
    REFUND_ASKED = "refund-asked"
    ADVANCE_DUE = "advance-due"
    UNWOUND = "unwound"
    HANDED_BACK = "handed-back"
    WITHDRAWN = "withdrawn"


class FinancingEvent(StrEnum):
    """What can happen to a quote or a financing; stored as ``financing.`` and this word.

    ``ASSIGNED`` takes an invoice as it was issued, where the company goes on collecting;
    ``ACCEPTED`` clears it without asking the debtor; ``CONFIRMATION_CANCELLED`` is a person's
    answer that a held one must be credited; ``ADVANCE_SETTLED`` is the last repayment.
    """

    QUOTE_MADE = "quote-made"
    QUOTE_SIGNED = "quote-signed"
    ORDER_CHANGED = "order-changed"
    DRAFTED = "drafted"
    ASSIGNED = "assigned"
    REFUSED = "refused"
    RESERVED = "reserved"
    RESERVATION_DROPPED = "reservation-dropped"
    ISSUED = "issued"
    SUBMITTED = "submitted"
    CONFIRMATION_ASKED = "confirmation-asked"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    CHANGE_ASKED = "change-asked"
    CHANGE_DROPPED = "change-dropped"
    CONFIRMATION_CANCELLED = "confirmation-cancelled"
    CREDITED = "credited"
    PAID_OUT = "paid-out"
    PLACED = "placed"
    COLLECTED = "collected"
    REOPENED = "reopened"
    REFUND_ASKED = "refund-asked"
    REFUND_DECLINED = "refund-declined"
    REFUNDED = "refunded"
    RECOURSE = "recourse"
    VOIDED = "voided"
    FINANCIER_REFUSED = "financier-refused"
    ADVANCE_REPAID = "advance-repaid"
    ADVANCE_SETTLED = "advance-settled"
    MISDIRECTED = "misdirected"
    PASSED_ON = "passed-on"
    REMITTANCE_DUE = "remittance-due"
    REMITTED = "remitted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event cannot happen in a state.

    Attributes:
        reason: Id; one of `REFUSALS`.
    """

    reason: str


_S, _E = FinancingState, FinancingEvent
_ON_A_QUOTE: Final = {
    _E.QUOTE_MADE: _S.QUOTED,
    _E.QUOTE_SIGNED: _S.SIGNED,
    _E.ORDER_CHANGED: _S.ORDER_CHANGED,
}
_BEFORE_CONFIRMATION: Final = {
    _E.CHANGE_ASKED: _S.CHANGE_ASKED,
    _E.VOIDED: _S.HANDED_BACK,
    _E.FINANCIER_REFUSED: _S.HANDED_BACK,
}
_BEFORE_PAY_OUT: Final = {
    _E.PAID_OUT: _S.PAID_OUT,
    _E.VOIDED: _S.HANDED_BACK,
    _E.FINANCIER_REFUSED: _S.HANDED_BACK,
}
_AFTER_PAY_OUT: Final = {
    _E.REFUND_ASKED: _S.REFUND_ASKED,
    _E.COLLECTED: _S.COLLECTED,
    _E.RECOURSE: _S.ADVANCE_DUE,
    _E.VOIDED: _S.ADVANCE_DUE,
}

MOVES: Final[Mapping[FinancingState, Mapping[FinancingEvent, FinancingState]]] = MappingProxyType(
    {
        _S.NEW: {**_ON_A_QUOTE, _E.DRAFTED: _S.DRAFTED, _E.ASSIGNED: _S.SUBMITTED},
        _S.QUOTED: _ON_A_QUOTE,
        _S.SIGNED: _ON_A_QUOTE,
        _S.ORDER_CHANGED: _ON_A_QUOTE,
        _S.DRAFTED: {
            _E.REFUSED: _S.REFUSED,
            _E.RESERVED: _S.RESERVED,
            _E.WITHDRAWN: _S.WITHDRAWN,
        },
        _S.REFUSED: {
            _E.REFUSED: _S.REFUSED,
            _E.RESERVED: _S.RESERVED,
            _E.WITHDRAWN: _S.WITHDRAWN,
        },
        _S.RESERVED: {_E.ISSUED: _S.ISSUED, _E.RESERVATION_DROPPED: _S.DRAFTED},
        _S.ISSUED: {**_BEFORE_CONFIRMATION, _E.SUBMITTED: _S.SUBMITTED},
        _S.SUBMITTED: {
            **_BEFORE_CONFIRMATION,
            _E.CONFIRMATION_ASKED: _S.CONFIRMATION_ASKED,
            _E.CONFIRMED: _S.CONFIRMED,
            _E.ACCEPTED: _S.CONFIRMED,
        },
        _S.CONFIRMATION_ASKED: {**_BEFORE_CONFIRMATION, _E.CONFIRMED: _S.CONFIRMED},
        _S.CONFIRMED: {**_BEFORE_PAY_OUT, _E.CHANGE_ASKED: _S.HELD},
        _S.HELD: {
            **_BEFORE_PAY_OUT,
            _E.CHANGE_DROPPED: _S.CONFIRMED,
            _E.CONFIRMATION_CANCELLED: _S.CHANGE_ASKED,
        },
        _S.CHANGE_ASKED: {_E.CREDITED: _S.CREDITED, _E.VOIDED: _S.HANDED_BACK},
        _S.CREDITED: {_E.DRAFTED: _S.DRAFTED, _E.WITHDRAWN: _S.WITHDRAWN},
        _S.PAID_OUT: {**_AFTER_PAY_OUT, _E.PLACED: _S.PLACED},
        _S.PLACED: _AFTER_PAY_OUT,
        _S.COLLECTED: {_E.REFUND_ASKED: _S.REFUND_ASKED, _E.REOPENED: _S.PAID_OUT},
        _S.REFUND_ASKED: {_E.REFUNDED: _S.ADVANCE_DUE, _E.REFUND_DECLINED: _S.PAID_OUT},
        _S.ADVANCE_DUE: {_E.ADVANCE_REPAID: _S.ADVANCE_DUE, _E.ADVANCE_SETTLED: _S.UNWOUND},
        _S.UNWOUND: {},
        _S.HANDED_BACK: {},
        _S.WITHDRAWN: {},
    }
)
"""Where each event leads, money followed beside the state apart."""

_ASSIGNED_STATES: Final = (
    _S.ISSUED,
    _S.SUBMITTED,
    _S.CONFIRMATION_ASKED,
    _S.CONFIRMED,
    _S.HELD,
    _S.PAID_OUT,
    _S.PLACED,
    _S.COLLECTED,
)
_OWED_STATES: Final = (*_ASSIGNED_STATES, _S.REFUND_ASKED, _S.ADVANCE_DUE, _S.UNWOUND)
FOLLOWED: Final[Mapping[FinancingEvent, tuple[FinancingState, ...]]] = MappingProxyType(
    {
        _E.MISDIRECTED: _ASSIGNED_STATES,
        _E.PASSED_ON: (*_OWED_STATES, _S.CHANGE_ASKED, _S.CREDITED, _S.HANDED_BACK),
        _E.REMITTANCE_DUE: (_S.PAID_OUT, _S.PLACED, _S.COLLECTED),
        _E.REMITTED: _OWED_STATES,
    }
)
"""Money that is followed beside the state, which it leaves as it is, and where it can be."""

REFUSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unknown": "nothing is known of it yet",
        "no-invoice-yet": "it is a quote, and no invoice names it yet",
        "not-decided-yet": "its invoice is a draft that waits for a decision",
        "not-financed": "its invoice is not covered",
        "documents-under-way": "its documents are being written",
        "not-submitted-yet": "the financier does not have it yet",
        "not-confirmed-yet": "the debtor has not confirmed it yet",
        "not-paid-out-yet": "it is confirmed and not paid out yet",
        "held": "it was confirmed and changed, and a person has to decide",
        "change-under-way": "a change was asked for, and a credit note comes first",
        "credited": "it was credited and waits for the corrected invoice",
        "paid-out-already": "it is paid out already",
        "collected-already": "the debtor has paid it already",
        "refund-under-way": "the debtor asked for a refund",
        "advance-claimed-back": "its advance is claimed back",
        "closed": "it is closed",
    }
)
"""Reason ids of refusals, in words."""

_WHY: Final[Mapping[FinancingState, str]] = MappingProxyType(
    {
        _S.NEW: "unknown",
        _S.QUOTED: "no-invoice-yet",
        _S.SIGNED: "no-invoice-yet",
        _S.ORDER_CHANGED: "no-invoice-yet",
        _S.DRAFTED: "not-decided-yet",
        _S.REFUSED: "not-financed",
        _S.RESERVED: "documents-under-way",
        _S.ISSUED: "not-submitted-yet",
        _S.SUBMITTED: "not-confirmed-yet",
        _S.CONFIRMATION_ASKED: "not-confirmed-yet",
        _S.CONFIRMED: "not-paid-out-yet",
        _S.HELD: "held",
        _S.CHANGE_ASKED: "change-under-way",
        _S.CREDITED: "credited",
        _S.PAID_OUT: "paid-out-already",
        _S.PLACED: "paid-out-already",
        _S.COLLECTED: "collected-already",
        _S.REFUND_ASKED: "refund-under-way",
        _S.ADVANCE_DUE: "advance-claimed-back",
        _S.UNWOUND: "closed",
        _S.HANDED_BACK: "closed",
        _S.WITHDRAWN: "closed",
    }
)


def outcome(state: FinancingState, event: FinancingEvent) -> FinancingState | Refusal:
    """Return the next state, or why the event cannot happen.

    Source:
        House rule from S0-21 … S0-42 and ARCHITECTURE section 7.
    """
    if state in FOLLOWED.get(event, ()):
        return state
    return MOVES[state].get(event) or Refusal(_WHY[state])


def allowed(state: FinancingState) -> tuple[FinancingEvent, ...]:
    """Return the events that can happen in a state, in the order they are declared."""
    return tuple(event for event in _E if not isinstance(outcome(state, event), Refusal))


def next_state(state: FinancingState, event: FinancingEvent, *, name: str = "") -> FinancingState:
    """Return the state an event leads to.

    Args:
        state: Where the financing stands.
        event: What happens.
        name: What the message calls it.

    Raises:
        InvalidTransitionError: It cannot happen there; names the state, the reason and what can.
    """
    found = outcome(state, event)
    if not isinstance(found, Refusal):
        return found
    words = ", ".join(event.value for event in allowed(state)) or "nothing more"
    what = f"Financing {name}".strip()
    message = f"{what} is {state.value}: {event.value} is refused, since {REFUSALS[found.reason]}"
    raise InvalidTransitionError(message, hint=f"Allowed now: {words}.")
