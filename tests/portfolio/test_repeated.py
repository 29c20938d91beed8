"""Repeated steps decided by columns: the occurrences one by one, whatever was done about them."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.installation.library import open_library
from dunning_sdk.portfolio.book import compile_book
from dunning_sdk.portfolio.evaluate import evaluate
from dunning_sdk.portfolio.records import columns_of
from dunning_sdk.rules.load import load_book
from tests.portfolio.books import HEAD, made_up_book
from tests.portfolio.histories import an_entry
from tests.portfolio.portfolios import AS_OF, changed, law, some_entry
from tests.portfolio.test_evaluate import assert_same

MANDATE = """\
id: mandate.m
kind: mandate
title: Made up
source: House rule
inputs: [receivable.kind]
rows:
  - when: {receivable.kind: charges}
    then: {chaser: creditor, collects: creditor, debtor_told: true, letterhead: creditor}
otherwise:
  chaser: financier
  collects: creditor
  debtor_told: true
  letterhead: creditor
  procedure: procedure.weekly
"""
PROCEDURE = """\
id: procedure.weekly
kind: procedure
title: Made up
source: House rule
options: {{{options}}}
steps:
  - {{id: first, level: 1, offset: 0, template: before-due, channel: email}}
  - {{id: weekly, level: 2, offset: 7, repeat_every_days: 7, channel: email, {weekly}}}
{more}"""
LAST = "  - {id: last, level: 3, offset: 300, channel: email, template: before-due}\n"


def a_book(*, options="entry: last_reminder", weekly="template: before-due", more=""):
    text = PROCEDURE.format(options=options, weekly=weekly, more=more)
    files = {"book.yaml": HEAD, "mandate.m.yaml": MANDATE, "procedure.weekly.yaml": text}
    return load_book(files, label="made-up")


def paths_of(book, entries, *, operator="financier"):
    """Decide receivables both ways; return how many rows under the procedure went which way."""
    compiled = compile_book(book, operator=operator, law=law())
    report = assert_same(compiled, entries, AS_OF)
    (procedure,) = book.procedures
    found = report.paths[procedure]
    assert found.columns + found.one_by_one == len(entries)
    return found.columns, found.one_by_one, report.due


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=5, deadline=None)
def test_any_repeated_steps_decide_any_portfolio_the_same_by_columns(seed):
    random = Random(seed)
    book = made_up_book(random, repeats=0.5)
    compiled = compile_book(book, operator=random.choice(("financier", "creditor")), law=law())

    assert_same(compiled, [some_entry(random, book) for _ in range(40)], AS_OF)


def test_years_of_weekly_reminders_are_decided_by_columns():
    book = open_library().load("friendly")
    weeks = [0, 1, 2, 3, 4, 5, 17, 18, 52, 53, 156]
    entries = [
        an_entry(book, overdue=7 * week + day, done=range(1, week + skipped), step="until-paid")
        for week in weeks
        for day in (0, 3)
        for skipped in (-3, 0, 1)
    ]

    columns, one_by_one, due = paths_of(book, entries, operator="creditor")

    assert (columns, one_by_one) == (len(entries), 0)
    assert due["until-paid"] > 20


def test_a_late_ledger_that_was_written_to_ever_since_is_decided_by_columns():
    book = a_book()
    ever_since = [
        an_entry(book, overdue=700 + day, done=range(30, 100), late=7 * 30) for day in range(8)
    ]
    just_seen = an_entry(book, overdue=700, late=698)
    never_since = an_entry(book, overdue=700, late=200)
    imported = an_entry(book, overdue=700, late=200, done=range(30, 90), imported_level=2)

    columns, one_by_one, due = paths_of(book, [*ever_since, just_seen, never_since, imported])

    assert (columns, one_by_one) == (9, 2)
    assert due["weekly"] >= 3


@pytest.mark.parametrize(
    ("over", "one_by_one"),
    [
        ({}, 0),
        ({"more": LAST}, 0),
        ({"options": "catch_up: highest"}, 0),
        ({"options": "spacing_days: 3"}, 1),
        ({"weekly": "legal_effect: true, template: before-due"}, 1),
        ({"weekly": "template: before-due, repeat_max: 90"}, 0),
        ({"weekly": "template: before-due, repeat_max: 1"}, 0),
        ({"weekly": "template: before-due, day_shift: preceding"}, 0),
    ],
)
def test_only_what_never_expires_has_more_occurrences_than_slots(over, one_by_one):
    book = a_book(**over)
    entries = [an_entry(book, overdue=days) for days in (6, 20, 100, 299, 900)]

    assert paths_of(book, entries)[1] in (one_by_one, 2 * one_by_one)


def test_acts_of_occurrences_that_cannot_be_are_read_as_one_by_one():
    book = a_book(weekly="template: before-due, repeat_max: 3")
    done = [(7,), (2, 9), (40,), (0, 2), (2, 30)]
    entries = [an_entry(book, overdue=60, done=one) for one in done]

    assert paths_of(book, entries)[:2] == (3, 2)


def test_an_occurrence_beyond_all_dates_is_refused_as_one_by_one():
    book = a_book()
    entry = an_entry(book, overdue=60, done=(2,))
    acts = tuple(replace(act, occurrence=500_000) for act in entry.receivable.acts)
    compiled = compile_book(book, operator="financier", law=law())
    columns = columns_of([changed(entry, acts=acts)], compiled.schema, channels=compiled.channels)

    with pytest.raises(OverflowError):
        evaluate(compiled, columns, as_of=AS_OF, payments_known_on=AS_OF)


def test_late_rows_enter_elsewhere_one_by_one():
    entries = {"overdue": 400, "late": 100, "done": range(14, 50)}
    first = a_book(options="entry: first_step")
    call = a_book(weekly="action: call")

    assert paths_of(first, [an_entry(first, **entries)])[:2] == (0, 1)
    assert paths_of(call, [an_entry(call, **entries)])[:2] == (0, 1)
