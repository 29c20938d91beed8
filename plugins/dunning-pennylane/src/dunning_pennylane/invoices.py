"""Pennylane's invoices in our words.

Decides which documents are ours to chase: issued, numbered, neither paid nor cancelled nor put
away. A document that Pennylane calls paid before we ever saw it is never opened.
"""

from collections.abc import Mapping
from typing import Final

from dunning_sdk.connectors.interface import Batch, InvoiceSource, SourcedInvoice
from dunning_sdk.connectors.one_by_one import sound
from dunning_sdk.connectors.payload import new_fields
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.errors import ConnectorInvalidError, DomainError, InputError

from dunning_pennylane.reader import NAME, Reader
from dunning_pennylane.record import DebtorRecord, InvoiceRecord

_SETTLED: Final = frozenset(("paid", "cancelled", "draft"))
_CREDIT_NOTE: Final = "credit_note"


class PennylaneInvoices(InvoiceSource):
    """Reads issued invoices and credit notes.

    Args:
        reader: Of Pennylane.
        creditor: Who issued them; Pennylane's lists do not say.
    """

    def __init__(self, reader: Reader, *, creditor: Party) -> None:
        self._reader = reader
        self._creditor = creditor

    def fetch(self) -> Batch[SourcedInvoice]:
        """Return every document that is still to be paid, and every credit note.

        Raises:
            ConnectorError: Pennylane could not be read to the end; nothing was brought.
        """
        problems: list[InputError] = []
        found = self._reader.invoices(problems)
        wanted = [record for record in found if _is_wanted(record)]
        debtors = self._reader.debtors(problems) if wanted else {}
        numbers = {record.id: record.invoice_number for record in found}

        def said(record: InvoiceRecord) -> SourcedInvoice:
            return self._to_domain(record, debtors, self._preceding(record, numbers))

        sourced = sound(wanted, said, problems)
        remarks = (
            *new_fields(found, connector=NAME, what="invoice"),
            *new_fields(debtors.values(), connector=NAME, what="customer"),
        )
        return Batch(records=tuple(sourced), problems=tuple(problems), remarks=remarks)

    def _preceding(self, record: InvoiceRecord, numbers: Mapping[int, str]) -> str:
        """Return the number of the invoice a credit note lowers; empty where it is not known."""
        credited = record.credited_invoice
        if credited is None:
            return ""
        if credited.id in numbers:
            return numbers[credited.id]
        try:
            other = self._reader.invoice(credited.id)
        except ConnectorInvalidError:  # a problem of its own, named where it is listed
            return ""
        return other.invoice_number if other else ""

    def _to_domain(
        self, record: InvoiceRecord, debtors: Mapping[int, DebtorRecord], preceding: str
    ) -> SourcedInvoice:
        debtor = debtors.get(record.customer.id) if record.customer else None
        if not record.invoice_number:
            raise _problem(record, "invoice_number", "is issued and has no number", "Give it one")
        if debtor is None:
            raise _problem(record, "customer", "is not in the list", "Give the invoice a customer")
        is_credit = _is_credit(record)
        sign = -1 if is_credit else 1
        try:
            gross, net, vat = (
                Money.from_major(sign * amount, record.currency)
                for amount in (
                    record.currency_amount,
                    record.currency_amount_before_tax,
                    record.currency_tax,
                )
            )
        except DomainError as exc:
            raise _problem(record, "currency_amount", exc.message, "Correct it there") from exc
        invoice = Invoice(
            number=record.invoice_number,
            kind=InvoiceKind.CREDIT_NOTE if is_credit else InvoiceKind.INVOICE,
            issued_on=record.date,
            due_on=None if is_credit else record.deadline,
            creditor=self._creditor,
            debtor=_party(debtor),
            net_total=net,
            vat_total=vat,
            gross_total=gross,
            amount_due=gross,
            preceding=preceding,
        )
        return SourcedInvoice(invoice=invoice, origin=f"{NAME}:{record.id}")


def _is_credit(record: InvoiceRecord) -> bool:
    return record.status == _CREDIT_NOTE or record.currency_amount < 0


def _is_wanted(record: InvoiceRecord) -> bool:
    if record.draft or record.archived_at is not None:
        return False
    return _is_credit(record) or not (record.paid or record.status in _SETTLED)


def _party(debtor: DebtorRecord) -> Party:
    place = debtor.billing_address
    phone = debtor.phone or ""
    name = debtor.recipient or ""
    number = phone if phone.startswith("+") else ""
    mails = debtor.emails or (("",) if name or number else ())
    contacts = tuple(Contact(name=name, email=mail, phone=number) for mail in mails)
    return Party(
        id=str(debtor.id),
        name=debtor.name,
        country=(place.country_alpha2 or "").upper(),
        registration="".join((debtor.reg_no or "").split()),
        vat_id="".join((debtor.vat_number or "").split()),
        address=Address(
            lines=tuple(
                line.strip() for line in (place.address or "").splitlines() if line.strip()
            ),
            postal_code=place.postal_code or "",
            city=place.city or "",
            country=(place.country_alpha2 or "").upper(),
        ),
        contacts=contacts,
        language=(debtor.billing_language or "")[:2],
        is_company=debtor.customer_type != "individual",
    )


def _problem(record: InvoiceRecord, field: str, text: str, hint: str) -> InputError:
    return InputError(text, source=f"{NAME}:{record.id}", field=field, hint=hint)
