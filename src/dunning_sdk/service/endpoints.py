"""The operations on webhooks that leave: how each endpoint stands, and what a person does about it.

Which endpoints there are is said by ``dunning.toml``; how they are told is decided by `webhooks`.
"""

from datetime import date
from typing import Final

from dunning_sdk.access.api_key import Scope
from dunning_sdk.connectors.webhook_sender import Taken
from dunning_sdk.engine.engine import Engine
from dunning_sdk.service import view
from dunning_sdk.service.operation import Operation
from dunning_sdk.service.page import Limit, Page, page_of
from dunning_sdk.webhooks.webhooking import Told
from dunning_sdk.webhooks.webhooks import Endpoint, Webhooks


def endpoints(engine: Engine, *, cursor: str = "", limit: Limit = 50) -> Page[Endpoint]:
    """List how each endpoint stands, and which events it did not take.

    Args:
        engine: Of the tenant.
        cursor: `next` of the page before; empty for the first.
        limit: Most lines.
    """
    found = Webhooks(engine).endpoints()
    return page_of(found, key=lambda one: one.name, cursor=cursor, limit=limit)


def deliver(engine: Engine, name: str) -> list[Told]:
    """Tell an endpoint what it was not told yet, and what is due to be tried again.

    Args:
        engine: Of the tenant.
        name: Of the endpoint.
    """
    return Webhooks(engine).deliver(name)


def replay(engine: Engine, name: str, *, since: date | None = None, event: str = "") -> int:
    """Have events told again, under the ids they had.

    Args:
        engine: Of the tenant.
        name: Of the endpoint.
        since: All that was recorded on this day or later.
        event: Or one stream from an event on: `receivable/F-1/3`.
    """
    return Webhooks(engine).replay(name, since=since, event=event)


def skip(engine: Engine, name: str, *, stream: str) -> str:
    """Pass over an event that an endpoint does not take, so that its stream goes on.

    Args:
        engine: Of the tenant.
        name: Of the endpoint.
        stream: Whose event is not taken: `receivable/F-1`.
    """
    return Webhooks(engine).skip(name, stream)


def resume(engine: Engine, name: str) -> int:
    """Try at once what failed or was given up, also where the endpoint wanted no more.

    Args:
        engine: Of the tenant.
        name: Of the endpoint.
    """
    return Webhooks(engine).resume(name)


def ping(engine: Engine, name: str) -> Taken:
    """Send a signed message about no event, and return what the endpoint answered.

    Args:
        engine: Of the tenant.
        name: Of the endpoint.
    """
    return Webhooks(engine).ping(name)


OPERATIONS: Final = (
    Operation("GET", "/webhooks", endpoints, scope=Scope.ADMIN, id="webhooks"),
    Operation("POST", "/webhooks/{name}/deliveries", deliver, scope=Scope.ADMIN,
              id="webhook_deliver"),
    Operation("POST", "/webhooks/{name}/replays", replay, scope=Scope.ADMIN, says=view.count,
              shows=view.Count, id="webhook_replay"),
    Operation("POST", "/webhooks/{name}/skips", skip, scope=Scope.ADMIN, says=view.told,
              shows=view.Said, id="webhook_skip"),
    Operation("POST", "/webhooks/{name}/resumptions", resume, scope=Scope.ADMIN, says=view.count,
              shows=view.Count, id="webhook_resume"),
    Operation("POST", "/webhooks/{name}/pings", ping, scope=Scope.ADMIN, id="webhook_ping"),
)  # fmt: skip
"""In the order of the page about the service."""
