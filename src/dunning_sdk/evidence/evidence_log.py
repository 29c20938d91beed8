"""Streams as an evidence file holds them: every event with what chains it, and what it said.

Decides what of a payload is shown: all of it, or nothing where it is about other matters than the
claim, or was erased. Either way the chain covers it, so that nothing can be changed or left out.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dunning_sdk.domain.event import JsonValue, Stream
from dunning_sdk.errors import StoreError
from dunning_sdk.store.canonical import parse_object
from dunning_sdk.store.chain import Chain, Head, Link, faults
from dunning_sdk.store.seal import SALT_BYTES

ERASED: Final = "erased"
OTHER: Final = "about-other-matters"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedStream:
    """A stream as read from an evidence file.

    Attributes:
        tenant: Whose.
        stream: Which.
        chain: Its events, their payloads where they are shown, and its head.
        withheld: Number of an event to why its payload is not shown.
    """

    tenant: str
    stream: Stream
    chain: Chain
    withheld: Mapping[int, str]

    def faults(self) -> tuple[str, ...]:
        """Return what is wrong with its chain, each event named."""
        shown = dict(zip((link.seq for link in self.chain.links), self.chain.salted, strict=True))
        return faults(
            self.tenant,
            self.stream,
            self.chain.links,
            head=self.chain.head,
            unseal=lambda link: shown.get(link.seq),
        )

    def header(self, link: Link) -> dict[str, JsonValue]:
        """Return the clear header of an event; empty where it was damaged."""
        try:
            return parse_object(link.header)
        except StoreError:
            return {}

    def payload(self, place: int) -> dict[str, JsonValue] | None:
        """Return what an event said, by its place in the chain; ``None`` where not shown."""
        salted = self.chain.salted[place]
        if salted is None:
            return None
        try:
            return parse_object(salted[SALT_BYTES:].decode())
        except (StoreError, UnicodeDecodeError):
            return None


def log_json(
    tenant: str, stream: Stream, chain: Chain, *, is_shown: Callable[[Link], bool]
) -> dict[str, Any]:
    """Return a stream as JSON values.

    Args:
        tenant: Whose.
        stream: Which.
        chain: As the store gives it.
        is_shown: Tells of an event whether its payload belongs into the file.
    """
    head = chain.head
    return {
        "tenant": tenant,
        "kind": stream.kind,
        "id": stream.id,
        "head": {"seq": head.seq, "digest": head.digest} if head else None,
        "events": [
            _event_json(link, salted, is_shown=is_shown(link))
            for link, salted in zip(chain.links, chain.salted, strict=True)
        ],
    }


def _event_json(link: Link, salted: bytes | None, *, is_shown: bool) -> dict[str, Any]:
    withheld = ERASED if salted is None else "" if is_shown else OTHER
    payload = "" if salted is None or withheld else base64.b64encode(salted).decode()
    return {
        "seq": link.seq,
        "type": link.type,
        "on": link.on,
        "recorded_at": link.recorded_at,
        "owner": link.owner,
        "header": link.header,
        "commitment": link.commitment,
        "digest": link.digest,
        "salt_and_payload": payload,
        "withheld": withheld,
    }


def read_log(data: Mapping[str, Any]) -> LoggedStream:
    """Return a stream as an evidence file holds it.

    Raises:
        ValueError: It is none; says what is wrong.
    """
    try:
        head = data["head"]
        events = data["events"]
        return LoggedStream(
            tenant=_text(data, "tenant"),
            stream=Stream(kind=_text(data, "kind"), id=_text(data, "id")),
            chain=Chain(
                links=tuple(_link(one) for one in events),
                salted=tuple(_salted(one) for one in events),
                head=Head(seq=_whole(head, "seq"), digest=_text(head, "digest")) if head else None,
            ),
            withheld={_whole(one, "seq"): _text(one, "withheld") for one in events},
        )
    except (KeyError, TypeError, AttributeError) as problem:
        message = "a value is missing or of another kind"
        raise ValueError(message) from problem


def _link(data: Mapping[str, Any]) -> Link:
    return Link(
        seq=_whole(data, "seq"),
        type=_text(data, "type"),
        on=_text(data, "on"),
        recorded_at=_text(data, "recorded_at"),
        owner=_text(data, "owner"),
        header=_text(data, "header"),
        commitment=_text(data, "commitment"),
        digest=_text(data, "digest"),
    )


def _salted(data: Mapping[str, Any]) -> bytes | None:
    if _text(data, "withheld"):
        return None
    try:
        return base64.b64decode(_text(data, "salt_and_payload"), validate=True)
    except binascii.Error as problem:
        message = "a payload is no base64"
        raise ValueError(message) from problem


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _whole(data: Mapping[str, Any], key: str) -> int:
    value = data[key]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(key)
    return value
