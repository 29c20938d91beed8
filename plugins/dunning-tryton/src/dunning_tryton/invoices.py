"""Tryton's customer invoices in our words.

Decides which documents are ours to chase: posted, and due on one day. A document that is paid or
cancelled before we ever saw it is never opened; one that is due in instalments is left to a
person, since a notice about all of it would ask for money that is not due.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.connectors.interface import Batch, InvoiceSource, SourcedInvoice
from dunning_sdk.connectors.one_by_one import sound
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.errors import DomainError, InputError

from dunning_tryton.reader import MODEL, NAME, Reader
from dunning_tryton.record import AddressRecord, InvoiceRecord, PartyRecord

_POSTED: Final = "posted"
_CANCELLED: Final = "cancelled"
_PHONES: Final = ("mobile", "phone")
_REGISTERS: Final = (  # types of identifiers that name a company, the ones to prefer first
    "fr_siren", "fr_siret", "be_vat", "de_handelsregisternummer", "at_businessid", "ch_uid",
    "pl_regon", "es_cif", "it_iva", "pt_nif", "lu_tva",
)  # fmt: skip


class TrytonInvoices(InvoiceSource):
    """Reads posted invoices and credit notes.

    Args:
        reader: Of a Tryton database.
        creditor: Who issued them.
    """

    def __init__(self, reader: Reader, *, creditor: Party) -> None:
        self._reader = reader
        self._creditor = creditor

    def fetch(self) -> Batch[SourcedInvoice]:
        """Return every invoice that is still to be paid, and every credit note.

        Raises:
            ConnectorError: Tryton could not be read to the end; nothing was brought.
        """
        problems: list[InputError] = []
        wanted = filter(_is_wanted, self._reader.invoices(problems))
        sourced = sound(wanted, self._to_domain, problems)
        return Batch(records=tuple(sourced), problems=tuple(problems))

    def _to_domain(self, record: InvoiceRecord) -> SourcedInvoice:
        lowers, totals = _lowers(record), _totals(record)
        invoice = Invoice(
            number=record.number if lowers is None else lowers.number,
            kind=InvoiceKind.INVOICE if lowers is None else InvoiceKind.CREDIT_NOTE,
            issued_on=record.invoice_date if lowers is None else lowers.issued_on,
            due_on=_due_on(record) if lowers is None else None,
            creditor=self._creditor,
            debtor=_party(record),
            payment_reference=record.customer_payment_reference or "",
            preceding="" if lowers is None else lowers.invoice,
            net_total=totals.net,
            vat_total=totals.vat,
            gross_total=totals.gross,
            amount_due=totals.gross,
        )
        return SourcedInvoice(invoice=invoice, origin=f"{NAME}:{record.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lowering:
    """What takes an invoice back: a credit note, or the entry that cancels it.

    Attributes:
        number: Of the credit note; of the entry, with the invoice's, where there is none.
        issued_on: Day it counts from.
        invoice: Number of the invoice it lowers.
    """

    number: str
    issued_on: date
    invoice: str


def _lowers(record: InvoiceRecord) -> _Lowering | None:
    """Return what a record takes back, or ``None`` where it adds to the debt.

    Raises:
        InputError: It is a credit note for several invoices, and how much of each is not said.
    """
    entry = record.cancel_move
    if record.total_amount < 0:
        lowered = {one.number for one in record.origin_invoices if one.number}
        if len(lowered) > 1:
            hint = "Make one credit note for each, or record the credit here"
            raise _problem(record, "origin_invoices", "credits several invoices", hint)
        return _Lowering(number=record.number, issued_on=record.invoice_date, invoice=lowered.pop())
    if record.state == _CANCELLED and entry is not None:
        number = f"{record.number}/{entry.number or entry.id}"
        return _Lowering(number=number, issued_on=entry.date, invoice=record.number)
    return None


def _is_wanted(record: InvoiceRecord) -> bool:
    """Tell whether a document is open, or takes back one that may be.

    What a credit note cancels is taken back by the credit note, which is listed by itself.
    """
    if record.total_amount < 0:
        return any(one.number for one in record.origin_invoices)
    if record.state == _CANCELLED:
        entry = record.cancel_move
        return entry is not None and not (entry.origin or "").startswith(f"{MODEL},")
    return record.state == _POSTED and record.total_amount > 0


def _due_on(record: InvoiceRecord) -> date | None:
    days = {line.maturity_date for line in record.lines_to_pay}
    if len(days) > 1:
        hint = "Chase it there, or make one invoice for each instalment"
        raise _problem(record, "lines_to_pay", f"is due in {len(days)} instalments", hint)
    return days.pop() if days else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Totals:
    """The totals of a document, none negative."""

    net: Money
    vat: Money
    gross: Money


def _totals(record: InvoiceRecord) -> _Totals:
    sign = -1 if record.total_amount < 0 else 1
    currency = record.currency.code or ""
    try:
        return _Totals(
            net=Money.from_major(sign * record.untaxed_amount, currency),
            vat=Money.from_major(sign * record.tax_amount, currency),
            gross=Money.from_major(sign * record.total_amount, currency),
        )
    except DomainError as exc:
        raise _problem(record, "total_amount", exc.message, "Correct it there") from exc


def _party(record: InvoiceRecord) -> Party:
    debtor, place = record.party, record.invoice_address
    numbers = {one.type: "".join(one.code.split()) for one in debtor.identifiers if one.type}
    registration = next((numbers[name] for name in _REGISTERS if name in numbers), "")
    country = (place.country.code or "") if place is not None and place.country else ""
    vat_id = numbers.get("eu_vat") or numbers.get("gb_vat", "")
    return Party(
        id=str(debtor.id),
        name=debtor.name or "",
        country=country,
        registration=registration,
        vat_id=vat_id,
        address=_address(place, country) if place is not None else Address(),
        contacts=_contacts(debtor),
        language=((debtor.lang.code or "") if debtor.lang else "")[:2],
        is_company=bool(registration or vat_id),
    )


def _address(place: AddressRecord, country: str) -> Address:
    return Address(
        lines=tuple(line.strip() for line in (place.street or "").splitlines() if line.strip()),
        postal_code=place.postal_code or "",
        city=place.city or "",
        country=country,
    )


def _contacts(debtor: PartyRecord) -> tuple[Contact, ...]:
    said = [(one.type, (one.value or "").strip()) for one in debtor.contact_mechanisms]
    mails = [value for type, value in said if type == "email" and value]
    phones = [value for name in _PHONES for type, value in said if type == name]
    phone = next((number for number in phones if number.startswith("+")), "")
    if not mails:
        mails = [""] if phone else []
    return tuple(Contact(email=mail, phone="".join(phone.split())) for mail in mails)


def _problem(record: InvoiceRecord, field: str, text: str, hint: str) -> InputError:
    return InputError(text, source=f"{NAME}:{record.id}", field=field, hint=hint)
