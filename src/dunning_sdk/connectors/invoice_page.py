"""Say what stands on the visible page of an invoice, in French, English or German.

Decides order and number formats. The words are in ``invoice_words``; how it looks is the template's
affair (``templates/invoice.typ``), and its PDF ``facturx_write``'s.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from dunning_sdk.connectors.invoice_words import LABELS, MONTHS, UNITS
from dunning_sdk.domain.amount import NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE
from dunning_sdk.domain.currency import exponent
from dunning_sdk.domain.invoice import Invoice, InvoiceKind, InvoiceLine, VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party

_FRENCH_REGISTERS: Final[Mapping[int, str]] = MappingProxyType({9: "SIREN", 14: "SIRET"})
_IBAN_GROUP: Final = 4


def page_of(invoice: Invoice, *, language: str) -> dict[str, Any]:
    """Return all texts of the page, ready to be set; no number is left to format.

    Args:
        invoice: Numbered.
        language: One of `invoice_words.LABELS`.
    """
    labels = LABELS[language]
    is_credit_note = invoice.kind is InvoiceKind.CREDIT_NOTE
    is_abroad = _country(invoice.creditor) != _country(invoice.debtor)
    return {
        "labels": dict(labels),
        "language": language,
        "title": labels[invoice.kind.value],
        "number": invoice.number,
        "issued_on": invoice.issued_on.isoformat(),
        "creditor": _party(invoice.creditor, labels, abroad=is_abroad),
        "debtor": _party(invoice.debtor, labels, abroad=is_abroad),
        "heading": _heading(invoice, language, labels),
        "lines": [_line(line, language) for line in invoice.lines],
        "vat": [_vat(row, language) for row in invoice.vat],
        "totals": _totals(invoice, language, labels),
        "due_label": labels["amount_credited" if is_credit_note else "amount_due"],
        "due": invoice.amount_due.format(language),
        "payment": [] if is_credit_note else _payment(invoice, language, labels),
        "terms": invoice.payment_terms,
        "notes": invoice.note.splitlines(),
    }


def long_date(on: date, language: str) -> str:
    """Write a date with the month's name, so that no reader takes it for another."""
    first = "1er" if language == "fr" else "1"
    day = (first if on.day == 1 else str(on.day)) + ("." if language == "de" else "")
    return NO_BREAK_SPACE.join((day, MONTHS[language][on.month - 1], str(on.year)))


def _party(party: Party, labels: Mapping[str, str], *, abroad: bool) -> dict[str, Any]:
    place = " ".join(part for part in (party.address.postal_code, party.address.city) if part)
    country = _country(party) if abroad else ""
    ids = ((_register(party, labels), party.registration), (labels["vat_id"], party.vat_id))
    contact = party.contact()
    reach = () if contact is None else (contact.name, contact.email, contact.phone)
    return {
        "name": party.name,
        "address": [text for text in (*party.address.lines, place, country) if text],
        "ids": [f"{label}{NO_BREAK_SPACE}{text}" for label, text in ids if text],
        "contact": [text for text in reach if text],
    }


def _country(party: Party) -> str:
    return party.address.country or party.country


def _register(party: Party, labels: Mapping[str, str]) -> str:
    """Name the register: a French number is known by its length."""
    if _country(party) == "FR":
        return _FRENCH_REGISTERS.get(len(party.registration), labels["registration"])
    return labels["registration"]


def _heading(invoice: Invoice, language: str, labels: Mapping[str, str]) -> list[list[str]]:
    dates = [
        (labels[name], long_date(on, language))
        for name in ("issued_on", "due_on", "delivered_on")
        if (on := getattr(invoice, name)) is not None
    ]
    references = [
        (labels[name], text)
        for name in ("order_reference", "contract_reference", "preceding")
        if (text := getattr(invoice, name))
    ]
    return [list(pair) for pair in (*dates, *references)]


def _line(line: InvoiceLine, language: str) -> list[str]:
    unit = UNITS[language].get(line.unit, line.unit)
    quantity = _decimal(line.quantity.normalize(), language)
    return [
        line.name,
        f"{quantity}{NO_BREAK_SPACE}{unit}" if unit else quantity,
        _price(line.unit_price, line.net.currency, language),
        _percent(line.vat_rate, language),
        line.net.format(language),
    ]


def _vat(row: VatSubtotal, language: str) -> list[str]:
    rate = _percent(row.rate, language)
    return [rate, row.taxable.format(language), row.vat.format(language), row.exemption_reason]


def _totals(invoice: Invoice, language: str, labels: Mapping[str, str]) -> list[list[str]]:
    amounts = [(name, getattr(invoice, name)) for name in ("net_total", "vat_total", "gross_total")]
    if invoice.prepaid is not None and invoice.prepaid.minor:
        amounts.append(("prepaid", -invoice.prepaid))
    return [[labels[name], amount.format(language)] for name, amount in amounts]


def _payment(invoice: Invoice, language: str, labels: Mapping[str, str]) -> list[list[str]]:
    rows = [(labels["payee"], (invoice.payee or invoice.creditor).name)]
    for account in invoice.accounts:
        iban = [
            account.iban[start : start + _IBAN_GROUP]
            for start in range(0, len(account.iban), _IBAN_GROUP)
        ]
        rows.append(("IBAN", NO_BREAK_SPACE.join(iban)))
        rows += [("BIC", account.bic)] if account.bic else []
        rows += [(labels["holder"], account.holder)] if account.holder else []
    reference = invoice.payment_reference or invoice.number
    rows.append((labels["payment_reference"], reference))
    if invoice.due_on is not None:
        rows.append((labels["due_on"], long_date(invoice.due_on, language)))
    return [list(row) for row in rows]


def _price(price: Decimal, currency: str, language: str) -> str:
    """Write a unit price, which may have more decimals than the currency."""
    if -price.normalize().as_tuple().exponent <= exponent(currency):  # type: ignore[operator] # a finite decimal has a number for its exponent
        return Money.from_major(price, currency).format(language)
    return f"{_decimal(price.normalize(), language)}{NO_BREAK_SPACE}{currency}"


def _percent(rate: Decimal, language: str) -> str:
    gap = {"fr": NARROW_NO_BREAK_SPACE, "de": NO_BREAK_SPACE}.get(language, "")
    return f"{_decimal((rate * 100).normalize(), language)}{gap}%"


def _decimal(number: Decimal, language: str) -> str:
    text = f"{number:f}"
    return text if language == "en" else text.replace(".", ",")
