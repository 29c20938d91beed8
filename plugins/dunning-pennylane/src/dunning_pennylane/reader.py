"""List what Pennylane has, page by page, each record checked as it comes.

Decides that a list which cannot be read to its end brings nothing, and that one record which is
not as expected is a problem of its own.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeVar

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, ask, path_of
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.one_by_one import read_each
from dunning_sdk.connectors.pages import cursor_pages
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import ConnectorInvalidError, InputError

from dunning_pennylane.record import DebtorRecord, InvoiceRecord, TransactionRecord

NAME: Final = "pennylane"
PAGE: Final = 100

Record = TypeVar("Record", bound=Payload)


class Rule(NamedTuple):
    """What records are chosen by, as Pennylane's filters have it.

    Attributes:
        field: Of the record.
        operator: Such as ``eq`` or ``gteq``.
        value: Compared with.
    """

    field: str
    operator: str
    value: str


class _Listed(Payload):
    """One page: ``items``, whether there are more, and where they begin."""

    items: list[object]
    has_more: bool
    next_cursor: str | None = None


class Reader:
    """Reads from Pennylane.

    Args:
        site: Where, and with which token.
        since: Day of issue of the oldest invoice to read; all where not given.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
    """

    def __init__(
        self,
        site: Site,
        *,
        since: date | None = None,
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._http = HttpClient(site, transport=transport, timing=timing)
        self._since = since

    def invoices(self, problems: list[InputError]) -> list[InvoiceRecord]:
        """Return every invoice and credit note, drafts too; unreadable ones become problems.

        Raises:
            ConnectorError: Pennylane could not be read to the end.
        """
        since = self._since
        chosen = [] if since is None else [Rule("date", "gteq", since.isoformat())]
        found = list_all(
            self._http,
            InvoiceRecord,
            "/customer_invoices",
            what="invoice",
            problems=problems,
            chosen=chosen,
        )
        return list(found)

    def debtors(self, problems: list[InputError]) -> dict[int, DebtorRecord]:
        """Return every debtor by id; unreadable ones become problems.

        Raises:
            ConnectorError: Pennylane could not be read to the end.
        """
        found = list_all(self._http, DebtorRecord, "/customers", what="customer", problems=problems)
        return {debtor.id: debtor for debtor in found}

    def matched(self, id: int, problems: list[InputError]) -> list[TransactionRecord]:
        """Return the bank movements Pennylane matched to the invoice of an id.

        Raises:
            ConnectorError: Pennylane could not be read to the end.
        """
        path = path_of("customer_invoices", id, "matched_transactions")
        found = list_all(self._http, TransactionRecord, path, what="transaction", problems=problems)
        return list(found)

    def invoice(self, id: int) -> InvoiceRecord | None:
        """Return one invoice, or ``None`` where Pennylane has none of that id.

        Raises:
            ConnectorError: Pennylane could not be asked, or the record is not as expected.
        """
        data = self._http.found(ask(path_of("customer_invoices", id)))
        if data is None:
            return None
        return read_payload(InvoiceRecord, data, connector=NAME, what=f"invoice {id}")


def list_all(
    http: HttpClient,
    model: type[Record],
    path: str,
    *,
    what: str,
    problems: list[InputError],
    chosen: Sequence[Rule] = (),
) -> Iterator[Record]:
    """Return every record of a list, page by page; unreadable ones become problems.

    Args:
        http: Client of the API.
        model: Of a record.
        path: Of the list.
        what: One record, for messages.
        problems: Added to.
        chosen: What the records are chosen by; all where empty.

    Raises:
        ConnectorError: Pennylane could not be read to the end.
    """
    rules = json.dumps([rule._asdict() for rule in chosen]) if chosen else None

    def page(cursor: str) -> tuple[list[object], str]:
        asked = ask(path, limit=PAGE, cursor=cursor or None, filter=rules)
        listed = read_payload(_Listed, http.data(asked), connector=NAME, what=f"the list {path}")
        if listed.has_more and not listed.next_cursor:
            raise _cut_short(path)
        return listed.items, (listed.next_cursor or "") if listed.has_more else ""

    listed = cursor_pages(page, connector=NAME)
    return read_each(model, listed, connector=NAME, what=what, problems=problems)


def _cut_short(path: str) -> ConnectorInvalidError:
    return ConnectorInvalidError(
        f"{NAME}: the list {path} says there is more and not where",
        hint="Nothing was taken from it; try again later",
        connector=NAME,
        fields={"next_cursor": "is missing"},
    )
