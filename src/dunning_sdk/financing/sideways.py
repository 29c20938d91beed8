"""What is told about a financing once it is under way: each a transition, or a named refusal.

Every function takes the financings of the day and the record; all go through the engine's
`record`. Amounts that were not told are those the financing has.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.transition import FinancingEvent
from dunning_sdk.errors import DomainError, InvalidTransitionError
from dunning_sdk.financing.drafts import Drafts
from dunning_sdk.financing.financed_money import (
    amount_of,
    claim_back,
    misdirect,
    pass_on,
    remit,
    repay,
)
from dunning_sdk.financing.financings import Financings
from dunning_sdk.installation.contracts import contract_in_force, pay_out_by
from dunning_sdk.money.intake import invoice_of
from dunning_sdk.records.entry import Record, value_of

_E = FinancingEvent


def confirm(financings: Financings, entry: Record) -> str:
    """Record that the debtor confirmed a financed invoice (S0-32).

    Raises:
        InvalidTransitionError: The state does not allow it.
        DomainError: He confirmed something else than the invoice says; names each difference.
    """
    financing = financings.find(entry.subject)
    told = {
        "amount": entry.values.get("amount"),
        "issued_on": entry.values.get("issued_on"),
        "delivered_on": entry.values.get("delivered_on"),
        "due_on": entry.values.get("due_on"),
        "terms": entry.values.get("terms"),
        "iban": entry.values.get("iban"),
    }
    financings.check(financing, _E.CONFIRMED)
    _check_confirmed(financings, financing, told)
    by = _cleared(financings, financing, entry, _E.CONFIRMED)
    return f"{financing.id} confirmed by the debtor on {entry.on}, to be paid out by {by}"


def accept(financings: Financings, entry: Record) -> str:
    """Record that the financier takes an invoice without asking the debtor.

    Raises:
        InvalidTransitionError: The state or the contract does not allow it.
    """
    financing = financings.find(entry.subject)
    if contract_in_force(financings.config, financing.contract_kind).confirms:
        message = f"Financing {financing.id}: its contract has the debtor confirm"
        raise InvalidTransitionError(message, hint="Record confirmed.")
    by = _cleared(financings, financing, entry, _E.ACCEPTED)
    return f"{financing.id} accepted on {entry.on}, to be paid out by {by}"


def pay_out(financings: Financings, entry: Record) -> str:
    """Record that the financier paid out (S0-11); says if he was late.

    Raises:
        InvalidTransitionError: The state does not allow it.
        DomainError: It is more than is financed.
    """
    financing = financings.find(entry.subject)
    amount = amount_of(financing, entry.values.get("amount"), most=financing.financed)
    return _pay_out(financings, financing, amount, reference="")


def pay_out_many(financings: Financings, entry: Record) -> str:
    """Record one pay-out for many invoices (S4-11); all or none. The subject is its reference.

    Raises:
        InvalidTransitionError: The state of one does not allow it.
        DomainError: The amount is not what they come to together, or one is named twice.
    """
    names = [name.strip() for name in str(value_of(entry, "financings")).split(",")]
    amount: Money = value_of(entry, "amount")
    chosen = [financings.find(name) for name in names if name]
    if len({one.id for one in chosen}) < len(chosen):
        raise DomainError(f"Pay-out {entry.subject} names one twice", hint="Name each once.")
    for financing in chosen:
        financings.check(financing, _E.PAID_OUT)
        amount_of(financing, amount, most=None)
    total = sum(one.financed.minor for one in chosen)
    if total != amount.minor:
        stated = Money(total, amount.currency)
        message = f"Pay-out {entry.subject} is {amount}, but they come to {stated}"
        raise DomainError(message, hint="Record what differs apart, with paid-out.")
    for financing in chosen:
        _pay_out(financings, financing, financing.financed, reference=entry.subject)
    return f"pay-out {entry.subject} of {amount} for {len(chosen)} invoices"


def ask_change(financings: Financings, entry: Record) -> str:
    """Record that something must change before the pay-out (S0-33); held if confirmed.

    Raises:
        InvalidTransitionError: The state does not allow it.
    """
    financing = financings.find(entry.subject)
    reason = str(value_of(entry, "reason"))
    after = financings.move(financing, _E.CHANGE_ASKED, {"reason": reason})
    return f"change asked for {financing.id}: {after.state.value}"


def ask_refund(financings: Financings, entry: Record) -> str:
    """Record that the debtor asks for his money back after the pay-out (S0-35)."""
    financing = financings.find(entry.subject)
    financings.move(financing, _E.REFUND_ASKED, {"reason": str(entry.values.get("reason") or "")})
    return f"refund asked for {financing.id}"


def assign(financings: Financings, entry: Record) -> str:
    """Begin to follow a receivable that its source says is financed.

    Raises:
        InvalidTransitionError: It is not financed, or followed already.
    """
    state = financings.session.receivable(entry.subject).receivable
    if not state.is_financed:
        message = f"Receivable {state.id} is not financed"
        raise InvalidTransitionError(message, hint="Record finance to ask for it.")
    covered = entry.values.get("amount") or state.amount
    if covered.currency != state.amount.currency or not 0 < covered.minor <= state.amount.minor:
        message = f"Receivable {state.id} is {state.amount}; {covered} of it cannot be financed"
        raise DomainError(message, hint="Give at most its amount.")
    header: dict[str, JsonValue] = {
        "debtor": state.debtor_id,
        "currency": state.amount.currency,
        "amount_minor": covered.minor,
        "receivable": state.id,
        "receivables": [state.id],
        "contract_kind": state.contract_kind,
    }
    financings.begin(state.id, _E.ASSIGNED, header)
    return f"{state.id} is followed as financed with {covered}"


def ask_financing(financings: Financings, entry: Record) -> str:
    """Ask for an issued invoice to be financed; errors as in `Drafts.replace_issued`."""
    return Drafts(financings).replace_issued(entry)


def happen(financings: Financings, entry: Record) -> str:
    """Record an event that carries nothing but its reason.

    Raises:
        InvalidTransitionError: The state does not allow it.
    """
    financing = financings.find(entry.subject)
    header: dict[str, JsonValue] = {"reason": str(entry.values.get("reason") or "")}
    after = financings.move(financing, FinancingEvent(entry.kind), header)
    return f"{financing.id} is {after.state.value}"


def _cleared(
    financings: Financings, financing: Financing, entry: Record, event: FinancingEvent
) -> str:
    contract = contract_in_force(financings.config, financing.contract_kind)
    by = pay_out_by(financings.config, contract, entry.on).isoformat()
    financings.move(financing, event, {"pay_out_by": by})
    return by


def _check_confirmed(
    financings: Financings, financing: Financing, told: Mapping[str, object]
) -> None:
    invoice = invoice_of(financings.session, financing.receivable_id)
    said = {
        "amount": invoice.amount_due,
        "issued_on": invoice.issued_on,
        "delivered_on": invoice.delivered_on or invoice.issued_on,
        "due_on": invoice.due_on,
        "terms": invoice.payment_terms,
        "iban": invoice.accounts[0].iban if invoice.accounts else "",
    }
    differs = [
        f"{key} ({_shown(key, told[key])} instead of {_shown(key, wanted)})"
        for key, wanted in said.items()
        if _plain(told[key]) not in (None, "", _plain(wanted))
    ]
    if differs:
        message = f"Invoice {invoice.number} was confirmed otherwise: {', '.join(differs)}"
        raise DomainError(message, hint="Record change-asked; it is credited and issued anew.")


def _plain(value: object) -> object:
    """Return a value as it is compared: texts whatever their case and spaces."""
    return "".join(value.split()).casefold() if isinstance(value, str) else value


def _shown(key: str, value: object) -> str:
    """Return a value as a message may show it: of an account only its end."""
    if key == "iban":
        return f"…{str(value)[-4:]}" if value else "none"
    return "none" if value in (None, "") else str(value)


def _pay_out(financings: Financings, financing: Financing, amount: Money, *, reference: str) -> str:
    header: dict[str, JsonValue] = {"amount_minor": amount.minor, "reference": reference}
    after = financings.move(financing, _E.PAID_OUT, header)
    late = (
        f", late: it was due by {after.pay_out_by}"
        if after.is_pay_out_late(financings.as_of)
        else ""
    )
    return f"{amount} paid out for {financing.id}{late}"


HANDLERS: Final[Mapping[str, Callable[[Financings, Record], str]]] = MappingProxyType(
    {
        "submitted": happen,
        "confirmation-asked": happen,
        "confirmed": confirm,
        "accepted": accept,
        "change-asked": ask_change,
        "change-dropped": happen,
        "confirmation-cancelled": happen,
        "paid-out": pay_out,
        "pay-out": pay_out_many,
        "placed": happen,
        "misdirected": misdirect,
        "passed-on": pass_on,
        "remitted": remit,
        "refund-asked": ask_refund,
        "refund-declined": happen,
        "refunded": claim_back,
        "recourse": claim_back,
        "voided": claim_back,
        "financier-refused": happen,
        "advance-repaid": repay,
        "assigned": assign,
        "finance": ask_financing,
        "withdrawn": happen,
    }
)
"""What records about financings a person or another system may make."""


def record_financing(financings: Financings, entry: Record) -> str:
    """Record what is about a financing; return an empty line for any other kind.

    Raises:
        DomainError: A value is missing or wrong; nothing was changed.
        InvalidTransitionError: The state does not allow it; says what it allows.
        RecordNotFoundError: There is no such draft or financing.
    """
    handler = HANDLERS.get(entry.kind)
    return handler(financings, entry) if handler else ""
