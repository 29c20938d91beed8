"""Find the bin of each value of a column: the bins of `dmn.column`, for whole arrays.

Bins that allow the same rows are one class. Numbers and days are compared as the whole numbers
they are stored as, so that no value falls on another side of a boundary than it does one by one.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final

import numpy as np

from dunning_sdk.dmn.column import Column as Bins
from dunning_sdk.portfolio.column import Array, Column, Kind, day_of, number_of

ODD: Final = -1
"""Stands for the rows that a value allows where they cannot be told without asking the rule."""

_COMPARED_MOST: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """One input of a table.

    Attributes:
        name: Of the fact.
        bins: Of the table.
        masks: Rows by class; each once.
        is_odd_unknown: Whether the rule raises where the fact is not known.
    """

    name: str
    bins: Bins
    masks: tuple[int, ...]
    is_odd_unknown: bool

    @property
    def classes(self) -> int:
        """Return how many classes there are, the one of what is odd among them."""
        return len(self.masks) + self.is_odd_unknown

    def class_of(self, mask: int) -> int:
        """Return the class of the rows a value allows."""
        return len(self.masks) if mask == ODD else self.masks.index(mask)


def make_cut(name: str, bins: Bins, *, raises_unknown: bool) -> Cut:
    """Return one input of a table, ready for columns.

    Args:
        name: Of the fact.
        bins: Of the table.
        raises_unknown: Whether the rule raises where the fact is not known.
    """
    return Cut(
        name=name,
        bins=bins,
        masks=tuple(dict.fromkeys(bins.rows_by_bin)),
        is_odd_unknown=raises_unknown,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bound:
    """One input of a table, made ready for the words and the scale of one column.

    Attributes:
        edges: Whole numbers at which the class changes, ascending; empty for codes.
        lookup: Class by code, or by the number of edges passed, times the stride.
        unknown: The same where the fact is not known.
    """

    edges: Array
    lookup: Array
    unknown: int

    def of(self, column: Column) -> Array:
        """Return the class of each row, times the stride."""
        values = column.values
        found: Array
        if column.kind is Kind.FLAG:
            found = np.asarray(np.take(self.lookup, values.view(np.uint8)))
        elif column.kind is Kind.TEXT:
            found = self._coded(values)
        else:
            found = self._ordered(values)
        if column.known is not None:
            found = np.where(column.known, found, self.unknown)
        return found

    def _coded(self, values: Array) -> Array:
        if len(self.lookup) == 1:
            return np.full(len(values), self.lookup[0], dtype=self.lookup.dtype)
        return np.take(self.lookup, values)

    def _ordered(self, values: Array) -> Array:
        if not len(self.edges):
            return np.full(len(values), self.lookup[0], dtype=self.lookup.dtype)
        if len(self.edges) > _COMPARED_MOST:
            places = np.searchsorted(self.edges, values, side="right")
            return np.asarray(np.take(self.lookup, places))
        passed = (values >= self.edges[0]).view(np.uint8)
        for edge in self.edges[1:]:
            passed = passed + (values >= edge).view(np.uint8)
        found: Array = np.take(self.lookup, passed)
        return found


def bind(cut: Cut, column: Column, *, stride: int, exponent: int) -> Bound:
    """Return an input made ready for a column.

    Args:
        cut: The input.
        column: Any of the rows; its words and its scale are those of all.
        stride: What classes are multiplied by.
        exponent: Decimals of amounts.
    """
    edges, masks = _steps(cut.bins, column, exponent)
    null = ODD if cut.is_odd_unknown else cut.bins.rows_for(None)
    return Bound(
        edges=np.array(edges, dtype=np.int64),
        lookup=np.array([cut.class_of(mask) * stride for mask in masks], dtype=np.int32),
        unknown=cut.class_of(null) * stride,
    )


def _steps(bins: Bins, column: Column, exponent: int) -> tuple[list[int], list[int]]:
    """Return where the rows allowed change, and the rows before and after each such place."""
    if column.kind is Kind.FLAG:
        return [], [bins.rows_for(False), bins.rows_for(True)]
    if column.kind is Kind.TEXT:
        return [], [bins.rows_for(word) for word in column.words]
    scale = column.decimals(exponent)
    return _intervals(bins, _around(bins.points, scale), column.kind, scale)


def _around(points: Sequence[Any], scale: int) -> list[int]:
    """Return the whole numbers at and after each point of the bins, ascending."""
    around: set[int] = set()
    for point in points:
        if isinstance(point, datetime.date):
            around |= {number_of(point), number_of(point) + 1}
            continue
        exact = Decimal(point).scaleb(scale)
        around.add(int(exact.to_integral_value(ROUND_CEILING)))
        around.add(int(exact.to_integral_value(ROUND_FLOOR)) + 1)
    return sorted(around)


def _intervals(
    bins: Bins, around: Sequence[int], kind: Kind, scale: int
) -> tuple[list[int], list[int]]:
    def rows_for(whole: int) -> int:
        value = day_of(whole) if kind is Kind.DAY else Decimal(whole).scaleb(-scale)
        return bins.rows_for(value)

    first = around[0] - 1 if around else 0
    edges, masks = [], [rows_for(first)]
    for whole in around:
        mask = rows_for(whole)
        if mask != masks[-1]:
            edges.append(whole)
            masks.append(mask)
    return edges, masks
