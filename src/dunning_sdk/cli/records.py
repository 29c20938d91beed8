"""The command `record`: what a person or another system knows."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import DEFAULT_CONFIG, ConfigOption, Format, FormatOption
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError, InvalidAmountError

if TYPE_CHECKING:
    from dunning_sdk.domain.notice import Attachment

FILES: Final = frozenset({"file", "proof"})


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(record)


def record(
    kind: Annotated[
        str, typer.Argument(help="What happened: payment, disputed, promised, posting, …")
    ],
    subject: Annotated[
        str, typer.Argument(help="Receivable, debtor, quote, draft or review item.")
    ],
    values: Annotated[
        list[str] | None, typer.Argument(help="What is known, as KEY=VALUE; see docs/recording.md.")
    ] = None,
    on: Annotated[
        str, typer.Option("--on", help="Day it happened, YYYY-MM-DD.", metavar="DATE")
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    format: FormatOption = Format.TEXT,
) -> None:
    """Record what is known: payments, disputes, promises, postings, answers, credit lines."""
    from dunning_sdk.records.entry import Record

    if not on:
        raise ConfigError("Recording needs the day it happened", hint="Add --on YYYY-MM-DD.")
    with show.opened(config) as engine:
        known = dict(_parsed(text, engine.config.currency) for text in values or ())
        said = engine.record(
            Record(kind=kind, on=show.day(on, "--on"), subject=subject, values=known)
        )
    if format is Format.JSON:
        show.as_json({"recorded": said})
        return
    typer.echo(f"recorded: {said}")


def _parsed(text: str, currency: str) -> tuple[str, Any]:
    """Return one KEY=VALUE with its value read by what the key means."""
    from dunning_sdk.records.entry import AMOUNTS, FLAGS

    key, mark, value = text.partition("=")
    key = key.strip().replace("-", "_")
    if not mark or not key:
        raise ConfigError(f"{text!r} is not KEY=VALUE", hint="Write for example amount=120.00.")
    if key.endswith("_on"):
        return key, show.day(value, key)
    if key in AMOUNTS:
        return key, amount_of(key, value, currency)
    if key in FILES:
        return key, _file(value)
    if key in FLAGS:
        return key, _flag(key, value)
    return key, value


def amount_of(key: str, value: str, currency: str) -> Money:
    """Return an amount given on the command line; raises ConfigError naming its key."""
    number, _, code = value.strip().partition(" ")
    try:
        return Money.from_major(Decimal(number), code or currency)
    except (InvalidOperation, InvalidAmountError) as problem:
        message = f"{key}={value!r} is not an amount"
        raise ConfigError(message, hint="Write it as 1200.00, or '1200.00 EUR'.") from problem


def _file(value: str) -> "Attachment":
    from dunning_sdk.records.kept_file import file_named

    return file_named(value, show.read(Path(value)))


def _flag(key: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise ConfigError(
            f"{key}={value!r} is neither true nor false", hint="Write one of the two."
        )
    return value == "true"
