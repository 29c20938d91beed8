"""What the store knows one by one comes into the portfolio, and is decided the same there."""

from datetime import date, timedelta

from dunning_sdk.bulk import running
from dunning_sdk.bulk.ledger import opened
from dunning_sdk.bulk.syncing import sync
from dunning_sdk.engine.engine import Engine
from dunning_sdk.records.entry import Record
from tests.bulk.portfolios import SECRET, acts_of
from tests.toml import ADDRESS, dunning_toml, invoices

DAY = date(2026, 3, 2)
HEAD = "number,issued,due,amount,debtor,name,email,country,line,code,city\n"


def install(folder):
    lines = [
        f"F{n},{DAY - timedelta(days=n + 30)},{DAY - timedelta(days=n)},{100 + n}.00,D{n % 5},"
        f"Client {n % 5},c{n % 5}@client.example,FR,1 rue X,75001,Paris"
        for n in range(-10, 25)
    ]
    (folder / "invoices.csv").write_text(HEAD + "\n".join(lines), encoding="utf-8")
    source = invoices(columns=ADDRESS)
    (folder / "dunning.toml").write_text(
        dunning_toml(source, tenant="t", book="friendly"), encoding="utf-8"
    )
    (folder / "dunning.key").write_text(SECRET, encoding="ascii")
    return folder


def test_the_portfolio_decides_what_the_engine_proposes(tmp_path):
    with Engine.open(install(tmp_path)) as engine:
        engine.pull(as_of=DAY)
        with engine.store.begin() as session:
            session.put_setting("payments_known_on", DAY.isoformat())
        stopped = Record(kind="disputed", subject="F3", values={"owner": "us"}, on=DAY)
        engine.record(stopped)

        assert sync(engine, as_of=DAY, full=True) == 35
        report = running.run_portfolio(engine, as_of=DAY, full=True).report
        proposal = engine.propose(as_of=DAY)

        acts = acts_of(engine)
        assert {act.act_id: act.amount.minor for act in proposal.acts} == {
            id: act["amount_minor"] for id, act in acts.items()
        }
        assert report["outcomes"]["due"] == len(acts) > 0
        with opened(engine.store) as ledger:
            assert ledger.count() == 35


def test_only_what_is_to_be_looked_at_is_taken_again(tmp_path):
    with Engine.open(install(tmp_path)) as engine:
        engine.pull(as_of=DAY)
        sync(engine, as_of=DAY, full=True)
        engine.run(as_of=DAY)
        again = sync(engine, as_of=DAY)

        assert 0 < again < 35
