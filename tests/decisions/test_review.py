"""When a receivable is looked at again though nothing happened; laws are in test_laws."""

from dataclasses import replace

import pytest

from dunning_sdk.decisions.review import edge_day, rules_review_on
from dunning_sdk.domain.receivable import StopReason
from dunning_sdk.rules.step import Condition
from tests.build import DUE_ON, FAST_PAYMENT, OWN_MANDATE, a_receivable, a_step, a_stop, on
from tests.decisions.book import a_book
from tests.decisions.walk import decided, walk

OVERDUE = "receivable.days_overdue"


@pytest.mark.parametrize(
    ("edges", "as_of", "expected"),
    [
        ({OVERDUE: (5, 30)}, 0, 5),
        ({OVERDUE: (5, 30)}, 5, 30),
        ({OVERDUE: (5, 30)}, 30, None),
        ({OVERDUE: ()}, 0, None),
        ({}, 0, None),
        ({OVERDUE: None}, 3, 4),
        ({"as_of": (5,)}, 3, 4),
        ({OVERDUE: (9,), "as_of": None}, 3, 4),
    ],
)
def test_a_condition_may_change_at_its_next_edge(edges, as_of, expected):
    found = edge_day(DUE_ON, edges, on(as_of))

    assert found == (None if expected is None else on(expected))


def test_what_waits_is_looked_at_on_its_date():
    assert decided(a_receivable(), -20).review_on == on(-7)


def test_a_step_that_waits_behind_a_window_is_looked_at_when_that_closes():
    receivable = a_receivable(issued_on=on(-5))

    assert decided(receivable, -5).review_on == on(-4)
    assert decided(receivable, -4).review_on == on(-3)


def test_the_window_ends_with_the_due_date():
    procedure = replace(FAST_PAYMENT, steps=(a_step("soon", -2, window_days=30),))
    receivable = a_receivable(issued_on=on(0), entered_on=on(0))

    assert decided(receivable, 0, procedure=procedure).review_on == on(1)


def test_a_step_is_looked_at_when_the_next_one_would_replace_it():
    steps = (a_step("one", 0), a_step("two", 5, interval_days=30), a_step("three", 8))
    procedure = replace(FAST_PAYMENT, steps=steps)
    lived = walk(procedure=procedure, days=[0])

    decision = decided(lived.state(0), 6, procedure=procedure)

    assert (decision.step.id, decision.act_on, decision.review_on) == ("two", on(30), on(8))


def test_what_is_due_held_or_under_way_is_looked_at_every_day():
    lived = walk(days=[20, 21], status=lambda decision: "handed")

    assert lived.decisions[20].review_on == on(21)
    assert lived.decisions[21].review_on == on(22)


def test_what_is_stopped_is_looked_at_when_the_first_stop_ends():
    stops = (
        a_stop(StopReason.BLOCKED, 1, until_on=on(12)),
        a_stop(StopReason.DISPUTED, 1),
        a_stop(StopReason.PROMISED, 1, until_on=on(9)),
    )

    assert decided(a_receivable(stops=stops), 4).review_on == on(10)
    assert decided(a_receivable(stops=stops[1:2]), 4).review_on is None


def test_what_is_finished_comes_back_when_a_condition_begins_to_hold():
    late = Condition(
        text="late",
        holds=lambda facts: facts["receivable"]["days_overdue"] >= 50,
        edges={OVERDUE: (50,)},
    )
    procedure = replace(FAST_PAYMENT, steps=(a_step("one", 0), a_step("two", 9, when=late)))

    lived = walk(procedure=procedure, days=[0, 20, 49, 50])

    assert lived.decisions[20].reasons == ("no-step-left",)
    assert lived.decisions[20].review_on == on(50)
    assert lived.acts == {0: "one", 50: "two"}


def test_the_end_of_a_dispute_about_a_part_is_a_day_to_look():
    part = a_stop(StopReason.DISPUTED, 1, amount_minor=400_00, until_on=on(13))

    assert decided(a_receivable(stops=(part,)), 9).review_on == on(10)
    lived = walk(days=[8])
    state = replace(lived.state(8), stops=(part,))
    assert decided(state, 9).review_on == on(14)


def test_what_nothing_can_change_is_never_looked_at_again():
    mandate = replace(OWN_MANDATE, chaser="financier", follow=False)

    assert decided(a_receivable(), 4, mandate=mandate).review_on is None
    assert decided(a_receivable(paid_minor=1200_00), 4).review_on is None


IN_FORCE = """\
id: mandate.later
kind: mandate
title: For ten days
applies: {from: 2026-03-12, until: 2026-03-22}
inputs: [receivable.days_overdue]
rows:
  - when: {receivable.days_overdue: "> 5"}
    then: {chaser: platform, collects: platform, debtor_told: false, letterhead: platform}
otherwise: {chaser: creditor, collects: creditor, debtor_told: false, letterhead: creditor}
"""


@pytest.mark.parametrize(("as_of", "expected"), [(0, 2), (2, 6), (6, 12), (12, None)])
def test_a_table_may_answer_otherwise_at_its_edges_and_when_it_comes_into_force(as_of, expected):
    rules = a_book(IN_FORCE).of_kind("mandate")

    found = rules_review_on(rules, DUE_ON, on(as_of))

    assert found == (None if expected is None else on(expected))


CONDITIONS = [
    "receivable.days_overdue > 5",
    "receivable.days_overdue >= 5 and receivable.days_overdue < 9",
    "receivable.days_overdue in [3..12]",
    "receivable.days_overdue between 2 and 30",
    "not(receivable.days_overdue = 7)",
    "receivable.days_overdue != 7",
    "-receivable.days_overdue < -10",
    "as_of > date(2026, 3, 20)",
    'as_of >= receivable.due_on + duration("P9D")',
    "receivable.due_on < date(2026, 3, 20)",
    "not(dispute.is_open)",
    "if receivable.days_overdue > 4 then receivable.reminders else debtor.has_email",
]


@pytest.mark.parametrize("text", CONDITIONS)
@pytest.mark.parametrize("place", [0, 1])
def test_a_condition_changes_nothing_before_the_day_of_review(text, place):
    """With the conditions that authors write, as a book compiles them."""
    conditions = ["", ""]
    conditions[place] = f", when: {text!r}"
    rule = f"""\
id: procedure.x
kind: procedure
title: One step under a condition
steps:
  - {{id: one, level: 1, channel: email, template: one{conditions[0]}}}
  - {{id: two, level: 2, offset: 16, channel: email, template: two{conditions[1]}}}
"""
    procedure = a_book(rule).procedures["procedure.x"]
    part = a_stop(StopReason.DISPUTED, 1, amount_minor=400_00, until_on=on(13))
    receivable = a_receivable(stops=(part,))
    for as_of in range(-30, 45):
        decision = decided(receivable, as_of, procedure=procedure)
        review_on = decision.review_on or on(60)
        for day in range(as_of + 1, (review_on - DUE_ON).days):
            later = decided(receivable, day, procedure=procedure)
            assert (later.outcome, later.step) == (decision.outcome, decision.step), (as_of, day)
