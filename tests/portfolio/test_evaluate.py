"""Deciding by columns is deciding one by one: the same outcome, for every receivable."""

from datetime import timedelta
from random import Random

import pytest

from dunning_sdk.portfolio.arrow import from_arrow, to_arrow
from dunning_sdk.portfolio.book import compile_book
from dunning_sdk.portfolio.evaluate import evaluate
from dunning_sdk.portfolio.single import Asked
from tests.portfolio.portfolios import (
    AS_OF,
    by_columns_and_one_by_one,
    fast_payment,
    law,
    some_entries,
)


@pytest.mark.parametrize("seed", range(3))
def test_the_shipped_fast_payment_book_decides_the_same_by_columns(seed):
    random = Random(seed)
    book = fast_payment()
    compiled = compile_book(book, operator="financier", law=law())
    asked = Asked(as_of=AS_OF, payments_known_on=AS_OF - timedelta(days=random.choice((0, 3, 4))))
    entries = some_entries(random, book, 400)
    columns, wanted = by_columns_and_one_by_one(compiled, entries, asked)

    outcome = evaluate(compiled, columns, as_of=AS_OF, payments_known_on=asked.payments_known_on)

    for row, one in enumerate(wanted):
        assert one == outcome.decision(row), f"row {row}: {entries[row]}"


def test_columns_come_back_from_arrow_as_they_were():
    book = fast_payment()
    compiled = compile_book(book, operator="financier", law=law())
    asked = Asked(as_of=AS_OF)
    columns, wanted = by_columns_and_one_by_one(compiled, some_entries(Random(7), book, 50), asked)

    back = from_arrow(to_arrow(columns), compiled.schema)
    outcome = evaluate(compiled, back, as_of=AS_OF)

    assert wanted == [outcome.decision(row) for row in range(50)]
