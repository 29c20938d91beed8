"""Collect the findings of one file while it is read.

The module decides nothing about faults; it keeps them, at most one per place, so that a fault
is not said twice by two checks.
"""

from dataclasses import dataclass, field, replace
from typing import Protocol

from dunning_sdk.errors import Finding, Severity, nearest_names


class Placed(Protocol):
    """Anything with a line and a column, from 1: a YAML node, a FEEL node or a FEEL error."""

    @property
    def line(self) -> int:
        """Return the line, from 1."""

    @property
    def column(self) -> int:
        """Return the column, from 1."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of its own.

    Attributes:
        line: From 1.
        column: From 1.
    """

    line: int = 1
    column: int = 1


@dataclass(slots=True, kw_only=True)
class Report:
    """The findings of one file.

    Attributes:
        file: Label of the file.
        rule: Id of the rule in it; ``None`` outside any rule.
        findings: In the order found.
    """

    file: str
    rule: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def add(
        self,
        place: Placed,
        code: str,
        text: str,
        *,
        expected: str | None = None,
        found: str | None = None,
        nearest: str | None = None,
        severity: Severity = "error",
    ) -> None:
        """Keep a finding, unless there is one of the same weight at its place."""
        for known in self.findings:
            same_place = (known.line, known.column) == (place.line, place.column)
            if same_place and (known.severity == severity == "error" or known.text == text):
                return
        self.findings.append(
            Finding(
                file=self.file,
                line=place.line,
                column=place.column,
                code=code,
                text=text,
                expected=expected,
                found=found,
                nearest=nearest,
                rule=self.rule,
                severity=severity,
            )
        )

    def add_rows(
        self,
        place: Placed,
        code: str,
        text: str,
        *,
        rows: tuple[int, ...],
        example: str = "",
        severity: Severity = "error",
    ) -> None:
        """Keep a finding about rows of a table, with facts that show it.

        Args:
            place: Where it is shown.
            code: Kind of fault.
            text: What is wrong.
            rows: Numbers of the rows, from 1.
            example: Facts as one line of YAML; empty for none.
            severity: Weight of the finding.
        """
        before = len(self.findings)
        self.add(place, code, text, severity=severity)
        self.findings[before:] = [
            replace(one, rows=rows, example=example) for one in self.findings[before:]
        ]

    def add_unknown(
        self, place: Placed, *, what: str, name: str, known: tuple[str, ...], of: str = ""
    ) -> None:
        """Keep a finding about a name that is not among the known ones.

        Args:
            place: Where the name stands.
            what: What the name is of, for the code and the text.
            name: As written.
            known: The names there are.
            of: What the name was given for; empty where that goes without saying.
        """
        near = next(iter(nearest_names(name, known, limit=1)), None)
        listed = ", ".join(word or '""' for word in known) if 0 < len(known) <= 8 else None
        self.add(
            place,
            f"book.unknown-{what}",
            f"Unknown {what} of {of}" if of else f"Unknown {what}",
            expected=listed and (f"one of {listed}" if len(known) > 1 else listed),
            found=name,
            nearest=near,
        )

    def has_errors(self) -> bool:
        """Tell whether the file cannot be used."""
        return any(finding.severity == "error" for finding in self.findings)
