"""Workers: each notice once, whoever dies; retries, rates, quiet hours, rests, dead letters."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.connectors.memory import MemoryNoticeChannel
from dunning_sdk.delivery import delivering
from dunning_sdk.delivery.pacing import TRIES_MAX, closed_until, judged, retry_in, taken
from dunning_sdk.domain.notice import ReceiptStatus
from dunning_sdk.errors import ConnectorError, ConnectorTransientError, DomainError, StoreError
from dunning_sdk.installation.limit_config import LimitConfig
from dunning_sdk.operations import working
from dunning_sdk.operations.working import Worker
from dunning_sdk.store.delivery import Gate
from dunning_sdk.store.holder import new_holder
from dunning_sdk.store.interface import OutboxState
from tests.engine.night import FIRST, Opened, World

AWAY = ConnectorTransientError("The server is away")
UNKNOWN = ConnectorTransientError("The line broke", outcome_unknown=True)
REFUSED = ConnectorError("The address is refused")
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


class Stopped(BaseException):
    """The process ends in the middle of a call."""


class Once(MemoryNoticeChannel):
    """A channel whose system keeps one notice for an id, and where the first call is cut off."""

    deduplicates = True

    def send(self, message):
        """Take the notice and end the process, once."""
        cut_off = not self.sent
        receipt = super().send(message)
        if cut_off:
            raise Stopped
        return receipt


class NoMail(MemoryNoticeChannel):
    """A system that refuses every e-mail and takes letters."""

    def send(self, message):
        """Take a letter."""
        if message.channel == "email":
            raise REFUSED
        return super().send(message)


class Faulty(MemoryNoticeChannel):
    """A channel with a programming error."""

    def send(self, message):
        """Fail as no channel should."""
        raise TypeError


@pytest.fixture
def world():
    """Return a world in whose outbox two notices to two debtors wait."""
    with World(url="memory://", full=False) as found:
        yield queued(found)


def queued(world, debtors=2):
    for number in range(debtors):
        Opened(debtor=number + 1, terms=14, euros=300, age=14).happen(world)
    world.engine.pull(as_of=FIRST)
    world.engine.run(as_of=FIRST, send=False)
    return world


def limited(world, **limits):
    """Set limits of the channel email."""
    limit = LimitConfig(**limits)
    world.engine.config = world.engine.config.model_copy(update={"limits": {"email": limit}})
    return world


def a_worker(world, **options):
    return Worker(world.engine, stop=threading.Event(), idle_seconds=0.01, **options)


def drain(world, **options):
    return dict(a_worker(world, **options).run(drain=True).acts)


def states(world):
    with world.store.begin() as session:
        return sorted(act.state.value for act in session.acts())


def waiting(world):
    with world.store.begin() as session:
        return session.deliveries()


def wait_over(world):
    """Have every delivery be due now."""
    with world.store.queue() as queue:
        queue.put_deliveries([replace(each, not_before=None) for each in queue.deliveries()])


# what a worker does -------------------------------------------------------------------------


def test_a_queued_run_sends_nothing_and_a_worker_sends_it_once(world):
    assert (world.channel.sent, states(world)) == ([], ["planned", "planned"])

    first, second = drain(world), drain(world)

    assert (first, second) == ({"sent": 2}, {})
    assert (len(world.channel.sent), states(world)) == (2, ["sent", "sent"])
    assert waiting(world) == ()
    assert world.engine.run(as_of=FIRST)[1].sent == []


def test_two_workers_share_what_waits(world):
    workers = [a_worker(world), a_worker(world)]
    threads = [threading.Thread(target=w.run, kwargs={"drain": True}) for w in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(world.channel.sent), states(world)) == (2, ["sent", "sent"])


def test_a_payment_that_came_in_the_meantime_wins(world):
    world.record("payment", "F0")

    assert drain(world) == {"cancelled": 1, "sent": 1}
    assert [message.to_name for message in world.channel.sent] != []
    assert states(world) == ["cancelled", "sent"]


def test_a_worker_stops_when_it_is_told(world):
    stop = threading.Event()
    stop.set()

    report = Worker(world.engine, stop=stop).run()

    assert (dict(report.acts), world.channel.sent) == ({}, [])


def test_a_worker_takes_no_notice_of_another_day(world):
    world.today = FIRST + timedelta(days=1)

    assert drain(world) == {}
    assert (states(world), waiting(world)) == (["cancelled", "cancelled"], ())
    with pytest.raises(DomainError, match="not today"):
        a_worker(world).run(as_of=FIRST, drain=True)


def test_a_run_sends_what_another_run_only_planned(world):
    (proposal,) = {item.proposal_id for item in waiting(world)}

    report = world.engine.execute(proposal)

    assert (len(report.sent), states(world)) == (2, ["sent", "sent"])


# who dies -----------------------------------------------------------------------------------


def test_what_another_worker_holds_is_left_to_him(world):
    other = new_holder()
    with world.store.queue() as queue:
        held = queue.claim(other, on=FIRST, seconds=60)

    assert drain(world) == {"sent": 1}
    assert [item.notice_id for item in waiting(world)] == [held.notice_id]
    world.engine.run(as_of=FIRST)
    assert states(world) == ["planned", "sent"]


def test_a_worker_that_lost_its_lease_does_not_pass_the_door(world):
    worker = a_worker(world)
    late = worker._taker.take(FIRST)
    with world.store.queue() as queue:
        queue.put_deliveries([replace(late, holder=new_holder())])

    worker._deliverer.deliver(late, working.RunReport(as_of=FIRST, proposal_id=late.proposal_id))

    assert (world.channel.sent, states(world)) == ([], ["planned", "planned"])


def test_what_was_cut_off_is_never_sent_again_blindly(world):
    world.channel = CutOff(can_look_up=False)
    with pytest.raises(Stopped):
        drain(world)

    assert drain(world) == {"sent": 1, "uncertain": 1}
    assert states(world) == ["sent", "uncertain"]
    (question,) = world.engine.review(as_of=FIRST)
    assert question.kind == "act-uncertain"


class CutOff(MemoryNoticeChannel):
    """A channel in whose first call the process ends, the notice taken."""

    calls = 0

    def send(self, message):
        """Take the notice, and end the process once."""
        CutOff.calls += 1
        receipt = super().send(message)
        if len(self.sent) == 1:
            self.failures = []
            raise Stopped
        return receipt


def test_what_was_cut_off_leaves_again_where_the_channel_knows_it_is_the_same(world):
    world.channel = Once()
    with pytest.raises(Stopped):
        drain(world)

    assert drain(world) == {"sent": 2}
    assert (len(world.channel.sent), states(world)) == (2, ["sent", "sent"])


def test_what_was_cut_off_and_is_paid_now_is_asked_about(world):
    world.channel = Once(can_look_up=False)
    with pytest.raises(Stopped):
        drain(world)
    for number in (0, 1):
        world.record("payment", f"F{number}")

    assert drain(world) == {"cancelled": 1, "uncertain": 1}
    assert len(world.channel.sent) == 1


def test_a_receipt_that_comes_late_settles_what_was_uncertain(world):
    """As when a machine slept through its lease and another marked the act uncertain."""

    class Slow(MemoryNoticeChannel):
        def send(inner, message):  # noqa: N805 - the outer self is the world's
            with world.store.queue() as queue:
                queue.put_deliveries(
                    [
                        replace(each, holder="elsewhere/1/x")
                        for each in queue.deliveries()
                        if each.holder
                    ]
                )
                queue.extend("elsewhere/1/x", seconds=-1)
            world.engine.run(as_of=FIRST, send=False)
            return super().send(message)

    world.channel = Slow(can_look_up=False)

    assert drain(world) == {"sent": 2}
    assert (states(world), world.engine.review(as_of=FIRST)) == (["sent", "sent"], ())


# failures -----------------------------------------------------------------------------------


def test_what_fails_for_now_is_tried_again_in_the_same_act(world):
    world.channel.failures.extend([AWAY, AWAY])

    assert drain(world) == {"deferred": 1, "sent": 1}
    (later,) = waiting(world)
    assert later.not_before > datetime.now(UTC)
    assert drain(world) == {}

    wait_over(world)
    assert drain(world) == {"sent": 1}
    with world.store.begin() as session:
        assert {act.detail["attempt"] for act in session.acts()} == {1}


def test_what_may_have_left_is_tried_again_only_where_the_channel_knows_it(world):
    world.channel = Knowing(failures=[UNKNOWN])

    assert drain(world) == {"deferred": 1, "sent": 1}
    wait_over(world)
    assert drain(world) == {"sent": 1}
    assert len({message.id for message in world.channel.sent}) == 2

    with World(url="memory://", full=False) as other:
        other.channel.failures.append(UNKNOWN)
        assert drain(queued(other)) == {"uncertain": 1, "sent": 1}


class Knowing(MemoryNoticeChannel):
    """A channel whose system keeps one notice for an id."""

    deduplicates = True


def test_what_fails_too_often_is_put_before_a_person_who_releases_it(world):
    world.channel.failures.extend([AWAY] * 100)
    for _ in range(TRIES_MAX):
        rested(world)
        drain(world)
        wait_over(world)

    assert states(world) == ["failed", "failed"]
    first, second = world.engine.review(as_of=FIRST)
    assert {first.kind, second.kind} == {"act-failed"}
    world.channel.failures.clear()
    world.record("answer", first.id, answer="retry")
    world.record("answer", second.id, answer="skip")
    rested(world)
    world.engine.run(as_of=FIRST, send=False)
    assert drain(world) == {"sent": 1}


def rested(world):
    with world.store.queue() as queue:
        for gate in queue.gates():
            queue.put_gate(Gate(channel=gate.channel))


def test_what_ends_its_workers_before_the_door_is_given_up_at_last(world):
    for delivery in waiting(world) * TRIES_MAX:
        with world.store.queue() as queue:
            queue.claim(new_holder(), on=FIRST, seconds=-1, notice_id=delivery.notice_id)

    assert drain(world) == {"failed": 2}
    assert world.channel.sent == []
    assert {item.kind for item in world.engine.review(as_of=FIRST)} == {"act-failed"}


def test_a_fault_in_a_channel_leaves_an_uncertain_act_and_work_goes_on(world):
    world.channel = Faulty()

    assert drain(world) == {"uncertain": 2}


def test_a_store_that_is_away_for_a_while_is_waited_for(world, monkeypatch):
    failures = [StoreError("The database is locked"), StoreError("The database is locked")]
    take = working.Taker.take

    def sometimes(self, on):
        if failures:
            raise failures.pop()
        return take(self, on)

    monkeypatch.setattr(working.Taker, "take", sometimes)
    worker = a_worker(world)
    monkeypatch.setattr(worker._stop, "wait", lambda seconds: None)

    report = worker.run(drain=True)

    assert (dict(report.acts), report.troubles) == ({"sent": 2}, 2)


def test_a_receipt_is_written_down_once_the_store_is_back(world, monkeypatch):
    failures = [StoreError("The database ended the connection")] * 2
    record = delivering.Deliverer._record

    def sometimes(self, *facts):
        if failures:
            raise failures.pop()
        return record(self, *facts)

    monkeypatch.setattr(delivering.Deliverer, "_record", sometimes)
    monkeypatch.setattr(delivering, "_WAITS_SECONDS", (0, 0))

    assert drain(world) == {"sent": 2}
    assert len(world.channel.sent) == 2


def test_what_cannot_be_sent_as_things_are_waits_and_the_rest_goes(world):
    world.engine.config = world.engine.config.model_copy(update={"channels": {}})
    world.engine.wiring.config = world.engine.config

    report = a_worker(world).run(drain=True)

    assert (dict(report.acts), report.troubles) == ({}, 2)
    assert states(world) == ["planned", "planned"]
    assert {item.holder for item in waiting(world)} == {""}
    assert min(item.not_before for item in waiting(world)) > datetime.now(UTC)


# rates, quiet hours, rests ------------------------------------------------------------------


def test_a_rate_is_kept_by_all_workers_together(world):
    limited(world, per_minute=1)

    assert drain(world) == {"sent": 1}
    assert drain(world) == {}
    assert states(world) == ["planned", "sent"]


def test_a_run_waits_a_short_while_for_a_rate_and_leaves_the_rest(world):
    limited(world, per_minute=2000, burst=2)
    (proposal,) = {item.proposal_id for item in waiting(world)}
    assert len(world.engine.execute(proposal).sent) == 2

    with World(url="memory://", full=False) as other:
        queued(limited(other, quiet_hours="00:00-23:59"))
        (proposal,) = {item.proposal_id for item in waiting(other)}
        report = other.engine.execute(proposal)
        assert (report.sent, set(report.deferred.values())) == ([], {"channel-closed"})
        assert states(other) == ["planned", "planned"]


def closed_letters(world, **limits):
    """Have the first e-mail be refused, and set limits of its fallback."""
    world.channel.failures.append(REFUSED)
    limit = {"letter": LimitConfig(**limits)}
    world.engine.config = world.engine.config.model_copy(update={"limits": limit})
    return world


def test_a_fallback_keeps_to_the_hours_of_its_own_channel(world):
    closed_letters(world, quiet_hours="00:00-23:59")

    assert drain(world) == {"sent": 1, "deferred": 1}
    (waits,) = waiting(world)
    assert (waits.channel, waits.holder, states(world)) == ("letter", "", ["planned", "sent"])
    closed_letters(world).channel.failures.clear()
    wait_over(world)
    assert drain(world) == {"sent": 1}
    assert [message.channel for message in world.channel.sent] == ["email", "letter"]


def test_a_fallback_keeps_to_the_rate_of_its_own_channel(world):
    closed_letters(world, per_minute=1).channel = NoMail()

    assert drain(world) == {"sent": 1, "deferred": 1}
    (waits,) = waiting(world)
    left = waits.not_before - datetime.now(UTC)
    assert timedelta(seconds=30) < left <= timedelta(minutes=1)


def test_a_run_waits_a_short_while_for_a_fallback_and_leaves_the_rest():
    with World(url="memory://", full=False) as world:
        closed_letters(world, per_minute=600).channel = NoMail()
        for number in (1, 2):
            Opened(debtor=number, terms=14, euros=300, age=14).happen(world)
        world.engine.pull(as_of=FIRST)
        _, report = world.engine.run(as_of=FIRST)
        assert (len(report.sent), report.deferred) == (2, {})

    with World(url="memory://", full=False) as world:
        Opened(debtor=1, terms=14, euros=300, age=14).happen(world)
        closed_letters(world, quiet_hours="00:00-23:59").engine.pull(as_of=FIRST)
        _, report = world.engine.run(as_of=FIRST)
        assert (report.sent, set(report.deferred.values())) == ([], {"channel-closed"})


def test_what_was_cut_off_in_a_fallback_never_leaves_by_the_first_channel_again(world):
    world.channel = Once()
    closed_letters(world)
    with pytest.raises(Stopped):
        drain(world)
    world.channel.failures.clear()

    drain(world)

    left = {(message.id, message.channel) for message in world.channel.sent}
    assert states(world) == ["sent", "sent"]
    assert sorted(channel for _, channel in left) == ["email", "letter"]
    assert len({id for id, _ in left}) == 2


def test_a_worker_that_ends_gives_back_what_it_took_ahead_as_if_never_tried(world):
    queued(world, debtors=2)
    worker = a_worker(world)
    worker._stop.set()
    send = world.channel.send
    world.channel.send = lambda message: (worker._stop.set(), send(message))[1]
    worker._stop.clear()

    assert dict(worker.run().acts) == {"sent": 1}
    assert {(each.holder, each.tries) for each in waiting(world)} == {("", 0)}


def test_a_channel_rests_after_failures_in_a_row(world):
    limited(world, rest_after=1)
    world.channel.failures.extend([AWAY, AWAY])

    assert drain(world) == {"deferred": 1}
    assert states(world) == ["planned", "planned"]
    with world.store.queue() as queue:
        (gate,) = [gate for gate in queue.gates() if gate.resting_until]
        assert gate.failures == 1


@pytest.mark.parametrize(
    ("quiet", "hour", "opens"),
    [
        ("20:00-08:00", 18, None),
        ("20:00-08:00", 20, "2026-04-02T08:00:00+02:00"),
        ("20:00-08:00", 23, "2026-04-02T08:00:00+02:00"),
        ("20:00-08:00", 7, "2026-04-01T08:00:00+02:00"),
        ("20:00-08:00", 8, None),
        ("12:00-14:00", 13, "2026-04-01T14:00:00+02:00"),
        ("12:00-14:00", 14, None),
        ("", 3, None),
    ],
)
def test_quiet_hours_are_those_of_the_tenant(quiet, hour, opens):
    now = datetime(2026, 4, 1, hour, tzinfo=PARIS)

    found = closed_until(LimitConfig(quiet_hours=quiet), Gate(channel="email"), now, PARIS)

    assert (found and found.isoformat()) == opens


@given(st.integers(1, 600), st.integers(1, 5), st.lists(st.integers(0, 120_000), max_size=60))
def test_no_minute_holds_more_than_the_rate_and_its_burst(per_minute, burst, waits):
    limit = LimitConfig(per_minute=per_minute, burst=burst)
    gate, now, passed = Gate(channel="email"), NOON, []
    for wait in waits:
        now += timedelta(milliseconds=wait)
        if closed_until(limit, gate, now, PARIS) is None:
            gate = taken(limit, gate, now)
            passed.append(now)

    for begin in passed:
        within = [at for at in passed if begin <= at < begin + timedelta(minutes=1)]
        assert len(within) <= per_minute + burst


def test_a_resting_channel_is_tried_by_one_notice_then_opens_or_rests_on():
    limit = LimitConfig(rest_after=2, rest_seconds=60)
    gate = Gate(channel="email")
    for _ in range(2):
        assert closed_until(limit, gate, NOON, PARIS) is None
        gate = judged(limit, gate, NOON, failed=True)
    assert closed_until(limit, gate, NOON, PARIS) == NOON + timedelta(seconds=60)

    later = NOON + timedelta(seconds=60)
    assert closed_until(limit, gate, later, PARIS) is None
    trying = taken(limit, gate, later)
    assert closed_until(limit, trying, later, PARIS) == later + timedelta(seconds=60)
    worked = judged(limit, trying, later, failed=False)
    assert closed_until(limit, worked, later, PARIS) is None
    assert closed_until(limit, judged(limit, trying, later, failed=True), later, PARIS) is not None


@given(st.text(max_size=20), st.integers(1, 60))
def test_a_retry_waits_half_to_one_and_a_half_of_its_doubled_time(key, tries):
    nominal = min(30 * 2 ** (tries - 1), 3600)

    assert nominal / 2 <= retry_in(key, tries).total_seconds() <= nominal * 1.5
    assert retry_in(key, tries) == retry_in(key, tries)


def test_letters_that_wait_to_be_posted_are_handed(world):
    world.channel.status = ReceiptStatus.AWAITING_POSTING

    assert drain(world) == {"handed": 2}
    assert states(world) == [OutboxState.SENT.value] * 2
