"""Hold the cases beside a rule: facts, and what the rule must answer.

The module decides how a cases file is read and which fact names may stand in it; running the
cases is left to `verify.cases`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from dunning_sdk.rules.model import CaseEntry, CasesFile, read_model
from dunning_sdk.rules.report import Place, Report
from dunning_sdk.rules.vocabulary import Vocabulary, fits
from dunning_sdk.strict_yaml import YamlNode, position_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case.

    Attributes:
        name: A sentence that says the rule.
        as_of: Day decided for.
        facts: Fact name, with its dots, to value.
        on: Days of a run, for a procedure; empty for every day from ``as_of``.
        expect: Result field to value; a field not named is not looked at. For a procedure,
            ``steps``, a mapping of day to step id, and ``until``, the last day looked at.
        error: Code of the error the rule must raise, such as ``evaluation.no-match``; empty for
            none.
        skip: Why the case is not run; empty for a case that is.
        line: Where it stands, from 1.
    """

    name: str
    as_of: date
    on: tuple[date, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    skip: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The cases of one rule.

    Attributes:
        rule: Id of the rule.
        file: Name of the file.
        cases: In the order of the file.
    """

    rule: str
    file: str
    cases: tuple[Case, ...]


def read_cases(node: YamlNode, report: Report, vocabulary: Vocabulary) -> Cases | None:
    """Return the cases in a file, or ``None`` with findings.

    Args:
        node: The file.
        report: Where findings go.
        vocabulary: The facts that may be given.
    """
    file = read_model(CasesFile, node, report)
    if file is None:
        return None
    cases = [_case(entry, at, file, node) for at, entry in enumerate(file.cases)]
    shared = [("facts", name) for name in file.facts]
    own = [
        ("cases", at, "facts", name) for at, entry in enumerate(file.cases) for name in entry.facts
    ]
    for path in (*shared, *own):
        _check_fact(node, path, report, vocabulary)
    for at, entry in enumerate(file.cases):
        if sum(map(bool, (entry.expect, entry.error))) != 1:
            place = Place(*position_of(node, ("cases", at)))
            report.add(place, "case.expect", "A case has either expect or error")
    names = [entry.name for entry in file.cases]
    for at, name in enumerate(names):
        if name in names[:at]:
            place = Place(*position_of(node, ("cases", at, "name")))
            report.add(place, "case.duplicate", "Two cases have the same name", found=name)
    return Cases(rule=file.rule, file=report.file, cases=tuple(cases))


def _case(entry: CaseEntry, at: int, file: CasesFile, node: YamlNode) -> Case:
    return Case(
        name=entry.name,
        as_of=entry.as_of or file.as_of,
        on=tuple(entry.on),
        facts={**file.facts, **entry.facts},
        expect=entry.expect,
        error=entry.error,
        skip=entry.skip,
        line=position_of(node, ("cases", at))[0],
    )


def _check_fact(
    node: YamlNode, path: tuple[str | int, ...], report: Report, vocabulary: Vocabulary
) -> None:
    name = str(path[-1])
    if name not in vocabulary:
        place = Place(*position_of(node, path, of_key=True))
        near = vocabulary.nearest(name)
        report.add(place, "book.unknown-fact", "Unknown fact", found=name, nearest=near)
        return
    fact = vocabulary[name]
    place = Place(*position_of(node, path))
    value = _value_in(node, path)
    if value is not None and not fits(fact, value):
        expected = " | ".join(one or '""' for one in fact.values) or fact.type
        report.add(place, "case.fact-type", f"Fact {name} has a wrong value", expected=expected)


def _value_in(node: YamlNode, path: tuple[str | int, ...]) -> str | int | Decimal | date | None:
    """Return the plain value that a path leads to; ``None`` for none, lists and mappings."""
    current: Any = node
    for part in path:
        current = current[part]
    return getattr(current, "value", None)
