"""List what Pennylane has, page by page, each record checked as it comes.

Decides that a list which cannot be read to its end brings nothing, and that one record which is
not as expected is a problem of its own.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Final, TypeVar

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
        chosen = None
        if self._since is not None:
            rule = {"field": "date", "operator": "gteq", "value": self._since.isoformat()}
            chosen = json.dumps([rule])
        return list(self._list(InvoiceRecord, "/customer_invoices", "invoice", problems, chosen))

    def debtors(self, problems: list[InputError]) -> dict[int, DebtorRecord]:
        """Return every debtor by id; unreadable ones become problems.

        Raises:
            ConnectorError: Pennylane could not be read to the end.
        """
        found = self._list(DebtorRecord, "/customers", "customer", problems, None)
        return {debtor.id: debtor for debtor in found}

    def matched(self, id: int, problems: list[InputError]) -> list[TransactionRecord]:
        """Return the bank movements Pennylane matched to the invoice of an id.

        Raises:
            ConnectorError: Pennylane could not be read to the end.
        """
        path = path_of("customer_invoices", id, "matched_transactions")
        return list(self._list(TransactionRecord, path, "transaction", problems, None))

    def invoice(self, id: int) -> InvoiceRecord | None:
        """Return one invoice, or ``None`` where Pennylane has none of that id.

        Raises:
            ConnectorError: Pennylane could not be asked, or the record is not as expected.
        """
        data = self._http.found(ask(path_of("customer_invoices", id)))
        if data is None:
            return None
        return read_payload(InvoiceRecord, data, connector=NAME, what=f"invoice {id}")

    def _list(
        self,
        model: type[Record],
        path: str,
        what: str,
        problems: list[InputError],
        chosen: str | None,
    ) -> Iterator[Record]:
        def page(cursor: str) -> tuple[list[object], str]:
            asked = ask(path, limit=PAGE, cursor=cursor or None, filter=chosen)
            listed = read_payload(
                _Listed, self._http.data(asked), connector=NAME, what=f"the list {path}"
            )
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
