"""Deciding by columns is deciding one by one: the same outcome, for every receivable."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.domain.charge import Movement, MovementKind
from dunning_sdk.errors import EvaluationError
from dunning_sdk.installation.library import open_library
from dunning_sdk.law.claim import Convention, Mechanism, Rounding
from dunning_sdk.portfolio.arrow import from_arrow, to_arrow
from dunning_sdk.portfolio.book import compile_book
from dunning_sdk.portfolio.evaluate import evaluate
from dunning_sdk.portfolio.records import columns_of
from dunning_sdk.portfolio.single import Asked
from tests.portfolio.books import made_up_book
from tests.portfolio.portfolios import (
    AS_OF,
    all_done_before,
    by_columns_and_one_by_one,
    changed,
    fast_payment,
    law,
    some_entries,
)

CONTRACTS = (
    {},
    {"full": {"chaser": "creditor", "letterhead": "creditor"}},
    {"confidential": {"debtor_told": True}},
)


def assert_same(compiled, entries, known_on):
    """Hold both ways against each other; where one raises, so does the other."""
    asked = Asked(as_of=AS_OF, payments_known_on=known_on)
    try:
        columns, wanted = by_columns_and_one_by_one(compiled, entries, asked)
    except EvaluationError as exc:
        columns = columns_of(entries, compiled.schema, channels=compiled.channels)
        with pytest.raises(type(exc)):
            evaluate(compiled, columns, as_of=AS_OF, payments_known_on=known_on)
        return None

    outcome = evaluate(compiled, columns, as_of=AS_OF, payments_known_on=known_on)

    for row, one in enumerate(wanted):
        assert one == outcome.decision(row), f"row {row}: {entries[row]}"
    return outcome.report


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_any_book_decides_any_portfolio_the_same_by_columns(seed):
    random = Random(seed)
    book = made_up_book(random)
    operator, contract = random.choice(("financier", "creditor")), random.choice(CONTRACTS)
    compiled = compile_book(book, operator=operator, law=law(), contract=contract)
    known_on = AS_OF - timedelta(days=random.choice((0, 0, 3, 4)))

    assert_same(compiled, some_entries(random, book, 60, plain=seed % 2 == 0), known_on)


@pytest.mark.parametrize("name", ["fast-payment", "personal", "friendly", "prevention"])
@pytest.mark.parametrize("plain", [True, False])
def test_a_shipped_book_decides_the_same_by_columns(name, plain):
    random, book = Random(name), open_library().load(name)
    operator = "financier" if name == "fast-payment" else "creditor"
    compiled = compile_book(book, operator=operator, law=law())

    report = assert_same(compiled, some_entries(random, book, 150, plain=plain), AS_OF)

    assert report.rows == 150
    assert report.paths["mandate." + _mandate(book)].columns > 60


def _mandate(book):
    return book.of_kind("mandate")[0].id.removeprefix("mandate.")


@pytest.mark.parametrize("mechanism", [Mechanism.ASSIGNMENT, Mechanism.SUBROGATION, None])
def test_charges_are_the_same_to_the_minor_unit(mechanism):
    random, book = Random(7), fast_payment()
    compiled = compile_book(book, operator="financier", law=replace(law(), transfer=mechanism))
    entries = [_overdue(random, one, book) for one in some_entries(random, book, 150)]

    report = assert_same(compiled, entries, AS_OF)

    assert report.due["formal-notice"] > 5
    assert report.due["placement"] > 5


@pytest.mark.parametrize(
    "over", [{"rounding": Rounding.PER_SEGMENT}, {"convention": Convention.FROM_DUE}]
)
def test_charges_are_the_same_under_every_convention(over):
    random, book = Random(8), fast_payment()
    compiled = compile_book(book, operator="financier", law=replace(law(), **over))
    entries = [_overdue(random, one, book) for one in some_entries(random, book, 80)]

    paths = assert_same(compiled, entries, AS_OF).paths["law.charges"]

    assert (paths.columns == 0) is ("rounding" in over)
    assert paths.columns + paths.one_by_one > 5


def _overdue(random, entry, book):
    """Return a receivable whose formal notice or placement is due, part paid on the way."""
    due_on = AS_OF - timedelta(days=random.choice((31, 40, 200, random.randint(31, 1500))))
    began = {name: due_on - timedelta(days=30) for name in ("issued_on", "cycle_started_on")}
    amount = entry.receivable.amount.minor
    moved = [
        Movement(
            kind=random.choice(list(MovementKind)),
            on=due_on + timedelta(days=random.randint(-5, 30)),
            minor=random.choice((1, 1000, amount, amount // 2 + 1)),
        )
        for _ in range(random.choice((0, 0, 1, 2, 3)))
    ]
    stops = tuple(one for one in entry.receivable.stops if one.free_on and one.free_on <= AS_OF)
    entry = changed(
        entry,
        **began,
        due_on=due_on,
        entered_on=began["issued_on"],
        cycle=1,
        financier_id="F1",
        kind="part",
        contract_kind="full",
        reminders=True,
        stops=stops,
        movements=tuple(sorted(moved, key=lambda one: one.on)),
        paid_minor=0,
        credited_minor=0,
    )
    entry = replace(entry, jurisdiction=random.choice(("FR", "FR", "DE", "PL", "GB", "XX", "")))
    return all_done_before(entry, book, random.choice(("formal-notice", "placement")))


@pytest.fixture(scope="module")
def decided():
    book = fast_payment()
    compiled = compile_book(book, operator="financier", law=law())
    entries = some_entries(Random(3), book, 200, plain=True)
    columns = columns_of(entries, compiled.schema, channels=compiled.channels)
    return compiled, columns, evaluate(compiled, columns, as_of=AS_OF, payments_known_on=AS_OF)


def test_columns_come_back_from_arrow_as_they_were(decided):
    compiled, columns, outcome = decided

    back = from_arrow(to_arrow(columns), compiled.schema)
    found = evaluate(compiled, back, as_of=AS_OF, payments_known_on=AS_OF)

    assert [outcome.decision(row) for row in range(200)] == [
        found.decision(row) for row in range(200)
    ]


def test_slices_on_threads_come_to_what_the_whole_comes_to(decided):
    compiled, columns, outcome = decided
    cuts = (0, 70, 71, 71, 200)

    def part(at):
        own = columns.slice(cuts[at], cuts[at + 1])
        return evaluate(compiled, own, as_of=AS_OF, payments_known_on=AS_OF)

    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(part, range(4)))

    assert sum((one.report for one in parts[1:]), parts[0].report) == outcome.report
    found = [one.decision(row) for one in parts for row in range(one.size)]
    assert [outcome.decision(row) for row in range(200)] == found


def test_arrays_say_what_single_decisions_say(decided):
    _, _, outcome = decided
    due = outcome.rows_due.tolist()

    assert due
    for name in ("channels", "told"):
        spread = outcome[name]
        said = [outcome.decision(row)[name] for row in range(outcome.size)]
        assert [outcome.words[name][code] for code in spread] == said
    guard = outcome.codes("guards.reminders-off")
    assert {row for row in due if guard[row] >= 0} == set(due)
    assert (np.flatnonzero(outcome["step"] < 0) == _without_step(outcome)).all()


def _without_step(outcome):
    return [row for row in range(outcome.size) if outcome.step_at(row) is None]


def test_an_explanation_names_every_row_that_held(decided):
    _, _, outcome = decided
    row = int(outcome.rows_due[0])

    said = dict(outcome.answers_at(row))

    assert set(said) >= {"mandate.contract", "guards.stop-open", "guards.dispute-open"}
    assert said["guards.stop-open"].rows == (0,)
    assert said["mandate.contract"].rows[0] in (3, 4, 5, 6)


def test_the_report_says_how_many_rows_were_asked_one_by_one(decided):
    _, _, outcome = decided

    paths = outcome.report.paths

    assert paths["mandate.contract"].columns == 200
    assert paths["procedure.fast-payment"].one_by_one == 0
    assert sum(outcome.report.verdicts.values()) == outcome.report.rows == 200
    assert sum(outcome.report.due.values()) == len(outcome.rows_due)
