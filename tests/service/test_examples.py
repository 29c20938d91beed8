"""Every operation is described with an example that its own description holds for."""

import json

import jsonschema
import pytest

from dunning_sdk.service.app import OPERATIONS
from dunning_sdk.service.describing import EXAMPLES
from tests.service.examples import recorded


@pytest.fixture(scope="module")
def description(app):
    return app.openapi()


def operation_of(description, name):
    for path in description["paths"].values():
        for operation in path.values():
            if operation["operationId"] == name:
                return operation
    return None


def faults(description, schema, example):
    """Return what of an example does not fit its schema."""
    whole = {**schema, "components": description["components"]}
    validator = jsonschema.Draft202012Validator(whole)
    return [one.message for one in validator.iter_errors(example)]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_an_operation_has_examples_of_all_it_takes_and_answers(description, operation):
    found = operation_of(description, operation.name)
    bodies = [found["requestBody"]["content"]] if "requestBody" in found else []
    contents = [*bodies, *(answer["content"] for answer in found["responses"].values())]
    examined = [
        each for content in contents for kind, each in content.items() if kind.endswith("json")
    ]

    assert [faults(description, each["schema"], each["example"]) for each in examined] == [
        [] for _ in examined
    ]
    needed = [one for one in found.get("parameters", ()) if one["required"]]
    assert [faults(description, one["schema"], one["example"]) for one in needed] == [
        [] for _ in needed
    ]


def test_the_recorded_examples_are_those_of_the_service_as_it_is(tmp_path):
    kept, now = json.loads(EXAMPLES.read_text(encoding="utf-8")), recorded(tmp_path)

    assert {name: drawn(example) for name, example in kept.items()} == {
        name: drawn(example) for name, example in now.items()
    }, "run: python -m tests.service.examples"


def drawn(example):
    """Return the outline of an example: what it gives, and the keys of what is answered."""
    answer = example.get("response", {})
    outline = sorted(answer) if isinstance(answer, dict) else len(answer)
    return {**{key: value for key, value in example.items() if key == "request"}, "keys": outline}
