"""Run the cases of a book, and tell which rows no case decides.

The module decides when a case passes. A rule without cases fails, and so does a case whose rule
raises; a skipped case says why. A case of a procedure is lived through day by day in `lived`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from dunning_sdk.errors import DunningError, nearest_names
from dunning_sdk.rules.book import Book, ProcedureRule, TableRule
from dunning_sdk.rules.case import Case
from dunning_sdk.rules.trace import plain
from dunning_sdk.verify.lived import lived_steps


class Status(StrEnum):
    """How a case came out."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    ERROR = "error"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """How one case came out.

    Attributes:
        rule: Id of the rule.
        case: Name of the case; empty where a rule has none.
        file: File of the case, or of the rule that has none.
        line: Where the case stands, from 1.
        status: How it came out.
        message: What differs, what was raised, or why it was skipped; empty for a pass.
        decided: Rows, or steps, that decided.
    """

    rule: str
    case: str
    file: str
    line: int = 1
    status: Status
    message: str = ""
    decided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Which rows of a table, or steps of a procedure, the cases reach.

    Attributes:
        rule: Id of the rule.
        reached: Row numbers from 1, or step ids, in the rule's order.
        missed: Those no case reaches.
    """

    rule: str
    reached: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def percent(self) -> int:
        """Return the share reached, rounded down; 100 where there is nothing to reach."""
        total = len(self.reached) + len(self.missed)
        return 100 * len(self.reached) // total if total else 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRun:
    """How all cases of a book came out.

    Attributes:
        results: In the order of rules and cases.
        coverage: Per rule.
    """

    results: tuple[CaseResult, ...]
    coverage: tuple[Coverage, ...]

    @property
    def passed(self) -> bool:
        """Tell whether there is a result and none is a failure or an error."""
        bad = {Status.FAIL, Status.ERROR}
        return bool(self.results) and not any(one.status in bad for one in self.results)


def run_cases(book: Book, *, only: str = "") -> CaseRun:
    """Run the cases of a book.

    Args:
        book: Whose cases are run.
        only: Id of the one rule to look at; empty for all.

    Returns:
        One result per case, and one failure per rule without cases.
    """
    rules = [rule for rule in book.rules.values() if only in ("", rule.id)]
    results: list[CaseResult] = []
    coverage: list[Coverage] = []
    for rule in rules:
        own = _run_rule(rule, book)
        results.extend(own)
        coverage.append(_covered(rule, own))
    return CaseRun(results=tuple(results), coverage=tuple(coverage))


def _run_rule(rule: TableRule | ProcedureRule, book: Book) -> list[CaseResult]:
    cases = book.cases.get(rule.id)
    if cases is None:
        message = f"No case found; write {rule.id}.cases.yaml beside the rule"
        return [
            CaseResult(rule=rule.id, case="", file=rule.file, status=Status.FAIL, message=message)
        ]
    return [run_case(rule, case, file=cases.file) for case in cases.cases]


def run_case(rule: TableRule | ProcedureRule, case: Case, *, file: str = "") -> CaseResult:
    """Run one case of a rule.

    Args:
        rule: What is asked.
        case: The facts, and what is expected.
        file: Of the case, for reports.
    """
    status, message, decided = _outcome(rule, case)
    return CaseResult(
        rule=rule.id,
        case=case.name,
        file=file,
        line=case.line,
        status=status,
        message=message,
        decided=decided,
    )


def _outcome(rule: TableRule | ProcedureRule, case: Case) -> tuple[Status, str, tuple[str, ...]]:
    if case.skip:
        return Status.SKIP, case.skip, ()
    try:
        message, decided = _decide(rule, case)
    except DunningError as exc:
        if case.error and exc.code == case.error:
            return Status.PASS, "", ()
        return Status.ERROR, f"{exc.code}: {exc}", ()
    if case.error:
        return Status.FAIL, f"expected error {case.error}, found an answer", decided
    return (Status.FAIL if message else Status.PASS), message, decided


def _decide(rule: TableRule | ProcedureRule, case: Case) -> tuple[str, tuple[str, ...]]:
    """Return what differs from what is expected, and what decided."""
    if isinstance(rule, ProcedureRule):
        steps = lived_steps(rule.procedure, case)
        expected = {str(day): str(step) for day, step in case.expect.get("steps", {}).items()}
        found = {day.isoformat(): step for day, step in steps.items()}
        return _difference(expected, found), tuple(dict.fromkeys(steps.values()))
    outcome = rule.decide(nested({"as_of": case.as_of, **case.facts}))
    unknown = [name for name in case.expect if name not in outcome.values]
    if unknown:
        near = nearest_names(unknown[0], outcome.values, limit=1)
        question = f"; did you mean {near[0]}?" if near else ""
        return f"{unknown[0]} is no result field{question}", ()
    found = {name: outcome.values[name] for name in case.expect}
    rows = tuple(str(row) for row in outcome.decided)
    return _difference(case.expect, found), rows


def nested(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts with dotted names as nested mappings."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        *above, last = name.split(".")
        place = found
        for part in above:
            place = place.setdefault(part, {})
        place[last] = value
    return found


def _difference(expected: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    names = sorted({*expected, *found})
    return "; ".join(
        f"{name}: expected {_shown(expected.get(name))}, found {_shown(found.get(name))}"
        for name in names
        if not _same(expected.get(name), found.get(name))
    )


def _same(expected: object, found: object) -> bool:
    if isinstance(found, tuple):
        listed = expected if isinstance(expected, list) else [expected]
        return list(found) == [item for item in listed if item is not None]
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, (int, Decimal)) and isinstance(found, Decimal):
        return Decimal(expected) == found
    return (expected or None) == (found or None)


def _shown(value: object) -> str:
    said = plain(list(value) if isinstance(value, tuple) else value)
    if isinstance(said, list):
        return ", ".join(map(str, said)) or "nothing"
    if isinstance(value, (bool, date)):
        return str(said).lower()
    return "nothing" if said in (None, "") else str(said)


def _covered(rule: TableRule | ProcedureRule, results: list[CaseResult]) -> Coverage:
    if isinstance(rule, ProcedureRule):
        names = [step.id for step in rule.procedure.steps]
    else:
        names = [str(at + 1) for at in range(len(rule.table.rows))]
    seen = {name for one in results if one.status is Status.PASS for name in one.decided}
    return Coverage(
        rule=rule.id,
        reached=tuple(name for name in names if name in seen),
        missed=tuple(name for name in names if name not in seen),
    )
