"""Make calls with Maileva's token: fetched when it is needed, and once anew when it is refused."""

from dataclasses import replace
from typing import Any

from dunning_sdk.connectors.access_token import AccessTokens, granting
from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Ask
from dunning_sdk.connectors.http_transport import HttpReply, Transport
from dunning_sdk.connectors.timing import Timing

from dunning_letters.options import PATHS, Access


class Account:
    """Maileva, as one user sees it.

    Args:
        access: Where it is, and who one is there.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.

    Attributes:
        given: The options.
    """

    def __init__(
        self, access: Access, *, transport: Transport | None = None, timing: Timing | None = None
    ) -> None:
        self.given = given = access.given
        grant = (
            {"grant_type": "password", "username": given.user, "password": access.password}
            if given.user
            else {"grant_type": "client_credentials"}
        )
        basic = {"Authorization": f"Basic {access.basic}"}
        tokens = AccessTokens(
            replace(access.site(given.token_url), headers=basic),
            granting("/token", grant),
            transport=transport,
            timing=timing,
        )
        base = given.base_url.rstrip("/") + PATHS[given.service]
        self._http = HttpClient(
            access.site(base), transport=transport, timing=timing, tokens=tokens
        )

    def data(self, request: Ask) -> Any:  # noqa: ANN401  # JSON
        """Make a call and return the data of its reply.

        Raises:
            ConnectorError: One of the five kinds; ``outcome_unknown`` where it may have worked.
        """
        return self._http.data(request)

    def reply(self, request: Ask) -> HttpReply:
        """Make a call and return its reply, whatever its body is.

        Raises:
            ConnectorError: As in `data`.
        """
        return self._http.reply(request)
