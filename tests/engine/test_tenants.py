"""Two tenants share a database: no public call of an engine reaches from one to the other.

The calls are found by introspection, so that a new one without a case fails.
"""

import inspect

import pytest

from dunning_sdk.connectors.news import News, NewsKind
from dunning_sdk.domain.money import Money
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import DunningError, RecordNotFoundError
from dunning_sdk.installation.config import load_config
from dunning_sdk.recording.recording import _HANDLERS as KINDS
from dunning_sdk.records.entry import Record
from tests.engine.marked import CONFIG, EMAIL, MARK, date_of, install, live

DAY = date_of("2026-05-05")


@pytest.fixture(params=["sqlite", "postgresql"])
def engines(request, tmp_path):
    """Return the engines of two tenants on one database; the first has all the data."""
    url = "sqlite:///../shared.sqlite"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        url = server.url(server.new_database())
    both = []
    for name in ("first", "second"):
        text = CONFIG.replace("sqlite:///dunning.sqlite", url).replace('"marked"', f'"{name}"')
        folder = install(tmp_path / name, config=text)
        if name == "second":  # the same ids in both would hide a mistake
            for file in ("invoices.csv", "payments.csv"):
                head = (folder / file).read_text(encoding="utf-8").splitlines()[0]
                (folder / file).write_text(f"{head}\n", encoding="utf-8")
        config = load_config(folder)
        both.append(Engine(config, config.open_store()))
    live(both[0])
    yield both
    for engine in both:
        engine.store.close()


def everything(engine):
    """Return what a tenant has, as text."""
    with engine.store.begin() as session:
        streams = session.streams()
        told = [(stream, session.events(stream)) for stream in streams]
        return repr((told, session.receivables(), session.acts(), session.reviews(open_only=False)))


def ids_of(engine):
    """Return every id the first tenant has that a call could be given."""
    with engine.store.begin() as session:
        return sorted(
            {stream.id for stream in session.streams()}
            | {act.act_id for act in session.acts()}
            | {act.notice_id for act in session.acts()}
            | {act.proposal_id for act in session.acts()}
            | {item.id for item in session.reviews(open_only=False)}
            | {"D-1", "D-2"}
        )


# What each public call is given of the other tenant's: a call per id, or one for all.
CALLS = {
    "pull": lambda engine, id: engine.pull(as_of=DAY),
    "record": lambda engine, id: [_record(engine, kind, id) for kind in KINDS],
    "decide": lambda engine, id: engine.decide(id, as_of=DAY),
    "ask_eligibility": lambda engine, id: engine.ask_eligibility(id, as_of=DAY),
    "explain": lambda engine, id: engine.explain(id, as_of=DAY),
    "propose": lambda engine, id: engine.propose(as_of=DAY),
    "review": lambda engine, id: engine.review(as_of=DAY),
    "approve": lambda engine, id: engine.approve(id, by="Ana"),
    "execute": lambda engine, id: engine.execute(id),
    "run": lambda engine, id: engine.run(as_of=DAY, full=True),
    "hear": lambda engine, id: [_hear(engine, kind, id) for kind in NewsKind],
    "confirm_match": lambda engine, id: engine.confirm_match(id, on=DAY, receivable="F-1"),
    "reject_match": lambda engine, id: engine.reject_match(id, on=DAY),
    "thread": lambda engine, id: engine.thread(id, as_of=DAY),
    "evidence": lambda engine, id: engine.evidence(id, as_of=DAY),
    "statement": lambda engine, id: engine.statement(id, as_of=DAY),
    "statement_pdf": lambda engine, id: engine.statement_pdf(id, as_of=DAY),
    "statement_csv": lambda engine, id: engine.statement_csv(id, as_of=DAY),
    "attachment": lambda engine, id: engine.attachment(id, "0" * 64, as_of=DAY),
    "ledger": lambda engine, id: engine.ledger(id),
    "waiting_for": lambda engine, id: engine.waiting_for("Ana", as_of=DAY),
}
FOR_ALL = {"pull", "propose", "review", "run", "waiting_for"}
# These answer an unknown id with an error that is not about a record, or take several ids.
TALKATIVE = {"record", "hear"}
# Open an engine of its own tenant.
OPENING = {"open", "with_installed_plugins"}


def _record(engine, kind, id):
    values = {"amount": Money(100, "EUR"), "answer": "done", "limit": Money(100, "EUR")}
    for given in (values, {"amount": values["amount"]}, {"answer": "done"}, {}):
        entry = Record(kind=kind, subject=id, on=DAY, values=given)
        assert MARK not in said(lambda entry=entry: engine.record(entry))


def _hear(engine, kind, id):
    for told in ({"notice_id": id}, {"sender": EMAIL}):
        news = News(kind=kind, on=DAY, channel="email", text="x", reference="r", **told)
        assert MARK not in said(lambda news=news: engine.hear([news]))


def said(call):
    """Return what a call answers, an error by its words."""
    try:
        return repr(call())
    except RecordNotFoundError as problem:
        return f"not found: {problem}"
    except DunningError as problem:
        return f"refused: {problem}"


def test_every_public_call_is_tried():
    public = {
        name
        for name, member in inspect.getmembers(Engine)
        if not name.startswith("_") and callable(member)
    }

    assert public - OPENING == CALLS.keys()


def test_no_public_call_crosses_from_one_tenant_to_another(engines):
    first, second = engines
    before, ids = everything(first), ids_of(first)
    assert len(ids) > 8

    for name, call in CALLS.items():
        for id in ids[:1] if name in FOR_ALL else ids:
            answer = said(lambda call=call, id=id: call(second, id))
            assert name in TALKATIVE or not answer.startswith("refused"), (name, answer)
            for word in ("Did you mean", MARK, "Leroux"):
                assert word not in answer, (name, answer)
        assert everything(first) == before, name


def test_each_tenant_has_books_limits_and_secret_of_its_own(engines, tmp_path):
    first, second = engines
    config = (tmp_path / "second" / "dunning.toml").read_text(encoding="utf-8")
    (tmp_path / "second" / "dunning.toml").write_text(
        config.replace('book = "friendly"', 'book = "fast-payment"')
        + "\n[limits.email]\nper_minute = 3\n",
        encoding="utf-8",
    )
    other = load_config(tmp_path / "second")

    assert (other.book, first.config.book) == ("fast-payment", "friendly")
    assert other.limits["email"].per_minute == 3
    assert first.config.limits == {}
    second.store.rotate(b"n" * 32)
    first.run(as_of=DAY)
