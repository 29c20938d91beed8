"""An invoice or a credit note of ours in Xero's words.

Decides how a document is booked: its lines on one account, VAT by the tax type of its rate, and
the amounts as they are, so that Xero computes none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dunning_sdk.domain.invoice import Invoice, InvoiceKind, VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConnectorInvalidError

from dunning_xero.reader import NAME

REFERENCE_DIGITS: Final = 16
_PERCENT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """How documents are booked.

    Attributes:
        account: Code of the account of every line.
        tax_types: Xero's tax type for each rate of VAT, in percent.
    """

    account: str
    tax_types: Mapping[Decimal, str]

    def tax_type(self, rate: Decimal) -> str:
        """Return the tax type of a rate.

        Raises:
            ConnectorInvalidError: The configuration names none.
        """
        percent = rate * _PERCENT
        for known, name in self.tax_types.items():
            if known == percent:
                return name
        raise ConnectorInvalidError(
            f"{NAME}: no tax type is set for VAT of {percent.normalize():f} %",
            hint="Add it to tax_types in [sink]",
            connector=NAME,
            fields={"tax_types": f"has no {percent.normalize():f}"},
        )


def reference_of(key: str, draft: Invoice) -> str:
    """Return the reference by which a document that was issued under a key is found again."""
    return f"{draft.order_reference} #{key[:REFERENCE_DIGITS]}".strip()


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
        "LineItems": [_line(one, draft, booking) for one in _taxed(draft)],
    }
    if is_invoice and draft.due_on is not None:
        body["DueDate"] = draft.due_on.isoformat()
    return body


def as_number(amount: Money) -> float:
    """Return an amount as JSON has it; its digits are those of the decimal."""
    return float(amount.major)


def _taxed(draft: Invoice) -> tuple[VatSubtotal, ...]:
    if not draft.vat:
        raise ConnectorInvalidError(
            f"{NAME}: the draft states no rate of VAT, and Xero needs one for each line",
            hint="Give the draft its VAT breakdown",
            connector=NAME,
            fields={"vat": "is empty"},
        )
    return draft.vat


def _line(taxed: VatSubtotal, draft: Invoice, booking: Booking) -> dict[str, object]:
    names = [
        one.name
        for one in draft.lines
        if (one.vat_category, one.vat_rate) == (taxed.category, taxed.rate)
    ]
    return {
        "Description": "\n".join(names) or draft.note or draft.preceding or "—",
        "Quantity": 1,
        "UnitAmount": as_number(taxed.taxable),
        "LineAmount": as_number(taxed.taxable),
        "TaxAmount": as_number(taxed.vat),
        "TaxType": booking.tax_type(taxed.rate),
        "AccountCode": booking.account,
    }
