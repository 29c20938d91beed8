"""Issue invoices and credit notes in Qonto, which numbers them.

Says a document in Qonto's words: an item for each rate of VAT, our reference as the invoice's
purchase order and as a credit note's reason. An invoice is a draft first; a credit note is issued
as it is made. When a draft is finalized is decided in `drafting_sink`.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from dunning_sdk.connectors.drafting_sink import (
    DraftingSink,
    Made,
    not_issued,
    not_printed,
    taxed_parts,
)
from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import ask, path_of, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import InputError

from dunning_qonto.reader import NAME, list_all

_INVOICES: Final = "client_invoices"
_NOTES: Final = "credit_notes"
_DRAFT: Final = "draft"


class DocumentRecord(Payload):
    """What is read of a document that is being issued.

    Attributes:
        id: Qonto's own.
        number: ``None`` where it has none yet.
        status: ``draft`` and others; a credit note may state none.
        issue_date: Day of issue.
        currency: ISO 4217.
        total_amount_cents: With VAT.
        purchase_order: Of an invoice: by which it is found again.
        reason: Of a credit note: by which it is found again.
        attachment_id: Its PDF; ``None`` until it is made.
    """

    id: str
    number: str | None = None
    status: str = ""
    issue_date: dt.date
    currency: str
    total_amount_cents: int
    purchase_order: str | None = None
    reason: str | None = None
    attachment_id: str | None = None


class _Attachment(Payload):
    url: str


class _Held(Payload):
    attachment: _Attachment


class QontoSink(DraftingSink):
    """Issues documents in one organisation.

    Args:
        http: Client of its API.
        iban: Account that invoices ask to be paid to.
        transport: What fetches PDFs; over the network where not given.
        timing: Clock and waiting.
    """

    connector = NAME

    def __init__(
        self,
        http: HttpClient,
        *,
        iban: str,
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        super().__init__(http, transport=transport, timing=timing)
        self._iban = iban

    def found(self, draft: Invoice, reference: str) -> Made | None:
        """Return the document of that reference, or ``None``."""
        for one in self._listed(_list_of(draft)):
            if reference in (one.purchase_order, one.reason):
                return _made(one, draft)
        return None

    def drafted(self, draft: Invoice, reference: str, *, key: str) -> Made:
        """Make the document; an invoice as a draft, a credit note for good."""
        items = [
            {
                "title": words,
                "quantity": "1",
                "unit_price": {"value": str(one.taxable.major), "currency": draft.currency},
                "vat_rate": f"{one.rate.normalize():f}",
            }
            for words, one in taxed_parts(draft, connector=NAME)
        ]
        body: dict[str, object] = {
            "issue_date": draft.issued_on.isoformat(),
            "currency": draft.currency,
            "items": items,
        }
        if draft.kind is InvoiceKind.CREDIT_NOTE:
            body |= {"invoice_id": self._lowered(draft), "reason": reference}
        else:
            body |= {
                "client_id": draft.debtor.id,
                "due_date": (draft.due_on or draft.issued_on).isoformat(),
                "payment_methods": {"iban": self._iban},
                "purchase_order": reference,
                "status": _DRAFT,
            }
        headers = {"X-Qonto-Idempotency-Key": key}
        asked = tell("POST", path_of(_list_of(draft)), body, keyed=True, headers=headers)
        return _made(self._read(draft, self._http.data(asked)), draft)

    def finalized(self, made: Made, draft: Invoice) -> Made:
        """Have a draft numbered."""
        asked = tell("POST", path_of(_list_of(draft), made.id, "finalize"))
        return _made(self._read(draft, self._http.data(asked)), draft)

    def printed(self, made: Made, draft: Invoice) -> bytes:
        """Return the PDF behind the link of the document's attachment."""
        record = self._read(draft, self._http.data(ask(path_of(_list_of(draft), made.id))))
        if not record.attachment_id:
            raise not_printed(NAME)
        data = self._http.data(ask(path_of("attachments", record.attachment_id)))
        file = read_payload(_Held, data, connector=NAME, what="the attachment").attachment
        return self.pdf_at(file.url)

    def _lowered(self, draft: Invoice) -> str:
        """Return the id of the invoice that a credit note lowers."""
        for one in self._listed(_INVOICES):
            if draft.preceding and one.number == draft.preceding and one.status != _DRAFT:
                return one.id
        raise not_issued(NAME, "preceding", f"invoice {draft.preceding!r} is not in Qonto")

    def _listed(self, name: str) -> Iterator[DocumentRecord]:
        """Return every document of a list; one that cannot be read might be the one looked for."""
        problems: list[InputError] = []
        yield from list_all(self._http, DocumentRecord, name, problems=problems)
        if problems:
            raise not_issued(NAME, name, str(problems[0]))

    def _read(self, draft: Invoice, data: object) -> DocumentRecord:
        """Return the one document of a reply, which names it by its kind."""
        kind = _list_of(draft).removesuffix("s")
        told = data.get(kind) if isinstance(data, dict) else None
        return read_payload(DocumentRecord, told, connector=NAME, what=f"the {kind}")


def _list_of(draft: Invoice) -> str:
    return _NOTES if draft.kind is InvoiceKind.CREDIT_NOTE else _INVOICES


def _made(record: DocumentRecord, draft: Invoice) -> Made:
    is_note = draft.kind is InvoiceKind.CREDIT_NOTE
    is_final = is_note or record.status != _DRAFT
    return Made(
        id=record.id,
        number=(record.number or "") if is_final else "",
        total=Money(record.total_amount_cents, record.currency),
        is_final=is_final,
    )
