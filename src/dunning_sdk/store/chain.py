"""The hash chain of a stream: what a digest covers, and how a stream is checked.

An event's digest covers its header, the commitment to its payload and the digest before it. The
commitment is SHA-256 of a random salt and the canonical payload; both are sealed, so dropping a
key erases what was said and leaves the chain whole. A chain shows changed, missing and swapped
events to whoever holds a later digest; it is no secret, so anyone can check it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from dunning_sdk.domain.event import Event, Stream
from dunning_sdk.errors import StoreError
from dunning_sdk.store.canonical import canonical, parse_object

START: Final = ""
_VERSION: Final = "dunning-event-1"


class Kept(Protocol):
    """A `Link`, or a row with its header and digest: what an event is read from."""

    @property
    def seq(self) -> int:
        """Place in the stream."""

    @property
    def type(self) -> str:
        """The event's type."""

    @property
    def on(self) -> str:
        """Day it happened, ISO 8601."""

    @property
    def recorded_at(self) -> str:
        """UTC instant it was stored, ISO 8601."""

    @property
    def header(self) -> str:
        """Canonical JSON."""

    @property
    def digest(self) -> str:
        """Hex SHA-256 that chains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last event of a stream, as kept beside the events.

    Attributes:
        seq: Its place in the stream.
        digest: Its digest.
    """

    seq: int
    digest: str


Unseal = Callable[["Link"], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One stored event as it is chained.

    Attributes:
        seq: Place in the stream, from 1.
        type: The event's type.
        on: Day it happened, ISO 8601.
        recorded_at: UTC instant it was stored, ISO 8601.
        owner: Whose key seals the payload.
        header: Canonical JSON.
        commitment: Hex SHA-256 of salt and canonical payload.
        digest: Hex SHA-256 that chains it; empty until `chained` computes it.
        sealed: Salt and payload as kept; the chain does not cover it, the seal proves it.
        generation: Which of the owner's keys seals it.
    """

    seq: int
    type: str
    on: str
    recorded_at: str
    owner: str
    header: str
    commitment: str
    digest: str = ""
    sealed: bytes = b""
    generation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A stream with all that proves it, for whoever checks it without the store.

    Attributes:
        links: Its events in order of ``seq``, without what is sealed.
        salted: For each, its salt and canonical payload; ``None`` once the key was dropped.
        head: The last event as kept beside the events; ``None`` where that is missing.
    """

    links: tuple[Link, ...]
    salted: tuple[bytes | None, ...]
    head: Head | None


def commitment(salted: bytes) -> str:
    """Return what the chain remembers of a payload.

    Args:
        salted: The random salt followed by the canonical payload in UTF-8.
    """
    return hashlib.sha256(salted).hexdigest()


def chained(tenant: str, stream: Stream, link: Link, *, previous: str) -> str:
    """Return the digest of an event.

    Args:
        tenant: Whose stream it is.
        stream: The stream.
        link: The event; its own digest is not read.
        previous: Digest of the event before; `START` for the first.

    Source:
        House rule: SHA-256 of the canonical JSON array of version, tenant, kind, id, seq, type,
        on, recorded_at, owner, header text, commitment and previous digest.
    """
    covered = canonical(
        [
            _VERSION,
            tenant,
            stream.kind,
            stream.id,
            link.seq,
            link.type,
            link.on,
            link.recorded_at,
            link.owner,
            link.header,
            link.commitment,
            previous,
        ]
    )
    return hashlib.sha256(covered.encode()).hexdigest()


def event_of(stream: Stream, kept: Kept) -> Event:
    """Return a stored event as the rest of the program sees it."""
    return Event(
        stream=stream,
        seq=kept.seq,
        type=kept.type,
        on=date.fromisoformat(kept.on),
        recorded_at=datetime.fromisoformat(kept.recorded_at),
        header=parse_object(kept.header),
        digest=kept.digest,
    )


def faults(
    tenant: str, stream: Stream, links: Sequence[Link], *, head: Head | None, unseal: Unseal
) -> tuple[str, ...]:
    """Return what is wrong with a stream, one sentence per fault, in order.

    Args:
        tenant: Whose stream it is.
        stream: The stream.
        links: Its events in order of ``seq``.
        head: The last event as kept beside the events, or ``None``.
        unseal: Returns an event's salted payload; ``None`` when its key was dropped; raises
            `StoreError` when the seal is broken.
    """
    found: list[str] = []
    before: tuple[str, ...] = (START,)
    expected = 1
    for link in links:
        name = f"Event {link.seq} of {stream.kind} {stream.id}"
        found += _gap(stream, expected, link.seq)
        digests = [chained(tenant, stream, link, previous=digest) for digest in before]
        if link.digest not in digests:
            found.append(f"{name} does not fit its digest: it, or the one before, was changed")
        found += _payload_faults(name, link, unseal)
        before = tuple(dict.fromkeys([*digests, link.digest]))
        expected = link.seq + 1
    return (*found, *_head_faults(stream, links, head))


def _gap(stream: Stream, expected: int, seq: int) -> list[str]:
    name = f"{stream.kind} {stream.id}"
    if seq == expected + 1:
        return [f"Event {expected} of {name} is missing"]
    if seq > expected:
        return [f"Events {expected} to {seq - 1} of {name} are missing"]
    return [f"Event {seq} of {name} is out of order"] if seq < expected else []


def _payload_faults(name: str, link: Link, unseal: Unseal) -> list[str]:
    try:
        salted = unseal(link)
    except StoreError:
        return [f"{name} has a payload that was changed: its seal is broken"]
    if salted is not None and commitment(salted) != link.commitment:
        return [f"{name} has a payload that was changed: it is not the one committed to"]
    return []


def _head_faults(stream: Stream, links: Sequence[Link], head: Head | None) -> list[str]:
    name = f"{stream.kind} {stream.id}"
    if head is None:
        return [f"The head of {name} is missing"] if links else []
    last = links[-1].seq if links else 0
    if last < head.seq:
        return _gap(stream, last + 1, head.seq + 1)
    if last > head.seq or links[-1].digest != head.digest:
        return [f"The head of {name} names another last event than number {last}"]
    return []
