"""The calls that list and sum, page by page.

Every list comes in pages: the caller says after which row it goes on, by the values it is sorted
by, so that page one and page one thousand cost the same. Every sum is the database's own. All of
it reads the plain columns of `standing`; nothing here opens a receivable's state.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal, TypeAlias

from dunning_sdk.store.figure import DebtorSum as DebtorSum
from dunning_sdk.store.figure import PromiseSum as PromiseSum
from dunning_sdk.store.figure import ProposalHead as ProposalHead
from dunning_sdk.store.figure import ProposedAct as ProposedAct
from dunning_sdk.store.figure import Sum as Sum
from dunning_sdk.store.figure import Wanted as Wanted
from dunning_sdk.store.row import ReviewItem
from dunning_sdk.store.standing import Standing, StopRow

PAGE_MAX: Final = 500
"""Most rows of one page."""

After: TypeAlias = tuple[str, ...]
"""Values of the row a page goes on after, in the order of the sorting; empty for the first."""


class Standings(ABC):
    """The part of a session that lists and sums receivables."""

    @abstractmethod
    def standings(
        self, wanted: Wanted, *, after: After = (), limit: int = 50
    ) -> tuple[Standing, ...]:
        """Return one page, by due date and id; by invoice number and id where it is searched.

        Args:
            wanted: Which.
            after: Due date (or invoice number) and id of the row to go on after.
            limit: Most rows, up to `PAGE_MAX`.
        """

    @abstractmethod
    def standings_of(self, ids: Iterable[str]) -> Mapping[str, Standing]:
        """Return the standings of receivables by id; those unknown are missing."""

    @abstractmethod
    def open_sums(
        self, by: Literal["due_on", "expected_on"], bounds: Sequence[date], *, debtor_id: str = ""
    ) -> tuple[Sum, ...]:
        """Return what is owed, by currency and by the bounds a day lies between.

        Args:
            by: Which day.
            bounds: Ascending; each belongs to the later side.
            debtor_id: Of one debtor; empty for all.
        """

    @abstractmethod
    def amounts_between(
        self, by: Literal["issued_on", "settled_on"], start: date, end: date
    ) -> tuple[Sum, ...]:
        """Return what was asked at first of all issued, or settled, in ``[start, end)``."""

    @abstractmethod
    def debtors(self, *, on: date, after: After = (), limit: int = 50) -> tuple[DebtorSum, ...]:
        """Return one page of what debtors owe, by debtor and currency.

        Args:
            on: Day from which overdue is counted.
            after: Debtor and currency of the row to go on after.
            limit: Most rows, up to `PAGE_MAX`.
        """

    @abstractmethod
    def debtor_sums(self, debtor_id: str, *, on: date) -> tuple[DebtorSum, ...]:
        """Return what one debtor owes, by currency."""

    @abstractmethod
    def most_overdue(self, *, on: date, limit: int = 20) -> tuple[DebtorSum, ...]:
        """Return the debtors who owe most past its due date, the largest sum first."""


class StopLists(ABC):
    """The part of a session that lists and sums stops."""

    @abstractmethod
    def stops(
        self,
        reasons: Iterable[str],
        *,
        on: date,
        ends_before: date | None = None,
        after: After = (),
        limit: int = 50,
    ) -> tuple[StopRow, ...]:
        """Return one page of the stops in force on a day, by end, receivable and id.

        Args:
            reasons: Of which kinds.
            on: The day.
            ends_before: Only those that end before this day; ``None`` for all.
            after: Day of the end, receivable and id of the stop to go on after.
            limit: Most rows, up to `PAGE_MAX`.
        """

    @abstractmethod
    def stop_counts(self, *, on: date) -> Mapping[str, int]:
        """Return how many stops of each kind are in force on a day."""

    @abstractmethod
    def promise_sums(self, start: date, end: date) -> tuple[PromiseSum, ...]:
        """Return what became of the promises and plans that ended in ``[start, end)``."""


class Agenda(ABC):
    """The part of a session that lists what waits for a person."""

    @abstractmethod
    def review_counts(self, *, on: date, later: Iterable[str] = ()) -> Mapping[str, int]:
        """Return how many questions of each kind are open on a day.

        Args:
            on: The day; what was opened later is unseen.
            later: Kinds that are unseen until the day they are asked again.
        """

    @abstractmethod
    def review_page(
        self,
        kinds: Iterable[str],
        *,
        on: date,
        later: Iterable[str] = (),
        after: After = (),
        limit: int = 50,
    ) -> tuple[ReviewItem, ...]:
        """Return one page of the questions that are open on a day, the oldest first.

        Args:
            kinds: Of which kinds.
            on: The day; what was opened later is unseen.
            later: Kinds that are unseen until the day they are asked again.
            after: Day it was opened and id of the question to go on after.
            limit: Most rows, up to `PAGE_MAX`.
        """

    @abstractmethod
    def reviews_about(self, subject: str) -> tuple[ReviewItem, ...]:
        """Return the open questions about a receivable, payment or act, oldest first."""

    @abstractmethod
    def put_proposed(self, proposal_id: str, acts: Iterable[ProposedAct]) -> None:
        """Keep the lines of a proposal; again is a no-op."""

    @abstractmethod
    def proposed(
        self,
        proposal_id: str,
        *,
        kinds: Iterable[str] = ("act", "financing"),
        after: int = 0,
        limit: int = 50,
        to_approve: bool = False,
    ) -> tuple[ProposedAct, ...]:
        """Return one page of a proposal's lines, in its order.

        Args:
            proposal_id: Its whole id.
            kinds: Of which kinds.
            after: Place of the line to go on after.
            limit: Most rows, up to `PAGE_MAX`.
            to_approve: Only those that need approval.
        """

    @abstractmethod
    def proposed_counts(self, proposal_id: str) -> Mapping[tuple[str, bool], int]:
        """Return how many lines a proposal has, by kind and whether they need approval."""

    @abstractmethod
    def proposals(
        self, *, id: str = "", before: int = 0, limit: int = 20
    ) -> tuple[ProposalHead, ...]:
        """Return proposals without what they hold, the latest first.

        Args:
            id: Of one alone; empty for all.
            before: Place of the proposal to go on after; 0 for the latest.
            limit: Most rows, up to `PAGE_MAX`.
        """
