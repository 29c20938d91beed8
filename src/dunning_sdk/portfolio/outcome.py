"""Hold what deciding a portfolio comes to: one array per thing said, and how it was found.

Codes stand for what is said often (a reason list, a channel list): each array of codes has its
tuple of values beside it. A row can be read back as a whole, with every row of every table that
held.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, NamedTuple, TypeVar

import numpy as np

from dunning_sdk.decisions.decision import Outcome as Verdict
from dunning_sdk.portfolio.column import NO_DAY, Array, day_of
from dunning_sdk.portfolio.report import Report
from dunning_sdk.rules.step import Procedure, Step

VERDICTS: Final = tuple(Verdict)
DUE: Final = VERDICTS.index(Verdict.DUE)
EXPECTED: Final = VERDICTS.index(Verdict.EXPECTED)

DAYS: Final = ("planned_on", "act_on", "review_on", "changes_on")
"""Arrays of int32 day numbers; `NO_DAY` for none."""

CODED: Final = ("reasons", "actor", "channels", "template", "contact", "letterhead", "told")
"""Arrays of int16 codes into `Outcome.words`."""

SPARSE: Final = ("channels", "template", "contact", "told", "interest", "compensation", "fee")
"""Arrays that say something of rows that came due alone; made when they are asked for."""

COUNTED: Final = ("procedure", "step", "occurrence", "attempt", "cycle")
"""Arrays of int16, the cycle int32; place of the procedure among the compiled book's, of the step
in it, or -1."""

AMOUNTS: Final = ("amount", "interest", "compensation", "fee")
"""Arrays of int64 minor units; `NO_AMOUNT` for none."""

NO_AMOUNT: Final = -(1 << 62)

Said = TypeVar("Said", bound=Hashable)


class Answer(NamedTuple):
    """What one table answered about one row.

    Attributes:
        rows: Numbers of every row that held, from 1; ``(0,)`` where ``otherwise`` decided.
        values: Result field and value, in the order of the fields; money in major units.
    """

    rows: tuple[int, ...]
    values: tuple[tuple[str, Any], ...]


class Codes(Generic[Said]):
    """Gives each value met a code, in the order met."""

    def __init__(self, first: tuple[Said, ...] = ()) -> None:
        self._places = {one: at for at, one in enumerate(first)}

    def of(self, value: Said) -> int:
        """Return the code of a value."""
        return self._places.setdefault(value, len(self._places))

    @property
    def values(self) -> tuple[Said, ...]:
        """Return the values by code."""
        return tuple(self._places)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What a portfolio comes to on one day.

    Attributes:
        size: Rows.
        verdict: uint8, place in `VERDICTS`.
        arrays: By name, as `DAYS`, `CODED`, `COUNTED` and `AMOUNTS` list them, without `SPARSE`.
        sparse: By name, or by the id of a rule that only rows that come due are asked: rows, and
            the values of these; of a row met twice the last counts.
        words: Of coded arrays, the value of each code.
        answers: By the id of rules asked of all rows, int32 code into ``answered``; -1 for none.
        answered: By rule id, the answers met.
        procedures: Of the compiled book.
        report: How many rows went which way.
    """

    size: int
    verdict: Array
    arrays: Mapping[str, Array]
    sparse: Mapping[str, tuple[Array, Array]]
    words: Mapping[str, tuple[Any, ...]]
    answers: Mapping[str, Array]
    answered: Mapping[str, tuple[Answer, ...]]
    procedures: tuple[Procedure, ...]
    report: Report

    def __getitem__(self, name: str) -> Array:
        """Return one of the arrays, one entry per row."""
        return self._spread(name, _nothing(name)) if name in self.sparse else self.arrays[name]

    def codes(self, rule: str) -> Array:
        """Return the code of the answer of a rule for each row; -1 where it was not asked."""
        return self._spread(rule, -1) if rule in self.sparse else self.answers[rule]

    def _spread(self, name: str, nothing: int) -> Array:
        rows, values = self.sparse[name]
        found = np.full(self.size, nothing, dtype=values.dtype)
        found[rows] = values
        return found

    def _one(self, name: str, row: int, nothing: int) -> int:
        """Return the entry of one row."""
        if name not in self.sparse:
            return int((self.answers if name in self.answers else self.arrays)[name][row])
        rows, values = self.sparse[name]
        at = np.flatnonzero(rows == row)
        return int(values[at[-1]]) if len(at) else nothing

    @property
    def rows_due(self) -> Array:
        """Return the places of the rows that are due, ascending."""
        return np.flatnonzero(self.verdict == DUE)

    def step_at(self, row: int) -> Step | None:
        """Return the step meant in one row; ``None`` where nothing is left or applies."""
        place = int(self.arrays["step"][row])
        if place < 0:
            return None
        return self.procedures[int(self.arrays["procedure"][row])].steps[place]

    def answers_at(self, row: int) -> Iterator[tuple[str, Answer]]:
        """Yield the rules asked about one row, each with its answer, in the order of the book."""
        for rule, answered in self.answered.items():
            code = self._one(rule, row, -1)
            if code >= 0:
                yield rule, answered[code]

    def decision(self, row: int) -> dict[str, Any]:
        """Return all that is said of one row, as plain values: for people, and for comparing."""
        step, place = self.step_at(row), int(self.arrays["procedure"][row])
        said: dict[str, Any] = {
            "outcome": VERDICTS[int(self.verdict[row])].value,
            "procedure": self.procedures[place].id if place >= 0 else "",
            "step": step.id if step else "",
        }
        said |= {name: self.words[name][self._one(name, row, 0)] for name in CODED}
        said |= {name: self._day(name, row) for name in DAYS}
        said |= {name: self._amount(name, row) for name in AMOUNTS}
        said |= {name: int(self.arrays[name][row]) for name in ("occurrence", "attempt", "cycle")}
        return said | {"answers": dict(self.answers_at(row))}

    def _day(self, name: str, row: int) -> date | None:
        number = int(self.arrays[name][row])
        return None if number == NO_DAY else day_of(number)

    def _amount(self, name: str, row: int) -> int | None:
        minor = self._one(name, row, NO_AMOUNT)
        return None if minor == NO_AMOUNT else minor


def _nothing(name: str) -> int:
    return NO_AMOUNT if name in AMOUNTS else 0
