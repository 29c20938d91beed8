"""What cannot be decided by columns is refused, or counted: never a partial truth."""

from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
import pytest

from dunning_sdk.errors import (
    CurrencyMismatchError,
    DomainError,
    FactTypeError,
    InvalidPeriodError,
    MissingFactError,
)
from dunning_sdk.portfolio.book import compile_book
from dunning_sdk.portfolio.column import Column, Kind
from dunning_sdk.portfolio.columns import Columns, Items
from dunning_sdk.portfolio.evaluate import evaluate
from dunning_sdk.portfolio.records import columns_of
from dunning_sdk.portfolio.report import Paths
from dunning_sdk.rules.load import load_book
from tests.portfolio.books import HEAD
from tests.portfolio.portfolios import AS_OF, changed, fast_payment, law, some_entries

MANDATE = """\
id: mandate.m
kind: mandate
title: Made up
source: House rule
inputs: [{input}]
hit_policy: first
rows:
  - when: {{{input}: {cell}}}
    then: {{chaser: financier, collects: creditor, debtor_told: true, letterhead: creditor}}
otherwise: {{chaser: creditor, collects: creditor, debtor_told: true, letterhead: creditor}}
"""


@pytest.fixture(scope="module")
def compiled():
    return compile_book(fast_payment(), operator="financier", law=law())


@pytest.fixture(scope="module")
def columns(compiled):
    entries = some_entries(Random(1), fast_payment(), 20, plain=True)
    return columns_of(entries, compiled.schema, channels=compiled.channels)


def a_book(input, cell):
    return load_book(
        {"book.yaml": HEAD, "mandate.m.yaml": MANDATE.format(input=input, cell=cell)}, label="x"
    )


def entries_for(book, **over):
    return [changed(one, **over) for one in some_entries(Random(2), book, 20, plain=True)]


def with_column(columns, name, column):
    return replace(columns, columns={**columns.columns, name: column})


def refused(compiled, columns, error):
    with pytest.raises(error) as raised:
        evaluate(compiled, columns, as_of=AS_OF)
    return raised.value


def test_a_missing_column_is_refused_by_name(compiled, columns):
    left = {name: one for name, one in columns.columns.items() if name != "receivable.due_on"}

    error = refused(compiled, replace(columns, columns=left), MissingFactError)

    assert error.fact_name == "receivable.due_on"


def test_missing_items_are_refused_by_name(compiled, columns):
    left = {name: one for name, one in columns.items.items() if name != "stops"}

    assert refused(compiled, replace(columns, items=left), MissingFactError).fact_name == "stops"


def test_a_missing_column_of_items_is_refused_by_name(compiled, columns):
    acts = columns.items["acts"]
    left = {name: one for name, one in acts.columns.items() if name != "status"}
    items = {**columns.items, "acts": replace(acts, columns=left)}

    error = refused(compiled, replace(columns, items=items), MissingFactError)

    assert error.fact_name == "acts.status"


def test_a_column_of_another_kind_is_refused(compiled, columns):
    flags = Column.of(Kind.FLAG, np.ones(20, dtype=np.bool_))

    error = refused(compiled, with_column(columns, "receivable.due_on", flags), FactTypeError)

    assert "kind flag and not of kind day" in error.message


def test_a_column_of_another_length_is_refused(compiled, columns):
    short = columns["receivable.due_on"].slice(0, 19)

    error = refused(compiled, with_column(columns, "receivable.due_on", short), FactTypeError)

    assert "19 rows and not 20" in error.message


def test_a_fact_that_must_be_known_is_refused_where_it_is_not(compiled, columns):
    known = np.arange(20) > 0
    unknown = replace(columns["receivable.due_on"], known=known)

    error = refused(compiled, with_column(columns, "receivable.due_on", unknown), MissingFactError)

    assert error.fact_name == "receivable.due_on"


def test_a_text_that_is_none_of_the_allowed_ones_is_refused(compiled, columns):
    odd = Column.texts(["full"] * 19 + ["lease"])

    error = refused(compiled, with_column(columns, "contract.kind", odd), FactTypeError)

    assert "lease" not in error.message


def test_a_word_that_no_row_has_is_no_matter(compiled, columns):
    column = replace(
        Column.texts(["full"] * 20), words=("full", "lease"), values=np.zeros(20, np.int8)
    )
    outcome = evaluate(compiled, with_column(columns, "contract.kind", column), as_of=AS_OF)

    assert outcome.size == 20


def test_an_unknown_fact_is_refused_with_the_nearest_one(compiled, columns):
    flags = Column.of(Kind.FLAG, np.ones(20, dtype=np.bool_))

    error = refused(compiled, with_column(columns, "debtor.is_companny", flags), FactTypeError)

    assert "debtor.is_company" in error.hint


def test_a_fact_that_is_worked_out_cannot_be_given(compiled, columns):
    flags = Column.of(Kind.FLAG, np.ones(20, dtype=np.bool_))

    error = refused(compiled, with_column(columns, "dispute.is_open", flags), FactTypeError)

    assert "never given" in error.message


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Kind.DAY, np.zeros(3)),
        (Kind.DAY, np.array([10**9], dtype=np.int32)),
        (Kind.MONEY, np.array([10**16])),
        (Kind.MONEY, np.zeros((2, 2), dtype=np.int64)),
        (Kind.TEXT, np.array([1])),
        (Kind.TEXT, np.array(["a"])),
        (Kind.SET, np.array([4])),
    ],
)
def test_an_array_that_a_kind_cannot_hold_is_refused(kind, values):
    with pytest.raises(FactTypeError):
        Column.of(kind, values, words=("a", "b")[: 1 if kind is Kind.TEXT else 2])


def test_a_set_of_too_many_words_is_refused():
    with pytest.raises(FactTypeError):
        Column.of(Kind.SET, np.zeros(1, np.int64), words=[str(at) for at in range(63)])


def test_a_mask_of_another_shape_is_refused():
    with pytest.raises(FactTypeError):
        Column.of(Kind.MONEY, np.zeros(2, np.int64), known=np.ones(3, np.bool_))


@pytest.mark.parametrize("offsets", [[0, 2, 1], [1, 1, 2], [0, 1], [0, 1, 3]])
def test_offsets_that_do_not_add_up_are_refused(offsets):
    on = Column.of(Kind.DAY, np.zeros(2, np.int32))
    items = Items(offsets=np.array(offsets, dtype=np.int64), columns={"on": on})

    with pytest.raises(FactTypeError):
        items.check("notices", 2)


def test_a_book_with_charges_needs_the_law():
    with pytest.raises(DomainError):
        compile_book(fast_payment(), operator="financier")


def test_a_table_asked_in_another_currency_is_refused_as_one_by_one():
    book = a_book("receivable.open_amount", '"> 100.00"')
    compiled = compile_book(book, operator="financier", law=law())
    columns = columns_of(entries_for(book), compiled.schema, channels=compiled.channels)
    yen = Column.constant(Kind.TEXT, "JPY", 20)

    with pytest.raises(CurrencyMismatchError):
        evaluate(compiled, with_column(columns, "currency", yen), as_of=AS_OF)


def test_a_fact_that_is_not_known_and_not_asked_for_is_refused_as_one_by_one():
    book = a_book("history.late_share", '"> 0.25"')
    compiled = compile_book(book, operator="financier", law=law())
    columns = columns_of(entries_for(book), compiled.schema, channels=compiled.channels)
    unknown = replace(columns["history.late_share"], known=np.arange(20) > 0)

    with pytest.raises(MissingFactError) as raised:
        evaluate(compiled, with_column(columns, "history.late_share", unknown), as_of=AS_OF)
    assert raised.value.fact_name == "history.late_share"


def test_cells_that_do_not_cut_are_asked_row_by_row_and_counted():
    book = a_book("receivable.open_amount", '"< receivable.amount"')
    compiled = compile_book(book, operator="financier", law=law())
    entries = entries_for(book)
    columns = columns_of(entries, compiled.schema, channels=compiled.channels)

    outcome = evaluate(compiled, columns, as_of=AS_OF)

    assert outcome.report.paths["mandate.m"].one_by_one == 20


def test_an_input_that_is_worked_out_is_asked_row_by_row_and_counted():
    book = a_book('"receivable.amount - dispute.amount"', '"> 5"')
    compiled = compile_book(book, operator="financier", law=law())
    columns = columns_of(entries_for(book), compiled.schema, channels=compiled.channels)

    outcome = evaluate(compiled, columns, as_of=AS_OF)

    assert outcome.report.paths["mandate.m"].one_by_one == 20


PROCEDURE = """\
id: procedure.p
kind: procedure
title: Made up
source: House rule
options: {calendar: DE-BY}
steps:
  - {id: first, level: 1, offset: 3, template: before-due, channel: email, day_shift: following}
"""


def test_a_year_whose_holidays_are_not_known_is_refused_as_one_by_one():
    files = {"book.yaml": HEAD, "procedure.p.yaml": PROCEDURE}
    book = load_book(files, label="x")
    compiled = compile_book(book, operator="creditor")
    entries = entries_for(book, due_on=date(9999, 12, 30), issued_on=date(2026, 7, 1))
    columns = columns_of(entries, compiled.schema, channels=compiled.channels)

    with pytest.raises((InvalidPeriodError, OverflowError)):
        evaluate(compiled, columns, as_of=AS_OF)


CONDITIONAL = """\
id: procedure.p
kind: procedure
title: Made up
source: House rule
steps:
  - {id: always, level: 1, offset: 3, template: before-due, channel: email}
  - {id: large, level: 2, offset: 9, template: due-today, channel: email,
     when: "receivable.open_amount > 100 or receivable.days_overdue > 20"}
  - {id: round, level: 2, offset: 12, template: due-today, channel: email,
     when: "floor(receivable.open_amount) = receivable.open_amount"}
"""


def test_conditions_of_steps_are_counted_by_columns_and_one_by_one():
    book = load_book({"book.yaml": HEAD, "procedure.p.yaml": CONDITIONAL}, label="x")
    compiled = compile_book(book, operator="creditor")
    entries = entries_for(book, stops=())
    columns = columns_of(entries, compiled.schema, channels=compiled.channels)

    paths = evaluate(compiled, columns, as_of=AS_OF).report.paths

    followed = paths["procedure.p"].columns
    assert Paths(columns=followed) == paths["procedure.p.large"]
    assert Paths(one_by_one=followed) == paths["procedure.p.round"]
    assert followed > 0
    assert "procedure.p.always" not in paths


def test_no_receivables_come_to_nothing(compiled, columns):
    outcome = evaluate(compiled, columns.slice(0, 0), as_of=AS_OF)

    assert (outcome.size, outcome.report.verdicts, len(outcome.rows_due)) == (0, {}, 0)


def test_columns_hold_nothing_by_default():
    assert Columns(size=0, columns={}).items == {}
