"""When a cycle begins, and what stays done in the next one."""

from dataclasses import replace

import pytest

from dunning_sdk.decisions.decision import Outcome, SlotState
from dunning_sdk.domain import event as events
from dunning_sdk.rules.step import Condition, CycleKeeps
from tests.build import FAST_PAYMENT, a_step, an_event, on
from tests.decisions.walk import act_event, decided, walk


def later_due(day, due):
    return an_event(events.DUE_CHANGED, day, due_on=on(due).isoformat())


def returned(day):
    """Return a direct debit paid on the due date and taken back later."""
    paid = an_event(events.PAYMENT_ALLOCATED, 0, amount_minor=1200_00)
    return paid, an_event(events.PAYMENT_RETURNED, day, amount_minor=1200_00)


def keeping(what):
    return replace(FAST_PAYMENT, cycle_keeps=what)


def test_a_later_due_date_agreed_starts_a_new_cycle():
    lived = walk(later_due(5, 30), days=range(-30, 70))

    assert lived.acts == {
        -7: "before",
        0: "on-due",
        4: "first",
        23: "before",
        30: "on-due",
        34: "first",
        38: "second",
        50: "formal-notice",
        60: "placement",
    }
    assert lived.decisions[23].cycle == 2


def test_an_earlier_due_date_stays_in_the_cycle():
    lived = walk(later_due(-10, -5), days=range(-30, 3))

    assert lived.acts == {-10: "before", -5: "on-due", -1: "first"}
    assert lived.state(0).cycle == 1


def test_a_returned_debit_reopens_with_a_reminder():
    lived = walk(*returned(40), days=range(-30, 100))

    assert lived.acts == {
        -7: "before",
        40: "second",
        52: "formal-notice",
        62: "placement",
    }
    assert lived.decisions[39].reasons == ("paid",)
    assert lived.state(40).cycle == 2


def test_a_debit_returned_at_once_goes_on_where_the_calendar_stands():
    assert walk(*returned(2), days=range(0, 30)).acts == {
        2: "on-due",
        6: "first",
        10: "second",
        22: "formal-notice",
    }


def test_a_formal_notice_stays_done_and_passes_no_reminder_of_the_new_cycle():
    lived = walk(later_due(21, 60), days=range(-7, 100))

    assert lived.acts == {
        -7: "before",
        0: "on-due",
        4: "first",
        8: "second",
        20: "formal-notice",
        53: "before",
        60: "on-due",
        64: "first",
        68: "second",
        90: "placement",
    }
    assert lived.states_of_steps(60)["formal-notice"] is SlotState.DONE


def test_a_formal_notice_done_before_a_reopening_frees_the_placement():
    paid = an_event(events.PAYMENT_ALLOCATED, 25, amount_minor=1200_00)
    back = an_event(events.PAYMENT_RETURNED, 40, amount_minor=1200_00)

    acts = walk(paid, back, days=range(8, 100)).acts

    assert acts == {8: "second", 20: "formal-notice", 40: "second", 62: "placement"}


def test_a_book_may_keep_nothing():
    lived = walk(later_due(21, 60), days=range(8, 120), procedure=keeping(CycleKeeps.NONE))

    assert list(lived.acts.values())[2:] == [
        "before",
        "on-due",
        "first",
        "second",
        "formal-notice",
        "placement",
    ]
    assert list(lived.acts)[-2:] == [80, 90]


@pytest.mark.parametrize(
    ("keeps", "outcome", "reason"),
    [
        (CycleKeeps.NONE, Outcome.HELD, "step-before-not-done"),
        (CycleKeeps.LEGAL, Outcome.DUE, "step-due"),
    ],
)
def test_what_is_not_kept_frees_nothing(keeps, outcome, reason):
    never = Condition(text="false", holds=lambda facts: False)
    formal, placement = FAST_PAYMENT.steps[4:]
    lived = walk(later_due(21, 22), days=[20])
    procedure = replace(keeping(keeps), steps=(replace(formal, when=never), placement))

    decision = decided(lived.state(70), 70, procedure=procedure)

    assert lived.acts == {20: "formal-notice"}
    assert (decision.step.id, decision.outcome) == ("placement", outcome)
    assert decision.reasons == (reason,)


def test_a_book_may_keep_all():
    lived = walk(later_due(5, 30), days=range(-30, 70), procedure=keeping(CycleKeeps.ALL))

    assert lived.acts == {
        -7: "before",
        0: "on-due",
        4: "first",
        38: "second",
        50: "formal-notice",
        60: "placement",
    }


def test_what_was_passed_stays_passed_where_all_is_kept():
    lived = walk(later_due(5, 30), days=range(4, 32), procedure=keeping(CycleKeeps.ALL))

    assert lived.acts == {4: "first"}
    assert lived.states_of_steps(30)["before"] is SlotState.EXPIRED


@pytest.mark.parametrize("status", ["failed", "cancelled", "skipped"])
@pytest.mark.parametrize("keeps", list(CycleKeeps))
def test_what_was_not_done_in_an_earlier_cycle_is_forgotten(status, keeps):
    lived = walk(
        later_due(21, 60),
        days=[20, *range(53, 90)],
        procedure=keeping(keeps),
        status=lambda decision: status if decision.cycle == 1 else "done",
    )

    assert lived.acts[20] == lived.acts[80] == "formal-notice"
    assert lived.decisions[80].attempt == 1


def test_a_formal_notice_still_to_be_posted_is_not_written_twice():
    lived = walk(
        later_due(21, 60),
        days=[20, *range(53, 90)],
        status=lambda decision: "handed" if decision.step.legal_effect else "done",
    )

    assert list(lived.acts.values()) == ["formal-notice", "before", "on-due", "first", "second"]
    assert lived.decisions[80].reasons == ("letter-to-post",)


def test_an_act_of_the_new_cycle_counts_more_than_a_failed_one():
    lived = walk(days=[20], status=lambda decision: "failed")
    decision = decided(lived.state(20), 20)
    again = act_event(lived.decisions[20], 21, seq=9, act="again", attempt=2)
    state = walk(*lived.events, again, days=[]).state(21)

    assert decision.reasons == ("act-failed",)
    assert decided(state, 30).step.id == "placement"


def test_the_days_between_acts_count_within_the_cycle():
    steps = (a_step("one", -20, interval_days=30), a_step("two", 0, level=2, interval_days=30))
    procedure = replace(FAST_PAYMENT, steps=steps)

    assert walk(later_due(5, 15), days=range(-20, 80), procedure=procedure).acts == {
        -20: "one",
        15: "two",
    }


def test_reminders_of_the_old_cycle_do_not_count_for_the_level_of_the_new_one():
    lived = walk(later_due(5, 60), days=range(-7, 70))

    assert lived.decisions[53].step.level == 1
