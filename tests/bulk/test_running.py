"""A run decides what one by one would be decided, once, whoever works on it and however often."""

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from dunning_sdk.bulk import chunks, push_down, running
from dunning_sdk.bulk.chunk import evaluate_chunk
from dunning_sdk.bulk.generator import blocks
from dunning_sdk.bulk.ledger import opened
from dunning_sdk.bulk.loading import Loader
from dunning_sdk.bulk.retention import forget, make_parts
from dunning_sdk.bulk.worker import work_until
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import (
    DomainError,
    FactTypeError,
    MissingFactError,
    RecordNotFoundError,
    StoreError,
)
from dunning_sdk.portfolio import records
from dunning_sdk.portfolio.column import Column
from dunning_sdk.portfolio.single import Asked, decide_entry
from dunning_sdk.store.schema_portfolio import portfolio, portfolio_shared
from tests.bulk.portfolios import AS_OF, acts_of, an_engine, fill, install
from tests.portfolio import portfolios

ROWS = 200


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    if request.param == "sqlite":
        return "sqlite:///dunning.sqlite"
    server = request.getfixturevalue("postgres")
    return server.url(server.new_database())


@pytest.fixture
def engine(tmp_path, url):
    with an_engine(tmp_path, url) as engine:
        fill(engine, ROWS)
        yield engine


def test_acts_are_those_of_one_by_one(tmp_path, url):
    with an_engine(tmp_path, url, operator="creditor") as engine:
        book = portfolios.fast_payment()
        compiled = running.compiled_books(engine, [book], AS_OF)[0]
        entries = portfolios.some_entries(portfolios.Random(3), book, 150)
        ids = [f"{n}é\t" for n in range(len(entries))]
        columns = records.columns_of(entries, compiled.schema, channels=compiled.channels)
        debtor_ids = [entry.debtor.id for entry in entries]
        Loader(engine, portfolios.AS_OF).load(columns, debtor_ids=debtor_ids, ids=ids)

        running.run_portfolio(engine, as_of=portfolios.AS_OF, full=True, chunk_rows=40)

        acts = {act["receivable_id"]: act for act in acts_of(engine).values()}
    asked = Asked(as_of=portfolios.AS_OF, payments_known_on=AS_OF)
    decided = {
        id: decide_entry(compiled, entry, asked).decision
        for id, entry in zip(ids, entries, strict=True)
    }
    due = {id: one for id, one in decided.items() if one.outcome in ("due", "expected")}
    assert {id: (one.step.id, one.amount.minor, one.attempt) for id, one in due.items()} == {
        id: (act["step_id"], act["amount_minor"], act["attempt"]) for id, act in acts.items()
    }
    assert due


def test_a_run_again_finds_nothing_new(engine):
    first = running.run_portfolio(engine, as_of=AS_OF, full=True, chunk_rows=50)
    acts = acts_of(engine)
    again = running.run_portfolio(engine, as_of=AS_OF, full=True)

    assert first.report["new_acts"] == len(acts) > 0
    assert again.report["new_acts"] == 0
    assert again.run_id != first.run_id
    assert acts_of(engine) == acts


def test_the_next_run_looks_only_at_what_is_due(engine):
    running.run_portfolio(engine, as_of=AS_OF, full=True)
    due = running.run_portfolio(engine, as_of=AS_OF)
    acting = due.report["outcomes"].get("due", 0) + due.report["outcomes"].get("expected", 0)

    assert due.report["rows"] == acting < ROWS
    later = AS_OF + timedelta(days=1)
    nightly = running.run_portfolio(engine, as_of=later).report["new_acts"]
    assert nightly == running.run_portfolio(engine, as_of=later).report["new_acts"] or nightly
    assert running.run_portfolio(engine, as_of=later, full=True).report["new_acts"] == 0


def test_a_stopped_run_goes_on_where_it_was(engine):
    record = running.begin(engine, as_of=AS_OF, full=True, chunk_rows=50)
    run = running.prepared(engine, record.run_id)
    running.one_chunk(engine, run, holder="me")
    assert running.close(engine, record.run_id).state == "open"
    left = running.left(engine, record.run_id)

    again = running.run_portfolio(engine, as_of=AS_OF, full=True, chunk_rows=50)

    assert again.run_id == record.run_id
    assert (again.state, again.report["rows"]) == ("done", ROWS)
    assert running.progress(engine, record.run_id).done == len(left) + 1


def test_a_chunk_that_is_done_is_not_done_again(engine):
    record = running.begin(engine, as_of=AS_OF, full=True, chunk_rows=50)
    run = running.prepared(engine, record.run_id)
    (first, *_) = running.left(engine, record.run_id)

    assert running.one_chunk(engine, run, holder="me", low=first.low) is not None
    assert running.one_chunk(engine, run, holder="me", low=first.low) is None


def test_workers_take_what_is_open_and_close_it(engine):
    running.begin(engine, as_of=AS_OF, full=True, chunk_rows=50)

    report = work_until(engine, stop=threading.Event(), drain=True)

    with opened(engine.store) as ledger:
        (run,) = chunks.runs(ledger)
    assert (report["rows"], run.state, run.report["rows"]) == (ROWS, "done", ROWS)
    assert work_until(engine, stop=threading.Event(), drain=True) == {}


def test_a_worker_with_another_book_refuses(engine, tmp_path, url):
    record = running.begin(engine, as_of=AS_OF, full=True)
    install(tmp_path, url, book="friendly")

    with Engine.open(tmp_path) as other, pytest.raises(DomainError, match="other books, law"):
        running.prepared(other, record.run_id)
    with pytest.raises(RecordNotFoundError, match="no run nothing"):
        running.prepared(engine, "nothing")


def test_columns_of_the_wrong_kind_or_too_few_are_refused_before_they_are_stored(engine):
    (block,) = blocks(5, seed=9, as_of=AS_OF)
    names, loader = {"ids": block.ids, "debtor_ids": ["ZZ"] * 5}, Loader(engine, AS_OF)
    wrong = {**block.columns.columns, "debtor.is_company": Column.texts(["yes"] * 5)}
    few = {n: one for n, one in block.columns.columns.items() if n != "contract.kind"}

    with pytest.raises(FactTypeError, match=r"debtor\.is_company is of kind text"):
        loader.load(replace(block.columns, columns=wrong), **names)
    with pytest.raises(MissingFactError, match=r"contract\.kind is read and is not given"):
        loader.load(replace(block.columns, columns=few), **names)
    with opened(engine.store) as ledger:
        assert ledger.count() == ROWS


def test_what_rows_share_must_be_of_one_kind(engine):
    entry = '{"facts": {"debtor.is_company": ["text", "yes"]}}'
    with opened(engine.store) as ledger:
        row = (ledger.tenant, "profile", 999, "digest", entry)
        ledger.handle.insert(portfolio_shared, [row])

    with pytest.raises(StoreError, match="rows of the portfolio share"):
        running.run_portfolio(engine, as_of=AS_OF, full=True)
    assert acts_of(engine) == {}


def test_an_empty_portfolio_is_no_portfolio(tmp_path):
    with an_engine(tmp_path) as engine, pytest.raises(DomainError, match="portfolio is empty"):
        running.begin(engine, as_of=AS_OF, full=True)


def test_the_test_double_keeps_no_portfolio(tmp_path):
    with (
        an_engine(tmp_path, "memory://") as engine,
        pytest.raises(StoreError, match="needs SQLite"),
    ):
        fill(engine, 1)


def test_a_connection_lost_in_mid_chunk_leaves_nothing_behind(tmp_path, postgres):
    url = postgres.url(postgres.new_database())
    with an_engine(tmp_path, url) as engine:
        fill(engine, ROWS)
        record = running.begin(engine, as_of=AS_OF, full=True, chunk_rows=50)
        run = running.prepared(engine, record.run_id)
        with pytest.raises(StoreError, match=r"ended the connection|cannot be reached"):
            _lost(engine, run, postgres)
        assert acts_of(engine) == {}

        finished = running.run_portfolio(engine, as_of=AS_OF, full=True)

        assert (finished.run_id, finished.report["rows"]) == (record.run_id, ROWS)
        acts = acts_of(engine)
    with an_engine(tmp_path, "sqlite:///other.sqlite") as undisturbed:
        fill(undisturbed, ROWS)
        running.run_portfolio(undisturbed, as_of=AS_OF, full=True)

        assert acts_of(undisturbed) == acts


def _lost(engine, run, server):
    with opened(engine.store) as ledger:
        chunk = chunks.claim(ledger, run.run_id)
        evaluate_chunk(ledger, run, chunk, holder="me")
        (pid,) = ledger.handle.connection.exec_driver_sql("SELECT pg_backend_pid()").one()
        server.execute(f"SELECT pg_terminate_backend({pid})")
        evaluate_chunk(ledger, run, chunk, holder="me")


def test_tenants_do_not_see_each_other(tmp_path, url):
    for tenant in ("one", "two"):
        folder = tmp_path / tenant
        folder.mkdir()
        same = url if url.startswith("postgresql") else f"sqlite:///{tmp_path}/both.sqlite"
        with an_engine(folder, same, tenant=tenant) as engine:
            fill(engine, 200)
            report = running.run_portfolio(engine, as_of=AS_OF, full=True).report

            assert report["rows"] == 200
            assert report["new_acts"] == len(acts_of(engine)) > 0
            assert json.dumps(report)


def test_the_database_decides_situations_and_the_acts_are_the_same(tmp_path, postgres, monkeypatch):
    monkeypatch.setattr(push_down, "LEAST_ROWS", 0)
    found = []
    for inside in (True, False):
        url = postgres.url(postgres.new_database())
        with an_engine(tmp_path, url) as engine:
            fill(engine, ROWS)
            report = running.run_portfolio(engine, as_of=AS_OF, full=True, push_down=inside).report
            assert ("push-down" in report["rows_by"]) is inside
            assert sum(report["rows_by"].values()) == ROWS
            found.append((acts_of(engine), report["outcomes"], report["steps"], reviews(engine)))

    assert found[0] == found[1]


def reviews(engine):
    with opened(engine.store) as ledger:
        query = portfolio.select().where(portfolio.c.tenant == ledger.tenant)
        return {row.id: row.review_on for row in ledger.handle.rows(query)}


@pytest.mark.parametrize(
    ("over", "why"),
    [({"book": "personal"}, "scenario.amount compares an amount"), ({}, "the store is sqlite")],
)
def test_the_planner_says_why_the_database_cannot_decide(tmp_path, postgres, over, why):
    url = postgres.url(postgres.new_database()) if over else "sqlite:///dunning.sqlite"
    with an_engine(tmp_path, url, operator="creditor") as engine:
        fill(engine, 20)
        install(tmp_path, url, operator="creditor", **over)
    with Engine.open(tmp_path) as engine:
        record = running.begin(engine, as_of=AS_OF, full=True)

        assert why in running.prepared(engine, record.run_id).bar


def test_acts_lie_in_parts_by_year_and_old_runs_are_forgotten(tmp_path, url):
    with an_engine(tmp_path, url) as engine:
        fill(engine, ROWS)
        for day in (AS_OF, AS_OF + timedelta(days=1)):
            running.run_portfolio(engine, as_of=day, full=True)
        with opened(engine.store) as ledger:
            if ledger.name == "postgresql":
                parts = "SELECT count(*) FROM portfolio_acts_2026"
                assert ledger.handle.connection.exec_driver_sql(parts).scalar()
            assert make_parts(ledger) == []
        acts = acts_of(engine)
        later = AS_OF + timedelta(days=900)

        gone = forget(engine, runs_before=AS_OF + timedelta(days=1), issued_before=later)

        assert gone == {"runs": 1, "acts": 0}  # every receivable is still in the portfolio
        assert acts_of(engine) == acts
        with opened(engine.store) as ledger:
            ledger.handle.run(portfolio.delete())
        would = forget(engine, runs_before=AS_OF, issued_before=later, only_count=True)
        assert would == {"runs": 0, "acts": len(acts)}
        assert forget(engine, runs_before=AS_OF, issued_before=later)["acts"] == len(acts)
