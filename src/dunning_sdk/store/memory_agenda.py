"""What waits for a person in memory: questions, and the lines of proposals."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from dunning_sdk.store.interface import ReviewItem
from dunning_sdk.store.memory_standings import page
from dunning_sdk.store.memory_state import View
from dunning_sdk.store.memory_work import own_review
from dunning_sdk.store.reading import PAGE_MAX, After, ProposalHead, ProposedAct


class MemoryAgenda:
    """The part of a session that lists what waits for a person."""

    _view: View

    def review_counts(self, *, on: date, later: Iterable[str] = ()) -> Mapping[str, int]:
        """Return how many questions of each kind are open on a day."""
        return dict(sorted(Counter(item.kind for item in self._waiting(on, later)).items()))

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
        wanted = set(kinds)
        found = [item for item in self._waiting(on, later) if item.kind in wanted]
        rows = page(found, lambda item: (item.opened_on.isoformat(), item.id), after, limit)
        return tuple(map(own_review, rows))

    def reviews_about(self, subject: str) -> tuple[ReviewItem, ...]:
        """Return the open questions about a receivable, payment or act, oldest first."""
        found = [item for item in self._asked() if item.subject == subject]
        return tuple(map(own_review, sorted(found, key=lambda item: (item.opened_on, item.id))))

    def put_proposed(self, proposal_id: str, acts: Iterable[ProposedAct]) -> None:
        """Keep the lines of a proposal; again is a no-op."""
        kept = self._view.state.proposed
        if proposal_id not in kept:
            kept[proposal_id] = tuple(sorted(acts, key=lambda act: act.place))

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
        wanted = set(kinds)
        found = [
            act
            for act in self._view.state.proposed.get(proposal_id, ())
            if act.kind in wanted and act.place > after and (act.needs_approval or not to_approve)
        ]
        return tuple(found[: min(limit, PAGE_MAX)])

    def proposed_counts(self, proposal_id: str) -> Mapping[tuple[str, bool], int]:
        """Return how many lines a proposal has, by kind and whether they need approval."""
        lines = self._view.state.proposed.get(proposal_id, ())
        return dict(sorted(Counter((act.kind, act.needs_approval) for act in lines).items()))

    def proposals(
        self, *, id: str = "", before: int = 0, limit: int = 20
    ) -> tuple[ProposalHead, ...]:
        """Return proposals without what they hold, the latest first."""
        heads = [
            ProposalHead(
                id=kept.id,
                as_of=kept.as_of,
                approved=frozenset(kept.approved),
                executed=kept.executed,
                place=place,
            )
            for place, kept in enumerate(self._view.state.proposals.values(), 1)
            if (not before or place < before) and id in ("", kept.id)
        ]
        return tuple(heads[::-1][: min(limit, PAGE_MAX)])

    def _asked(self) -> Iterator[ReviewItem]:
        kept = self._view.state.reviews.values()
        return (item for item in kept if item.closed_on is None)

    def _waiting(self, on: date, later: Iterable[str]) -> Iterator[ReviewItem]:
        hidden = set(later)
        return (
            item
            for item in self._asked()
            if item.opened_on <= on
            and (item.kind not in hidden or item.ask_on is None or item.ask_on <= on)
        )
