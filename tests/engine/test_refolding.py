"""A store that another version wrote is read as this version folds its events."""

import sqlite3
from contextlib import closing
from datetime import date
from importlib.metadata import version

import pytest

from dunning_sdk.engine.engine import Engine
from dunning_sdk.engine.refolding import FOLDED_BY
from dunning_sdk.errors import StoreError
from dunning_sdk.operations.doctoring import examine, mend
from tests.engine.installation import CONFIG

INVOICES = """number,issued,due,amount,customer,name
F-1,2026-01-15,2026-02-14,1200.00,C9,Dupont
F-2,2026-01-20,2026-03-22,900.00,C10,Durand
"""
SOURCES = """
[[sources.invoices]]
connector = "csv"
path = "invoices.csv"
dates = "iso"
decimal_mark = "."
constants = { currency = "EUR", debtor_email = "accounts@debtor.example" }

[sources.invoices.columns]
number = "number"
issued_on = "issued"
due_on = "due"
amount = "amount"
debtor_id = "customer"
debtor_name = "name"
"""
AS_OF = date(2026, 2, 20)


@pytest.fixture
def folder(tmp_path):
    """Return an installation on SQLite that has two receivables."""
    (tmp_path / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    (tmp_path / "dunning.key").write_text("a long passphrase\n", encoding="ascii")
    head, _, _ = CONFIG.format(operator="creditor").partition("[[sources")
    text = head.replace("memory://", "sqlite:///dunning.sqlite") + SOURCES
    (tmp_path / "dunning.toml").write_text(text, encoding="utf-8")
    with Engine.open(tmp_path) as engine:
        engine.pull(as_of=AS_OF)
        engine.run(as_of=AS_OF)
    return tmp_path


def rows(engine):
    with engine.store.begin() as session:
        return session.receivables()


def spoil(folder):
    """Write projections as no version of ours reads them."""
    with closing(sqlite3.connect(folder / "dunning.sqlite")) as database, database:
        database.execute('UPDATE receivables SET state = \'{"id": "F-1"}\'')


def test_projections_of_another_version_are_folded_again_and_looked_at(folder):
    with Engine.open(folder) as engine:
        before = [row.receivable for row in rows(engine)]
        with engine.store.begin() as session:
            session.put_setting(FOLDED_BY, "0.0.1")
    spoil(folder)

    with Engine.open(folder) as engine:
        after = rows(engine)

    assert len(before) == 2
    assert [row.receivable for row in after] == before
    assert [row.review_on for row in after] == [AS_OF, AS_OF]


def test_projections_of_this_version_are_left_as_they_are(folder):
    spoil(folder)

    with Engine.open(folder) as engine, pytest.raises(StoreError, match="cannot be read"):
        rows(engine)


def test_a_store_that_cannot_be_folded_is_closed_again(folder):
    with closing(sqlite3.connect(folder / "dunning.sqlite")) as database, database:
        database.execute("DELETE FROM settings")
        database.execute("UPDATE events SET header = '{'")

    with pytest.raises(StoreError):
        Engine.open(folder)


def without_figures(folder):
    """Take away what lists and sums are read from, as a store of an earlier schema lacks it."""
    with closing(sqlite3.connect(folder / "dunning.sqlite")) as database, database:
        database.execute("DELETE FROM standings")


def owed(engine):
    with engine.store.reading() as session:
        return session.open_sums("due_on", ())


def test_what_lists_are_read_from_is_made_where_it_was_never_kept(folder):
    with Engine.open(folder) as engine:
        before = owed(engine)
        with engine.store.begin() as session:
            session.put_setting(FOLDED_BY, version("dunning-sdk"))
    without_figures(folder)

    with Engine.open(folder) as engine:
        assert (owed(engine), before[0].minor) == (before, 2_100_00)


def test_the_doctor_finds_and_mends_a_list_that_lacks_a_receivable(folder):
    without_figures(folder)
    with Engine.open(folder) as engine:
        findings = [one.text for one in examine(engine, on=AS_OF) if one.about == "projections"]

        assert findings == ["2 receivables do not fit their events: F-1, F-2"]
        assert (mend(engine), mend(engine)) == (2, 0)
        assert owed(engine)[0].count == 2
