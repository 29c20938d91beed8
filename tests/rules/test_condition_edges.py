"""On which day a step's condition may change by itself."""

import pytest

from tests.decisions.book import a_book

PROCEDURE = """\
id: procedure.one
kind: procedure
title: One step
steps:
  - {{id: reminder, level: 1, offset: 1, channel: email, template: t, when: '{when}'}}
"""


@pytest.mark.parametrize(
    ("when", "edges"),
    [
        ("receivable.days_overdue in [5..9]", (5, 6, 9, 10)),
        ("receivable.days_overdue in (5..9)", (5, 6, 9, 10)),
        ("receivable.days_overdue in (> 3)", (4,)),
        ("receivable.days_overdue in (3, 7)", (3, 4, 7, 8)),
        ("receivable.days_overdue >= 2", (2,)),
    ],
)
def test_a_condition_may_change_beside_each_end_of_what_it_names(when, edges):
    book = a_book(PROCEDURE.format(when=when))
    (step,) = book.procedures["procedure.one"].steps

    assert step.when.edges == {"receivable.days_overdue": edges}
