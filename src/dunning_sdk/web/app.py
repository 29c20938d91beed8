"""Put the parts together: the service below ``/v1``, the portal, the console, and two questions.

``/health`` says that the process runs, ``/ready`` that every store answers. A part is built by a
function that takes the tenants and returns an ASGI application.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import BaseRoute, Mount, Route

from dunning_sdk.access.tenants import Tenants
from dunning_sdk.console.app import build_console
from dunning_sdk.errors import DunningError
from dunning_sdk.look.live import Live
from dunning_sdk.portal.app import build_portal
from dunning_sdk.service.app import build_service
from dunning_sdk.service.door import Bounds

_log: Final = logging.getLogger("dunning_sdk.web")


def build_app(
    tenants: Tenants, bounds: Bounds | None = None, *, live: Live | None = None
) -> Starlette:
    """Return the application that answers for all tenants.

    Args:
        tenants: Open; closed when the server ends.
        bounds: What one caller of the service may take.
        live: Tells open pages of changes; ended with the application at the latest.
    """
    telling = live or Live()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        """Close every store at the end."""
        try:
            yield
        finally:
            telling.end()
            await run_in_threadpool(tenants.close)

    async def ready(_: Request) -> JSONResponse:
        """Say whether every store answers."""
        unready = await run_in_threadpool(_unready, tenants)
        status = 503 if unready else 200
        return JSONResponse({"ready": not unready}, status_code=status)

    routes: list[BaseRoute] = [
        Route("/", _start),
        Route("/health", _health),
        Route("/ready", ready),
    ]
    routes += [
        Mount("/v1", build_service(tenants, bounds)),
        Mount("/portal", build_portal(tenants)),
        Mount("/console", build_console(tenants, live=telling)),
    ]
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
            with tenants.engine(name).store.reading() as session:
                session.latest_proposal()
        except DunningError as problem:
            _log.warning("not ready: tenant %s: %s", name, problem.code)
            found.append(name)
    return found
