"""Say where an author's file is wrong, and which known name was probably meant.

The module decides the shape and the wording of one finding; which faults there are is
decided by whoever reads the file.

>>> str(Finding(file="a.yaml", line=3, column=1, code="yaml.tab", text="A tab indents"))
'a.yaml:3:1: yaml.tab: A tab indents'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault in an author's file, with its place; sorts by file, line and column.

    Attributes:
        file: Label of the text, as given by whoever read it.
        line: Line of the fault, from 1.
        column: Column of the fault in characters, from 1.
        code: Stable id of the kind of fault, such as ``yaml.duplicate-key``.
        text: What is wrong, in one sentence without its end mark.
        expected: What would have been right; ``None`` when the text says it.
        found: What stands there instead; ``None`` when the text says it.
        nearest: The known name that looks most like what was found.
        rule: Id of the rule the fault is in; ``None`` outside any rule.
        severity: ``error`` when the book cannot be used as it is.
        rows: Numbers of the rows at fault, from 1; empty outside tables.
        example: Facts that show the fault, as one line of YAML; empty where none can.
    """

    file: str
    line: int
    column: int
    code: str
    text: str
    expected: str | None = None
    found: str | None = None
    nearest: str | None = None
    rule: str | None = None
    severity: Severity = "error"
    rows: tuple[int, ...] = ()
    example: str = ""

    def __str__(self) -> str:
        """Return ``file:line:column: code: text (expected …, found …; did you mean …?)``."""
        comparison = ", ".join(
            f"{word} {value}"
            for word, value in (("expected", self.expected), ("found", self.found))
            if value is not None
        )
        question = "" if self.nearest is None else f"did you mean {self.nearest}?"
        aside = "; ".join(part for part in (comparison, question) if part)
        place = f"{self.file}:{self.line}:{self.column}"
        return one_line(f"{place}: {self.code}: {self.text}" + (f" ({aside})" if aside else ""))

    def __lt__(self, other: Finding) -> bool:
        """Order by place, then by code and text."""
        return self._sort_key() < other._sort_key()

    def _sort_key(self) -> tuple[str, int, int, str, str]:
        return (self.file, self.line, self.column, self.code, self.text)


def nearest_names(name: str, known: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """Return at most ``limit`` known names that look like an unknown one, nearest first.

    >>> nearest_names("euro", ["EUR", "USD"])
    ('EUR',)
    """
    by_folded = {candidate.casefold(): candidate for candidate in sorted(known, reverse=True)}
    close = get_close_matches(name.casefold(), sorted(by_folded), n=limit)
    return tuple(by_folded[folded] for folded in close)


def one_line(text: str) -> str:
    """Return the text with its line ends turned into blanks."""
    return " ".join(text.splitlines())


def summary_of(findings: tuple[Finding, ...]) -> str:
    """Return several findings as one line: the first, and how many more there are."""
    if not findings:
        return "The book cannot be used"
    others = len(findings) - 1
    return f"{findings[0]}" + (f" (and {others} more)" if others else "")
