"""What a creditor gives up: a charge, or a part of one; nothing is waived by silence."""

from datetime import date
from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.domain.event import JsonValue, NewEvent
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import DomainError, InvalidTransitionError
from dunning_sdk.records.entry import Record, check_currency, event_of, receivable_of, value_of
from dunning_sdk.records.keeping import note_change
from dunning_sdk.store.interface import Session

ALL: Final = "all"


def waive_charge(session: Session, entry: Record) -> str:
    """Give up a charge: without an amount for good, else the amount of what was asked for.

    Raises:
        DomainError: The kind of charge is unknown, or an amount is given for all kinds.
        InvalidTransitionError: More is given up than is open.
    """
    state = receivable_of(session, entry)
    named = str(value_of(entry, "charge"))
    if named not in (ALL, *ChargeKind):
        known = ", ".join((*ChargeKind, ALL))
        raise DomainError(f"There is no charge {named!r}", hint=f"Known: {known}.")
    kinds = tuple(ChargeKind) if named == ALL else (ChargeKind(named),)
    amount: Money | None = entry.values.get("amount")
    if amount is not None:
        _check_amount(state, kinds, amount)
    note_change(session, [_given_up(state, kind, amount, on=entry.on) for kind in kinds])
    return f"{amount or 'all'} of {named} waived on {state.id}"


def _check_amount(state: Receivable, kinds: tuple[ChargeKind, ...], amount: Money) -> None:
    check_currency(amount, state)
    if len(kinds) > 1:
        message = "An amount is waived of one charge, not of all"
        raise DomainError(message, hint=f"Write charge={kinds[0]}, or leave the amount out.")
    still_open = Money(state.charge(kinds[0]).open_minor, state.amount.currency)
    if amount.minor <= 0 or amount > still_open:
        message = f"Receivable {state.id} has {still_open} of {kinds[0]} open, not {amount}"
        raise InvalidTransitionError(message, hint="Waive at most what is open.")


def _given_up(state: Receivable, kind: ChargeKind, amount: Money | None, *, on: date) -> NewEvent:
    minor = state.charge(kind).open_minor if amount is None else amount.minor
    header: dict[str, JsonValue] = {
        "charge": kind.value,
        "amount_minor": minor,
        "for_good": amount is None,
    }
    return event_of(state.id, events.CHARGE_WAIVED, on, header)
