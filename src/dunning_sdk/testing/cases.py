"""A pytest plugin that collects the cases of rule books: one test per case.

The module decides what a file of cases looks like to pytest; when a case passes is decided in
`verify.cases`. It is loaded through the entry point ``pytest11`` and imports the rest when a
file is collected.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from dunning_sdk.rules.book import Book, ProcedureRule, TableRule
    from dunning_sdk.rules.case import Case

CASES = ".cases.yaml"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "CasesFile | None":
    """Take a ``KIND.NAME.cases.yaml`` that lies in a book: beside a ``book.yaml``."""
    is_case = file_path.name.endswith(CASES) and (file_path.parent / "book.yaml").is_file()
    return CasesFile.from_parent(parent, path=file_path) if is_case else None


class CaseFailure(Exception):  # noqa: N818 - a failed test, no error of the program
    """A case that did not pass; its text is all that is shown."""


class CasesFile(pytest.File):
    """The cases beside one rule."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one item per case; a book with a fault fails as one item."""
        from dunning_sdk.errors import BookError

        rule_id = self.path.name.removesuffix(CASES)
        try:
            book = _book_in(self.path.parent)
        except BookError as problem:
            findings = [str(one) for one in problem.findings if one.severity == "error"]
            yield CaseItem.from_parent(self, name="the book loads", fault="\n".join(findings))
            return
        rule, cases = book.rules[rule_id], book.cases[rule_id]
        for case in cases.cases:
            yield CaseItem.from_parent(self, name=case.name, rule=rule, case=case)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(
        self,
        *,
        rule: "TableRule | ProcedureRule | None" = None,
        case: "Case | None" = None,
        fault: str = "",
        **others: Any,  # noqa: ANN401 - what pytest passes on
    ) -> None:
        super().__init__(**others)
        self.rule = rule
        self.case = case
        self.fault = fault

    def runtest(self) -> None:
        """Run the case.

        Raises:
            CaseFailure: It did not pass.
        """
        from dunning_sdk.verify.cases import Status, run_case

        if self.rule is None or self.case is None:
            raise CaseFailure(self.fault)
        result = run_case(self.rule, self.case)
        if result.status is Status.SKIP:
            pytest.skip(result.message)
        if result.status is not Status.PASS:
            raise CaseFailure(self._said(result.message, result.decided))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401 - pytest's own types
        """Return what differs, without a traceback."""
        if isinstance(excinfo.value, CaseFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the place of the case, and its name for the headline."""
        line = self.case.line - 1 if self.case else 0
        return self.path, line, f"{self.path.name.removesuffix(CASES)}: {self.name}"

    def _said(self, message: str, decided: tuple[str, ...]) -> str:
        lines = [f"{self.path.name}:{self.case.line if self.case else 1}: {self.name}"]
        lines += [f"  {part}" for part in message.split("; ")]
        if decided:
            lines.append(f"  decided by: {', '.join(decided)}")
        return "\n".join(lines)


def _book_in(folder: Path) -> "Book":
    """Return the book in a folder; notice templates, which may be the host's own, do not count."""
    from dunning_sdk.installation.library import open_library, read_book
    from dunning_sdk.rules.load import load_book

    parents = open_library(folder.parent).files
    return load_book(read_book(folder), label=folder.name, parents=parents)
