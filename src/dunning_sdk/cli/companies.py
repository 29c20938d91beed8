"""The command `companies`: what registers and lists say of the debtors who owe something."""

from dataclasses import asdict

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, AsOfOption, ConfigOption, Format, FormatOption


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(companies)


def companies(
    as_of: AsOfOption,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Look up the debtors who owe something; who ceased or is insolvent is dunned no more."""
    from dunning_sdk.engine.companies import check_companies

    with show.opened(config) as engine:
        report = check_companies(engine, as_of=show.day(as_of))
    if format is Format.JSON:
        show.as_json(asdict(report) | {"as_of": report.as_of.isoformat()})
        return
    typer.echo(f"looked up {report.looked_up}")
    for word in ("insolvent", "closed", "stopped", "unlisted"):
        ids = getattr(report, word)
        if ids:
            typer.echo(f"{word} {len(ids)}: {', '.join(ids)}")
