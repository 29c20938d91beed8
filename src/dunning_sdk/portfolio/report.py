"""Count how many rows were decided which way: by columns, or one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Rows decided by columns, and rows decided one by one."""

    columns: int = 0
    one_by_one: int = 0

    def __add__(self, other: "Paths") -> "Paths":
        """Return the sums."""
        return Paths(
            columns=self.columns + other.columns, one_by_one=self.one_by_one + other.one_by_one
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a portfolio was decided.

    Attributes:
        rows: In all.
        verdicts: Rows by outcome; outcomes that did not occur are left out.
        due: Rows due by step id.
        paths: By the id of each rule and procedure that was asked, by that of a procedure and of
            its step where the step has a condition, and ``law.charges`` for what the law gives.
    """

    rows: int = 0
    verdicts: Mapping[str, int] = field(default_factory=dict)
    due: Mapping[str, int] = field(default_factory=dict)
    paths: Mapping[str, Paths] = field(default_factory=dict)

    def __add__(self, other: "Report") -> "Report":
        """Return the report of both portfolios together."""
        return Report(
            rows=self.rows + other.rows,
            verdicts=summed(self.verdicts, other.verdicts),
            due=summed(self.due, other.due),
            paths=both_paths(self.paths, other.paths),
        )


def summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Return counts of both, by name."""
    return {name: one.get(name, 0) + other.get(name, 0) for name in dict.fromkeys((*one, *other))}


def both_paths(one: Mapping[str, Paths], other: Mapping[str, Paths]) -> dict[str, Paths]:
    """Return rows by the way they went, by name, of both."""
    names, none = dict.fromkeys((*one, *other)), Paths()
    return {name: one.get(name, none) + other.get(name, none) for name in names}
