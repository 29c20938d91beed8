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
    unread = frozenset(("token_type", "scope", "id_token", "refresh_token"))

    token: str
    seconds: int


def granting(path: str, grant: Mapping[str, str]) -> Ask:
    """Return the request of a token by a grant of OAuth 2.0.

    Args:
        path: Of the token endpoint, below the site's address.
        grant: Parameters, such as ``grant_type`` and ``client_id``.

    Source:
        RFC 6749, sections 4.3 (password) and 4.4 (client credentials).
    """
    body = urlencode(grant).encode("ascii")
    return Ask(method="POST", path=path, body=body, media_type="application/x-www-form-urlencoded")


class AccessTokens:
    """Asks for access tokens by one request.

    Args:
        site: Where tokens are given; its secrets are those of the request.
        request: What is asked, as `granting` returns it, or as the vendor has it.
        token_field: Name of the token in the reply.
        seconds_field: Name of the seconds it lasts.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.

    Source:
        RFC 6749, section 5.1, for the names in the reply.
    """

    def __init__(
        self,
        site: Site,
        request: Ask,
        *,
        token_field: str = "access_token",  # noqa: S107  # the name of a field
        seconds_field: str = "expires_in",
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._timing = timing or Timing()
        # Tried once here: the call that needs the token is what is tried again, where it may be.
        once = dataclasses.replace(site, retry=RetryPolicy(attempts=1))
        self._http = HttpClient(once, transport=transport, timing=self._timing)
        self._request = request
        self._fields = (token_field, seconds_field)
        self._token = ""
        self._until = 0.0

    def token(self) -> str:
        """Return a token that lasts a while yet.

        Raises:
            ConnectorError: None was given; a ``ConnectorAuthError`` where the grant is refused.
        """
        if not self._token or self._timing.monotonic() >= self._until:
            given = self._given()
            self._token = given.token
            self._until = self._timing.monotonic() + given.seconds - _EARLY_SECONDS
        return self._token

    def _given(self) -> _Granted:
        try:
            data = self._http.data(self._request)
        except ConnectorTransientError as problem:
            problem.outcome_unknown = False  # a token more does no harm, and nothing else was done
            raise
        token, seconds = self._fields
        known = data if isinstance(data, dict) else {}
        named = {"token": known.get(token), "seconds": known.get(seconds, _LIFE_SECONDS)}
        name = self._http.site.connector
        return read_payload(_Granted, named, connector=name, what="an access token")

    def forget(self) -> None:
        """Ask anew next time: the outside system refused the token."""
        self._token = ""
