"""Fill in an outcome, block by block."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from dunning_sdk.portfolio.column import NO_DAY, Array
from dunning_sdk.portfolio.outcome import (
    AMOUNTS,
    CODED,
    COUNTED,
    DAYS,
    NO_AMOUNT,
    SPARSE,
    Answer,
    Codes,
    Outcome,
)
from dunning_sdk.portfolio.report import Report
from dunning_sdk.rules.step import Procedure

DENSE_KINDS: Final = ("mandate", "scenario")
"""Kinds of rules that every row is asked."""


@dataclass(slots=True, kw_only=True, eq=False)
class Draft:
    """An outcome, or some rows of one, while it is filled in.

    Attributes:
        low: Place of the first row in the whole.
        size: Rows.
        verdict: As `Outcome` has it.
        arrays: As `Outcome` has them.
        answers: As `Outcome` has them.
        sparse: By name, rows and values as they were noted.
        codes: Of coded arrays.
        answered: By rule id.
    """

    low: int
    size: int
    verdict: Array
    arrays: Mapping[str, Array]
    answers: Mapping[str, Array]
    sparse: dict[str, list[tuple[Array, Array]]]
    codes: dict[str, Codes[Any]]
    answered: dict[str, Codes[Answer]] = field(default_factory=dict)

    def part(self, low: int, high: int) -> "Draft":
        """Return rows ``low`` to ``high`` (exclusive), to be filled in as part of this."""
        return Draft(
            low=low,
            size=high - low,
            verdict=self.verdict[low:high],
            arrays={name: array[low:high] for name, array in self.arrays.items()},
            answers={rule: array[low:high] for rule, array in self.answers.items()},
            sparse=self.sparse,
            codes=self.codes,
            answered=self.answered,
        )

    def write(self, name: str, rows: Any, values: Any) -> None:  # noqa: ANN401 - arrays or one
        """Write one of the arrays at some rows."""
        if name not in self.sparse:
            self.arrays[name][rows] = values
            return
        dtype = np.int64 if name in AMOUNTS else np.int16
        places = np.atleast_1d(np.asarray(rows)) + self.low
        spread = np.broadcast_to(np.asarray(values, dtype=dtype), places.shape)
        self.sparse[name].append((places, spread))

    def answer(self, rule: str, rows: Any, codes: Any) -> None:  # noqa: ANN401 - arrays or one
        """Write the codes of a rule's answers at some rows."""
        if rule in self.answers:
            self.answers[rule][rows] = codes
            return
        places = np.atleast_1d(np.asarray(rows)) + self.low
        spread = np.broadcast_to(np.asarray(codes, dtype=np.int32), places.shape)
        self.sparse[rule].append((places, spread))


def new_draft(size: int, rules: Iterable[str]) -> Draft:
    """Return an outcome in which nothing is said yet.

    Args:
        size: Rows.
        rules: Ids of those that may be asked, in order.
    """
    rules = tuple(rules)
    arrays: dict[str, Array] = {name: np.full(size, NO_DAY, dtype=np.int32) for name in DAYS}
    arrays |= {name: np.zeros(size, dtype=np.int16) for name in CODED}
    arrays |= {name: np.ones(size, dtype=np.int16) for name in COUNTED}
    arrays |= {name: np.full(size, -1, dtype=np.int16) for name in ("procedure", "step")}
    arrays["cycle"] = np.ones(size, dtype=np.int32)
    arrays["amount"] = np.full(size, NO_AMOUNT, dtype=np.int64)
    nothing: dict[str, Codes[Any]] = {name: Codes(("",)) for name in CODED}
    nothing |= {name: Codes(((),)) for name in ("reasons", "channels", "told")}
    dense = [rule for rule in rules if rule.split(".")[0] in DENSE_KINDS]
    return Draft(
        low=0,
        size=size,
        verdict=np.zeros(size, dtype=np.uint8),
        arrays={name: array for name, array in arrays.items() if name not in SPARSE},
        answers={rule: np.full(size, -1, dtype=np.int32) for rule in dense},
        sparse={name: [] for name in (*SPARSE, *(rule for rule in rules if rule not in dense))},
        codes=nothing,
        answered={rule: Codes() for rule in rules},
    )


def finished(draft: Draft, procedures: tuple[Procedure, ...], report: Report) -> Outcome:
    """Return an outcome that is filled in."""
    return Outcome(
        size=draft.size,
        verdict=draft.verdict,
        arrays=draft.arrays,
        sparse={name: _joined(name, parts) for name, parts in draft.sparse.items()},
        words={name: codes.values for name, codes in draft.codes.items()},
        answers=draft.answers,
        answered={rule: codes.values for rule, codes in draft.answered.items()},
        procedures=procedures,
        report=report,
    )


def _joined(name: str, parts: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    if not parts:
        dtype = np.int64 if name in AMOUNTS else np.int16 if name in CODED else np.int32
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=dtype)
    rows, values = zip(*parts, strict=True)
    return np.concatenate(rows), np.concatenate(values)
