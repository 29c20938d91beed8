"""Event streams in SQL: appended in bulk, sealed, chained.

The module decides how events are written and read; what a digest covers is left to `chain`, who
has which key to `keyring`.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

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
from dunning_sdk.store.context import Context
from dunning_sdk.store.database import chunks
from dunning_sdk.store.schema import events, streams
from dunning_sdk.store.seal import SALT_BYTES

_COLUMNS: Final = ("id", "seq", "type", "on", "recorded_at", "header", "digest")
_READ: Final = sa.select(*(events.c[name] for name in _COLUMNS))


class SqlEvents:
    """The part of a session that keeps event streams."""

    _context: Context

    def append(self, new: Sequence[NewEvent]) -> tuple[Event, ...]:
        """Store events in order, each next in its stream, sealed and chained."""
        recorded_at = self._context.now()
        heads = self._heads({event.stream for event in new})
        self._context.keyring.load({event.owner for event in new})
        rows = []
        stored = []
        for event in new:
            link = self._link(event, heads.get(event.stream), recorded_at)
            heads[event.stream] = Head(seq=link.seq, digest=link.digest)
            rows.append(self._row(event.stream, link))
            stored.append(event_of(event.stream, link))
        tenant, handle = self._context.tenant, self._context.handle
        changed = [(tenant, at.kind, at.id, head.seq, head.digest) for at, head in heads.items()]
        handle.insert(streams, sorted(changed), conflict="replace")
        handle.insert(events, sorted(rows))
        return tuple(stored)

    def events(self, stream: Stream) -> tuple[Event, ...]:
        """Return a stream, oldest first; empty if unknown."""
        return self.events_of(stream.kind, [stream.id]).get(stream.id, ())

    def events_of(
        self, kind: str, ids: Iterable[str] | None = None
    ) -> Mapping[str, tuple[Event, ...]]:
        """Return streams of one kind by id, read in bulk; ``None`` for all of them."""
        found: defaultdict[str, list[Event]] = defaultdict(list)
        stream = Stream(kind=kind, id="")
        for row in self._rows(kind, ids):
            stream = stream if stream.id == row.id else Stream(kind=kind, id=row.id)
            found[row.id].append(event_of(stream, row))
        return {id: tuple(story) for id, story in found.items()}

    def streams(self) -> tuple[Stream, ...]:
        """Return every stream there is, of whatever kind, by kind and id."""
        query = sa.select(streams.c.kind, streams.c.id).where(self._context.own(streams))
        rows = self._context.handle.rows(query.order_by(streams.c.kind, streams.c.id))
        return tuple(Stream(kind=kind, id=id) for kind, id in rows)

    def last_seqs(self, wanted: Iterable[Stream]) -> Mapping[Stream, int]:
        """Return the number of the last event of streams; those unknown are missing."""
        return {stream: head.seq for stream, head in self._heads(wanted).items()}

    def recorded_until(self) -> datetime | None:
        """Return the aware UTC instant of the latest event of all streams; ``None`` before any."""
        query = sa.select(sa.func.max(events.c.recorded_at)).where(self._context.own(events))
        row = self._context.handle.first(query)
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def payload(self, stream: Stream, seq: int) -> Mapping[str, JsonValue]:
        """Unseal one event's payload."""
        wanted = *self._of(stream), events.c.seq == seq
        row = self._context.handle.first(sa.select(events).where(*wanted))
        name = f"event {seq} of {stream.kind} {stream.id}"
        if row is None:
            raise RecordNotFoundError(f"There is no {name}", hint="Check the stream and number")
        salted = self._unseal(stream, _link_of(row))
        if salted is None:
            message = f"The payload of {name} was erased: the key of its owner was dropped"
            raise RecordNotFoundError(message, hint="Its header is still there")
        return parse_object(salted[SALT_BYTES:].decode())

    def chain(self, stream: Stream) -> Chain:
        """Return a stream with all that proves it, its payloads unsealed."""
        query = sa.select(events).where(*self._of(stream)).order_by(events.c.seq)
        links = [_link_of(row) for row in self._context.handle.rows(query)]
        return Chain(
            links=tuple(replace(link, sealed=b"", generation=0) for link in links),
            salted=tuple(self._unseal(stream, link) for link in links),
            head=self._heads([stream]).get(stream),
        )

    def heads(self, *, until: datetime | None = None) -> Mapping[Stream, Head]:
        """Return the last event of every stream, by kind and id."""
        query = self._heads_now() if until is None else self._heads_until(until)
        return {
            Stream(kind=kind, id=id): Head(seq=seq, digest=digest)
            for kind, id, seq, digest in self._context.handle.rows(query)
        }

    def _heads_now(self) -> sa.Select[Any]:
        query = sa.select(streams.c.kind, streams.c.id, streams.c.seq, streams.c.digest)
        return query.where(self._context.own(streams)).order_by(streams.c.kind, streams.c.id)

    def _heads_until(self, until: datetime) -> sa.Select[Any]:
        own = self._context.own(events)
        seen = events.c.recorded_at <= until.isoformat()
        last = (
            sa.select(events.c.kind, events.c.id, sa.func.max(events.c.seq).label("seq"))
            .where(own, seen)
            .group_by(events.c.kind, events.c.id)
            .subquery()
        )
        same = (events.c.kind == last.c.kind, events.c.id == last.c.id, events.c.seq == last.c.seq)
        query = sa.select(events.c.kind, events.c.id, events.c.seq, events.c.digest)
        return query.join(last, sa.and_(*same)).where(own).order_by(events.c.kind, events.c.id)

    def verify(self, stream: Stream) -> tuple[str, ...]:
        """Return what is wrong with a stream's chain; empty when sound."""
        handle = self._context.handle
        query = sa.select(events).where(*self._of(stream)).order_by(events.c.seq)
        links = [_link_of(row) for row in handle.rows(query)]
        head = self._heads([stream]).get(stream)
        return faults(
            self._context.tenant,
            stream,
            links,
            head=head,
            unseal=lambda link: self._unseal(stream, link),
        )

    def _heads(self, wanted: Iterable[Stream]) -> dict[Stream, Head]:
        by_kind: defaultdict[str, list[str]] = defaultdict(list)
        for stream in wanted:
            by_kind[stream.kind].append(stream.id)
        found = {}
        for kind, ids in by_kind.items():
            for some in chunks(ids):
                for row in self._head_rows(kind, some):
                    found[Stream(kind=kind, id=row.id)] = Head(seq=row.seq, digest=row.digest)
        return found

    def _head_rows(self, kind: str, ids: list[str]) -> Sequence[Any]:
        tenant, handle = self._context.tenant, self._context.handle
        if len(ids) == 1:
            return handle.look_up(streams, tenant=tenant, kind=kind, id=ids[0])
        own = self._context.own(streams), streams.c.kind == kind
        return handle.rows(sa.select(streams).where(*own, streams.c.id.in_(ids)))

    def _rows(self, kind: str, ids: Iterable[str] | None) -> Iterator[Any]:
        tenant, handle = self._context.tenant, self._context.handle
        own = _READ.where(self._context.own(events), events.c.kind == kind)
        ordered = own.order_by(events.c.id, events.c.seq)
        if ids is None:
            yield from handle.rows(ordered)
            return
        for some in chunks(ids):
            if len(some) == 1:
                yield from handle.look_up(
                    events, columns=_COLUMNS, order=("seq",), tenant=tenant, kind=kind, id=some[0]
                )
            else:
                yield from handle.rows(ordered.where(events.c.id.in_(some)))

    def _of(self, stream: Stream) -> tuple[sa.ColumnElement[bool], ...]:
        own = self._context.own(events)
        return own, events.c.kind == stream.kind, events.c.id == stream.id

    def _row(self, stream: Stream, link: Link) -> tuple[Any, ...]:
        return (
            self._context.tenant,
            stream.kind,
            stream.id,
            link.seq,
            link.type,
            link.on,
            link.recorded_at,
            link.header,
            link.owner,
            link.generation,
            link.commitment,
            link.sealed,
            link.digest,
        )

    def _link(self, event: NewEvent, before: Head | None, recorded_at: datetime) -> Link:
        salted = os.urandom(SALT_BYTES) + canonical(event.payload).encode()
        seq = before.seq + 1 if before else 1
        key, generation = self._context.keyring.sealing(event.owner)
        place = self._context.tenant, event.stream.kind, event.stream.id, seq
        link = Link(
            seq=seq,
            type=event.type,
            on=event.on.isoformat(),
            recorded_at=recorded_at.isoformat(),
            owner=event.owner,
            header=canonical(event.header),
            commitment=commitment(salted),
            sealed=key.seal(salted, "event", *place),
            generation=generation,
        )
        previous = before.digest if before else START
        digest = chained(self._context.tenant, event.stream, link, previous=previous)
        return replace(link, digest=digest)

    def _unseal(self, stream: Stream, link: Link) -> bytes | None:
        key = self._context.keyring.opening(link.owner, link.generation)
        if key is None:
            return None
        place = self._context.tenant, stream.kind, stream.id, link.seq
        return key.unseal(link.sealed, "event", *place)


def _link_of(row: Any) -> Link:  # noqa: ANN401 - a row has its table's shape
    return Link(
        seq=row.seq,
        type=row.type,
        on=row.on,
        recorded_at=row.recorded_at,
        owner=row.owner,
        header=row.header,
        commitment=row.commitment,
        digest=row.digest,
        sealed=row.sealed,
        generation=row.generation,
    )
