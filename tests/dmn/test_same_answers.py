"""The table of `benchmarks.rules` gives the same answers compiled, traced and as a rule book."""

import pytest

from benchmarks.engines import ENGINES
from benchmarks.table import ROWS, facts, plain


@pytest.mark.parametrize("name", [name for name in ENGINES if name.startswith("ours")])
def test_our_engines_answer_as_the_table_written_by_hand(name):
    decide, prepare = ENGINES[name]()
    given = list(facts(7, 400))

    assert [plain(fact) for fact in given] == [decide(prepare(fact)) for fact in given]


def test_the_facts_meet_every_row():
    assert {row.answer for row in ROWS} == {plain(fact) for fact in facts(7, 400)}
