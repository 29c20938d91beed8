"""What waits for one person, and what follows from a state, in memory."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from dunning_sdk.store.interface import ReviewItem
from dunning_sdk.store.memory_standings import page
from dunning_sdk.store.memory_state import View
from dunning_sdk.store.memory_work import own_review
from dunning_sdk.store.reading import After
from dunning_sdk.store.waiting import Wait


class MemoryWaits:
    """The part of a session that keeps what waits in threads, by person."""

    _view: View

    def put_waits(self, found: Mapping[str, Iterable[Wait]]) -> None:
        """Replace what waits in the threads of debtors, by debtor."""
        for debtor_id, waits in found.items():
            ordered = sorted(waits, key=lambda one: (one.person, one.entry))
            self._view.state.waits[debtor_id] = tuple(ordered)

    def waits_in(self, debtor_id: str) -> tuple[Wait, ...]:
        """Return what waits in the thread of a debtor, by person and entry."""
        return self._view.state.waits.get(debtor_id, ())

    def waits(
        self, persons: Iterable[str], *, on: date, after: After = (), limit: int = 50
    ) -> tuple[Wait, ...]:
        """Return one page of what waits for a person, by day, debtor and entry, each once."""
        return page(self._his(persons, on), _order, after, limit)

    def wait_count(self, persons: Iterable[str], *, on: date) -> int:
        """Return how many entries wait for a person on a day."""
        return len(self._his(persons, on))

    def _his(self, persons: Iterable[str], on: date) -> list[Wait]:
        wanted = set(persons)
        found = [
            one
            for waits in self._view.state.waits.values()
            for one in waits
            if one.person in wanted and one.since_on <= on
        ]
        return list({_order(one): one for one in reversed(found)}.values())


class MemoryDerived:
    """The part of a session that keeps questions that follow from a state, and end with it."""

    _view: View

    def put_derived(self, items: Mapping[str, Iterable[ReviewItem]]) -> None:
        """Replace the questions about subjects, by subject."""
        for subject, found in items.items():
            self._view.state.derived[subject] = tuple(own_review(item) for item in found)

    def derived(
        self, *, on: date, after: After = (), limit: int | None = None
    ) -> tuple[ReviewItem, ...]:
        """Return the questions that are open on a day, the oldest first."""
        ordered = sorted(self._following(on), key=_asked)
        left = [item for item in ordered if not after or _asked(item) > after]
        return tuple(own_review(item) for item in left[:limit])

    def derived_count(self, *, on: date) -> int:
        """Return how many questions are open on a day."""
        return sum(1 for _ in self._following(on))

    def _following(self, on: date) -> Iterator[ReviewItem]:
        for items in self._view.state.derived.values():
            yield from (item for item in items if item.opened_on <= on)


def _order(one: Wait) -> After:
    return one.by_on.isoformat(), one.debtor_id, one.entry


def _asked(item: ReviewItem) -> After:
    return item.opened_on.isoformat(), item.id
