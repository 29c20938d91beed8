"""What is read of Pennylane's replies, and what is known to come and not read.

Amounts are decimals as texts, in the invoice's own currency. The lists of what is not read were
taken from recorded replies of July 2026, so that a field that is new to Pennylane shows.
"""

import datetime as dt
from decimal import Decimal
from typing import ClassVar, Final

from dunning_sdk.connectors.payload import Payload

_NOT_READ_OF_AN_INVOICE: Final = """
    label amount tax exchange_rate discount ledger_entry public_file_url filename external_reference
    remaining_amount_without_tax special_mention invoice_line_sections invoice_lines
    custom_header_fields categories pdf_invoice_free_text pdf_invoice_subject pdf_description
    billing_subscription customer_invoice_template payments matched_transactions appendices quote
    e_invoicing factur_x created_at language transaction_reference
"""
_NOT_READ_OF_A_DEBTOR: Final = """
    billing_iban payment_conditions reference notes ledger_account delivery_address created_at
    updated_at external_reference mandates pro_account_mandates contacts first_name last_name
"""
_NOT_READ_OF_A_TRANSACTION: Final = """
    attachment_required outstanding_balance created_at updated_at amount journal bank_account
    categories matched_invoices archived_at currency_fee fee interbank_code pro_account_expense
    customer supplier
"""


class Linked(Payload):
    """A record that is named and not included.

    Attributes:
        id: Pennylane's own.
    """

    unread: ClassVar[frozenset[str]] = frozenset(("url",))

    id: int


class InvoiceRecord(Payload):
    """A customer invoice.

    Attributes:
        id: Pennylane's own.
        invoice_number: Empty in a draft, and in some imported documents.
        currency: ISO 4217.
        currency_amount: Total with VAT; negative in a credit note.
        currency_amount_before_tax: Total without VAT.
        currency_tax: VAT.
        remaining_amount_with_tax: What is still unpaid; ``None`` in a draft.
        date: Day of issue.
        deadline: Due date.
        paid: Whether nothing is left to pay.
        status: ``draft``, ``upcoming``, ``late``, ``partially_paid``, ``paid``, ``cancelled``,
            ``credit_note``.
        draft: Whether it was not issued yet.
        customer: The debtor; ``None`` where none is named.
        credited_invoice: What a credit note lowers.
        archived_at: When it was put away.
        updated_at: When it was changed last.
    """

    unread: ClassVar[frozenset[str]] = frozenset(_NOT_READ_OF_AN_INVOICE.split())

    id: int
    invoice_number: str
    currency: str
    currency_amount: Decimal
    currency_amount_before_tax: Decimal
    currency_tax: Decimal
    remaining_amount_with_tax: Decimal | None
    date: dt.date
    deadline: dt.date | None
    paid: bool
    status: str
    draft: bool
    customer: Linked | None
    credited_invoice: Linked | None
    archived_at: dt.datetime | None
    updated_at: dt.datetime


class PostalAddress(Payload):
    """An address.

    Attributes:
        address: Street lines.
        postal_code: As the post writes it.
        city: Town name.
        country_alpha2: ISO 3166-1.
    """

    address: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country_alpha2: str | None = None


class DebtorRecord(Payload):
    """A customer.

    Attributes:
        id: Pennylane's own.
        name: Of the company or the person.
        recipient: Whom to write to.
        phone: As it was typed.
        emails: In order.
        reg_no: Registration number; ``None`` for a person.
        vat_number: ``None`` for a person.
        customer_type: ``company`` or ``individual``.
        billing_language: Such as ``fr_FR``.
        billing_address: Where bills go.
    """

    unread: ClassVar[frozenset[str]] = frozenset(_NOT_READ_OF_A_DEBTOR.split())

    id: int
    name: str
    recipient: str | None
    phone: str | None
    emails: tuple[str, ...]
    reg_no: str | None = None
    vat_number: str | None = None
    customer_type: str
    billing_language: str | None
    billing_address: PostalAddress


class TransactionRecord(Payload):
    """A movement of a bank account.

    Attributes:
        id: Pennylane's own.
        label: What the bank writes.
        date: Day of the movement.
        currency: ISO 4217.
        currency_amount: Positive where money came in.
    """

    unread: ClassVar[frozenset[str]] = frozenset(_NOT_READ_OF_A_TRANSACTION.split())

    id: int
    label: str | None
    date: dt.date
    currency: str
    currency_amount: Decimal
