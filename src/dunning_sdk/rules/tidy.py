"""Report rows of a table that could be said shorter: merged, or left out.

The module decides which rows say the same, hit policy by hit policy; only rows that answer alike
and carry the same note are looked at, since a note is a reason to keep them apart. Faults
between rows are reported in `coverage`.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from dunning_sdk.dmn.column import Column
from dunning_sdk.dmn.region import Region, Space, bits, describe
from dunning_sdk.dmn.table import HitPolicy
from dunning_sdk.rules.draft import Draft
from dunning_sdk.rules.report import Place, Report
from dunning_sdk.strict_yaml import YamlMapping, YamlScalar, YamlSequence, position_of

_SINGLE: Final = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST)


def check_tidiness(draft: Draft, policy: HitPolicy, node: YamlMapping, report: Report) -> None:
    """Report rows that could be merged or left out, and declared fields that no row gives.

    Args:
        draft: The table, with its columns.
        policy: Its hit policy.
        node: Its file, for places.
        report: Where findings go.
    """
    if report.has_errors():
        return
    _Tidier(draft, policy, node, report).check()


class _Tidier:
    def __init__(self, draft: Draft, policy: HitPolicy, node: YamlMapping, report: Report) -> None:
        self._node = node
        self._report = report
        self._policy = policy
        self._names = [one.name for one in draft.inputs]
        self._columns = [one.column for one in draft.inputs if one.column is not None]
        self._space = Space(self._columns, rows=len(draft.rows))
        self._answers = [
            (
                frozenset((name, answer.text) for name, answer in row.items()),
                _note(node, at),
            )
            for at, row in enumerate(draft.rows)
        ]
        self._firm = [
            all(column.bins_by_row[at] is not None for column in self._columns)
            for at in range(len(draft.rows))
        ]
        self._given = {name for row in (*draft.rows, draft.otherwise or {}) for name in row}

    def check(self) -> None:
        self._unused_outputs()
        spare = list(self._spare()) if self._policy in _SINGLE else list(self._doubled())
        for row, kept in spare:
            text = f"Row {row} can go: row {kept} answers the same wherever it holds"
            self._warn(row, "table.subsumed", text, (kept, row))
        if self._policy in _SINGLE:
            gone = {row for row, _ in spare}
            for first, second, at in self._mergeable(gone):
                box = self._space.boxes[first][at] | self._space.boxes[second][at]
                text = (
                    f"Rows {first + 1} and {second + 1} can be one: they differ in "
                    f"{self._names[at]} only, together {describe(self._columns[at], box)}"
                )
                self._warn(second + 1, "table.mergeable", text, (first + 1, second + 1))

    def _spare(self) -> Iterator[tuple[int, int]]:
        """Yield each row that another one, of the same answers, makes needless; numbers from 1."""
        for row, box in enumerate(self._space.boxes):
            others = self._space.overlapping(box)
            for other in bits(others & ~(1 << row)):
                if self._makes_needless(row, other, others):
                    yield row + 1, other + 1
                    break

    def _makes_needless(self, row: int, other: int, others: int) -> bool:
        if not self._firm[other] or self._answers[row] != self._answers[other]:
            return False
        inside = _inside(self._space.boxes[row], self._space.boxes[other])
        same = self._space.boxes[row] == self._space.boxes[other] and self._firm[row]
        if not inside or (same and other > row):
            return False
        if self._policy is not HitPolicy.FIRST:
            return True
        between = others >> row + 1 & ((1 << max(other - row - 1, 0)) - 1)
        return other > row and all(
            self._answers[row + 1 + at] == self._answers[row] for at in bits(between)
        )

    def _doubled(self) -> Iterator[tuple[int, int]]:
        """Yield each row that is there twice, where all rows that hold count."""
        seen: dict[Any, int] = {}
        for row, box in enumerate(self._space.boxes):
            if self._firm[row]:
                first = seen.setdefault((box, self._answers[row]), row)
                if first != row:
                    yield row + 1, first + 1

    def _mergeable(self, gone: set[int]) -> Iterator[tuple[int, int, int]]:
        """Yield pairs of rows, from 0, that differ in one column, and that column's place."""
        for at, column in enumerate(self._columns):
            for one, other in self._alike(at, gone):
                first, second = sorted((one, other))
                if self._joins(column, first, second, at) and self._may_move(first, second):
                    yield first, second, at

    def _alike(self, at: int, gone: set[int]) -> Iterator[tuple[int, int]]:
        """Yield rows that are the same but for one column, neighbors in that column."""
        groups: dict[Any, list[int]] = {}
        for row, box in enumerate(self._space.boxes):
            if self._firm[row] and row + 1 not in gone:
                key = (self._answers[row], box[:at], box[at + 1 :])
                groups.setdefault(key, []).append(row)
        for rows in groups.values():
            yield from pairwise(sorted(rows, key=lambda row: self._space.boxes[row][at]))

    def _joins(self, column: Column, first: int, second: int, at: int) -> bool:
        """Tell whether two cells together are one cell an author would write."""
        one, other = self._space.boxes[first][at], self._space.boxes[second][at]
        if one == other or column.kind not in ("number", "date"):
            return one != other
        return ", " not in describe(column, one | other)

    def _may_move(self, first: int, second: int) -> bool:
        """Tell whether the second row decides the same if it stands where the first does."""
        if self._policy is not HitPolicy.FIRST:
            return True
        met = self._space.overlapping(self._space.boxes[second])
        return not met >> first + 1 & ((1 << second - first - 1) - 1)

    def _unused_outputs(self) -> None:
        outputs = self._node.get("outputs")
        for key, _ in outputs.entries if isinstance(outputs, YamlMapping) else ():
            if key.raw not in self._given:
                text = f"No row gives the result field {key.raw}"
                self._report.add(key, "table.idle-output", text, severity="warning")

    def _warn(self, row: int, code: str, text: str, rows: Sequence[int]) -> None:
        place = Place(*position_of(self._node, ("rows", row - 1)))
        self._report.add_rows(place, code, text, rows=tuple(rows), severity="warning")


def _inside(box: Region, other: Region) -> bool:
    return all(not one & ~two for one, two in zip(box, other, strict=True))


def _note(node: YamlMapping, at: int) -> str:
    rows = node.get("rows")
    row = rows.items[at] if isinstance(rows, YamlSequence) else None
    note = row.get("note") if isinstance(row, YamlMapping) else None
    return note.raw if isinstance(note, YamlScalar) else ""
