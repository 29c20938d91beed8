"""Access tokens: kept while they last, asked for anew when they end or are refused."""

import pytest

from dunning_sdk.connectors.access_token import AccessTokens, granting
from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, ask, tell
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import ConnectorAuthError, ConnectorInvalidError, ConnectorTransientError
from dunning_sdk.testing.loopback import Answer, Loopback, Mishap, fails, hangs_up

GRANT = {"grant_type": "client_credentials", "client_id": "us", "client_secret": "s3cr3t-9c01"}


class Vendor:
    """Gives tokens, and takes only the one it gave last."""

    def __init__(self):
        self.given = 0
        self.told = []
        self.reply = {"token_type": "Bearer", "expires_in": 1800}

    def __call__(self, asked):
        if asked.path == "/token":
            if b"s3cr3t-9c01" not in asked.body:
                return Answer.of({"error": "invalid_client"}, 401)
            self.given += 1
            return Answer.of({"access_token": f"token-{self.given}", **self.reply})
        if asked.headers.get("authorization") != f"Bearer token-{self.given}":
            return Answer.of({"detail": f"bad {asked.headers.get('authorization')}"}, 401)
        if asked.method == "POST":
            self.told.append(asked.data())
        return Answer.of({"ok": True})


@pytest.fixture
def vendor():
    return Vendor()


@pytest.fixture
def server(vendor):
    with Loopback(vendor) as server:
        yield server


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def client(server, clock):
    timing = Timing(monotonic=lambda: clock[0], sleep=lambda _: None)

    def opened(**grant):
        site = Site(connector="vendor", base_url=server.url, secrets=(GRANT["client_secret"],))
        tokens = AccessTokens(site, granting("/token", {**GRANT, **grant}), timing=timing)
        return HttpClient(site, timing=timing, tokens=tokens)

    return opened


def test_a_token_serves_until_a_minute_before_its_end(client, vendor, clock):
    one = client()
    for clock[0] in (0.0, 1739.0):
        one.data(ask("/things"))
    assert vendor.given == 1

    clock[0] = 1740.0
    one.data(ask("/things"))
    assert vendor.given == 2


def test_a_token_that_is_refused_is_asked_for_anew_once(client, vendor):
    one = client()
    one.data(ask("/things"))
    vendor.given += 1  # another client of ours was given one, and this vendor keeps the last only

    assert one.data(tell("POST", "/things", {"n": 1})) == {"ok": True}
    assert (vendor.given, vendor.told) == (3, [{"n": 1}])


def test_a_vendor_that_refuses_every_token_is_an_error_of_credentials(client, server, vendor):
    one = client()
    server.misbehave(*[fails(401).on("/things")] * 2)

    with pytest.raises(ConnectorAuthError):
        one.data(ask("/things"))
    assert vendor.given == 2


def test_a_grant_that_is_refused_shows_no_secret(client):
    with pytest.raises(ConnectorAuthError) as refused:
        client(client_secret="other").data(ask("/things"))

    assert "other" not in str(refused.value)


def test_a_passing_failure_of_the_token_server_is_tried_again(client, server, vendor):
    server.misbehave(fails(503).on("/token"))

    assert client().data(ask("/things")) == {"ok": True}
    server.misbehave(*[fails(503).on("/token")] * 3)
    with pytest.raises(ConnectorTransientError, match="POST /token"):
        client().data(ask("/things"))
    assert vendor.given == 1


def test_a_change_for_which_there_is_no_token_was_surely_not_made(client, server, vendor):
    server.misbehave(hangs_up().on("/token"))

    with pytest.raises(ConnectorTransientError) as failed:
        client().data(tell("POST", "/things", {"n": 1}))
    assert (failed.value.outcome_unknown, vendor.told) == (False, [])


def test_a_reply_without_a_token_is_said(client, vendor):
    vendor.reply = {"access_token": None}

    with pytest.raises(ConnectorInvalidError, match="an access token is not as expected"):
        client().data(ask("/things"))


def test_no_message_shows_the_token(client, server):
    one = client()
    one.data(ask("/things"))
    server.misbehave(Mishap(answer=Answer.of({"detail": "token-1 is not allowed"}, 403)))

    with pytest.raises(ConnectorAuthError) as refused:
        one.data(ask("/things"))
    assert "token-1" not in str(refused.value)


def test_a_vendor_may_have_names_of_its_own(server, vendor):
    vendor.reply = {"access": "token-1", "access_expires": 60}
    site = Site(connector="vendor", base_url=server.url)
    request = tell("POST", "/token", GRANT)
    tokens = AccessTokens(site, request, token_field="access", seconds_field="access_expires")

    assert tokens.token() == "token-1"
    assert tokens.token() == "token-1"
    assert vendor.given == 2  # one that lasts a minute is at its end
