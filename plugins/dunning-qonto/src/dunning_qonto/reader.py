"""List what Qonto has, page by page, each record checked as it comes.

Decides that a list which cannot be read to its end brings nothing, and that one record which is
not as expected is a problem of its own.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Ask, Site
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.one_by_one import read_each
from dunning_sdk.connectors.pages import numbered_pages
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import ConnectorInvalidError, InputError

from dunning_qonto.record import CreditNoteRecord, InvoiceRecord, TransactionRecord

NAME: Final = "qonto"
PAGE: Final = 100

Record = TypeVar("Record", bound=Payload)


class _Place(Payload):
    current_page: int
    next_page: int | None


class _Listed(Payload):
    meta: _Place


class Reader:
    """Reads from one organisation in Qonto.

    Args:
        site: Where, and with which key.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
        page: Records a page.
    """

    def __init__(
        self,
        site: Site,
        *,
        transport: Transport | None = None,
        timing: Timing | None = None,
        page: int = PAGE,
    ) -> None:
        self._http = HttpClient(site, transport=transport, timing=timing)
        self._page = page

    def invoices(self, problems: list[InputError]) -> list[InvoiceRecord]:
        """Return every client invoice, drafts and paid ones too; unreadable ones are problems.

        Raises:
            ConnectorError: Qonto could not be read to the end.
        """
        return list(self._list(InvoiceRecord, "client_invoices", problems))

    def credit_notes(self, problems: list[InputError]) -> list[CreditNoteRecord]:
        """Return every credit note; unreadable ones are problems.

        Raises:
            ConnectorError: Qonto could not be read to the end.
        """
        return list(self._list(CreditNoteRecord, "credit_notes", problems))

    def transactions(
        self, problems: list[InputError], *, iban: str, since: date | None
    ) -> list[TransactionRecord]:
        """Return every completed movement of an account; unreadable ones are problems.

        Raises:
            ConnectorError: Qonto could not be read to the end.
        """
        chosen = [("iban", iban), ("status[]", "completed")]
        if since is not None:
            chosen.append(("settled_at_from", f"{since.isoformat()}T00:00:00.000Z"))
        return list(self._list(TransactionRecord, "transactions", problems, *chosen))

    def _list(
        self,
        model: type[Record],
        name: str,
        problems: list[InputError],
        *chosen: tuple[str, str],
    ) -> Iterator[Record]:
        return list_all(self._http, model, name, problems=problems, chosen=chosen, size=self._page)


def list_all(
    http: HttpClient,
    model: type[Record],
    name: str,
    *,
    problems: list[InputError],
    chosen: Sequence[tuple[str, str]] = (),
    size: int = PAGE,
) -> Iterator[Record]:
    """Return every record of a list, page by page; unreadable ones become problems.

    Args:
        http: Client of the API.
        model: Of a record.
        name: Of the list, in its path and in its replies.
        problems: Added to.
        chosen: Pairs of the query that choose records.
        size: Records a page.

    Raises:
        ConnectorError: Qonto could not be read to the end.
    """

    def page(number: int) -> tuple[list[Any], bool]:
        place = (("current_page", str(number)), ("per_page", str(size)))
        data = http.data(Ask(method="GET", path=f"/{name}", params=(*chosen, *place)))
        listed = read_payload(_Listed, data, connector=NAME, what=f"the list {name}")
        if not isinstance(data.get(name), list):
            raise _no_list(name)
        return data[name], listed.meta.next_page is not None

    listed = numbered_pages(page, connector=NAME)
    return read_each(model, listed, connector=NAME, what=name, problems=problems)


def _no_list(name: str) -> ConnectorInvalidError:
    return ConnectorInvalidError(
        f"{NAME}: GET /{name} did not return {name}",
        hint="Check base_url: it leads to version 2 of the API",
        connector=NAME,
        fields={name: "is missing"},
    )
