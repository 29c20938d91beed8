"""Read the booked movements of one account by the Berlin Group's interface.

Decides that a list which cannot be read to its end brings nothing, and that the next page lies
where the first did.

Source:
    NextGenPSD2 XS2A Framework, Implementation Guidelines 1.3.11, section 6.6.3 (Read Transaction
    List).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit
from uuid import uuid4

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Ask, is_on_site, path_of
from dunning_sdk.connectors.pages import cursor_pages
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.errors import ConnectorInvalidError


class _Link(Payload):
    href: str


class _Links(Payload):
    next: _Link | None = None


class _Report(Payload):
    booked: tuple[Any, ...] = ()
    links: _Links | None = None


class BerlinGroupStatement:
    """Lists what a bank booked on one account.

    Args:
        http: Client of the bank's interface.
        account: The bank's own id of the account.
    """

    def __init__(self, http: HttpClient, *, account: str) -> None:
        self._http = http
        self._account = account

    def booked(self, since: date) -> Iterator[Any]:
        """Yield every movement booked since a day, as it came.

        Raises:
            ConnectorError: The bank could not be read to the end.
        """
        path = f"/v1{path_of('accounts', self._account, 'transactions')}"
        first = (("bookingStatus", "booked"), ("dateFrom", since.isoformat()))

        def page(cursor: str) -> tuple[list[Any], str]:
            where, params = self._place(cursor) if cursor else (path, first)
            asked = Ask(
                method="GET", path=where, params=params, headers={"X-Request-ID": str(uuid4())}
            )
            report = self._report(self._http.data(asked))
            following = report.links.next.href if report.links and report.links.next else ""
            return list(report.booked), self._absolute(where, following)

        return cursor_pages(page, connector=self._http.site.connector)

    def _report(self, data: object) -> _Report:
        found = data.get("transactions") if isinstance(data, dict) else None
        if isinstance(found, dict) and "_links" in found:
            found = {**found, "links": found["_links"]}
        name = self._http.site.connector
        return read_payload(_Report, found, connector=name, what="the list of transactions")

    def _absolute(self, path: str, href: str) -> str:
        """Return where the next page lies; empty after the last.

        Raises:
            ConnectorInvalidError: It would lie outside the interface.
        """
        if not href:
            return ""
        base = self._http.site.base_url.rstrip("/")
        url = urljoin(f"{base}{path}", href)
        inside = urlsplit(url).path.startswith(f"{urlsplit(base).path}/")
        if not is_on_site(url, base) or not inside:
            raise ConnectorInvalidError(
                f"{self._http.site.connector}: the next page lies on another site",
                hint="Nothing was taken; report it to the bank",
                connector=self._http.site.connector,
                fields={"_links.next": "leads elsewhere"},
            )
        return url

    def _place(self, url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        parts = urlsplit(url)
        base = urlsplit(self._http.site.base_url.rstrip("/")).path
        return parts.path[len(base) :], tuple(parse_qsl(parts.query, keep_blank_values=True))
