"""The service does what the façade does, once, for who may, and says no in one way."""

import inspect
import logging

import pytest

from dunning_sdk.access.throttle import Rate
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import DunningError, RepeatedRequestError, TooManyRequestsError
from dunning_sdk.service.app import OPERATIONS
from dunning_sdk.service.door import Bounds
from dunning_sdk.service.problem import MEDIA_TYPE, Problem
from tests.engine.marked import MARK
from tests.service.served import DAY, PLENTY, Caller, a_key, a_service

OPENING = {"open", "with_installed_plugins"}


def test_every_verb_of_the_facade_has_its_operation():
    verbs = {
        name
        for name, member in inspect.getmembers(Engine)
        if not name.startswith("_") and callable(member)
    }
    names = [operation.name for operation in OPERATIONS]

    assert verbs - OPENING <= set(names)
    assert len(set(names)) == len(names)


def test_each_operation_takes_what_its_verb_takes():
    paging = {"cursor", "limit"}
    for operation in OPERATIONS:
        verb = getattr(Engine, operation.name, None)
        if verb is None:
            continue
        wanted = list(inspect.signature(verb).parameters)[1:]
        given = [one.name for one in operation.parameters() if one.name not in paging]
        assert given in (wanted, ["body"]), operation.name
        assert all(one.says for one in operation.parameters()), operation.name


def test_a_night_is_proposed_approved_and_executed(host, engine):
    proposed = host.post("/proposals", as_of=DAY)
    id = proposed.json()["id"]
    acts = [act["act_id"] for act in proposed.json()["acts"] if act["needs_approval"]]
    approved = host.post(f"/proposals/{id[:6]}/approvals", by="Ana", acts=acts)
    done = host.post(f"/proposals/{id}/executions")

    assert [answer.status_code for answer in (proposed, approved, done)] == [201, 200, 200]
    assert approved.json()["approved"] == acts
    assert done.json()["proposal_id"] == id
    assert host.get(f"/proposals/{id}").json()["executed"] is True


def test_what_is_recorded_is_read_again(host):
    answer = host.post(
        "/records",
        kind="disputed",
        subject="F-2",
        on=DAY,
        values={"amount": {"minor": 5000, "currency": "EUR"}, "category": "price", "owner": "us"},
    )
    explained = host.get("/receivables/F-2/explanation", as_of=DAY).json()

    assert answer.json()["recorded"].startswith("stop disputed-")
    assert [stop["reason"] for stop in explained["stops"]][-1] == "disputed"
    assert host.get("/receivables/F-2/next", as_of=DAY).json()["open_amount"]["minor"] == 30000


def test_a_file_comes_back_as_a_file_to_keep(host):
    host.post(
        "/records",
        kind="comment",
        subject="D-1",
        on=DAY,
        values={"text": "as agreed", "by": "Ana", "file": {"name": "é.txt", "content": "aGVsbG8="}},
    )
    (file,) = host.get("/debtors/D-1/thread", as_of=DAY).json()["entries"][-1]["files"]
    answer = host.get(f"/debtors/D-1/files/{file['digest']}", as_of=DAY)

    assert answer.content == b"hello"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="_.txt"'
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_lists_come_in_pages(host):
    whole = host.get("/receivables", settled=True).json()["items"]
    paged, cursor = [], ""
    for _ in whole:
        page = host.get("/receivables", settled=True, limit=1, cursor=cursor).json()
        paged += page["items"]
        cursor = page["next"]

    assert len(whole) == 3
    assert (paged, host.get("/receivables", settled=True, limit=1, cursor=cursor).json()) == (
        whole,
        {"items": [], "next": ""},
    )


@pytest.mark.parametrize("path", ["/reviews?as_of=2026-04-06&", "/receivables?"])
@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "eyJhIjoxfQ", "WyJhIiwtMV0", "é"])
def test_a_cursor_of_no_list_is_refused(host, path, cursor):
    answer = host.get(f"{path}cursor={cursor}")

    # Where a list is read by its own columns, two numbers are a place as good as any.
    assert answer.status_code == 422 or (path == "/receivables?" and answer.status_code == 200)


# once ------------------------------------------------------------------------------------------
def test_a_request_that_came_twice_is_done_once(host):
    body = {"kind": "comment", "subject": "D-1", "on": DAY, "values": {"text": "x", "by": "Ana"}}
    once = {"Idempotency-Key": "comment-1"}

    first, again = (host.post("/records", body, headers=once) for _ in range(2))

    entries = host.get("/debtors/D-1/thread", as_of=DAY).json()["entries"]
    assert (again.content, again.status_code) == (first.content, 201)
    assert [answer.headers.get("idempotency-replayed") for answer in (first, again)] == [
        None,
        "true",
    ]
    assert [entry["text"] for entry in entries].count("x") == 1


def test_the_same_key_for_another_request_is_refused(host):
    once = {"Idempotency-Key": "comment-1"}
    host.post("/pulls", as_of=DAY, headers=once)

    answers = [
        host.post("/pulls", as_of="2026-04-07", headers=once),
        host.post("/runs", as_of=DAY, headers=once),
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (409, RepeatedRequestError.code)
    ] * 2


def test_a_refusal_is_answered_again_too(host):
    once = {"Idempotency-Key": "match-0001"}

    first, again = (host.post("/matches/none/rejections", on=DAY, headers=once) for _ in range(2))

    assert (first.status_code, first.content) == (404, again.content)
    assert again.headers["content-type"] == MEDIA_TYPE


def test_a_request_that_was_cut_off_is_not_done_again_unseen(host, monkeypatch):
    def cut(*_args, **_given):
        raise ZeroDivisionError

    once = {"Idempotency-Key": "pull-0001"}
    with monkeypatch.context() as patched:
        patched.setattr("dunning_sdk.engine.engine.Puller.pull", cut)
        first = host.post("/pulls", as_of=DAY, headers=once)
    again = host.post("/pulls", as_of=DAY, headers=once)

    assert [first.status_code, again.status_code] == [500, 409]
    assert "look what became of it" in again.json()["hint"]


def test_one_key_knows_nothing_of_the_requests_of_another(app, engine):
    once = {"Idempotency-Key": "pull-0001"}
    both = [Caller(app, a_key(engine)) for _ in range(2)]

    answers = [caller.post("/pulls", as_of=DAY, headers=once) for caller in both]

    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, None]


def test_every_post_needs_its_key(host):
    answer = host.client.post("/pulls", json={"as_of": DAY}, headers=host.headers())

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"at": "header.Idempotency-Key", "says": "missing"}]


# refused ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({}, "body.as_of"),
        ({"as_of": MARK}, "body.as_of"),
        ({"as_of": "9999-12-31"}, "body.as_of"),
        ({"as_of": DAY, MARK: 1}, f"body.{MARK}"),
        ({"as_of": DAY, "full": MARK}, "body.full"),
        ([MARK], "body"),
    ],
)
def test_what_is_wrong_is_said_where_and_never_repeated(host, body, at):
    answer = host.post("/runs", body)

    Problem.model_validate(answer.json())
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert [place["at"] for place in answer.json()["errors"]] == [at]
    assert MARK not in answer.text.replace(at, "")


def test_a_query_with_a_slip_of_the_pen_is_refused(host):
    answer = host.get("/receivables", debtors="D-1")

    assert answer.json()["errors"] == [{"at": "query.debtors", "says": "extra forbidden"}]


@pytest.mark.parametrize("body", [b"{", b"\xff", b'"\\ud800"', b"[" * 100_000, b"1" * 5000])
def test_a_body_that_is_no_json_is_refused(host, body):
    headers = host.headers({"Idempotency-Key": "12345678", "content-type": "application/json"})

    answer = host.client.post("/runs", content=body, headers=headers)

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == MEDIA_TYPE


def test_a_body_that_is_too_large_is_refused_before_it_is_read(engine):
    bounds = Bounds(each_key=PLENTY, strangers=PLENTY, body_bytes=1000)
    host = Caller(a_service(engine, bounds=bounds), a_key(engine))
    told = host.post("/records", {"x": "y" * 1000})
    headers = host.headers({"Idempotency-Key": "12345678", "transfer-encoding": "chunked"})
    untold = host.client.post("/records", content=iter([b"y" * 600] * 2), headers=headers)

    assert [told.status_code, untold.status_code] == [413, 413]
    assert told.json()["code"] == untold.json()["code"] == "request.too-large"


def test_a_flood_of_one_key_is_refused_and_others_are_heard(engine):
    app = a_service(engine, bounds=Bounds(each_key=Rate(burst=5, per_minute=1), strangers=PLENTY))
    flood, other = (Caller(app, a_key(engine)) for _ in range(2))

    answers = [flood.get("/webhooks") for _ in range(20)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 15
    assert answers[-1].json()["code"] == TooManyRequestsError.code
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert other.get("/webhooks").status_code == 200


def test_guessing_keys_is_refused_and_then_not_even_looked_at(engine):
    bounds = Bounds(each_key=PLENTY, strangers=Rate(burst=5, per_minute=1))
    app, key = a_service(engine, bounds=bounds), a_key(engine)
    guesses = [Caller(app, f"{key[:-3]}{number:03}") for number in range(20)]

    answers = [guess.get("/webhooks").status_code for guess in guesses]

    assert answers == [401] * 5 + [429] * 15
    assert Caller(app, key).get("/webhooks").status_code == 429


def test_a_stranger_learns_nothing_of_paths(host):
    host.key = "none"

    answers = {host.get(path).json()["detail"] for path in ("/reviews", "/nowhere", "/runs")}

    assert len(answers) == 1


def test_a_fault_says_nothing_and_its_id_leads_to_the_log(host, monkeypatch, caplog):
    def fail(*_args, **_given):
        raise ZeroDivisionError(MARK)

    monkeypatch.setattr("dunning_sdk.service.endpoints.Webhooks.endpoints", fail)
    with caplog.at_level(logging.INFO, logger="dunning_sdk"):
        answer = host.get("/webhooks")

    assert (answer.status_code, answer.json()["code"]) == (500, "request.failed")
    assert answer.json()["request_id"] in caplog.text
    assert "ZeroDivisionError in fail" in caplog.text
    assert MARK not in answer.text + caplog.text
    assert "Traceback" not in answer.text + caplog.text


def test_the_log_names_operations_and_no_ids(host, caplog):
    with caplog.at_level(logging.DEBUG, logger="dunning_sdk"):
        host.get("/debtors/D-1/thread", as_of=DAY)
        host.get(f"/debtors/{MARK}/thread", as_of=DAY)

    lines = [
        record.getMessage() for record in caplog.records if record.name == "dunning_sdk.service"
    ]
    assert [("operation=thread" in line, "status=" in line) for line in lines] == [(True, True)] * 2
    assert MARK not in caplog.text
    assert "D-1" not in caplog.text


def test_every_error_of_ours_has_a_status_and_no_traceback():
    from dunning_sdk.service.problem import answer_to

    def below(kind):
        return [kind, *(each for child in kind.__subclasses__() for each in below(child))]

    found = {
        kind.__name__: answer_to(kind("x"), request_id="r").status_code
        for kind in below(DunningError)
        if kind.__module__.startswith("dunning_sdk.errors") and kind is not DunningError
    }

    assert {name for name, status in found.items() if status == 500} == {
        "ProofError",
        "OpaqueError",
        "UnprovedError",
    }
