"""An invoice or a credit note of ours in Xero's words.

Decides how a document is booked: its lines on one account, VAT by the tax type of its rate, and
the amounts as they are, so that Xero computes none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dunning_sdk.connectors.drafting_sink import for_rate, reference_of, taxed_parts
from dunning_sdk.domain.invoice import Invoice, InvoiceKind, VatSubtotal
from dunning_sdk.domain.money import Money

from dunning_xero.reader import NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """How documents are booked.

    Attributes:
        account: Code of the account of every line.
        tax_types: Xero's tax type for each rate of VAT, in percent.
    """

    account: str
    tax_types: Mapping[Decimal, str]


def body_of(draft: Invoice, *, key: str, booking: Booking) -> dict[str, object]:
    """Return what is sent to have a document issued.

    One line for each rate of VAT where the draft has no lines.

    Raises:
        ConnectorInvalidError: A rate of VAT has no tax type, or the draft states no VAT.
    """
    is_invoice = draft.kind is InvoiceKind.INVOICE
    body: dict[str, object] = {
        "Type": "ACCREC" if is_invoice else "ACCRECCREDIT",
        "Contact": {"ContactID": draft.debtor.id},
        "Date": draft.issued_on.isoformat(),
        "CurrencyCode": draft.currency,
        "LineAmountTypes": "Exclusive",
        "Status": "AUTHORISED",
        "Reference": reference_of(key, draft),
        "LineItems": [
            _line(words, one, booking) for words, one in taxed_parts(draft, connector=NAME)
        ],
    }
    if is_invoice and draft.due_on is not None:
        body["DueDate"] = draft.due_on.isoformat()
    return body


def as_number(amount: Money) -> float:
    """Return an amount as JSON has it; its digits are those of the decimal."""
    return float(amount.major)


def _line(words: str, taxed: VatSubtotal, booking: Booking) -> dict[str, object]:
    return {
        "Description": words,
        "Quantity": 1,
        "UnitAmount": as_number(taxed.taxable),
        "LineAmount": as_number(taxed.taxable),
        "TaxAmount": as_number(taxed.vat),
        "TaxType": for_rate(booking.tax_types, taxed, connector=NAME, option="tax_types"),
        "AccountCode": booking.account,
    }
