"""The calls about what waits for one person, and what follows from a state, kept as plain columns.

Both follow from streams of events and are written anew, for one debtor or one financing, in the
transaction that makes them change: a page then reads what waits without folding a story. Whoever
writes decides what waits; nothing here opens a payload, and no name of a person is kept.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dunning_sdk.store.reading import After
from dunning_sdk.store.row import ReviewItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """That an entry of a thread waits for a person.

    Attributes:
        person: Digest of a name he answers to.
        debtor_id: In whose thread.
        entry: Id of the entry.
        seq: Number of its event.
        since_on: Day of it.
        by_on: Last day of a task, else the day of the entry: what is listed first.
    """

    person: str
    debtor_id: str
    entry: str
    seq: int
    since_on: date
    by_on: date


class Waits(ABC):
    """The part of a session that keeps what waits in threads, by person."""

    @abstractmethod
    def put_waits(self, found: Mapping[str, Iterable[Wait]]) -> None:
        """Replace what waits in the threads of debtors, by debtor."""

    @abstractmethod
    def waits_in(self, debtor_id: str) -> tuple[Wait, ...]:
        """Return what waits in the thread of a debtor, by person and entry."""

    @abstractmethod
    def waits(
        self, persons: Iterable[str], *, on: date, after: After = (), limit: int = 50
    ) -> tuple[Wait, ...]:
        """Return one page of what waits for a person, by day, debtor and entry, each once.

        Args:
            persons: Digests of the names he answers to.
            on: The day; entries of later days are unseen.
            after: Day, debtor and entry to go on after.
            limit: Most rows, up to `PAGE_MAX`.
        """

    @abstractmethod
    def wait_count(self, persons: Iterable[str], *, on: date) -> int:
        """Return how many entries wait for a person on a day; arguments as in `waits`."""


class Derived(ABC):
    """The part of a session that keeps questions that follow from a state, and end with it."""

    @abstractmethod
    def put_derived(self, items: Mapping[str, Iterable[ReviewItem]]) -> None:
        """Replace the questions about subjects, by subject; each is about an amount."""

    @abstractmethod
    def derived(
        self, *, on: date, after: After = (), limit: int | None = None
    ) -> tuple[ReviewItem, ...]:
        """Return the questions that are open on a day, the oldest first.

        Args:
            on: The day; what opens later is unseen.
            after: Day it opened and id of the question to go on after.
            limit: Most rows; ``None`` for all.
        """

    @abstractmethod
    def derived_count(self, *, on: date) -> int:
        """Return how many questions are open on a day."""
