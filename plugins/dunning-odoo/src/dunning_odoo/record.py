"""What is read of Odoo's records.

The JSON-2 API returns the fields that are asked for and no others, so each record lists the
fields to ask for, and one that Odoo no longer has is an error, not a gap. Where a field is empty
Odoo says ``false``, which is read as ``None``.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from dunning_sdk.connectors.payload import Payload
from pydantic import BeforeValidator


def _first(value: object) -> object:
    """Return the id of a record that is named by id and name."""
    return value[0] if isinstance(value, list) and value else value


def _second(value: object) -> object:
    """Return the name of a record that is named by id and name."""
    return value[1] if isinstance(value, list) and len(value) > 1 else value


Id = Annotated[int, BeforeValidator(_first)]
Name = Annotated[str, BeforeValidator(_second)]


class Record(Payload):
    """A record of Odoo's.

    Attributes:
        id: Odoo's own.
    """

    id: int

    @classmethod
    def fields(cls) -> list[str]:
        """Return what to ask for."""
        return list(cls.model_fields)


class MoveRecord(Record):
    """A posted customer invoice or credit note.

    Attributes:
        name: Its number.
        move_type: ``out_invoice`` or ``out_refund``.
        payment_state: ``not_paid``, ``in_payment``, ``paid``, ``partial``, ``reversed`` …
        invoice_date: Day of issue.
        invoice_date_due: Due date, the last one where there are several.
        currency_id: ISO 4217.
        amount_untaxed: Total without tax.
        amount_tax: Total of tax.
        amount_total: What is to be paid.
        partner_id: The debtor.
        reversed_entry_id: What a credit note lowers.
        payment_reference: What the debtor should quote.
    """

    name: str
    move_type: str
    payment_state: str
    invoice_date: dt.date
    invoice_date_due: dt.date | None
    currency_id: Name
    amount_untaxed: Decimal
    amount_tax: Decimal
    amount_total: Decimal
    partner_id: Id
    reversed_entry_id: Id | None
    payment_reference: str | None


class PartnerRecord(Record):
    """A partner.

    Attributes:
        name: Of the company or the person.
        is_company: Whether it is one.
        commercial_company_name: Of the company a person works for.
        email: As it was typed.
        phone: As it was typed.
        street: First line.
        street2: Second line.
        zip: Postal code.
        city: Town name.
        country_code: ISO 3166-1.
        vat: VAT identifier, or another tax number.
        company_registry: Company number.
        lang: Such as ``fr_FR``.
    """

    name: str
    is_company: bool | None
    commercial_company_name: str | None
    email: str | None
    phone: str | None
    street: str | None
    street2: str | None
    zip: str | None
    city: str | None
    country_code: str | None
    vat: str | None
    company_registry: str | None
    lang: str | None


class ReconciliationRecord(Record):
    """What of one journal item settles another.

    Attributes:
        debit_move_id: The item of the invoice.
        credit_move_id: The item that settles it.
        debit_amount_currency: How much, in the invoice's currency.
    """

    debit_move_id: Id
    credit_move_id: Id
    debit_amount_currency: Decimal


class ItemRecord(Record):
    """A journal item.

    Attributes:
        move_id: The entry it is of.
        move_type: Of that entry: ``entry`` for a payment, ``out_refund`` for a credit note.
        date: Day it counts from.
        ref: As it was typed, or as the bank wrote it.
        date_maturity: Of an item of an invoice: when it is due.
    """

    move_id: Id
    move_type: str
    date: dt.date
    ref: str | None
    date_maturity: dt.date | None


def without_false(value: Any) -> Any:  # noqa: ANN401  # JSON
    """Return a record with ``None`` where Odoo says that a field is empty.

    >>> without_false({"name": False, "partner_id": [9, "Martin"]})
    {'name': None, 'partner_id': [9, 'Martin']}
    """
    if not isinstance(value, dict):
        return value
    return {name: None if one is False else one for name, one in value.items()}
