"""The dates of a procedure hold for every due date, or the first one that breaks them is shown."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.decisions.slots import slots_of
from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.verify.almanac import DUE_DATES, planned_days
from dunning_sdk.verify.check import check_book
from dunning_sdk.verify.lived import sample_receivable
from tests.rules.sample import a_book

HEAD = "id: procedure.short\nkind: procedure\ntitle: T\nsource: House rule\nsteps:\n"
NOTICE = "template: overdue, channel: email"
FORMAL = "legal_effect: true, action: notice, template: formal-notice, channel: letter"
NO_SUNDAY = (
    "id: guards.sunday\nkind: guards\ntitle: T\nsource: House rule\n"
    "inputs: [day of week(as_of)]\nrows:\n"
    "  - {when: {day of week(as_of): '\"Sunday\"'}, then: {allow: false}}\n"
    "otherwise: {allow: true}\n"
)


def found(*steps, **files):
    """Return the findings about a procedure with these steps, its sample dates left out."""
    text = HEAD + "".join(f"  - {{{step}}}\n" for step in steps)
    book = a_book({"procedure.short.yaml": text, **files})
    return [one for one in check_book(book) if one.code.startswith("calendar.")]


def said(*steps, **files):
    return [(one.code, one.line, one.example) for one in found(*steps, **files)]


def test_steps_in_order_on_every_due_date_give_no_finding():
    assert (
        found(
            f"id: a, level: 1, offset: -3, {NOTICE}",
            f"id: b, level: 2, offset: 5, day_shift: following, {NOTICE}",
        )
        == []
    )


def test_a_month_end_that_comes_before_an_earlier_step_is_shown_with_its_due_date():
    steps = (
        f"id: a, level: 1, offset: 10, {NOTICE}",
        f"id: b, level: 2, anchor: end_of_month, offset: 0, {NOTICE}",
    )

    (one,) = found(*steps)

    assert (one.code, one.line, one.severity) == ("calendar.order", 7, "warning")
    assert one.text == ("The order of steps flips: b on 2000-01-31 comes before a on 2000-02-01")
    assert one.example == "{receivable.issued_on: 1999-12-23, receivable.due_on: 2000-01-22}"


def test_a_shift_that_passes_the_next_step_is_found():
    steps = (
        f"id: a, level: 1, offset: 1, day_shift: following, {NOTICE}",
        f"id: b, level: 2, offset: 2, {NOTICE}",
    )

    assert [one[0] for one in said(*steps)] == ["calendar.order"]


def test_a_notice_between_the_formal_notice_and_the_placement_is_found():
    steps = (
        f"id: formal, level: 5, offset: 20, {FORMAL}",
        f"id: last-word, level: 5, offset: 25, {NOTICE}",
        "id: placement, level: 6, offset: 30, action: placement, after: formal",
    )

    assert [one[:2] for one in said(*steps)] == [("calendar.between", 7)]


@pytest.mark.parametrize(("offset", "codes"), [(28, ["calendar.grants"]), (29, [])])
def test_a_placement_waits_until_the_days_granted_have_run_out(offset, codes):
    steps = (
        f"id: formal, level: 5, offset: 20, grants_days: 8, {FORMAL}",
        f"id: placement, level: 6, offset: {offset}, action: placement, after: formal",
    )

    assert [one[0] for one in said(*steps)] == codes


@pytest.mark.parametrize(
    ("shift", "codes"), [("none", ["calendar.forbidden-day"]), ("following", [])]
)
def test_a_day_that_a_guard_forbids_is_found_unless_the_step_is_moved(shift, codes):
    step = f"id: a, level: 1, offset: 4, day_shift: {shift}, {NOTICE}"

    assert [one[0] for one in said(step, **{"guards.sunday.yaml": NO_SUNDAY})] == codes


def test_offsets_of_more_than_thirty_years_are_not_laid_out():
    steps = [f"id: s{at}, level: 1, offset: 3650, {NOTICE}" for at in range(4)]

    assert found(*steps) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["due_on", "entered_overdue", "end_of_month", "first"]),
        st.integers(-40, 60),
        st.sampled_from(["none", "following", "preceding", "modified_following"]),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=12, deadline=None)
@given(steps=STEPS, day=st.integers(0, 36_000))
def test_dates_laid_out_at_once_are_the_dates_decided(steps, day):
    lines = [f"id: first, level: 1, offset: 1, {NOTICE}"]
    for at, (anchor, offset, shift) in enumerate(steps):
        lines.append(
            f"id: s{at}, level: 1, anchor: {anchor}, offset: {offset}, day_shift: {shift}, {NOTICE}"
        )
    text = HEAD + "".join(f"  - {{{line}}}\n" for line in lines)
    procedure = a_book({"procedure.short.yaml": text}).rule("procedure.short").procedure
    due_on = date.fromordinal(DUE_DATES[day])
    facts = {"receivable.due_on": due_on, "receivable.issued_on": due_on - timedelta(days=30)}

    slots = slots_of(
        procedure.steps,
        sample_receivable(facts, on=due_on - timedelta(days=30)),
        as_of=due_on,
        calendar=BusinessCalendar(procedure.calendar),
    )

    laid = [date.fromordinal(one.days[day]) for one in planned_days(procedure)]
    assert laid == [slot.planned_on for slot in slots]


def test_a_procedure_that_no_rule_names_is_found():
    other = HEAD.replace("short", "other") + f"  - {{id: a, level: 1, {NOTICE}}}\n"

    found = check_book(a_book({"procedure.other.yaml": other}))

    assert [(one.code, one.rule) for one in found if one.severity == "warning"] == [
        ("book.unused-procedure", "procedure.other")
    ]


def test_a_rule_that_is_never_in_force_is_found():
    text = (
        "id: guards.x\nkind: guards\ntitle: T\nsource: House rule\n"
        "applies: {until: 2026-01-01}\n"
        "rows: [{then: {allow: true}}]"
    )

    found = check_book(a_book({"guards.x.yaml": text}))

    assert [(one.code, one.line) for one in found if one.severity == "warning"] == [
        ("book.never-in-force", 5)
    ]
