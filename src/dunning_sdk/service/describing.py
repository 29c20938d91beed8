"""Finish the description of the service: the shape of problems, and an example of everything.

Examples are recorded from a run of the service and kept beside this module; a test makes them anew
and compares.
"""

import json
from importlib.resources import files
from typing import Any, Final

from pydantic import TypeAdapter

from dunning_sdk.service.problem import MEDIA_TYPE, Problem

EXAMPLES: Final = files("dunning_sdk.service") / "examples.json"


def description_of(found: dict[str, Any]) -> dict[str, Any]:
    """Return a description with problems and examples in it.

    Args:
        found: As FastAPI draws it; changed in place.
    """
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    problem = TypeAdapter(Problem).json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {Problem.__name__: problem}
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for item in found["paths"].values():
        for operation in item.values():
            _exemplify(operation, examples.get(operation["operationId"], {}), examples["problem"])
    return found


def _exemplify(operation: dict[str, Any], example: dict[str, Any], problem: Any) -> None:  # noqa: ANN401  # JSON
    """Put the examples of one operation where they belong."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in example.get("parameters", {}):
            parameter["example"] = example["parameters"][parameter["name"]]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None and "request" in example:
        body["example"] = example["request"]
    for answer in operation["responses"].values():
        for media_type, content in answer.get("content", {}).items():
            if media_type == MEDIA_TYPE:
                content["example"] = problem
            elif media_type == "application/json" and "response" in example:
                content["example"] = example["response"]
