"""One application holds the service, the portal and the console, and says how it is."""

import pytest
from starlette.testclient import TestClient

from dunning_sdk.access.tenants import Tenants
from dunning_sdk.access.throttle import Rate
from dunning_sdk.errors import StoreError
from dunning_sdk.service.door import Bounds
from dunning_sdk.web.app import build_app
from tests.engine.installation import an_engine
from tests.service.served import a_key


@pytest.fixture(scope="module")
def tenants(tmp_path_factory):
    with Tenants([an_engine(tmp_path_factory.mktemp("web"))]) as found:
        yield found


@pytest.fixture(scope="module")
def client(tenants):
    bounds = Bounds(each_key=Rate(burst=1, per_minute=1))
    return TestClient(build_app(tenants, bounds), follow_redirects=False)


@pytest.mark.parametrize(
    ("path", "status", "media_type"),
    [
        ("/health", 200, "application/json"),
        ("/ready", 200, "application/json"),
        ("/", 303, ""),
        ("/v1/reviews", 401, "application/problem+json"),
        ("/v1/openapi.json", 200, "application/json"),
        ("/portal/no/such/page", 404, "text/html; charset=utf-8"),
        ("/console/no/such/page", 404, "text/html; charset=utf-8"),
    ],
)
def test_each_part_answers_at_its_path(client, path, status, media_type):
    answer = client.get(path)

    assert (answer.status_code, answer.headers.get("content-type", "")) == (status, media_type)


def test_a_store_that_does_not_answer_is_not_ready_and_not_named(client, tenants, monkeypatch):
    def fail():
        raise StoreError("The disk of test is gone")

    monkeypatch.setattr(tenants.engine("test").store, "reading", fail)
    answer = client.get("/ready")

    assert (answer.status_code, answer.json()) == (503, {"ready": False})
    assert client.get("/health").status_code == 200


def test_the_bounds_given_are_those_of_each_key(client, tenants):
    headers = {"authorization": f"Bearer {a_key(tenants.engine('test'))}"}

    answers = [client.get("/v1/webhooks", headers=headers).status_code for _ in range(2)]

    assert answers == [200, 429]
