"""Money that no source reports: a person says that it came, and for which receivable.

Decides how much of it settles principal and how much charges; what counts in another currency is
decided by `exchanging`, what banks kept by `absorbing`.
"""

from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.ledger import EntryKind
from dunning_sdk.domain.payment import Payment
from dunning_sdk.errors import DomainError, InvalidTransitionError
from dunning_sdk.installation.money_rules import MoneyRules
from dunning_sdk.money.absorbing import Absorbing, difference_event
from dunning_sdk.money.exchanging import counted, exchange_header
from dunning_sdk.records.entry import Record, event_of, receivable_of
from dunning_sdk.records.keeping import note_change
from dunning_sdk.store.interface import Session

RECORDED: Final = "recorded"


def record_payment(session: Session, entry: Record, rules: MoneyRules) -> str:
    """Record a payment, and return a line that says what changed.

    Args:
        session: Open transaction.
        entry: Of the kind ``payment``.
        rules: Tolerances, and what is paid first.

    Raises:
        CurrencyMismatchError: Another currency and no rate.
        DomainError: It lies before the invoice, or its rate is incomplete.
        InvalidTransitionError: More is settled than is open.
    """
    state = receivable_of(session, entry)
    if entry.on < state.issued_on and entry.values.get("deposit") is not True:
        message = f"Payment of {entry.on} lies before the invoice of {state.id}, {state.issued_on}"
        hint = "Correct --on; where it was paid in advance, add deposit=true."
        raise DomainError(message, hint=hint)
    paid = entry.values.get("amount") or state.open_amount
    found = counted(paid, state, entry, rules.cash)
    owed = state.open_amount + state.charges_open
    if found.amount.minor <= 0 or found.settles > owed:
        message = f"Receivable {state.id} is open with {owed}, not {found.settles}"
        hint = "Record at most the open amount; the rest is unallocated money."
        raise InvalidTransitionError(message, hint=hint)
    header: dict[str, JsonValue] = {
        "payment": RECORDED,
        "amount_minor": found.amount.minor,
        "confidence": "certain",
        "received_on": entry.on.isoformat(),
        **exchange_header(found.exchange, paid),
    }
    to_charges = rules.to_charges(state, found.settles)
    if to_charges:
        header["to_charges_minor"] = to_charges
    day = max(entry.on, state.entered_on)
    changes = [event_of(state.id, events.PAYMENT_ALLOCATED, day, header)]
    said = [f"payment of {paid} on {state.id}"]
    if found.difference.minor:
        ground = EntryKind.EXCHANGE_DIFFERENCE
        changes.append(
            difference_event(state, RECORDED, found.difference, on=entry.on, ground=ground)
        )
        said.append(f"{found.settles} settled, {found.difference} is exchange difference")
    payment = Payment(id=RECORDED, received_on=entry.on, amount=found.amount)
    absorbing = Absorbing(rules.cash, {state.id: state})
    kept = absorbing.kept_by_banks(state, payment, found.settles.minor - to_charges)
    if kept is not None and not to_charges:
        changes.append(difference_event(state, RECORDED, kept, on=entry.on))
        said.append(f"{kept} short, within [cash]: bank charges")
    note_change(session, changes)
    return "; ".join(said)
