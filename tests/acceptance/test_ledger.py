"""A real ledger of 2,466 invoices: what a run does on any day equals a count in plain Python."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.engine.engine import Engine
from dunning_sdk.verify.reasons import REASONS
from tests.acceptance.ledger import DAY_FIRST, MONTH_FIRST, install
from tests.acceptance.program import dunning_here, dunning_json
from tests.shared import shared_path

REMINDERS = {"before-due": -7, "due-today": 0, "overdue-first": 4, "overdue-second": 8}
STEPS = REMINDERS | {"formal-notice": 20}
WINDOW_DAYS = 3


@dataclass(frozen=True)
class Row:
    """One row of the ledger, read apart from the program."""

    issued_on: date
    due_on: date
    settled_on: date


def rows_of(variant) -> list[Row]:
    """Return the rows of one of the two files."""
    name, _, form = variant
    columns = ("InvoiceDate", "DueDate", "SettledDate")
    with shared_path(f"datasets/ibm_ar/{name}").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    # A day without a zone is what the file holds.
    days = [[datetime.strptime(line[name], form).date() for name in columns] for line in lines]  # noqa: DTZ007
    return [Row(*row) for row in days]


def first_acts(rows, as_of: date) -> Counter[str]:
    """Count what a first look at the ledger leads to on a day: at most one step per invoice."""
    counts: Counter[str] = Counter()
    for row in rows:
        if row.issued_on > as_of or row.settled_on <= as_of:
            continue
        days_overdue = (as_of - row.due_on).days
        if days_overdue > 0:  # first seen late: the last reminder whose day had come
            steps = [step for step, offset in REMINDERS.items() if 0 <= offset <= days_overdue]
            counts[steps[-1]] += 1
        elif days_overdue == 0:
            counts["due-today"] += 1
        elif -7 <= days_overdue <= -7 + WINDOW_DAYS and as_of > row.issued_on:
            counts["before-due"] += 1
    return counts


def daily_acts(rows, first: date, last: date) -> Counter[tuple[date, str]]:
    """Count what daily runs do: each step on its own day, unless settled by then."""
    planned = (
        (row.due_on + timedelta(days=offset), step, row)
        for row in rows
        for step, offset in STEPS.items()
    )
    return Counter(
        (day, step) for day, step, row in planned if first <= day <= last and row.settled_on > day
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return an installation whose store keeps nothing: each engine imports afresh."""
    return install(tmp_path_factory.mktemp("ledger") / "once", MONTH_FIRST, url="memory://")


@pytest.fixture(scope="module")
def rows():
    return rows_of(MONTH_FIRST)


def proposed(folder, as_of):
    """Import the ledger on a day, and propose."""
    with Engine.open(folder) as engine:
        report = engine.pull(as_of=as_of)
        assert (report.opened, report.allocated, report.problems) == (2466, 2466, [])
        return engine.propose(as_of=as_of)


def check_first_look(proposal, rows, as_of):
    """Compare the acts with the count, and look for a reason wherever nothing is done."""
    said = [act.receivable_id for act in proposal.acts]
    said += [item.receivable_id for item in proposal.others]
    seen = [row for row in rows if row.issued_on <= as_of]
    reasons = Counter(reason for item in proposal.others for reason in item.reasons)

    assert Counter(act.step_id for act in proposal.acts) == first_acts(rows, as_of)
    assert proposal.expected == ()
    assert len(said) == len(set(said)) == len(seen)
    assert all(item.reasons for item in proposal.others)
    assert reasons.keys() <= REASONS.keys()
    assert reasons["paid"] == sum(row.settled_on <= as_of for row in seen)


@pytest.mark.parametrize(
    "as_of",
    [
        date(2012, 1, 1),  # nothing is issued yet
        date(2012, 1, 31),
        date(2012, 2, 29),
        date(2012, 12, 31),
        date(2013, 6, 30),
        date(2013, 12, 31),  # nothing more is issued
    ],
    ids=str,
)
def test_the_acts_of_a_first_look_equal_a_plain_count(folder, rows, as_of):
    check_first_look(proposed(folder, as_of), rows, as_of)


@settings(max_examples=3)
@given(as_of=st.dates(date(2012, 1, 1), date(2013, 12, 31)))
def test_the_acts_of_a_first_look_equal_a_plain_count_on_any_day(folder, rows, as_of):
    check_first_look(proposed(folder, as_of), rows, as_of)


def test_daily_runs_take_each_step_on_its_own_day_until_it_is_settled(tmp_path, rows):
    first, last = date(2012, 1, 1), date(2012, 3, 31)
    done: Counter[tuple[date, str]] = Counter()
    looked_at = there = 0
    with Engine.open(install(tmp_path / "daily", MONTH_FIRST, url="memory://")) as engine:
        engine.pull(as_of=first)
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
            proposal, report = engine.run(as_of=day)
            assert len(report.sent) == len(proposal.acts)
            done.update((day, act.step_id) for act in proposal.acts)
            looked_at += len(proposal.review_on)
            there += sum(row.issued_on <= day for row in rows)

    assert done == daily_acts(rows, first, last)
    assert looked_at < there / 5


@pytest.mark.parametrize("variant", [MONTH_FIRST, DAY_FIRST], ids=["month-first", "day-first"])
def test_the_installed_program_runs_both_files_alike(tmp_path, variant):
    as_of = date(2013, 3, 31)
    folder = install(tmp_path / "both", variant)

    ran = dunning_json(folder, "run", "--as-of", as_of)

    acts = Counter(act["step_id"] for act in ran["proposal"]["acts"])
    counted = first_acts(rows_of(variant), as_of)
    assert acts == counted == first_acts(rows_of(MONTH_FIRST), as_of)
    assert len(ran["report"]["sent"]) == acts.total()
    mails = list((folder / "out" / "mail").glob("*.eml"))
    assert 0 < len(mails) <= acts.total()
    again = dunning_here(folder, "run", "--no-pull", "--as-of", as_of)["report"]
    assert again["sent"] == []
