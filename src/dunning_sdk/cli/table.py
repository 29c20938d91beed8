"""The commands around decision tables in sheets: `table export`, `table import`."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunning_sdk.cli import show
from dunning_sdk.errors import ConfigError

if TYPE_CHECKING:
    from dunning_sdk.dmn.boxed import DecisionTable
    from dunning_sdk.dmn.model import Decision, Definitions

SourceArgument = Annotated[str, typer.Argument(help="A book, by id or folder, or a DMN file.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(
        help="Decision tables in CSV and workbooks.", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("export")(export)
    group.command("import")(import_table)
    group.callback()(_table)
    app.add_typer(group, name="table")


def _table() -> None:
    """Hand decision tables to a spreadsheet as CSV or .xlsx, and take them back."""


def export(
    source: SourceArgument,
    name: Annotated[str, typer.Argument(help="Id of a rule, or name of a decision.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The sheet: FILE.csv or FILE.xlsx.")],
) -> None:
    """Write one decision table as a sheet."""
    from dunning_sdk.dmn.table_csv import write_table_csv
    from dunning_sdk.dmn.table_xlsx import write_table_xlsx
    from dunning_sdk.feel.errors import FeelError

    _check_sheet(out)
    try:
        table = _source(source, name)
        if out.suffix == ".csv":
            show.write(out, write_table_csv(table))
        else:
            show.write(out, write_table_xlsx(table, title=name))
    except FeelError as problem:
        raise ConfigError(f"{source}:{problem}") from problem


def import_table(
    file: Annotated[Path, typer.Argument(help="The sheet: FILE.csv or FILE.xlsx.")],
    into: Annotated[str, typer.Option("--into", help="Folder of a book, or a DMN file.")],
    name: Annotated[str, typer.Option("--name", help="Id of a rule, or name of a decision.")],
    sheet: Annotated[
        str, typer.Option("--sheet", help="Sheet of the workbook; the first if not given.")
    ] = "",
) -> None:
    """Put the table of a sheet into a rule or a decision that is there already."""
    from dunning_sdk.feel.errors import FeelError

    _check_sheet(file)
    try:
        table, name_cell = _read(file, sheet)
    except FeelError as problem:
        raise ConfigError(f"{file.name}:{problem}") from problem
    if Path(into).is_file():
        _into_model(table, Path(into), name)
    else:
        _into_book(table, into, name, label=file.name, name_cell=name_cell)


def _check_sheet(path: Path) -> None:
    if path.suffix not in (".csv", ".xlsx"):
        raise ConfigError(f"{path.name} is no sheet", hint="Use a file .csv or .xlsx.")


def _read(file: Path, sheet: str) -> "tuple[DecisionTable, Callable[[int, int], str]]":
    from dunning_sdk.dmn.table_csv import read_table_csv
    from dunning_sdk.dmn.table_xlsx import name_of, read_table_xlsx

    data = show.read(file)
    if file.suffix == ".xlsx":
        return read_table_xlsx(data, sheet=sheet), name_of
    try:
        text = data.decode()
    except UnicodeDecodeError as problem:
        raise ConfigError(f"{file.name} is no UTF-8", hint="Save it as CSV UTF-8.") from problem
    return read_table_csv(text, places=True), lambda line, cell: f"line {line} cell {cell}"


def _source(source: str, name: str) -> "DecisionTable":
    from dunning_sdk.installation.library import open_library
    from dunning_sdk.interchange.sheet import sheet_of

    if Path(source).is_file():
        return _decision(_model(Path(source)), name, source)[1]
    return sheet_of(open_library().load(source), name)


def _model(path: Path) -> "Definitions":
    from dunning_sdk.dmn.read import read_definitions

    return read_definitions(show.read(path))


def _decision(model: "Definitions", name: str, source: str) -> "tuple[Decision, DecisionTable]":
    from dunning_sdk.dmn.boxed import DecisionTable
    from dunning_sdk.dmn.model import Decision

    tables = [one for one in model.elements if isinstance(one, Decision)]
    for one in tables:
        if one.name == name and isinstance(one.logic, DecisionTable):
            return one, one.logic
    known = ", ".join(one.name for one in tables if isinstance(one.logic, DecisionTable))
    raise ConfigError(f"{source} has no table {name}", hint=f"There are: {known or 'none'}.")


def _into_model(table: "DecisionTable", path: Path, name: str) -> None:
    from dunning_sdk.dmn.table_merge import with_rows
    from dunning_sdk.dmn.write import write_definitions
    from dunning_sdk.feel.errors import FeelError

    try:
        model = _model(path)
        decision, old = _decision(model, name, path.name)
        changed = replace(decision, logic=with_rows(old, table))
        elements = tuple(changed if one is decision else one for one in model.elements)
        show.write(path, write_definitions(replace(model, elements=elements)))
    except FeelError as problem:
        raise ConfigError(f"{path.name}:{problem}") from problem


def _into_book(
    table: "DecisionTable",
    folder: str,
    name: str,
    *,
    label: str,
    name_cell: Callable[[int, int], str],
) -> None:
    from dunning_sdk.installation.library import open_library, read_book
    from dunning_sdk.interchange.sheet import Target, put_sheet

    if not (Path(folder) / "book.yaml").is_file():
        raise ConfigError(f"{folder} holds no book.yaml", hint="Give the folder of a book.")
    library = open_library()
    target = Target(
        rule_id=name, files=read_book(Path(folder)), label=folder, parents=library.files
    )
    text, book = put_sheet(table, target, label=label, name_cell=name_cell)
    show.write(Path(folder) / f"{name}.yaml", text)
    for finding in book.findings:
        show.say(str(finding))
