"""Our records in Hokodo's words, refused where Hokodo would refuse them.

Decides nothing about financing. What cannot be said to Hokodo is named field by field before
anything is sent.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.connectors.interface import IssuedDocument
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.errors import ConnectorInvalidError

from dunning_hokodo.options import NAME, HokodoOptions

KEY: Final = "dunning_key"
UNIQUE_ID_MAX: Final = 254  # "string of less then 255 characters" (docs/unique-id-filters.md)
_SIREN: Final = 9
_SIRET: Final = 14
_LINES_MAX: Final = 3


def company_number(registration: str, *, country: str, field: str) -> str:
    """Return the number a company is searched by: of a French one its SIREN.

    Raises:
        ConnectorInvalidError: There is none, or it is neither a SIREN nor a SIRET.
    """
    number = "".join(registration.split())
    if not number:
        raise invalid({field: "is missing"})
    if country != "FR":
        return number
    if not (number.isascii() and number.isdigit() and len(number) in (_SIREN, _SIRET)):
        raise invalid({field: "is neither a SIREN nor a SIRET"})
    return number[:_SIREN]


def unique_id_of(invoice: Invoice) -> str:
    """Return our id of an invoice: who issued it, and its number."""
    return f"{invoice.creditor.registration or invoice.creditor.id}/{invoice.number}"


def faults(invoice: Invoice, document: IssuedDocument) -> dict[str, str]:
    """Return why an invoice cannot be handed over, by field; empty where it can."""
    held = {
        "kind": invoice.kind is not InvoiceKind.INVOICE and "is a credit note",
        "number": document.number != invoice.number and "differs from the document's",
        "id": len(unique_id_of(invoice)) > UNIQUE_ID_MAX and "is too long with the creditor's",
        "media_type": document.media_type != "application/pdf" and "is no PDF",
        "amount_due": invoice.amount_due.minor <= 0 and "is not above 0",
        "debtor.email": not buyer(invoice.debtor).email and "is missing, and he confirms there",
        "debtor.address": not invoice.debtor.address.is_complete and "is not complete",
    }
    return {name: why for name, why in held.items() if why}


def buyer(debtor: Party) -> Contact:
    """Return who confirms for a debtor; nameless where there is nobody."""
    return debtor.contact() or Contact()


def country_of(debtor: Party, given: HokodoOptions) -> str:
    """Return where a debtor is registered."""
    return debtor.country or debtor.address.country or given.country


def organisation_body(number: str, company: str, known_on: date) -> dict[str, Any]:
    """Return a company as a customer of ours, for ``POST /organisations``."""
    return {"unique_id": number, "registered": moment(known_on), "company": company}


def user_body(who: Contact, debtor: Party, organisation: str, known_on: date) -> dict[str, Any]:
    """Return the person who confirms, for ``POST /users``."""
    return {
        "unique_id": who.email,
        "name": who.name or debtor.name,
        "email": who.email,
        "registered": moment(known_on),
        "organisations": [{"id": organisation, "role": "member"}],
    }


def order_body(invoice: Invoice, *, organisation: str, user: str, key: str) -> dict[str, Any]:
    """Return an invoice as one item, for ``POST /payment/orders``.

    Of an invoice that is partly prepaid, what is due is financed, with its share of the tax.
    """
    due = invoice.amount_due
    paid = max(invoice.gross_total.minor - due.minor, 0)
    tax = invoice.vat_total.allocate((due.minor, paid))[0]
    amounts = {"total_amount": due.minor, "tax_amount": tax.minor}
    where = _address(invoice.debtor)
    item = {
        "item_id": invoice.number,
        "type": "product",
        "description": f"Invoice {invoice.number}",
        "quantity": "1.000",
        "unit_price": due.minor,
        "tax_rate": _rate(invoice.net_total, invoice.vat_total),
        **amounts,
    }
    return {
        "unique_id": unique_id_of(invoice),
        "customer": {
            "organisation": organisation,
            "user": user,
            "invoice_address": where,
            "delivery_address": where,
        },
        "status": "draft",
        "currency": due.currency,
        **amounts,
        "order_date": invoice.issued_on.isoformat(),
        "items": [item],
        "metadata": {KEY: key},
    }


def offer_body(order: str, debtor: Party, given: HokodoOptions) -> dict[str, Any]:
    """Return the question what Hokodo offers for an order, for ``POST /payment/offers``."""
    urls = {
        "success": given.return_url,
        "failure": given.return_url,
        "cancel": given.return_url,
        "notification": given.notification_url,
        "merchant_terms": given.terms_url,
    }
    country = country_of(debtor, given)
    return {
        "order": order,
        "urls": {name: url for name, url in urls.items() if url},
        "locale": f"{debtor.language or country.lower()}_{country}",
        "metadata": {},
    }


def moment(day: date) -> str:
    """Return a day as Hokodo writes it: its beginning in UTC."""
    return f"{day.isoformat()}T00:00:00Z"


def invalid(fields: dict[str, str]) -> ConnectorInvalidError:
    """Return the error for a record that cannot be said to Hokodo."""
    named = "; ".join(f"{name} {why}" for name, why in fields.items())
    return ConnectorInvalidError(
        f"{NAME}: this cannot be handed over: {named}",
        hint="Correct what is named, then hand it over again",
        connector=NAME,
        fields=fields,
    )


def _address(debtor: Party) -> dict[str, str]:
    where = debtor.address
    lines = {
        f"address_line{place}": line for place, line in enumerate(where.lines[:_LINES_MAX], start=1)
    }
    return {
        "name": buyer(debtor).name or debtor.name,
        "company_name": debtor.name,
        **lines,
        "city": where.city,
        "postcode": where.postal_code,
        "country": where.country,
    }


def _rate(net: Money, tax: Money) -> str:
    """Return the tax in percent of the net amount, with two decimals."""
    if not net.minor:
        return "0.00"
    return str((Decimal(tax.minor) * 100 / net.minor).quantize(Decimal("0.01")))
