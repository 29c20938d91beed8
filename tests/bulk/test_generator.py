"""Made-up portfolios: the same for a seed, cut anywhere, shaped as what was observed."""

from datetime import date

import numpy as np
import pytest

from dunning_sdk.bulk.generator import BLOCK_ROWS, blocks
from dunning_sdk.bulk.listing import csv_lines
from dunning_sdk.bulk.shape import built_in, drawn, observed
from dunning_sdk.errors import ConfigError
from dunning_sdk.installation.library import open_library
from tests.shared import shared_path

AS_OF = date(2026, 3, 2)


def lines(rows, **over):
    return list(csv_lines(blocks(rows, **{"seed": 1, "as_of": AS_OF} | over)))


def test_a_seed_gives_one_portfolio_however_long():
    assert lines(60) == lines(100)[:61]
    assert lines(60, seed=2) != lines(60)


def test_a_block_can_be_drawn_alone():
    *_, second = blocks(BLOCK_ROWS + 10, seed=1, as_of=AS_OF)
    (alone,) = blocks(BLOCK_ROWS + 10, seed=1, as_of=AS_OF, first=1)

    assert (alone.ids, alone.debtor_ids) == (second.ids, second.debtor_ids)
    assert alone.ids[0] == "R000000065536"


def test_every_receivable_is_open_and_issued_by_the_day():
    (block,) = blocks(5000, seed=3, as_of=AS_OF)
    column = block.columns

    assert (column["receivable.open_amount"].values > 0).all()
    assert (column["receivable.issued_on"].values <= (AS_OF - date(1970, 1, 1)).days).all()
    assert (column["receivable.due_on"].values > column["receivable.issued_on"].values).all()
    assert 15 <= column.size / len(set(block.debtor_ids)) <= 40


def test_the_observed_shape_is_read_where_it_lies():
    shape = observed(shared_path("datasets"))

    assert int(shape.lateness[128]) == 10  # the median of uk_promise_vs_practice.csv
    assert shape.per_debtor == 24  # 2,466 invoices of 100 debtors
    assert shape.disputed_share * 100 // 65536 == 22


def test_data_sets_that_are_not_there_are_named(tmp_path):
    with pytest.raises(ConfigError, match=r"The data sets in .* cannot be read"):
        observed(tmp_path)


def test_lots_fall_between_the_quantiles_in_order():
    table = built_in().amount
    lots = np.linspace(0, 2**32 - 1, 999).astype(np.uint32)
    values = drawn(table, lots)

    assert (np.diff(values) >= 0).all()
    assert int(values[0]) == int(table[0])


@pytest.mark.parametrize("name", ["friendly", "fast-payment"])
def test_a_repeated_step_was_done_each_time_its_day_had_come(name):
    (procedure,) = open_library().load(name).procedures.values()
    (block,) = blocks(2000, seed=1, as_of=AS_OF, procedure=procedure)
    acts, due_on = block.columns.items["acts"], block.columns["receivable.due_on"].values
    said = {key: acts.columns[key] for key in ("step", "occurrence", "on")}
    weekly, found = acts.columns["step"].words.index(procedure.steps[-1].id), {}
    for at, row in enumerate(acts.rows().tolist()):
        if said["step"].values[at] == weekly:
            late = int(said["on"].values[at]) - int(due_on[row])
            found.setdefault(row, []).append((int(said["occurrence"].values[at]), late))

    assert found
    first, every = procedure.steps[-1].offset, procedure.steps[-1].repeat_every_days or 0
    for row, acted in found.items():
        overdue = (AS_OF - date(1970, 1, 1)).days - int(due_on[row])
        count = 1 if not every else len(range(first, overdue, every))
        assert [(n, first + every * (n - 1)) for n in range(1, count + 1)] == acted
