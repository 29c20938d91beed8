"""Read the booked movements of one account from GoCardless Bank Account Data.

Decides nothing: the list comes whole, on one page.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from dunning_sdk.connectors.access_token import AccessTokens
from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, ask, path_of, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.connectors.timing import Timing


class _Transactions(Payload):
    unread: ClassVar[frozenset[str]] = frozenset(("pending",))

    booked: list[Any]


class _Listed(Payload):
    unread: ClassVar[frozenset[str]] = frozenset(("last_updated",))

    transactions: _Transactions


def tokens_of(
    site: Site,
    *,
    secret_id: str,
    secret_key: str,
    transport: Transport | None = None,
    timing: Timing | None = None,
) -> AccessTokens:
    """Return what asks for tokens by a pair of secrets."""
    return AccessTokens(
        site,
        tell("POST", "/token/new/", {"secret_id": secret_id, "secret_key": secret_key}),
        token_field="access",  # noqa: S106  # the name of a field
        seconds_field="access_expires",
        transport=transport,
        timing=timing,
    )


class GoCardlessStatement:
    """Lists what was booked on one account.

    Args:
        http: Client of GoCardless.
        account: GoCardless's own id of the account.
    """

    def __init__(self, http: HttpClient, *, account: str) -> None:
        self._http = http
        self._account = account

    def booked(self, since: date) -> Iterator[Any]:
        """Yield every movement booked since a day, as it came.

        Raises:
            ConnectorError: GoCardless could not be asked.
        """
        path = f"{path_of('accounts', self._account, 'transactions')}/"
        data = self._http.data(ask(path, date_from=since.isoformat()))
        name = self._http.site.connector
        listed = read_payload(_Listed, data, connector=name, what="the list of transactions")
        return iter(listed.transactions.booked)
