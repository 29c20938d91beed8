"""List what Odoo has, page by page, each record checked as it comes.

Decides that a list which cannot be read to its end brings nothing, and that one record which is
not as expected is a problem of its own. A page begins after the last id of the one before, so
what is posted in the middle of reading moves nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, path_of, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.one_by_one import read_each
from dunning_sdk.connectors.pages import pages_by_id, records_of
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import InputError

from dunning_odoo.record import (
    ItemRecord,
    MoveRecord,
    PartnerRecord,
    ReconciliationRecord,
    Record,
    without_false,
)

NAME: Final = "odoo"
PAGE: Final = 200
HINT: Final = "Check base_url: the JSON-2 API came with Odoo 19"
INVOICE: Final = "out_invoice"
CREDIT_NOTE: Final = "out_refund"

Clause = tuple[str, str, object]
Kind = TypeVar("Kind", bound=Record)


class Reader:
    """Reads from an Odoo database.

    Args:
        site: Where, and with which key.
        company: Odoo's id of the company to read; every company of the user where not given.
        since: Day of issue of the oldest invoice to read; all where not given.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
        page: Records a page.
    """

    def __init__(
        self,
        site: Site,
        *,
        company: int | None = None,
        since: date | None = None,
        transport: Transport | None = None,
        timing: Timing | None = None,
        page: int = PAGE,
    ) -> None:
        self._http = HttpClient(site, transport=transport, timing=timing)
        self._page = page
        self._of: list[Clause] = [("state", "=", "posted")]
        if company is not None:
            self._of.append(("company_id", "=", company))
        if since is not None:
            self._of.append(("invoice_date", ">=", since.isoformat()))

    def moves(self, problems: list[InputError]) -> list[MoveRecord]:
        """Return every posted customer invoice and credit note; unreadable ones are problems.

        Raises:
            ConnectorError: Odoo could not be read to the end.
        """
        domain = [("move_type", "in", [INVOICE, CREDIT_NOTE]), *self._of]
        return list(self._list(MoveRecord, "account.move", domain, problems))

    def partners(self, ids: Iterable[int], problems: list[InputError]) -> dict[int, PartnerRecord]:
        """Return the partners of these ids, archived ones too; unreadable ones are problems.

        Raises:
            ConnectorError: Odoo could not be read to the end.
        """
        domain = [("id", "in", sorted(set(ids))), ("active", "in", [True, False])]
        found = self._list(PartnerRecord, "res.partner", domain, problems)
        return {partner.id: partner for partner in found}

    def reconciliations(self, problems: list[InputError]) -> list[ReconciliationRecord]:
        """Return what settles the customer invoices; unreadable records are problems.

        Raises:
            ConnectorError: Odoo could not be read to the end.
        """
        domain = [
            ("debit_move_id.move_id.move_type", "=", INVOICE),
            *self._through("debit_move_id.move_id"),
        ]
        model = "account.partial.reconcile"
        return list(self._list(ReconciliationRecord, model, domain, problems))

    def items(self, ids: Iterable[int], problems: list[InputError]) -> dict[int, ItemRecord]:
        """Return the journal items of these ids; unreadable ones are problems.

        Raises:
            ConnectorError: Odoo could not be read to the end.
        """
        domain = [("id", "in", sorted(set(ids)))]
        found = self._list(ItemRecord, "account.move.line", domain, problems)
        return {item.id: item for item in found}

    def maturities(self, problems: list[InputError]) -> dict[int, set[date]]:
        """Return the days on which each invoice is due, by the invoice's id.

        Raises:
            ConnectorError: Odoo could not be read to the end.
        """
        domain = [
            ("display_type", "=", "payment_term"),
            ("move_id.move_type", "=", INVOICE),
            *self._through("move_id"),
        ]
        days: dict[int, set[date]] = {}
        for item in self._list(ItemRecord, "account.move.line", domain, problems):
            if item.date_maturity is not None:
                days.setdefault(item.move_id, set()).add(item.date_maturity)
        return days

    def _through(self, path: str) -> list[Clause]:
        """Return what is asked of an invoice, seen from a record that leads to it."""
        return [(f"{path}.{name}", how, value) for name, how, value in self._of]

    def _list(
        self,
        kind: type[Kind],
        model: str,
        domain: Sequence[Clause],
        problems: list[InputError],
    ) -> Iterator[Kind]:
        path = f"/json/2{path_of(model, 'search_read')}"

        def after(id: int) -> Sequence[Mapping[str, Any]]:
            asked = {
                "domain": [*domain, ("id", ">", id)],
                "fields": kind.fields(),
                "order": "id asc",
                "limit": self._page,
            }
            # It reads, so it may be repeated, although it is a POST.
            listed = self._http.data(tell("POST", path, asked, keyed=True))
            return records_of(listed, connector=NAME, of=model, hint=HINT)

        listed = pages_by_id(after, connector=NAME, size=self._page)
        said = map(without_false, listed)
        return read_each(kind, said, connector=NAME, what=model, problems=problems)
