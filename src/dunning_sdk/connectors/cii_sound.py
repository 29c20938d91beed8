"""Say what an invoice lacks to be written as EN 16931.

Decides which fields a written document must have. The sums are taken as they are where they
add up; making them add up is left to whoever made the document.
"""

from collections.abc import Iterator
from typing import Final

from dunning_sdk.domain.currency import exponent
from dunning_sdk.domain.invoice import Invoice, VatSubtotal
from dunning_sdk.domain.money import Money, sum_money, zero
from dunning_sdk.domain.party import is_iban
from dunning_sdk.errors import ConnectorInvalidError

_DECIMALS_MAX: Final = 2
_CATEGORIES: Final = frozenset({"S", "Z", "E", "AE", "K", "G", "O", "L", "M"})
_WITH_REASON: Final = frozenset({"E", "AE", "K", "G", "O"})
_WITH_VAT_ID: Final = frozenset({"S", "Z", "E", "AE", "K", "G"})
_WITH_DEBTOR_VAT_ID: Final = frozenset({"AE", "K"})


def require_writable(invoice: Invoice) -> None:
    """Refuse a document that cannot be written as sound EN 16931.

    Raises:
        ConnectorInvalidError: ``fields`` holds everything that is missing or wrong, by field
            of the record, without values.
    """
    faults = {field: text for field, text in _faults(invoice)}
    if faults:
        listed = "; ".join(f"{field} {text}" for field, text in faults.items())
        raise ConnectorInvalidError(
            f"Invoice {invoice.number!r} cannot be written as EN 16931: {listed}",
            hint="Complete the document and issue it again",
            connector="facturx",
            fields=faults,
        )


def _faults(invoice: Invoice) -> Iterator[tuple[str, str]]:
    yield from _heading_faults(invoice)
    yield from _party_faults(invoice)
    for row in invoice.vat:
        yield from _vat_faults(row)
    yield from _line_faults(invoice)
    yield from _sum_faults(invoice)


def _heading_faults(invoice: Invoice) -> Iterator[tuple[str, str]]:
    for field, rule in (("number", "BR-2"), ("lines", "BR-16"), ("vat", "BR-CO-18")):
        if not getattr(invoice, field):
            yield field, f"is empty ({rule})"
    if invoice.amount_due.minor > 0 and not (invoice.due_on or invoice.payment_terms):
        yield "due_on", "and payment_terms are both empty (BR-CO-25)"
    if any(not is_iban(account.iban) for account in invoice.accounts):
        yield "accounts", "hold an IBAN that is not one (BR-50)"
    if exponent(invoice.currency) > _DECIMALS_MAX:
        yield "amount_due", "has more than two decimals (BR-DEC-18)"


def _party_faults(invoice: Invoice) -> Iterator[tuple[str, str]]:
    for field, rule in (("creditor", "BR-9"), ("debtor", "BR-11")):
        party = getattr(invoice, field)
        if not party.name:
            yield f"{field}.name", "is empty (BR-6, BR-7)"
        if not (party.address.country or party.country):
            yield f"{field}.country", f"is empty ({rule})"
    if not (invoice.creditor.registration or invoice.creditor.vat_id):
        yield "creditor.registration", "and creditor.vat_id are both empty (BR-CO-26)"
    categories = {row.category for row in invoice.vat}
    if categories & _WITH_VAT_ID and not invoice.creditor.vat_id:
        yield "creditor.vat_id", "is empty (BR-S-02)"
    if categories & _WITH_DEBTOR_VAT_ID and not invoice.debtor.vat_id:
        yield "debtor.vat_id", "is empty (BR-AE-02)"
    if invoice.payee is not None and invoice.payee.name == invoice.creditor.name:
        yield "payee", "is the creditor itself (BR-17)"


def _vat_faults(row: VatSubtotal) -> Iterator[tuple[str, str]]:
    if row.category not in _CATEGORIES:
        yield "vat.category", "is not a code of EN 16931 (BR-CL-17)"
    if row.category in _WITH_REASON and not row.exemption_reason:
        yield "vat.exemption_reason", f"is empty for category {row.category} (BR-{row.category}-10)"
    if row.category == "K":
        yield "vat.category", "K asks for a country of delivery, which is not recorded (BR-IC-12)"


def _sum_faults(invoice: Invoice) -> Iterator[tuple[str, str]]:
    currency, nothing = invoice.currency, zero(invoice.currency)
    net = sum_money((line.net for line in invoice.lines), currency)
    vat = sum_money((row.vat for row in invoice.vat), currency)
    checks = (
        ("net_total", net, "is not the sum of the lines (BR-CO-10, BR-CO-13)"),
        ("vat_total", vat, "is not the sum of the VAT breakdown (BR-CO-14)"),
        ("gross_total", invoice.net_total + invoice.vat_total, "is not net and VAT (BR-CO-15)"),
        (
            "amount_due",
            invoice.gross_total - (invoice.prepaid or nothing),
            "is not gross less prepaid (BR-CO-16)",
        ),
    )
    for field, expected, text in checks:
        if getattr(invoice, field) != expected:
            yield field, text
    nets: dict[object, Money] = {}
    for line in invoice.lines:
        key = (line.vat_category, line.vat_rate)
        nets[key] = nets.get(key, nothing) + line.net
    if invoice.vat and nets != {(row.category, row.rate): row.taxable for row in invoice.vat}:
        yield "vat.taxable", "is not the sum of the lines of its rate (BR-S-08)"


def _line_faults(invoice: Invoice) -> Iterator[tuple[str, str]]:
    for field, rule in (("id", "BR-21"), ("name", "BR-25"), ("unit", "BR-23")):
        if not all(getattr(line, field) for line in invoice.lines):
            yield f"lines.{field}", f"is empty ({rule})"
    if any(line.unit_price < 0 for line in invoice.lines):
        yield "lines.unit_price", "is negative; let the quantity be (BR-27)"
