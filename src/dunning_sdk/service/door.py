"""Stand before every request: who calls, how often, how large, and what the log says of it.

Decides in this order: the address is known for too many wrong keys (429), the key counts (401), the
key asks too often (429), the body is too large (413). Only then is the path looked at, so that a
stranger learns nothing of it. What a key may do is decided by the operation. An unforeseen fault
becomes a 500 without words, and its kind and place one line of the log.
"""

import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from traceback import extract_tb
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dunning_sdk.access.api_key import Caller, caller_of
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.access.throttle import Rate, Throttle
from dunning_sdk.errors import DunningError, TooManyRequestsError, UnknownCallerError
from dunning_sdk.service.problem import answer_to, problem_response

OPEN: Final = ("/openapi.json",)
"""Paths that need no key."""
PER_MINUTE: Final = 1200
"""How often one key may ask in a minute, unless the server is told otherwise."""
INCOMING: Final = "/incoming/"
"""Below it callers prove themselves otherwise."""

_log: Final = logging.getLogger("dunning_sdk.service")
_log.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one caller may take.

    Attributes:
        each_key: Requests of one key.
        strangers: Wrong keys, and webhooks that are not believed, from one address.
        incoming: Webhooks, from one address.
        body_bytes: Largest body.
    """

    each_key: Rate = field(
        default_factory=lambda: Rate(burst=PER_MINUTE // 12, per_minute=PER_MINUTE)
    )
    strangers: Rate = field(default_factory=lambda: Rate(burst=20, per_minute=30))
    incoming: Rate = field(default_factory=lambda: Rate(burst=300, per_minute=3000))
    body_bytes: int = 36 * 1024 * 1024


class _TooLarge(Exception):  # noqa: N818  # caught here, and an answer rather than an error
    pass


class Door:
    """The middleware outside of all others.

    Args:
        app: What is behind it.
        tenants: Those served.
        bounds: What one caller may take.
    """

    def __init__(self, app: ASGIApp, *, tenants: Tenants, bounds: Bounds) -> None:
        self._app = app
        self._tenants = tenants
        self._body_bytes = bounds.body_bytes
        self._keys = Throttle(bounds.each_key)
        self._strangers = Throttle(bounds.strangers)
        self._incoming = Throttle(bounds.incoming)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = _Visit(scope=scope)
        try:
            await self._admit(visit, receive, send)
        except DunningError as problem:
            await self._tell(visit, answer_to(problem, request_id=visit.id), receive, send)
        except _TooLarge:
            answer = problem_response(
                413,
                code="request.too-large",
                title="The body is larger than is taken",
                hint=f"Send at most {self._body_bytes} bytes.",
                request_id=visit.id,
            )
            await self._tell(visit, answer, receive, send)
        except Exception as problem:
            self._say_fault(visit, problem)
            await self._tell(visit, fault(visit.id), receive, send)
        finally:
            visit.say()

    async def _admit(self, visit: "_Visit", receive: Receive, send: Send) -> None:
        path = visit.path
        if path.startswith(INCOMING):
            self._strangers.check(visit.address)
            self._incoming.take(visit.address)
        elif path not in OPEN:
            visit.caller = await self._caller(visit)
        body = await self._body(visit, receive)
        state = visit.scope.setdefault("state", {})
        state |= {"caller": visit.caller, "request_id": visit.id, "body": body}
        await self._app(visit.scope, _again(body, receive), visit.sending(send))
        if path.startswith(INCOMING) and visit.status == HTTPStatus.UNAUTHORIZED:
            with suppress(TooManyRequestsError):
                self._strangers.take(visit.address)

    async def _caller(self, visit: "_Visit") -> Caller:
        self._strangers.check(visit.address)
        word, _, shown = visit.headers.get("authorization", "").partition(" ")
        key = shown.strip() if word.lower() == "bearer" else ""
        try:
            now = datetime.now(UTC)
            caller = await run_in_threadpool(caller_of, self._tenants, key, now=now)
        except UnknownCallerError:
            self._strangers.take(visit.address)
            raise
        self._keys.take(f"{caller.tenant}/{caller.key.id}")
        return caller

    async def _body(self, visit: "_Visit", receive: Receive) -> bytes:
        """Return the whole body, or refuse it before it is all here."""
        told = visit.headers.get("content-length", "0")
        if told.isdecimal() and int(told) > self._body_bytes:
            raise _TooLarge
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            part = message.get("body", b"")
            size += len(part)
            if size > self._body_bytes:
                raise _TooLarge
            parts.append(part)
            more = message.get("more_body", False)
        return b"".join(parts)

    async def _tell(self, visit: "_Visit", answer: Response, receive: Receive, send: Send) -> None:
        if not visit.status:
            await answer(visit.scope, receive, visit.sending(send))

    def _say_fault(self, visit: "_Visit", problem: Exception) -> None:
        places = extract_tb(problem.__traceback__)
        last = f"{places[-1].name}:{places[-1].lineno}" if places else ""
        _log.error("request %s: %s in %s", visit.id, type(problem).__name__, last)


def fault(request_id: str) -> Response:
    """Return what an unforeseen fault is answered by."""
    return problem_response(
        500,
        code="request.failed",
        title="The service failed; the fault is in its log",
        hint="Tell who runs the service the id of the request.",
        request_id=request_id,
    )


@dataclass(slots=True, kw_only=True)
class _Visit:
    """One request on its way through, and what is said of it."""

    scope: Scope
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    caller: Caller | None = None
    status: int = 0
    started: float = field(default_factory=time.perf_counter)

    @property
    def headers(self) -> Headers:
        return Headers(scope=self.scope)

    @property
    def path(self) -> str:
        return Request(self.scope).url.path.removeprefix(self.scope.get("root_path", ""))

    @property
    def address(self) -> str:
        client = self.scope.get("client")
        return client[0] if client else ""

    def sending(self, send: Send) -> Callable[[Message], Awaitable[None]]:
        """Return what sends on, and puts the headers that every answer has."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = self.id
                headers["x-content-type-options"] = "nosniff"
                headers["content-security-policy"] = "default-src 'none'; frame-ancestors 'none'"
                headers.setdefault("cache-control", "no-store")
            await send(message)

        return sent

    def say(self) -> None:
        """Log one line: the operation and not its ids, who by his key's id, how long it took."""
        route = self.scope.get("route")
        fields = {
            "request": self.id,
            "method": self.scope["method"],
            "operation": getattr(route, "operation_id", "") or "-",
            "status": self.status,
            "tenant": self.caller.tenant if self.caller else "-",
            "key": self.caller.key.id if self.caller else "-",
            "seconds": round(time.perf_counter() - self.started, 4),
        }
        words = " ".join(f"{name}={value}" for name, value in fields.items())
        _log.info("answered %s", words, extra={"fields": fields})


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what gives the body once more, and then what comes after it."""
    given = False

    async def received() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return received
