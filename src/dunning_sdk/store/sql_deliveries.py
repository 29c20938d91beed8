"""Deliveries and gates in SQL: taken row by row, in PostgreSQL without waiting for anyone."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from dunning_sdk.store.context import Context
from dunning_sdk.store.delivery import Delivery, Gate
from dunning_sdk.store.holder import is_gone
from dunning_sdk.store.schema import deliveries as waiting
from dunning_sdk.store.schema import gates as doors


class SqlDeliveries:
    """The part of a session that keeps deliveries and gates."""

    _context: Context

    def put_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        """Write or replace deliveries; sorted and in bulk."""
        tenant = self._context.tenant
        rows = [
            (
                tenant,
                each.notice_id,
                each.proposal_id,
                each.on.isoformat(),
                each.channel,
                _text(each.not_before),
                each.tries,
                each.holder,
                _text(each.lease_until),
            )
            for each in deliveries
        ]
        self._context.handle.insert(waiting, sorted(rows), conflict="replace")

    def delivery(self, notice_id: str) -> Delivery | None:
        """Return one delivery, or ``None``; nobody changes it until the transaction ends."""
        tenant, handle = self._context.tenant, self._context.handle
        found = handle.look_up(waiting, lock=True, tenant=tenant, notice_id=notice_id)
        return _read(found[0]) if found else None

    def deliveries(self) -> tuple[Delivery, ...]:
        """Return what waits, by day, then notice id."""
        query = self._own().order_by(waiting.c.on, waiting.c.notice_id)
        return tuple(map(_read, self._context.handle.rows(query)))

    def finish(self, notice_id: str) -> None:
        """Remove a delivery; one that is not there is a no-op."""
        tenant = self._context.tenant
        self._context.handle.remove(waiting, tenant=tenant, notice_id=notice_id)

    def claim(
        self,
        holder: str,
        *,
        on: date,
        seconds: int,
        closed: Collection[str] = (),
        notice_id: str | None = None,
    ) -> Delivery | None:
        """Take the delivery that waits longest, and count that it was taken."""
        now = self._context.now()
        key = [] if notice_id is None else [notice_id]
        due = [self._context.tenant, on.isoformat(), _text(now), *sorted(closed), *key]
        shape = len(closed), bool(key)
        row = self._first(
            ("claim free", *shape), lambda: _due(*shape, _FREE), [*due, "", _text(now)]
        )
        for dead in filter(is_gone, self._holders() if row is None else ()):
            row = self._first(("claim dead", *shape), lambda: _due(*shape, _HIS), [*due, dead])
            if row is not None:
                break
        if row is None:
            return None
        found = _read(row)
        until = now + timedelta(seconds=seconds)
        taken = replace(found, holder=holder, lease_until=until, tries=found.tries + 1)
        self.put_deliveries([taken])
        return taken

    def extend(self, holder: str, *, seconds: int) -> int:
        """Have a holder's leases end so many seconds from now, and return how many he has."""
        until = self._context.now() + timedelta(seconds=seconds)
        return self._change(holder, {"lease_until": _text(until)})

    def release(self, holder: str) -> None:
        """End a holder's leases; what he was doing is looked at by the next."""
        self._change(holder, {"holder": "", "lease_until": ""})

    def leased(self) -> frozenset[str]:
        """Return the notices under a live lease: not lapsed, its holder not known to be dead."""
        lives = waiting.c.holder > "", waiting.c.lease_until > _text(self._context.now())
        rows = self._context.handle.rows(self._own().where(*lives))
        return frozenset(row.notice_id for row in rows if not is_gone(row.holder))

    def gates(self) -> tuple[Gate, ...]:
        """Return the gates that remember something, by channel."""
        tenant, handle = self._context.tenant, self._context.handle
        return tuple(map(_gate, handle.look_up(doors, order=("channel",), tenant=tenant)))

    def gate(self, channel: str) -> Gate:
        """Return a channel's gate; nobody changes it until the transaction ends."""
        self._context.handle.insert(doors, [self._door(Gate(channel=channel))], conflict="keep")
        own = self._context.own(doors), doors.c.channel == channel
        return _gate(self._context.handle.first(sa.select(doors).where(*own).with_for_update()))

    def put_gate(self, gate: Gate) -> None:
        """Write or replace a gate."""
        self._context.handle.insert(doors, [self._door(gate)], conflict="replace")

    def _own(self) -> sa.Select[Any]:
        return sa.select(waiting).where(self._context.own(waiting))

    def _first(
        self, name: tuple[object, ...], query: Callable[[], sa.Select[Any]], values: list[str]
    ) -> Any:  # noqa: ANN401 - a row has its table's shape
        found = self._context.handle.ready(name, query, values)
        return found[0] if found else None

    def _holders(self) -> list[str]:
        query = sa.select(waiting.c.holder).where(self._context.own(waiting), waiting.c.holder > "")
        return sorted({holder for (holder,) in self._context.handle.rows(query)})

    def _change(self, holder: str, values: dict[str, str]) -> int:
        own = self._context.own(waiting), waiting.c.holder == holder
        return self._context.handle.run(sa.update(waiting).where(*own).values(values))

    def _door(self, gate: Gate) -> tuple[Any, ...]:
        instants = _text(gate.next_at), gate.failures, _text(gate.resting_until)
        return (self._context.tenant, gate.channel, *instants)


_FREE: Final = sa.or_(
    waiting.c.holder == sa.bindparam("nobody"), waiting.c.lease_until <= sa.bindparam("lapsed")
)
_HIS: Final = waiting.c.holder == sa.bindparam("dead")


def _due(closed: int, is_named: bool, whose: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return the query for the delivery that waits longest, with a gap for each value."""
    query = sa.select(waiting).where(
        waiting.c.tenant == sa.bindparam("tenant"),
        waiting.c.on == sa.bindparam("on"),
        waiting.c.not_before <= sa.bindparam("now"),
        *(waiting.c.channel != sa.bindparam(f"closed_{place}") for place in range(closed)),
    )
    if is_named:
        query = query.where(waiting.c.notice_id == sa.bindparam("named"))
    query = query.where(whose).order_by(waiting.c.not_before, waiting.c.notice_id)
    first = query.limit(sa.literal_column("1")).offset(sa.literal_column("0"))
    return first.with_for_update(skip_locked=True)


def _text(instant: datetime | None) -> str:
    """Return an instant as text that sorts as the instants do; the empty text for none."""
    return "" if instant is None else instant.astimezone(UTC).isoformat(timespec="microseconds")


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _read(row: Any) -> Delivery:  # noqa: ANN401 - a row has its table's shape
    return Delivery(
        notice_id=row.notice_id,
        proposal_id=row.proposal_id,
        on=date.fromisoformat(row.on),
        channel=row.channel,
        not_before=_instant(row.not_before),
        tries=row.tries,
        holder=row.holder,
        lease_until=_instant(row.lease_until),
    )


def _gate(row: Any) -> Gate:  # noqa: ANN401 - a row has its table's shape
    return Gate(
        channel=row.channel,
        next_at=_instant(row.next_at),
        failures=row.failures,
        resting_until=_instant(row.resting_until),
    )
