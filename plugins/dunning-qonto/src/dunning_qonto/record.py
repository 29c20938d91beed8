"""What is read of Qonto's replies.

Amounts are whole minor units beside the same as texts; the minor units are read. Qonto publishes
no list of all fields, so a field that is new to it does not show here: one that is missing or of
another type does.
"""

import datetime as dt

from dunning_sdk.connectors.payload import Payload


class Place(Payload):
    """An address.

    Attributes:
        street_address: Street lines.
        city: Town name.
        zip_code: As the post writes it.
        country_code: ISO 3166-1.
    """

    street_address: str | None = None
    city: str | None = None
    zip_code: str | None = None
    country_code: str | None = None


class ClientRecord(Payload):
    """A client.

    Attributes:
        id: Qonto's own.
        type: ``company``, ``individual`` or ``freelancer``; ``kind`` in some replies.
        name: Of a company.
        first_name: Of a person.
        last_name: Of a person.
        email: Where invoices go.
        phone_number: With the country's number in front.
        tax_identification_number: SIREN or SIRET in France.
        vat_number: With the country's letters.
        locale: Such as ``fr``.
        billing_address: Where bills go.
    """

    id: str
    type: str | None = None
    kind: str | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    tax_identification_number: str | None = None
    vat_number: str | None = None
    locale: str | None = None
    billing_address: Place | None = None


class InvoiceRecord(Payload):
    """A client invoice.

    Attributes:
        id: Qonto's own.
        number: As issued; of a draft what it may become.
        status: ``draft``, ``unpaid``, ``paid``, ``canceled``.
        issue_date: Day of issue.
        due_date: Day it is to be paid.
        currency: ISO 4217.
        total_amount_cents: With VAT.
        vat_amount_cents: VAT.
        paid_at: Moment it was marked as paid.
        contact_email: Where this invoice went.
        client: The debtor.
    """

    id: str
    number: str | None = None
    status: str
    issue_date: dt.date
    due_date: dt.date | None = None
    currency: str
    total_amount_cents: int
    vat_amount_cents: int
    paid_at: dt.datetime | None = None
    contact_email: str | None = None
    client: ClientRecord


class CreditNoteRecord(Payload):
    """A credit note.

    Attributes:
        id: Qonto's own.
        invoice_id: The invoice it lowers.
        number: As issued.
        issue_date: Day of issue.
        currency: ISO 4217.
        total_amount_cents: With VAT.
        vat_amount_cents: VAT.
    """

    id: str
    invoice_id: str
    number: str
    issue_date: dt.date
    currency: str
    total_amount_cents: int
    vat_amount_cents: int


class Transfer(Payload):
    """The other side of a transfer.

    Attributes:
        counterparty_account_number: An IBAN where the format says so.
        counterparty_account_number_format: ``IBAN`` or another.
    """

    counterparty_account_number: str | None = None
    counterparty_account_number_format: str | None = None


class TransactionRecord(Payload):
    """A movement of an account.

    Attributes:
        id: Qonto's own.
        amount_cents: Not negative.
        currency: ISO 4217.
        side: ``credit`` where money came in, ``debit`` where it went out.
        status: ``pending``, ``declined``, ``completed``.
        label: Name of the other side.
        reference: As the other side wrote it.
        settled_at: Moment it was settled; ``None`` while it is not.
        operation_type: Such as ``income``, ``direct_debit_collection`` or ``card``.
        income: The other side of money that came in.
    """

    id: str
    amount_cents: int
    currency: str
    side: str
    status: str
    label: str | None = None
    reference: str | None = None
    settled_at: dt.datetime | None
    operation_type: str = ""
    income: Transfer | None = None
