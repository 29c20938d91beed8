"""The command `links`: pages where debtors pay online, made by what the configuration names."""

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, AsOfOption, ConfigOption, Format, FormatOption


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(links)


def links(
    as_of: AsOfOption,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Have a page to pay online made for each open receivable; later notices show it."""
    from dunning_sdk.engine.linking import request_links

    with show.opened(config) as engine:
        report = request_links(engine, as_of=show.day(as_of))
    problems = [str(problem) for problem in report.problems]
    if format is Format.JSON:
        told = {"made": report.made, "kept": report.kept, "problems": problems}
        show.as_json({"as_of": report.as_of.isoformat(), **told})
    else:
        typer.echo(f"made {len(report.made)}, kept {len(report.kept)}")
        for problem in problems:
            show.say(problem)
    if problems:
        raise typer.Exit(show.FINDINGS)
