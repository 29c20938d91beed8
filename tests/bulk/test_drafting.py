"""What is stored of a portfolio is what was given, whatever rows share."""

from random import Random

import numpy as np
import pytest

from dunning_sdk.bulk.deciding import Run, columns_of
from dunning_sdk.bulk.drafting import drafted
from dunning_sdk.bulk.rows import KINDS
from dunning_sdk.bulk.shared import Shared, entries_of
from dunning_sdk.errors import FactTypeError, StoreError
from dunning_sdk.portfolio import records
from dunning_sdk.portfolio.book import compile_book
from dunning_sdk.portfolio.column import Column, Kind
from tests.portfolio.portfolios import AS_OF, fast_payment, law, some_entries


@pytest.fixture(scope="module")
def compiled():
    return compile_book(fast_payment(), operator="financier", law=law())


def given(compiled, seed, count=80):
    entries = some_entries(Random(seed), compiled.book, count)
    return records.columns_of(entries, compiled.schema, channels=compiled.channels)


def drafts(columns, **over):
    names = {"ids": [f"R{n}" for n in range(columns.size)], "debtor_ids": ["D"] * columns.size}
    return drafted(columns, **names, review_on=np.zeros(columns.size, dtype=np.int32), **over)


def read_back(compiled, draft, places=None):
    shared = {
        kind: Shared.of(entries_of(text for _, text in draft.entries[kind])) for kind in KINDS
    }
    run = Run(
        run_id="r",
        tenant="t",
        as_of=AS_OF,
        due_by=None,
        payments_known_on=None,
        shared=shared,
        books=(compiled,),
        book_of=np.zeros(shared["profile"].size, dtype=np.int32),
    )
    return columns_of(run, draft.rows, places, compiled)


def row_of(columns, row):
    facts = {name: one.value(row) for name, one in columns.columns.items()}
    items = {
        name: [
            {field: one.value(at) for field, one in several.columns.items()}
            for at in range(several.offsets[row], several.offsets[row + 1])
        ]
        for name, several in columns.items.items()
    }
    return facts, items


@pytest.mark.parametrize("seed", range(6))
def test_columns_come_back_as_they_were(compiled, seed):
    columns = given(compiled, seed)

    back = read_back(compiled, drafts(columns))

    assert [row_of(columns, row) for row in range(columns.size)] == [
        row_of(back, row) for row in range(columns.size)
    ]


def test_some_rows_come_back_without_the_others(compiled):
    columns, places = given(compiled, 7), np.array([3, 5, 70])

    back = read_back(compiled, drafts(columns), places)

    assert [row_of(columns, row) for row in places] == [row_of(back, row) for row in range(3)]


def test_rows_that_say_the_same_share_it_though_days_and_amounts_differ(compiled):
    columns = given(compiled, 1, count=1).take(np.zeros(3, dtype=np.int64))
    later = dict(columns.columns)
    for name, one in later.items():
        if one.kind is Kind.DAY:
            values = one.values + np.array([0, 40, 80], dtype=np.int32)
            later[name] = Column(kind=Kind.DAY, values=values, known=one.known)
    later["past.credited"] = Column.of(Kind.MONEY, np.array([100, 200, 300]))
    draft = drafts(type(columns)(size=3, columns=later, items={}))

    assert {kind: len(entries) for kind, entries in draft.entries.items()} == {
        "profile": 1,
        "story": 1,
    }
    assert draft.rows.packed_sums()[1] != draft.rows.packed_sums()[0]


def test_lengths_that_differ_are_refused(compiled):
    columns = given(compiled, 1, count=3)

    with pytest.raises(FactTypeError, match="There are 2 ids for 3 rows"):
        drafted(columns, ids=["a", "b"], debtor_ids=["D"] * 3, review_on=np.zeros(3))


def test_a_row_without_its_own_days_is_refused(compiled):
    columns = given(compiled, 1, count=2)
    unknown = Column.constant(Kind.DAY, None, 2)
    lacking = {**columns.columns, "receivable.due_on": unknown}

    with pytest.raises(FactTypeError, match=r"Column receivable\.due_on lacks values"):
        drafts(type(columns)(size=2, columns=lacking, items=columns.items))


@pytest.mark.parametrize("text", ["{", '{"facts": {"a": ["nothing", 1]}}', '{"facts": {"a": 1}}'])
def test_entries_that_cannot_be_read_are_refused(text):
    with pytest.raises(StoreError, match="rows of the portfolio share cannot be read"):
        Shared.of(entries_of([text]))
