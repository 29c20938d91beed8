"""Reckon with exact numbers by columns: whole numbers, each column with its own decimals.

The module decides what is exact. A number is a whole number and a scale; where a result might not
fit 64 bits, `NotByColumns` is raised and the rows are decided one by one.

>>> rate, total = number(Decimal("0.8")), Vector(values=np.array([1001, 333]), scale=2, most=1001)
>>> part = total.times(rate)
>>> part.values, part.scale, part.rounded(2, "ROUND_HALF_UP")
(array([8008, 2664]), 3, array([801, 266]))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np

from dunning_sdk.portfolio.column import Array, Flags

_MOST: Final = 1 << 62


class NotByColumns(Exception):  # noqa: N818 - a signal inside this package, told to nobody
    """Something is not worked out by columns; rows it is about are decided one by one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vector:
    """Exact numbers, one per row, or one for all.

    Attributes:
        values: int64; the number times ten to the scale.
        scale: Decimals.
        most: No value is larger, whatever its sign.
        known: Which rows have a number; ``None`` for all.
    """

    values: Array
    scale: int
    most: int
    known: Flags | None = None

    def plus(self, other: Vector) -> Vector:
        """Return the sums."""
        one, two = _aligned(self, other)
        return _made(one.values + two.values, one.scale, one.most + two.most, one, two)

    def minus(self, other: Vector) -> Vector:
        """Return the differences."""
        return self.plus(_made(-other.values, other.scale, other.most, other))

    def times(self, other: Vector) -> Vector:
        """Return the products."""
        most = _bounded(self.most * other.most)
        return _made(self.values * other.values, self.scale + other.scale, most, self, other)

    def least(self, other: Vector) -> Vector:
        """Return the lower of two numbers."""
        one, two = _aligned(self, other)
        most = max(one.most, two.most)
        return _made(np.minimum(one.values, two.values), one.scale, most, one, two)

    def greatest(self, other: Vector) -> Vector:
        """Return the higher of two numbers."""
        one, two = _aligned(self, other)
        most = max(one.most, two.most)
        return _made(np.maximum(one.values, two.values), one.scale, most, one, two)

    def compared(self, operator: str, other: Vector) -> Flags:
        """Tell where a comparison holds: ``= != < <= > >=``.

        Raises:
            NotByColumns: A number is not known.
        """
        one, two = _aligned(self, other)
        if one.known is not None or two.known is not None:
            raise NotByColumns
        return np.asarray(_COMPARED[operator](one.values, two.values))

    def chosen(self, where: Flags, other: Vector) -> Vector:
        """Return this number where something holds, and the other elsewhere."""
        one, two = _aligned(self, other)
        known = None
        if one.known is not None or two.known is not None:
            known = np.where(where, one.is_known, two.is_known)
        values, most = np.where(where, one.values, two.values), max(one.most, two.most)
        return Vector(values=values, scale=one.scale, most=most, known=known)

    @property
    def is_known(self) -> Flags:
        """Tell which rows have a number."""
        return np.ones(1, dtype=np.bool_) if self.known is None else self.known

    def rounded(self, decimals: int, rounding: str) -> Array:
        """Return the numbers times ten to some decimals, as whole numbers.

        Args:
            decimals: Not negative.
            rounding: ``ROUND_HALF_UP``, ``ROUND_HALF_EVEN``, ``ROUND_DOWN`` or ``ROUND_UP``, as in
                `decimal`.
        """
        if self.scale <= decimals:
            return _scaled(self, decimals).values
        unit = 10 ** (self.scale - decimals)
        size = np.abs(self.values)
        whole, rest = size // unit, size % unit
        whole = whole + _UP[rounding](whole, rest, unit)
        return np.asarray(np.sign(self.values) * whole)


def number(value: Decimal) -> Vector:
    """Return one number for all rows.

    Raises:
        NotByColumns: It has too many digits.
    """
    scale = max(0, -int(value.normalize().as_tuple().exponent))
    whole = int(value.scaleb(scale))
    _bounded(abs(whole))
    return Vector(values=np.array([whole], dtype=np.int64), scale=scale, most=abs(whole))


def nothing() -> Vector:
    """Return a number that is known nowhere."""
    values, known = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.bool_)
    return Vector(values=values, scale=0, most=0, known=known)


def total_of(values: Array) -> int:
    """Return the sum of amounts, exact however many and large they are."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())


def _made(values: Array, scale: int, most: int, *made_of: Vector) -> Vector:
    known: Flags | None = None
    for one in made_of:
        if one.known is not None:
            known = one.known if known is None else known & one.known
    return Vector(values=values, scale=scale, most=most, known=known)


def _aligned(one: Vector, two: Vector) -> tuple[Vector, Vector]:
    scale = max(one.scale, two.scale)
    one, two = _scaled(one, scale), _scaled(two, scale)
    _bounded(one.most + two.most)
    return one, two


def _scaled(one: Vector, scale: int) -> Vector:
    if one.scale == scale:
        return one
    by = 10 ** (scale - one.scale)
    return Vector(
        values=one.values * by, scale=scale, most=_bounded(one.most * by), known=one.known
    )


def _bounded(most: int) -> int:
    if most >= _MOST:
        raise NotByColumns
    return most


_COMPARED: Final[Mapping[str, Callable[[Array, Array], Any]]] = {
    "=": np.equal, "!=": np.not_equal,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
_UP: Final[Mapping[str, Callable[[Array, Array, int], Any]]] = {
    "ROUND_HALF_UP": lambda whole, rest, unit: 2 * rest >= unit,
    "ROUND_HALF_EVEN": lambda whole, rest, unit: (
        (2 * rest > unit) | ((2 * rest == unit) & (whole % 2 == 1))
    ),
    "ROUND_DOWN": lambda whole, rest, unit: 0,
    "ROUND_UP": lambda whole, rest, unit: rest > 0,
}
"""By rounding, whether the whole number is raised: by whole units, what is left, and the unit."""
