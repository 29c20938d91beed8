"""The command `inquiry`: what is known of a client before the contract, with date and source."""

from typing import Annotated, Any

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, AsOfOption, ConfigOption, Format, FormatOption


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(inquiry)


def inquiry(
    debtor: Annotated[str, typer.Argument(help="Id of the client, invoiced before or not.")],
    as_of: AsOfOption,
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show what is known of a client: recorded, on the State's list, and own experience."""
    from dunning_sdk.debtors.inquiries import inquiry_about
    from dunning_sdk.records.codec import to_json

    with show.opened(config) as engine, engine.store.begin() as session:
        found = inquiry_about(session, debtor, show.day(as_of))
    if format is Format.JSON:
        fresh: list[Any] = [to_json(one) for one in found.fresh]
        show.as_json(to_json(found) | {"fresh": fresh})
        return
    rows: list[tuple[Any, ...]] = [
        (one.topic.value, one.says, one.found_on, "" if one in found.fresh else "too old",
         one.source)
        for one in found.findings
    ]  # fmt: skip
    show.as_table(("topic", "says", "found on", "note", "source"), rows)
    if not found.is_known:
        typer.echo("nobody asked of late: ask partners, the State's list and the press")
