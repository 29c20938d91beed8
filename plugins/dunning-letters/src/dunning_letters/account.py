"""Make calls with Maileva's token: fetched when it is needed, and once anew when it has expired."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import urlencode

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Ask
from dunning_sdk.connectors.http_transport import HttpReply, Transport
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import ConnectorAuthError

from dunning_letters.options import NAME, PATHS, Access

Answer = TypeVar("Answer")
_SPARE_SECONDS: Final = 30


class Token(Payload):
    """What proves who one is, for a while.

    Attributes:
        access_token: The token.
        expires_in: Seconds it lasts.
    """

    unread: ClassVar[frozenset[str]] = frozenset(
        ("token_type", "refresh_token", "refresh_expires_in", "scope", "session_state",
         "not-before-policy", "id_token")
    )  # fmt: skip

    access_token: str
    expires_in: int = 60


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
        self.given = access.given
        self._access = access
        self._timing = timing or Timing()
        base = access.given.base_url.rstrip("/") + PATHS[access.given.service]
        self._api = HttpClient(access.site(base), transport=transport, timing=timing)
        self._door = HttpClient(
            access.site(access.given.token_url), transport=transport, timing=timing
        )
        self._token = ""
        self._until = 0.0

    def data(self, request: Ask) -> Any:  # noqa: ANN401  # JSON
        """Make a call and return the data of its reply.

        Raises:
            ConnectorError: One of the five kinds; ``outcome_unknown`` where it may have worked.
        """
        return self._with_token(request, self._api.data)

    def reply(self, request: Ask) -> HttpReply:
        """Make a call and return its reply, whatever its body is.

        Raises:
            ConnectorError: As in `data`.
        """
        return self._with_token(request, self._api.reply)

    def _with_token(self, request: Ask, call: Callable[[Ask], Answer]) -> Answer:
        """Make a call; where a token that was known is refused, once more with a fresh one."""
        was_known = bool(self._token)
        try:
            return call(self._signed(request))
        except ConnectorAuthError:
            if not was_known:
                raise
        self._token = ""
        return call(self._signed(request))

    def _signed(self, request: Ask) -> Ask:
        if not self._token or self._timing.monotonic() >= self._until:
            self._fetch()
        headers = {**request.headers, "Authorization": f"Bearer {self._token}"}
        return replace(request, headers=headers)

    def _fetch(self) -> None:
        given = self.given
        form = (
            {"grant_type": "password", "username": given.user, "password": self._access.password}
            if given.user
            else {"grant_type": "client_credentials"}
        )
        request = Ask(
            method="POST",
            path="/token",
            body=urlencode(form).encode(),
            media_type="application/x-www-form-urlencoded",
            headers={"Authorization": f"Basic {self._access.basic}"},
            keyed=True,  # a token more changes nothing
        )
        token = read_payload(Token, self._door.data(request), connector=NAME, what="the token")
        self._token = token.access_token
        self._until = self._timing.monotonic() + max(token.expires_in - _SPARE_SECONDS, 1)
