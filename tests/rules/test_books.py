"""Every shipped book and every example calendar: its cases, its rows, its findings."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from dunning_sdk.installation.library import Library, open_library
from dunning_sdk.plugins import ShippedBooks
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.verify.cases import CaseResult, CaseRun, Status, run_cases
from dunning_sdk.verify.check import check_book

CALENDARS = Path(__file__).parents[2] / "examples" / "calendars"
SHIPPED = ShippedBooks().dunning_register_rule_books()
NAMES = (*sorted(SHIPPED), *sorted(path.name for path in CALENDARS.glob("*") if path.is_dir()))


@cache
def library() -> Library:
    """Return the shipped books, and the calendars as folders beside them."""
    return open_library(CALENDARS)


def book(name: str) -> Book:
    """Return a book, its parents laid under it."""
    return library().load(name)


@cache
def run(name: str) -> CaseRun:
    """Return how the cases of a book came out."""
    return run_cases(book(name))


def own_rules(name: str) -> list[str]:
    """Return the rules written in a book itself, those of its parents left out."""
    return [rule for rule in book(name).rules if f"{rule}.yaml" in library().files(name)]


def own_results() -> Iterator[tuple[str, CaseResult]]:
    """Yield every case once: with the book that it lies in."""
    for name in NAMES:
        own = own_rules(name)
        yield from ((name, result) for result in run(name).results if result.rule in own)


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(result, id=f"{name}/{result.rule}/{result.case or 'no case'}")
        for name, result in own_results()
    ],
)
def test_case_passes(result: CaseResult) -> None:
    assert (result.status, result.message) == (Status.PASS, "")


@pytest.mark.parametrize("name", NAMES)
def test_inherited_rules_still_pass_under_the_child(name: str) -> None:
    failed = [f"{one.rule}: {one.case}" for one in run(name).results if one.status != Status.PASS]

    assert failed == []


@pytest.mark.parametrize("name", NAMES)
def test_cases_reach_every_row_and_every_step(name: str) -> None:
    missed = {one.rule: one.missed for one in run(name).coverage if one.missed}

    assert missed == {}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_suspicious_in_the_book(name: str) -> None:
    suspicious = [str(one) for one in check_book(book(name)) if one.severity != "info"]

    assert suspicious == []


@pytest.mark.parametrize("name", NAMES)
def test_each_table_has_a_case_that_hits_and_one_that_does_not(name: str) -> None:
    lacking = []
    for rule_id in own_rules(name):
        rule = book(name).rules[rule_id]
        hits = [result.decided for result in run(name).results if result.rule == rule_id]
        if isinstance(rule, TableRule) and (len(hits) < 2 or len(set(hits)) < 2):
            lacking.append(rule_id)

    assert lacking == []


@pytest.mark.parametrize("name", NAMES)
def test_the_folder_has_the_name_of_the_book(name: str) -> None:
    assert book(name).id == name


@pytest.mark.parametrize("name", NAMES)
def test_every_book_keeps_the_safeguards(name: str) -> None:
    guards = {rule.id for rule in book("safeguards").of_kind("guards")}

    assert guards <= set(book(name).rules)


def test_friendly_reminders_take_the_channel_chosen_for_the_invoice() -> None:
    channels = {step.channels for step in book("friendly").procedures["procedure.friendly"].steps}

    assert channels == {("chosen", "email")}
