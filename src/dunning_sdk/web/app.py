"""Put the parts together: the service below ``/v1``, the portal, the console, and two questions.

``/health`` says that the process runs, ``/ready`` that every store answers. A part is built by a
function that takes the tenants and returns an ASGI application; one that is not there is left out.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from dunning_sdk.access.tenants import Tenants
from dunning_sdk.errors import DunningError

PARTS: Final = (
    ("/v1", "service", "build_service"),
    ("/portal", "portal", "build_portal"),
    ("/console", "console", "build_console"),
)
"""Path, package, and the function of its module ``app``."""

_log: Final = logging.getLogger("dunning_sdk.web")


def build_app(tenants: Tenants) -> Starlette:
    """Return the application that answers for all tenants.

    Args:
        tenants: Open; closed when the server ends.
    """

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await run_in_threadpool(tenants.close)

    async def ready(_: Request) -> JSONResponse:
        unready = await run_in_threadpool(_unready, tenants)
        status = 503 if unready else 200
        return JSONResponse({"ready": not unready}, status_code=status)

    routes: list[BaseRoute] = [
        Route("/", _start),
        Route("/health", _health),
        Route("/ready", ready),
    ]
    routes += [Mount(path, build(tenants)) for path, build in _parts()]
    return Starlette(routes=routes, lifespan=lifespan)


async def _start(_: Request) -> RedirectResponse:
    """Lead whoever came without a path to the pages that people work on."""
    return RedirectResponse("/console/", status_code=303)


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"healthy": True})


def _unready(tenants: Tenants) -> list[str]:
    """Return the tenants whose store does not answer; which, and why, is for the log."""
    found = []
    for name in tenants.names:
        try:
            with tenants.engine(name).store.reading():
                pass
        except DunningError as problem:
            _log.warning("not ready: tenant %s: %s", name, problem.code)
            found.append(name)
    return found


def _parts() -> Iterator[tuple[str, Callable[[Tenants], ASGIApp]]]:
    for path, package, function in PARTS:
        home = f"dunning_sdk.{package}"
        if find_spec(home) is not None and find_spec(f"{home}.app") is not None:
            yield path, getattr(import_module(f"{home}.app"), function)
