"""Qonto's client invoices and credit notes in our words.

Decides which documents are ours to chase: those that are unpaid. A credit note lowers the invoice
it was made from, and has its debtor.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from dunning_sdk.connectors.interface import Batch, InvoiceSource, SourcedInvoice
from dunning_sdk.connectors.one_by_one import sound
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.errors import DomainError, InputError

from dunning_qonto.reader import NAME, Reader
from dunning_qonto.record import CreditNoteRecord, InvoiceRecord, Place

_UNPAID: Final = "unpaid"
_PERSON: Final = "individual"


class QontoInvoices(InvoiceSource):
    """Reads unpaid invoices and credit notes.

    Args:
        reader: Of one organisation in Qonto.
        creditor: Who issued them.
    """

    def __init__(self, reader: Reader, *, creditor: Party) -> None:
        self._reader = reader
        self._creditor = creditor

    def fetch(self) -> Batch[SourcedInvoice]:
        """Return every invoice that is still to be paid, and every credit note.

        Raises:
            ConnectorError: Qonto could not be read to the end; nothing was brought.
        """
        problems: list[InputError] = []
        invoices = {record.id: record for record in self._reader.invoices(problems)}
        documents: list[InvoiceRecord | CreditNoteRecord] = [
            *(one for one in invoices.values() if one.status == _UNPAID),
            *self._reader.credit_notes(problems),
        ]
        sourced = sound(documents, lambda one: self._to_domain(one, invoices), problems)
        return Batch(records=tuple(sourced), problems=tuple(problems))

    def _to_domain(
        self, record: InvoiceRecord | CreditNoteRecord, invoices: Mapping[str, InvoiceRecord]
    ) -> SourcedInvoice:
        lowered, due_on = _lowered(record, invoices)
        if not (record.number and lowered.number):
            raise _problem(record, "number", "is issued and has no number", "Give it one")
        is_credit = lowered is not record
        try:
            gross = Money(abs(record.total_amount_cents), record.currency)
            vat = Money(abs(record.vat_amount_cents), record.currency)
        except DomainError as exc:
            raise _problem(record, "currency", exc.message, "Correct it there") from exc
        invoice = Invoice(
            number=record.number,
            kind=InvoiceKind.CREDIT_NOTE if is_credit else InvoiceKind.INVOICE,
            issued_on=record.issue_date,
            due_on=due_on,
            creditor=self._creditor,
            debtor=_party(lowered),
            net_total=gross - vat,
            vat_total=vat,
            gross_total=gross,
            amount_due=gross,
            preceding=lowered.number if is_credit else "",
        )
        return SourcedInvoice(invoice=invoice, origin=f"{NAME}:{record.id}")


def _lowered(
    record: InvoiceRecord | CreditNoteRecord, invoices: Mapping[str, InvoiceRecord]
) -> tuple[InvoiceRecord, date | None]:
    """Return the invoice a document is or lowers, and its due date where it is one.

    Raises:
        InputError: It lowers an invoice that Qonto does not list.
    """
    if isinstance(record, InvoiceRecord):
        return record, record.due_date
    lowered = invoices.get(record.invoice_id)
    if lowered is None:
        raise _problem(record, "invoice_id", "is not in the list", "Record the credit here")
    return lowered, None


def _party(invoice: InvoiceRecord) -> Party:
    client = invoice.client
    place = client.billing_address or Place()
    country = (place.country_code or "").upper()
    mail = invoice.contact_email or client.email or ""
    phone = "".join((client.phone_number or "").split())
    number = phone if phone.startswith("+") else ""
    person = f"{client.first_name or ''} {client.last_name or ''}".strip()
    lines = (line.strip() for line in (place.street_address or "").splitlines())
    return Party(
        id=client.id,
        name=client.name or person,
        country=country,
        registration="".join((client.tax_identification_number or "").split()),
        vat_id="".join((client.vat_number or "").split()),
        address=Address(
            lines=tuple(line for line in lines if line),
            postal_code=place.zip_code or "",
            city=place.city or "",
            country=country,
        ),
        contacts=(Contact(name=person, email=mail, phone=number),) if mail or number else (),
        language=(client.locale or "")[:2].lower(),
        is_company=_PERSON not in (client.type, client.kind),
    )


def _problem(
    record: InvoiceRecord | CreditNoteRecord, field: str, text: str, hint: str
) -> InputError:
    return InputError(text, source=f"{NAME}:{record.id}", field=field, hint=hint)
