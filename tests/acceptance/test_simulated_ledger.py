"""A simulation of a real ledger equals a count in plain Python, and what daily runs did."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from dunning_sdk.simulation.payment_model import Drawn, parse_delays
from tests.acceptance.ledger import MONTH_FIRST, install
from tests.acceptance.program import dunning_here, dunning_json
from tests.acceptance.test_ledger import daily_acts, rows_of
from tests.shared import shared_path

FIRST, LAST = date(2012, 1, 1), date(2012, 3, 10)
SPAN = ("--from", FIRST, "--to", LAST, "--portfolio", ".", "--sources")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return an installation without a store."""
    return install(tmp_path_factory.mktemp("simulated") / "ledger", MONTH_FIRST)


@pytest.fixture(scope="module")
def rows():
    return rows_of(MONTH_FIRST)


def acts_of(course) -> Counter:
    """Return how often each step was done on each day."""
    steps = {item["level"]: item["step"] for item in course["steps"]}
    return Counter(
        {
            (date.fromisoformat(item["day"]), steps[item["level"]]): item["acts"]
            for item in course["acts"]
        }
    )


def test_recorded_settlements_replay(folder, rows):
    found = dunning_here(folder, "simulate", "./book", *SPAN)

    (course,) = found["courses"]
    assert acts_of(course) == daily_acts(rows, FIRST, LAST)
    paid = [row for row in rows if row.settled_on <= LAST]
    waits = Counter((row.settled_on - row.issued_on).days for row in paid)
    assert course["paid_after"] == {str(days): waits[days] for days in sorted(waits)}
    assert course["open_at_end"] == sum(row.issued_on <= LAST < row.settled_on for row in rows)
    assert not list(folder.glob("*.sqlite*"))
    assert not (folder / "out").exists()


def test_drawn_payments_stop_the_acts_from_their_day_on(folder, rows):
    model = Drawn(delays=parse_delays("weights:-9=20,2=40,11=20,never=20"), seed=5, label="")
    with shared_path(f"datasets/ibm_ar/{MONTH_FIRST[0]}").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        numbers = [line["invoiceNumber"] for line in csv.DictReader(file)]
    days = [
        model.pay_day(number, row.due_on, since=row.issued_on)
        for number, row in zip(numbers, rows, strict=True)
    ]
    paid = [replace(row, settled_on=day or date.max) for row, day in zip(rows, days, strict=True)]
    words = ("--payments", "drawn", "--seed", "5", "--delays", "weights:-9=20,2=40,11=20,never=20")

    found = dunning_here(folder, "simulate", "./book", *SPAN, *words)

    assert acts_of(found["courses"][0]) == daily_acts(paid, FIRST, LAST)


def test_a_second_book_stands_beside_and_the_page_is_written(folder, tmp_path):
    report = tmp_path / "report.html"
    words = ("--to", "2012-02-05", "--html", report, "--cost", "email=0.02")

    found = dunning_json(folder, "simulate", "./book", *SPAN, *words, "--against", "friendly")

    first, second = found["courses"]
    assert (first["book"], second["book"]) == ("ledger", "friendly")
    assert first["paid_after"] == second["paid_after"]
    assert first["acts"] != second["acts"]
    assert "ledger 1.0 and friendly" in report.read_text(encoding="utf-8")
