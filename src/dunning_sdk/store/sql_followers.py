"""Followers of the log in SQL: what they were not told is one comparison of numbers."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from dunning_sdk.domain.event import Stream
from dunning_sdk.store.context import Context
from dunning_sdk.store.follower import Cursor
from dunning_sdk.store.schema import cursors as told
from dunning_sdk.store.schema import events, streams


class SqlFollowers:
    """The part of a session that keeps what followers were told."""

    _context: Context

    def follow(self, follower: str) -> None:
        """Let a follower begin after everything that is stored now."""
        query = sa.select(streams).where(self._context.own(streams))
        self.put_cursors(
            Cursor(follower=follower, stream=Stream(kind=row.kind, id=row.id), seq=row.seq)
            for row in self._context.handle.rows(query)
        )

    def unfollow(self, follower: str) -> None:
        """Forget a follower; one that is not known is a no-op."""
        self._context.handle.run(sa.delete(told).where(*self._told(follower)))

    def behind(self, follower: str, *, limit: int) -> tuple[Cursor, ...]:
        """Return cursors of streams with events a follower was not told, and may be told now."""
        at = sa.func.coalesce(told.c.seq, 0)
        of_stream = told.c.kind == streams.c.kind, told.c.id == streams.c.id
        left = streams.outerjoin(told, sa.and_(*self._told(follower), *of_stream))
        first = left.join(
            events,
            sa.and_(
                events.c.tenant == streams.c.tenant,
                events.c.kind == streams.c.kind,
                events.c.id == streams.c.id,
                events.c.seq == at + 1,
            ),
        )
        is_due = sa.func.coalesce(told.c.not_before, "") <= _text(self._context.now())
        query = (
            sa.select(
                streams.c.kind,
                streams.c.id,
                at.label("seq"),
                sa.func.coalesce(told.c.tries, 0).label("tries"),
                sa.func.coalesce(told.c.not_before, "").label("not_before"),
                sa.func.coalesce(told.c.is_dead, sa.false()).label("is_dead"),
                sa.func.coalesce(told.c.problem, "").label("problem"),
            )
            .select_from(first)
            .where(self._context.own(streams), streams.c.seq > at, is_due)
            .where(sa.func.coalesce(told.c.is_dead, sa.false()).is_(sa.false()))
            .order_by(events.c.recorded_at, streams.c.kind, streams.c.id)
            .limit(limit)
        )
        return tuple(_read(follower, row) for row in self._context.handle.rows(query))

    def cursors(self, follower: str, *, failing: bool = False) -> tuple[Cursor, ...]:
        """Return a follower's cursors by stream; where asked, only those whose last try failed."""
        query = sa.select(told).where(*self._told(follower)).order_by(told.c.kind, told.c.id)
        if failing:
            query = query.where(told.c.tries > 0)
        return tuple(_read(follower, row) for row in self._context.handle.rows(query))

    def put_cursors(self, cursors: Iterable[Cursor]) -> None:
        """Write or replace cursors; sorted and in bulk."""
        rows = [
            (
                self._context.tenant,
                one.follower,
                one.stream.kind,
                one.stream.id,
                one.seq,
                one.tries,
                _text(one.not_before),
                one.is_dead,
                one.problem,
            )
            for one in cursors
        ]
        self._context.handle.insert(told, sorted(rows), conflict="replace")

    def _told(self, follower: str) -> tuple[sa.ColumnElement[bool], ...]:
        return self._context.own(told), told.c.follower == follower


def _text(instant: datetime | None) -> str:
    """Return an instant as text that sorts as the instants do; the empty text for none."""
    return "" if instant is None else instant.astimezone(UTC).isoformat(timespec="microseconds")


def _read(follower: str, row: Any) -> Cursor:  # noqa: ANN401 - a row has its table's shape
    return Cursor(
        follower=follower,
        stream=Stream(kind=row.kind, id=row.id),
        seq=row.seq,
        tries=row.tries,
        not_before=datetime.fromisoformat(row.not_before) if row.not_before else None,
        is_dead=bool(row.is_dead),
        problem=row.problem,
    )
