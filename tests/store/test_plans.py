"""Each tab of the list of receivables is read from an index, whatever the number of rows."""

from contextlib import closing
from datetime import date

import pytest
import sqlalchemy as sa

from dunning_sdk.store.opening import open_store
from dunning_sdk.store.reading import Wanted

DAY = date(2026, 3, 10)
TABS = {
    "open": Wanted(),
    "overdue": Wanted(due_before=DAY),
    "all": Wanted(is_open=False),
    "open by number": Wanted(begins="F-1"),
    "all by number": Wanted(begins="F-1", is_open=False),
    "open of a debtor": Wanted(debtor_id="D1"),
    "all of a debtor": Wanted(debtor_id="D1", is_open=False),
}
AFTERS = ((), ("2026-03-01", "R-1"))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    url = f"sqlite:///{tmp_path}/dunning.db"
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres")
        url = postgres.url(postgres.new_database())
    with closing(open_store(url, tenant="t", secret=b"k" * 32)) as opened:
        yield opened


def statements(store, ask):
    """Return the statements that a question to a store sends."""
    sent = []

    def hear(_connection, _cursor, text, values, *_):
        sent.append((text, values))

    sa.event.listen(store._database.engine, "before_cursor_execute", hear)
    try:
        with store.reading() as session:
            ask(session)
    finally:
        sa.event.remove(store._database.engine, "before_cursor_execute", hear)
    return [one for one in sent if "FROM standings" in one[0]]


def plan_of(store, text, values):
    """Return how a database would find the rows, where it is not tempted by a table being small."""
    with store._database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            return [row.detail for row in rows]
        for name in ("seqscan", "bitmapscan", "sort"):
            connection.exec_driver_sql(f"SET enable_{name} = off")
        return [row[0].strip() for row in connection.exec_driver_sql(f"EXPLAIN {text}", values)]


def is_slow(step):
    """Tell whether a step reads or sorts more than the page; equals of one day may be sorted."""
    sorts = ("USE TEMP B-TREE FOR ORDER BY", "Sort  ", "->  Sort ")
    return step.startswith(("SCAN", "Seq Scan", "->  Seq", *sorts)) or "Disabled: true" in step


def is_of_all(step):
    """Tell whether SQLite walks over all rows of a tenant, in whatever order."""
    return step.endswith("(tenant=?)")


@pytest.mark.parametrize("after", AFTERS, ids=["first page", "next page"])
@pytest.mark.parametrize("tab", TABS)
def test_a_page_of_receivables_is_found_by_an_index(store, tab, after):
    def ask(session):
        session.standings(TABS[tab], after=after)

    ((text, values),) = statements(store, ask)
    plan = plan_of(store, text, values)

    if TABS[tab].debtor_id:  # one debtor's rows may be sorted
        plan = [step for step in plan if "ORDER BY" not in step]
    assert plan
    assert [step for step in plan if is_slow(step)] == []
    assert tab == "all" or [step for step in plan if is_of_all(step)] == []


def test_without_the_index_of_all_they_would_be_sorted(store):
    """The check above can fail."""

    def ask(session):
        session.standings(TABS["all"])

    ((text, values),) = statements(store, ask)
    with store._database.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_standings_every")

    assert [step for step in plan_of(store, text, values) if is_slow(step)]
