"""Every operation by every scope, without a key and for another tenant: refused where it should be.

The table on the page about the service is drawn from the same list of operations.
"""

import re

import pytest

from dunning_sdk.access.api_key import Scope
from dunning_sdk.errors import ForbiddenError, UnknownCallerError
from dunning_sdk.service.app import OPERATIONS
from tests.engine.marked import MARK
from tests.engine.test_tenants import everything, ids_of
from tests.service.served import DAY, Caller, a_key, a_service, a_tenant

# Keys of bodies that an operation needs beside those with the same meaning everywhere.
BODIES = {
    "approve": {"by": "Ana"},
    "petition": {
        "court": {"name": "Tribunal", "street": "1 rue", "postal_code": "75001", "city": "Paris"}
    },
    "erase_due": {"ids": ["D-1"], "by": "Ana"},
    "erase": {"by": "Ana", "force": True, "reason": "asked"},
    "close_accounts": {"through": "2026-03-31"},
    "webhook_skip": {"stream": "receivable/F-1"},
    "webhook_replay": {"event": "receivable/F-1/1"},
    "record": {"kind": "comment", "subject": "D-1", "values": {"text": "x", "by": "Ana"}},
    "hear": [{"kind": "accepted", "on": DAY, "notice_id": "n-1"}],
}
DAYS = {"as_of": DAY, "on": DAY, "begin": DAY, "end": DAY}
PLACE = re.compile(r"\{\w+(?::path)?\}")


def called(caller, operation, id="none"):
    """Call an operation with an id wherever its path has one."""
    path = PLACE.sub(id.replace("/", "%2F"), operation.path)
    names = {one.name for one in operation.parameters()}
    days = {name: day for name, day in DAYS.items() if name in names}
    if operation.method == "GET":
        return caller.get(path, **days)
    body = BODIES.get(operation.name, {})
    if isinstance(body, dict):
        body = days | body | ({"on": DAY} if operation.name == "record" else {})
    return caller.post(path, body)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """One service of two tenants; the first has all the data."""
    folder = tmp_path_factory.mktemp("tenants")
    with (
        a_tenant(folder / "first") as first,
        a_tenant(folder / "second", "second", story=False) as second,
    ):
        yield first, second, a_service(first, second)


@pytest.fixture(scope="module")
def callers(both):
    """A caller of the second tenant for each scope alone, and one without a key."""
    _, second, app = both
    found = {scope: Caller(app, a_key(second, scope)) for scope in Scope}
    return found | {None: Caller(app, "dun_second.none.none")}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_an_operation_is_refused_without_its_scope(callers, operation):
    codes = {
        scope: called(caller, operation).json().get("code", "")
        for scope, caller in callers.items()
        if scope is not operation.scope
    }

    assert codes.pop(None) == UnknownCallerError.code
    assert set(codes.values()) == {ForbiddenError.code}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_an_operation_is_done_with_its_scope_alone(callers, operation):
    answer = called(callers[operation.scope], operation)

    assert answer.status_code in (200, 201, 404, 409, 422), answer.text
    assert answer.json().get("code") != "request.invalid" if answer.status_code >= 400 else True


def test_no_operation_reaches_another_tenant(both):
    first, second, app = both
    caller = Caller(app, a_key(second))
    before, ids = everything(first), ids_of(first)

    told = {}
    for operation in OPERATIONS:
        for id in ids if PLACE.search(operation.path) else ids[:1]:
            answer = called(caller, operation, id)
            told.setdefault(operation.name, set()).add(answer.status_code)
            assert MARK not in answer.text, (operation.name, id)
            assert "Leroux" not in answer.text, (operation.name, id)
        assert everything(first) == before, operation.name

    reads = {one.name for one in OPERATIONS if PLACE.search(one.path)}
    assert {name for name in reads if told[name] & {200, 201}} <= {"waiting_for", "inquiry"}


def test_a_key_of_one_tenant_with_the_name_of_another_is_no_key(both):
    first, _, app = both
    shown = a_key(first).replace("dun_first.", "dun_second.")

    assert Caller(app, shown).get("/webhooks").status_code == 401
