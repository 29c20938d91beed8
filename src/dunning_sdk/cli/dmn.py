"""The commands around DMN models: `dmn eval`, `dmn export`, `dmn import`."""

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
    dmn = typer.Typer(
        help="Decide by DMN models, and make them of books.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    dmn.command("eval")(evaluate)
    dmn.command("export")(export)
    dmn.command("import")(import_model)
    dmn.callback()(_dmn)
    app.add_typer(dmn, name="dmn")


def _dmn() -> None:
    """Decide by DMN models as any modeler draws them; turn books into models and back."""


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
        model = load_model(show.read(file), resolver=_beside(file), strict=strict)
        typed = facts_from_json(given, model.input_types())
        outcome = model.evaluate(typed, decisions=decision or (), clock=_clock(as_of))
    except FeelError as problem:
        raise ConfigError(f"{file.name}:{problem}") from problem
    _print(outcome, file, format)


def export(
    book: Annotated[str, typer.Argument(help="A book, by id or folder.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="The DMN file; printed if not given.")
    ] = None,
) -> None:
    """Write a book as a DMN 1.5 model that a modeler opens; its cases are no part of it."""
    from importlib import metadata

    from dunning_sdk.dmn.write import write_definitions
    from dunning_sdk.feel.errors import FeelError
    from dunning_sdk.installation.library import open_library
    from dunning_sdk.interchange.to_model import export_book

    found = open_library().load(book)
    try:
        text = write_definitions(export_book(found, version=metadata.version("dunning-sdk")))
    except FeelError as problem:
        raise ConfigError(f"Book {found.id}: {problem.message}") from problem
    if out is None:
        typer.echo(text, nl=False)
    else:
        show.write(out, text)


def import_model(
    file: Annotated[Path, typer.Argument(help="A DMN file.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder of the book; made anew.")],
    kind: Annotated[
        str, typer.Option("--kind", help="Kind of the rules whose names begin with none.")
    ] = "",
    lossy: Annotated[
        bool, typer.Option("--lossy", help="Leave out what only explains; it is listed.")
    ] = False,
) -> None:
    """Write a DMN model as a book; what a book cannot hold is refused with its place."""
    from dunning_sdk.feel.errors import FeelError
    from dunning_sdk.interchange.from_model import import_book
    from dunning_sdk.rules.kind import KINDS

    if kind not in ("", *KINDS):
        raise ConfigError(f"--kind {kind} is no kind of rule", hint=f"Use {', '.join(KINDS)}.")
    if out.exists() and any(out.iterdir() if out.is_dir() else (out,)):
        raise ConfigError(f"{out} is there already", hint="Choose another folder.")
    try:
        book = import_book(show.read(file), label=file.name, kind=kind, lossy=lossy)
    except FeelError as problem:
        raise ConfigError(f"{file.name}:{problem}") from problem
    for finding in book.findings:
        show.say(str(finding))
    for name, text in book.files.items():
        show.write(out / name, text)
    typer.echo(f"next: write cases beside the rules, then run `dunning check {out}`")


def _facts(path: Path) -> Mapping[str, object]:
    try:
        found = json.loads(show.read(path), parse_float=Decimal)
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
            found = read_definitions(show.read(path))
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
