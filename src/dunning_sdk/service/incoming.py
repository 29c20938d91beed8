"""Webhooks that come in: believed by their connector, and heard by the engine.

Decides what a vendor is answered: 401 for what is not believed, whatever the reason; 422 for what
cannot be read; 503 for what should be sent again; 200 for all else, also where it is about nobody
known here, since sending it again would not change that.
"""

import logging
from collections.abc import Mapping
from threading import Lock
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from dunning_sdk.access.tenants import Tenants
from dunning_sdk.connectors.incoming import Incoming
from dunning_sdk.connectors.webhook import Delivery
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import (
    ConnectorAuthError,
    DomainError,
    RecordNotFoundError,
    StoreError,
    UnknownCallerError,
)
from dunning_sdk.service.call import json_response

_log: Final = logging.getLogger("dunning_sdk.service")


class Gate:
    """The connectors of all tenants, each made once, so that what came twice is known.

    Args:
        tenants: Those served.
    """

    def __init__(self, tenants: Tenants) -> None:
        self._tenants = tenants
        self._made: dict[tuple[str, str], Incoming] = {}
        self._lock = Lock()

    def hear(self, tenant: str, name: str, delivery: Delivery) -> dict[str, int]:
        """Take a delivery, and return how much of it was news, and how much about nobody known.

        Raises:
            ConnectorInvalidError: It cannot be read.
            StoreError: It could not be stored; it is heard again.
            UnknownCallerError: It is not believed, or there is no such section.
        """
        engine, connector = self._found(tenant, name)
        try:
            if not connector.is_new(delivery):
                return {"heard": 0, "unknown": 0}
        except ConnectorAuthError as problem:
            raise _unbelieved() from problem
        try:
            return _heard(engine, connector, delivery)
        except BaseException:
            connector.forget(delivery)
            raise

    def answer(self, tenant: str, name: str, query: Mapping[str, str]) -> str:
        """Return what to answer where a sender asks whether the address is ours.

        Raises:
            UnknownCallerError: Another asks, or there is no such section.
        """
        try:
            return self._found(tenant, name)[1].challenge(query)
        except ConnectorAuthError as problem:
            raise _unbelieved() from problem

    def _found(self, tenant: str, name: str) -> tuple[Engine, Incoming]:
        if tenant not in self._tenants.names:
            raise _unbelieved()
        engine = self._tenants.engine(tenant)
        if name not in engine.config.incoming:
            raise _unbelieved()
        with self._lock:
            if (tenant, name) not in self._made:
                day = engine.config.today()
                made: Incoming = engine.wiring.on_demand("webhook", day, name=name)
                self._made[tenant, name] = made
            return engine, self._made[tenant, name]


def routes_of(gate: Gate) -> APIRouter:
    """Return the routes by which webhooks come in; they are no part of the description."""
    router = APIRouter(include_in_schema=False)

    def incoming(tenant: str, name: str, request: Request) -> Response:
        delivery = Delivery(
            body=request.state.body, headers=dict(request.headers), url=str(request.url)
        )
        return json_response(gate.hear(tenant, name, delivery))

    def challenge(tenant: str, name: str, request: Request) -> Response:
        return PlainTextResponse(gate.answer(tenant, name, request.query_params))

    path = "/incoming/{tenant}/{name}"
    router.add_api_route(path, incoming, methods=["POST"], operation_id="incoming")
    router.add_api_route(path, challenge, methods=["GET"], operation_id="challenge")
    return router


def _heard(engine: Engine, connector: Incoming, delivery: Delivery) -> dict[str, int]:
    heard = unknown = 0
    for news in connector.news(delivery, on=engine.config.today()):
        try:
            heard += len(engine.hear([news]))
        except StoreError as problem:
            if not isinstance(problem, RecordNotFoundError):
                raise
            unknown += 1
        except DomainError as problem:
            _log.info("incoming %s: %s", news.kind, problem.code)
            unknown += 1
    return {"heard": heard, "unknown": unknown}


def _unbelieved() -> UnknownCallerError:
    hint = "Check the address and the secret; nothing was believed."
    return UnknownCallerError("This webhook was not believed", hint=hint)
