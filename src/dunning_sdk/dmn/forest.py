"""Say what looking at one input tells about the rows of a table that may still hold.

Decides which bins of a column fall together, given the rows left, and about what it costs to find
the right one. Leaves the order of inputs and the code to `fast`.

>>> from dunning_sdk.dmn.column import make_column
>>> from dunning_sdk.feel.parser import parse_unary_tests as tests
>>> days = make_column([tests("<= 3"), tests("> 3"), None], kind="number")
>>> branchings({0: days}, 0b111)[0].segments
((Decimal('3'), '<=', 5), (None, '', 6))
>>> branchings({0: days}, 0b100)
{}
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from dunning_sdk.dmn.column import Column

_COMPARE: Final = {"boolean": 0.3, "string": 0.5, "number": 1.0, "date": 0.8}
"""About what it costs to compare a value once, in comparisons of numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branching:
    """What one input tells.

    Attributes:
        is_ordered: Whether `segments` tell values apart, and not `groups`.
        segments: Ascending intervals: where each ends, by which operator values in it compare with
            that end, and the rows left; the last has no end.
        groups: Values that leave the same rows, and those rows.
        others: Rows left by a value in no group; ``None`` where there should be no such value.
        for_null: Rows left by null; ``None`` where null should not come, or needs no test.
        cost: About what deciding costs from here on; the least is looked at first.
    """

    is_ordered: bool
    segments: tuple[tuple[Any, str, int], ...] = ()
    groups: tuple[tuple[tuple[Any, ...], int], ...] = ()
    others: int | None = None
    for_null: int | None = None
    cost: float = 0.0


def branchings(columns: Mapping[int, Column], mask: int) -> dict[int, Branching]:
    """Return what each input tells, those left out that tell nothing.

    Args:
        columns: By the index of the input.
        mask: The rows that may still hold.
    """
    found = {}
    for at, column in columns.items():
        left = [rows & mask for rows in column.rows_by_bin]
        if len(set(left)) > 1:
            found[at] = _ordered(column, left) if column.is_ordered else _discrete(column, left)
    return found


def _ordered(column: Column, left: list[int]) -> Branching:
    ends = [(point, operator) for point in column.points for operator in ("<", "<=")]
    bins = zip([*ends, (None, "")], left[:-1], strict=True)
    segments = []
    for rows, same in groupby(bins, key=lambda one: one[1]):
        (point, operator), _ = list(same)[-1]
        segments.append((point, operator, rows))
    return Branching(
        is_ordered=True,
        segments=tuple(segments),
        for_null=left[-1] if column.asks_null or len(segments) == 1 else None,
        cost=_cost(column, [rows for *_, rows in segments], math.log2(len(segments)) or 0.1),
    )


def _discrete(column: Column, left: list[int]) -> Branching:
    *by_value, others, for_null = left
    is_open = bool(column.live >> len(by_value) & 1)
    by_rows: dict[int, list[Any]] = {}
    for value, rows in zip(column.points, by_value, strict=True):
        if not is_open or rows != others:
            by_rows.setdefault(rows, []).append(value)
    groups = sorted(by_rows.items(), key=lambda one: len(one[1]))
    leaves = [*by_rows, others] if is_open else [*by_rows]
    needs_null = column.asks_null or (is_open and for_null != others)
    return Branching(
        is_ordered=False,
        groups=tuple((tuple(values), rows) for rows, values in groups),
        others=others if is_open else None,
        for_null=for_null if needs_null else None,
        cost=_cost(column, leaves, sum(len(values) for _, values in groups) / 2),
    )


def _cost(column: Column, leaves: list[int], compared: float) -> float:
    # As many comparisons as it takes to halve the rows left to one, on the mean of the branches.
    rest = sum(math.log2(1 + rows.bit_count()) for rows in leaves) / len(leaves)
    return _COMPARE[column.kind] * compared + 1.5 * rest
