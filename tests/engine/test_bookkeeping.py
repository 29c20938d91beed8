"""The ledger as the program shows it, and a doctor who compares it with what is kept."""

from dataclasses import replace

import pytest

from dunning_sdk import Engine, Money, Record
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.operations.doctoring import examine
from tests.acceptance.program import dunning_here
from tests.engine.company import FIRST, dunning, install


@pytest.fixture
def engine(tmp_path):
    with Engine.open(install(tmp_path)) as found:
        found.pull(as_of=FIRST)
        yield found


def tell(engine, kind, subject="F-1", on=FIRST, **values):
    engine.record(Record(kind=kind, subject=subject, on=on, values=values))


def test_a_ledger_shows_what_each_event_moved(engine):
    tell(engine, "payment", amount=Money(200_00, "EUR"))
    tell(engine, "written-off")

    found = engine.ledger("F-1")

    left = {"principal": 0, "write-off": 1000_00, "cash": 200_00, "invoiced": -1200_00}
    assert found.balances == left
    assert [entry.kind.value for entry in found.entries] == ["invoice", "payment", "write-off"]
    assert found.faults == ()
    assert found.as_json()["open_minor"] == 1000_00


def test_a_day_before_the_receivable_was_seen_has_no_ledger(engine):
    with pytest.raises(RecordNotFoundError, match="first seen on 2026-01-15"):
        engine.ledger("F-1", as_of=FIRST.replace(day=14))


def test_the_doctor_names_a_receivable_whose_ledger_tells_another_story(engine):
    def faults():
        return [one.text for one in examine(engine, on=FIRST) if one.about == "ledgers"]

    sound = faults()
    with engine.store.begin() as session:
        row = session.receivable("F-2")
        session.put_receivables([replace(row, receivable=replace(row.receivable, paid_minor=1))])

    assert sound == ["debits equal credits, and every ledger is open as its receivable"]
    assert faults() == ["F-2 is open with 59999, its ledger with 60000 minor units"]


def test_the_program_prints_a_ledger(tmp_path):
    install(tmp_path)
    dunning_here(tmp_path, "run", "--as-of", "2026-01-15")
    dunning_here(tmp_path, "record", "payment", "F-1", "amount=200.00", "--on", "2026-01-20")

    printed = dunning(tmp_path, "ledger", "F-1").out

    assert "2026-01-20\tpayment\trecorded\tcash\t200.00\t" in printed
    assert "open: 1000.00 EUR, charges open: 0.00 EUR" in printed
    before = dunning_here(tmp_path, "ledger", "F-1", "--as-of", "2026-01-16")
    assert before["balances"] == {"principal": 1200_00, "invoiced": -1200_00}
