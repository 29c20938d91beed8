"""A small HTTP server on this machine that can be told to misbehave.

Decides what goes wrong and when; what is right is decided by the application it is given. Every
simulator stands on it, and so may the tests of a host. It listens on the loopback address alone.

>>> with Loopback(lambda asked: Answer(body=asked.path.encode())) as server:
...     from urllib.request import urlopen
...     with urlopen(server.url + "/ping") as reply:
...         reply.read()
b'/ping'
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came.

    Attributes:
        method: In capitals.
        path: Without the query, as it stood on the line.
        query: Last value of each parameter.
        headers: By lower-case name.
        body: As it came.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def data(self) -> Any:  # noqa: ANN401  # JSON
        """Return the body as data; ``None`` where it is empty."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server answers.

    Attributes:
        status: Of the reply.
        body: Of the reply.
        headers: Beside the length.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: object, status: int = 200) -> Answer:
        """Return an answer of JSON."""
        body = json.dumps(data).encode()
        return cls(status=status, body=body, headers={"Content-Type": "application/json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """What goes wrong with one request.

    Attributes:
        answer: Sent instead of the right one; ``None`` hangs up without a word.
        done: Whether the request is carried out all the same.
        seconds: Wait before the answer.
        path: Only a request whose path begins so meets it.
        method: Only a request of this method meets it; any where empty.
        keeps: Send the right answer, only late.
    """

    answer: Answer | None = None
    done: bool = False
    seconds: float = 0
    path: str = "/"
    method: str = ""
    keeps: bool = False

    def on(self, path: str, method: str = "") -> Mishap:
        """Return the same for requests of one path, and perhaps one method, alone."""
        return replace(self, path=path, method=method)


def too_many(seconds: int | str = 1) -> Mishap:
    """Return a 429 that asks to wait; a date may stand for the seconds."""
    return Mishap(answer=Answer(status=429, headers={"Retry-After": str(seconds)}))


def fails(status: int = 503, *, done: bool = False) -> Mishap:
    """Return an error of the server, before or after the request was carried out."""
    return Mishap(answer=Answer(status=status, body=b"upstream"), done=done)


def hangs_up(*, done: bool = False) -> Mishap:
    """Return a connection that breaks, before or after the request was carried out."""
    return Mishap(done=done)


def slow(seconds: float) -> Mishap:
    """Return the right answer, late."""
    return Mishap(done=True, seconds=seconds, keeps=True)


def page_for_people(status: int = 200) -> Mishap:
    """Return an HTML page where data should be."""
    page = Answer(
        status=status, body=b"<html>We will be back</html>", headers={"Content-Type": "text/html"}
    )
    return Mishap(answer=page)


def routed(
    routes: Iterable[tuple[str, str, Callable[..., Answer]]], asked: Asked, *, path: str = ""
) -> Answer | None:
    """Return the answer of the first route a request fits, or ``None`` where it fits none.

    Args:
        routes: Method, pattern of the whole path, and what answers; its groups follow the request.
        asked: The request.
        path: Instead of the request's own.
    """
    for method, pattern, answer in routes:
        found = re.fullmatch(pattern, path or asked.path)
        if found and method == asked.method:
            return answer(asked, *found.groups())
    return None


class Loopback:
    """A server in a thread of its own; a context manager.

    Args:
        answer: Carries out a request; called from one thread at a time.

    Attributes:
        asked: Every request that came, in order.
        mishaps: What goes wrong next; each meets one request and is gone.
    """

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self._answer = answer
        self.asked: list[Asked] = []
        self.mishaps: list[Mishap] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        """Return the address of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Loopback:
        """Start answering."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop answering, and free the port."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def misbehave(self, *mishaps: Mishap) -> None:
        """Let the next requests meet these mishaps, one each."""
        with self._lock:
            self.mishaps.extend(mishaps)

    def meet(self, asked: Asked) -> Answer | None:
        """Return the answer to one request, or ``None`` to hang up."""
        with self._lock:
            self.asked.append(asked)
            mishap = next((one for one in self.mishaps if _meets(one, asked)), None)
            if mishap is None:
                return self._answer(asked)
            self.mishaps.remove(mishap)
            right = self._answer(asked) if mishap.done else None
        if mishap.seconds:
            self._closing.wait(mishap.seconds)
        return right if mishap.keeps else mishap.answer


def _meets(mishap: Mishap, asked: Asked) -> bool:
    return asked.path.startswith(mishap.path) and mishap.method in ("", asked.method)


def _handler(server: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            asked = Asked(
                method=self.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): text for name, text in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            answer = server.meet(asked)
            self.close_connection = True
            if answer is None:
                return
            self.send_response(answer.status)
            for name, text in answer.headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  # as http.server calls them

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    return Handler
