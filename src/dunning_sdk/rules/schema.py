"""Describe the files of a book as JSON Schema, for editors that complete and underline.

The module decides nothing: the schemas come from the models in `model`. What a schema cannot
say (names that lead somewhere, types of expressions) is left to `dunning check`.

>>> sorted(schemas())
['book', 'cases', 'rule']
"""

from collections.abc import Iterator
from typing import Any, Final

from dunning_sdk.rules.book_file import BookFile
from dunning_sdk.rules.kind import KINDS, PROCEDURE
from dunning_sdk.rules.model import (
    CasesFile,
    Options,
    ProcedureFile,
    StepEntry,
    TableFile,
)

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TITLES: Final = {
    "book": "book.yaml of a rule book",
    "rule": "A rule of a rule book",
    "cases": "The cases of a rule",
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each kind of file: ``book``, ``rule`` and ``cases``."""
    whole = {"book": BookFile.model_json_schema(), "cases": CasesFile.model_json_schema()}
    whole["rule"] = _rule()
    return {
        name: {"$schema": DIALECT, **_plain(schema), "title": _TITLES[name]}
        for name, schema in whole.items()
    }


def _rule() -> dict[str, Any]:
    """Return the schema of a rule: a table, a procedure, or the steps of one that are changed."""
    found: dict[str, Any] = {}
    branches = []
    for model in (TableFile, ProcedureFile):
        schema = model.model_json_schema()
        found.update(schema.pop("$defs", {}))
        kinds = [PROCEDURE] if model is ProcedureFile else [k for k in KINDS if k != PROCEDURE]
        schema["properties"]["kind"] = {"enum": kinds}
        branches.append(schema)
    steps = StepEntry.model_json_schema()["properties"]
    change = {
        "type": "object",
        "required": ["change"],
        "properties": {
            "change": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": steps,
                    "additionalProperties": False,
                },
            },
            "options": {"$ref": f"#/$defs/{Options.__name__}"},
        },
    }
    return {"anyOf": [*branches, change], "$defs": found}


def _plain(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Return a schema in which a decimal is a number, as in YAML, without titles."""
    if isinstance(schema, list):
        return [_plain(item) for item in _once(schema)]
    if not isinstance(schema, dict):
        return schema
    named = schema.get("properties")
    found = {key: _plain(value) for key, value in schema.items() if key not in _left_out(schema)}
    if isinstance(named, dict):
        found["properties"] = {key: _plain(value) for key, value in named.items()}
    return found


def _left_out(schema: dict[str, Any]) -> frozenset[str]:
    return frozenset({"title"}) if isinstance(schema.get("title"), str) else frozenset()


def _once(items: list[Any]) -> Iterator[Any]:
    """Yield the items without the texts that pydantic allows in the place of a decimal."""
    yield from (item for item in items if not _is_decimal_text(item))


def _is_decimal_text(item: object) -> bool:
    return isinstance(item, dict) and item.get("type") == "string" and "(?!" in str(item)
