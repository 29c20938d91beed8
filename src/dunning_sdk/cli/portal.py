"""The commands of the debtors' portal: a link to hand out, and revoking those a debtor has."""

from typing import Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, AsOfOption, ConfigOption, Format, FormatOption

Debtor = Annotated[str, typer.Argument(help="Id of the debtor.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command()(link)
    group.command()(revoke)
    group.callback()(_portal)
    app.add_typer(group, name="portal")


def _portal() -> None:
    """Let a debtor into the portal of `dunning serve`, or end the links he has."""


def link(
    debtor: Debtor,
    as_of: AsOfOption,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Print the link under which a debtor sees his own receivables; notices carry the same."""
    from dunning_sdk.access.link import portal_link

    with show.opened(config) as engine:
        found = portal_link(engine, debtor, as_of=show.day(as_of))
    if format is Format.JSON:
        show.as_json({"debtor": debtor, "link": found})
    else:
        typer.echo(found)


def revoke(
    debtor: Debtor,
    as_of: AsOfOption,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """End every link a debtor was sent, and every visit it began; a new one leads in again."""
    from dunning_sdk.access.link import revoke as revoke_links

    with show.opened(config) as engine:
        revoke_links(engine, debtor, on=show.day(as_of))
    if format is Format.JSON:
        show.as_json({"debtor": debtor, "revoked": True})
    else:
        typer.echo(f"the links of {debtor} lead in no more")
