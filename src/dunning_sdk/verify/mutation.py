"""Find out which small changes of a book no case notices.

The module decides when a change counts as noticed: the changed rule does not load, or one of its
cases no longer passes. Which changes are made is decided in `mutant`. Nothing is random.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from dunning_sdk.errors import BookError
from dunning_sdk.rules.book import Book, ProcedureRule, TableRule
from dunning_sdk.rules.load import load_book
from dunning_sdk.verify.cases import Status, run_case
from dunning_sdk.verify.mutant import Mutant, mutants_of


class Noticed(StrEnum):
    """What noticed a change."""

    CHECK = "check"
    CASE = "case"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a rule, and what noticed it.

    Attributes:
        rule: Id of the rule.
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
    return MutationRun(changes=tuple(one for rule in rules for one in _changes(book, rule)))


def _changes(book: Book, rule: TableRule | ProcedureRule) -> Iterator[Change]:
    cases = book.cases.get(rule.id)
    passing = [
        case
        for case in (cases.cases if cases else ())
        if run_case(rule, case).status is Status.PASS
    ]
    for mutant in mutants_of(book, rule):
        changed = _loaded(book, mutant)
        if changed is None:
            noticed = Noticed.CHECK
        elif any(run_case(changed, case).status is not Status.PASS for case in passing):
            noticed = Noticed.CASE
        else:
            noticed = Noticed.NOTHING
        yield Change(
            rule=rule.id,
            file=rule.file,
            line=mutant.line,
            column=mutant.column,
            what=mutant.what,
            noticed=noticed,
        )


def _loaded(book: Book, mutant: Mutant) -> TableRule | ProcedureRule | None:
    """Return the changed rule, loaded with as little of its book as it needs; ``None`` for none."""
    name = f"{mutant.rule}.yaml"
    files = {
        file: text
        for file, text in book.files.items()
        if file == "book.yaml" or (file.startswith("procedure.") and ".cases." not in file)
    }
    try:
        return load_book({**files, name: mutant.text}, label=book.id).rules.get(mutant.rule)
    except BookError:
        return None
