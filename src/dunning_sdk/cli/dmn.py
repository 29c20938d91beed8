"""The commands around DMN models: `dmn eval`."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dunning_sdk.cli import show
from dunning_sdk.cli.show import Format, FormatOption
from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
    from dunning_sdk.dmn.evaluate import Outcome
    from dunning_sdk.dmn.linking import Resolver


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    dmn = typer.Typer(help="Decide by DMN models.", no_args_is_help=True, rich_markup_mode=None)
    dmn.command("eval")(evaluate)
    dmn.callback()(_dmn)
    app.add_typer(dmn, name="dmn")


def _dmn() -> None:
    """Decide by DMN models, as any modeler draws them."""


def evaluate(
    file: Annotated[Path, typer.Argument(help="A DMN file; models it imports lie beside it.")],
    facts: Annotated[Path, typer.Option("--facts", help="A JSON file: a value per input.")],
    decision: Annotated[
        list[str] | None, typer.Option("--decision", help="Decide only this; may be repeated.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail on a missing fact, a wrong type or a conflict.")
    ] = False,
    as_of: Annotated[
        str, typer.Option("--as-of", help="The day that today() means.", metavar="DATE")
    ] = "",
    format: FormatOption = Format.TEXT,
) -> None:
    """Decide by a DMN file; what became null by an error is listed on standard error."""
    from dunning_sdk.dmn.evaluate import load_model
    from dunning_sdk.dmn.json_value import facts_from_json
    from dunning_sdk.feel.errors import FeelError

    given = _facts(facts)
    try:
        model = load_model(_read(file), resolver=_beside(file), strict=strict)
        typed = facts_from_json(given, model.input_types())
        outcome = model.evaluate(typed, decisions=decision or (), clock=_clock(as_of))
    except FeelError as problem:
        raise ConfigError(f"{file.name}:{problem}") from problem
    _print(outcome, file, format)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise ConfigError(f"{path} cannot be read: {problem.strerror}") from problem


def _facts(path: Path) -> Mapping[str, object]:
    try:
        found = json.loads(_read(path), parse_float=Decimal)
    except (ValueError, RecursionError) as problem:
        raise ConfigError(f"{path.name} is no JSON: {problem}") from problem
    if not isinstance(found, dict):
        raise ConfigError(f"{path.name} holds no object", hint="Write a value per input.")
    return found


def _clock(as_of: str) -> Any:  # noqa: ANN401 - a clock or None
    if not as_of:
        return None
    import datetime

    from dunning_sdk.feel.environment import FixedClock

    day = show.day(as_of)
    return FixedClock(datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC))


def _beside(file: Path) -> "Resolver":
    """Return what finds an imported model: at its location, or by namespace, in the same folder."""
    from dunning_sdk.dmn.model import Definitions, Import
    from dunning_sdk.dmn.read import read_definitions

    def resolve(wanted: Import) -> Definitions | None:
        named = file.parent / Path(wanted.location).name
        others = sorted(file.parent.glob("*.dmn"))
        for path in [named, *others] if named.is_file() else others:
            found = read_definitions(_read(path))
            if found.namespace == wanted.namespace:
                return found
        return None

    return resolve


def _print(outcome: "Outcome", file: Path, format: Format) -> None:
    from dunning_sdk.dmn.json_value import to_json
    from dunning_sdk.feel.formatter import format_value

    if format is Format.JSON:
        show.as_json(
            {
                "values": {name: to_json(value) for name, value in outcome.values.items()},
                "rows": [
                    {"decision": one.decision, "rows": [list(each.rows) for each in one.tables]}
                    for one in outcome.decided
                    if one.tables
                ],
                "faults": [
                    {
                        "decision": one.decision,
                        "line": one.line,
                        "column": one.column,
                        "message": one.message,
                    }
                    for one in outcome.faults
                ],
            }
        )
        return
    for name, value in outcome.values.items():
        typer.echo(f"{name}: {format_value(value)}")
    for fault in outcome.faults:
        show.say(f"{file.name}:{fault.line}:{fault.column}: {fault.decision}: {fault.message}")
