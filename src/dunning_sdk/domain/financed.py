"""One financing as its events tell it: state, amounts, and money that is followed.

`fold_financing` is the only reading of a financing's events; which event may follow which is in
`transition`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.event import Event
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.transition import FinancingEvent, FinancingState, next_state
from dunning_sdk.errors import DomainError

PREFIX: Final = "financing."
_HOLDING: Final = frozenset(
    {FinancingState.HELD, FinancingState.CHANGE_ASKED, FinancingState.REFUND_ASKED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """Money the company collected for the financier and has to pass on.

    Attributes:
        amount: What was received.
        due_on: Last day to pass it on.
    """

    amount: Money
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Financing:
    """State of one financing.

    Attributes:
        id: Number of the draft, or receivable of an invoice assigned as it was issued.
        state: Where it stands.
        round: From 1; higher after a credit note, once the corrected invoice is there.
        debtor_id: Who owes.
        currency: Of every amount.
        contract_kind: Form of factoring; empty before documents were issued.
        receivable_id: The financed receivable; empty before.
        receivables: Every receivable opened for it in this round, the financed one included.
        financed: What the financier covers; zero before it is reserved.
        reasons: Why it was refused last, as ids.
        confirmed_on: Day the debtor confirmed, or the financier accepted without him.
        pay_out_by: Last day for the pay-out; ``None`` before confirmation.
        paid_out_on: Day it was paid out.
        advance: What was paid out.
        claimed: What of the advance is due back.
        claim_by: Last day to pay it back; ``None`` while nothing is claimed.
        repaid: What of it was paid back.
        misdirected: What the wrong party received and has not passed on.
        remittances: What is still to be passed on to the financier, oldest first.
        remitted: What was passed on so far.
        by_recourse: Whether the advance is due back because the debtor did not pay.
        last_on: Day of the latest event.
    """

    id: str
    state: FinancingState = FinancingState.NEW
    round: int = 0
    debtor_id: str = ""
    currency: str
    contract_kind: str = ""
    receivable_id: str = ""
    receivables: tuple[str, ...] = ()
    financed: Money
    reasons: tuple[str, ...] = ()
    confirmed_on: date | None = None
    pay_out_by: date | None = None
    paid_out_on: date | None = None
    advance: Money
    claimed: Money
    claim_by: date | None = None
    repaid: Money
    misdirected: Money
    remittances: tuple[Remittance, ...] = ()
    remitted: Money
    by_recourse: bool = False
    last_on: date | None = None

    @property
    def advance_due(self) -> Money:
        """Return what of the advance is still to be paid back."""
        return self.claimed - self.repaid

    @property
    def is_held(self) -> bool:
        """Tell whether nothing is asked of the debtor for now, or any more (S0-33, S0-35)."""
        is_ended = self.state in (FinancingState.ADVANCE_DUE, FinancingState.UNWOUND)
        return self.state in _HOLDING or (is_ended and not self.by_recourse)

    @property
    def to_remit(self) -> Money:
        """Return what was collected for the financier and not passed on yet."""
        total = sum(remittance.amount.minor for remittance in self.remittances)
        return Money(total, self.currency)

    def is_pay_out_late(self, as_of: date) -> bool:
        """Tell whether the pay-out was, or is, later than promised (S0-11)."""
        if self.pay_out_by is None:
            return False
        return (self.paid_out_on or as_of) > self.pay_out_by


def fold_financing(stream: Iterable[Event]) -> Financing | None:
    """Return the financing its events lead to, or ``None`` without events.

    Args:
        stream: Events of one financing, in the order they were stored; those of another type
            than ``financing.…`` change nothing.

    Raises:
        InvalidTransitionError: An event cannot follow the one before.
        DomainError: A type is unknown, or a header has a wrong value.
    """
    state: Financing | None = None
    for happened in stream:
        if happened.type.startswith(PREFIX):
            state = applied(state, happened)
    return state


def applied(state: Financing | None, happened: Event) -> Financing:
    """Return a financing with one more event; errors as in `fold_financing`."""
    known = state if state is not None else _first(happened)
    try:
        event = FinancingEvent(happened.type.removeprefix(PREFIX))
    except ValueError as exc:
        raise _fault(happened, f"is of the unknown type {happened.type}") from exc
    reached = next_state(known.state, event, name=known.id)
    change = _CHANGES.get(event)
    after = change(known, happened) if change else known
    return replace(after, state=reached, last_on=happened.on)


def _first(happened: Event) -> Financing:
    currency = str(happened.header.get("currency") or "")
    if not currency:
        raise _fault(happened, "has no currency")
    nothing = Money(0, currency)
    return Financing(
        id=happened.stream.id,
        debtor_id=str(happened.header.get("debtor") or ""),
        currency=currency,
        financed=nothing,
        advance=nothing,
        claimed=nothing,
        repaid=nothing,
        misdirected=nothing,
        remitted=nothing,
    )


def _fault(happened: Event, what: str) -> DomainError:
    message = f"Event {happened.seq} of financing {happened.stream.id} {what}"
    return DomainError(message, hint="Run `dunning doctor`.")


def _amount(state: Financing, happened: Event) -> Money:
    minor = happened.header.get("amount_minor")
    if not isinstance(minor, int) or minor is True:
        raise _fault(happened, "has no whole number as amount_minor")
    return Money(minor, state.currency)


def _day(happened: Event, key: str) -> date:
    try:
        return date.fromisoformat(str(happened.header.get(key)))
    except ValueError as exc:
        raise _fault(happened, f"has no date as {key}") from exc


def _texts(happened: Event, key: str) -> tuple[str, ...]:
    found = happened.header.get(key)
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _drafted(state: Financing, happened: Event) -> Financing:
    return replace(_first(happened), round=state.round + 1, misdirected=state.misdirected)


def _assigned(state: Financing, happened: Event) -> Financing:
    return replace(_issued(state, happened), round=1, financed=_amount(state, happened))


def _refused(state: Financing, happened: Event) -> Financing:
    return replace(state, reasons=_texts(happened, "reasons"))


def _reserved(state: Financing, happened: Event) -> Financing:
    return replace(state, financed=_amount(state, happened), reasons=())


def _dropped(state: Financing, _: Event) -> Financing:
    return replace(state, financed=Money(0, state.currency))


def _issued(state: Financing, happened: Event) -> Financing:
    return replace(
        state,
        contract_kind=str(happened.header.get("contract_kind") or ""),
        receivable_id=str(happened.header.get("receivable") or ""),
        receivables=_texts(happened, "receivables"),
    )


def _confirmed(state: Financing, happened: Event) -> Financing:
    return replace(state, confirmed_on=happened.on, pay_out_by=_day(happened, "pay_out_by"))


def _unconfirmed(state: Financing, _: Event) -> Financing:
    return replace(state, confirmed_on=None, pay_out_by=None)


def _paid_out(state: Financing, happened: Event) -> Financing:
    return replace(state, advance=_amount(state, happened), paid_out_on=happened.on)


def _claimed(state: Financing, happened: Event) -> Financing:
    if state.paid_out_on is None:
        return state
    recourse = happened.type != PREFIX + FinancingEvent.REFUNDED
    return replace(
        state,
        claimed=_amount(state, happened),
        claim_by=_day(happened, "claim_by"),
        by_recourse=recourse,
    )


def _repaid(state: Financing, happened: Event) -> Financing:
    return replace(state, repaid=state.repaid + _amount(state, happened))


def _misdirected(state: Financing, happened: Event) -> Financing:
    return replace(state, misdirected=state.misdirected + _amount(state, happened))


def _passed_on(state: Financing, happened: Event) -> Financing:
    return replace(state, misdirected=state.misdirected - _amount(state, happened))


def _to_remit(state: Financing, happened: Event) -> Financing:
    owed = Remittance(amount=_amount(state, happened), due_on=_day(happened, "due_on"))
    return replace(state, remittances=(*state.remittances, owed))


def _remitted(state: Financing, happened: Event) -> Financing:
    """Take what was passed on from the oldest remittances first."""
    passed = left = _amount(state, happened)
    still: list[Remittance] = []
    for owed in state.remittances:
        taken = min(left, owed.amount)
        left = left - taken
        if owed.amount > taken:
            still.append(replace(owed, amount=owed.amount - taken))
    return replace(state, remittances=tuple(still), remitted=state.remitted + passed)


_E = FinancingEvent
_CHANGES: Final[Mapping[FinancingEvent, Callable[[Financing, Event], Financing]]] = (
    MappingProxyType(
        {
            _E.DRAFTED: _drafted,
            _E.ASSIGNED: _assigned,
            _E.REFUSED: _refused,
            _E.RESERVED: _reserved,
            _E.RESERVATION_DROPPED: _dropped,
            _E.ISSUED: _issued,
            _E.CONFIRMED: _confirmed,
            _E.ACCEPTED: _confirmed,
            _E.CONFIRMATION_CANCELLED: _unconfirmed,
            _E.PAID_OUT: _paid_out,
            _E.REFUNDED: _claimed,
            _E.RECOURSE: _claimed,
            _E.VOIDED: _claimed,
            _E.ADVANCE_REPAID: _repaid,
            _E.ADVANCE_SETTLED: _repaid,
            _E.MISDIRECTED: _misdirected,
            _E.PASSED_ON: _passed_on,
            _E.REMITTANCE_DUE: _to_remit,
            _E.REMITTED: _remitted,
        }
    )
)
