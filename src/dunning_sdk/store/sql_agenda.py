"""What waits for a person in SQL: questions, and the lines of proposals."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date

import sqlalchemy as sa

from dunning_sdk.store.canonical import parse_object
from dunning_sdk.store.context import Context
from dunning_sdk.store.interface import ReviewItem
from dunning_sdk.store.reading import PAGE_MAX, After, ProposalHead, ProposedAct
from dunning_sdk.store.schema import proposals, proposed, reviews
from dunning_sdk.store.sql_desk import review_in
from dunning_sdk.store.sql_standings import page, values_in

_NAMES = tuple(column.name for column in proposed.c if column.name not in ("tenant", "proposal_id"))


class SqlAgenda:
    """The part of a session that lists what waits for a person."""

    _context: Context

    def review_counts(self, *, on: date, later: Iterable[str] = ()) -> Mapping[str, int]:
        """Return how many questions of each kind are open on a day."""
        query = (
            sa.select(reviews.c.kind, sa.func.count())
            .where(*self._waiting(on, later))
            .group_by(reviews.c.kind)
            .order_by(reviews.c.kind)
        )
        return {kind: count for kind, count in self._context.handle.rows(query)}

    def review_page(
        self,
        kinds: Iterable[str],
        *,
        on: date,
        later: Iterable[str] = (),
        after: After = (),
        limit: int = 50,
    ) -> tuple[ReviewItem, ...]:
        """Return one page of the questions that are open on a day, the oldest first."""
        table = reviews.c
        query = sa.select(reviews).where(
            *self._waiting(on, later), table.kind.in_(sorted(set(kinds)))
        )
        query = page(query, (table.opened_on, table.id), after, limit)
        return tuple(map(review_in, self._context.handle.rows(query)))

    def reviews_about(self, subject: str) -> tuple[ReviewItem, ...]:
        """Return the open questions about a receivable, payment or act, oldest first."""
        table = reviews.c
        query = sa.select(reviews).where(
            self._context.own(reviews), table.subject == subject, table.closed_on.is_(None)
        )
        rows = self._context.handle.rows(query.order_by(table.opened_on, table.id))
        return tuple(map(review_in, rows))

    def put_proposed(self, proposal_id: str, acts: Iterable[ProposedAct]) -> None:
        """Keep the lines of a proposal; again is a no-op."""
        ordered = sorted(acts, key=lambda act: act.place)
        rows = [
            (self._context.tenant, proposal_id, *(getattr(act, name) for name in _NAMES))
            for act in ordered
        ]
        self._context.handle.insert(proposed, rows, conflict="keep")

    def proposed(
        self,
        proposal_id: str,
        *,
        kinds: Iterable[str] = ("act", "financing"),
        after: int = 0,
        limit: int = 50,
        to_approve: bool = False,
    ) -> tuple[ProposedAct, ...]:
        """Return one page of a proposal's lines, in its order."""
        table = proposed.c
        query = sa.select(*(table[each.name] for each in fields(ProposedAct))).where(
            self._context.own(proposed),
            table.proposal_id == proposal_id,
            table.kind.in_(sorted(set(kinds))),
            table.place > after,
        )
        if to_approve:
            query = query.where(table.needs_approval.is_(True))
        query = query.order_by(table.place).limit(min(limit, PAGE_MAX))
        rows = self._context.handle.rows(query)
        return tuple(ProposedAct(**values_in(row)) for row in rows)

    def proposed_counts(self, proposal_id: str) -> Mapping[tuple[str, bool], int]:
        """Return how many lines a proposal has, by kind and whether they need approval."""
        table = proposed.c
        query = (
            sa.select(table.kind, table.needs_approval, sa.func.count())
            .where(self._context.own(proposed), table.proposal_id == proposal_id)
            .group_by(table.kind, table.needs_approval)
            .order_by(table.kind, table.needs_approval)
        )
        rows = self._context.handle.rows(query)
        return {(kind, bool(waits)): count for kind, waits, count in rows}

    def proposals(
        self, *, id: str = "", before: int = 0, limit: int = 20
    ) -> tuple[ProposalHead, ...]:
        """Return proposals without what they hold, the latest first."""
        table = proposals.c
        query = sa.select(table.id, table.as_of, table.approved, table.executed, table.place).where(
            self._context.own(proposals)
        )
        if id:
            query = query.where(table.id == id)
        if before:
            query = query.where(table.place < before)
        rows = self._context.handle.rows(
            query.order_by(table.place.desc()).limit(min(limit, PAGE_MAX))
        )
        return tuple(
            ProposalHead(
                id=row.id,
                as_of=date.fromisoformat(row.as_of),
                approved=frozenset(parse_object(row.approved)),
                executed=bool(row.executed),
                place=row.place,
            )
            for row in rows
        )

    def _waiting(self, on: date, later: Iterable[str]) -> tuple[sa.ColumnElement[bool], ...]:
        table, day = reviews.c, on.isoformat()
        return (
            self._context.own(reviews),
            table.closed_on.is_(None),
            table.opened_on <= day,
            sa.or_(
                table.kind.not_in(sorted(set(later))), table.ask_on.is_(None), table.ask_on <= day
            ),
        )
