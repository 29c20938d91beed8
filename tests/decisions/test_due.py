"""When a step is due: anchors, offsets, shifts, distances, and one step per run."""

from dataclasses import replace
from datetime import date

import pytest

from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.decisions.procedure import decide_step
from dunning_sdk.domain import event as events
from dunning_sdk.domain.calendar import Roll
from dunning_sdk.rules.step import Action, Condition, Procedure
from tests.build import FAST_PAYMENT, a_case, a_receivable, a_step, an_event, an_opening, on
from tests.decisions.walk import decided, walk

SIX = {-7: "before", 0: "on-due", 4: "first", 8: "second", 20: "formal-notice", 30: "placement"}
LEGAL = {"legal_effect": True}


def test_the_fast_payment_calendar_gives_six_acts_on_six_days():
    assert walk(days=range(-30, 120)).acts == SIX


def test_a_decision_says_all_that_is_to_be_done():
    decision = decided(a_receivable(), -7)

    step = FAST_PAYMENT.steps[0]
    assert (decision.outcome, decision.reasons) == (Outcome.DUE, ("step-due",))
    assert (decision.step, decision.occurrence, decision.attempt) == (step, 1, 1)
    assert (decision.planned_on, decision.act_on) == (on(-7), on(-7))
    assert (decision.actor, str(decision.amount)) == ("creditor", "1200.00 EUR")
    assert decision.review_on == on(-6)


def test_before_its_date_a_step_waits():
    decision = decided(a_receivable(), -8)

    assert (decision.outcome, decision.reasons) == (Outcome.WAITING, ("not-yet",))
    assert (decision.step.id, decision.act_on, decision.review_on) == ("before", on(-7), on(-7))


def test_the_same_run_again_finds_nothing_to_do():
    lived = walk(days=[-7, -7, 0, 0])

    assert lived.acts == {-7: "before", 0: "on-due"}
    assert decided(lived.state(0), 0).outcome is Outcome.WAITING


@pytest.mark.parametrize(
    ("anchor", "offset", "expected"),
    [
        ("due_on", 3, date(2026, 3, 13)),
        ("due_on", -3, date(2026, 3, 7)),
        ("issued_on", 10, date(2026, 2, 18)),
        ("entered_overdue", 0, date(2026, 3, 11)),
        ("entered_overdue", 5, date(2026, 3, 16)),
        ("end_of_month", 0, date(2026, 3, 31)),
        ("end_of_month", 30, date(2026, 4, 30)),
    ],
)
def test_an_anchor_gives_the_planned_date(anchor, offset, expected):
    procedure = Procedure(id="procedure.x", steps=(a_step("one", offset, anchor=anchor),))

    decision = decided(a_receivable(), -29, procedure=procedure)

    assert decision.planned_on == expected


def test_a_step_may_hang_on_the_day_another_was_done():
    steps = (a_step("call", 5, action=Action.CALL), a_step("after", 7, anchor="call", level=2))
    procedure = replace(FAST_PAYMENT, steps=steps)

    assert walk(procedure=procedure).acts == {5: "call", 12: "after"}
    assert walk(procedure=procedure, days=[-1, 8, 14, 15]).acts == {8: "call", 15: "after"}


def test_a_step_that_hangs_on_one_that_does_not_apply_is_held():
    never = Condition(text="false", holds=lambda facts: False)
    steps = (a_step("call", 5, when=never), a_step("after", 7, anchor="call", level=2))

    decision = decided(a_receivable(), 20, procedure=replace(FAST_PAYMENT, steps=steps))

    assert (decision.outcome, decision.reasons) == (Outcome.HELD, ("step-before-not-done",))
    assert (decision.planned_on, decision.act_on) == (None, None)


def test_a_step_without_a_date_gives_way_to_the_next_one():
    never = Condition(text="false", holds=lambda facts: False)
    steps = (
        a_step("call", 5, when=never),
        a_step("after", 7, anchor="call", level=2),
        a_step("last", 20, level=3),
    )

    assert walk(procedure=replace(FAST_PAYMENT, steps=steps)).acts == {20: "last"}


@pytest.mark.parametrize(
    ("roll", "offset", "expected"),
    [
        (Roll.NONE, 4, date(2026, 3, 14)),
        (Roll.FOLLOWING, 4, date(2026, 3, 16)),
        (Roll.PRECEDING, 4, date(2026, 3, 13)),
        (Roll.FOLLOWING, 27, date(2026, 4, 7)),
        (Roll.MODIFIED_FOLLOWING, 82, date(2026, 5, 29)),
    ],
)
def test_a_planned_date_rolls_off_weekends_and_holidays(roll, offset, expected):
    step = a_step("one", offset, day_shift=roll)

    decision = decided(a_receivable(), -29, procedure=Procedure(id="procedure.x", steps=(step,)))

    assert decision.planned_on == expected


def test_a_step_comes_its_interval_after_the_last_act():
    steps = (a_step("one", 0), a_step("two", 2, level=2, interval_days=10))

    assert walk(procedure=replace(FAST_PAYMENT, steps=steps)).acts == {0: "one", 10: "two"}


def test_two_steps_of_one_day_never_go_together():
    steps = (a_step("one", 3, **LEGAL), a_step("two", 3, level=2, **LEGAL))

    assert walk(procedure=replace(FAST_PAYMENT, steps=steps)).acts == {3: "one", 4: "two"}


def test_nothing_about_the_future_goes_before_the_day_after_the_issue():
    opening = an_opening(-6, issued_on=on(-6).isoformat())

    assert walk(opening, days=range(-6, 0)).acts == {-5: "before"}


def test_a_step_after_another_waits_until_the_days_granted_have_run_out():
    """The day of the act is not counted and the last day is whole: CPC art. 641 and 642."""
    lived = walk(days=[*range(-7, 9), *range(28, 60)])

    assert lived.acts == {-7: "before", 0: "on-due", 4: "first", 8: "second"} | {
        28: "formal-notice",
        37: "placement",
    }
    assert lived.decisions[36].act_on == on(37)


def test_a_step_after_one_that_grants_nothing_follows_at_its_interval():
    steps = (a_step("one", 5, **LEGAL), a_step("two", 5, level=2, after="one", interval_days=2))

    assert walk(procedure=replace(FAST_PAYMENT, steps=steps)).acts == {5: "one", 7: "two"}


def test_a_step_after_one_that_was_skipped_is_held_for_a_person():
    lived = walk(days=[20, 40], status=lambda decision: "skipped")

    decision = lived.decisions[40]
    assert lived.acts == {20: "formal-notice"}
    assert (decision.outcome, decision.reasons) == (Outcome.HELD, ("step-before-not-done",))
    assert decision.step.id == "placement"


def test_a_condition_decides_whether_a_step_applies():
    with_mail = Condition(text="x", holds=lambda facts: facts["debtor"]["has_email"])
    without = Condition(text="y", holds=lambda facts: not facts["debtor"]["has_email"])
    steps = (a_step("mail", 3, when=with_mail), a_step("post", 3, when=without, level=2))

    lived = walk(procedure=replace(FAST_PAYMENT, steps=steps))

    assert lived.acts == {3: "mail"}
    assert list(lived.states_of_steps(3)) == ["mail"]


def test_a_repeated_step_comes_again_until_its_most():
    steps = (a_step("again", 7, repeat_every_days=7, repeat_max=3),)
    procedure = replace(FAST_PAYMENT, steps=steps)

    assert walk(procedure=procedure).acts == {7: "again 1", 14: "again 2", 21: "again 3"}


def test_a_repeated_step_goes_on_until_the_receivable_is_paid():
    procedure = replace(FAST_PAYMENT, steps=(a_step("again", 7, repeat_every_days=7),))
    paid = an_event(events.PAYMENT_ALLOCATED, 30, amount_minor=1200_00)

    assert list(walk(paid, procedure=procedure).acts) == [7, 14, 21, 28]


def test_a_repeated_step_ends_where_the_next_one_begins():
    steps = (a_step("again", 0, repeat_every_days=5), a_step("last", 12, level=2))
    procedure = replace(FAST_PAYMENT, steps=steps)

    assert walk(procedure=procedure).acts == {0: "again 1", 5: "again 2", 10: "again 3", 12: "last"}


def test_a_repeated_step_rolls_each_of_its_dates():
    step = a_step("again", 4, repeat_every_days=7, repeat_max=2, day_shift=Roll.FOLLOWING)

    acts = walk(procedure=replace(FAST_PAYMENT, steps=(step,))).acts

    assert acts == {6: "again 1", 13: "again 2"}


def test_a_daily_step_is_still_due_after_ten_years():
    procedure = replace(FAST_PAYMENT, steps=(a_step("again", 0, repeat_every_days=1),))

    decision = decided(a_receivable(entered_on=on(3650)), 3655, procedure=procedure)

    assert (decision.outcome, decision.occurrence) == (Outcome.DUE, 3656)


def test_the_last_of_many_occurrences_is_left_when_all_are_missed():
    step = a_step("again", 7, repeat_every_days=7, repeat_max=3)

    decision = decided(
        a_receivable(entered_on=on(200)), 200, procedure=replace(FAST_PAYMENT, steps=(step,))
    )

    assert (decision.outcome, decision.occurrence) == (Outcome.DUE, 3)


def test_a_debtor_is_never_written_to_twice_on_one_day_whatever_the_cycle():
    steps = (a_step("one", 0), a_step("two", 10, level=2))
    procedure = replace(FAST_PAYMENT, steps=steps)
    lived = walk(days=[10], procedure=procedure)
    agreed = an_event(events.DUE_CHANGED, 10, seq=9, due_on=on(10).isoformat())

    decision = decided(
        walk(*lived.events, agreed, days=[], procedure=procedure).state(10), 10, procedure=procedure
    )

    assert lived.acts == {10: "two"}
    assert (decision.step.id, decision.act_on) == ("one", on(11))


def test_the_same_case_gives_the_same_decision():
    case = a_case(a_receivable(), as_of=on(4))

    assert decide_step(case) == decide_step(case)
