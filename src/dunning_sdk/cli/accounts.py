"""The command `ledger`: the double entries of one receivable."""

from typing import Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, ConfigOption, Format, FormatOption
from dunning_sdk.domain.money import Money


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(ledger)


def ledger(
    receivable: Annotated[str, typer.Argument(help="Id of the receivable.")],
    as_of: Annotated[
        str, typer.Option("--as-of", help="Leave out what happened after this day.", metavar="DATE")
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show the double entries of a receivable: what each event moved on which account."""
    from dunning_sdk.engine.bookkeeping import ledger_of

    day = show.day(as_of) if as_of else None
    with show.opened(config) as engine:
        found = ledger_of(engine, receivable, as_of=day)
    if format is Format.JSON:
        show.as_json(found.as_json())
    else:
        currency = found.open_amount.currency
        rows = [
            (entry.on, entry.kind.value, entry.document, line.account.value,
             *_sides(line.minor, currency))
            for entry in found.entries
            for line in entry.lines
        ]  # fmt: skip
        show.as_table(("day", "entry", "document", "account", "debit", "credit"), rows)
        sums = [
            (account.value, *_sides(minor, currency)) for account, minor in found.balances.items()
        ]
        typer.echo("")
        show.as_table(("balance", "debit", "credit"), sums)
        typer.echo(f"\nopen: {found.open_amount}, charges open: {found.charges_open}")
        for fault in found.faults:
            show.say(fault)
    if found.faults:
        raise typer.Exit(show.FINDINGS)


def _sides(minor: int, currency: str) -> tuple[str, str]:
    amount = str(Money(abs(minor), currency).major) if minor else ""
    return (amount, "") if minor > 0 else ("", amount)
