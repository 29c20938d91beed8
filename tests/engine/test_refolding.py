"""A store that another version wrote is read as this version folds its events."""

import sqlite3
from contextlib import closing
from datetime import date

import pytest

from dunning_sdk.engine.engine import Engine
from dunning_sdk.engine.refolding import FOLDED_BY
from dunning_sdk.errors import StoreError
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
