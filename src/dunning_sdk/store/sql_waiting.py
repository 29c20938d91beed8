"""What waits for one person, and what follows from a state, in SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from dunning_sdk.store.codec import day_of, day_text
from dunning_sdk.store.context import Context
from dunning_sdk.store.database import chunks
from dunning_sdk.store.reading import PAGE_MAX, After
from dunning_sdk.store.row import ReviewItem
from dunning_sdk.store.schema import derived_questions, waits
from dunning_sdk.store.waiting import Wait

_NAMES = tuple(each.name for each in fields(Wait))


class SqlWaits:
    """The part of a session that keeps what waits in threads, by person."""

    _context: Context

    def put_waits(self, found: Mapping[str, Iterable[Wait]]) -> None:
        """Replace what waits in the threads of debtors, by debtor."""
        handle, tenant = self._context.handle, self._context.tenant
        for some in chunks(found):
            handle.run(
                sa.delete(waits).where(self._context.own(waits), waits.c.debtor_id.in_(some))
            )
        rows = [
            (tenant, *map(_written, (getattr(one, name) for name in _NAMES)))
            for debtor_id in sorted(found)
            for one in found[debtor_id]
        ]
        handle.insert(waits, sorted(rows))

    def waits_in(self, debtor_id: str) -> tuple[Wait, ...]:
        """Return what waits in the thread of a debtor, by person and entry."""
        table = waits.c
        query = sa.select(waits).where(self._context.own(waits), table.debtor_id == debtor_id)
        rows = self._context.handle.rows(query.order_by(table.person, table.entry))
        return tuple(_wait(row) for row in rows)

    def waits(
        self, persons: Iterable[str], *, on: date, after: After = (), limit: int = 50
    ) -> tuple[Wait, ...]:
        """Return one page of what waits for a person, by day, debtor and entry, each once."""
        table = waits.c
        order = (table.by_on, table.debtor_id, table.entry)
        query = sa.select(
            sa.func.min(table.person).label("person"),
            table.debtor_id,
            table.entry,
            table.seq,
            table.since_on,
            table.by_on,
        ).where(*self._his(persons, on))
        if after:
            query = query.where(sa.tuple_(*order) > sa.tuple_(*after))
        query = query.group_by(table.seq, table.since_on, *order).order_by(*order)
        rows = self._context.handle.rows(query.limit(min(limit, PAGE_MAX)))
        return tuple(_wait(row) for row in rows)

    def wait_count(self, persons: Iterable[str], *, on: date) -> int:
        """Return how many entries wait for a person on a day."""
        each = sa.select(waits.c.debtor_id, waits.c.entry).where(*self._his(persons, on)).distinct()
        row = self._context.handle.first(sa.select(sa.func.count()).select_from(each.subquery()))
        return int(row[0]) if row else 0

    def _his(self, persons: Iterable[str], on: date) -> tuple[sa.ColumnElement[bool], ...]:
        wanted = waits.c.person.in_(sorted(set(persons)))
        return self._context.own(waits), wanted, waits.c.since_on <= on.isoformat()


class SqlDerived:
    """The part of a session that keeps questions that follow from a state, and end with it."""

    _context: Context

    def put_derived(self, items: Mapping[str, Iterable[ReviewItem]]) -> None:
        """Replace the questions about subjects, by subject."""
        handle, tenant = self._context.handle, self._context.tenant
        for some in chunks(items):
            own = self._context.own(derived_questions), derived_questions.c.subject.in_(some)
            handle.run(sa.delete(derived_questions).where(*own))
        rows = [
            (tenant, *_columns(subject, item))
            for subject in sorted(items)
            for item in items[subject]
        ]
        handle.insert(derived_questions, rows)

    def derived(
        self, *, on: date, after: After = (), limit: int | None = None
    ) -> tuple[ReviewItem, ...]:
        """Return the questions that are open on a day, the oldest first."""
        table = derived_questions.c
        order = (table.opened_on, table.id)
        query = sa.select(derived_questions).where(*self._following(on))
        if after:
            query = query.where(sa.tuple_(*order) > sa.tuple_(*after))
        rows = self._context.handle.rows(query.order_by(*order).limit(limit))
        return tuple(_item(row) for row in rows)

    def derived_count(self, *, on: date) -> int:
        """Return how many questions are open on a day."""
        row = self._context.handle.first(sa.select(sa.func.count()).where(*self._following(on)))
        return int(row[0]) if row else 0

    def _following(self, on: date) -> tuple[sa.ColumnElement[bool], ...]:
        return self._context.own(derived_questions), derived_questions.c.opened_on <= on.isoformat()


def _wait(row: Any) -> Wait:  # noqa: ANN401 - a row has its table's shape
    return Wait(
        person=row.person,
        debtor_id=row.debtor_id,
        entry=row.entry,
        seq=row.seq,
        since_on=date.fromisoformat(row.since_on),
        by_on=date.fromisoformat(row.by_on),
    )


def _written(value: object) -> object:
    return day_text(value) if isinstance(value, date) else value


def _columns(subject: str, item: ReviewItem) -> tuple[object, ...]:
    days = day_text(item.opened_on), day_text(item.ask_on)
    return item.id, item.kind, subject, *days, item.detail["currency"], item.detail["amount_minor"]


def _item(row: Any) -> ReviewItem:  # noqa: ANN401 - a row has its table's shape
    return ReviewItem(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        opened_on=date.fromisoformat(row.opened_on),
        ask_on=day_of(row.ask_on),
        detail={"amount_minor": row.minor, "currency": row.currency},
    )
