"""Access tokens of an outside system: asked for when they are needed, kept while they last.

Decides when a token is asked for anew: a minute before it ends, and when the outside system
refuses it. Sending it is left to `http_client`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Ask, Site
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.connectors.retry import RetryPolicy
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import ConnectorTransientError

_EARLY_SECONDS: Final = 60
_LIFE_SECONDS: Final = 300  # where the outside system does not say: "OPTIONAL" in RFC 6749, 5.1


class _Granted(Payload):
    unread = frozenset(("token_type", "scope", "refresh_token", "id_token"))

    access_token: str
    expires_in: int = _LIFE_SECONDS


class AccessTokens:
    """Asks for access tokens by one grant.

    Args:
        site: Where tokens are given; its secrets are those of the grant.
        path: Of the token endpoint, below the site's address.
        grant: Parameters of the request, such as ``grant_type`` and ``client_id``.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.

    Source:
        RFC 6749, sections 4.3 (password), 4.4 (client credentials) and 5.1.
    """

    def __init__(
        self,
        site: Site,
        *,
        path: str,
        grant: Mapping[str, str],
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._timing = timing or Timing()
        # Tried once here: the call that needs the token is what is tried again, where it may be.
        once = dataclasses.replace(site, retry=RetryPolicy(attempts=1))
        self._http = HttpClient(once, transport=transport, timing=self._timing)
        body = urlencode(grant).encode("ascii")
        kind = "application/x-www-form-urlencoded"
        self._ask = Ask(method="POST", path=path, body=body, media_type=kind)
        self._connector = site.connector
        self._token = ""
        self._until = 0.0

    def token(self) -> str:
        """Return a token that lasts a while yet.

        Raises:
            ConnectorError: None was given; a ``ConnectorAuthError`` where the grant is refused.
        """
        if not self._token or self._timing.monotonic() >= self._until:
            data = self._asked()
            given = read_payload(_Granted, data, connector=self._connector, what="an access token")
            self._token = given.access_token
            self._until = self._timing.monotonic() + given.expires_in - _EARLY_SECONDS
        return self._token

    def _asked(self) -> object:
        try:
            return self._http.data(self._ask)
        except ConnectorTransientError as problem:
            problem.outcome_unknown = False  # a token more does no harm, and nothing else was done
            raise

    def forget(self) -> None:
        """Ask anew next time: the outside system refused the token."""
        self._token = ""
