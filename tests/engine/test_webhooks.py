"""Events to the host: signed, in order, at least once, over a real line to a real server."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from dunning_sdk import Engine, Money, Record
from dunning_sdk.connectors.http_transport import RequestsTransport
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.connectors.webhook import Delivery, Receiver
from dunning_sdk.connectors.webhook_scheme import new_secret, standard, standard_headers
from dunning_sdk.errors import (
    ConfigError,
    DomainError,
    InvalidTransitionError,
    RecordNotFoundError,
    StaleRecordError,
)
from dunning_sdk.operations.doctoring import examine
from dunning_sdk.store.holder import new_holder
from dunning_sdk.testing.loopback import Answer, Loopback, Mishap, fails, hangs_up, too_many
from dunning_sdk.webhooks.webhooking import WAITS, put_state
from dunning_sdk.webhooks.webhooks import Webhooks
from tests.acceptance.program import dunning_here
from tests.engine.company import FIRST, dunning, install

OLD, NEW = new_secret(), new_secret()
SECTION = """
[webhooks.erp]
url = "{url}/hooks?token=t"
secret_file = "webhook.key"
{more}
"""


@pytest.fixture
def server():
    with Loopback(lambda _: Answer()) as found:
        yield found


class Clock:
    """A clock that is moved by hand."""

    def __init__(self):
        self.at = datetime.now(UTC)

    def timing(self):
        return Timing(now=lambda: self.at)

    def wait(self, seconds):
        self.at += timedelta(seconds=seconds)


class Host:
    """An installation that tells one endpoint."""

    def __init__(self, folder, server, *, more="from_start = true", secrets=NEW):
        section = SECTION.format(url=server.url, more=more)
        install(folder, mode="live", more=section)
        (folder / "webhook.key").write_text(secrets)
        self.folder, self.server, self.clock = folder, server, Clock()
        self.engine = Engine.open(folder)
        self.engine.store._clock = lambda: self.clock.at
        self.webhooks = Webhooks(
            self.engine,
            timing=self.clock.timing(),
            transport=RequestsTransport(connector="webhook erp"),
        )

    def tell(self, kind, subject="F-1", **values):
        self.engine.record(Record(kind=kind, subject=subject, on=FIRST, values=values))

    def deliver(self):
        (told,) = self.webhooks.deliver("erp")
        return told

    def heard(self):
        """Return what came so far: type, id of the stream and number."""
        bodies = [json.loads(asked.body) for asked in self.server.asked]
        return [
            (one["type"].partition(".")[2], one["data"]["stream"]["id"], one["data"]["seq"])
            for one in bodies
        ]


@pytest.fixture
def host(tmp_path, server):
    found = Host(tmp_path, server)
    found.engine.pull(as_of=FIRST)
    yield found
    found.engine.store.close()


# what is sent -----------------------------------------------------------------------------


def test_every_event_is_told_once_signed_and_in_order(host, server):
    host.clock.wait(1)
    host.tell("payment", amount=Money(5_00, "EUR"))
    told = host.deliver()
    again = host.deliver()

    assert (told.sent, told.failed, again.sent) == (5, 0, 0)
    assert host.heard() == [
        ("opened", "F-1", 1),
        ("opened", "F-2", 1),
        ("opened", "F-3", 1),
        ("opened", "F-4", 1),
        ("payment-allocated", "F-1", 2),
    ]
    asked = server.asked[-1]
    judged = Webhook(NEW).verify(asked.body, dict(asked.headers))
    assert judged["data"]["header"]["amount_minor"] == 5_00
    assert judged["timestamp"] == host.clock.at.isoformat()
    assert asked.headers["content-type"] == "application/json"
    assert (asked.method, asked.path, asked.query) == ("POST", "/hooks", {"token": "t"})


def test_our_own_receiver_believes_what_we_send(host, server):
    host.deliver()
    receiver = Receiver(standard(), [NEW], now=lambda: host.clock.at)

    news = [receiver.is_new(Delivery(body=one.body, headers=one.headers)) for one in server.asked]
    assert news == [True] * 4


def test_while_a_secret_is_replaced_both_signatures_are_there(tmp_path, server):
    host = Host(tmp_path, server, secrets=f"{NEW}\n{OLD}\n")
    host.engine.pull(as_of=FIRST)
    host.deliver()
    host.engine.store.close()

    asked = server.asked[0]
    assert asked.headers["webhook-signature"].count("v1,") == 2
    for secret in (OLD, NEW):
        assert Webhook(secret).verify(asked.body, dict(asked.headers))["type"]


def test_no_personal_data_leaves_unless_the_endpoint_asks(tmp_path, server, host):
    host.deliver()
    assert "Client D-1" not in "".join(asked.body.decode() for asked in server.asked)
    assert all("payload" not in json.loads(asked.body)["data"] for asked in server.asked)
    folder = tmp_path / "other"
    folder.mkdir()
    asking = Host(folder, server, more="from_start = true\npayload = true")
    asking.engine.pull(as_of=FIRST)
    asking.engine.store.drop_key("D-2")
    asking.deliver()
    asking.engine.store.close()

    bodies = [json.loads(asked.body)["data"] for asked in server.asked[4:]]
    shown = {one["stream"]["id"]: "payload" in one for one in bodies}
    assert shown == {"F-1": True, "F-2": True, "F-3": False, "F-4": True}
    assert "Client D-1" in server.asked[4].body.decode()


def test_an_endpoint_hears_only_of_the_events_it_names(tmp_path, server):
    host = Host(tmp_path, server, more="from_start = true\nevents = ['receivable.payment-*']")
    host.engine.pull(as_of=FIRST)
    host.tell("payment", "F-2", amount=Money(1_00, "EUR"))
    host.deliver()
    waiting = host.webhooks.endpoints()[0].waiting
    host.engine.store.close()

    assert host.heard() == [("payment-allocated", "F-2", 2)]
    assert waiting == 0


def test_a_new_endpoint_begins_with_what_comes_after_it(tmp_path, server):
    host = Host(tmp_path, server, more="")
    host.engine.pull(as_of=FIRST)
    first = host.deliver()
    host.tell("payment", amount=Money(1_00, "EUR"))
    host.deliver()
    host.engine.store.close()

    assert first.sent == 0
    assert host.heard() == [("payment-allocated", "F-1", 2)]


# what fails -------------------------------------------------------------------------------


def test_a_stream_waits_for_its_event_and_others_go_on(host, server):
    host.tell("payment", amount=Money(1_00, "EUR"))
    server.misbehave(Mishap(answer=Answer(status=400)))
    told = host.deliver()
    assert (told.sent, told.failed) == (3, 1)
    assert ("payment-allocated", "F-1", 2) not in host.heard()

    host.clock.wait(WAITS[0] - 1)
    assert host.deliver().sent == 0
    host.clock.wait(2)
    assert host.deliver().sent == 2
    assert host.heard()[-2:] == [("opened", "F-1", 1), ("payment-allocated", "F-1", 2)]
    assert server.asked[0].headers["webhook-id"] == server.asked[-2].headers["webhook-id"]
    assert server.asked[0].body == server.asked[-2].body


def test_an_event_that_was_taken_though_we_never_heard_so_is_told_again(host, server):
    server.misbehave(hangs_up(done=True))
    host.deliver()
    host.clock.wait(WAITS[0])
    host.deliver()

    ids = [asked.headers["webhook-id"] for asked in server.asked]
    assert (len(ids), len(set(ids))) == (5, 4)


def test_an_endpoint_that_is_down_is_left_alone_after_three_failures(host, server):
    server.misbehave(fails(), fails(), hangs_up())
    told = host.deliver()

    assert (told.sent, told.failed, len(server.asked)) == (0, 3, 3)
    assert told.problem.startswith("not reached 3 times in a row: ")
    assert host.deliver().sent == 1


def test_an_endpoint_says_when_to_come_back(host, server):
    server.misbehave(too_many(3600))
    host.deliver()
    (failing,) = host.webhooks.endpoints()[0].failing

    assert failing.not_before == host.clock.at + timedelta(hours=1)
    assert failing.problem == "answered 429"


def test_an_event_is_given_up_after_three_days_and_a_person_decides(host, server):
    host.tell("payment", amount=Money(1_00, "EUR"))
    for wait in (*WAITS, 0):
        server.misbehave(Mishap(answer=Answer(status=422)))
        host.deliver()
        host.clock.wait(wait)
    host.clock.wait(10**6)
    assert host.deliver().failed == 0
    (failing,) = host.webhooks.endpoints()[0].failing
    assert (failing.is_dead, failing.tries, failing.problem) == (True, 10, "answered 422")
    found = [one.text for one in examine(host.engine, on=FIRST) if one.about == "webhooks"]
    assert found == ["erp did not take an event of 1 streams, given up"]

    assert host.webhooks.resume("erp") == 1
    assert host.deliver().sent == 2
    assert host.webhooks.endpoints()[0].failing == ()


def test_an_event_can_be_passed_over(host, server):
    host.tell("payment", amount=Money(1_00, "EUR"))
    server.misbehave(Mishap(answer=Answer(status=400)))
    host.deliver()

    assert host.webhooks.skip("erp", "receivable/F-1") == "receivable/F-1/1"
    assert host.deliver().sent == 1
    with pytest.raises(InvalidTransitionError, match="no event of receivable/F-1"):
        host.webhooks.skip("erp", "receivable/F-1")


def test_an_endpoint_that_answers_410_is_told_no_more_until_it_is_resumed(host, server):
    server.misbehave(Mishap(answer=Answer(status=410)))
    told = host.deliver()
    again = host.deliver()

    assert (told.failed, again.failed, len(server.asked)) == (1, 0, 1)
    assert "410" in again.problem
    assert host.webhooks.stuck() == ["erp answered that it wants no more"]
    host.webhooks.resume("erp")
    assert host.deliver().sent == 4


def test_two_processes_never_tell_one_endpoint_at_the_same_time(host, server):
    with host.engine.store.begin() as session:
        until = (host.clock.at + timedelta(minutes=1)).isoformat()
        put_state(session, "erp", holder=new_holder(), until=until)

    assert host.deliver().problem == "another process is telling it"
    with pytest.raises(StaleRecordError, match="Another process"):
        host.webhooks.resume("erp")
    host.clock.wait(61)
    assert host.deliver().sent == 4


# replay -----------------------------------------------------------------------------------


def test_events_of_a_day_are_told_again_under_their_ids(host, server):
    host.deliver()
    host.clock.wait(3 * 86_400)
    host.tell("payment", amount=Money(1_00, "EUR"))
    host.deliver()
    before = [asked.headers["webhook-id"] for asked in server.asked]
    since = host.clock.at.date()

    assert host.webhooks.replay("erp", since=since) == 1
    assert host.deliver().sent == 1
    assert host.webhooks.replay("erp", since=since - timedelta(days=9)) == 4
    assert host.deliver().sent == 5
    assert {asked.headers["webhook-id"] for asked in server.asked} == set(before)


def test_one_stream_is_told_again_from_an_event_on(host):
    host.tell("payment", amount=Money(1_00, "EUR"))
    host.deliver()
    host.webhooks.replay("erp", event="receivable/F-1/2")
    host.deliver()

    assert host.heard()[5:] == [("payment-allocated", "F-1", 2)]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({}, DomainError, "begins at a day or at an event"),
        ({"since": FIRST, "event": "receivable/F-1/1"}, DomainError, "begins at a day"),
        ({"event": "receivable/F-1/9"}, RecordNotFoundError, "There is no event"),
        ({"event": "F-1"}, DomainError, "names no event"),
        ({"event": "receivable/F-1/0"}, DomainError, "names no event"),
    ],
)
def test_a_replay_from_nowhere_is_refused(host, given, error, message):
    with pytest.raises(error, match=message):
        host.webhooks.replay("erp", **given)


# what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("url = 'http://example.com/x'", "begin it with https"),
        ("url = 'https://u:p@example.com/x'", "begin it with https"),
        ("url = 'https://['", "begin it with https"),
        ("url = 'https://a.example'\nlunch = 1", "there is no such key"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(tmp_path, line, message):
    with pytest.raises(ConfigError, match=message):
        Engine.open(install(tmp_path, more=f"[webhooks.erp]\n{line}\n"))


def test_a_secret_that_is_missing_or_weak_is_refused(host, monkeypatch):
    key = host.folder / "webhook.key"
    key.write_text("whsec_c2hvcnQ=")
    with pytest.raises(ConfigError, match="is not whsec_ and the base64 of 24 to 64 bytes"):
        host.deliver()
    key.write_text("whsec_\u00e9")
    with pytest.raises(ConfigError, match="cannot be read"):
        host.deliver()
    key.write_text("  ")
    with pytest.raises(ConfigError, match="there is no secret"):
        host.deliver()
    with pytest.raises(ConfigError, match="no secret to sign by"):
        standard_headers([], id="m", sent_at=1, body=b"")
    with pytest.raises(ConfigError, match="is not whsec_"):
        standard_headers(["whsec_!"], id="m", sent_at=1, body=b"")


def test_a_secret_may_stand_in_a_variable(tmp_path, server, monkeypatch):
    monkeypatch.setenv("ERP_SECRET", OLD)
    host = Host(tmp_path, server, more="from_start = true\nsecret_env = 'ERP_SECRET'")
    taken = host.webhooks.ping("erp")
    host.engine.store.close()

    assert taken.is_taken
    asked = server.asked[0]
    assert Webhook(OLD).verify(asked.body, dict(asked.headers))["type"] == "webhook.ping"


def test_an_unknown_endpoint_is_named_with_the_nearest(host):
    with pytest.raises(ConfigError, match=r"no section \[webhooks\.epr\]") as refused:
        host.webhooks.deliver("epr")
    assert refused.value.hint == "Did you mean erp?"


# the program ------------------------------------------------------------------------------


def test_the_program_tells_lists_replays_and_pings(tmp_path, server):
    install(tmp_path, mode="live", more=SECTION.format(url=server.url, more=""))
    secret = dunning_here(tmp_path, "webhooks", "secret")["secret"]
    (tmp_path / "webhook.key").write_text(secret)
    assert dunning_here(tmp_path, "webhooks", "ping", "erp")["taken"]
    dunning_here(tmp_path, "webhooks", "deliver")
    dunning_here(tmp_path, "pull", "--as-of", str(FIRST))
    server.misbehave(Mishap(answer=Answer(status=400)))

    told = dunning(tmp_path, "webhooks", "deliver", "erp", code=3)
    assert told.out.splitlines()[1].startswith("erp\t3\t1\t0")
    listed = dunning(tmp_path, "webhooks", "list").out
    assert "erp\treceivable/F-1/1\t1\t" in listed
    assert dunning_here(tmp_path, "webhooks", "resume", "erp") == {"streams": 1}
    dunning_here(tmp_path, "webhooks", "deliver", "erp")
    assert dunning_here(tmp_path, "webhooks", "list")[0]["failing"] == []
    day = datetime.now(UTC).date() - timedelta(days=1)
    assert dunning_here(tmp_path, "webhooks", "replay", "erp", "--since", day) == {"streams": 4}
    said = dunning(tmp_path, "webhooks", "skip", "erp", "receivable/F-1", code=2).err
    assert "has no event of receivable/F-1 that was not taken" in said


def test_in_mode_folder_nothing_is_told(tmp_path, server):
    install(tmp_path, more=SECTION.format(url=server.url, more=""))

    assert "nothing leaves this machine" in dunning(tmp_path, "webhooks", "deliver", code=2).err
    assert server.asked == []
