"""The commands `doctor` and `backup`: whether an installation is sound, and a copy of its store."""

from pathlib import Path
from typing import Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, ConfigOption, Format, FormatOption


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(doctor)
    app.command()(backup)


def doctor(
    mend: Annotated[
        bool, typer.Option("--mend", help="Build receivables that do not fit their events again.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Examine configuration, secret, books, connectors, clock, store and outbox."""
    from dunning_sdk.operations import doctoring
    from dunning_sdk.records.codec import to_json

    with show.opened(config) as engine:
        if mend:
            show.say(f"{doctoring.mend(engine)} receivables were built again")
        findings = doctoring.examine(engine, on=engine.config.today())
    if format is Format.JSON:
        show.as_json([to_json(finding) for finding in findings])
    else:
        rows = [(each.verdict.value, each.about, each.text, each.hint) for each in findings]
        show.as_table(("", "about", "found", "what to do"), rows)
    if any(each.verdict is doctoring.Verdict.FAULT for each in findings):
        raise typer.Exit(show.FINDINGS)


def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes; a new file.")],
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Copy a SQLite store while it is in use, and check the copy; the secret is not in it."""
    from dunning_sdk.installation.config import load_config
    from dunning_sdk.operations.copying import back_up

    done = back_up(load_config(config), file)
    if format is Format.JSON:
        show.as_json({"file": str(file), "streams": done.streams, "bytes": done.size})
        return
    typer.echo(f"copied to {file}: {done.size} bytes, {done.streams} streams, all whole")
