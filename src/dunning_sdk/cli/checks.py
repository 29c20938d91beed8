"""The commands that judge a book: check and test, for people and for CI."""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.errors import BookError, ConfigError, Finding

if TYPE_CHECKING:
    from dunning_sdk.installation.library import Library
    from dunning_sdk.rules.book import Book
    from dunning_sdk.verify.boundaries import Boundary
    from dunning_sdk.verify.cases import CaseRun
    from dunning_sdk.verify.mutation import MutationRun


class ReportFormat(StrEnum):
    """How findings and results are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


BooksArgument = Annotated[
    list[str] | None, typer.Argument(help="Book ids or folders; none means every shipped book.")
]
ReportOption = Annotated[
    ReportFormat,
    typer.Option("--format", help="How to print: text, json, sarif (2.1.0) or junit (XML)."),
]


TemplatesOption = Annotated[
    Path | None,
    typer.Option("--templates", help="Folder of your own notice templates.", metavar="FOLDER"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the cases of one book came to.

    Attributes:
        cases: How they came out.
        boundaries: Those of its tables.
        mutation: ``None`` where it was not asked for.
    """

    cases: "CaseRun"
    boundaries: "tuple[Boundary, ...]"
    mutation: "MutationRun | None"


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(check)
    app.command("test")(run_tests)


def check(
    books: BooksArgument = None,
    templates: TemplatesOption = None,
    format: ReportOption = ReportFormat.TEXT,
) -> None:
    """Check rule books and the notices they send: everything found, with file, line, column."""
    from dunning_sdk.installation.library import open_library, open_templates
    from dunning_sdk.notices.telling import check_templates
    from dunning_sdk.verify.check import check_book

    findings: list[Finding] = []
    library, texts = open_library(templates=templates), open_templates(templates)
    for name in _names(books, library):
        try:
            book = library.load(name)
            findings += [*check_book(book), *check_templates(texts, book)]
        except BookError as problem:
            findings.extend(problem.findings)
    findings = list(dict.fromkeys(findings))
    print_findings(findings, format)
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(2)
    if any(finding.severity == "warning" for finding in findings):
        raise typer.Exit(1)


def run_tests(  # noqa: PLR0913 - one parameter for each option
    books: BooksArgument = None,
    rule: Annotated[str, typer.Option("--rule", help="Run the cases of one rule only.")] = "",
    generate: Annotated[
        Path | None,
        typer.Option("--generate", help="Write the cases that are missing into this folder."),
    ] = None,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="List the changed cells that no case notices.")
    ] = False,
    min_rows: Annotated[int, typer.Option("--min-rows", help="Least percent of rows hit.")] = 0,
    min_boundaries: Annotated[
        int, typer.Option("--min-boundaries", help="Least percent of boundaries hit.")
    ] = 0,
    min_mutation: Annotated[
        int, typer.Option("--min-mutation", help="Least percent of changes noticed; mutates.")
    ] = 0,
    format: ReportOption = ReportFormat.TEXT,
) -> None:
    """Run the cases beside the rules; no case found is a failure."""
    library = _library()
    loaded = {name: library.load(name) for name in _names(books, library)}
    mutates = mutate or min_mutation > 0
    judged = {name: _judged(book, rule, mutates=mutates) for name, book in loaded.items()}
    least = {"rows": min_rows, "boundaries": min_boundaries, "changes": min_mutation}
    short = [one for name, found in judged.items() for one in _short(name, found, least)]
    _print_cases(judged, short, format)
    if generate is not None:
        _generate(loaded, generate, rule)
    if short or not all(found.cases.passed for found in judged.values()):
        raise typer.Exit(1)


def _judged(book: "Book", rule: str, *, mutates: bool) -> Judged:
    from dunning_sdk.verify.boundaries import find_boundaries
    from dunning_sdk.verify.cases import run_cases
    from dunning_sdk.verify.mutation import run_mutation

    return Judged(
        cases=run_cases(book, only=rule),
        boundaries=find_boundaries(book, only=rule),
        mutation=run_mutation(book, only=rule) if mutates else None,
    )


def _percents(found: Judged) -> dict[str, int]:
    from dunning_sdk.verify.boundaries import percent_reached

    reached = sum(len(part.reached) for part in found.cases.coverage)
    rows = reached + sum(len(part.missed) for part in found.cases.coverage)
    return {
        "rows": 100 * reached // rows if rows else 100,
        "boundaries": percent_reached(found.boundaries),
        "changes": found.mutation.percent if found.mutation else 100,
    }


def _short(name: str, found: Judged, least: dict[str, int]) -> list[Finding]:
    """Return a finding for each threshold that a book does not meet."""
    return [
        Finding(
            file=f"{name}/book.yaml",
            line=1,
            column=1,
            code="case.threshold",
            text=f"{percent} % of {what} hit, at least {least[what]} % asked for",
        )
        for what, percent in _percents(found).items()
        if percent < least[what]
    ]


def print_findings(findings: list[Finding], format: ReportFormat) -> None:
    """Print findings in the form asked for."""
    from dunning_sdk.verify import report

    match format:
        case ReportFormat.JSON:
            show.as_json([_finding(finding) for finding in findings])
        case ReportFormat.SARIF:
            typer.echo(json.dumps(report.sarif(findings), ensure_ascii=False, indent=2))
        case ReportFormat.JUNIT:
            typer.echo(report.junit_of_findings(findings), nl=False)
        case ReportFormat.TEXT:
            for finding in findings:
                typer.echo(f"{finding.severity}: {finding}")
                if finding.example:
                    typer.echo(f"    example: {finding.example}")
            typer.echo(_summary(findings))


def _print_cases(judged: dict[str, Judged], short: list[Finding], format: ReportFormat) -> None:
    from dunning_sdk.records.codec import to_json
    from dunning_sdk.verify import report

    unnoticed = [
        finding
        for found in judged.values()
        if found.mutation
        for finding in report.mutation_findings(found.mutation)
    ]
    match format:
        case ReportFormat.JSON:
            content = {name: _as_json(found) for name, found in judged.items()}
            show.as_json(to_json(content))
        case ReportFormat.SARIF:
            failed = [one for found in judged.values() for one in report.case_findings(found.cases)]
            content = report.sarif([*failed, *unnoticed, *short])
            typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        case ReportFormat.JUNIT:
            runs = {name: found.cases for name, found in judged.items()}
            typer.echo(report.junit_of_cases(runs, short), nl=False)
        case ReportFormat.TEXT:
            for name, found in judged.items():
                _show_cases(name, found)
            for finding in (*unnoticed, *short):
                typer.echo(str(finding))


def _as_json(found: Judged) -> dict[str, object]:
    more = {
        "boundaries": found.boundaries,
        "mutation": found.mutation.changes if found.mutation else None,
        "percent": _percents(found),
    }
    return {"results": found.cases.results, "coverage": found.cases.coverage, **more}


def _show_cases(name: str, found: Judged) -> None:
    """Print what did not pass, what no case reached, and a line that sums up."""
    from dunning_sdk.verify.cases import Status

    run = found.cases
    for result in run.results:
        if result.status is not Status.PASS:
            place = f"{name}: {result.rule}: {result.case}".rstrip(": ")
            typer.echo(f"{result.status.upper()}: {place}: {result.message}")
    for part in run.coverage:
        if part.missed:
            typer.echo(f"NOT REACHED: {name}: {part.rule}: {', '.join(part.missed)}")
    for one in found.boundaries:
        if not one.is_reached:
            where = f"{name}: {one.rule}: {one.input} between {one.below} and {one.above}"
            typer.echo(f"NOT REACHED: {where}")
    passed = sum(1 for result in run.results if result.status is Status.PASS)
    reached = sum(len(part.reached) for part in run.coverage)
    rows = reached + sum(len(part.missed) for part in run.coverage)
    text = f"{name}: {passed} of {len(run.results)} cases passed, {reached} of {rows} rows hit"
    hit = sum(1 for one in found.boundaries if one.is_reached)
    text += f", {hit} of {len(found.boundaries)} boundaries hit"
    if found.mutation:
        text += f", {found.mutation.percent} % of changes noticed"
    typer.echo(text)


def _generate(loaded: "dict[str, Book]", folder: Path, only: str) -> None:
    from dunning_sdk.rules.book import TableRule
    from dunning_sdk.verify.missing import find_missing, missing_file

    for book in loaded.values():
        tables = [rule for rule in book.rules.values() if isinstance(rule, TableRule)]
        for rule in tables:
            missing = find_missing(book, rule) if only in ("", rule.id) else ()
            if missing:
                path = folder / book.id / f"{rule.id}.cases.yaml"
                _write(path, missing_file(book, rule, missing))
                show.say(f"{len(missing)} cases to fill in: {path}")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        message = f"{path.name} cannot be written: {problem.strerror}"
        raise ConfigError(message, hint="Choose another folder.") from problem


def _names(books: list[str] | None, library: "Library") -> list[str]:
    return [name.rstrip("/") or name for name in books or sorted(library.registered)]


def _library() -> "Library":
    from dunning_sdk.installation.library import open_library

    return open_library()


def _finding(finding: Finding) -> dict[str, object]:
    return {name: getattr(finding, name) for name in finding.__slots__}


def _summary(findings: list[Finding]) -> str:
    errors = sum(1 for finding in findings if finding.severity == "error")
    warnings = sum(1 for finding in findings if finding.severity == "warning")
    return f"{errors} errors, {warnings} warnings"
