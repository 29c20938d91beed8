"""List the customer invoices of a Tryton database, page by page, each checked as it comes.

Decides that a list which cannot be read to its end brings nothing, and that one record which is
not as expected is a problem of its own. A page begins after the last id of the one before, so an
invoice that is posted in the middle of reading moves nothing.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Ask, Site, path_of
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.one_by_one import read_each
from dunning_sdk.connectors.pages import pages_by_id, records_of
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import InputError

from dunning_tryton.record import FIELDS, InvoiceRecord

NAME: Final = "tryton"
MODEL: Final = "account.invoice"
PAGE: Final = 100
_POSTED: Final = ("posted", "paid", "cancelled")


class Reader:
    """Reads from a Tryton database.

    Args:
        site: Where, and with which key.
        company: Tryton's id of the company to read; every company of the user where not given.
        since: Day of issue of the oldest invoice to read; all where not given.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
        page: Invoices a page.
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
        self._domain: list[object] = [["type", "=", "out"], ["state", "in", _POSTED]]
        if company is not None:
            self._domain.append(["company", "=", company])
        if since is not None:
            self._domain.append(["invoice_date", ">=", _as_tryton(since)])

    def invoices(self, problems: list[InputError]) -> list[InvoiceRecord]:
        """Return every posted invoice and credit note, paid ones too; unreadable ones are problems.

        Raises:
            ConnectorError: Tryton could not be read to the end.
        """
        listed = pages_by_id(self._read_after, connector=NAME, size=self._page)
        read = read_each(InvoiceRecord, listed, connector=NAME, what="invoice", problems=problems)
        return list(read)

    def _read_after(self, id: int) -> Sequence[Mapping[str, Any]]:
        domain = [*self._domain, ["id", ">", id]]
        params = (
            ("d", coded(domain)),
            ("o", coded([["id", "ASC"]])),
            ("s", str(self._page)),
            *(("f", field) for field in FIELDS),
        )
        path = f"/rest/model{path_of(MODEL)}"
        return records(_plain(self._http.data(Ask(method="GET", path=path, params=params))))


def records(listed: object, *, of: str = MODEL) -> Sequence[Mapping[str, Any]]:
    """Return what a query returned.

    Raises:
        ConnectorInvalidError: It is no list of records.
    """
    hint = "Check base_url and database: they must lead to Tryton 8.0 or later"
    return records_of(listed, connector=NAME, of=of, hint=hint)


def coded(value: object) -> str:
    """Return a value as Tryton's queries have it: JSON in URL-safe base64."""
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


def _as_tryton(day: date) -> dict[str, object]:
    return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}


def _plain(value: Any) -> Any:  # noqa: ANN401  # JSON
    """Return Tryton's JSON with its typed values as texts: a decimal, a day.

    >>> _plain({"total": {"__class__": "Decimal", "decimal": "12.50"}})
    {'total': '12.50'}
    >>> _plain([{"__class__": "date", "year": 2026, "month": 3, "day": 1}])
    ['2026-03-01']
    """
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    kind = value.get("__class__")
    if kind == "Decimal":
        return value.get("decimal")
    if kind == "date":
        return "-".join(f"{value.get(part, 0):0{size}d}" for part, size in _DAY)
    return {name: _plain(one) for name, one in value.items()}


_DAY: Final = (("year", 4), ("month", 2), ("day", 2))
