"""Find out which small changes of a book no case notices.

The module decides when a change counts as noticed: the changed rule does not load, or one of its
cases no longer passes. Which changes are made is decided in `mutant`. Nothing is random.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from dunning_sdk.errors import BookError
from dunning_sdk.rules.book import Book, ProcedureRule, TableRule
from dunning_sdk.rules.case import Case
from dunning_sdk.rules.load import load_book
from dunning_sdk.verify.cases import Status, run_case
from dunning_sdk.verify.mutant import Mutant, function_mutants, mutants_of

Rule: TypeAlias = TableRule | ProcedureRule


class Noticed(StrEnum):
    """What noticed a change."""

    CHECK = "check"
    CASE = "case"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a rule, and what noticed it.

    Attributes:
        rule: Id of the rule; ``functions.NAME`` for a function.
        file: Its file.
        line: Where the changed place stands, from 1.
        column: The same, from 1.
        what: The change in words.
        noticed: By what.
    """

    rule: str
    file: str
    line: int
    column: int
    what: str
    noticed: Noticed


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationRun:
    """All changes of a book.

    Attributes:
        changes: In the order of rules and places.
    """

    changes: tuple[Change, ...]

    @property
    def unnoticed(self) -> tuple[Change, ...]:
        """Return the changes that nothing noticed."""
        return tuple(one for one in self.changes if one.noticed is Noticed.NOTHING)

    @property
    def percent(self) -> int:
        """Return the share noticed by a case, rounded down; changes that do not load are left out.

        Returns:
            100 where there was nothing to notice.
        """
        left = [one for one in self.changes if one.noticed is not Noticed.CHECK]
        found = sum(1 for one in left if one.noticed is Noticed.CASE)
        return 100 * found // len(left) if left else 100


def run_mutation(book: Book, *, only: str = "") -> MutationRun:
    """Change each rule of a book in each small way, and run its cases.

    Args:
        book: Whose cases pass as it is; a case that fails anyway notices nothing.
        only: Id of the one rule to change; empty for all.
    """
    rules = [rule for rule in book.rules.values() if only in ("", rule.id)]
    found = [one for rule in rules for one in _changes(book, rule)]
    for name in book.functions.by_name:
        callers = [rule for rule in rules if name in book.functions.reached(rule.calls)]
        found += _judged(book, callers, function_mutants(book, name) if callers else ())
    return MutationRun(changes=tuple(found))


def _changes(book: Book, rule: Rule) -> Iterator[Change]:
    yield from _judged(book, [rule], mutants_of(book, rule))


def _judged(book: Book, rules: Sequence[Rule], mutants: Iterable[Mutant]) -> Iterator[Change]:
    """Yield each change with what noticed it: loading, or a case of any of the rules."""
    passing = {rule.id: list(_passing(book, rule)) for rule in rules}
    for mutant in mutants:
        changed = _loaded(book, mutant, passing)
        if changed is None:
            noticed = Noticed.CHECK
        elif any(_is_noticed(changed[rule_id], cases) for rule_id, cases in passing.items()):
            noticed = Noticed.CASE
        else:
            noticed = Noticed.NOTHING
        yield Change(
            rule=mutant.rule,
            file=_label(book, rules[0], mutant),
            line=mutant.line,
            column=mutant.column,
            what=mutant.what,
            noticed=noticed,
        )


def _passing(book: Book, rule: Rule) -> Iterator[Case]:
    cases = book.cases.get(rule.id)
    for case in cases.cases if cases else ():
        if run_case(rule, case).status is Status.PASS:
            yield case


def _is_noticed(changed: Rule, cases: Iterable[Case]) -> bool:
    return any(run_case(changed, case).status is not Status.PASS for case in cases)


def _label(book: Book, rule: Rule, mutant: Mutant) -> str:
    """Return what findings call the changed file."""
    return rule.file if mutant.rule == rule.id else f"{book.id}/{mutant.file}"


def _loaded(book: Book, mutant: Mutant, rules: Collection[str]) -> Mapping[str, Rule] | None:
    """Return the rules as changed, loaded with as little of their book as they need.

    Returns:
        ``None`` where they do not load.
    """
    names = {f"{rule_id}.yaml" for rule_id in rules}
    files = {
        file: text
        for file, text in book.files.items()
        if file == "book.yaml"
        or (file.startswith("procedure.") and ".cases." not in file)
        or (file in names and file != mutant.file)
    }
    try:
        return load_book({**files, mutant.file: mutant.text}, label=book.id).rules
    except BookError:
        return None
