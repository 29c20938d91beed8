"""One engine answers many threads at once, on SQLite and PostgreSQL: nothing lost, nothing twice.

The service calls engines from the threads of a pool; this does the same, with more of them.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.service.served import DAY, Caller, a_key, a_service, a_tenant

THREADS = 8
NEXT = "2026-04-07"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    if request.param == "sqlite":
        return "sqlite:///dunning.sqlite"
    server = request.getfixturevalue("postgres")
    return server.url(server.new_database())


@pytest.fixture
def callers(tmp_path, url):
    with a_tenant(tmp_path / "first", store=url) as engine:
        app, key = a_service(engine), a_key(engine)
        yield [Caller(app, key) for _ in range(THREADS)]


def at_once(callers, call):
    """Have every caller call at the same moment, and return what each was answered."""
    barrier = Barrier(len(callers))

    def go(numbered):
        barrier.wait()
        return call(*numbered)

    with ThreadPoolExecutor(len(callers)) as threads:
        return list(threads.map(go, enumerate(callers)))


def a_comment(text):
    values = {"text": text, "by": "Ana"}
    return {"kind": "comment", "subject": "D-1", "on": DAY, "values": values}


def test_many_at_once_lose_nothing_and_do_nothing_twice(callers):
    def work(number, caller):
        once = {"Idempotency-Key": "the-same-for-all"}
        return [
            caller.post("/records", a_comment(f"own-{number}")),
            caller.get("/receivables/F-2/explanation", as_of=DAY),
            caller.post("/records", a_comment("shared"), headers=once),
            caller.get("/reviews", as_of=DAY),
            caller.post("/runs", as_of=NEXT),
        ]

    payments_known = {"kind": "payments-known", "subject": "bank", "on": NEXT}
    assert callers[0].post("/records", payments_known).status_code == 201

    answers = at_once(callers, work)
    thread = callers[0].get("/debtors/D-1/thread", as_of=DAY).json()["entries"]

    said = Counter(entry["text"] for entry in thread)
    assert {said[f"own-{number}"] for number in range(THREADS)} == {1}
    assert said["shared"] == 1
    statuses = [{answer.status_code for answer in kind} for kind in zip(*answers, strict=True)]
    assert statuses == [{201}, {200}, statuses[2], {200}, {200}]
    assert statuses[2] <= {201, 409}  # 409 while the first is under way
    sent = Counter(act for answer in answers for act in answer[-1].json()["report"]["sent"])
    assert list(sent.values()) == [1, 1]
