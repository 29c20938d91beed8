"""Prints results: tables for people, JSON for programs; plain text when piped."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
    from dunning_sdk.engine.engine import Engine
    from dunning_sdk.law.statutes import Statutes


class Format(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


class Tongue(StrEnum):
    """In which language texts are printed."""

    EN = "en"
    FR = "fr"


FormatOption = Annotated[
    Format, typer.Option("--format", help="How to print: text for people, json for programs.")
]
ConfigOption = Annotated[
    Path,
    typer.Option(
        "--config", help="The configuration file, or its folder.", envvar="DUNNING_CONFIG"
    ),
]
LawConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", help="A configuration whose own values of the law count too, or its folder."
    ),
]
AsOfOption = Annotated[
    str, typer.Option("--as-of", help="The day decided for, YYYY-MM-DD.", metavar="DATE")
]
DEFAULT_CONFIG = Path("dunning.toml")

FINDINGS: Final = 1
USAGE: Final = 2
OUTSIDE: Final = 3
"""Exit codes beside 0; docs/cli.md says what each means."""


def opened(config: Path) -> "Engine":
    """Return the engine of a configuration with the installed plugins; loads it only now.

    Raises:
        ConfigError: The configuration is missing or wrong.
        StoreError: The store cannot be opened.
    """
    from dunning_sdk.engine.engine import Engine

    return watched(Engine.with_installed_plugins(config))


def watched(engine: "Engine") -> "Engine":
    """Return an engine that logs and traces as its configuration says.

    Raises:
        ConfigError: Spans are to be exported and the extra for it is missing.
    """
    chosen = engine.config.telemetry
    if chosen.log_format or chosen.traces:
        from dunning_sdk.cli.logs import begin_telemetry

        begin_telemetry(engine)
    return engine


def statutes_of(config: Path | None) -> "Statutes":
    """Return the law as shipped, with the values a configuration supplies.

    Args:
        config: The configuration; ``None`` for the shipped law alone.

    Raises:
        ConfigError: The configuration is missing or wrong, or a value names no parameter.
    """
    if config is None:
        from dunning_sdk.installation.statutes import load_statutes

        return load_statutes()
    from dunning_sdk.installation.config import load_config

    return load_config(config).law.statutes()


def day(text: str, option: str = "--as-of") -> date:
    """Return a date given on the command line.

    Raises:
        ConfigError: It is none; names the option.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise ConfigError(
            f"{option} {text!r} is not a date", hint="Write it as 2026-03-31."
        ) from problem


def as_json(content: Any) -> None:  # noqa: ANN401  # anything that JSON holds
    """Print JSON with stable keys."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str))


def as_table(head: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Print a table, unless it is empty: ruled on a terminal, set apart by tabs when piped."""
    lines = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not lines:
        return
    if not _is_terminal():
        for line in (head, *lines):
            typer.echo("\t".join(line))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*head, title=title or None, title_justify="left")
    for line in lines:
        table.add_row(*line)
    Console().print(table)


def write(path: Path, content: str | bytes, *, quiet: bool = False) -> None:
    """Write a file, folders above it included, and say so unless it is to be quiet.

    Raises:
        ConfigError: It cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as problem:
        message = f"{path} cannot be written: {problem.strerror}"
        raise ConfigError(message, hint="Choose another folder.") from problem
    if not quiet:
        typer.echo(f"wrote {path}")


def read(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        ConfigError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as problem:
        raise ConfigError(f"{path} cannot be read: {problem.strerror}") from problem


def say(text: str) -> None:
    """Print a message for people on standard error."""
    typer.echo(text, err=True)


@contextmanager
def working(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar while long work goes on, on a terminal only.

    Yields:
        What to call with the phase, how much is done, and out of how much.
    """
    import sys

    if not sys.stderr.isatty():
        yield lambda _phase, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda phase, done, total: progress.update(
            task, description=phase, completed=done, total=total
        )


@contextmanager
def working_at_a_rate(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with the rate and the time left, on a terminal only.

    Yields:
        What to call with how much is done, and out of how much.
    """
    import sys

    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        TextColumn("{task.completed:,}/{task.total:,} rows, {task.fields[rate]} a second"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None, rate="?")

        def watch(done: int, total: int) -> None:
            speed = progress.tasks[task].speed
            rate = f"{int(speed):,}" if speed else "?"
            progress.update(task, completed=done, total=total, rate=rate)

        yield watch


def _is_terminal() -> bool:
    import sys

    return sys.stdout.isatty()
