"""What payments are matched against, read from the store: open items, and payments known before.

Decides nothing.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date

from dunning_sdk.decisions.reconciliation import OpenItem
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Event
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Allocation, Confidence, Payment
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.money.intake import invoice_of, parties_of
from dunning_sdk.money.learning import learned_ibans
from dunning_sdk.records.codec import from_json
from dunning_sdk.store.interface import Session


def open_items(session: Session, states: Iterable[Receivable]) -> list[OpenItem]:
    """Return receivables as payers may refer to them; settled ones with nothing open.

    What payers were asked to quote beside the number is left to `with_references`.

    Args:
        session: Open transaction.
        states: Receivables with every event folded in, also those dated ahead.
    """
    known = list(states)
    debtors = sorted({state.debtor_id for state in known})
    parties, learned = parties_of(session, debtors), learned_ibans(session, debtors)
    found: list[OpenItem] = []
    for state in known:
        party = parties.get(state.debtor_id)
        ibans = tuple(one.iban for one in party.accounts) if party else ()
        found.append(
            OpenItem(
                receivable_id=state.id,
                invoice_number=state.invoice_number,
                debtor_id=state.debtor_id,
                debtor_name=party.name if party else "",
                debtor_ibans=(*ibans, *learned.get(state.debtor_id, ())),
                open_amount=state.open_amount,
                issued_on=state.issued_on,
                due_on=state.due_on,
                burden_minor=state.charges_open.minor,
            )
        )
    return found


def with_references(session: Session, items: Iterable[OpenItem]) -> list[OpenItem]:
    """Return the items with what payers were asked to quote, for those still open.

    Each is sealed in the document it stands in, so this takes a read per open item.
    """
    return [
        replace(item, payment_reference=_payment_reference(session, item))
        if item.open_amount.minor
        else item
        for item in items
    ]


def _payment_reference(session: Session, item: OpenItem) -> str:
    with suppress(RecordNotFoundError, KeyError):
        return invoice_of(session, item.receivable_id).payment_reference
    return ""


def known_payments(session: Session, ids: Iterable[str]) -> dict[str, tuple[Money, date]]:
    """Return amount and day of the payments stored under these ids, also of erased debtors'."""
    found: dict[str, tuple[Money, date]] = {}
    for id, stream in session.events_of("payment", list(ids)).items():
        header = stream[0].header
        amount = Money(_number(header["amount_minor"]), str(header["currency"]))
        found[id] = amount, stream[0].on
    return found


def earlier_allocations(session: Session) -> list[tuple[Payment, Allocation]]:
    """Return stored payments with their allocations, less what returns took back."""
    left: dict[tuple[str, str], int] = {}
    currency: dict[str, str] = {}
    for key, stream in session.events_of("receivable").items():
        for happened in stream:
            if happened.type == events.OPENED:
                currency[key] = str(happened.header["currency"])
            payment_id, minor = _movement(happened)
            if minor:
                left[payment_id, key] = left.get((payment_id, key), 0) + minor
    payments = session.records("payment", sorted({payment_id for payment_id, _ in left}))
    return [
        (
            from_json(Payment, payments[payment_id]).as_counted(),
            Allocation(
                payment_id=payment_id,
                receivable_id=key,
                amount=Money(minor, currency[key]),
                confidence=Confidence.CERTAIN,
                reason="stored",
            ),
        )
        for (payment_id, key), minor in sorted(left.items())
        if minor > 0 and payment_id in payments
    ]


def _movement(happened: Event) -> tuple[str, int]:
    """Return which payment an event is about, and what it adds; 0 for other events."""
    header = happened.header
    if happened.type == events.PAYMENT_ALLOCATED:
        return str(header.get("payment")), _number(header.get("amount_minor"))
    if happened.type == events.PAYMENT_RETURNED:
        return str(header.get("returned")), -_number(header.get("amount_minor"))
    return "", 0


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
