"""Be one typed column: what is known of one fact of many receivables, in one array.

The module decides which arrays are sound; `columns` holds many of them.
Amounts are whole minor units, days are whole numbers, texts are codes into a list of words: no
column holds a binary fraction or a Python object.

>>> due_on = Column.of(Kind.DAY, np.array(["2026-03-10"], dtype="datetime64[D]"))
>>> due_on.values, due_on.value(0)
(array([20522], dtype=int32), datetime.date(2026, 3, 10))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from dunning_sdk.errors import FactTypeError

Array: TypeAlias = npt.NDArray[Any]
Flags: TypeAlias = npt.NDArray[np.bool_]

EPOCH: Final = date(1970, 1, 1)
NO_DAY: Final = 1 << 30
"""Stands for no day in arrays of days that have no mask; later than every day."""

DAY_LEAST: Final = (date.min - EPOCH).days
DAY_MOST: Final = (date.max - EPOCH).days
AMOUNT_MOST: Final = 10**15
"""Largest amount in minor units: far above any, and far below where sums overflow."""


class Kind(StrEnum):
    """What a column holds, and so its dtype.

    ``MONEY`` int64 minor units of the row's currency · ``NUMBER`` int64, the value times ten to
    the column's scale · ``COUNT`` int32 whole numbers · ``DAY`` int32 days since 1970-01-01, as
    Arrow's date32 · ``FLAG`` bool · ``TEXT`` codes into the column's words, any integer dtype up
    to 32 bits · ``SET`` int64, bit *i* for the column's word *i*.
    """

    MONEY = "money"
    NUMBER = "number"
    COUNT = "count"
    DAY = "day"
    FLAG = "flag"
    TEXT = "text"
    SET = "set"


_DTYPE: Final[Mapping[Kind, npt.DTypeLike]] = {
    Kind.MONEY: np.int64,
    Kind.NUMBER: np.int64,
    Kind.COUNT: np.int32,
    Kind.DAY: np.int32,
    Kind.FLAG: np.bool_,
    Kind.SET: np.int64,
}
_WORDS_MOST: Final = 62


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """One fact of many rows.

    Attributes:
        kind: What it holds.
        values: One per row, of the kind's dtype; of no meaning where not known.
        known: Per row whether there is a value; ``None`` where every row has one.
        words: Of texts and sets, the word of each code.
        scale: Of numbers, how many decimals the whole numbers carry.
    """

    kind: Kind
    values: Array
    known: Flags | None = None
    words: tuple[str, ...] = ()
    scale: int = 0

    @classmethod
    def of(
        cls,
        kind: Kind,
        values: Array,
        *,
        known: Flags | None = None,
        words: Iterable[str] = (),
        scale: int = 0,
        name: str = "",
    ) -> Column:
        """Return a column made of an array, which is not copied where its dtype fits.

        Args:
            kind: What it holds.
            values: One dimension; days also as ``datetime64[D]``.
            known: Mask of the rows that have a value; ``None`` for all.
            words: Of texts and sets.
            scale: Of numbers.
            name: Of the fact, for messages.

        Raises:
            FactTypeError: The dtype is another, or a value lies outside what the kind can hold.
        """
        values = np.asarray(values)
        if kind is Kind.DAY and values.dtype == np.dtype("datetime64[D]"):
            known = _joined(known, ~np.isnat(values))
            values = np.where(np.isnat(values), np.datetime64(EPOCH), values).astype(np.int32)
        if known is not None and (known.dtype != np.bool_ or known.shape != values.shape):
            raise wrong_column(name, "its mask is no array of true and false of the same length")
        column = cls(kind=kind, values=values, known=known, words=tuple(words), scale=scale)
        column.check(name)
        return column

    @classmethod
    def constant(
        cls,
        kind: Kind,
        value: int | bool | str | None,
        size: int,
        *,
        words: Iterable[str] = (),
        name: str = "",
    ) -> Column:
        """Return a column whose rows all say the same, in the memory of one.

        Args:
            kind: What it holds.
            value: As in an array of the kind; of a text the word itself; ``None`` for unknown.
            size: Rows.
            words: Of sets.
            name: Of the fact, for messages.
        """
        words = (str(value or ""),) if kind is Kind.TEXT else tuple(words)
        raw = 0 if kind is Kind.TEXT else value or 0
        dtype = np.uint8 if kind is Kind.TEXT else _DTYPE[kind]
        values = np.broadcast_to(np.asarray(raw, dtype=dtype), (size,))
        known = np.broadcast_to(np.asarray(False), (size,)) if value is None else None
        return cls.of(kind, values, known=known, words=words, name=name)

    @classmethod
    def texts(cls, values: Iterable[str | None], *, name: str = "") -> Column:
        """Return a column of texts, coded in the order they come; ``None`` is unknown."""
        places: dict[str, int] = {}
        codes = [-1 if one is None else places.setdefault(one, len(places)) for one in values]
        array = np.array(codes, dtype=np.int32)
        known = array >= 0
        return cls.of(
            Kind.TEXT,
            np.maximum(array, 0),
            known=None if known.all() else known,
            words=places or ("",),
            name=name,
        )

    @property
    def size(self) -> int:
        """Return the number of rows."""
        return len(self.values)

    def check(self, name: str = "") -> None:
        """Refuse an array that the kind cannot hold.

        Raises:
            FactTypeError: The dtype is another, a day or an amount is out of bounds, or a code
                has no word.
        """
        if self.values.ndim != 1:
            raise wrong_column(name, "it has more than one dimension")
        fits = self.values.dtype == _DTYPE.get(self.kind)
        if self.kind is Kind.TEXT:
            fits = self.values.dtype.kind in "iu" and self.values.dtype.itemsize <= 4
        if not fits:
            raise wrong_column(
                name, f"a column of kind {self.kind} is not of dtype {self.values.dtype}"
            )
        if self.kind is Kind.SET and len(self.words) > _WORDS_MOST:
            raise wrong_column(name, f"a set has at most {_WORDS_MOST} words")
        bounds = self._bounds()
        if bounds is not None and self.size:
            least, most = int(self.values.min()), int(self.values.max())
            if least < bounds[0] or most > bounds[1]:
                raise wrong_column(name, f"a value lies outside {bounds[0]} to {bounds[1]}")

    def _bounds(self) -> tuple[int, int] | None:
        match self.kind:
            case Kind.TEXT:
                return 0, len(self.words) - 1
            case Kind.DAY:
                return DAY_LEAST, DAY_MOST
            case Kind.MONEY | Kind.NUMBER:
                return -AMOUNT_MOST, AMOUNT_MOST
            case Kind.SET:
                return 0, (1 << len(self.words)) - 1
            case _:
                return None

    def slice(self, low: int, high: int) -> Column:
        """Return rows ``low`` to ``high`` (exclusive), as a view."""
        known = None if self.known is None else self.known[low:high]
        return self._with(self.values[low:high], known)

    def take(self, rows: Array) -> Column:
        """Return the rows at some places, in that order."""
        known = None if self.known is None else _taken(self.known, rows)
        return self._with(_taken(self.values, rows), known)

    def _with(self, values: Array, known: Flags | None) -> Column:
        return Column(
            kind=self.kind, values=values, known=known, words=self.words, scale=self.scale
        )

    def decimals(self, exponent: int) -> int:
        """Return how many decimals the whole numbers kept here have.

        Args:
            exponent: Decimals of the rows' currency; of amounts only.
        """
        return {Kind.MONEY: exponent, Kind.NUMBER: self.scale}.get(self.kind, 0)

    def value(self, row: int, *, exponent: int = 0) -> Any:  # noqa: ANN401 - the value of any fact
        """Return one value as decisions read it; ``None`` where it is not known.

        Args:
            row: Which.
            exponent: Decimals of the row's currency; of amounts only, which leave in major units.
        """
        if self.known is not None and not self.known[row]:
            return None
        raw = int(self.values[row])
        match self.kind:
            case Kind.DAY:
                return day_of(raw)
            case Kind.TEXT:
                return self.words[raw]
            case Kind.FLAG:
                return bool(raw)
            case Kind.SET:
                return frozenset(word for at, word in enumerate(self.words) if raw >> at & 1)
            case Kind.MONEY | Kind.NUMBER:
                return Decimal(raw).scaleb(-self.decimals(exponent))
            case _:
                return raw


def day_of(number: int) -> date:
    """Return the date of a day number."""
    return EPOCH + timedelta(days=number)


def number_of(day: date) -> int:
    """Return the day number of a date."""
    return (day - EPOCH).days


def _taken(values: Array, rows: Array) -> Array:
    """Return some entries; of an array that says the same everywhere, without looking at them."""
    if values.strides == (0,) and len(values):
        same = values[: len(rows)]
        return same if len(same) == len(rows) else np.broadcast_to(values[0], (len(rows),))
    return values.take(rows)


def _joined(one: Flags | None, other: Flags) -> Flags | None:
    both = other if one is None else one & other
    return None if both.all() else both


def wrong_column(name: str, why: str) -> FactTypeError:
    """Return the error for a column that cannot be used."""
    message = f"Column {name} cannot be used: {why}"
    hint = "Give an array of the dtype that the column's kind has."
    return FactTypeError(message, hint=hint, fact_name=name or None)
