"""Hold what deciding a portfolio comes to: one array per thing said, and how it was found.

Codes stand for what is said often (a reason list, a channel list): each array of codes has its
tuple of values beside it. A row can be read back as a whole, with every row of every table that
held.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
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
"""Arrays of int32 codes into `Outcome.words`."""

COUNTED: Final = ("procedure", "step", "occurrence", "attempt", "cycle")
"""Arrays of int32; place of the procedure among the compiled book's, of the step in it, or -1."""

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
        arrays: By name, as `DAYS`, `CODED`, `COUNTED` and `AMOUNTS` list them.
        words: Of coded arrays, the value of each code.
        answers: By rule id, int32 code into ``answered``; -1 where the rule was not asked.
        answered: By rule id, the answers met.
        procedures: Of the compiled book.
        report: How many rows went which way.
    """

    size: int
    verdict: Array
    arrays: Mapping[str, Array]
    words: Mapping[str, tuple[Any, ...]]
    answers: Mapping[str, Array]
    answered: Mapping[str, tuple[Answer, ...]]
    procedures: tuple[Procedure, ...]
    report: Report

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name]

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
        for rule, codes in self.answers.items():
            if codes[row] >= 0:
                yield rule, self.answered[rule][int(codes[row])]

    def decision(self, row: int) -> dict[str, Any]:
        """Return all that is said of one row, as plain values: for people, and for comparing."""
        step, place = self.step_at(row), int(self.arrays["procedure"][row])
        said: dict[str, Any] = {
            "outcome": VERDICTS[int(self.verdict[row])].value,
            "procedure": self.procedures[place].id if place >= 0 else "",
            "step": step.id if step else "",
        }
        said |= {name: self.words[name][int(self.arrays[name][row])] for name in CODED}
        said |= {name: self._day(name, row) for name in DAYS}
        said |= {name: self._amount(name, row) for name in AMOUNTS}
        said |= {name: int(self.arrays[name][row]) for name in ("occurrence", "attempt", "cycle")}
        return said | {"answers": dict(self.answers_at(row))}

    def _day(self, name: str, row: int) -> date | None:
        number = int(self.arrays[name][row])
        return None if number == NO_DAY else day_of(number)

    def _amount(self, name: str, row: int) -> int | None:
        minor = int(self.arrays[name][row])
        return None if minor == NO_AMOUNT else minor


@dataclass(slots=True, kw_only=True)
class Draft:
    """An outcome while it is filled in, block by block.

    Attributes:
        size: Rows.
        verdict: As `Outcome` has it.
        arrays: As `Outcome` has them.
        codes: Of coded arrays.
        answers: As `Outcome` has them.
        answered: By rule id.
    """

    size: int
    verdict: Array
    arrays: dict[str, Array]
    codes: dict[str, Codes[Any]]
    answers: dict[str, Array] = field(default_factory=dict)
    answered: dict[str, Codes[Answer]] = field(default_factory=dict)


def new_draft(size: int, rules: Mapping[str, tuple[Answer, ...]]) -> Draft:
    """Return an outcome in which nothing is said yet.

    Args:
        size: Rows.
        rules: Id of each rule that may be asked, with the answers known beforehand.
    """
    arrays: dict[str, Array] = {name: np.full(size, NO_DAY, dtype=np.int32) for name in DAYS}
    arrays |= {name: np.zeros(size, dtype=np.int32) for name in CODED}
    arrays |= {name: np.ones(size, dtype=np.int32) for name in COUNTED}
    arrays |= {name: np.full(size, -1, dtype=np.int32) for name in ("procedure", "step")}
    arrays |= {name: np.full(size, NO_AMOUNT, dtype=np.int64) for name in AMOUNTS}
    nothing: dict[str, Codes[Any]] = {name: Codes(("",)) for name in CODED}
    nothing |= {name: Codes(((),)) for name in ("reasons", "channels", "told")}
    return Draft(
        size=size,
        verdict=np.zeros(size, dtype=np.uint8),
        arrays=arrays,
        codes=nothing,
        answers={rule: np.full(size, -1, dtype=np.int32) for rule in rules},
        answered={rule: Codes(known) for rule, known in rules.items()},
    )


def finished(draft: Draft, procedures: tuple[Procedure, ...], report: Report) -> Outcome:
    """Return an outcome that is filled in."""
    return Outcome(
        size=draft.size,
        verdict=draft.verdict,
        arrays=draft.arrays,
        words={name: codes.values for name, codes in draft.codes.items()},
        answers=draft.answers,
        answered={rule: codes.values for rule, codes in draft.answered.items()},
        procedures=procedures,
        report=report,
    )
