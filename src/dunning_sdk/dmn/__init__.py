"""The DMN standard around FEEL: models, requirement graphs, decision tables, and their XML.

A *document* (`model`, `boxed`) is read from XML and written to it (`read`, `write`), *linked* with
those it imports (`linking`), *compiled* (`compile`, `logic`, `table_logic`) and *evaluated*
(`evaluate`): in standard mode an error is null and is listed, in strict mode it raises.

A *table* applies its hit policy to the rows that hold; a *cell* is a unary test read as
intervals or values; a *column* cuts one input into bins at the boundaries of its cells and
knows which rows each bin allows; *analysis* finds overlaps, gaps and rows never reached.

Imports go evaluate → compile → logic → table_logic, callable → site, session → item_type →
linking → read → schema → model → boxed → table; analysis, table → column → cell → feel. Nothing
else of dunning_sdk is known here, and nothing outside is read: documents come in as text, imported
ones through a function of the caller.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dunning_sdk.dmn.errors import (
        DmnError,
        DmnLimitError,
        DmnModelError,
        DmnNoRowError,
        DmnSyntaxError,
        DmnValueError,
    )
    from dunning_sdk.dmn.evaluate import Model, Outcome, compile_model, load_model
    from dunning_sdk.dmn.json_value import facts_from_json, to_json
    from dunning_sdk.dmn.layout import lay_out
    from dunning_sdk.dmn.linking import Resolver
    from dunning_sdk.dmn.model import Definitions, Import
    from dunning_sdk.dmn.read import read_definitions
    from dunning_sdk.dmn.session import Decided, Fault
    from dunning_sdk.dmn.table_csv import read_table_csv, write_table_csv
    from dunning_sdk.dmn.table_xlsx import read_table_xlsx, write_table_xlsx
    from dunning_sdk.dmn.workbook import SheetLimits
    from dunning_sdk.dmn.write import write_definitions
    from dunning_sdk.dmn.xml_tree import XmlLimits

__all__ = [
    "Decided",
    "Definitions",
    "DmnError",
    "DmnLimitError",
    "DmnModelError",
    "DmnNoRowError",
    "DmnSyntaxError",
    "DmnValueError",
    "Fault",
    "Import",
    "Model",
    "Outcome",
    "Resolver",
    "SheetLimits",
    "XmlLimits",
    "compile_model",
    "facts_from_json",
    "lay_out",
    "load_model",
    "read_definitions",
    "read_table_csv",
    "read_table_xlsx",
    "to_json",
    "write_definitions",
    "write_table_csv",
    "write_table_xlsx",
]

# A table is decided without the rest: what is named here is imported when it is first used.
_HOMES: Final = {
    "Decided": "dunning_sdk.dmn.session",
    "Definitions": "dunning_sdk.dmn.model",
    "DmnError": "dunning_sdk.dmn.errors",
    "DmnLimitError": "dunning_sdk.dmn.errors",
    "DmnModelError": "dunning_sdk.dmn.errors",
    "DmnNoRowError": "dunning_sdk.dmn.errors",
    "DmnSyntaxError": "dunning_sdk.dmn.errors",
    "DmnValueError": "dunning_sdk.dmn.errors",
    "Fault": "dunning_sdk.dmn.session",
    "Import": "dunning_sdk.dmn.model",
    "Model": "dunning_sdk.dmn.evaluate",
    "Outcome": "dunning_sdk.dmn.evaluate",
    "Resolver": "dunning_sdk.dmn.linking",
    "SheetLimits": "dunning_sdk.dmn.workbook",
    "XmlLimits": "dunning_sdk.dmn.xml_tree",
    "compile_model": "dunning_sdk.dmn.evaluate",
    "facts_from_json": "dunning_sdk.dmn.json_value",
    "lay_out": "dunning_sdk.dmn.layout",
    "load_model": "dunning_sdk.dmn.evaluate",
    "read_definitions": "dunning_sdk.dmn.read",
    "read_table_csv": "dunning_sdk.dmn.table_csv",
    "read_table_xlsx": "dunning_sdk.dmn.table_xlsx",
    "to_json": "dunning_sdk.dmn.json_value",
    "write_definitions": "dunning_sdk.dmn.write",
    "write_table_csv": "dunning_sdk.dmn.table_csv",
    "write_table_xlsx": "dunning_sdk.dmn.table_xlsx",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  # whatever the name stands for
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)
