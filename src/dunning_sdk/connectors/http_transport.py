"""Make one HTTP call with requests, and say whether it may have arrived where it fails.

Decides time limits, size limits and what each failure of the line means. Redirects are never
followed here, cookies are not kept, and no password is taken from the machine's netrc file.
What a status means is decided in `http_errors`, repeating in `http_client`.

Source:
    House rule (ARCHITECTURE section 8): a call counts as made from the moment a connection
    stands until the whole answer was read.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Final, Protocol

from dunning_sdk.errors import ConnectorError, ConnectorInvalidError, ConnectorTransientError

if TYPE_CHECKING:
    import requests

BYTES_MAX: Final = 20 * 1024 * 1024
_CHUNK: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCall:
    """One call as it goes over the line.

    Attributes:
        method: In capitals.
        url: Absolute, with its query.
        headers: What is sent beside the body; holds secrets and is not shown.
        body: Empty where there is none.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """One reply, whole.

    Attributes:
        status: Of the reply.
        headers: By lower-case name; of a repeated one all values, joined by commas.
        body: Decoded from any transfer encoding.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


class Transport(Protocol):
    """What makes one call; tests and recordings put their own in its place."""

    def send(self, call: HttpCall) -> HttpReply:
        """Make the call.

        Raises:
            ConnectorError: No whole reply; ``outcome_unknown`` where the call may have arrived.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimits:
    """How long one call may take, in seconds.

    Attributes:
        connect: Until a connection stands.
        read: Between two pieces of the reply.
        whole: Until the reply is there.
    """

    connect: float = 10
    read: float = 35
    whole: float = 90


class RequestsTransport:
    """Calls over the network.

    Args:
        connector: Named in errors.
        limits: Time limits; there is no call without.
        monotonic: Clock for the whole of a call.
    """

    def __init__(
        self,
        *,
        connector: str,
        limits: TimeLimits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connector = connector
        self._limits = limits or TimeLimits()
        self._monotonic = monotonic
        self._session: requests.Session | None = None

    def send(self, call: HttpCall) -> HttpReply:
        """Make one call.

        Raises:
            ConnectorTransientError: The line failed; ``outcome_unknown`` where the call may have
                arrived.
            ConnectorInvalidError: The reply is larger than 20 MiB.
            ConnectorError: The other side's certificate is not trusted, or the address is one of
                a private network (`http_guard`).
        """
        import requests

        try:
            return self._sent(call)
        except requests.RequestException as exc:
            raise self._failure(exc) from exc

    def _sent(self, call: HttpCall) -> HttpReply:
        end = self._monotonic() + self._limits.whole
        with self._opened().request(
            call.method,
            call.url,
            headers=dict(call.headers),
            data=call.body or None,
            timeout=(self._limits.connect, self._limits.read),
            allow_redirects=False,
            stream=True,
            auth=_as_it_is,
        ) as response:
            body = bytearray()
            for piece in response.iter_content(_CHUNK):
                body += piece
                if len(body) > BYTES_MAX:
                    raise self._too_large()
                if self._monotonic() > end:
                    raise self._unclear("took too long to answer")
            headers = {name.lower(): value for name, value in response.headers.items()}
            return HttpReply(status=response.status_code, headers=headers, body=bytes(body))

    def _opened(self) -> requests.Session:
        """Return the session, which keeps connections open until this object goes."""
        import requests

        if self._session is None:
            from dunning_sdk.connectors.http_guard import GuardedAdapter

            session = requests.Session()
            session.mount("https://", GuardedAdapter())
            session.mount("http://", GuardedAdapter())
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            weakref.finalize(self, session.close)
            self._session = session
        return self._session

    def _failure(self, exc: requests.RequestException) -> ConnectorError:
        import requests

        if _is_untrusted(exc):
            return ConnectorError(
                f"{self._connector}: the connection cannot be protected, its certificate is not"
                " trusted",
                hint="Check base_url, and the certificates this machine trusts",
                connector=self._connector,
            )
        if isinstance(exc, requests.ConnectTimeout) or _never_connected(exc):
            return ConnectorTransientError(
                f"{self._connector}: cannot be reached ({type(exc).__name__})",
                hint="Check base_url and the network; it will be tried again",
                connector=self._connector,
            )
        return self._unclear(f"hung up or did not answer ({type(exc).__name__})")

    def _unclear(self, what: str) -> ConnectorTransientError:
        return ConnectorTransientError(
            f"{self._connector}: {what}",
            hint="It will be looked up or tried again",
            connector=self._connector,
            outcome_unknown=True,
        )

    def _too_large(self) -> ConnectorInvalidError:
        return ConnectorInvalidError(
            f"{self._connector}: the reply is larger than {BYTES_MAX >> 20} MiB",
            hint="Ask for less at a time, such as later documents only",
            connector=self._connector,
            fields={"body": "is too large"},
        )


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand where requests would otherwise look for a password in the netrc file."""
    return request


def _causes(exc: BaseException) -> list[object]:
    """Return an exception, what it wraps, and what it was raised from."""
    found: list[object] = []
    waiting: list[object] = [exc]
    while waiting:
        one = waiting.pop()
        if one is None or any(one is known for known in found):
            continue
        found.append(one)
        waiting += [getattr(one, name, None) for name in ("reason", "__cause__", "__context__")]
        waiting += [part for part in getattr(one, "args", ()) if isinstance(part, BaseException)]
    return found


def _is_untrusted(exc: BaseException) -> bool:
    import ssl

    return any(isinstance(one, ssl.SSLCertVerificationError) for one in _causes(exc))


def _never_connected(exc: BaseException) -> bool:
    import requests
    from urllib3.exceptions import NewConnectionError

    kinds = (NewConnectionError, requests.exceptions.ProxyError, requests.exceptions.InvalidURL)
    return any(isinstance(one, kinds) for one in _causes(exc))
