"""Issue invoices and credit notes in Xero, which numbers them.

Decides that one key means one document: it is looked for by its reference before it is made, and
made with an idempotency key. A credit note is allocated to the invoice it lowers, and only then
issued as far as we are concerned: a call that was cut short is taken up where it stopped.
"""

from typing import TypeVar

from dunning_sdk.connectors.drafting_sink import (
    PDF,
    not_issued,
    reference_of,
    refuse_numbered,
)
from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Ask, ask, path_of, tell
from dunning_sdk.connectors.interface import InvoiceSink, IssuedDocument
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConnectorTransientError

from dunning_xero.document import Booking, as_number, body_of
from dunning_xero.reader import NAME
from dunning_xero.record import CreditNoteRecord, InvoiceRecord

Record = TypeVar("Record", bound=Payload)


class XeroSink(InvoiceSink):
    """Issues documents in one organisation.

    Args:
        http: Client of its accounting API.
        booking: Account and tax types.
    """

    def __init__(self, http: HttpClient, *, booking: Booking) -> None:
        self._http = http
        self._booking = booking

    def issue(self, draft: Invoice, *, key: str) -> IssuedDocument:
        """Have one document approved and numbered; the same key returns the same again.

        Args:
            draft: Without a number; its debtor has Xero's id of the contact.
            key: Idempotency key, such as an act's id.

        Raises:
            ConnectorInvalidError: The draft has a number, a rate of VAT has no tax type, or the
                invoice that a credit note lowers is not in Xero; nothing was issued.
            ConnectorError: Nothing was issued, or ``outcome_unknown``.
        """
        refuse_numbered(draft, connector=NAME)
        if draft.kind is InvoiceKind.INVOICE:
            made = self._made(InvoiceRecord, "Invoices", draft, key)
            return self._document("Invoices", made.InvoiceID, made.InvoiceNumber)
        lowered = self._lowered(draft)
        note = self._made(CreditNoteRecord, "CreditNotes", draft, key)
        if not note.Allocations:
            self._allocate(note, lowered, key=key)
        return self._document("CreditNotes", note.CreditNoteID, note.CreditNoteNumber)

    def _made(self, model: type[Record], name: str, draft: Invoice, key: str) -> Record:
        """Return the document of a key, made now unless it was made before."""
        body = body_of(draft, key=key, booking=self._booking)
        found = self._list(model, name, ask(f"/{name}", where=_is_reference(draft, key)))
        if found:
            return found[0]
        asked = tell(
            "PUT", f"/{name}", {name: [body]}, keyed=True, headers={"Idempotency-Key": key}
        )
        made = self._list(model, name, asked)
        if not made:
            raise ConnectorTransientError(
                f"{NAME}: PUT /{name} returned no document",
                hint="It is looked for by its reference the next time",
                connector=NAME,
                outcome_unknown=True,
            )
        return made[0]

    def _lowered(self, draft: Invoice) -> InvoiceRecord:
        asked = ask("/Invoices", InvoiceNumbers=draft.preceding)
        found = self._list(InvoiceRecord, "Invoices", asked) if draft.preceding else []
        if not found:
            raise not_issued(NAME, "preceding", f"Invoice {draft.preceding!r} is not in Xero")
        return found[0]

    def _allocate(self, note: CreditNoteRecord, lowered: InvoiceRecord, *, key: str) -> None:
        """Give a credit note to the invoice it lowers, on its own day."""
        given = {
            "Amount": as_number(Money.from_major(note.Total, note.CurrencyCode)),
            "Date": note.Date.isoformat(),
            "Invoice": {"InvoiceID": lowered.InvoiceID},
        }
        self._http.data(
            tell(
                "PUT",
                path_of("CreditNotes", note.CreditNoteID, "Allocations"),
                {"Allocations": [given]},
                keyed=True,
                headers={"Idempotency-Key": f"{key}-allocation"},
            )
        )

    def _document(self, name: str, id: str, number: str) -> IssuedDocument:
        asked = Ask(method="GET", path=path_of(name, id, "pdf"), headers={"Accept": PDF})
        content = self._http.reply(asked).body
        return IssuedDocument(number=number, reference=id, content=content, media_type=PDF)

    def _list(self, model: type[Record], name: str, asked: Ask) -> list[Record]:
        data = self._http.data(asked)
        listed = data.get(name) if isinstance(data, dict) else None
        if not isinstance(listed, list):
            raise not_issued(NAME, name, f"{asked.label} did not return {name}")
        return [read_payload(model, one, connector=NAME, what=name) for one in listed]


def _is_reference(draft: Invoice, key: str) -> str:
    quoted = reference_of(key, draft).replace("\\", "\\\\").replace('"', '\\"')
    return f'Reference=="{quoted}" AND Status!="VOIDED" AND Status!="DELETED"'
