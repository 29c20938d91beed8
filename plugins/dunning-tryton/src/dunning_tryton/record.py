"""What is read of Tryton's records.

The REST interface of Tryton 8 returns the fields that are asked for and no others, so `FIELDS`
is asked for by name and a field that Tryton no longer has is an error, not a gap.
"""

import datetime as dt
from decimal import Decimal
from typing import ClassVar, Final

from dunning_sdk.connectors.payload import Payload

FIELDS: Final = (
    "number",
    "state",
    "invoice_date",
    "currency.code",
    "untaxed_amount",
    "tax_amount",
    "total_amount",
    "customer_payment_reference",
    "party.name",
    "party.lang.code",
    "party.contact_mechanisms.type",
    "party.contact_mechanisms.value",
    "party.identifiers.type",
    "party.identifiers.code",
    "invoice_address.street",
    "invoice_address.postal_code",
    "invoice_address.city",
    "invoice_address.country.code",
    "lines_to_pay.maturity_date",
    "origin_invoices.number",
    "cancel_move.number",
    "cancel_move.date",
    "cancel_move.origin",
    *(
        f"{lines}.{field}"
        for lines in ("payment_lines", "reconciliation_lines")
        for field in (
            "date",
            "debit",
            "credit",
            "amount_second_currency",
            "second_currency.code",
            "move.origin",
            "move.company.currency.code",
            "description",
        )
    ),
)


class _Record(Payload):
    unread: ClassVar[frozenset[str]] = frozenset(("__name__",))

    id: int


class Coded(_Record):
    """A record known by a code: a currency, a country, a language.

    Attributes:
        code: ISO 4217, ISO 3166-1 or a locale such as ``fr`` or ``pt_BR``.
    """

    code: str | None


class Mechanism(_Record):
    """One way to reach a party.

    Attributes:
        type: ``email``, ``phone``, ``mobile`` and others.
        value: As it was typed.
    """

    type: str
    value: str | None


class Identifier(_Record):
    """A number of a party in a register.

    Attributes:
        type: Such as ``fr_siren`` or ``eu_vat``; ``None`` where it is of no register.
        code: As it was typed.
    """

    type: str | None
    code: str


class PartyRecord(_Record):
    """A party.

    Attributes:
        name: Of the company or the person; ``None`` where none was given.
        lang: What the party is written to in.
        contact_mechanisms: In order.
        identifiers: In order.
    """

    name: str | None
    lang: Coded | None
    contact_mechanisms: tuple[Mechanism, ...]
    identifiers: tuple[Identifier, ...]


class AddressRecord(_Record):
    """An address.

    Attributes:
        street: Lines, line breaks between them.
        postal_code: As the post writes it.
        city: Town name.
        country: With its ISO 3166-1 code.
    """

    street: str | None
    postal_code: str | None
    city: str | None
    country: Coded | None


class Maturity(_Record):
    """A line of the invoice's entry that is to be paid.

    Attributes:
        maturity_date: When it is due.
    """

    maturity_date: dt.date | None


class CompanyRecord(_Record):
    """The company of an entry.

    Attributes:
        currency: In which its debit and credit are.
    """

    currency: Coded


class MoveRecord(_Record):
    """An entry of the books.

    Attributes:
        origin: What it was made from, as ``account.invoice,7``; ``None`` where made by hand.
        company: Whose.
    """

    origin: str | None
    company: CompanyRecord


class LineRecord(_Record):
    """A line of an entry that settles an invoice, whole or in part.

    Attributes:
        date: Of its entry.
        debit: In the company's currency.
        credit: In the company's currency.
        amount_second_currency: Debit less credit, in the other currency; ``None`` where none.
        second_currency: The other currency.
        move: Its entry.
        description: As typed or as the bank wrote it.
    """

    date: dt.date
    debit: Decimal
    credit: Decimal
    amount_second_currency: Decimal | None
    second_currency: Coded | None
    move: MoveRecord
    description: str | None


class OriginRecord(_Record):
    """An invoice that a credit note came from.

    Attributes:
        number: ``None`` while it was not posted.
    """

    number: str | None


class CancelRecord(_Record):
    """The entry that cancels an invoice.

    Attributes:
        number: ``None`` while it was not posted.
        date: Day it counts from.
        origin: What it was made from: an entry, or a credit note as ``account.invoice,7``.
    """

    number: str | None
    date: dt.date
    origin: str | None


class InvoiceRecord(_Record):
    """A customer invoice that was posted; a credit note where its total is below zero.

    Attributes:
        number: Given at posting.
        state: ``posted``, ``paid`` or ``cancelled``.
        invoice_date: Day of issue.
        currency: Of the document.
        untaxed_amount: Total without tax.
        tax_amount: Total of tax.
        total_amount: What is to be paid.
        customer_payment_reference: What the debtor should quote.
        party: The debtor.
        invoice_address: Where the invoice went.
        lines_to_pay: One for each day on which a part is due.
        payment_lines: What was entered as a payment of it.
        reconciliation_lines: What it was reconciled with, payments and credit notes.
        origin_invoices: What a credit note lowers.
        cancel_move: What cancels it; ``None`` where nothing does.
    """

    number: str
    state: str
    invoice_date: dt.date
    currency: Coded
    untaxed_amount: Decimal
    tax_amount: Decimal
    total_amount: Decimal
    customer_payment_reference: str | None
    party: PartyRecord
    invoice_address: AddressRecord | None
    lines_to_pay: tuple[Maturity, ...]
    payment_lines: tuple[LineRecord, ...]
    reconciliation_lines: tuple[LineRecord, ...]
    origin_invoices: tuple[OriginRecord, ...]
    cancel_move: CancelRecord | None
