"""Projections, the outbox and the operator's desk in memory."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.store.canonical import canonical, parse, parse_object
from dunning_sdk.store.interface import (
    OutboxAct,
    OutboxState,
    ReceivableRow,
    ReviewItem,
    StoredProposal,
)
from dunning_sdk.store.memory_state import View
from dunning_sdk.store.missing import ambiguous, not_found
from dunning_sdk.store.transition import check_plan, check_way


class MemoryProjections:
    """The part of a session that keeps projections."""

    _view: View

    def put_receivables(self, rows: Iterable[ReceivableRow]) -> None:
        """Write projections."""
        state = self._view.state
        for row in rows:
            id, debtor_id = row.receivable.id, row.receivable.debtor_id
            before = state.receivables.get(id)
            if before is not None and before.receivable.debtor_id != debtor_id:
                former = before.receivable.debtor_id
                state.debtors[former] = state.debtors[former] - {id}
            state.receivables[id] = row
            if id not in state.debtors.get(debtor_id, ()):
                state.debtors[debtor_id] = state.debtors.get(debtor_id, frozenset()) | {id}

    def receivable(self, id: str) -> ReceivableRow:
        """Return one projection."""
        kept = self._view.state.receivables
        if id not in kept:
            raise not_found("receivable", id, kept)
        return kept[id]

    def receivables(
        self, *, review_by: date | None = None, debtor_id: str | None = None
    ) -> tuple[ReceivableRow, ...]:
        """Return projections sorted by id: those to review by a day, or of a debtor, or all."""
        kept = self._view.state.receivables
        ids = kept if debtor_id is None else self._view.state.debtors.get(debtor_id, ())
        rows = [
            row
            for row in (kept[id] for id in ids)
            if review_by is None or (row.review_on is not None and row.review_on <= review_by)
        ]
        return tuple(sorted(rows, key=lambda row: row.receivable.id))

    def set_review_on(self, days: Mapping[str, date | None]) -> None:
        """Set when receivables must be looked at next."""
        rows = [replace(self.receivable(id), review_on=days[id]) for id in sorted(days)]
        self.put_receivables(rows)


class MemoryOutbox:
    """The part of a session that keeps the outbox."""

    _view: View

    def plan(self, acts: Iterable[OutboxAct]) -> tuple[OutboxAct, ...]:
        """Put acts into the outbox and return those that were new, sorted by id."""
        new = [_own_act(act) for act in check_plan(acts, self._view.state.acts)]
        self._view.state.acts.put({act.act_id: act for act in new})
        return tuple(map(_own_act, new))

    def acts(
        self, *, states: Iterable[OutboxState] | None = None, on: date | None = None
    ) -> tuple[OutboxAct, ...]:
        """Return outbox acts sorted by day, then id."""
        wanted = set(OutboxState if states is None else states)
        kept = [
            act
            for act in self._view.state.acts.values()
            if act.state in wanted and (on is None or act.on == on)
        ]
        return tuple(map(_own_act, sorted(kept, key=lambda act: (act.on, act.act_id))))

    def act(self, act_id: str) -> OutboxAct | None:
        """Return one outbox act by id or unique prefix, or ``None``."""
        kept = self._view.state.acts
        found = _matching(kept, act_id)
        return _own_act(kept[found[0]]) if len(found) == 1 else None

    def move(
        self,
        act_id: str,
        *,
        to: OutboxState,
        through: Iterable[OutboxState] = (),
        reason: str = "",
        reference: str = "",
    ) -> OutboxAct:
        """Move an act along the outbox's transitions."""
        kept = self._view.state.acts
        if act_id not in kept:
            raise not_found("act", act_id, kept)
        act = kept[act_id]
        check_way(act, (*through, to))
        reference = reference or act.reference
        kept[act_id] = replace(act, state=to, reason=reason, reference=reference)
        return _own_act(kept[act_id])


class MemoryDesk:
    """The part of a session that keeps books, proposals, review items and settings."""

    _view: View

    def put_book(self, digest: str, files: Mapping[str, str]) -> None:
        """Keep a used book whole, parents resolved, under its hash; again is a no-op."""
        if digest not in self._view.state.books:
            self._view.state.books[digest] = canonical(dict(files))

    def book(self, digest: str) -> Mapping[str, str]:
        """Return a kept book's files by name."""
        kept = self._view.state.books
        if digest not in kept:
            raise not_found("book", digest, kept)
        return {name: str(text) for name, text in parse_object(kept[digest]).items()}

    def put_proposal(self, proposal: StoredProposal) -> None:
        """Write or replace a proposal, which makes it the latest."""
        kept = self._view.state.proposals
        if proposal.id in kept:
            del kept[proposal.id]
        kept[proposal.id] = _own_proposal(proposal)

    def proposal(self, id: str) -> StoredProposal:
        """Return a proposal by id or unique prefix."""
        kept = self._view.state.proposals
        found = _matching(kept, id)
        if len(found) > 1:
            raise ambiguous("proposal", id, found)
        if not found:
            raise not_found("proposal", id, kept)
        return _own_proposal(kept[found[0]])

    def latest_proposal(self) -> StoredProposal | None:
        """Return the proposal stored last, or ``None``."""
        kept = self._view.state.proposals
        return _own_proposal(kept[next(reversed(kept))]) if kept else None

    def put_review(self, item: ReviewItem) -> None:
        """Write or replace a review item."""
        self._view.state.reviews[item.id] = own_review(item)

    def reviews(self, *, open_only: bool = True) -> tuple[ReviewItem, ...]:
        """Return review items, oldest first, then by id."""
        kept = sorted(self._view.state.reviews.values(), key=lambda item: (item.opened_on, item.id))
        return tuple(own_review(item) for item in kept if not open_only or item.closed_on is None)

    def setting(self, key: str) -> JsonValue:
        """Return a small tenant-wide value, or ``None``."""
        return parse(self._view.state.settings.get(key, "null"))

    def put_setting(self, key: str, value: JsonValue) -> None:
        """Keep a small tenant-wide value."""
        self._view.state.settings[key] = canonical(value)


def _matching(kept: Collection[str], prefix: str) -> list[str]:
    """Return the id itself where it exists, else those that begin with it."""
    if prefix in kept:
        return [prefix]
    return [id for id in kept if prefix and id.startswith(prefix)]


# What is kept and what is handed out share no list or mapping that somebody could change.
def _own_act(act: OutboxAct) -> OutboxAct:
    return replace(act, detail=parse_object(canonical(act.detail)))


def own_review(item: ReviewItem) -> ReviewItem:
    """Return a question that shares nothing with the one given."""
    return replace(item, detail=parse_object(canonical(item.detail)))


def _own_proposal(proposal: StoredProposal) -> StoredProposal:
    return replace(
        proposal,
        content=parse_object(canonical(proposal.content)),
        approved=parse_object(canonical(proposal.approved)),
    )
