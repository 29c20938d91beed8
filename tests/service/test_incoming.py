"""Webhooks come in without a key of ours, and are believed by their own proof."""

import json
import time

import pytest

from dunning_sdk.access.throttle import Rate
from dunning_sdk.connectors.webhook_scheme import new_secret, standard_headers
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import StoreError
from dunning_sdk.installation.config import load_config
from dunning_sdk.service.door import Bounds
from tests.plugins.installation import installation
from tests.service.served import PLENTY, Caller, a_service

SECRET = new_secret()
PATH = "/incoming/plugins/bus"
REPLY = {
    "kind": "replied",
    "on": "2026-03-12",
    "channel": "email",
    "sender": "compta@martin.example",
    "text": "We pay on Friday.",
    "reference": "m-1",
}
SECTION = """
[incoming.bus]
connector = "standard"
secret_env = "BUS_SECRET"
"""


@pytest.fixture
def engine(tmp_path, monkeypatch):
    monkeypatch.setenv("BUS_SECRET", SECRET)
    config = load_config(installation(tmp_path, more=SECTION))
    with Engine(config, config.open_store()) as opened:
        opened.pull(as_of=opened.config.today())
        yield opened


@pytest.fixture
def client(engine):
    return Caller(a_service(engine), "").client


def signed(content, *, id="evt-1", secret=SECRET):
    """Return body and headers as the sender makes them."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return {
        "content": body,
        "headers": standard_headers([secret], id=id, sent_at=int(time.time()), body=body),
    }


def test_what_is_signed_is_heard_once(engine, client):
    sent = signed([REPLY])

    answers = [client.post(PATH, **sent) for _ in range(2)]

    assert [one.json() for one in answers] == [
        {"heard": 1, "unknown": 0},
        {"heard": 0, "unknown": 0},
    ]
    thread = engine.thread("D-1", as_of=engine.config.today())
    assert [entry.text for entry in thread.entries] == ["We pay on Friday."]


def test_what_is_about_nobody_known_is_taken_and_counted_and_the_rest_is_heard(client):
    stranger = REPLY | {"sender": "nobody@else.example", "reference": "m-2"}

    answer = client.post(PATH, **signed([stranger, REPLY]))

    assert (answer.status_code, answer.json()) == (200, {"heard": 1, "unknown": 1})


@pytest.mark.parametrize("path", [PATH, "/incoming/plugins/none", "/incoming/none/bus"])
def test_what_proves_nothing_is_answered_alike(client, path):
    forged = signed([REPLY], secret=new_secret())

    answers = [client.post(path, **forged), client.get(path), client.post(path)]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["detail"] for answer in answers} == {"This webhook was not believed"}


@pytest.mark.parametrize(
    "body", [b"{", b"{}", b"[" * 100_000, [{}], [REPLY | {"x": 1}], [REPLY | {"on": "x"}]]
)
def test_what_cannot_be_read_is_refused_by_its_place(client, body):
    answer = client.post(PATH, **signed(body))

    assert (answer.status_code, answer.json()["code"]) == (422, "connector.invalid")


def test_what_could_not_be_stored_is_heard_when_it_comes_again(engine, client, monkeypatch):
    def fail(*_):
        raise StoreError("The disk is full")

    sent = signed([REPLY])
    with monkeypatch.context() as patched:
        patched.setattr(engine, "hear", fail)
        first = client.post(PATH, **sent)

    assert (first.status_code, first.headers["retry-after"]) == (503, "5")
    assert client.post(PATH, **sent).json() == {"heard": 1, "unknown": 0}


def test_a_flood_of_webhooks_is_refused_and_forgers_sooner(engine):
    few = Rate(burst=3, per_minute=1)
    flood = Caller(a_service(engine, bounds=Bounds(incoming=few, strangers=PLENTY)), "").client
    forger = Caller(a_service(engine, bounds=Bounds(incoming=PLENTY, strangers=few)), "").client

    heard = [flood.post(PATH, **signed([], id=f"evt-{number}")) for number in range(6)]
    forged = [forger.post(PATH) for _ in range(6)]

    assert [answer.status_code for answer in heard] == [200] * 3 + [429] * 3
    assert [answer.status_code for answer in forged] == [401] * 3 + [429] * 3
