"""Repeated steps make the same acts by columns, in the database and one by one."""

import pytest

from dunning_sdk.bulk import push_down, running
from dunning_sdk.bulk.loading import Loader
from dunning_sdk.decisions.act import ActKey, act_id
from dunning_sdk.installation.library import open_library
from dunning_sdk.portfolio.records import columns_of
from dunning_sdk.portfolio.single import Asked, decide_entry
from tests.bulk.portfolios import acts_of, an_engine
from tests.portfolio.histories import an_entry
from tests.portfolio.portfolios import AS_OF

WEEKS = (0, 1, 2, 5, 18, 60, 150)


@pytest.fixture(scope="module")
def book():
    return open_library().load("friendly")


@pytest.fixture(scope="module")
def entries(book):
    """Return receivables up to three years overdue: a reminder is due, was sent, or was missed."""
    return [
        an_entry(book, overdue=7 * week + day, done=range(1, week + gap), step="until-paid")
        for week in WEEKS
        for day in (0, 0, 4)
        for gap in (0, 1)
    ]


@pytest.mark.parametrize("way", ["sqlite", "postgresql", "push-down"])
def test_weekly_reminders_are_the_same_acts_every_way(
    tmp_path, request, monkeypatch, book, entries, way
):
    monkeypatch.setattr(push_down, "LEAST_ROWS", 0)
    url = "sqlite:///dunning.sqlite"
    if way != "sqlite":
        server = request.getfixturevalue("postgres")
        url = server.url(server.new_database())
    ids = [f"R{at:03}" for at in range(len(entries))]
    with an_engine(tmp_path, url, operator="creditor", book="friendly") as engine:
        with engine.store.begin() as session:
            session.put_setting("payments_known_on", AS_OF.isoformat())
        (compiled,) = running.compiled_books(engine, [book], AS_OF)
        columns = columns_of(entries, compiled.schema, channels=compiled.channels)
        Loader(engine, AS_OF).load(columns, debtor_ids=ids, ids=ids)

        record = running.run_portfolio(engine, as_of=AS_OF, full=True, push_down=way == "push-down")

        acts = {act["receivable_id"]: act for act in acts_of(engine).values()}
    assert ("push-down" in record.report["rows_by"]) is (way == "push-down")
    asked = Asked(as_of=AS_OF, payments_known_on=AS_OF)
    decided = {
        id: decide_entry(compiled, entry, asked).decision
        for id, entry in zip(ids, entries, strict=True)
    }
    due = {id: one for id, one in decided.items() if one.outcome == "due"}
    assert {id: _key(id, one) for id, one in due.items()} == {
        id: (act["act_id"], act["step_id"], act["occurrence"]) for id, act in acts.items()
    }
    assert max(one.occurrence for one in due.values()) == max(WEEKS)


def _key(id, decision):
    """Return the id of the act that one by one comes of a decision, with the step it is of."""
    step, occurrence = decision.step.id, decision.occurrence
    key = ActKey(
        tenant="bank",
        receivable=id,
        procedure="procedure.friendly",
        step=step,
        cycle=1,
        occurrence=occurrence,
        attempt=decision.attempt,
    )
    return act_id(key), step, occurrence
