"""Be the records of the checker, and word its findings.

Decides code, message and nearest name of a problem. Leaves to `checker` where to look.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.types import ANY, EnumType, Type
from dunning_sdk.feel.typing_rules import ORDERED, comparable, kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Be one fault that `check` found.

    Attributes:
        line: Line of the faulty node, counted from 1.
        column: Column of the faulty node, counted from 1.
        code: ``unknown-name``, ``unknown-entry``, ``not-a-function``, ``wrong-arguments``,
            ``wrong-type`` or ``outside-values``.
        message: What is wrong, for a reader.
        expected: What could have stood there.
        found: What stands there.
        nearest: The known name or value that looks most like it, if one does.
    """

    line: int
    column: int
    code: str
    message: str
    expected: str = ""
    found: str = ""
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """Be the outcome of a check.

    Attributes:
        type: Type of the whole expression; a string literal has an `EnumType` of itself.
        problems: What is wrong, in the order of evaluation.
    """

    type: Type
    problems: tuple[Problem, ...]


class Reporter:
    """Collect problems."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def report(
        self,
        node: n.Node,
        code: str,
        message: str,
        *,
        expected: str = "",
        found: str = "",
        nearest: str | None = None,
    ) -> Type:
        """Add a problem; the type of what is wrong is unknown."""
        hint = f"; did you mean '{nearest}'?" if nearest else ""
        self.problems.append(
            Problem(
                line=node.line,
                column=node.column,
                code=code,
                message=message + hint,
                expected=expected,
                found=found,
                nearest=nearest,
            )
        )
        return ANY

    def mismatch(self, node: n.Node, message: str, pair: tuple[Type, Type]) -> Type:
        """Add a problem of types, expected and found."""
        expected, found = map(str, pair)
        return self.report(node, "wrong-type", message, expected=expected, found=found)

    def unknown_entry(self, node: n.Path, base: Type, known: Mapping[str, Type] | None) -> Type:
        """Add the problem that a value has no such entry or property."""
        near, prefix = nearest(node.name, known or ()), f"{n.dotted(node.base)}."
        return self.report(
            node,
            "unknown-entry",
            f"{base if known is None else n.dotted(node.base)} has no entry '{node.name}'",
            expected=", ".join(sorted(known or ())),
            found=prefix + node.name,
            nearest=None if near is None else prefix + near,
        )

    def compare(self, node: n.Node, pair: tuple[Type, Type], operator: str) -> None:
        """Report values that an operator cannot compare, by their types."""
        left, right = pair
        first, second = kind(left), kind(right)
        ordering = operator not in ("=", "!=")
        if not comparable(left, right) or (ordering and not {first, second} <= ORDERED | {ANY}):
            message = f"cannot compare {left} and {right} by '{operator}'"
            self.mismatch(node, message, pair)
        elif isinstance(left, EnumType) and isinstance(right, EnumType) and not ordering:
            self.outside(node, left, right)

    def outside(self, node: n.Node, left: EnumType, right: EnumType) -> None:
        """Report strings that a closed list of values lacks."""
        allowed, given = (left, right) if len(left.values) >= len(right.values) else (right, left)
        for value in given.values:
            if value not in allowed.values:
                self.report(
                    node,
                    "outside-values",
                    f"'{value}' is none of the allowed values",
                    expected=", ".join(allowed.values),
                    found=value,
                    nearest=nearest(value, allowed.values),
                )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like another."""
    return next(iter(difflib.get_close_matches(name, list(known), 1)), None)
