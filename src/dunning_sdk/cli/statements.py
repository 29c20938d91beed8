"""The command `statement`: the statement of account of a debtor, printed or written to a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, AsOfOption, ConfigOption, Format, FormatOption

if TYPE_CHECKING:
    from dunning_sdk.evidence.statement import Statement


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(statement)


def statement(
    debtor: Annotated[str, typer.Argument(help="Debtor id, or the id of one of his receivables.")],
    as_of: AsOfOption,
    begin: Annotated[
        str, typer.Option("--from", help="First day shown; what came before is brought forward.",
                          metavar="DATE")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write: FILE.pdf, or FILE.csv.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", help="Of the file; the debtor's own if not given.")
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:  # fmt: skip
    """Show what moved on the account of a debtor, or write it to a file for him."""
    from dunning_sdk.records.codec import to_json

    day, first = show.day(as_of), show.day(begin, "--from") if begin else None
    with show.opened(config) as engine:
        if out is None:
            found = engine.statement(debtor, as_of=day, begin=first)
        else:
            make = engine.statement_csv if out.suffix == ".csv" else engine.statement_pdf
            file = make(debtor, as_of=day, begin=first, language=language)
            show.write(out, file.content, quiet=format is Format.JSON)
            if format is Format.JSON:
                show.as_json({"file": out.as_posix()})
            return
    if format is Format.JSON:
        show.as_json(to_json(found))
    else:
        _show(found)


def _show(found: "Statement") -> None:
    from dunning_sdk.domain.money import Money

    for account in found.accounts:

        def written(minor: int, currency: str = account.currency) -> str:
            return str(Money(minor, currency).major)

        rows: list[tuple[object, ...]] = []
        if account.brought_forward_minor:
            brought = written(account.brought_forward_minor)
            rows.append(("", "brought-forward", "", "", "", brought))
        for move in account.movements:
            told = (move.on, move.kind, move.number, move.due_on)
            rows.append((*told, written(move.minor), written(move.balance_minor)))
        heads = ("day", "entry", "number", "due", "amount", "balance")
        show.as_table(heads, rows, title=account.currency)
        typer.echo(f"open: {account.total}")
