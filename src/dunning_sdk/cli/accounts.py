"""The commands of the accounts: the ledger of a receivable, and entries of a period."""

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, ConfigOption, Format, FormatOption
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
    from dunning_sdk.connectors.journal import JournalLine
    from dunning_sdk.installation.config import Config


class Form(StrEnum):
    """How entries are written for an accounting program."""

    FEC = "fec"
    CSV = "csv"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(ledger)
    group = typer.Typer(help="Hand entries on.", no_args_is_help=True, rich_markup_mode=None)
    group.command()(export)
    group.callback()(_accounts)
    app.add_typer(group, name="accounts")


def _accounts() -> None:
    """Hand entries on to an accounting program."""


def ledger(
    receivable: Annotated[str, typer.Argument(help="Id of the receivable.")],
    as_of: Annotated[
        str, typer.Option("--as-of", help="Leave out what happened after this day.", metavar="DATE")
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show the double entries of a receivable: what each event moved on which account."""
    day = show.day(as_of) if as_of else None
    with show.opened(config) as engine:
        found = engine.ledger(receivable, as_of=day)
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


def export(
    begin: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.", metavar="DATE")],
    end: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.", metavar="DATE")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="File, or folder; printed if missing.")
    ] = None,
    close: Annotated[
        bool, typer.Option("--close", help="Close the accounts up to the last day first.")
    ] = False,
    pipe: Annotated[bool, typer.Option("--pipe", help="Part the fields of a FEC by |.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    format: Annotated[
        Form, typer.Option("--format", help="fec, csv or json: which program reads it.")
    ] = Form.CSV,
) -> None:
    """Write the entries of a period, booked on your chart of accounts."""
    from dunning_sdk.engine.accounting import accounts_of, close_accounts

    first, last = show.day(begin, "--from"), show.day(end, "--to")
    with show.opened(config) as engine:
        if close:
            close_accounts(engine, through=last, at=datetime.now(UTC))
        period = accounts_of(engine, begin=first, end=last)
        own = engine.config
    lines = list(period.lines)
    if not period.is_closed:
        show.say("the period is open: what is recorded later may still change it; --close ends it")
    others = [line for line in lines if line.currency != own.currency]
    if format is Form.FEC:
        lines = [line for line in lines if line.currency == own.currency]
    text = _written(lines, format, separator="|" if pipe else "\t")
    if out is None:
        typer.echo(text, nl=False)
    else:
        show.write(_file(out, format, own, last), text)
    if format is Form.FEC and others:
        entries = len({line.number for line in others})
        show.say(f"left out: {entries} entries in another currency than {own.currency}; see csv")
        raise typer.Exit(show.FINDINGS)


def _written(lines: "list[JournalLine]", format: Form, *, separator: str) -> str:
    import json
    from dataclasses import asdict

    from dunning_sdk.connectors.fec import write_fec
    from dunning_sdk.connectors.journal import write_journal_csv

    if format is Form.FEC:
        return write_fec(lines, separator=separator)
    if format is Form.CSV:
        return write_journal_csv(lines)
    content = [asdict(line) for line in lines]
    return json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"


def _file(out: Path, format: Form, config: "Config", last: date) -> Path:
    """Return the file to write; in a folder it gets the name its form asks for."""
    from dunning_sdk.connectors.fec import fec_name

    if not out.is_dir():
        return out
    if format is not Form.FEC:
        return out / f"accounts-{last:%Y%m%d}.{format.value}"
    creditor = config.parties.get("creditor")
    digits = "".join(sign for sign in (creditor.registration if creditor else "") if sign.isdigit())
    siren = config.accounts.siren or digits[:9]
    if len(siren) != 9:
        message = "The name of a FEC begins with the SIREN, and the creditor has none"
        raise ConfigError(message, hint="Set siren in [accounts], or name a file with -o.")
    return out / fec_name(siren, last)
