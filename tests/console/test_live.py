"""Pages are told that a thread grew: who is, from where on, how many, and until when."""

import threading
import time
from contextlib import contextmanager

import httpx2 as httpx
import pytest
import uvicorn

from dunning_sdk.access.role import Role
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.look.live import Live, Pace
from dunning_sdk.web.app import build_app
from dunning_sdk.web.serving import Server
from tests.console.office import an_office, tell
from tests.console.visitor import Visitor
from tests.engine.installation import an_engine

FAST = {"look_seconds": 0.01, "beat_seconds": 0.05}
BRIEF = Pace(**FAST, stay_seconds=0.1)
LONG = Pace(**FAST, stay_seconds=60)


@contextmanager
def desk(folder, pace, *more):
    """Yield a collector at his desk, and what tells his pages."""
    live = Live(pace)
    with Tenants([an_office(folder), *more]) as tenants:
        visitor = Visitor(build_app(tenants, live=live), tenants)
        visitor.become(Role.COLLECTOR)
        yield visitor, live


@contextmanager
def listening(visitor, live, answers):
    """Have a page told of changes in the meantime; what it was told is in `answers` afterwards."""
    page = threading.Thread(target=lambda: answers.append(visitor.get("/news/D1")))
    page.start()
    while not live.count:
        time.sleep(0.005)
    try:
        yield
    except BaseException:
        live.end()
        raise
    finally:
        page.join()


def numbers(answer):
    return [line for line in answer.text.splitlines() if line.startswith("id:")]


def test_a_page_is_told_what_it_does_not_show_yet(tmp_path):
    with desk(tmp_path, BRIEF) as (visitor, live):
        for text in ("one", "two"):
            tell(visitor.engine, "comment", "D1", text=text, by="Anna")
        told = visitor.get("/news/D1", params={"after": "1"})
        knows = visitor.get("/news/D1", params={"after": "2"})
        resumed = visitor.get("/news/D1", params={"after": "0"}, headers={"Last-Event-ID": "2"})

        assert (told.status_code, told.headers["content-type"]) == (
            200,
            "text/event-stream; charset=utf-8",
        )
        assert told.headers["x-accel-buffering"] == "no"
        assert (numbers(told), numbers(knows), numbers(resumed)) == (["id: 2"], [], [])
        assert "one" not in told.text + knows.text  # a number is all that is told
        assert ": here" in knows.text
        assert live.count == 0


def test_an_open_page_is_told_until_the_server_ends(tmp_path):
    answers = []
    with desk(tmp_path, LONG) as (visitor, live):
        with listening(visitor, live, answers):
            tell(visitor.engine, "comment", "D1", text="one", by="Jeanne")
            time.sleep(0.1)
            live.end()  # as the server does when it is told to stop

        assert numbers(answers[0]) == ["id: 1"]
        assert visitor.get("/news/D1").status_code == 429


def test_the_server_ends_with_pages_open(tmp_path):
    addresses = []
    with desk(tmp_path, LONG) as (visitor, live):
        config = uvicorn.Config(visitor.client.app, port=0, log_config=None, lifespan="off")
        server = Server(config, live, told=addresses.append)
        running = threading.Thread(target=server.run)
        running.start()
        while not addresses:
            time.sleep(0.005)
        cookies = {"dunning-test": visitor.value}
        address = f"{addresses[0]}{visitor.at}/news/D1"
        with httpx.stream("GET", address, cookies=cookies) as answer:
            lines = answer.iter_lines()
            begun = next(lines)
            server.should_exit = True
            rest = list(lines)
        running.join()

    assert (begun, answer.status_code) == ("retry: 3000", 200)
    assert set(rest) <= {"", ": here"}


def test_a_page_is_told_nothing_more_once_he_has_left(tmp_path):
    answers = []
    with desk(tmp_path, LONG) as (visitor, live), listening(visitor, live, answers):
        visitor.post("/sign-out", follow_redirects=False)

    assert numbers(answers[0]) == []


def test_who_may_not_look_is_not_told(tmp_path):
    other = an_engine(tmp_path / "other", tenant="other")
    with desk(tmp_path, BRIEF, other) as (visitor, _):
        abroad = visitor.client.get("/console/other/news/D1", follow_redirects=False)
        unknown = visitor.get("/news/D-none")
        visitor.client.cookies.clear()
        stranger = visitor.get("/news/D1", follow_redirects=False)

    assert (abroad.status_code, stranger.status_code) == (303, 303)
    assert unknown.status_code == 404


@pytest.mark.parametrize("bound", ["each_max", "all_max"])
def test_one_page_too_many_is_refused_and_says_when_to_ask_again(tmp_path, bound):
    with (
        desk(tmp_path, Pace(**FAST, **{bound: 1})) as (visitor, live),
        listening(visitor, live, []),
    ):
        refused = visitor.get("/news/D1")
        live.end()

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")


def test_pages_left_open_keep_nobody_signed_in(tmp_path):
    with desk(tmp_path, BRIEF) as (visitor, _):
        pages = [route.page for route in visitor.client.app.routes[-1].app.routes
                 if getattr(route, "page", None)]  # fmt: skip

    by_themselves = {page.path for page in pages if page.is_by_itself}
    assert by_themselves == {"/thread/{id:path}", "/news/{id:path}"}
