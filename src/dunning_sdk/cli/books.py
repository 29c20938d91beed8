"""The commands of rule authors: check, test, notice preview, plugins."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import Format, FormatOption
from dunning_sdk.errors import BookError, ConfigError, Finding

if TYPE_CHECKING:
    from dunning_sdk.engine.library import Library
    from dunning_sdk.verify.cases import CaseRun

BooksArgument = Annotated[
    list[str] | None, typer.Argument(help="Book ids or folders; none means every shipped book.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(check)
    app.command("test")(run_tests)
    app.command()(plugins)
    notice = typer.Typer(help="Look at notices.", no_args_is_help=True, rich_markup_mode=None)
    notice.command()(preview)
    notice.callback()(_notices)
    app.add_typer(notice, name="notice")


def _notices() -> None:
    """Look at notices before a debtor does."""


def check(books: BooksArgument = None, format: FormatOption = Format.TEXT) -> None:
    """Check rule books: everything found, with file, line and column."""
    from dunning_sdk.verify.check import check_book

    library = _library()
    findings: list[Finding] = []
    for name in books or sorted(library.registered):
        try:
            findings.extend(check_book(library.load(name)))
        except BookError as problem:
            findings.extend(problem.findings)
    if format is Format.JSON:
        show.as_json([_finding(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{finding.severity}: {finding}")
        typer.echo(_summary(findings))
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(show.USAGE)
    if any(finding.severity == "warning" for finding in findings):
        raise typer.Exit(show.FINDINGS)


def run_tests(
    books: BooksArgument = None,
    rule: Annotated[str, typer.Option("--rule", help="Run the cases of one rule only.")] = "",
    format: FormatOption = Format.TEXT,
) -> None:
    """Run the cases beside the rules; no case found is a failure."""
    from dunning_sdk.engine.codec import to_json
    from dunning_sdk.verify.cases import run_cases

    library = _library()
    names = books or sorted(library.registered)
    runs = {name: run_cases(library.load(name), only=rule) for name in names}
    if format is Format.JSON:
        show.as_json({name: to_json(run) for name, run in runs.items()})
    else:
        for name, run in runs.items():
            _show_cases(name, run)
    if not all(run.passed for run in runs.values()):
        raise typer.Exit(show.FINDINGS)


def _show_cases(name: str, run: "CaseRun") -> None:
    """Print what did not pass, what no case reached, and a line that sums up."""
    from dunning_sdk.verify.cases import Status

    for result in run.results:
        if result.status is not Status.PASS:
            place = f"{name}: {result.rule}: {result.case}".rstrip(": ")
            typer.echo(f"{result.status.upper()}: {place}: {result.message}")
    for part in run.coverage:
        if part.missed:
            typer.echo(f"NOT REACHED: {name}: {part.rule}: {', '.join(part.missed)}")
    passed = sum(1 for result in run.results if result.status is Status.PASS)
    reached = sum(len(part.reached) for part in run.coverage)
    rows = reached + sum(len(part.missed) for part in run.coverage)
    typer.echo(f"{name}: {passed} of {len(run.results)} cases passed, {reached} of {rows} rows hit")


def preview(
    template: Annotated[str, typer.Argument(help="Name of a template, such as overdue-first.")],
    language: Annotated[str, typer.Option("--language", help="Language: fr or en.")] = "fr",
    templates: Annotated[
        Path | None, typer.Option("--templates", help="Folder of your own templates.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the letter, a PDF, here.")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show a notice with made-up data; with --out also as a letter."""
    from dunning_sdk.engine.library import read_templates
    from dunning_sdk.notices.message import Composer
    from dunning_sdk.notices.sample import sample_context
    from dunning_sdk.notices.templates import load_shipped

    texts = load_shipped()
    if templates is not None:
        texts = texts.overlay(read_templates(templates), origin=templates.name)
    context = sample_context(template, language=language)
    channel = "letter" if out else "email"
    message = Composer(texts).compose(context, notice_id="preview", channel=channel)
    if out is not None:
        try:
            out.write_bytes(message.attachments[0].content)
        except OSError as problem:
            raise ConfigError(f"{out.name} cannot be written: {problem.strerror}") from problem
    if format is Format.JSON:
        show.as_json({"subject": message.subject, "text": message.text, "html": message.html})
        return
    typer.echo(f"Subject: {message.subject}\n\n{message.text}")


def plugins(format: FormatOption = Format.TEXT) -> None:
    """List what is loaded: plugins, where each comes from, and the hooks it answers."""
    from dunning_sdk.plugins import build_manager, describe

    found = describe(build_manager(installed=True))
    if format is Format.JSON:
        show.as_json(found)
        return
    show.as_table(
        ("plugin", "distribution", "hooks"),
        [(item["name"], item["distribution"], ", ".join(item["hooks"])) for item in found],
    )


def _library() -> "Library":
    from dunning_sdk.engine.library import open_library

    return open_library()


def _finding(finding: Finding) -> dict[str, object]:
    return {name: getattr(finding, name) for name in finding.__slots__}


def _summary(findings: list[Finding]) -> str:
    errors = sum(1 for finding in findings if finding.severity == "error")
    warnings = sum(1 for finding in findings if finding.severity == "warning")
    return f"{errors} errors, {warnings} warnings"
