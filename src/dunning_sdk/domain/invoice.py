"""Invoices, credit notes and quotes, as EN 16931 names their parts.

Decides whether a document is sound enough to be chased (`problems_of`); reading and writing
files is left to connectors, what is still owed to `domain.receivable`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import BankAccount, Party


class InvoiceKind(StrEnum):
    """What a document does to the debt."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True, kw_only=True)
class VatSubtotal:
    """One row of the VAT breakdown (EN 16931 BG-23).

    Attributes:
        category: UNTDID 5305 code: ``S`` standard, ``Z``, ``E``, ``AE``, ``K``, ``G``, ``O``.
        rate: Fraction, ``Decimal("0.20")`` for 20 %; zero where no VAT is due.
        taxable: BT-116.
        vat: BT-117.
        exemption_reason: BT-120; empty for category ``S``.
    """

    category: str
    rate: Decimal
    taxable: Money
    vat: Money
    exemption_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One line (EN 16931 BG-25).

    Attributes:
        id: BT-126, unique within the document.
        name: BT-153.
        quantity: BT-129, in ``unit``.
        unit: UN/ECE rec. 20 code; ``C62`` is "one".
        unit_price: BT-146, net price of one unit in major units of the document's currency.
        net: BT-131, quantity times price, less allowances.
        vat_category: UNTDID 5305 code.
        vat_rate: Fraction.
    """

    id: str
    name: str
    quantity: Decimal
    unit: str = "C62"
    unit_price: Decimal
    net: Money
    vat_category: str = "S"
    vat_rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice or a credit note.

    Attributes:
        number: BT-1; empty while a draft (the invoice sink numbers it).
        kind: Whether it adds to the debt or lowers it.
        issued_on: BT-2.
        due_on: BT-9; ``None`` where the document states none.
        creditor: The seller (BG-4).
        debtor: The buyer (BG-7).
        payee: BG-10, where money goes to another than the creditor.
        accounts: BG-17, accounts the document asks to be paid to.
        lines: BG-25; empty in the MINIMUM and BASIC WL profiles.
        vat: BG-23; empty in the MINIMUM profile.
        net_total: BT-109.
        vat_total: BT-110.
        gross_total: BT-112.
        prepaid: BT-113.
        amount_due: BT-115; not negative, also in a credit note.
        payment_terms: BT-20.
        payment_reference: BT-83, what the payer should quote.
        order_reference: BT-13.
        contract_reference: BT-12.
        preceding: BT-25, the invoice a credit note or a replacement refers to.
        delivered_on: BT-72.
        note: BT-22, all notes joined by line feeds.
    """

    number: str
    kind: InvoiceKind = InvoiceKind.INVOICE
    issued_on: date
    due_on: date | None = None
    creditor: Party
    debtor: Party
    payee: Party | None = None
    accounts: tuple[BankAccount, ...] = ()
    lines: tuple[InvoiceLine, ...] = ()
    vat: tuple[VatSubtotal, ...] = ()
    net_total: Money
    vat_total: Money
    gross_total: Money
    prepaid: Money | None = None
    amount_due: Money
    payment_terms: str = ""
    payment_reference: str = ""
    order_reference: str = ""
    contract_reference: str = ""
    preceding: str = ""
    delivered_on: date | None = None
    note: str = ""

    @property
    def currency(self) -> str:
        """Return the ISO 4217 code all amounts are in (BT-5)."""
        return self.amount_due.currency


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """An offer to a debtor, and what he agreed to (S0-21 … S0-25).

    Attributes:
        number: Unique within the tenant.
        debtor_id: Who it was made to.
        amount: Total including VAT.
        signed_on: Day the debtor accepted it; ``None`` while open.
        terms_allow_financing: Whether the general terms that apply allow fast payment.
        changed_by_debtor: Whether the debtor changed the order after signing.
        recorded_by: ``platform`` or ``creditor``: who entered that change.
        work_starts_on: First day of the work; ``None`` where unknown.
    """

    number: str
    debtor_id: str
    amount: Money
    signed_on: date | None = None
    terms_allow_financing: bool = False
    changed_by_debtor: bool = False
    recorded_by: str = "platform"
    work_starts_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceProblem:
    """Why a document is refused at intake.

    Attributes:
        field: Record field at fault.
        text: What is wrong and what to do.
    """

    field: str
    text: str


def problems_of(invoice: Invoice) -> tuple[InvoiceProblem, ...]:
    """Return everything that keeps a document from being chased; empty if sound.

    Source:
        House rule, after EN 16931 BR-2 (number), BR-CO-15 (totals) and BR-CO-25 (due date).
    """
    found: list[InvoiceProblem] = []
    if not invoice.number:
        found.append(InvoiceProblem(field="number", text="has no number; give it one"))
    if invoice.due_on is not None and invoice.due_on < invoice.issued_on:
        text = f"is due on {invoice.due_on}, before its issue on {invoice.issued_on}; correct one"
        found.append(InvoiceProblem(field="due_on", text=text))
    for name in ("net_total", "vat_total", "gross_total", "amount_due"):
        if getattr(invoice, name).minor < 0:
            text = f"has a negative {name}; send a credit note instead"
            found.append(InvoiceProblem(field=name, text=text))
    if invoice.net_total + invoice.vat_total != invoice.gross_total:
        text = "has totals that do not add up: net and VAT differ from gross"
        found.append(InvoiceProblem(field="gross_total", text=text))
    return tuple(found)
