"""Answer what cannot be answered: a page for people, the same words for every path.

Decides which status a `DunningError` has, and that no page shows a traceback or a value. What
programs get is decided by `service`, which answers problem+json by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dunning_sdk.errors import (
    ConnectorError,
    DomainError,
    DunningError,
    ForbiddenError,
    RecordNotFoundError,
    StaleRecordError,
    TooManyRequestsError,
    UnknownCallerError,
)
from dunning_sdk.look.choosing import choice_of
from dunning_sdk.look.rendering import BARE, Look

Handler = Callable[[Request, Exception], Response]

_log = logging.getLogger("dunning_sdk.look")
_STATUS: Final[tuple[tuple[type[DunningError], int], ...]] = (
    (UnknownCallerError, 401),
    (ForbiddenError, 403),
    (TooManyRequestsError, 429),
    (RecordNotFoundError, 404),
    (StaleRecordError, 409),
    (DomainError, 422),
    (ConnectorError, 503),
)
_SERVER_FAULT: Final = 500


def fault_handlers(look: Look) -> Mapping[type[Exception] | int, Handler]:
    """Return what a Starlette application answers faults with."""

    def told(request: Request, problem: Exception) -> Response:
        status = status_of(problem)
        if status >= _SERVER_FAULT:
            _log.error("%s on a page: %s", type(problem).__name__, _code_of(problem))
        return fault_page(look, request, status=status, problem=problem)

    return {HTTPException: told, DunningError: told, Exception: told}


def status_of(problem: Exception) -> int:
    """Return the HTTP status of a fault."""
    if isinstance(problem, HTTPException):
        return problem.status_code
    return next((status for kind, status in _STATUS if isinstance(problem, kind)), _SERVER_FAULT)


def fault_page(
    look: Look, request: Request, *, status: int, problem: Exception | None = None
) -> Response:
    """Return the page of a fault.

    Args:
        look: Of the application.
        request: What could not be answered.
        status: HTTP status.
        problem: Whose message, hint and code the page shows: those of a `DunningError`, to staff
            alone, whose routes set ``request.state.tells_faults``. They may name ids.
    """
    choice = choice_of(request)
    words = look.words[choice.language]
    key = f"error_{status}" if words.has(f"error_{status}") else "error_400"
    says = f"{key}_says" if words.has(f"{key}_says") else "error_says"
    is_told = status < _SERVER_FAULT and getattr(request.state, "tells_faults", False)
    shown = problem if is_told and isinstance(problem, DunningError) else None
    answer = look.answer(
        "look/error.html",
        language=choice.language,
        status=status,
        **{**BARE, "theme": choice.theme, "here": own_place(request, at=look.at)},
        title=words.say(key),
        says=shown.message if shown else words.say(says),
        hint=shown.hint if shown else "",
        code=_code_of(problem) if shown else "",
        home=_home(look, request),
    )
    answer.headers.update(_headers(problem))
    return answer


def own_place(request: Request, *, at: str = "") -> str:
    """Return the path and query of a page, for coming back to it; the start for what was posted."""
    if request.method != "GET":
        return f"{at}/"
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _home(look: Look, request: Request) -> str:
    """Return the first page of the tenant, for staff; empty for everybody else."""
    is_staff = getattr(request.state, "tells_faults", False)
    tenant = request.path_params.get("tenant", "")
    return f"{look.at}/{quote(tenant)}/" if is_staff and tenant else ""


def _headers(problem: Exception | None) -> Mapping[str, str]:
    if isinstance(problem, TooManyRequestsError):
        return {"retry-after": str(problem.retry_after)}
    return dict(problem.headers or {}) if isinstance(problem, HTTPException) else {}


def _code_of(problem: Exception | None) -> str:
    return problem.code if isinstance(problem, DunningError) else ""
