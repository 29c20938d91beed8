"""Event streams, records and documents in memory."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dunning_sdk.domain.event import Event, JsonValue, NewEvent, Stream
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.store.canonical import canonical, parse_object
from dunning_sdk.store.chain import (
    START,
    Chain,
    Head,
    Link,
    chained,
    commitment,
    event_of,
    faults,
)
from dunning_sdk.store.interface import Holdings
from dunning_sdk.store.memory_state import View

_SALT_BYTES = 16


class MemoryEvents:
    """The part of a session that keeps event streams."""

    _view: View

    def append(self, new: Sequence[NewEvent]) -> tuple[Event, ...]:
        """Store events in order, each next in its stream, chained."""
        recorded_at = self._view.now().isoformat()
        salted = [os.urandom(_SALT_BYTES) + canonical(event.payload).encode() for event in new]
        headers = [canonical(event.header) for event in new]
        return tuple(map(self._add, new, headers, salted, [recorded_at] * len(new)))

    def events(self, stream: Stream) -> tuple[Event, ...]:
        """Return a stream, oldest first; empty if unknown."""
        links = self._view.state.streams.get(stream, ())
        return tuple(event_of(stream, link) for link in links)

    def events_of(
        self, kind: str, ids: Iterable[str] | None = None
    ) -> Mapping[str, tuple[Event, ...]]:
        """Return streams of one kind by id; ``None`` for all of them."""
        streams = self._view.state.streams
        if ids is None:
            found = [stream for stream in streams if stream.kind == kind]
        else:
            wanted = (Stream(kind=kind, id=id) for id in set(ids))
            found = [stream for stream in wanted if stream in streams]
        return {stream.id: self.events(stream) for stream in sorted(found, key=lambda one: one.id)}

    def streams(self) -> tuple[Stream, ...]:
        """Return every stream there is, of whatever kind, by kind and id."""
        return tuple(sorted(self._view.state.streams, key=lambda one: (one.kind, one.id)))

    def last_seqs(self, wanted: Iterable[Stream]) -> Mapping[Stream, int]:
        """Return the number of the last event of streams; those unknown are missing."""
        heads = self._view.state.heads
        return {stream: heads[stream].seq for stream in wanted if stream in heads}

    def recorded_until(self) -> datetime | None:
        """Return the aware UTC instant of the latest event of all streams; ``None`` before any."""
        instants = [
            link.recorded_at for links in self._view.state.streams.values() for link in links
        ]
        return datetime.fromisoformat(max(instants)) if instants else None

    def payload(self, stream: Stream, seq: int) -> Mapping[str, JsonValue]:
        """Return one event's payload."""
        name = f"event {seq} of {stream.kind} {stream.id}"
        if not any(link.seq == seq for link in self._view.state.streams.get(stream, ())):
            raise RecordNotFoundError(f"There is no {name}", hint="Check the stream and number")
        _, salted = self._view.state.payloads.get((stream, seq), ("", None))
        if salted is None:
            message = f"The payload of {name} was erased: the key of its owner was dropped"
            raise RecordNotFoundError(message, hint="Its header is still there")
        return parse_object(salted[_SALT_BYTES:].decode())

    def chain(self, stream: Stream) -> Chain:
        """Return a stream with all that proves it."""
        state = self._view.state
        links = state.streams.get(stream, ())
        salted = (state.payloads.get((stream, link.seq), ("", None))[1] for link in links)
        return Chain(links=links, salted=tuple(salted), head=state.heads.get(stream))

    def heads(self, *, until: datetime | None = None) -> Mapping[Stream, Head]:
        """Return the last event of every stream, by kind and id."""
        state = self._view.state
        found: dict[Stream, Head] = {}
        for stream in sorted(state.streams, key=lambda one: (one.kind, one.id)):
            if until is None:
                found[stream] = state.heads[stream]
                continue
            for link in state.streams[stream]:
                if datetime.fromisoformat(link.recorded_at) <= until:
                    found[stream] = Head(seq=link.seq, digest=link.digest)
        return found

    def verify(self, stream: Stream) -> tuple[str, ...]:
        """Return what is wrong with a stream's chain; empty when sound."""
        state = self._view.state
        head = state.heads.get(stream)
        return faults(
            self._view.tenant,
            stream,
            state.streams.get(stream, ()),
            head=head,
            unseal=lambda link: state.payloads.get((stream, link.seq), ("", None))[1],
        )

    def _add(self, event: NewEvent, header: str, salted: bytes, recorded_at: str) -> Event:
        state, stream = self._view.state, event.stream
        before = state.heads.get(stream)
        link = Link(
            seq=before.seq + 1 if before else 1,
            type=event.type,
            on=event.on.isoformat(),
            recorded_at=recorded_at,
            owner=event.owner,
            header=header,
            commitment=commitment(salted),
        )
        previous = before.digest if before else START
        digest = chained(self._view.tenant, stream, link, previous=previous)
        link = replace(link, digest=digest)
        state.streams[stream] = (*state.streams.get(stream, ()), link)
        state.heads[stream] = Head(seq=link.seq, digest=digest)
        state.payloads[stream, link.seq] = (event.owner, salted)
        state.owners[event.owner] = None
        return event_of(stream, link)


class MemoryRecords:
    """The part of a session that keeps personal records and documents."""

    _view: View

    def put_record(self, kind: str, id: str, data: Mapping[str, JsonValue], *, owner: str) -> None:
        """Keep the newest version of a personal record (party, payment, notice)."""
        self._view.state.records[kind, id] = (owner, canonical(data))
        self._view.state.owners[owner] = None

    def record(self, kind: str, id: str) -> Mapping[str, JsonValue] | None:
        """Return one record, or ``None``."""
        return self.records(kind, [id]).get(id)

    def records(
        self, kind: str, ids: Iterable[str] | None = None
    ) -> Mapping[str, Mapping[str, JsonValue]]:
        """Return records of a kind by id; ``None`` for all."""
        kept = self._view.state.records
        every = (id for held, id in kept if held == kind)
        wanted = sorted(every if ids is None else {id for id in ids if (kind, id) in kept})
        return {id: parse_object(kept[kind, id][1]) for id in wanted}

    def put_blob(self, digest: str, content: bytes, *, owner: str) -> None:
        """Keep bytes (a document, a letter) under the hash of their content."""
        self._view.state.blobs[digest, owner] = (owner, content)
        self._view.state.owners[owner] = None

    def blob(self, digest: str) -> bytes:
        """Return bytes kept by `put_blob`."""
        for (held, _), (_, content) in sorted(self._view.state.blobs.items()):
            if held == digest:
                return content
        message = f"There is no document {digest}"
        raise RecordNotFoundError(message, hint="It was never stored, or its owner was erased")

    def owners(self) -> tuple[str, ...]:
        """Return everybody for whom something is kept that can still be read, sorted."""
        state = self._view.state
        kept = (*state.payloads.values(), *state.records.values(), *state.blobs.values())
        return tuple(sorted({owner for owner, _ in kept if owner}))

    def holdings(self, owner: str) -> Holdings:
        """Return what is kept of an owner, whichever streams, records and documents it is in."""
        state = self._view.state
        told = [
            (stream, link.seq)
            for stream, links in state.streams.items()
            for link in links
            if link.owner == owner
        ]
        return Holdings(
            events=tuple(sorted(told, key=lambda one: (one[0].kind, one[0].id, one[1]))),
            records=tuple(
                sorted(key for key, (whose, _) in state.records.items() if whose == owner)
            ),
            documents=tuple(sorted(digest for digest, whose in state.blobs if whose == owner)),
        )
