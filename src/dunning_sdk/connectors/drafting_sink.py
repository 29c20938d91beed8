"""What sinks share whose vendor numbers the documents: one flow, and the words for what is wrong.

Decides that one key means one document: it is looked for by its reference, made as a draft where
there is none, held against the draft it came from, and only then finalized; a call that was cut
short is taken up where it stopped. What a vendor is told, and how, is left to its plugin.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Ask, Site
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.interface import InvoiceSink, IssuedDocument
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.invoice import Invoice, VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConnectorInvalidError, ConnectorTransientError

PDF: Final = "application/pdf"
REFERENCE_DIGITS: Final = 16

Rate = TypeVar("Rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A document as the vendor has it.

    Attributes:
        id: The vendor's own.
        number: Empty in a draft.
        total: With VAT, not negative.
        is_final: Whether it is issued and can no longer be changed.
    """

    id: str
    number: str
    total: Money
    is_final: bool


class DraftingSink(InvoiceSink):
    """Issues documents at a vendor that makes drafts first and numbers what is finalized.

    Args:
        http: Client of the vendor's API.
        transport: What fetches PDFs; over the network where not given.
        timing: Clock and waiting.

    Attributes:
        connector: Name of the plugin's connector, for messages.
    """

    connector: str

    def __init__(
        self, http: HttpClient, *, transport: Transport | None = None, timing: Timing | None = None
    ) -> None:
        self._http = http
        self._transport = transport
        self._timing = timing

    def issue(self, draft: Invoice, *, key: str) -> IssuedDocument:
        """Have one document finalized and numbered; the same key returns the same again.

        Args:
            draft: Without a number; its debtor has the vendor's id.
            key: Idempotency key, such as an act's id.

        Raises:
            ConnectorInvalidError: The document cannot be issued, or the vendor computes another
                total: then a draft is left there and nothing was issued.
            ConnectorError: Nothing was issued, or ``outcome_unknown``.
        """
        refuse_numbered(draft, connector=self.connector)
        reference = reference_of(key, draft)
        made = self.found(draft, reference) or self.drafted(draft, reference, key=key)
        if made.total != draft.gross_total:
            raise _other_total(draft, made, connector=self.connector)
        if not made.is_final:
            made = self.finalized(made, draft)
        content = self.printed(made, draft)
        return IssuedDocument(
            number=made.number, reference=made.id, content=content, media_type=PDF
        )

    @abstractmethod
    def found(self, draft: Invoice, reference: str) -> Made | None:
        """Return the document that was made under a reference before, or ``None``."""

    @abstractmethod
    def drafted(self, draft: Invoice, reference: str, *, key: str) -> Made:
        """Make the document, as a draft where the vendor has drafts of its kind."""

    @abstractmethod
    def finalized(self, made: Made, draft: Invoice) -> Made:
        """Have a draft numbered."""

    @abstractmethod
    def printed(self, made: Made, draft: Invoice) -> bytes:
        """Return the document as a PDF.

        Raises:
            ConnectorTransientError: It is not there yet; the same key comes back to it.
        """

    def pdf_at(self, url: str) -> bytes:
        """Return the PDF that a vendor's link leads to; no credentials go there.

        Args:
            url: As the vendor gave it; never shown, since it opens the document by itself.

        Raises:
            ConnectorTransientError: There is no PDF behind it yet.
            ConnectorError: The link cannot be followed.
        """
        parts = urlsplit(url)
        site = Site(connector=self.connector, base_url=f"{parts.scheme}://{parts.netloc}")
        asked = Ask(
            method="GET",
            path=parts.path or "/",
            params=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={"Accept": PDF},
        )
        content = HttpClient(site, transport=self._transport, timing=self._timing).reply(asked).body
        if not content.startswith(b"%PDF-"):
            raise not_printed(self.connector)
        return content


def reference_of(key: str, draft: Invoice) -> str:
    """Return the reference by which a document that was issued under a key is found again."""
    return f"{draft.order_reference} #{key[:REFERENCE_DIGITS]}".strip()


def refuse_numbered(draft: Invoice, *, connector: str) -> None:
    """Refuse a document that has a number, since the vendor gives it.

    Raises:
        ConnectorInvalidError: It has one.
    """
    if draft.number:
        text = f"document {draft.number!r} has a number already"
        raise not_issued(connector, "number", text)


def taxed_parts(draft: Invoice, *, connector: str) -> tuple[tuple[str, VatSubtotal], ...]:
    """Return one part for each rate of VAT, with the words that stand on its line.

    Raises:
        ConnectorInvalidError: The draft states no rate of VAT.
    """
    if not draft.vat:
        raise not_issued(
            connector, "vat", "the draft states no rate of VAT, and each line needs one"
        )
    return tuple((_words(one, draft), one) for one in draft.vat)


def for_rate(
    rates: Mapping[Decimal, Rate], taxed: VatSubtotal, *, connector: str, option: str
) -> Rate:
    """Return what the configuration says of a rate of VAT.

    Args:
        rates: By the rate in percent.
        taxed: The part it is for.
        connector: For messages.
        option: Name of the key in ``[sink]`` that holds them.

    Raises:
        ConnectorInvalidError: It says nothing of this rate.
    """
    for known, found in rates.items():
        if known == taxed.rate.scaleb(2):
            return found
    said = f"{taxed.rate.scaleb(2).normalize():f}"
    raise ConnectorInvalidError(
        f"{connector}: nothing is set for VAT of {said} %",
        hint=f"Add it to {option} in [sink]; nothing was issued",
        connector=connector,
        fields={option: f"has no {said}"},
    )


def not_issued(connector: str, field: str, text: str) -> ConnectorInvalidError:
    """Return the error of a document that cannot be issued."""
    return ConnectorInvalidError(
        f"{connector}: {text}",
        hint="Nothing was issued",
        connector=connector,
        fields={field: "is wrong"},
    )


def not_printed(connector: str) -> ConnectorTransientError:
    """Return the error of a document that is issued and has no PDF yet."""
    return ConnectorTransientError(
        f"{connector}: the document is issued, and its PDF is not there yet",
        hint="It is asked for again the next time; nothing is issued twice",
        connector=connector,
        outcome_unknown=True,
    )


def _words(taxed: VatSubtotal, draft: Invoice) -> str:
    names = [
        one.name
        for one in draft.lines
        if (one.vat_category, one.vat_rate) == (taxed.category, taxed.rate)
    ]
    return "\n".join(names) or draft.note or draft.preceding or "—"


def _other_total(draft: Invoice, made: Made, *, connector: str) -> ConnectorInvalidError:
    left = "it is issued" if made.is_final else "it is left there as a draft"
    return ConnectorInvalidError(
        f"{connector}: document {made.id} comes to {made.total} there and to"
        f" {draft.gross_total} here; {left}",
        hint="Compare the rates of VAT, correct or delete it there, and run again",
        connector=connector,
        fields={"total": "differs"},
    )
