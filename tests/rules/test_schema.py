"""The JSON Schemas are those of the models, and every shipped file fits them."""

import re
from datetime import date
from decimal import Decimal

import pytest

from dunning_sdk.rules.schema import schemas
from dunning_sdk.strict_yaml import load, to_plain
from tests.docs.schemas import FOLDER, texts
from tests.shared import ROOT

FILES = sorted((ROOT / "src" / "dunning_sdk" / "rules" / "books").rglob("*.yaml"))
TYPES = {
    "object": dict,
    "array": list,
    "string": (str, date),
    "boolean": bool,
    "integer": int,
    "number": (int, Decimal),
    "null": type(None),
}


def fits(value, schema, root):
    """Tell whether a value fits a schema, as far as the keywords used here go."""
    if "$ref" in schema:
        return fits(value, root["$defs"][schema["$ref"].split("/")[-1]], root)
    if "anyOf" in schema and not any(fits(value, one, root) for one in schema["anyOf"]):
        return False
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return False
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {}), root) for item in value)
    return not isinstance(value, dict) or object_fits(value, schema, root)


def object_fits(value, schema, root):
    known, more = schema.get("properties", {}), schema.get("additionalProperties", {})
    if not set(schema.get("required", ())) <= set(value):
        return False
    for key, item in value.items():
        below = known.get(key, more)
        if below is False or (below is not True and not fits(item, below, root)):
            return False
    return True


def kind_of(name):
    return "book" if name == "book.yaml" else "cases" if name.endswith(".cases.yaml") else "rule"


@pytest.mark.parametrize("name", texts())
def test_a_schema_is_up_to_date(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == texts()[name]


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])
def test_a_shipped_file_fits_its_schema(path):
    schema = schemas()[kind_of(path.name)]

    assert fits(to_plain(load(path.read_text(encoding="utf-8"), path.name)), schema, schema)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("book", "{id: x, version: 1, titel: y}"),
        ("book", "{id: X Y, version: 1, title: y}"),
        ("cases", "{rule: guards.x, as_of: 2026-01-01}"),
        ("rule", "{id: guards.x, kind: guard, title: T, source: S}"),
        ("rule", "{id: procedure.x, kind: procedure, title: T, source: S, steps: [{level: 1}]}"),
    ],
)
def test_a_file_with_a_fault_does_not_fit(kind, text):
    schema = schemas()[kind]

    assert not fits(to_plain(load(text, "x.yaml")), schema, schema)


def test_steps_that_a_child_changes_fit():
    schema = schemas()["rule"]
    text = "{change: {formal-notice: {offset: 25}}, options: {spacing_days: 2}}"

    assert fits(to_plain(load(text, "x.yaml")), schema, schema)
