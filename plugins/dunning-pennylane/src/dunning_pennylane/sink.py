"""Issue invoices and credit notes in Pennylane, which numbers them.

Says a document in Pennylane's words: a line for each rate of VAT, negative amounts in a credit
note, our reference as ``external_reference``. Pennylane knows no idempotency keys, so a document
is looked for by that reference first; when it is finalized is decided in `drafting_sink`.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from dunning_sdk.connectors.drafting_sink import (
    DraftingSink,
    Made,
    for_rate,
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

from dunning_pennylane.reader import NAME, Rule, list_all

_INVOICES: Final = "/customer_invoices"


class DocumentRecord(Payload):
    """What is read of a document that is being issued.

    Attributes:
        id: Pennylane's own.
        invoice_number: Empty in a draft.
        currency: ISO 4217.
        currency_amount: Total with VAT; negative in a credit note.
        draft: Whether it is not issued yet.
        external_reference: By which it is found again.
        public_file_url: Where its PDF is; ``None`` until it is made.
    """

    id: int
    invoice_number: str
    currency: str
    currency_amount: Decimal
    draft: bool
    external_reference: str | None = None
    public_file_url: str | None = None


class PennylaneSink(DraftingSink):
    """Issues documents in one company.

    Args:
        http: Client of its API.
        vat_rates: Pennylane's code of each rate of VAT, by the rate in percent.
        transport: What fetches PDFs; over the network where not given.
        timing: Clock and waiting.
    """

    connector = NAME

    def __init__(
        self,
        http: HttpClient,
        *,
        vat_rates: Mapping[Decimal, str],
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        super().__init__(http, transport=transport, timing=timing)
        self._vat_rates = vat_rates

    def found(self, draft: Invoice, reference: str) -> Made | None:
        """Return the document of that day and reference, or ``None``."""
        of_that_day = Rule("date", "eq", draft.issued_on.isoformat())
        listed = self._listed(of_that_day)
        return next((_made(one) for one in listed if one.external_reference == reference), None)

    def drafted(self, draft: Invoice, reference: str, *, key: str) -> Made:
        """Make the document as a draft; the key is in the reference."""
        del key
        is_credit = draft.kind is InvoiceKind.CREDIT_NOTE
        body: dict[str, object] = {
            "customer_id": _customer_id(draft),
            "date": draft.issued_on.isoformat(),
            "deadline": (draft.due_on or draft.issued_on).isoformat(),
            "draft": True,
            "currency": draft.currency,
            "external_reference": reference,
            "invoice_lines": [
                {
                    "label": words,
                    "quantity": 1,
                    "unit": "piece",
                    "raw_currency_unit_price": str(
                        -one.taxable.major if is_credit else one.taxable.major
                    ),
                    "vat_rate": for_rate(self._vat_rates, one, connector=NAME, option="vat_rates"),
                }
                for words, one in taxed_parts(draft, connector=NAME)
            ],
        }
        if is_credit:
            body["credited_invoice_id"] = self._lowered(draft)
        return _made(self._read(self._http.data(tell("POST", _INVOICES, body))))

    def finalized(self, made: Made, draft: Invoice) -> Made:
        """Have a draft numbered; asking again for one that is numbered changes nothing."""
        del draft
        path = path_of("customer_invoices", made.id, "finalize")
        return _made(self._read(self._http.data(tell("PUT", path, keyed=True))))

    def printed(self, made: Made, draft: Invoice) -> bytes:
        """Return the PDF behind Pennylane's public link."""
        del draft
        record = self._read(self._http.data(ask(path_of("customer_invoices", made.id))))
        if not record.public_file_url:
            raise not_printed(NAME)
        return self.pdf_at(record.public_file_url)

    def _lowered(self, draft: Invoice) -> int:
        """Return the id of the invoice that a credit note lowers."""
        named = self._listed(Rule("invoice_number", "eq", draft.preceding))
        for one in named:
            if draft.preceding and one.invoice_number == draft.preceding:
                return one.id
        raise not_issued(NAME, "preceding", f"invoice {draft.preceding!r} is not in Pennylane")

    def _listed(self, rule: Rule) -> list[DocumentRecord]:
        """Return what a rule chooses; one that cannot be read might be the one looked for."""
        problems: list[InputError] = []
        found = list(
            list_all(
                self._http,
                DocumentRecord,
                _INVOICES,
                what="invoice",
                problems=problems,
                chosen=[rule],
            )
        )
        if problems:
            raise not_issued(NAME, "invoices", str(problems[0]))
        return found

    def _read(self, data: object) -> DocumentRecord:
        return read_payload(DocumentRecord, data, connector=NAME, what="the document")


def _made(record: DocumentRecord) -> Made:
    return Made(
        id=str(record.id),
        number=record.invoice_number,
        total=Money.from_major(abs(record.currency_amount), record.currency),
        is_final=not record.draft,
    )


def _customer_id(draft: Invoice) -> int:
    if not draft.debtor.id.isdecimal():
        text = f"debtor {draft.debtor.id!r} has no id of Pennylane's"
        raise not_issued(NAME, "debtor", text)
    return int(draft.debtor.id)
