"""Check what an outside system sent against what a connector expects, field by field.

Decides how drift of a contract is reported: a missing field or a wrong type makes the record
unusable and is named; a new field breaks nothing and is named too, so that someone looks.
"""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from dunning_sdk.connectors.redaction import told
from dunning_sdk.errors import ConnectorInvalidError, InputError

_UPDATE: Final = "Look for a newer version of the connector, or report the change to its authors"


class Payload(BaseModel):
    """A record of an outside system; strict about what it names, and knows what else came.

    Attributes:
        unread: Names of fields that are known to come and are not read.
    """

    unread: ClassVar[frozenset[str]] = frozenset()

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


Model = TypeVar("Model", bound=Payload)


def read_payload(model: type[Model], data: object, *, connector: str, what: str) -> Model:
    """Return a record of an outside system, checked.

    Args:
        model: What is expected; dates and decimals may come as texts, as JSON has them.
        data: As `http_client` returns it.
        connector: Named in the error.
        what: What the record is, such as ``invoice 17``; no personal data.

    Raises:
        ConnectorInvalidError: Fields are missing or have the wrong type; names each.
    """
    try:
        return model.model_validate_json(json.dumps(data, default=_as_text))
    except ValidationError as exc:
        fields = {
            ".".join(map(str, one["loc"])) or "record": told(one["msg"])
            for one in exc.errors(include_url=False, include_input=False)
        }
        named = "; ".join(f"{name}: {why}" for name, why in fields.items())
        raise ConnectorInvalidError(
            f"{connector}: {what} is not as expected: {named}",
            hint=_UPDATE,
            connector=connector,
            fields=fields,
        ) from exc


def new_fields(records: Iterable[Payload], *, connector: str, what: str) -> tuple[InputError, ...]:
    """Return one remark for each field that came and is not known; the records stand.

    Args:
        records: Of one kind.
        connector: Named in the remarks.
        what: The kind, such as ``invoice``.
    """
    found = sorted(
        {name for record in records for name in (record.model_extra or {}).keys() - record.unread}
    )
    return tuple(
        InputError(
            f"is new in an {what} and is not read" if what[0] in "aeiou" else
            f"is new in a {what} and is not read",
            source=connector, field=told(name), hint=_UPDATE,
        )
        for name in found
    )  # fmt: skip


def as_problem(exc: ConnectorInvalidError, *, source: str) -> InputError:
    """Return the fault of one record as a problem of a batch, so that the others stand."""
    return InputError(exc.message.split(": ", 1)[-1], source=source, hint=exc.hint)


def _as_text(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of JSON")
