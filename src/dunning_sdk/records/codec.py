"""Records to JSON and back, by their own type annotations.

One piece for every record the engine keeps sealed: parties, payments, quotes, credit lines,
invoices, notices. pydantic checks what comes back, since a store is a door.
"""

from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.errors import StoreError

Record = TypeVar("Record")


def to_json(record: object) -> dict[str, JsonValue]:
    """Return a dataclass record as JSON values; dates and decimals become text."""
    dumped: dict[str, JsonValue] = _adapter(type(record)).dump_python(record, mode="json")
    return dumped


def from_json(kind: type[Record], data: Mapping[str, Any]) -> Record:
    """Return the record kept by `to_json`.

    Raises:
        StoreError: The data does not fit the record; the store was written by something else.
    """
    try:
        record: Record = _adapter(kind).validate_python(dict(data))
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"A stored {kind.__name__} does not fit: {place}: {first['msg']}"
        raise StoreError(message, hint="Run `dunning doctor`.") from problem
    return record


@cache
def _cached(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast("type[Any]", kind))


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return _cached(cast("Hashable", kind))
