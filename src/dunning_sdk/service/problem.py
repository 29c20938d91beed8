"""Say what went wrong as RFC 9457 has it: a status, the stable code, one line, and what to do.

Decides which status each error has. Nothing of an unforeseen fault leaves: not its words, not where
it happened; the request's id leads to the log.

Source:
    RFC 9457 (problem details), RFC 9110 section 15 (status codes), RFC 6585 section 4 (429).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from dunning_sdk.errors import (
    AccessError,
    BookError,
    ConfigError,
    ConnectorError,
    ConnectorInvalidError,
    ConnectorRateLimitedError,
    DomainError,
    DunningError,
    EvaluationError,
    ForbiddenError,
    InputError,
    InvalidTransitionError,
    LawError,
    PluginError,
    RecordNotFoundError,
    StaleRecordError,
    StoreError,
    TooManyRequestsError,
    UnknownCallerError,
)

MEDIA_TYPE: Final = "application/problem+json"
SHOWN_MAX: Final = 20
"""Most places named of one request."""
RETRY_SECONDS: Final = 5

_STATUS: Final[Sequence[tuple[type[DunningError], int]]] = (
    (UnknownCallerError, 401),
    (TooManyRequestsError, 429),
    (ForbiddenError, 403),
    (AccessError, 409),
    (RecordNotFoundError, 404),
    (StaleRecordError, 409),
    (InvalidTransitionError, 409),
    (ConfigError, 409),
    (ConnectorInvalidError, 422),
    (DomainError, 422),
    (InputError, 422),
    (BookError, 409),
    (EvaluationError, 409),
    (LawError, 409),
    (ConnectorRateLimitedError, 503),
    (ConnectorError, 502),
    (PluginError, 502),
    (StoreError, 503),
)


class Place(BaseModel):
    """One place of a request that is wrong; its value is not repeated."""

    at: str = Field(description="Where: `body.as_of`, `query.limit`, `header.Idempotency-Key`.")
    says: str = Field(description="What is wrong there.")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="The code as a URN.")
    title: str = Field(description="What errors of this code mean.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened, in one line, without personal data.")
    code: str = Field(description="Stable id of the kind of error.")
    hint: str | None = Field(description="What to do about it.")
    request_id: str = Field(description="Id of the request, to be found in the log.")
    errors: list[Place] = Field(description="What is wrong where, of an invalid request.")


def status_of(problem: DunningError) -> int:
    """Return the HTTP status of an error."""
    return next((status for kind, status in _STATUS if isinstance(problem, kind)), 500)


def answer_to(problem: DunningError, *, request_id: str) -> Response:
    """Return what an error is answered by."""
    status = status_of(problem)
    title = (type(problem).__doc__ or "").strip().splitlines()[0]
    answer = problem_response(
        status,
        code=problem.code,
        title=title,
        detail=problem.message,
        hint=problem.hint,
        request_id=request_id,
    )
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        seconds = getattr(problem, "retry_after", None) or RETRY_SECONDS
        answer.headers["retry-after"] = str(seconds)
    return answer


def problem_response(
    status: int,
    *,
    code: str,
    title: str,
    request_id: str,
    detail: str = "",
    hint: str | None = None,
    errors: Iterable[Mapping[str, str]] = (),
) -> Response:
    """Return a problem as an answer.

    Args:
        status: HTTP status.
        code: Stable id.
        title: What errors of this code mean.
        request_id: To be found in the log.
        detail: What happened; the title where empty.
        hint: What to do about it.
        errors: Places of the request, as `Place` has them.
    """
    content: dict[str, Any] = {
        "type": f"urn:dunning-sdk:error:{code}",
        "title": title,
        "status": status,
        "detail": detail or title,
        "code": code,
        "hint": hint,
        "request_id": request_id,
        "errors": list(errors)[:SHOWN_MAX],
    }
    text = json.dumps(content, ensure_ascii=False)
    answer = Response(text, status_code=status, media_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["www-authenticate"] = "Bearer"
    return answer
