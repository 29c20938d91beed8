"""Which stored receivables may be financed, for how much: told, and nothing changed."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from dunning_sdk.bulk.financing import Financier, Summary
from dunning_sdk.bulk.generator import blocks
from dunning_sdk.bulk.ledger import opened
from dunning_sdk.bulk.loading import Loader
from dunning_sdk.bulk.unfinanced import unfinanced
from dunning_sdk.errors import DomainError, MissingFactError
from dunning_sdk.portfolio.column import Column, Kind
from dunning_sdk.portfolio.financing import evaluate_financing
from dunning_sdk.store.schema_portfolio import portfolio
from tests.acceptance.program import dunning_here, dunning_within
from tests.bulk.portfolios import AS_OF, an_engine, fill, install
from tests.bulk.test_running import url  # noqa: F401 - a fixture

ROWS = 300
NOTHING = Column.constant(Kind.MONEY, None, ROWS)


def a_block(rows=ROWS):
    (block,) = unfinanced(blocks(rows, seed=4, as_of=AS_OF), seed=4, as_of=AS_OF)
    return block


def load(engine, block):
    Loader(engine, AS_OF).load(block.columns, debtor_ids=block.debtor_ids, ids=block.ids)


def stored(engine):
    with opened(engine.store) as ledger:
        return ledger.handle.rows(portfolio.select())


def test_what_is_stored_is_decided_as_the_columns_are(tmp_path, url):  # noqa: F811 - a fixture
    block = a_block()
    columns = block.columns.columns
    whole = {
        **columns,
        "invoice.total": columns["receivable.amount"],
        "invoice.due_on": columns["receivable.due_on"],
    }
    with an_engine(tmp_path, url) as engine:
        load(engine, block)
        before, financier, far = stored(engine), Financier(engine, as_of=AS_OF), []

        parts = list(financier.parts(chunk_rows=70, told=lambda *one: far.append(one)))

        assert (before, (ROWS, ROWS)) == (stored(engine), far[-1])
    schema = financier.compiled.schema
    nothing = {
        n: Column.constant(f.kind, None, ROWS) for n, f in schema.fields.items() if f.nullable
    }
    given = replace(block.columns, columns=nothing | whole).only(schema.fields, schema.items)
    outcome = evaluate_financing(financier.compiled, given, as_of=AS_OF)
    wanted = {id: outcome.decision(row) for row, id in enumerate(block.ids)}
    untouched = columns["receivable.amount"].values == columns["receivable.open_amount"].values
    found = {id: one.outcome.decision(row) for one in parts for row, id in enumerate(one.ids)}
    assert {id: wanted[id] for id in found} == found
    assert [id for id, asked in zip(block.ids, untouched, strict=True) if asked] == sorted(found)
    total = sum((one.summary for one in parts[1:]), parts[0].summary)
    assert {"paid-in-part": ROWS - len(found)} == total.set_aside
    assert total.decided.outcomes.keys() == {"covered", "split", "refused"}
    lines = whole["credit_line.available"].values
    over, within = shared_by_hand(block, outcome, lines, set(found))
    assert (over, {"EUR": within}) == (total.over_line, total.within_lines)


def shared_by_hand(block, outcome, lines, asked):
    taken, line = {}, {}
    for row in outcome.rows_financed.tolist():
        if block.ids[row] in asked:
            debtor = block.debtor_ids[row]
            taken[debtor] = taken.get(debtor, 0) + int(outcome.sums["financed"][row])
            line[debtor] = int(lines[row])
    over = sum(taken[debtor] > line[debtor] for debtor in taken)
    return over, sum(min(taken[debtor], line[debtor]) for debtor in taken)


def test_what_is_financed_and_what_are_charges_is_set_aside(tmp_path):
    block = a_block(40)
    at = np.arange(40)
    over = {
        "receivable.is_financed": Column.of(Kind.FLAG, at < 10),
        "receivable.kind": Column.texts(["charges" if n % 10 == 9 else "invoice" for n in at]),
        "receivable.open_amount": block.columns["receivable.amount"],
    }
    block = replace(
        block, columns=replace(block.columns, columns={**block.columns.columns, **over})
    )
    with an_engine(tmp_path) as engine:
        load(engine, block)
        (part,) = Financier(engine, as_of=AS_OF).parts()

    assert part.summary.set_aside == {"charges": 4, "financed-already": 9}
    assert part.summary.decided.rows == 27


def test_a_portfolio_without_the_facts_of_financing_is_refused(tmp_path):
    with an_engine(tmp_path) as engine:
        with pytest.raises(DomainError, match="portfolio is empty"):
            next(Financier(engine, as_of=AS_OF).parts())
        fill(engine, 200)
        with pytest.raises(MissingFactError, match="is read and is not given"):
            next(Financier(engine, as_of=AS_OF).parts())


def test_lists_that_grew_while_chunks_were_read_are_read_anew(tmp_path):
    with an_engine(tmp_path) as engine:
        block = a_block(60)
        load(engine, block)
        parts = Financier(engine, as_of=AS_OF).parts(chunk_rows=20)
        first = next(parts)
        belgian = Column.constant(Kind.TEXT, "BE", 60)
        columns = {**block.columns.columns, "debtor.country": belgian}
        load(engine, replace(block, columns=replace(block.columns, columns=columns)))

        rest = sum((one.summary for one in parts), Summary())

    assert first.summary.rows + rest.rows == 60
    assert rest.decided.reasons["debtor-not-french"] == rest.decided.rows


def test_the_program_writes_rows_in_three_forms_and_a_report(tmp_path):
    with an_engine(tmp_path) as engine:
        load(engine, a_block(200))
    ask = ("portfolio", "financeable", "--as-of", AS_OF, "--out")

    report = dunning_here(tmp_path, *ask, "a.jsonl")
    dunning_here(tmp_path, *ask, "a.arrow")
    text = dunning_within(tmp_path, *ask, "a.csv", "--refused", "--chunk-rows", 50)
    wrong = dunning_within(tmp_path, *ask, "a.xlsx", code=2)

    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    refused = report["outcomes"]["refused"]
    assert len(rows) == report["written"] == sum(report["outcomes"].values()) - refused
    assert sum(row["financed_minor"] for row in rows) == report["financed_minor"]["EUR"]
    assert {"eligibility.fast-payment:0"} == {row["rules"][0] for row in rows}
    with (tmp_path / "a.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == report["rows"] - sum(report["set_aside"].values())
    assert [row["id"] for row in rows] == [
        line["id"] for line in lines if line["outcome"] != "refused"
    ]
    assert arrow_rows(tmp_path / "a.arrow") == rows
    assert "may be financed" in text.out
    assert "exceed their credit lines" in text.out
    assert "Name the file .csv, .jsonl or .arrow." in wrong.err
    assert sorted(one.name for one in tmp_path.glob("a.*")) == ["a.arrow", "a.csv", "a.jsonl"]


def test_a_made_up_portfolio_to_be_financed_is_loaded_and_not_printed(tmp_path):
    install(tmp_path)
    made = ("portfolio", "generate", "--rows", 50, "--as-of", AS_OF, "--to-finance")

    assert "Add --load" in dunning_within(tmp_path, *made, code=2).err
    assert "50 receivables loaded" in dunning_within(tmp_path, *made, "--load").out


def arrow_rows(path):
    pa = pytest.importorskip("pyarrow")
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as rows:
        return rows.read_all().to_pylist()


def test_a_file_is_not_left_behind_where_a_row_cannot_be_decided(tmp_path):
    with an_engine(tmp_path) as engine:
        fill(engine, 50)

    failed = dunning_within(
        tmp_path, "portfolio", "financeable", "--as-of", AS_OF, "--out", "a.csv", code=2
    )

    assert "is read and is not given" in failed.err
    assert "Load it with the receivables" in failed.err
    assert list(tmp_path.glob("a.*")) == []
