"""A service over an installation with a story, and callers of it."""

from datetime import UTC, datetime
from itertools import count

from starlette.testclient import TestClient

from dunning_sdk.access.api_key import ApiKeys, Scope
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.access.throttle import Rate
from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.config import load_config
from dunning_sdk.service.app import build_service
from dunning_sdk.service.door import Bounds
from tests.engine.marked import CONFIG, install, live

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = "2026-04-06"
PLENTY = Rate(burst=100_000, per_minute=100_000)
NO_BOUNDS = Bounds(each_key=PLENTY, strangers=PLENTY)


def a_tenant(folder, name="first", *, store="memory://", story=True):
    """Return the engine of a tenant; without the story it knows nobody."""
    text = CONFIG.replace("sqlite:///dunning.sqlite", store).replace('"marked"', f'"{name}"')
    install(folder, config=text)
    config = load_config(folder)
    engine = Engine(config, config.open_store())
    if story:
        live(engine)
    else:
        for file in ("invoices.csv", "payments.csv"):
            head = (folder / file).read_text(encoding="utf-8").splitlines()[0]
            (folder / file).write_text(f"{head}\n", encoding="utf-8")
    return engine


def a_key(engine, *scopes):
    """Return a key of a tenant, with all scopes unless some are named."""
    keys = ApiKeys(engine.store, engine.config.tenant)
    return keys.create("a test", scopes or Scope, now=NOW)[1]


class Caller:
    """Calls a service with one key; each POST has an idempotency key of its own."""

    def __init__(self, app, key):
        self.client = TestClient(app, raise_server_exceptions=False)
        self.key = key
        self._numbers = count(1)

    def get(self, path, *, headers=(), **params):
        return self.client.get(path, params=params, headers=self.headers(headers))

    def post(self, path, body=None, *, headers=(), **keys):
        once = {"Idempotency-Key": f"request-{id(self)}-{next(self._numbers)}"}
        found = self.headers(once | dict(headers))
        return self.client.post(path, json=keys if body is None else body, headers=found)

    def headers(self, more=()):
        return {"Authorization": f"Bearer {self.key}"} | dict(more)


def a_service(*engines, bounds=NO_BOUNDS):
    """Return the service of these tenants."""
    return build_service(Tenants(engines), bounds)
