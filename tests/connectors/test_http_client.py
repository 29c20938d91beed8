"""Web connectors against a real server on this machine that misbehaves on demand."""

import inspect
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import requests

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, ask, is_on_site, path_of, tell
from dunning_sdk.connectors.http_transport import (
    BYTES_MAX,
    HttpCall,
    RequestsTransport,
    TimeLimits,
)
from dunning_sdk.connectors.rate_limit import RateLimit
from dunning_sdk.connectors.retry import RetryPolicy
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import (
    ConfigError,
    ConnectorAuthError,
    ConnectorError,
    ConnectorInvalidError,
    ConnectorNotFoundError,
    ConnectorRateLimitedError,
    ConnectorTransientError,
)
from dunning_sdk.testing.loopback import (
    Answer,
    Loopback,
    Mishap,
    fails,
    hangs_up,
    page_for_people,
    slow,
    too_many,
)

KEY = "key-4f2a9c01"
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


class Clock:
    """Time that passes only by waiting."""

    def __init__(self):
        self.seconds = 0.0
        self.waits = []

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.seconds += seconds

    def timing(self):
        return Timing(
            monotonic=lambda: self.seconds, now=lambda: NOW, sleep=self.sleep, spread=lambda: 1.0
        )


class Shop:
    """An outside system that keeps what it is told, once for each key."""

    def __init__(self):
        self.kept = {}

    def __call__(self, asked):
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return Answer.of({"detail": f"unknown key {asked.headers.get('authorization')}"}, 401)
        if asked.method == "POST":
            key = asked.headers.get("idempotency-key") or f"none-{len(self.kept)}"
            return Answer.of({"id": key, "kept": self.kept.setdefault(key, asked.data())}, 201)
        return Answer.of({"kept": len(self.kept), "query": dict(asked.query)})


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def server(shop):
    with Loopback(shop) as server:
        yield server


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def open_client(server, clock):
    def opened(**over):
        given = {
            "connector": "shop",
            "base_url": server.url,
            "headers": {"Authorization": f"Bearer {KEY}"},
            "secrets": (KEY,),
            "auth_hint": "Set SHOP_KEY",
        }
        return HttpClient(
            Site(**given | over),
            transport=RequestsTransport(connector="shop", limits=TimeLimits(read=0.3)),
            timing=clock.timing(),
        )

    return opened


def order(**over):
    return tell("POST", "/orders", {"n": 1}, headers={"Idempotency-Key": "k-1"}, keyed=True, **over)


UNKEYED = tell("POST", "/orders", {"n": 1})


def test_data_comes_with_exact_decimals(open_client, server, clock):
    server.misbehave(Mishap(answer=Answer(body=b'{"amount": 0.10}')))

    assert open_client().data(ask("/x", page=2, nothing=None)) == {"amount": Decimal("0.10")}
    assert (server.asked[0].query, clock.waits) == ({"page": "2"}, [])


# what is made again -----------------------------------------------------------------------
@pytest.mark.parametrize("mishap", [fails(503), fails(502), hangs_up(), page_for_people()])
def test_reading_is_tried_again(open_client, server, clock, mishap):
    server.misbehave(mishap, mishap)

    assert open_client().data(ask("/x"))["kept"] == 0
    assert (len(server.asked), clock.waits) == (3, [1.0, 2.0])


def test_reading_gives_up_in_the_end(open_client, server):
    server.misbehave(*[fails(503)] * 9)

    with pytest.raises(ConnectorTransientError, match=r"shop: GET /x fails for now \(503\)") as why:
        open_client().data(ask("/x"))
    assert (len(server.asked), why.value.outcome_unknown) == (3, False)


@pytest.mark.parametrize("mishap", [fails(502, done=True), hangs_up(done=True)])
def test_a_change_with_a_key_is_tried_again_and_done_once(open_client, server, shop, mishap):
    server.misbehave(mishap)

    assert open_client().data(order()) == {"id": "k-1", "kept": {"n": 1}}
    assert (len(server.asked), shop.kept) == (2, {"k-1": {"n": 1}})


@pytest.mark.parametrize(
    "mishap", [fails(502, done=True), hangs_up(done=True), page_for_people(), fails(500)]
)
def test_a_change_without_a_key_is_never_tried_again_and_unknown(open_client, server, mishap):
    server.misbehave(mishap)

    with pytest.raises(ConnectorTransientError) as why:
        open_client().data(UNKEYED)
    assert (len(server.asked), why.value.outcome_unknown) == (1, True)


def test_a_change_that_may_have_worked_stays_unknown_whatever_the_last_attempt_says(
    open_client, server, shop
):
    server.misbehave(
        fails(502, done=True), Mishap(answer=Answer.of({"message": "number exists"}, 422))
    )

    with pytest.raises(ConnectorTransientError, match="may have worked before it failed") as why:
        open_client().data(order())
    assert (why.value.outcome_unknown, list(shop.kept)) == (True, ["k-1"])


def test_a_slow_reply_is_not_waited_for(open_client, server):
    server.misbehave(slow(2))

    with pytest.raises(ConnectorTransientError, match="did not answer") as why:
        open_client().data(UNKEYED)
    assert why.value.outcome_unknown


def test_a_reply_that_drips_ends_at_the_whole_time(server):
    seconds = iter([0.0, 100.0])
    transport = RequestsTransport(connector="shop", monotonic=lambda: next(seconds))

    with pytest.raises(ConnectorTransientError, match="took too long"):
        transport.send(HttpCall(method="GET", url=server.url))


def test_a_server_that_is_not_there_did_nothing(clock):
    with Loopback(Shop()) as gone:
        url = gone.url
    client = HttpClient(Site(connector="shop", base_url=url), timing=clock.timing())

    with pytest.raises(ConnectorTransientError, match="cannot be reached") as why:
        client.data(UNKEYED)
    assert not why.value.outcome_unknown


# limits -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "waits"), [(7, [7.0]), ("Mon, 02 Mar 2026 08:30:11 GMT", [11.0]), ("soon", [1.0])]
)
def test_a_rate_limit_is_waited_for_as_long_as_asked(open_client, server, clock, asked, waits):
    server.misbehave(too_many(asked))

    assert open_client().data(ask("/x"))["kept"] == 0
    assert clock.waits == waits


def test_a_wait_that_is_too_long_is_left_to_a_later_run(open_client, server, clock):
    server.misbehave(too_many(3600))

    with pytest.raises(ConnectorRateLimitedError, match="wait for 3600 seconds") as why:
        open_client().data(ask("/x"))
    assert (why.value.retry_after, why.value.retryable, clock.waits) == (3600, True, [])


def test_declared_limits_are_kept_without_being_asked(open_client, clock):
    client = open_client(limits=(RateLimit(calls=2, seconds=5), RateLimit(calls=3, seconds=60)))

    for _ in range(4):
        client.data(ask("/x"))

    assert clock.waits == [5.0, 55.0]


def test_a_limit_that_lets_nothing_pass_is_refused():
    with pytest.raises(ConfigError, match="lets nothing pass"):
        RateLimit(calls=0, seconds=1)


# the five kinds ---------------------------------------------------------------------------
def test_credentials_that_are_refused_are_said_without_them(open_client, clock):
    client = open_client(headers={"Authorization": f"Bearer {KEY}x"})

    with pytest.raises(ConnectorAuthError) as why:
        client.data(ask("/x"))
    assert str(why.value) == (
        "shop: GET /x is not allowed (401): unknown key Bearer [secret]x — Set SHOP_KEY"
    )
    assert clock.waits == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"detail": [{"loc": ["body", "amount"], "msg": "field required"}]},
         {"amount": "field required"}),
        ({"errors": [{"source": {"pointer": "/amount"}, "code": "too_big"}]},
         {"/amount": "too_big"}),
        ({"amount": ["Ensure this is less than 9."], "currency": ["required"]},
         {"amount": "Ensure this is less than 9.", "currency": "required"}),
        ({"status": 422, "message": "no", "details": {"date": "is empty"}}, {"date": "is empty"}),
        ({"errors": [{"field": "email", "message": '"ana@mail.example" is taken'}]},
         {"email": "… is taken"}),
        ({"message": "no field is named"}, {}),
        (["no", "object"], {}),
    ],
)  # fmt: skip
def test_an_invalid_request_names_its_fields_without_values(open_client, server, body, fields):
    server.misbehave(Mishap(answer=Answer.of(body, 422)))

    with pytest.raises(ConnectorInvalidError, match=r"POST /orders is refused \(422\)") as why:
        open_client().data(order())
    assert dict(why.value.fields) == fields
    assert all(f"{name} {reason}" in why.value.message for name, reason in fields.items())


def test_a_record_that_is_not_there_is_none_where_it_may_be_missing(open_client, server):
    gone = Mishap(answer=Answer.of({"detail": "no such order"}, 404))
    server.misbehave(gone, gone)

    assert open_client().found(ask("/orders/1")) is None
    with pytest.raises(ConnectorNotFoundError, match=r"finds nothing .*: no such order"):
        open_client().data(ask("/orders/1"))


@pytest.mark.parametrize("body", [b"{", b'{"a": NaN}', b"[" * 100_000, b"\xff"])
def test_a_reply_that_is_no_json_is_invalid(open_client, server, body):
    server.misbehave(Mishap(answer=Answer(body=body)))

    with pytest.raises(ConnectorInvalidError, match="something that is no JSON"):
        open_client().data(ask("/x"))


def test_a_reply_without_a_body_is_nothing(open_client, server):
    server.misbehave(Mishap(answer=Answer(status=204)), Mishap(answer=Answer(body=b"%PDF")))

    assert open_client().data(tell("DELETE", "/orders/1")) is None
    assert open_client().reply(ask("/orders/1.pdf")).body == b"%PDF"


def test_an_error_inside_a_reply_that_calls_itself_fine_is_one(open_client, server):
    server.misbehave(Mishap(answer=Answer.of({"status": "error", "message": "closed since 2019"})))
    client = open_client(refusal=lambda data: data["message"] if data.get("status") else "")

    with pytest.raises(ConnectorInvalidError, match="calls itself fine: closed since 2019"):
        client.data(order())


@pytest.mark.parametrize("status", [501, 505])
def test_what_is_not_served_is_not_tried_again(open_client, server, status):
    server.misbehave(fails(status))

    with pytest.raises(ConnectorError, match="is not served"):
        open_client().data(ask("/x"))
    assert len(server.asked) == 1


def test_a_reply_that_is_too_large_is_not_read_on(open_client, server):
    server.misbehave(Mishap(answer=Answer(body=b" " * (BYTES_MAX + 1))))

    with pytest.raises(ConnectorInvalidError, match="larger than 20 MiB"):
        open_client().data(ask("/x"))


# where calls go ---------------------------------------------------------------------------
def to(url, status=302):
    return Mishap(answer=Answer(status=status, headers={"Location": url}))


def test_a_redirect_on_the_site_is_followed_when_reading(open_client, server):
    server.misbehave(to("/elsewhere?a=1"))

    assert open_client().data(ask("/x"))["query"] == {"a": "1"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://evil.example/", "file:///etc", ""])
def test_a_redirect_to_another_site_is_refused(open_client, server, url):
    server.misbehave(to(url))

    with pytest.raises(ConnectorError, match="another site"):
        open_client().data(ask("/x"))
    assert len(server.asked) == 1


def test_a_redirect_of_a_change_and_one_without_end_are_refused(open_client, server):
    server.misbehave(to("/y", 307))
    with pytest.raises(ConnectorError, match="sent elsewhere"):
        open_client().data(order())

    server.misbehave(*[to(f"/{n}") for n in range(9)])
    with pytest.raises(ConnectorError, match="sent elsewhere"):
        open_client().data(ask("/x"))


@pytest.mark.parametrize(
    ("url", "on_site"),
    [
        ("https://api.example:443/x", True),
        ("http://api.example/x", False),
        ("https://api.example:8443/x", False),
        ("https://api.example.evil/x", False),
        ("https://user@api.example/x", False),
        ("https://api.example:port/x", False),
    ],
)
def test_a_site_is_scheme_host_and_port(url, on_site):
    assert is_on_site(url, "https://api.example/v1") is on_site


@pytest.mark.parametrize(
    "url",
    ["http://api.example", "ftp://localhost", "https://", "https://u:p@api.example",
     "https://api.example/?a=1", "api.example"],
)  # fmt: skip
def test_an_address_that_is_no_protected_site_is_refused(url):
    with pytest.raises(ConfigError, match="base_url"):
        Site(connector="shop", base_url=url)


@pytest.mark.parametrize("part", ["", ".", ".."])
def test_an_id_from_outside_cannot_lead_elsewhere(part):
    assert path_of("a b", 7, "../x?y#z") == "/a%20b/7/..%2Fx%3Fy%23z"
    with pytest.raises(ConnectorInvalidError):
        path_of("orders", part)


def test_a_path_without_a_slash_is_refused(open_client):
    with pytest.raises(ConfigError, match="has no slash"):
        open_client().data(ask("x"))


def test_no_cookie_is_kept_and_no_netrc_read(open_client, server, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login mallory password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.misbehave(Mishap(answer=Answer(body=b"{}", headers={"Set-Cookie": "a=b"})))
    client = open_client()

    client.data(ask("/x"))
    client.data(ask("/x"))

    assert [asked.headers["authorization"] for asked in server.asked] == [f"Bearer {KEY}"] * 2
    assert "cookie" not in server.asked[1].headers


def test_secrets_are_not_shown(open_client):
    site = open_client().site

    assert KEY not in repr(site)
    assert KEY not in repr(order()) + repr(HttpCall(method="GET", url="/", headers={"a": KEY}))


# the library's own errors -----------------------------------------------------------------
ERRORS = [
    error
    for _, error in inspect.getmembers(requests.exceptions, inspect.isclass)
    if issubclass(error, requests.RequestException)
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_of_the_library_becomes_one_of_ours(monkeypatch, error):
    def broken(*_, **__):
        raise error(*(["x", "{", 0] if "JSON" in error.__name__ else ["broken"]))

    monkeypatch.setattr(requests.Session, "request", broken)

    with pytest.raises(ConnectorError) as why:
        RequestsTransport(connector="shop").send(HttpCall(method="POST", url="https://x.example"))
    assert (why.value.connector, "\n" in str(why.value)) == ("shop", False)


def test_json_is_written_as_utf_8(open_client, server, shop):
    client = open_client(retry=RetryPolicy(attempts=1))
    client.data(tell("POST", "/orders", {"name": "Lumière"}))

    assert shop.kept == {"none-0": {"name": "Lumière"}}
    assert "Lumière".encode() in server.asked[0].body
