"""Find the nearest facts on which a table would answer otherwise.

The module decides which facts would have to be otherwise, and by how much: one fact alone if any
will do, else two together, else three. Every way it names was run through the table itself.
Facts that cannot be cut into bins stay as they are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, islice, product
from typing import Any, Final, TypeAlias

from dunning_sdk.dmn.column import Column
from dunning_sdk.dmn.region import bits, describe
from dunning_sdk.errors import EvaluationError
from dunning_sdk.rules.book import TableRule

WAYS_MAX: Final = 3
CHANGES_MAX: Final = 3
TRIES_MAX: Final = 20_000
"""Facts asked about per count of changes, so that the largest table takes under a second."""

Wanted = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact that would have to be otherwise.

    Attributes:
        fact: Dotted name.
        seen: What it is.
        cell: What it would have to be, as a cell of the table says it.
        by: How far it is from that: a number in the unit of the fact, days for dates; ``None``
            where there is no distance.
    """

    fact: str
    seen: Any
    cell: str
    by: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Facts that would have to be otherwise together.

    Attributes:
        row: Number of the row that would decide then, from 1; 0 for ``otherwise``.
        changes: In the order of the inputs.
    """

    row: int
    changes: tuple[Change, ...]


def nearest_ways(rule: TableRule, facts: Mapping[str, Any], wanted: Wanted) -> tuple[Way, ...]:
    """Return ways to have a table answer as wanted, the smallest changes first.

    Args:
        rule: The table.
        facts: Nested, as `TableRule.decide` takes them; a fact of the table may not be missing.
        wanted: Tells whether an answer is as wanted.

    Returns:
        At most `WAYS_MAX`, all of as many changes; empty where changes of up to `CHANGES_MAX`
        facts that can be told bring no such answer.
    """
    return _Search(rule, facts, wanted).ways()


@dataclass(frozen=True, slots=True)
class _Input:
    name: str
    column: Column
    seen: Any
    bin: int


_Moves: TypeAlias = tuple[tuple[_Input, int], ...]


class _Search:
    def __init__(self, rule: TableRule, facts: Mapping[str, Any], wanted: Wanted) -> None:
        self._rule = rule
        self._facts = facts
        self._wanted = wanted
        _, values = rule.reader.read(facts)
        self._inputs = [
            _Input(one.name, one.column, values[one.name], one.column.find(values[one.name]))
            for one in rule.table.inputs
            if one.column is not None and one.name in values
        ]

    def ways(self) -> tuple[Way, ...]:
        """Return ways of as few changes as there are any of, the smallest changes first."""
        for count in range(1, CHANGES_MAX + 1):
            found = self._found(count)
            if found:
                return tuple(self._way(row, moves) for row, moves in found)
        return ()

    def _found(self, count: int) -> list[tuple[int, _Moves]]:
        """Return the smallest moves of some inputs for each row they lead to."""
        best: dict[tuple[int, frozenset[str]], _Moves] = {}
        for moves in islice(self._candidates(count), TRIES_MAX):
            row = self._decides(moves)
            if row is not None:
                key = row, frozenset(one.name for one, _ in moves)
                best[key] = min(best.get(key, moves), moves, key=_size)
        ranked = sorted(best.items(), key=lambda one: _size(one[1]))
        return [(row, moves) for (row, _), moves in ranked[:WAYS_MAX]]

    def _candidates(self, count: int) -> Iterator[_Moves]:
        for chosen in combinations(self._inputs, count):
            yield from product(*(_moves(one) for one in chosen))

    def _decides(self, moves: _Moves) -> int | None:
        """Return the row that decides as wanted after some moves, or ``None`` if none does."""
        values = {one.name: _value_in(one, place) for one, place in moves}
        try:
            outcome = self._rule.decide(_with(self._facts, values))
        except EvaluationError:
            return None
        if not self._wanted(outcome.values):
            return None
        return outcome.decided[0] if outcome.decided else 0

    def _way(self, row: int, moves: _Moves) -> Way:
        return Way(
            row=row,
            changes=tuple(
                Change(
                    fact=one.name,
                    seen=one.seen,
                    cell=describe(one.column, self._alike(row, moves, at)),
                    by=_distance(one.seen, _value_in(one, place)),
                )
                for at, (one, place) in enumerate(moves)
            ),
        )

    def _alike(self, row: int, moves: _Moves, at: int) -> int:
        """Return the bins of one input on which the same row decides as wanted."""
        one, _ = moves[at]
        alike = 0
        for place in bits(one.column.live):
            if self._decides((*moves[:at], (one, place), *moves[at + 1 :])) == row:
                alike |= 1 << place
        return alike


def _moves(one: _Input) -> list[tuple[_Input, int]]:
    """Return the nearest bin of each kind beside the one seen: of those that allow one row set."""
    column = one.column
    kinds: dict[int, int] = {}
    for place in sorted(bits(column.live), key=lambda place: abs(place - one.bin)):
        if place != one.bin:
            kinds.setdefault(column.rows_by_bin[place], place)
    return [(one, place) for place in kinds.values()]


def _value_in(one: _Input, place: int) -> Any:  # noqa: ANN401 - a value of a fact
    """Return the value of a bin that lies nearest to what is seen."""
    column = one.column
    sample = column.samples[place]
    if one.seen is None or sample is None or not column.is_ordered or place > one.bin:
        return sample
    above = column.samples[place + 1]
    if place % 2 or above is None:
        return sample
    below = above - timedelta(days=1) if isinstance(above, date) else above - _step(column)
    return below if column.find(below) == place else sample


def _step(column: Column) -> Decimal:
    return column.grain or Decimal(1)


def _distance(seen: Any, value: Any) -> Decimal | None:  # noqa: ANN401 - values of a fact
    if isinstance(seen, date) and isinstance(value, date):
        return Decimal(abs((value - seen).days))
    if isinstance(seen, (int, Decimal)) and not isinstance(seen, bool) and value is not None:
        return abs(Decimal(value) - seen)
    return None


def _with(facts: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts with some of them otherwise."""
    changed: dict[str, Any] = dict(facts)
    for name, value in values.items():
        *above, last = name.split(".")
        place = changed
        for part in above:
            place[part] = dict(place[part])
            place = place[part]
        place[last] = value
    return changed


def _size(moves: _Moves) -> Decimal:
    distances = (_distance(one.seen, _value_in(one, place)) for one, place in moves)
    return sum((far for far in distances if far is not None), Decimal(0))
