"""Lists and sums of receivables and their stops in memory, made of the states when asked."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, TypeVar

from dunning_sdk.domain.stop import OF_THE_DEBTOR, Outcome
from dunning_sdk.store.memory_state import View
from dunning_sdk.store.reading import PAGE_MAX, After, DebtorSum, PromiseSum, Sum, Wanted
from dunning_sdk.store.standing import Standing, StopRow, standing_of, stop_rows

Row = TypeVar("Row")


class MemoryStandings:
    """The part of a session that lists and sums receivables."""

    _view: View

    def standings(
        self, wanted: Wanted, *, after: After = (), limit: int = 50
    ) -> tuple[Standing, ...]:
        """Return one page, by due date and id; by invoice number and id where it is searched."""
        found = [one for one in self._all() if _is_wanted(one, wanted)]
        if wanted.begins:
            return page(found, lambda one: (one.invoice_number, one.id), after, limit)
        return page(found, lambda one: (one.due_on.isoformat(), one.id), after, limit)

    def standings_of(self, ids: Iterable[str]) -> Mapping[str, Standing]:
        """Return the standings of receivables by id; those unknown are missing."""
        kept = self._view.state.receivables
        known = sorted({id for id in ids if id in kept})
        return {id: standing_of(kept[id].receivable) for id in known}

    def open_sums(
        self, by: Literal["due_on", "expected_on"], bounds: Sequence[date], *, debtor_id: str = ""
    ) -> tuple[Sum, ...]:
        """Return what is owed, by currency and by the bounds a day lies between."""
        cells: dict[tuple[str, int], list[int]] = {}
        for one in self._open():
            if debtor_id in ("", one.debtor_id):
                day: date = getattr(one, by)
                cell = cells.setdefault((one.currency, bisect_right(bounds, day)), [])
                cell.append(one.open_minor)
        return tuple(
            Sum(currency=currency, place=place, count=len(cell), minor=sum(cell))
            for (currency, place), cell in sorted(cells.items())
        )

    def amounts_between(
        self, by: Literal["issued_on", "settled_on"], start: date, end: date
    ) -> tuple[Sum, ...]:
        """Return what was asked at first of all issued, or settled, in a period."""
        cells: dict[str, list[int]] = {}
        for one in self._all():
            day: date | None = getattr(one, by)
            if day is not None and start <= day < end:
                cells.setdefault(one.currency, []).append(one.amount_minor)
        return tuple(
            Sum(currency=currency, count=len(cell), minor=sum(cell))
            for currency, cell in sorted(cells.items())
        )

    def debtors(self, *, on: date, after: After = (), limit: int = 50) -> tuple[DebtorSum, ...]:
        """Return one page of what debtors owe, by debtor and currency."""
        found = _by_debtor(self._open(), on)
        return page(found, lambda one: (one.debtor_id, one.currency), after, limit)

    def debtor_sums(self, debtor_id: str, *, on: date) -> tuple[DebtorSum, ...]:
        """Return what one debtor owes, by currency."""
        return _by_debtor((one for one in self._open() if one.debtor_id == debtor_id), on)

    def most_overdue(self, *, on: date, limit: int = 20) -> tuple[DebtorSum, ...]:
        """Return the debtors who owe most past its due date, the largest sum first."""
        found = _by_debtor((one for one in self._open() if one.due_on < on), on)
        ordered = sorted(found, key=lambda one: (-one.open_minor, one.debtor_id, one.currency))
        return tuple(ordered[: min(limit, PAGE_MAX)])

    def _all(self) -> Iterator[Standing]:
        return (standing_of(row.receivable) for row in self._view.state.receivables.values())

    def _open(self) -> Iterator[Standing]:
        return (one for one in self._all() if one.settled_on is None)


class MemoryStopLists:
    """The part of a session that lists and sums stops."""

    _view: View

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
        wanted = set(reasons)
        found = [
            one
            for one in self._in_force(on)
            if one.reason in wanted and (ends_before is None or one.ends_on < ends_before)
        ]
        return page(
            found, lambda one: (one.ends_on.isoformat(), one.receivable_id, one.id), after, limit
        )

    def stop_counts(self, *, on: date) -> Mapping[str, int]:
        """Return how many stops of each kind are in force on a day."""
        return dict(sorted(Counter(one.reason for one in self._in_force(on)).items()))

    def promise_sums(self, start: date, end: date) -> tuple[PromiseSum, ...]:
        """Return what became of the promises and plans that ended in a period."""
        cells: dict[str, list[StopRow]] = {}
        for one in self._stops():
            if one.reason in OF_THE_DEBTOR and start <= one.ends_on < end:
                cells.setdefault(one.currency, []).append(one)
        return tuple(_promise_sum(currency, cell) for currency, cell in sorted(cells.items()))

    def _stops(self) -> Iterator[StopRow]:
        for row in self._view.state.receivables.values():
            yield from stop_rows(row.receivable)

    def _in_force(self, on: date) -> Iterator[StopRow]:
        return (one for one in self._stops() if one.placed_on <= on < one.ends_on)


def page(
    rows: Iterable[Row], order: Callable[[Row], After], after: After, limit: int
) -> tuple[Row, ...]:
    """Return the rows of the page after one, sorted.

    Args:
        rows: What is listed.
        order: Returns the values a row is sorted by.
        after: Those of the row to go on after; empty for the first page.
        limit: Most rows.
    """
    found = [row for row in rows if not after or order(row) > after]
    return tuple(sorted(found, key=order)[: min(limit, PAGE_MAX)])


def _is_wanted(one: Standing, wanted: Wanted) -> bool:
    is_his = wanted.debtor_id in ("", one.debtor_id)
    is_early = wanted.due_before is None or one.due_on < wanted.due_before
    is_state = one.settled_on is None or not wanted.is_open
    return is_his and is_early and is_state and one.invoice_number.startswith(wanted.begins)


def _by_debtor(rows: Iterable[Standing], on: date) -> tuple[DebtorSum, ...]:
    cells: dict[tuple[str, str], list[Standing]] = {}
    for one in rows:
        cells.setdefault((one.debtor_id, one.currency), []).append(one)
    return tuple(
        DebtorSum(
            debtor_id=debtor_id,
            currency=currency,
            count=len(cell),
            open_minor=sum(one.open_minor for one in cell),
            overdue_minor=sum(one.open_minor for one in cell if one.due_on < on),
            oldest_due_on=min(one.due_on for one in cell),
        )
        for (debtor_id, currency), cell in sorted(cells.items())
    )


def _promise_sum(currency: str, cell: Sequence[StopRow]) -> PromiseSum:
    ended = Counter(map(_outcome, cell))
    return PromiseSum(
        currency=currency,
        kept=ended[Outcome.KEPT],
        part_kept=ended[Outcome.PART_KEPT],
        broken=ended[Outcome.BROKEN],
        promised_minor=sum(one.promised_minor for one in cell),
        settled_minor=sum(one.settled_minor for one in cell),
    )


def _outcome(one: StopRow) -> str:
    """Return how a promise ended: as somebody said, or else as the money says."""
    if one.outcome:
        return one.outcome
    if one.promised_minor and one.settled_minor >= one.promised_minor:
        return Outcome.KEPT
    return Outcome.PART_KEPT if one.settled_minor > 0 else Outcome.BROKEN
