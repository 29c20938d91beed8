"""Record what an outside system answered, once, and replay it in every test after.

Decides what is kept of a call: method, path, query, body and reply; no header that proves who
one is, and no text that is named as a secret. A call that was not recorded is an error and never
reaches the network.

>>> tape = Tape([Exchange(method="GET", target="/hello", reply=HttpReply(status=204))])
>>> Replay(tape, connector="demo").send(HttpCall(method="GET", url="https://x.example/hello"))
HttpReply(status=204, headers={})
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from dunning_sdk.connectors.http_transport import HttpCall, HttpReply, Transport
from dunning_sdk.connectors.redaction import safe_headers, safe_url, without_secrets
from dunning_sdk.errors import ConnectorNotFoundError

_DROPPED: Final = frozenset(("content-encoding", "transfer-encoding", "content-length", "date"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call and its reply.

    Attributes:
        method: In capitals.
        target: Path and query, secrets replaced.
        body: As text.
        reply: What came back.
    """

    method: str
    target: str
    body: str = ""
    reply: HttpReply


@dataclass(slots=True)
class Tape:
    """Exchanges in the order they were made.

    Attributes:
        exchanges: Added to while recording.
    """

    exchanges: list[Exchange] = field(default_factory=list)

    def to_json(self) -> str:
        """Return the tape as text to be kept beside a test."""
        return json.dumps([_to_data(one) for one in self.exchanges], indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Tape:
        """Return a tape that was kept as text."""
        return cls([_from_data(one) for one in json.loads(text)])


class Recorder:
    """Makes the calls, and keeps them.

    Args:
        transport: What makes them.
        tape: Where they are kept.
        secrets: Texts that are replaced wherever they stand.
    """

    def __init__(self, transport: Transport, tape: Tape, *, secrets: Iterable[str] = ()) -> None:
        self._transport = transport
        self._tape = tape
        self._secrets = tuple(secrets)

    def send(self, call: HttpCall) -> HttpReply:
        """Make one call and keep it; one that fails is not kept.

        Raises:
            ConnectorError: As the transport raises it.
        """
        reply = self._transport.send(call)
        kept = safe_headers(reply.headers)
        clean = HttpReply(
            status=reply.status,
            headers={
                name: self._clean(text) for name, text in kept.items() if name not in _DROPPED
            },
            body=self._clean(reply.body.decode("latin-1")).encode("latin-1"),
        )
        exchange = Exchange(
            method=call.method,
            target=_target(self._clean(call.url)),
            body=self._clean(call.body.decode("utf-8", "replace")),
            reply=clean,
        )
        self._tape.exchanges.append(exchange)
        return reply

    def _clean(self, text: str) -> str:
        return without_secrets(text, self._secrets)


class Replay:
    """Answers from a tape; each exchange answers one call, and equal calls in their order.

    Args:
        tape: What was recorded; used up as it answers.
        connector: Named in errors.
    """

    def __init__(self, tape: Tape, *, connector: str) -> None:
        self._left = list(tape.exchanges)
        self._connector = connector

    def send(self, call: HttpCall) -> HttpReply:
        """Answer one call.

        Raises:
            ConnectorNotFoundError: It was not recorded, or is asked for once too often.
        """
        target, body = _target(call.url), call.body.decode("utf-8", "replace")
        for place, one in enumerate(self._left):
            if (one.method, one.target, one.body) == (call.method, target, body):
                return self._left.pop(place).reply
        raise ConnectorNotFoundError(
            f"{self._connector}: {call.method} {urlsplit(target).path} was not recorded",
            hint="Record it anew, or correct the call",
            connector=self._connector,
        )


def _target(url: str) -> str:
    parts = urlsplit(safe_url(url))
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _to_data(one: Exchange) -> dict[str, Any]:
    try:
        body = {"text": one.reply.body.decode()}
    except UnicodeDecodeError:
        body = {"base64": base64.b64encode(one.reply.body).decode()}
    reply = {"status": one.reply.status, "headers": dict(one.reply.headers), **body}
    return {"method": one.method, "target": one.target, "body": one.body, "reply": reply}


def _from_data(data: dict[str, Any]) -> Exchange:
    reply = data["reply"]
    packed = base64.b64decode(reply.get("base64", ""))
    return Exchange(
        method=data["method"],
        target=data["target"],
        body=data["body"],
        reply=HttpReply(
            status=reply["status"],
            headers=reply["headers"],
            body=reply["text"].encode() if "text" in reply else packed,
        ),
    )
