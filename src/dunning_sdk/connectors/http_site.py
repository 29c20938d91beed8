"""What is called where: an outside system's address, and the requests made to it.

Decides where calls may go at all: to the configured site, protected, and nowhere else. Making
them is left to `http_client`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

from dunning_sdk.connectors.rate_limit import RateLimit
from dunning_sdk.connectors.retry import RetryPolicy
from dunning_sdk.errors import ConfigError, ConnectorInvalidError

_CHANGES_NOTHING: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_LOOPBACK: Final = frozenset(("127.0.0.1", "::1", "localhost"))


def _never(data: object) -> str:
    del data
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """An outside system, and how to behave there.

    Attributes:
        connector: Name used in every message.
        base_url: Where all calls go; ``https``, or ``http`` on this machine.
        secret_path: Stands between the address and each path, and is not shown: a token that
            belongs to the address, as Telegram has it. Begins with a slash, or is empty.
        headers: Sent with each call; may hold secrets, and is not shown.
        secrets: Texts that no message may hold.
        auth_hint: What to do where the credentials are refused.
        limits: Limits the outside system declares.
        retry: How often a call that may be repeated is repeated.
        refusal: Says why the data of a reply with status 200 is an error; empty where it is not.
    """

    connector: str
    base_url: str
    secret_path: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    auth_hint: str = "Check the credentials in the configuration"
    limits: tuple[RateLimit, ...] = ()
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    refusal: Callable[[Any], str] = _never

    def __post_init__(self) -> None:
        """Refuse an address that would carry secrets unprotected, or anything but a site.

        Raises:
            ConfigError: ``base_url`` cannot be used.
        """
        parts = urlsplit(self.base_url)
        local = parts.hostname in _LOOPBACK
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise ConfigError(
                f"{self.connector}: base_url does not begin with https",
                hint="Only a server on this machine may be called by http",
            )
        if not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ConfigError(
                f"{self.connector}: base_url has no host, or holds a user, a query or a fragment",
                hint="Give scheme, host and path, as in https://api.example.com/v2",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to a site.

    Attributes:
        method: In capitals.
        path: Below the site's address; begins with a slash. See `path_of`.
        params: Pairs of the query, in order.
        body: Empty where there is none.
        media_type: Of the body.
        headers: Beside those of the site.
        keyed: Whether it carries an idempotency key, in a header or the body, so that the
            outside system does it once however often it comes.
    """

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    media_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    keyed: bool = False

    @property
    def changes(self) -> bool:
        """Tell whether it may change something over there."""
        return self.method not in _CHANGES_NOTHING

    @property
    def label(self) -> str:
        """Return method and path, for messages; the query is left out."""
        return f"{self.method} {self.path}"


def ask(path: str, **params: str | int | None) -> Ask:
    """Return a request that reads; parameters that are ``None`` are left out."""
    pairs = tuple((name, str(value)) for name, value in params.items() if value is not None)
    return Ask(method="GET", path=path, params=pairs)


def tell(
    method: str,
    path: str,
    data: object = None,
    *,
    keyed: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Ask:
    """Return a request that changes something, with JSON where there is data."""
    body = b"" if data is None else json.dumps(data, ensure_ascii=False).encode()
    kind = "application/json" if body else ""
    return Ask(
        method=method, path=path, body=body, media_type=kind, keyed=keyed, headers=headers or {}
    )


def path_of(*parts: str | int) -> str:
    """Return a path of parts, each quoted, so that an id never leads elsewhere.

    >>> path_of("invoice", "a/../b", "submit")
    '/invoice/a%2F..%2Fb/submit'

    Raises:
        ConnectorInvalidError: A part is empty or a dot, and would name another path.
    """
    quoted = [quote(str(part), safe="") for part in parts]
    if any(part in ("", ".", "..") for part in quoted):
        raise ConnectorInvalidError(
            "An id that came from outside is empty or made of dots",
            hint="Check the record it belongs to",
            fields={"id": "is empty or made of dots"},
        )
    return "/" + "/".join(quoted)


def is_on_site(url: str, base_url: str) -> bool:
    """Tell whether an address has the scheme, host and port of a site.

    >>> is_on_site("https://api.example.com/v2/x", "https://api.example.com/v1")
    True
    >>> is_on_site("https://api.example.com@evil.example/", "https://api.example.com")
    False
    """
    return _origin(url) == _origin(base_url)


def _origin(url: str) -> Sequence[object]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return ("unreadable", url)
    return (parts.scheme, parts.hostname, port, parts.username)
