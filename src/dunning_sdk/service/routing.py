"""Make a route of an operation: a function with the signature FastAPI reads, and its answers.

Decides where a parameter comes from and what an operation may answer. Everything else is left to
the verb.
"""

import inspect
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Query, Security
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.responses import Response

from dunning_sdk.domain.notice import Attachment
from dunning_sdk.service.call import Call, called, called_once
from dunning_sdk.service.operation import Operation, Parameter
from dunning_sdk.service.problem import MEDIA_TYPE, Problem

ALWAYS: Final = (400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503)
"""What any operation may answer by a problem."""
WHOLE: Final = "body"
"""Name of the parameter that is the body itself, not one key of it."""


def add_route(router: APIRouter, operation: Operation) -> None:
    """Add an operation to a router."""
    router.add_api_route(
        operation.path,
        _endpoint(operation),
        methods=[operation.method],
        status_code=operation.status,
        summary=operation.summary,
        description=operation.description or operation.summary,
        operation_id=operation.name,
        tags=[operation.path.split("/")[1]],
        response_model=None,
        response_class=Response,
        responses=_answers(operation),
    )


def _endpoint(operation: Operation) -> Callable[..., Response]:
    parameters = operation.parameters()
    is_get = operation.method == "GET"
    body = None if is_get else _body(operation, parameters)

    known = {one.name for one in parameters if is_get and not one.is_path}

    def endpoint(call: Call, **given: Any) -> Response:  # noqa: ANN401  # as the signature says
        _check_query(call.asked - known)
        values = _values(given)
        if operation.media_type:
            return _file(operation.verb(call.engine, **values), operation.media_type)

        def verb() -> tuple[int, Any]:
            return operation.status, operation.says(operation.verb(call.engine, **values))

        return call.done(verb)

    way = Security(called if is_get else called_once, scopes=[operation.scope.value])
    inspected = [_keyword("call", Annotated[Call, way])]
    inspected += [
        _keyword(one.name, _annotated(one), one.default)
        for one in parameters
        if one.is_path or is_get
    ]
    if body is not None:
        inspected.append(_keyword(WHOLE, Annotated[body, Body()]))
    endpoint.__signature__ = inspect.Signature(inspected)  # type: ignore[attr-defined]  # PEP 362
    endpoint.__name__ = operation.name
    return endpoint


def _check_query(unknown: Collection[str]) -> None:
    """Refuse what the query has and the operation does not take: it may be a slip of the pen."""
    if unknown:
        places = [{"loc": ("query", name), "type": "extra_forbidden"} for name in sorted(unknown)]
        raise RequestValidationError(places)


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the verb takes: the keys of the body beside what path and query say."""
    values = dict(given)
    body = values.get(WHOLE)
    if isinstance(body, BodyKeys):
        del values[WHOLE]
        values |= {name: getattr(body, name) for name in type(body).model_fields}
    return values


class BodyKeys(BaseModel):
    """A body whose keys are parameters of the verb."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def _body(operation: Operation, parameters: list[Parameter]) -> Any:  # noqa: ANN401  # a type
    """Return the type of the body; ``None`` where the path says all."""
    keys = [one for one in parameters if not one.is_path]
    if [one.name for one in keys] == [WHOLE]:
        return keys[0].kind
    if not keys:
        return None
    fields: dict[str, Any] = {
        one.name: (one.kind, Field(one.default, description=one.says or None)) for one in keys
    }
    words = operation.name.split("_")
    return create_model(f"{''.join(map(str.capitalize, words))}Body", __base__=BodyKeys, **fields)


def _annotated(one: Parameter) -> Any:  # noqa: ANN401  # a type
    place = Path if one.is_path else Query
    return Annotated[one.kind, place(description=one.says or None)]


def _keyword(name: str, kind: Any, default: Any = ...) -> inspect.Parameter:  # noqa: ANN401  # a type, a value
    given = inspect.Parameter.empty if default is ... else default
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=given)


def _file(found: Attachment, media_type: str) -> Response:
    """Return a file for keeping: never shown in place, and never taken for what it says it is."""
    headers = {"content-disposition": f'attachment; filename="{_ascii(found.name)}"'}
    return Response(found.content, headers=headers, media_type=media_type)


def _ascii(name: str) -> str:
    kept = [sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name]
    return "".join(kept) or "file"


def _answers(operation: Operation) -> dict[int | str, dict[str, Any]]:
    good: dict[str, Any] = {"description": operation.summary}
    if operation.media_type:
        binary = {"schema": {"type": "string", "format": "binary"}}
        good["content"] = {operation.media_type: binary}
    else:
        good["model"] = operation.answer_type()
    told: dict[int | str, dict[str, Any]] = {operation.status: good}
    for status in ALWAYS:
        told[status] = {
            "description": HTTPStatus(status).phrase,
            "content": {
                MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}
            },
        }
    return told
