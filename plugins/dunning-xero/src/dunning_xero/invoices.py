"""Xero's sales invoices and credit notes in our words.

Decides which documents are ours to chase: approved, and not paid. A credit note lowers the
invoices it is allocated to, each by what was allocated, as a document of its own where there are
several; one that is allocated to nothing lowers nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from dunning_sdk.connectors.interface import Batch, InvoiceSource, SourcedInvoice
from dunning_sdk.connectors.one_by_one import sound
from dunning_sdk.connectors.payload import new_fields
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import DomainError, InputError

from dunning_xero.party import party_of
from dunning_xero.reader import NAME, Reader
from dunning_xero.record import Allocation, ContactRecord, CreditNoteRecord, InvoiceRecord

_OPEN: Final = "AUTHORISED"
_GIVEN: Final = frozenset(("AUTHORISED", "PAID"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """One document as it reaches us: an invoice, or what of a credit note went to an invoice.

    Attributes:
        record: As Xero has it.
        id: Xero's own.
        number: Of the document here.
        amount: With VAT; its VAT is that of the record, pro rata.
        due_on: Of an invoice.
        preceding: The invoice that is lowered; empty for an invoice.
    """

    record: InvoiceRecord | CreditNoteRecord
    id: str
    number: str
    amount: Decimal
    due_on: date | None = None
    preceding: str = ""


class XeroInvoices(InvoiceSource):
    """Reads approved invoices and allocated credit notes.

    Args:
        reader: Of one organisation in Xero.
        creditor: Who issued them.
    """

    def __init__(self, reader: Reader, *, creditor: Party) -> None:
        self._reader = reader
        self._creditor = creditor

    def fetch(self) -> Batch[SourcedInvoice]:
        """Return every invoice that is still to be paid, and every credit given.

        Raises:
            ConnectorError: Xero could not be read to the end; nothing was brought.
        """
        problems: list[InputError] = []
        invoices = self._reader.invoices(problems)
        notes = self._reader.credit_notes(problems)
        contacts = self._reader.contacts(problems)
        stated = [
            *(_of_invoice(one) for one in invoices if one.Status == _OPEN and one.Total > 0),
            *(_of_allocation(note, given) for note in notes for given in _allocations(note)),
        ]
        sourced = sound(stated, lambda one: self._to_domain(one, contacts), problems)
        remarks = (
            *new_fields(invoices, connector=NAME, what="invoice"),
            *new_fields(notes, connector=NAME, what="credit note"),
            *new_fields(contacts.values(), connector=NAME, what="contact"),
        )
        return Batch(records=tuple(sourced), problems=tuple(problems), remarks=remarks)

    def _to_domain(
        self, document: _Document, contacts: Mapping[str, ContactRecord]
    ) -> SourcedInvoice:
        record = document.record
        contact = contacts.get(record.Contact.ContactID)
        if contact is None:
            raise _problem(document, "Contact", "is not in the list", "Give it a contact")
        if not document.number:
            raise _problem(document, "number", "is approved and has no number", "Give it one")
        try:
            gross = Money.from_major(document.amount, record.CurrencyCode)
            net, vat = gross.allocate([record.SubTotal, record.TotalTax])
        except DomainError as exc:
            raise _problem(document, "Total", exc.message, "Correct it there") from exc
        invoice = Invoice(
            number=document.number,
            kind=InvoiceKind.CREDIT_NOTE if document.preceding else InvoiceKind.INVOICE,
            issued_on=record.Date,
            due_on=document.due_on,
            creditor=self._creditor,
            debtor=party_of(contact),
            net_total=net,
            vat_total=vat,
            gross_total=gross,
            amount_due=gross,
            preceding=document.preceding,
        )
        return SourcedInvoice(invoice=invoice, origin=f"{NAME}:{document.id}")


def _of_invoice(record: InvoiceRecord) -> _Document:
    return _Document(
        record=record,
        id=record.InvoiceID,
        number=record.InvoiceNumber,
        amount=record.Total,
        due_on=record.DueDate,
    )


def _of_allocation(note: CreditNoteRecord, given: Allocation) -> _Document:
    lowered = given.Invoice.InvoiceNumber
    is_only = len(_allocations(note)) == 1
    return _Document(
        record=note,
        id=note.CreditNoteID,
        number=note.CreditNoteNumber if is_only else f"{note.CreditNoteNumber}/{lowered}",
        amount=given.Amount,
        preceding=lowered,
    )


def _allocations(note: CreditNoteRecord) -> list[Allocation]:
    if note.Status not in _GIVEN:
        return []
    return [given for given in note.Allocations if not given.IsDeleted and given.Amount > 0]


def _problem(document: _Document, field: str, text: str, hint: str) -> InputError:
    return InputError(text, source=f"{NAME}:{document.id}", field=field, hint=hint)
