"""What stops a receivable, what holds it, and how it goes on afterwards."""

from dataclasses import replace

import pytest

from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.decisions.stop import asked_amount, disputed_amount, holding_stops, resume_on
from dunning_sdk.domain import event as events
from dunning_sdk.domain.receivable import StopReason
from dunning_sdk.rules.step import Action
from tests.build import (
    FAST_PAYMENT,
    OWN_MANDATE,
    a_receivable,
    a_step,
    a_stop,
    an_event,
    an_opening,
    on,
)
from tests.decisions.walk import decided, walk

PARTIAL = [
    StopReason.DISPUTED,
    StopReason.PROMISED,
    StopReason.PAYMENT_PLAN,
    StopReason.WRITTEN_OFF,
    StopReason.CREDIT_DUE,
]
HOLDING = sorted(set(StopReason) - {StopReason.DOUBTFUL})
WHOLE = sorted(set(HOLDING) - set(PARTIAL))


def stopped(*stops):
    return a_receivable(stops=stops)


def placed(day, reason, **header):
    return an_event(events.STOP_PLACED, day, stop="1", reason=reason, **header)


def lifted(day, outcome):
    return an_event(events.STOP_LIFTED, day, stop="1", outcome=outcome)


@pytest.mark.parametrize("reason", HOLDING)
def test_every_kind_of_stop_stops_the_notice(reason):
    decision = decided(stopped(a_stop(reason, 1)), 4)

    assert (decision.outcome, decision.reasons) == (Outcome.STOPPED, (reason.value,))
    assert (decision.step, decision.amount, decision.review_on) == (None, None, None)


def test_a_paid_receivable_is_finished():
    decision = decided(a_receivable(paid_minor=1200_00), 4)

    assert (decision.outcome, decision.reasons) == (Outcome.FINISHED, ("paid",))
    assert decision.review_on is None


def test_a_credit_note_over_the_whole_finishes_it():
    assert decided(a_receivable(credited_minor=1200_00), 4).reasons == ("paid",)


def test_paid_comes_before_every_stop():
    receivable = replace(stopped(a_stop(StopReason.BLOCKED)), paid_minor=1200_00)

    assert decided(receivable, 4).reasons == ("paid",)


def test_a_payment_stops_everything():
    paid = an_event(events.PAYMENT_ALLOCATED, 10, amount_minor=1200_00)

    assert list(walk(paid).acts) == [-7, 0, 4, 8]


def test_a_part_payment_lowers_what_is_asked_for():
    assert str(decided(a_receivable(paid_minor=200_00), 4).amount) == "1000.00 EUR"


def test_reasons_are_listed_once_each():
    stops = [a_stop(reason, 1) for reason in (StopReason.BLOCKED, StopReason.INSOLVENT)]
    again = a_stop(StopReason.BLOCKED, 2, id="blocked-2")

    assert decided(stopped(*stops, again), 4).reasons == ("blocked", "insolvent")


@pytest.mark.parametrize("reason", PARTIAL)
def test_of_a_stop_about_a_part_the_rest_is_asked_for(reason):
    receivable = stopped(a_stop(reason, 1, amount_minor=400_00))

    decision = decided(receivable, 4)

    assert (decision.outcome, str(decision.amount)) == (Outcome.DUE, "800.00 EUR")


@pytest.mark.parametrize("reason", WHOLE)
def test_any_other_stop_holds_the_whole_whatever_its_amount(reason):
    receivable = stopped(a_stop(reason, 1, amount_minor=400_00))

    assert decided(receivable, 4).reasons == (reason.value,)


def test_parts_that_make_up_the_whole_stop_it():
    parts = (
        a_stop(StopReason.DISPUTED, 1, amount_minor=700_00),
        a_stop(StopReason.PROMISED, 1, amount_minor=500_00),
    )

    assert decided(stopped(*parts), 4).reasons == ("disputed", "promised")
    assert str(asked_amount(stopped(parts[0]), on(4))) == "500.00 EUR"


def test_a_dispute_over_what_is_left_stops_it():
    receivable = replace(
        stopped(a_stop(StopReason.DISPUTED, 1, amount_minor=700_00)), paid_minor=500_00
    )

    assert decided(receivable, 4).reasons == ("disputed",)
    assert str(disputed_amount(receivable, on(4))) == "700.00 EUR"


def test_only_the_stop_of_the_whole_is_named_where_both_hold():
    whole = a_stop(StopReason.BLOCKED, 1)
    part = a_stop(StopReason.DISPUTED, 1, amount_minor=100_00)

    assert holding_stops(stopped(part, whole), on(4)) == (whole,)
    assert holding_stops(stopped(), on(4)) == ()


def test_the_disputed_amount_is_at_most_the_whole():
    parts = [a_stop(StopReason.DISPUTED, 1, amount_minor=900_00, id=str(at)) for at in range(2)]

    assert str(disputed_amount(stopped(*parts), on(4))) == "1200.00 EUR"
    assert disputed_amount(stopped(a_stop(StopReason.PROMISED, 1)), on(4)).minor == 0


def test_a_stop_holds_through_its_last_day():
    stop = placed(2, "blocked", until_on=on(10).isoformat())

    lived = walk(stop, days=range(-7, 25))

    assert lived.acts == {-7: "before", 0: "on-due", 11: "second", 20: "formal-notice"}
    assert lived.decisions[5].review_on == on(11)


def test_after_a_stop_the_book_may_wait():
    procedure = replace(FAST_PAYMENT, resume_days=5)
    lived = walk(
        placed(2, "disputed"), lifted(10, "settled"), days=range(0, 25), procedure=procedure
    )

    assert lived.acts == {0: "on-due", 15: "second", 20: "formal-notice"}
    assert lived.decisions[12].act_on == on(15)


@pytest.mark.parametrize(
    ("outcome", "resumed"), [("broken", 10), ("kept", 15), ("settled", 15), ("", 10)]
)
def test_a_broken_promise_resumes_at_once(outcome, resumed):
    procedure = replace(FAST_PAYMENT, resume_days=5)
    stop = placed(2, "promised", until_on=on(30).isoformat())

    acts = walk(stop, lifted(10, outcome), days=range(2, 18), procedure=procedure).acts

    assert acts == {resumed: "second"}


def test_a_promise_that_runs_out_is_broken():
    procedure = replace(FAST_PAYMENT, resume_days=5)
    stop = placed(2, "promised", until_on=on(9).isoformat())

    assert walk(stop, days=range(2, 18), procedure=procedure).acts == {10: "second"}


def test_a_kept_promise_of_a_part_leaves_the_rest():
    part = an_event(events.PAYMENT_ALLOCATED, 10, amount_minor=400_00)
    stop = placed(2, "promised", until_on=on(12).isoformat(), amount_minor=400_00)

    lived = walk(stop, part, lifted(10, "kept"), days=[4, 12])

    amounts = [str(lived.decisions[day].amount) for day in (4, 12)]
    assert amounts == ["800.00 EUR", "800.00 EUR"]


def test_the_end_of_a_stop_counts_though_a_new_cycle_began():
    procedure = replace(FAST_PAYMENT, resume_days=20)
    back = (
        an_event(events.PAYMENT_ALLOCATED, 9, amount_minor=1200_00),
        an_event(events.PAYMENT_RETURNED, 12, amount_minor=1200_00),
    )
    stop = (placed(2, "disputed"), lifted(8, "settled"))

    assert list(walk(*stop, *back, days=range(0, 50), procedure=procedure).acts) == [0, 28, 40]


def test_stops_to_come_and_open_ones_say_nothing_of_resuming():
    open_end = a_stop(StopReason.BLOCKED, 1)
    to_come = a_stop(StopReason.PROMISED, 1, until_on=on(9))

    assert resume_on(stopped(open_end, to_come), on(4), 5) is None
    assert resume_on(stopped(to_come), on(10), 5) == on(10)


def test_what_another_pursues_is_stopped_unless_it_is_followed():
    mandate = replace(OWN_MANDATE, chaser="financier", follow=False)

    decision = decided(a_receivable(), 4, mandate=mandate)

    assert (decision.outcome, decision.reasons) == (Outcome.STOPPED, ("owned-by-another-chaser",))


def test_a_mandate_without_procedure_finishes_it():
    decision = decided(a_receivable(), 4, procedure=None)

    assert (decision.outcome, decision.reasons) == (Outcome.FINISHED, ("no-procedure",))
    assert (decision.calendar, decision.review_on) == ((), None)


def test_acts_of_another_actor_are_expected():
    mandate = replace(OWN_MANDATE, chaser="financier")

    lived = walk(days=range(-7, 31), mandate=mandate)

    assert list(lived.acts) == [-7, 0, 4, 8, 20, 30]
    assert {lived.decisions[day].outcome for day in lived.acts} == {Outcome.EXPECTED}
    assert lived.decisions[0].reasons == ("another-actor",)
    assert lived.decisions[0].actor == "financier"


def test_one_step_may_be_another_actors():
    procedure = replace(FAST_PAYMENT, steps=(a_step("one", 0, actor="collector"),))

    decision = decided(a_receivable(), 0, procedure=procedure)

    assert (decision.outcome, decision.actor) == (Outcome.EXPECTED, "collector")


def test_the_operator_does_his_own_step_of_anothers_procedure():
    procedure = replace(FAST_PAYMENT, steps=(a_step("one", 0, actor="creditor"),))
    mandate = replace(OWN_MANDATE, chaser="financier")

    assert decided(a_receivable(), 0, procedure=procedure, mandate=mandate).outcome is Outcome.DUE


@pytest.mark.parametrize(
    ("day", "known", "outcome"),
    [
        (4, 1, Outcome.DUE),
        (4, 0, Outcome.HELD),
        (4, None, Outcome.HELD),
        (4, 9, Outcome.DUE),
        (0, None, Outcome.DUE),
        (-7, None, Outcome.DUE),
    ],
)
def test_nothing_about_overdue_money_goes_on_stale_payments(day, known, outcome):
    procedure = replace(FAST_PAYMENT, payments_max_age_days=3)
    known_on = None if known is None else on(known)

    decision = decided(a_receivable(), day, procedure=procedure, payments_known_on=known_on)

    assert decision.outcome is outcome
    assert decision.reasons == (("payments-stale" if outcome is Outcome.HELD else "step-due"),)


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        (Action.NOTICE, Outcome.HELD),
        (Action.PLACEMENT, Outcome.HELD),
        (Action.CALL, Outcome.DUE),
        (Action.TASK, Outcome.DUE),
        (Action.HOST_EVENT, Outcome.DUE),
    ],
)
def test_only_what_accuses_the_debtor_needs_fresh_payments(action, outcome):
    steps = (a_step("one", 4, action=action),)
    procedure = replace(FAST_PAYMENT, steps=steps, payments_max_age_days=3)

    assert decided(a_receivable(), 5, procedure=procedure).outcome is outcome


def test_anothers_act_is_expected_whatever_we_know_of_payments():
    procedure = replace(FAST_PAYMENT, payments_max_age_days=3)
    mandate = replace(OWN_MANDATE, chaser="financier")

    assert decided(a_receivable(), 4, procedure=procedure, mandate=mandate).outcome is (
        Outcome.EXPECTED
    )


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        ("planned", Outcome.IN_PROGRESS, "act-planned"),
        ("handed", Outcome.IN_PROGRESS, "letter-to-post"),
        ("failed", Outcome.HELD, "act-failed"),
        ("cancelled", Outcome.DUE, "step-due"),
    ],
)
def test_an_act_that_is_not_done_says_where_it_stands(status, outcome, reason):
    lived = walk(days=[20], status=lambda decision: status)

    decision = decided(lived.state(20), 21)

    assert decision.step.id == "formal-notice"
    assert (decision.outcome, decision.reasons) == (outcome, (reason,))


def test_a_cancelled_or_failed_act_frees_its_key():
    ends = iter(["cancelled", "cancelled", "done"])
    lived = walk(days=[20, 21, 22, 23], status=lambda decision: next(ends))

    assert lived.acts == {20: "formal-notice", 21: "formal-notice", 22: "formal-notice"}
    assert [lived.decisions[day].attempt for day in (20, 21, 22)] == [1, 2, 3]


def test_a_posted_letter_is_done_on_that_day():
    lived = walk(days=[20], status=lambda decision: "handed")
    act = lived.events[-1]
    posted = replace(act, seq=9, on=on(24), header={**act.header, "status": "done"})
    state = walk(*lived.events, posted, days=[]).state(24)

    decision = decided(state, 31)

    assert (decision.step.id, decision.act_on) == ("placement", on(33))


def test_an_uncertain_reminder_is_not_sent_again_and_blocks_what_has_legal_effect():
    lived = walk(
        days=range(4, 30),
        status=lambda decision: "uncertain" if decision.step.id == "first" else "done",
    )

    decision = lived.decisions[20]
    assert lived.acts == {4: "first", 8: "second"}
    assert (decision.outcome, decision.reasons) == (Outcome.HELD, ("act-uncertain",))
    assert lived.states_of_steps(20)["first"].value == "uncertain"


def test_an_uncertain_formal_notice_frees_nothing():
    lived = walk(days=[20], status=lambda decision: "uncertain")

    decision = decided(lived.state(20), 40)

    assert (decision.step.id, decision.reasons) == ("placement", ("act-uncertain",))


def test_an_uncertain_act_counts_for_the_days_between():
    steps = (a_step("one", 0), a_step("two", 2, level=2, interval_days=10))
    procedure = replace(FAST_PAYMENT, steps=steps)

    acts = walk(procedure=procedure, status=lambda decision: "uncertain").acts

    assert acts == {0: "one", 10: "two"}


def test_a_skipped_step_is_passed():
    lived = walk(days=[0, 1, 4], status=lambda decision: "skipped")

    assert lived.acts == {0: "on-due", 4: "first"}
    assert lived.states_of_steps(1)["on-due"].value == "skipped"


def test_a_procedure_taken_over_in_the_middle_goes_on_above_the_level_reached():
    receivable = walk(an_opening(), days=[0]).state(0)
    steps = tuple(
        replace(step, id=f"other-{step.id}", after=step.after and f"other-{step.after}")
        for step in FAST_PAYMENT.steps
    )
    other = replace(FAST_PAYMENT, id="procedure.other", steps=steps)

    decision = decided(receivable, 1, procedure=other)

    assert (decision.step.id, decision.outcome) == ("other-first", Outcome.WAITING)
    assert [entry.state.value for entry in decision.calendar[:3]] == ["expired", "expired", "open"]


def test_a_procedure_taken_over_in_the_middle_has_done_the_steps_it_shares():
    receivable = walk(an_opening(), days=[0]).state(0)
    other = replace(FAST_PAYMENT, id="procedure.other")

    decision = decided(receivable, 1, procedure=other)

    assert (decision.step.id, decision.outcome) == ("first", Outcome.WAITING)
    assert [entry.state.value for entry in decision.calendar[:3]] == ["expired", "done", "open"]
