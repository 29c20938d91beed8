"""A simulation of a real ledger equals a count in plain Python, and what daily runs did."""

from collections import Counter
from datetime import date

import pytest

from tests.acceptance.ledger import MONTH_FIRST, install
from tests.acceptance.program import dunning_here, dunning_json
from tests.acceptance.test_ledger import daily_acts, rows_of

FIRST, LAST = date(2012, 1, 1), date(2012, 3, 20)
SPAN = ("--from", FIRST, "--to", LAST, "--portfolio", ".", "--sources")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return an installation without a store."""
    return install(tmp_path_factory.mktemp("simulated") / "ledger", MONTH_FIRST)


@pytest.fixture(scope="module")
def rows():
    return rows_of(MONTH_FIRST)


def test_recorded_settlements_replay(folder, rows):
    found = dunning_here(folder, "simulate", "./book", *SPAN)

    (course,) = found["courses"]
    counted = daily_acts(rows, FIRST, LAST)
    levels = ("before-due", "due-today", "overdue-first", "overdue-second", "formal-notice")
    acts = {(item["day"], levels[item["level"] - 1]): item["acts"] for item in course["acts"]}
    assert acts == {(day.isoformat(), step): count for (day, step), count in counted.items()}
    paid = [row for row in rows if row.settled_on <= LAST]
    waits = Counter((row.settled_on - row.issued_on).days for row in paid)
    assert course["paid_after"] == {str(days): waits[days] for days in sorted(waits)}
    assert course["open_at_end"] == sum(row.issued_on <= LAST < row.settled_on for row in rows)
    assert not list(folder.glob("*.sqlite*"))
    assert not (folder / "out").exists()


def test_a_second_book_stands_beside_and_the_page_is_written(folder, tmp_path):
    report = tmp_path / "report.html"
    words = ("--to", "2012-02-15", "--html", report, "--cost", "email=0.02")

    found = dunning_json(folder, "simulate", "./book", *SPAN, *words, "--against", "friendly")

    first, second = found["courses"]
    assert (first["book"], second["book"]) == ("ledger", "friendly")
    assert first["paid_after"] == second["paid_after"]
    assert first["acts"] != second["acts"]
    assert "ledger 1.0 and friendly" in report.read_text(encoding="utf-8")
