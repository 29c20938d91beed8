"""Lists and sums of receivables and their stops in SQL, read from plain columns alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, Final, Literal

import sqlalchemy as sa

from dunning_sdk.domain.stop import OF_THE_DEBTOR, Outcome
from dunning_sdk.store.codec import day_of, day_text
from dunning_sdk.store.context import Context
from dunning_sdk.store.database import chunks
from dunning_sdk.store.reading import PAGE_MAX, After, DebtorSum, PromiseSum, Sum, Wanted
from dunning_sdk.store.schema import standings, stops
from dunning_sdk.store.standing import Standing, StopRow

_DAYS: Final = frozenset(
    name
    for kind in (Standing, StopRow)
    for name in (each.name for each in fields(kind))
    if name.endswith("_on")
)
# The smallest text above all that begin with a text, as far as anybody writes one.
LAST: Final = "\U0010ffff"


class SqlStandings:
    """The part of a session that lists and sums receivables."""

    _context: Context

    def standings(
        self, wanted: Wanted, *, after: After = (), limit: int = 50
    ) -> tuple[Standing, ...]:
        """Return one page, by due date and id; by invoice number and id where it is searched."""
        table = standings.c
        order = (table.invoice_number if wanted.begins else table.due_on, table.id)
        query = sa.select(standings).where(self._context.own(standings), *_asked(wanted))
        query = page(query, order, after, limit)
        return tuple(standing_in(row) for row in self._context.handle.rows(query))

    def standings_of(self, ids: Iterable[str]) -> Mapping[str, Standing]:
        """Return the standings of receivables by id; those unknown are missing."""
        found: dict[str, Standing] = {}
        for some in chunks(ids):
            query = sa.select(standings).where(
                self._context.own(standings), standings.c.id.in_(some)
            )
            found |= {row.id: standing_in(row) for row in self._context.handle.rows(query)}
        return found

    def open_sums(
        self, by: Literal["due_on", "expected_on"], bounds: Sequence[date], *, debtor_id: str = ""
    ) -> tuple[Sum, ...]:
        """Return what is owed, by currency and by the bounds a day lies between."""
        table = standings.c
        reached: list[tuple[sa.ColumnElement[bool], sa.ColumnElement[int]]] = [
            (table[by] < bound.isoformat(), sa.literal_column(str(place)))
            for place, bound in enumerate(bounds)
        ]
        last: sa.ColumnElement[int] = sa.literal_column(str(len(bounds)))
        place = (sa.case(*reached, else_=last) if reached else last).label("place")
        query = sa.select(
            table.currency, place, sa.func.count(), sa.func.sum(table.open_minor)
        ).where(self._context.own(standings), table.settled_on.is_(None))
        if debtor_id:
            query = query.where(table.debtor_id == debtor_id)
        rows = self._context.handle.rows(query.group_by("currency", "place"))
        sums = [Sum(currency=row[0], place=row[1], count=row[2], minor=int(row[3])) for row in rows]
        return tuple(sorted(sums, key=lambda one: (one.currency, one.place)))

    def amounts_between(
        self, by: Literal["issued_on", "settled_on"], start: date, end: date
    ) -> tuple[Sum, ...]:
        """Return what was asked at first of all issued, or settled, in a period."""
        table = standings.c
        query = (
            sa.select(table.currency, sa.func.count(), sa.func.sum(table.amount_minor))
            .where(
                self._context.own(standings),
                table[by] >= start.isoformat(),
                table[by] < end.isoformat(),
            )
            .group_by(table.currency)
            .order_by(table.currency)
        )
        rows = self._context.handle.rows(query)
        return tuple(Sum(currency=row[0], count=row[1], minor=int(row[2])) for row in rows)

    def debtors(self, *, on: date, after: After = (), limit: int = 50) -> tuple[DebtorSum, ...]:
        """Return one page of what debtors owe, by debtor and currency."""
        table = standings.c
        query = page(self._owed(on), (table.debtor_id, table.currency), after, limit)
        return tuple(map(_debtor_sum, self._context.handle.rows(query)))

    def debtor_sums(self, debtor_id: str, *, on: date) -> tuple[DebtorSum, ...]:
        """Return what one debtor owes, by currency."""
        query = self._owed(on).where(standings.c.debtor_id == debtor_id)
        rows = self._context.handle.rows(query.order_by(standings.c.currency))
        return tuple(map(_debtor_sum, rows))

    def most_overdue(self, *, on: date, limit: int = 20) -> tuple[DebtorSum, ...]:
        """Return the debtors who owe most past its due date, the largest sum first."""
        table = standings.c
        late = sa.func.sum(table.open_minor)
        query = (
            self._owed(on)
            .where(table.due_on < on.isoformat())
            .order_by(late.desc(), table.debtor_id, table.currency)
            .limit(min(limit, PAGE_MAX))
        )
        return tuple(map(_debtor_sum, self._context.handle.rows(query)))

    def _owed(self, on: date) -> sa.Select[Any]:
        table = standings.c
        overdue = sa.case((table.due_on < on.isoformat(), table.open_minor), else_=0)
        return (
            sa.select(
                table.debtor_id,
                table.currency,
                sa.func.count(),
                sa.func.sum(table.open_minor),
                sa.func.sum(overdue),
                sa.func.min(table.due_on),
            )
            .where(self._context.own(standings), table.settled_on.is_(None))
            .group_by(table.debtor_id, table.currency)
        )


class SqlStopLists:
    """The part of a session that lists and sums stops."""

    _context: Context

    def stops(
        self,
        reasons: Iterable[str],
        *,
        on: date,
        ends_before: date | None = None,
        after: After = (),
        limit: int = 50,
    ) -> tuple[StopRow, ...]:
        """Return one page of the stops in force on a day, by end, receivable and id."""
        table = stops.c
        query = sa.select(stops).where(
            self._context.own(stops), table.reason.in_(sorted(set(reasons))), *_in_force(on)
        )
        if ends_before is not None:
            query = query.where(table.ends_on < ends_before.isoformat())
        order = (table.ends_on, table.receivable_id, table.id)
        rows = self._context.handle.rows(page(query, order, after, limit))
        return tuple(StopRow(**values_in(row)) for row in rows)

    def stop_counts(self, *, on: date) -> Mapping[str, int]:
        """Return how many stops of each kind are in force on a day."""
        query = (
            sa.select(stops.c.reason, sa.func.count())
            .where(self._context.own(stops), *_in_force(on))
            .group_by(stops.c.reason)
            .order_by(stops.c.reason)
        )
        return {reason: count for reason, count in self._context.handle.rows(query)}

    def promise_sums(self, start: date, end: date) -> tuple[PromiseSum, ...]:
        """Return what became of the promises and plans that ended in a period."""
        table = stops.c
        ended = (
            self._context.own(stops),
            table.reason.in_(sorted(OF_THE_DEBTOR)),
            table.ends_on >= start.isoformat(),
            table.ends_on < end.isoformat(),
        )
        query = (
            sa.select(
                table.currency,
                *(_how_many(how) for how in (Outcome.KEPT, Outcome.PART_KEPT, Outcome.BROKEN)),
                sa.func.sum(table.promised_minor),
                sa.func.sum(table.settled_minor),
            )
            .where(*ended)
            .group_by(table.currency)
            .order_by(table.currency)
        )
        return tuple(_promise_sum(row) for row in self._context.handle.rows(query))


def page(
    query: sa.Select[Any], order: Sequence[sa.Column[str]], after: After, limit: int
) -> sa.Select[Any]:
    """Return a query cut to the page after a row.

    Args:
        query: What is listed.
        order: Columns it is sorted by, without equals.
        after: That row's values of them; empty for the first page.
        limit: Most rows.
    """
    if after:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*after))
    return query.order_by(*order).limit(min(limit, PAGE_MAX))


def values_in(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row has its table's shape
    """Return the values of a row of plain columns, its days as dates and without its tenant."""
    values = {name: value for name, value in row._mapping.items() if name != "tenant"}
    return {name: day_of(value) if name in _DAYS else value for name, value in values.items()}


def written(record: Standing | StopRow, tenant: str) -> tuple[Any, ...]:
    """Return a record as the values of a row, in the order of the columns."""
    values = (getattr(record, each.name) for each in fields(record))
    return (tenant, *(day_text(one) if isinstance(one, date) else one for one in values))


def standing_in(row: Any) -> Standing:  # noqa: ANN401 - a row has its table's shape
    """Return the standing a row holds."""
    return Standing(**values_in(row))


def _asked(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    table = standings.c
    asked: list[sa.ColumnElement[bool]] = []
    if wanted.is_open:
        asked.append(table.settled_on.is_(None))
    if wanted.debtor_id:
        asked.append(table.debtor_id == wanted.debtor_id)
    if wanted.begins:
        asked.append(table.invoice_number >= wanted.begins)
        asked.append(table.invoice_number < wanted.begins + LAST)
    if wanted.due_before is not None:
        asked.append(table.due_on < wanted.due_before.isoformat())
    return asked


def _in_force(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return stops.c.ends_on > on.isoformat(), stops.c.placed_on <= on.isoformat()


def _how_many(outcome: Outcome) -> sa.ColumnElement[int]:
    """Return how many promises ended so: as somebody said, or else as the money says."""
    table = stops.c
    came = table.settled_minor
    is_kept = sa.and_(table.promised_minor > 0, came >= table.promised_minor)
    follows = {
        Outcome.KEPT: is_kept,
        Outcome.PART_KEPT: sa.and_(sa.not_(is_kept), came > 0),
        Outcome.BROKEN: sa.and_(sa.not_(is_kept), came <= 0),
    }[outcome]
    holds = sa.or_(table.outcome == outcome.value, sa.and_(table.outcome == "", follows))
    return sa.func.sum(sa.case((holds, 1), else_=0))


def _debtor_sum(row: Any) -> DebtorSum:  # noqa: ANN401 - a row has its query's shape
    return DebtorSum(
        debtor_id=row[0],
        currency=row[1],
        count=row[2],
        open_minor=int(row[3]),
        overdue_minor=int(row[4]),
        oldest_due_on=date.fromisoformat(row[5]),
    )


def _promise_sum(row: Any) -> PromiseSum:  # noqa: ANN401 - a row has its query's shape
    kept, part_kept, broken, promised, settled = map(int, row[1:])
    return PromiseSum(
        currency=row[0],
        kept=kept,
        part_kept=part_kept,
        broken=broken,
        promised_minor=promised,
        settled_minor=settled,
    )
