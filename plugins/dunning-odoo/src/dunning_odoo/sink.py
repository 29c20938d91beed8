"""Issue invoices and credit notes in Odoo, which numbers them.

Says a document in Odoo's words: a line for each rate of VAT, our reference as the document's
``ref``. Odoo knows no idempotency keys, so a document is looked for by that reference first; when
it is posted is decided in `drafting_sink`. The PDF is the one that Odoo shows in its portal.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar
from urllib.parse import urljoin

from dunning_sdk.connectors.drafting_sink import (
    DraftingSink,
    Made,
    for_rate,
    not_issued,
    taxed_parts,
)
from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import path_of, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.pages import records_of
from dunning_sdk.connectors.payload import read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.money import Money

from dunning_odoo.reader import CREDIT_NOTE, HINT, INVOICE, NAME, Clause
from dunning_odoo.record import Name, Record, without_false

_MOVES: Final = "account.move"
_POSTED: Final = "posted"
Kind = TypeVar("Kind", bound=Record)


class DocumentRecord(Record):
    """What is read of a document that is being issued.

    Attributes:
        name: Its number; ``/`` or none in a draft.
        state: ``draft``, ``posted`` or ``cancel``.
        currency_id: ISO 4217.
        amount_total: With VAT.
    """

    name: str | None
    state: str
    currency_id: Name
    amount_total: Decimal


class _CurrencyRecord(Record):
    """A currency, of which the id is needed."""


class OdooSink(DraftingSink):
    """Issues documents in one company.

    Args:
        http: Client of the database.
        taxes: Odoo's id of the tax of each rate of VAT, by the rate in percent.
        company: Odoo's id of the company; the user's own where not given.
        transport: What fetches PDFs; over the network where not given.
        timing: Clock and waiting.
    """

    connector = NAME

    def __init__(
        self,
        http: HttpClient,
        *,
        taxes: Mapping[Decimal, int],
        company: int | None = None,
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        super().__init__(http, transport=transport, timing=timing)
        self._taxes = taxes
        self._company = company

    def found(self, draft: Invoice, reference: str) -> Made | None:
        """Return the document of that reference that is not cancelled, or ``None``."""
        listed = self._moves(draft.kind, ("ref", "=", reference), ("state", "!=", "cancel"))
        return _made(listed[0]) if listed else None

    def drafted(self, draft: Invoice, reference: str, *, key: str) -> Made:
        """Make the document as a draft; the key is in the reference."""
        del key
        values: dict[str, object] = {
            "move_type": _type_of(draft.kind),
            "partner_id": _partner_id(draft),
            "invoice_date": draft.issued_on.isoformat(),
            "invoice_date_due": (draft.due_on or draft.issued_on).isoformat(),
            "currency_id": self._currency(draft.currency),
            "ref": reference,
            "invoice_line_ids": [
                [0, 0, {
                    "name": words,
                    "quantity": 1,
                    "price_unit": float(one.taxable.major),
                    "tax_ids": [[6, 0, [
                        for_rate(self._taxes, one, connector=NAME, option="taxes")
                    ]]],
                }]
                for words, one in taxed_parts(draft, connector=NAME)
            ],
        }  # fmt: skip
        if self._company is not None:
            values["company_id"] = self._company
        if draft.kind is InvoiceKind.CREDIT_NOTE:
            values["reversed_entry_id"] = self._lowered(draft)
        made = self._called(_MOVES, "create", vals_list=[values])
        if not isinstance(made, list) or len(made) != 1 or not isinstance(made[0], int):
            raise not_issued(NAME, "create", "create did not return the id of one document")
        return self._one(made[0], draft)

    def finalized(self, made: Made, draft: Invoice) -> Made:
        """Post a draft, which numbers it."""
        self._called(_MOVES, "action_post", ids=[int(made.id)])
        return self._one(int(made.id), draft)

    def printed(self, made: Made, draft: Invoice) -> bytes:
        """Return the PDF behind the link that Odoo's portal gives its debtor."""
        del draft
        path = self._called(
            _MOVES, "get_portal_url", ids=[int(made.id)], report_type="pdf", download=True
        )
        if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
            raise not_issued(NAME, "get_portal_url", "get_portal_url did not return a path")
        return self.pdf_at(urljoin(self._http.site.base_url, path))

    def _lowered(self, draft: Invoice) -> int:
        """Return the id of the invoice that a credit note lowers."""
        wanted = [("name", "=", draft.preceding), ("state", "=", _POSTED)]
        found = self._moves(InvoiceKind.INVOICE, *wanted) if draft.preceding else []
        if not found:
            raise not_issued(NAME, "preceding", f"invoice {draft.preceding!r} is not in Odoo")
        return found[0].id

    def _currency(self, code: str) -> int:
        found = self._read(_CurrencyRecord, "res.currency", [("name", "=", code)])
        if not found:
            raise not_issued(NAME, "currency", f"currency {code} is not active in Odoo")
        return found[0].id

    def _one(self, id: int, draft: Invoice) -> Made:
        found = self._moves(draft.kind, ("id", "=", id))
        if not found:
            raise not_issued(NAME, "id", f"document {id} was made and is not found")
        return _made(found[0])

    def _moves(self, kind: InvoiceKind, *clauses: Clause) -> list[DocumentRecord]:
        domain: list[Clause] = [("move_type", "=", _type_of(kind)), *clauses]
        if self._company is not None:
            domain.append(("company_id", "=", self._company))
        return self._read(DocumentRecord, _MOVES, domain)

    def _read(self, kind: type[Kind], model: str, domain: Sequence[Clause]) -> list[Kind]:
        found = self._called(
            model, "search_read", reads=True, domain=list(domain), fields=kind.fields(),
            order="id asc", limit=2,
        )  # fmt: skip
        listed = records_of(found, connector=NAME, of=model, hint=HINT)
        return [
            read_payload(kind, without_false(one), connector=NAME, what=model) for one in listed
        ]

    def _called(self, model: str, method: str, *, reads: bool = False, **named: object) -> Any:  # noqa: ANN401  # JSON
        """Call a method by its named arguments; only what reads is repeated by itself."""
        path = f"/json/2{path_of(model, method)}"
        return self._http.data(tell("POST", path, named, keyed=reads))


def _type_of(kind: InvoiceKind) -> str:
    return CREDIT_NOTE if kind is InvoiceKind.CREDIT_NOTE else INVOICE


def _made(record: DocumentRecord) -> Made:
    is_final = record.state == _POSTED
    return Made(
        id=str(record.id),
        number=(record.name or "") if is_final else "",
        total=Money.from_major(record.amount_total, record.currency_id),
        is_final=is_final,
    )


def _partner_id(draft: Invoice) -> int:
    if not draft.debtor.id.isdecimal():
        raise not_issued(NAME, "debtor", f"debtor {draft.debtor.id!r} has no id of Odoo's")
    return int(draft.debtor.id)
