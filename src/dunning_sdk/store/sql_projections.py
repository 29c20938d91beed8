"""Projections in SQL: receivables as they are now, and when each must be looked at again.

What lists and sums are read from is kept with them, from the same state.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from dunning_sdk.store.codec import day_of, day_text, decode, encode
from dunning_sdk.store.context import Context
from dunning_sdk.store.database import chunks
from dunning_sdk.store.interface import ReceivableRow
from dunning_sdk.store.missing import not_found
from dunning_sdk.store.schema import receivables, standings, stops
from dunning_sdk.store.sql_standings import written
from dunning_sdk.store.standing import standing_of, stop_rows

_READ = sa.select(receivables.c.state, receivables.c.review_on).order_by(receivables.c.id)


class SqlProjections:
    """The part of a session that keeps projections."""

    _context: Context

    def put_receivables(self, rows: Iterable[ReceivableRow]) -> None:
        """Write projections; sorted and in bulk."""
        tenant = self._context.tenant
        ordered = sorted(rows, key=lambda row: row.receivable.id)
        projected = [
            (
                tenant,
                row.receivable.id,
                row.receivable.debtor_id,
                day_text(row.review_on),
                encode(row.receivable),
            )
            for row in ordered
        ]
        self._context.handle.insert(receivables, projected, conflict="replace")
        standing = [written(standing_of(row.receivable), tenant) for row in ordered]
        self._context.handle.insert(standings, standing, conflict="replace")
        stopped = [written(one, tenant) for row in ordered for one in stop_rows(row.receivable)]
        self._context.handle.insert(stops, stopped, conflict="replace")

    def receivable(self, id: str) -> ReceivableRow:
        """Return one projection."""
        found = self._context.handle.look_up(receivables, tenant=self._context.tenant, id=id)
        if not found:
            raise not_found("receivable", id, self._context.neighbors(receivables.c.id, id))
        return _row(found[0])

    def receivables(
        self, *, review_by: date | None = None, debtor_id: str | None = None
    ) -> tuple[ReceivableRow, ...]:
        """Return projections sorted by id: those to review by a day, or of a debtor, or all."""
        tenant, handle = self._context.tenant, self._context.handle
        if review_by is None and debtor_id is not None:
            his = handle.look_up(receivables, order=("id",), tenant=tenant, debtor_id=debtor_id)
            return tuple(map(_row, his))
        query = _READ.where(self._context.own(receivables))
        if review_by is not None:
            query = query.where(receivables.c.review_on <= review_by.isoformat())
        if debtor_id is not None:
            query = query.where(receivables.c.debtor_id == debtor_id)
        return tuple(map(_row, handle.rows(query)))

    def set_review_on(self, days: Mapping[str, date | None]) -> None:
        """Set when receivables must be looked at next."""
        known: set[str] = set()
        for some in chunks(days):
            query = sa.select(receivables.c.id).where(
                self._context.own(receivables), receivables.c.id.in_(some)
            )
            known.update(id for (id,) in self._context.handle.rows(query))
        for id in sorted(days.keys() - known):
            raise not_found("receivable", id, self._context.neighbors(receivables.c.id, id))
        tenant = self._context.tenant
        rows = [(day_text(days[id]), tenant, id) for id in sorted(days)]
        self._context.handle.update(receivables, "review_on", rows)


def _row(row: Any) -> ReceivableRow:  # noqa: ANN401 - a row has its table's shape
    return ReceivableRow(receivable=decode(row.state), review_on=day_of(row.review_on))
