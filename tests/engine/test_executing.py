"""What leaves, and what does not: the door, crashes, days that pass, fallbacks, approvals."""

import subprocess
import sys
from datetime import date, timedelta

import pytest

from dunning_sdk.connectors.memory import MemoryNoticeChannel
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import ReceiptStatus
from dunning_sdk.errors import (
    ConnectorError,
    ConnectorTransientError,
    DomainError,
    InvalidTransitionError,
    RecordNotFoundError,
)
from dunning_sdk.records.entry import Record
from dunning_sdk.store.interface import OutboxState
from tests.engine.night import FIRST, Approved, Opened, Rebooked, World
from tests.shared import ROOT

DUE = Opened(debtor=1, terms=14, euros=300, age=14)
OTHER = Opened(debtor=2, terms=14, euros=120, age=14)
UNKNOWN = ConnectorTransientError("The line broke", outcome_unknown=True)
AWAY = ConnectorTransientError("The server is away")
REFUSED = ConnectorError("The address is refused")


class Stopped(BaseException):
    """The program ends in the middle of a call, as Ctrl-C or a power cut end it."""


class CutOff(MemoryNoticeChannel):
    """A channel in whose first call the program ends."""

    def send(self, message):
        """End the program once, then send."""
        if not self.failures:
            return super().send(message)
        self.failures.pop()
        raise Stopped


class Mute(MemoryNoticeChannel):
    """A channel that cannot be asked for now."""

    def lookup(self, message_id):
        """Fail."""
        raise AWAY


@pytest.fixture
def world():
    """Return a world with one invoice due on the first night, its notice going by e-mail."""
    with World(url="memory://", full=False) as found:
        DUE.happen(found)
        found.engine.pull(as_of=FIRST)
        yield found


def at(world, nights: int):
    """Let days pass, and the statement be read."""
    world.today = FIRST + timedelta(days=nights)
    world.engine.pull(as_of=world.today)
    return world


def propose(world):
    return world.engine.propose(as_of=world.today)


def run(world):
    return world.engine.run(as_of=world.today)


def why(world, number=0):
    decision = world.engine.decide(f"F{number}", as_of=world.today).decision
    return decision.outcome.value, decision.reasons


def outbox(world, act_id):
    with world.store.begin() as session:
        return session.act(act_id)


def an_entry(world, kind, subject, **values):
    return Record(kind=kind, on=world.today, subject=subject, values=values)


# The door -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "values", "reason"),
    [
        ("payment", {}, "paid"),
        ("blocked", {}, "blocked"),
        ("disputed", {"amount": Money(100_00, "EUR")}, "changed-since-proposed"),
        ("due-date", {"due_on": date(2026, 5, 1)}, "not-yet"),
        ("reminders", {"reminders": False}, "reminders-off"),
    ],
)
def test_what_changed_since_the_proposal_cancels_the_act(world, kind, values, reason):
    proposal = propose(world)
    (act,) = proposal.acts
    world.record(kind, "F0", **values)

    report = world.engine.execute(proposal.id)

    assert report.cancelled == {act.act_id: reason}
    assert (report.sent, world.channel.sent) == ([], [])
    assert outbox(world, act.act_id).state is OutboxState.CANCELLED


def test_a_cancelled_act_is_proposed_anew_as_it_is_now(world):
    first = propose(world)
    world.record("disputed", "F0", amount=Money(100_00, "EUR"))
    world.engine.execute(first.id)

    again, report = run(world)

    (act,) = again.acts
    assert (act.attempt, act.amount) == (2, Money(200_00, "EUR"))
    assert report.sent == [act.act_id]
    (message,) = world.channel.sent
    assert "€200.00" in message.text


def test_a_paid_receivable_is_not_proposed_again(world):
    proposal = propose(world)
    world.record("payment", "F0")
    world.engine.execute(proposal.id)

    again, report = run(world)

    assert (again.acts, report.sent, world.channel.sent) == ((), [], [])
    assert why(world) == ("finished", ("paid",))


def test_one_changed_act_holds_back_the_whole_notice(world):
    DUE.happen(world)
    world.engine.pull(as_of=FIRST)
    proposal = propose(world)
    assert len({act.notice_id for act in proposal.acts}) == 1
    world.record("payment", "F1")

    report = world.engine.execute(proposal.id)

    assert set(report.cancelled.values()) == {"paid"}
    assert len(report.cancelled) == 2
    _, after = run(world)
    assert len(after.sent) == 1
    assert len(world.channel.sent) == 1


def test_a_proposal_executed_twice_sends_once(world):
    proposal = propose(world)

    first, second = (world.engine.execute(proposal.id) for _ in range(2))

    assert (len(first.sent), second.sent) == (1, [])
    assert len(world.channel.sent) == 1


# Failures -----------------------------------------------------------------------------------------
def test_a_fallback_takes_the_same_act_and_says_the_same(world):
    world.channel.failures.append(REFUSED)

    proposal, report = run(world)

    assert report.sent == [act.act_id for act in proposal.acts]
    (message,) = world.channel.sent
    assert (message.channel, message.attachments[0].name.endswith(".pdf")) == ("letter", True)
    assert why(world)[0] == "waiting"


def test_an_act_that_fails_on_every_channel_is_put_before_a_person(world):
    world.channel.failures.extend([REFUSED, REFUSED])

    _, report = run(world)

    assert len(report.failed) == 1
    assert "The address is refused" in report.messages[0]
    assert why(world) == ("held", ("act-failed",))
    (question,) = world.engine.review(as_of=FIRST)
    assert question.kind == "act-failed"
    world.record("answer", question.id, answer="retry")
    _, again = run(world)
    assert len(again.sent) == 1
    assert world.engine.review(as_of=FIRST) == ()


def test_what_fails_for_now_is_proposed_anew_without_asking(world):
    world.channel.failures.extend([AWAY, AWAY])

    _, report = run(world)
    again, after = run(world)

    assert len(report.failed) == 1
    assert [act.attempt for act in again.acts] == [2]
    assert len(after.sent) == 1
    assert world.engine.review(as_of=FIRST) == ()


def test_a_skipped_act_gives_way_to_the_next_step(world):
    world.channel.failures.extend([REFUSED, REFUSED])
    run(world)
    (question,) = world.engine.review(as_of=FIRST)
    world.record("answer", question.id, answer="skip")

    at(world, 4)
    proposal, _ = run(world)

    assert [act.step_id for act in proposal.acts] == ["first"]


def test_an_answer_nobody_knows_changes_nothing(world):
    world.channel.failures.extend([REFUSED, REFUSED])
    run(world)
    (question,) = world.engine.review(as_of=FIRST)

    with pytest.raises(DomainError, match="'perhaps' is no answer to act-failed"):
        world.engine.record(an_entry(world, "answer", question.id, answer="perhaps"))
    assert len(world.engine.review(as_of=FIRST)) == 1


def test_two_questions_that_begin_alike_have_to_be_told_apart(world):
    OTHER.happen(world)
    world.engine.pull(as_of=FIRST)
    world.channel.failures.extend([REFUSED] * 4)
    run(world)

    with pytest.raises(RecordNotFoundError, match="2 open review items begin with act-failed:"):
        world.engine.record(an_entry(world, "answer", "act-failed:", answer="retry"))


def test_what_may_have_left_is_never_sent_again(world):
    world.channel.can_look_up = False
    world.channel.failures.append(UNKNOWN)

    _, report = run(world)
    for nights in range(1, 4):
        run(at(world, nights))

    assert len(report.uncertain) == 1
    assert len(world.channel.sent) == 1
    (question,) = world.engine.review(as_of=world.today)
    assert question.kind == "act-uncertain"


def test_the_channel_is_asked_before_a_person_is(world):
    world.channel.failures.append(UNKNOWN)
    run(world)
    (question,) = world.engine.review(as_of=FIRST)
    assert question.kind == "act-uncertain"

    run(at(world, 1))

    (act,) = world.state(0).acts
    assert (act.status.value, act.on) == ("done", FIRST)
    assert world.engine.review(as_of=world.today) == ()
    assert len(world.channel.sent) == 1


def test_a_letter_that_was_printed_after_all_waits_to_be_posted(world):
    world.channel.status = ReceiptStatus.AWAITING_POSTING
    world.channel.failures.append(UNKNOWN)
    run(world)

    run(at(world, 1))

    (question,) = world.engine.review(as_of=world.today)
    assert question.kind == "letter-to-post"
    assert why(world) == ("in-progress", ("letter-to-post",))


def test_a_channel_that_cannot_be_asked_leaves_the_question_to_a_person(world):
    world.channel.failures.append(UNKNOWN)
    run(world)
    world.channel = Mute(failures=[])

    run(at(world, 1))

    (question,) = world.engine.review(as_of=world.today)
    assert question.kind == "act-uncertain"


def test_an_uncertain_act_blocks_what_has_legal_effect(world):
    world.channel.can_look_up = False
    world.channel.failures.append(UNKNOWN)
    run(world)
    for nights in (4, 9, 13, 17):
        run(at(world, nights))
    at(world, 24)

    assert why(world) == ("held", ("act-uncertain",))
    (question,) = world.engine.review(as_of=world.today)
    world.record("answer", question.id, answer="skip")
    assert why(world) == ("due", ("step-due",))


# Crashes ------------------------------------------------------------------------------------------
def crash(world):
    """Execute a proposal of two notices, and end in the middle of the first."""
    OTHER.happen(world)
    world.engine.pull(as_of=FIRST)
    world.channel = CutOff(failures=[AWAY])
    proposal = propose(world)
    with pytest.raises(Stopped):
        world.engine.execute(proposal.id)
    first, second = (act.act_id for act in proposal.acts)
    assert outbox(world, first).state is OutboxState.SENDING
    assert outbox(world, second).state is OutboxState.PLANNED
    return proposal, first, second


def test_a_run_cut_short_goes_on_with_what_was_not_begun(world):
    proposal, first, second = crash(world)

    report = world.engine.execute(proposal.id)

    assert report.sent == [second]
    assert outbox(world, first).state is OutboxState.SENDING


def test_what_was_cut_off_while_sending_becomes_uncertain_in_the_next_run(world):
    _, first, second = crash(world)

    proposal, report = run(world)

    assert outbox(world, first).state is OutboxState.UNCERTAIN
    assert [act.act_id for act in proposal.acts] == []
    assert report.sent == []
    (question,) = world.engine.review(as_of=world.today)
    assert (question.kind, question.detail["act"]) == ("act-uncertain", first)
    world.record("answer", question.id, answer="retry")
    retried, after = run(world)
    assert [act.attempt for act in retried.acts] == [2]
    assert len(after.sent) == 1
    assert second not in after.sent


def test_an_act_left_unsent_is_cancelled_when_its_day_has_passed(world):
    _, _, second = crash(world)

    proposal, report = run(at(world, 1))

    kept = outbox(world, second)
    assert (kept.state, kept.reason) == (OutboxState.CANCELLED, "day-passed")
    (act,) = proposal.acts
    assert (act.receivable_id, act.attempt) == ("F1", 2)
    assert report.sent == [act.act_id]


KILLED = """
import os
from pathlib import Path
from tests.engine.night import FIRST, Opened, World

world = World(url="sqlite:///{path}", full=False)
Opened(debtor=1, terms=14, euros=300, age=14).happen(world)
world.engine.pull(as_of=FIRST)

class Killing(type(world.channel)):
    def send(self, message):
        Path("{path}.sent").write_text(message.id)
        os._exit(9)

world.channel = Killing()
world.engine.run(as_of=FIRST)
"""


def test_a_killed_program_leaves_an_uncertain_act_and_no_second_notice(tmp_path):
    path = (tmp_path / "store.sqlite").as_posix()
    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(path=path)], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 9, done.stderr.decode()
    assert (tmp_path / "store.sqlite.sent").exists()

    with World(url=f"sqlite:///{path}", full=False) as world:
        for nights in range(3):
            world.today = FIRST + timedelta(days=nights)
            run(world)
        (question,) = world.engine.review(as_of=world.today)

    assert world.channel.sent == []
    assert question.kind == "act-uncertain"


# Approval -----------------------------------------------------------------------------------------
def formal_proposal(world):
    """Return the first proposal with a formal notice."""
    for nights in range(24, 40):
        proposal, _ = run(at(world, nights))
        if any(act.step_id == "formal" for act in proposal.acts):
            return proposal
    pytest.fail("no formal notice was proposed")


def test_an_act_with_legal_effect_waits_for_a_person(world):
    proposal = formal_proposal(world)
    before = len(world.channel.sent)

    (act,) = proposal.acts
    report = world.engine.execute(proposal.id)

    assert report.waiting == [act.act_id]
    assert len(world.channel.sent) == before
    approved = world.engine.approve(proposal.id, [act.act_id[:8]], by="Jeanne")
    assert approved.approved == (act.act_id,)
    assert world.engine.execute(proposal.id).sent == [act.act_id]


def test_an_approval_carries_over_to_the_next_day(world):
    proposal = formal_proposal(world)
    world.engine.approve(proposal.id)

    _, report = run(at(world, (world.today - FIRST).days + 1))

    assert len(report.sent) == 1
    assert report.waiting == []


def test_an_approval_does_not_carry_over_to_another_amount(world):
    proposal = formal_proposal(world)
    world.engine.approve(proposal.id)
    world.record("payment", "F0", amount=Money(50_00, "EUR"))

    _, report = run(at(world, (world.today - FIRST).days + 1))

    assert report.sent == []
    assert len(report.waiting) == 1


def test_an_approved_act_that_was_cut_off_before_it_began_is_approved_the_next_day(world):
    OTHER.happen(world)
    world.engine.pull(as_of=FIRST)
    proposal = formal_proposal(world)
    assert [act.step_id for act in proposal.acts] == ["formal", "formal"]
    world.engine.approve(proposal.id)
    world.channel = CutOff(failures=[AWAY])
    with pytest.raises(Stopped):
        world.engine.execute(proposal.id)

    again, report = run(at(world, (world.today - FIRST).days + 1))

    (act,) = (act for act in again.acts if act.step_id == "formal")
    assert (act.attempt, report.sent) == (2, [act.act_id])


def test_an_act_is_approved_by_a_beginning_that_is_no_others(world):
    proposal = propose(world)
    (act,) = proposal.acts

    assert world.engine.approve(proposal.id[:6], [act.act_id[:6]]).approved == (act.act_id,)
    with pytest.raises(RecordNotFoundError, match="has no act zz"):
        world.engine.approve(proposal.id, ["zz"])
    with pytest.raises(RecordNotFoundError, match="There is no proposal zz"):
        world.engine.approve("zz")


def test_a_beginning_that_is_two_acts_is_ambiguous(world):
    OTHER.happen(world)
    world.engine.pull(as_of=FIRST)
    proposal = propose(world)

    with pytest.raises(RecordNotFoundError, match="is ambiguous"):
        world.engine.approve(proposal.id, [""])


# Days and modes -----------------------------------------------------------------------------------
def test_live_mode_sends_on_the_day_itself(world):
    proposal = world.engine.propose(as_of=FIRST + timedelta(days=1))

    with pytest.raises(DomainError, match="2026-04-02 is not today, 2026-04-01"):
        world.engine.execute(proposal.id)
    with pytest.raises(DomainError, match="2026-04-02 is not today"):
        world.engine.run(as_of=FIRST + timedelta(days=1))


def test_live_mode_does_not_go_back_before_the_last_run(world):
    run(at(world, 3))
    world.today = FIRST

    with pytest.raises(DomainError, match="would lie before the last one, 2026-04-04"):
        run(world)


# People and others --------------------------------------------------------------------------------
def test_a_letter_is_done_on_the_day_it_is_posted(world):
    world.channel.status = ReceiptStatus.AWAITING_POSTING
    _, report = run(world)
    assert len(report.handed) == 1
    assert why(world) == ("in-progress", ("letter-to-post",))

    world.today = FIRST + timedelta(days=2)
    world.record("posting", "F0", reference="RK1")

    (act,) = world.state(0).acts
    assert (act.status.value, act.on) == ("done", world.today)
    assert world.engine.review(as_of=world.today) == ()


def test_a_call_is_put_before_a_person_and_done_when_he_says_so(world):
    for nights in range(29):
        Approved(run_after=False).happen(at(world, nights))
        world.run()
    (question,) = world.engine.review(as_of=world.today)
    assert question.kind == "call"

    world.record("answer", question.id, answer="done")

    done = [act.step_id for act in world.state(0).acts if act.status.value == "done"]
    assert done[-2:] == ["formal", "call"]


@pytest.fixture
def expecting(world):
    """Return the world on the day the collector is expected to act."""
    Rebooked("edges").happen(world)
    return at(world, 13)


def test_an_act_of_another_is_expected_and_never_sent(expecting):
    proposal, report = run(expecting)

    (act,) = proposal.expected
    assert (act.actor, proposal.acts, report.sent) == ("collector", (), [])
    assert expecting.channel.sent == []


def test_an_expected_act_is_confirmed_by_what_was_done(expecting):
    proposal, _ = run(expecting)
    (expected,) = proposal.expected

    said = expecting.engine.record(an_entry(expecting, "act", "F0", reference="A-77"))

    assert said == f"{expected.step_id} of F0 done by collector on 2026-04-14"
    assert [act.act_id for act in expecting.state(0).acts] == [expected.act_id]
    again, _ = run(expecting)
    assert again.expected == ()


def test_another_step_than_the_expected_one_is_not_confirmed(expecting):
    run(expecting)

    with pytest.raises(InvalidTransitionError, match="is expected on 2026-04-14, not placement"):
        expecting.engine.record(an_entry(expecting, "act", "F0", step="placement"))


def test_a_debtor_who_was_erased_is_not_written_to(world):
    proposal = propose(world)
    world.store.drop_key("D1")

    report = world.engine.execute(proposal.id)

    assert (report.sent, world.channel.sent) == ([], [])
