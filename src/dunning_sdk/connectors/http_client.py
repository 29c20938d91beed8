"""Speak to one outside system over HTTP: the ground every web connector stands on.

Decides which calls are made again (those that change nothing, and those with an idempotency
key), where calls may go (the configured site and nowhere else), and what is left unknown. Limits
are kept by `rate_limit`, waits chosen by `retry`, replies judged by `http_errors`.

A token that is refused is asked for anew, once: what refused the call did not carry it out.

A call that failed after an attempt whose outcome is unknown stays unknown: a later refusal, such
as "this number exists", does not prove that the first attempt did nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlencode, urljoin

from dunning_sdk.connectors.http_errors import Judge
from dunning_sdk.connectors.http_site import Ask, Site, is_on_site
from dunning_sdk.connectors.http_transport import HttpCall, HttpReply, RequestsTransport, Transport
from dunning_sdk.connectors.rate_limit import RateLimiter
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import (
    ConfigError,
    ConnectorError,
    ConnectorNotFoundError,
    ConnectorRateLimitedError,
    ConnectorTransientError,
)

Answer = TypeVar("Answer")
_REDIRECTS_MAX: Final = 5
_UNAUTHORIZED: Final = 401
_FOLLOWED: Final = frozenset((301, 302, 303, 307, 308))


class Tokens(Protocol):
    """What gives access tokens that end; see `access_token`."""

    def token(self) -> str:
        """Return a token that lasts a while yet."""

    def forget(self) -> None:
        """Ask anew next time."""


class HttpClient:
    """Makes the calls of one connector.

    Args:
        site: Where to.
        transport: What makes one call; over the network where not given.
        timing: Clock and waiting.
        tokens: What gives the bearer token, where it is none of the site's own headers.
    """

    def __init__(
        self,
        site: Site,
        *,
        transport: Transport | None = None,
        timing: Timing | None = None,
        tokens: Tokens | None = None,
    ) -> None:
        self.site = site
        self._tokens = tokens
        self._secrets = [*site.secrets]
        self._timing = timing or Timing()
        self._transport = transport or RequestsTransport(connector=site.connector)
        self._limiter = RateLimiter(site.limits, timing=self._timing)
        self._judge = Judge(
            connector=site.connector,
            auth_hint=site.auth_hint,
            secrets=self._secrets,
            refusal=site.refusal,
            now=self._timing.now,
        )

    def data(self, request: Ask) -> Any:  # noqa: ANN401  # JSON
        """Make a call and return the data of its reply; ``None`` where it has no body.

        Raises:
            ConnectorError: One of the five kinds; ``outcome_unknown`` where it may have worked.
        """
        return self._repeated(
            request,
            lambda: self._judge.data(
                self._once(request), call=request.label, changes=request.changes
            ),
        )

    def reply(self, request: Ask) -> HttpReply:
        """Make a call and return its reply, whatever its body is.

        Raises:
            ConnectorError: One of the five kinds; ``outcome_unknown`` where it may have worked.
        """
        return self._repeated(request, lambda: self._once(request))

    def found(self, request: Ask) -> Any:  # noqa: ANN401  # JSON
        """Return the data of a reply, or ``None`` where the outside system knows no such record.

        Raises:
            ConnectorError: As in `data`, but for a record that is not found.
        """
        try:
            return self.data(request)
        except ConnectorNotFoundError:
            return None

    def _repeated(self, request: Ask, call: Callable[[], Answer]) -> Answer:
        unclear = False
        attempt = 1
        while True:
            try:
                return call()
            except ConnectorError as problem:
                is_unknown = getattr(problem, "outcome_unknown", False)
                wait = self._wait(request, problem, attempt)
                if wait is None and unclear and not is_unknown:
                    raise self._unclear(request, problem) from problem
                if wait is None:
                    raise
                unclear = unclear or is_unknown
            self._timing.sleep(wait)
            attempt += 1

    def _wait(self, request: Ask, problem: ConnectorError, attempt: int) -> float | None:
        """Return how long to wait before trying again, or ``None`` to give up."""
        if not problem.retryable or (request.changes and not request.keyed):
            return None
        asked = problem.retry_after if isinstance(problem, ConnectorRateLimitedError) else None
        return self.site.retry.wait_seconds(attempt, asked=asked, spread=self._timing.spread())

    def _unclear(self, request: Ask, problem: ConnectorError) -> ConnectorError:
        """Return the error where an earlier attempt may have worked, whatever the last one says."""
        return self._judge.transient(
            f"{request.label} may have worked before it failed ({problem.message})",
            changes=request.changes,
        )

    def _once(self, request: Ask) -> HttpReply:
        url = self._url(request)
        for _ in range(_REDIRECTS_MAX):
            reply = self._sent(request, url)
            if request.changes or reply.status not in _FOLLOWED:
                break
            url = self._followed(request, url, reply)
        problem = self._judge.error(reply, call=request.label, changes=request.changes)
        if problem is not None:
            raise problem
        return reply

    def _sent(self, request: Ask, url: str) -> HttpReply:
        reply = self._sent_once(request, url)
        if self._tokens is None or reply.status != _UNAUTHORIZED:
            return reply
        self._tokens.forget()
        return self._sent_once(request, url)

    def _authorization(self) -> dict[str, str]:
        if self._tokens is None:
            return {}
        token = self._tokens.token()
        if token not in self._secrets:
            self._secrets[len(self.site.secrets) :] = [token]
        return {"Authorization": f"Bearer {token}"}

    def _sent_once(self, request: Ask, url: str) -> HttpReply:
        own = {**self.site.headers, **self._authorization(), **request.headers}
        headers = {"Accept": "application/json", **own}
        if request.media_type:
            headers["Content-Type"] = request.media_type
        self._limiter.wait()
        call = HttpCall(method=request.method, url=url, headers=headers, body=request.body)
        try:
            return self._transport.send(call)
        except ConnectorTransientError as problem:
            # What changes nothing cannot be left unknown.
            problem.outcome_unknown = problem.outcome_unknown and request.changes
            raise

    def _url(self, request: Ask) -> str:
        if not request.path.startswith("/"):
            raise ConfigError(f"{self.site.connector}: the path {request.path} has no slash")
        query = f"?{urlencode(request.params)}" if request.params else ""
        base = self.site.base_url.rstrip("/")
        return f"{base}{self.site.secret_path}{request.path}{query}"

    def _followed(self, request: Ask, url: str, reply: HttpReply) -> str:
        """Return where a redirect leads, if it stays on the site.

        Raises:
            ConnectorError: It leads to another host, scheme or port, or nowhere.
        """
        target = urljoin(url, reply.headers.get("location", ""))
        if target == url or not is_on_site(target, self.site.base_url):
            raise ConnectorError(
                f"{self.site.connector}: {request.label} is sent to another site, and it is not"
                " followed",
                hint="Put the address the outside system has now into base_url",
                connector=self.site.connector,
            )
        return target
