"""What lies on the operator's desk, in SQL: books, proposals, review items and settings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.store.canonical import canonical, parse, parse_object
from dunning_sdk.store.codec import day_of, day_text
from dunning_sdk.store.context import Context
from dunning_sdk.store.interface import ReviewItem, StoredProposal
from dunning_sdk.store.missing import ambiguous, not_found
from dunning_sdk.store.schema import books, proposals, reviews, settings


class SqlDesk:
    """The part of a session that keeps books, proposals, review items and settings."""

    _context: Context

    def put_book(self, digest: str, files: Mapping[str, str]) -> None:
        """Keep a used book whole, parents resolved, under its hash; again is a no-op."""
        row = (self._context.tenant, digest, canonical(dict(files)))
        self._context.handle.insert(books, [row], conflict="keep")

    def book(self, digest: str) -> Mapping[str, str]:
        """Return a kept book's files by name."""
        own = self._context.own(books), books.c.digest == digest
        row = self._context.handle.first(sa.select(books.c.files).where(*own))
        if row is None:
            raise not_found("book", digest, self._context.neighbors(books.c.digest, digest))
        return {name: str(text) for name, text in parse_object(row.files).items()}

    def put_proposal(self, proposal: StoredProposal) -> None:
        """Write or replace a proposal, which makes it the latest."""
        tenant = self._context.tenant
        last = sa.select(sa.func.max(proposals.c.place)).where(self._context.own(proposals))
        place = (self._context.handle.first(last)[0] or 0) + 1
        row = (
            tenant,
            proposal.id,
            proposal.as_of.isoformat(),
            canonical(proposal.content),
            canonical(proposal.approved),
            proposal.executed,
            place,
        )
        self._context.handle.insert(proposals, [row], conflict="replace")

    def proposal(self, id: str) -> StoredProposal:
        """Return a proposal by id or unique prefix."""
        own = sa.select(proposals).where(self._context.own(proposals))
        row = self._context.handle.first(own.where(proposals.c.id == id))
        if row is not None:
            return _proposal(row)
        found = self._context.beginning(proposals.c.id, id)
        if len(found) > 1:
            raise ambiguous("proposal", id, found)
        if not found:
            raise not_found("proposal", id, self._context.neighbors(proposals.c.id, id))
        return _proposal(self._context.handle.first(own.where(proposals.c.id == found[0])))

    def latest_proposal(self) -> StoredProposal | None:
        """Return the proposal stored last, or ``None``."""
        own = sa.select(proposals).where(self._context.own(proposals))
        row = self._context.handle.first(own.order_by(proposals.c.place.desc()).limit(1))
        return None if row is None else _proposal(row)

    def put_review(self, item: ReviewItem) -> None:
        """Write or replace a review item."""
        row = (
            self._context.tenant,
            item.id,
            item.kind,
            item.subject,
            item.opened_on.isoformat(),
            day_text(item.ask_on),
            canonical(item.detail),
            day_text(item.closed_on),
            item.answer,
        )
        self._context.handle.insert(reviews, [row], conflict="replace")

    def reviews(self, *, open_only: bool = True) -> tuple[ReviewItem, ...]:
        """Return review items, oldest first, then by id."""
        query = sa.select(reviews).where(self._context.own(reviews))
        if open_only:
            query = query.where(reviews.c.closed_on.is_(None))
        rows = self._context.handle.rows(query.order_by(reviews.c.opened_on, reviews.c.id))
        return tuple(map(review_in, rows))

    def setting(self, key: str) -> JsonValue:
        """Return a small tenant-wide value, or ``None``."""
        found = self._context.handle.look_up(settings, tenant=self._context.tenant, key=key)
        return parse(found[0].value) if found else None

    def put_setting(self, key: str, value: JsonValue) -> None:
        """Keep a small tenant-wide value."""
        row = (self._context.tenant, key, canonical(value))
        self._context.handle.insert(settings, [row], conflict="replace")


def _proposal(row: Any) -> StoredProposal:  # noqa: ANN401 - a row has its table's shape
    return StoredProposal(
        id=row.id,
        as_of=date.fromisoformat(row.as_of),
        content=parse_object(row.content),
        approved=parse_object(row.approved),
        executed=bool(row.executed),
    )


def review_in(row: Any) -> ReviewItem:  # noqa: ANN401 - a row has its table's shape
    """Return the question a row holds."""
    return ReviewItem(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        opened_on=date.fromisoformat(row.opened_on),
        ask_on=day_of(row.ask_on),
        detail=parse_object(row.detail),
        closed_on=day_of(row.closed_on),
        answer=row.answer,
    )
