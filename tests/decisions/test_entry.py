"""Where a receivable enters that is first seen after its first step."""

from dataclasses import replace

from dunning_sdk.decisions.decision import Outcome, SlotState
from dunning_sdk.domain import event as events
from dunning_sdk.rules.step import Action, Condition, Entry
from tests.build import FAST_PAYMENT, a_step, an_event, an_opening, on
from tests.decisions.walk import decided, walk

LATE = range(60, 120)


def only(*steps, **options):
    return replace(FAST_PAYMENT, steps=steps, **options)


def test_an_old_ledger_enters_with_the_last_reminder_and_keeps_its_distances():
    lived = walk(an_opening(60), days=LATE)

    assert lived.acts == {60: "second", 72: "formal-notice", 82: "placement"}
    assert [entry.planned_on for entry in lived.decisions[61].calendar[4:]] == [on(72), on(82)]


def test_distances_count_from_the_day_the_reminder_went():
    assert walk(an_opening(60), days=range(70, 120)).acts == {
        70: "second",
        82: "formal-notice",
        92: "placement",
    }


def test_the_placement_also_waits_for_what_the_formal_notice_grants():
    steps = (
        a_step("first", 4),
        a_step("formal", 10, level=2, legal_effect=True, grants_days=15),
        a_step("placement", 14, level=3, legal_effect=True, after="formal"),
    )

    assert walk(an_opening(60), procedure=only(*steps), days=LATE).acts == {
        60: "first",
        66: "formal",
        82: "placement",
    }


def test_a_receivable_seen_early_enters_at_its_own_next_step():
    assert walk(an_opening(-3), days=range(-3, 40)).acts == {
        0: "on-due",
        4: "first",
        8: "second",
        20: "formal-notice",
        30: "placement",
    }


def test_a_receivable_seen_in_the_middle_enters_at_the_step_before():
    assert walk(an_opening(6), days=range(6, 60)).acts == {
        6: "first",
        10: "second",
        22: "formal-notice",
        32: "placement",
    }


def test_later_reminders_do_not_expire_while_they_keep_their_distance():
    lived = walk(an_opening(6), days=range(19, 60))

    assert lived.acts == {19: "first", 23: "second", 35: "formal-notice", 45: "placement"}


def test_a_reminder_from_before_the_due_date_is_no_place_to_enter():
    procedure = only(a_step("before", -7), a_step("formal", 20, level=2, legal_effect=True))

    assert walk(an_opening(60), procedure=procedure, days=LATE).acts == {60: "formal"}
    prevention = only(a_step("before", -7), a_step("soon", -2, level=2))
    assert walk(an_opening(60), procedure=prevention, days=LATE).acts == {}


def test_a_call_is_no_place_to_enter():
    steps = (a_step("mail", 2), a_step("call", 5, level=2, action=Action.CALL))

    assert walk(an_opening(60), procedure=only(*steps), days=LATE).acts == {60: "mail", 63: "call"}


def test_a_book_may_enter_at_its_first_step():
    procedure = replace(FAST_PAYMENT, entry=Entry.FIRST_STEP)

    assert walk(an_opening(60), procedure=procedure, days=LATE).acts == {
        60: "on-due",
        64: "first",
        68: "second",
        80: "formal-notice",
        90: "placement",
    }


def test_an_imported_level_is_not_done_again():
    lived = walk(an_opening(60, level=3, last_notice_on=on(50).isoformat()), days=LATE)

    assert lived.acts == {60: "second", 72: "formal-notice", 82: "placement"}
    assert lived.decisions[60].calendar[2].state is SlotState.DONE
    assert lived.decisions[60].calendar[2].done_on == on(50)


def test_the_last_notice_of_the_other_system_keeps_its_distance():
    opening = an_opening(60, level=3, last_notice_on=on(59).isoformat())

    assert walk(opening, days=LATE).acts == {63: "second", 75: "formal-notice", 85: "placement"}


def test_an_imported_last_reminder_leads_to_the_formal_notice():
    opening = an_opening(60, level=4, last_notice_on=on(55).isoformat())

    assert walk(opening, days=LATE).acts == {67: "formal-notice", 77: "placement"}


def test_an_imported_level_without_a_date_counts_from_the_day_it_came():
    assert walk(an_opening(60, level=4), days=LATE).acts == {72: "formal-notice", 82: "placement"}


def test_an_imported_formal_notice_frees_the_placement_and_is_no_placement_itself():
    opening = an_opening(60, level=5, last_notice_on=on(58).isoformat())

    lived = walk(opening, days=LATE)

    assert lived.acts == {68: "placement"}
    assert lived.states_of_steps(60)["placement"] is SlotState.OPEN


def test_an_imported_level_before_the_due_date_is_honored():
    opening = an_opening(-6, level=1, last_notice_on=on(-7).isoformat())

    assert list(walk(opening, days=range(-6, 5)).acts.items()) == [(0, "on-due"), (4, "first")]


def test_an_imported_level_counts_for_the_first_cycle_alone():
    """In doubt a formal notice is sent again before the placement that hangs on it."""
    opening = an_opening(10, level=5, last_notice_on=on(9).isoformat())
    agreed = an_event(events.DUE_CHANGED, 12, due_on=on(50).isoformat())

    assert list(walk(opening, agreed, days=range(10, 90)).acts.values()) == [
        "before",
        "on-due",
        "first",
        "second",
        "formal-notice",
        "placement",
    ]


def test_an_imported_level_leaves_later_occurrences_open():
    procedure = only(a_step("again", 7, repeat_every_days=7))
    opening = an_opening(60, level=1, last_notice_on=on(50).isoformat())

    assert walk(opening, procedure=procedure, days=range(60, 75)).acts == {
        60: "again 8",
        67: "again 9",
        74: "again 10",
    }


def test_repeated_reminders_go_on_after_a_late_entry_and_a_long_stop():
    procedure = only(a_step("again", 7, repeat_every_days=7))
    stop = an_event(events.STOP_PLACED, 61, stop="1", reason="blocked")
    free = an_event(events.STOP_LIFTED, 90, stop="1", outcome="settled")

    acts = walk(an_opening(60), stop, free, procedure=procedure, days=range(60, 110)).acts

    assert acts == {60: "again 8", 90: "again 12", 97: "again 13", 104: "again 14"}


def test_repeated_reminders_are_entered_at_the_latest_even_when_stopped_first():
    procedure = only(a_step("again", 7, repeat_every_days=7))
    stop = an_event(events.STOP_PLACED, 60, stop="1", reason="blocked", until_on=on(89).isoformat())

    acts = walk(an_opening(60), stop, procedure=procedure, days=range(60, 110)).acts

    assert acts == {90: "again 12", 97: "again 13", 104: "again 14"}


def test_a_step_that_hangs_on_an_act_is_not_moved_twice():
    steps = (
        a_step("second", 8),
        a_step("formal", 20, level=2, legal_effect=True),
        a_step("placement", 10, anchor="formal", level=3, legal_effect=True, after="formal"),
    )

    assert walk(an_opening(60), procedure=only(*steps), days=LATE).acts == {
        60: "second",
        72: "formal",
        82: "placement",
    }


def test_a_step_without_a_date_moves_nothing():
    never = Condition(text="false", holds=lambda facts: False)
    steps = (
        a_step("call", 2, when=never),
        a_step("second", 8, level=2),
        a_step("visit", 3, anchor="call", level=3),
        a_step("formal", 20, level=4, legal_effect=True),
    )

    assert walk(an_opening(60), procedure=only(*steps), days=LATE).acts == {
        60: "second",
        72: "formal",
    }


def test_a_skipped_reminder_counts_as_the_entry():
    lived = walk(
        an_opening(60),
        days=LATE,
        status=lambda decision: "skipped" if decision.step.id == "second" else "done",
    )

    assert lived.acts == {60: "second", 72: "formal-notice", 82: "placement"}


def test_what_comes_first_after_the_due_date_is_not_late():
    procedure = only(a_step("formal", 30, legal_effect=True), a_step("court", 45, level=2))

    assert walk(an_opening(20), procedure=procedure, days=range(20, 60)).acts == {
        30: "formal",
        45: "court",
    }


def test_a_late_reminder_that_failed_holds_the_formal_notice_for_a_person():
    lived = walk(an_opening(60), days=[60, 100], status=lambda decision: "failed")

    decision = lived.decisions[100]
    assert (decision.outcome, decision.reasons) == (Outcome.HELD, ("act-failed",))
    assert decision.step.id == "second"


def test_a_procedure_that_takes_over_never_lowers_the_level():
    lived = walk(days=range(-7, 21))
    softer = only(a_step("soft", 25), a_step("hard", 40, level=6), id="procedure.other")

    decision = decided(lived.state(25), 25, procedure=softer)

    assert (decision.outcome, decision.step.id) == (Outcome.WAITING, "hard")


def test_a_procedure_that_takes_over_a_late_entry_keeps_the_distance_from_the_last_act():
    other = replace(FAST_PAYMENT, id="procedure.other")
    state = walk(an_opening(60), days=[60]).state(60)

    decision = decided(state, 65, procedure=other)

    assert (decision.step.id, decision.act_on) == ("formal-notice", on(72))


def test_a_formal_step_below_the_level_reached_elsewhere_is_passed_and_frees_nothing():
    lived = walk(days=range(-7, 21))
    steps = tuple(replace(step, id=f"other-{step.id}") for step in FAST_PAYMENT.steps[4:5])
    placement = replace(FAST_PAYMENT.steps[5], after="other-formal-notice")
    other = only(*steps, placement, id="procedure.other")

    decision = decided(lived.state(50), 50, procedure=other)

    assert (decision.outcome, decision.reasons) == (Outcome.HELD, ("step-before-not-done",))
    assert decision.calendar[0].state is SlotState.EXPIRED
