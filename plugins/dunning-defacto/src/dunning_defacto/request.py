"""Our records in Defacto's words, refused where Defacto would refuse them.

Decides nothing about financing. What cannot be said to Defacto is named field by field before
anything is sent.
"""

from base64 import b64encode
from datetime import date
from typing import Any, Final

from dunning_sdk.connectors.interface import IssuedDocument
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.party import BankAccount, Party
from dunning_sdk.errors import ConnectorInvalidError

KEY: Final = "dunning_key"
CURRENCY: Final = "EUR"
LOAN_MINOR_MAX: Final = 200_000_00  # "Loan amount in cents. Maximum: 200,000 €" (APIPostLoan)


def identifier(registration: str, *, field: str) -> dict[str, str]:
    """Return a French company number with its kind.

    Raises:
        ConnectorInvalidError: It is neither a SIREN nor a SIRET.
    """
    number = "".join(registration.split())
    kinds = {9: "siren", 14: "siret"}
    if not (number.isascii() and number.isdigit() and len(number) in kinds):
        raise invalid({field: "is neither a SIREN nor a SIRET"})
    return {"identifier": number, "identifier_type": kinds[len(number)]}


def faults(
    invoice: Invoice, document: IssuedDocument, account: BankAccount | None
) -> dict[str, str]:
    """Return why an invoice cannot be handed over, by field; empty where it can."""
    amount = invoice.amount_due
    held = {
        "kind": invoice.kind is not InvoiceKind.INVOICE and "is a credit note",
        "number": document.number != invoice.number and "differs from the document's",
        "media_type": document.media_type != "application/pdf" and "is no PDF",
        "currency": amount.currency != CURRENCY and f"is not {CURRENCY}",
        "amount_due": not 0 < amount.minor <= LOAN_MINOR_MAX and "is not above 0 to 200000 euros",
        "due_on": invoice.due_on is None and "is missing",
        "creditor.iban": account is None and "is missing, and the money goes there",
    }
    return {name: why for name, why in held.items() if why}


def invoice_body(invoice: Invoice, document: IssuedDocument, *, key: str) -> dict[str, Any]:
    """Return the invoice with its PDF, for ``POST /invoices``.

    Raises:
        ConnectorInvalidError: A party's registration cannot be said.
    """
    body: dict[str, Any] = {
        "document": b64encode(document.content).decode("ascii"),
        "invoice_number": invoice.number,
        "currency": CURRENCY,
        "issued_at": moment(invoice.issued_on),
        "due_at": moment(invoice.due_on or invoice.issued_on),
        "net_amount": invoice.net_total.minor,
        "tax_amount": invoice.vat_total.minor,
        "total_amount": invoice.gross_total.minor,
        "to_pay_amount": invoice.amount_due.minor,
        "seller": _party(invoice.creditor, "creditor.registration"),
        "buyer": _party(invoice.debtor, "debtor.registration"),
        "is_draft": False,
        "metadata": {KEY: key},
    }
    if invoice.accounts:
        body["to_account"] = {"account_number": invoice.accounts[0].iban}
    return body


def loan_body(
    invoice: Invoice, account: BankAccount, *, invoice_id: str, key: str, pay_on: date
) -> dict[str, Any]:
    """Return the request to finance an invoice Defacto has, for ``POST /loans``."""
    return {
        "amount": invoice.amount_due.minor,
        "currency": CURRENCY,
        "borrower": identifier(invoice.creditor.registration, field="creditor.registration"),
        "invoice_ids": [invoice_id],
        "loan_to": {"account_number": account.iban},
        "to_pay_at": moment(pay_on),
        "to_repay_at": moment(invoice.due_on or pay_on),
        "salt_id": key,
        "metadata": {KEY: key},
    }


def moment(day: date) -> str:
    """Return a day as Defacto writes it: its beginning in UTC."""
    return f"{day.isoformat()}T00:00:00Z"


def invalid(fields: dict[str, str]) -> ConnectorInvalidError:
    """Return the error for a record that cannot be said to Defacto."""
    named = "; ".join(f"{name} {why}" for name, why in fields.items())
    return ConnectorInvalidError(
        f"defacto: this cannot be handed over: {named}",
        hint="Correct what is named, then hand it over again",
        connector="defacto",
        fields=fields,
    )


def _party(party: Party, field: str) -> dict[str, str]:
    named = {**identifier(party.registration, field=field), "name": party.name}
    return {**named, "vat_number": party.vat_id} if party.vat_id else named
