"""The commands of matches: confirm or reject whom a payment is for."""

from typing import Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, ConfigOption, Format, FormatOption

ReviewArgument = Annotated[
    str, typer.Argument(help="Id of the question, as `dunning review` lists it, or its beginning.")
]
OnOption = Annotated[str, typer.Option("--on", help="Day of the answer.", metavar="DATE")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    below = typer.Typer(
        help="Confirm or reject whom a payment is for.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    below.command()(confirm)
    below.command()(reject)
    below.callback()(_match)
    app.add_typer(below, name="match")


def _match() -> None:
    """Confirm or reject whom a payment is for; `dunning review` lists the questions."""


def confirm(
    review: ReviewArgument,
    on: OnOption,
    receivable: Annotated[
        str,
        typer.Option("--receivable", help="Which; the candidate, where there is only one."),
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Confirm that a payment is for a receivable, and know the payer's account from now on."""
    with show.opened(config) as engine:
        said = engine.confirm_match(review, on=show.day(on, "--on"), receivable=receivable)
    _print(said, format)


def reject(
    review: ReviewArgument,
    on: OnOption,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Reject every candidate of a payment; nothing is learned from it."""
    with show.opened(config) as engine:
        said = engine.reject_match(review, on=show.day(on, "--on"))
    _print(said, format)


def _print(said: str, format: Format) -> None:
    if format is Format.JSON:
        show.as_json({"recorded": said})
        return
    typer.echo(f"recorded: {said}")
