"""What is past its time, what never is, and how a book may choose otherwise."""

from dataclasses import replace

import pytest

from dunning_sdk.decisions.decision import Outcome, SlotState
from dunning_sdk.rules.step import Action, CatchUp, Condition
from tests.build import FAST_PAYMENT, a_receivable, a_step, on
from tests.decisions.walk import decided, walk

LEGAL = {"legal_effect": True}


def test_a_run_missed_from_day_minus_8_to_9_sends_one_reminder_and_no_burst():
    lived = walk(days=[*range(-30, -8), *range(10, 60)])

    assert lived.acts == {10: "second", 20: "formal-notice", 30: "placement"}
    assert lived.states_of_steps(10) == {
        "before": SlotState.EXPIRED,
        "on-due": SlotState.EXPIRED,
        "first": SlotState.EXPIRED,
        "second": SlotState.OPEN,
        "formal-notice": SlotState.OPEN,
        "placement": SlotState.OPEN,
    }


def test_a_step_expires_on_the_planned_date_of_the_next():
    assert walk(days=[7]).acts == {7: "first"}
    assert walk(days=[8]).acts == {8: "second"}


@pytest.mark.parametrize(("day", "acts"), [(-4, {-4: "before"}), (-3, {}), (-1, {})])
def test_a_step_before_the_due_date_has_a_window(day, acts):
    assert walk(days=[day]).acts == acts


def test_a_step_from_before_the_due_date_is_never_due_after_it():
    step = a_step("before", -1, window_days=30)
    procedure = replace(FAST_PAYMENT, steps=(step,))

    assert walk(procedure=procedure, days=[0]).acts == {0: "before"}
    assert walk(procedure=procedure, days=[1, 2, 3]).acts == {}


def test_a_window_says_nothing_about_a_step_after_the_due_date():
    procedure = replace(FAST_PAYMENT, steps=(a_step("last", 5, window_days=0),))

    assert walk(procedure=procedure, days=[50]).acts == {50: "last"}


def test_a_step_with_legal_effect_never_expires():
    lived = walk(days=[200, 201, *range(205, 215)])

    assert lived.acts == {200: "formal-notice", 209: "placement"}


def test_a_step_with_legal_effect_before_the_due_date_never_expires():
    procedure = replace(FAST_PAYMENT, steps=(a_step("summons", -5, **LEGAL), a_step("last", 5)))

    assert walk(procedure=procedure, days=[5, 6]).acts == {5: "summons", 6: "last"}


def test_missed_occurrences_are_not_made_up_for():
    procedure = replace(FAST_PAYMENT, steps=(a_step("again", 7, repeat_every_days=7),))

    assert walk(procedure=procedure, days=[7, *range(30, 40)]).acts == {
        7: "again 1",
        30: "again 4",
        35: "again 5",
    }


def test_a_letter_that_waits_for_the_post_gives_way_to_the_next_reminder():
    lived = walk(days=[4, 5, 8], status=lambda decision: "handed")

    assert lived.acts == {4: "first", 8: "second"}
    assert (lived.decisions[5].outcome, lived.decisions[5].reasons) == (
        Outcome.IN_PROGRESS,
        ("letter-to-post",),
    )


def test_a_failed_reminder_gives_way_to_the_next_one():
    lived = walk(days=[4, 5, 8], status=lambda decision: "failed")

    assert lived.acts == {4: "first", 8: "second"}
    assert (lived.decisions[5].outcome, lived.decisions[5].reasons) == (
        Outcome.HELD,
        ("act-failed",),
    )


def highest(*steps):
    return replace(FAST_PAYMENT, steps=steps, catch_up=CatchUp.HIGHEST)


def test_a_book_that_catches_up_takes_the_highest_step_whose_date_has_come():
    """Reminders expire anyhow; what a book passes over beside them are steps without a date."""
    never = Condition(text="false", holds=lambda facts: False)
    call = a_step("call", 2, when=never)
    steps = (call, a_step("wait", 3, anchor="call"), a_step("second", 5), a_step("third", 30))

    assert walk(procedure=highest(*steps), days=[6]).acts == {6: "second"}


def test_catching_up_never_skips_a_formal_step():
    steps = (
        a_step("first", 4),
        a_step("formal", 10, level=2, **LEGAL),
        a_step("last", 15, level=3),
        a_step("court", 20, level=4, **LEGAL),
    )

    assert walk(procedure=highest(*steps), days=range(18, 40)).acts == {
        18: "formal",
        19: "last",
        20: "court",
    }


def test_catching_up_skips_what_waits_for_spacing():
    steps = (a_step("first", 4), a_step("second", 6, level=2), a_step("third", 30, level=3))
    other = walk(days=[0]).state(0)
    spaced = {"spacing_days": 9}

    next_one = replace(FAST_PAYMENT, steps=steps, **spaced)
    assert walk(procedure=next_one, days=range(1, 15), others=[other]).acts == {9: "first"}
    by_highest = replace(highest(*steps), **spaced)
    assert walk(procedure=by_highest, days=range(1, 15), others=[other]).acts == {9: "second"}


def test_catching_up_waits_for_an_act_under_way():
    steps = (a_step("first", 4), a_step("second", 6, level=2), a_step("third", 30, level=3))
    procedure = replace(highest(*steps), spacing_days=9)
    other = walk(days=[0]).state(0)
    lived = walk(procedure=procedure, days=[9], others=[other], status=lambda _: "planned")

    decision = decided(lived.state(9), 9, [other], procedure=procedure)

    assert lived.acts == {9: "second"}
    assert (decision.outcome, decision.reasons) == (Outcome.IN_PROGRESS, ("act-planned",))


def test_when_every_step_is_done_or_expired_nothing_is_left():
    lived = walk(days=range(-7, 60))

    decision = lived.decisions[50]
    assert (decision.outcome, decision.reasons) == (Outcome.FINISHED, ("no-step-left",))
    assert (decision.step, decision.review_on) == (None, None)
    assert {entry.state for entry in decision.calendar} == {SlotState.DONE}


def test_the_escalation_calendar_shows_every_date():
    calendar = decided(a_receivable(), -20).calendar

    assert [(one.step_id, one.level, one.planned_on, one.done_on) for one in calendar] == [
        ("before", 1, on(-7), None),
        ("on-due", 2, on(0), None),
        ("first", 3, on(4), None),
        ("second", 4, on(8), None),
        ("formal-notice", 5, on(20), None),
        ("placement", 6, on(30), None),
    ]


def test_a_call_does_not_wait_for_spacing():
    steps = (a_step("call", 4, action=Action.CALL), a_step("second", 6, level=2))
    procedure = replace(FAST_PAYMENT, steps=steps, spacing_days=9)
    other = walk(days=[4]).state(4)

    assert walk(procedure=procedure, days=[6, 12, 13], others=[other]).acts == {13: "second"}
