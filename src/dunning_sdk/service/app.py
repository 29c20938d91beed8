"""Put the service together: the door, the operations, their description, and faults.

Decides what an invalid request is answered by; everything else is decided by the parts.
"""

import logging
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from dunning_sdk.access.tenants import Tenants
from dunning_sdk.errors import DunningError
from dunning_sdk.service import affairs, endpoints, facade, personal
from dunning_sdk.service.describing import description_of
from dunning_sdk.service.door import Bounds, Door, fault
from dunning_sdk.service.incoming import Gate, routes_of
from dunning_sdk.service.operation import Operation
from dunning_sdk.service.problem import answer_to, problem_response
from dunning_sdk.service.routing import add_route

OPERATIONS: Final[tuple[Operation, ...]] = (
    *facade.OPERATIONS,
    *affairs.OPERATIONS,
    *personal.OPERATIONS,
    *endpoints.OPERATIONS,
)
"""Every operation that needs a key."""

_log: Final = logging.getLogger("dunning_sdk.service")


class Service(FastAPI):
    """The application of the service.

    Args:
        tenants: Open; who calls says by his key which one he means.
        bounds: What one caller may take.
    """

    def __init__(self, tenants: Tenants, bounds: Bounds) -> None:
        super().__init__(
            title="dunning_sdk",
            version=version("dunning-sdk"),
            docs_url=None,
            redoc_url=None,
            swagger_ui_oauth2_redirect_url=None,
            redirect_slashes=False,
        )
        self._tenants = tenants
        self._bounds = bounds
        self.include_router(_routes())
        self.include_router(routes_of(Gate(tenants)))
        for kind, handler in _HANDLERS.items():
            self.add_exception_handler(kind, handler)

    def build_middleware_stack(self) -> ASGIApp:
        """Return the application with the door outermost, so that nothing passes beside it."""
        return Door(super().build_middleware_stack(), tenants=self._tenants, bounds=self._bounds)

    def openapi(self) -> dict[str, Any]:
        """Return the description of every operation, with examples."""
        if not self.openapi_schema:
            self.openapi_schema = description_of(super().openapi())
        return self.openapi_schema


@cache
def _routes() -> APIRouter:
    """Return a route for each operation; the same for all tenants, and slow to make."""
    router = APIRouter()
    for operation in OPERATIONS:
        add_route(router, operation)
    return router


def build_service(tenants: Tenants, bounds: Bounds | None = None) -> Service:
    """Return the service of all tenants.

    Args:
        tenants: Open; who calls says by his key which one he means.
        bounds: What one caller may take.
    """
    return Service(tenants, bounds or Bounds())


def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, DunningError)  # noqa: S101  # as it is registered
    return answer_to(problem, request_id=request.state.request_id)


def _invalid(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, RequestValidationError)  # noqa: S101  # as it is registered
    return problem_response(
        422,
        code="request.invalid",
        title="The request is not as the description of the service says",
        hint="Correct the places listed.",
        request_id=request.state.request_id,
        errors=_places(problem),
    )


def _places(problem: RequestValidationError) -> Iterator[dict[str, str]]:
    """Yield what is wrong where, without a value: a message may hold one, its type does not."""
    for one in problem.errors():
        at = ".".join(str(part) for part in one["loc"] if not isinstance(part, int) or part >= 0)
        yield {"at": at[:200], "says": str(one["type"]).replace("_", " ")}


def _elsewhere(request: Request, problem: Exception) -> Response:
    """Answer for a path or a method that is none."""
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    word = {404: "not-found", 405: "method-not-allowed"}.get(status, "invalid")
    title = {404: "There is nothing at this path", 405: "This path takes another method"}
    answer = problem_response(
        status,
        code=f"request.{word}",
        title=title.get(status, "The request cannot be read"),
        hint="The description is at /v1/openapi.json.",
        request_id=request.state.request_id,
    )
    if isinstance(problem, HTTPException):
        answer.headers.update(problem.headers or {})
    return answer


def _fault(request: Request, _: Exception) -> Response:
    return fault(request.state.request_id)


_HANDLERS: Final = {
    DunningError: _refused,
    RequestValidationError: _invalid,
    HTTPException: _elsewhere,
    Exception: _fault,
}
