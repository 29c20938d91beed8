"""One tenant cannot reach another: by no call of the store, and in PostgreSQL by no statement."""

import inspect
from datetime import UTC, date, datetime

import psycopg
import pytest

from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.store.delivery import Gate
from dunning_sdk.store.follower import Cursor
from dunning_sdk.store.interface import (
    Holdings,
    OutboxState,
    ReviewItem,
    Session,
    Store,
    StoredProposal,
)
from dunning_sdk.store.opening import open_store
from dunning_sdk.store.reading import Wanted
from dunning_sdk.store.schema import metadata
from tests.contracts.reading_contract import a_line
from tests.contracts.store_contract import (
    DAY,
    a_delivery,
    a_row,
    an_act,
    an_answer,
    fill,
    happened,
    stream_of,
)

KEY = b"k" * 32
ROLE = "dunning_host"  # what a host logs in as: it owns nothing and is no superuser
NEVER = RecordNotFoundError

# What each call answers the second tenant about the ids of the first; an error is a class.
READS = {
    "events": (lambda s: s.events(stream_of()), ()),
    "events_of": (
        lambda s: (s.events_of("receivable"), s.events_of("receivable", ["R1"])),
        ({}, {}),
    ),
    "payload": (lambda s: s.payload(stream_of(), 1), NEVER),
    "verify": (lambda s: s.verify(stream_of()), ()),
    "chain": (lambda s: s.chain(stream_of()).links, ()),
    "heads": (lambda s: s.heads(), {}),
    "streams": (lambda s: s.streams(), ()),
    "last_seqs": (lambda s: s.last_seqs([stream_of()]), {}),
    "recorded_until": (lambda s: s.recorded_until(), None),
    "owners": (lambda s: s.owners(), ()),
    "holdings": (lambda s: s.holdings("D1"), Holdings()),
    "record": (lambda s: s.record("party", "D1"), None),
    "records": (lambda s: (s.records("party"), s.records("party", ["D1"])), ({}, {})),
    "blob": (lambda s: s.blob("f00"), NEVER),
    "receivable": (lambda s: s.receivable("R1"), NEVER),
    "receivables": (
        lambda s: (s.receivables(), s.receivables(review_by=DAY, debtor_id="D1")),
        ((), ()),
    ),
    "set_review_on": (lambda s: s.set_review_on({"R1": None}), NEVER),
    "book": (lambda s: s.book("b1"), NEVER),
    "proposal": (lambda s: s.proposal("p1"), NEVER),
    "latest_proposal": (lambda s: s.latest_proposal(), None),
    "reviews": (lambda s: s.reviews(open_only=False), ()),
    "setting": (lambda s: s.setting("cursor"), None),
    "acts": (lambda s: (s.acts(), s.acts(states=OutboxState, on=DAY)), ((), ())),
    "act": (lambda s: (s.act("a1"), s.act("a")), (None, None)),
    "move": (lambda s: s.move("a1", to=OutboxState.CANCELLED), NEVER),
    "delivery": (lambda s: s.delivery("n1"), None),
    "deliveries": (lambda s: s.deliveries(), ()),
    "finish": (lambda s: s.finish("n1"), None),
    "claim": (lambda s: s.claim("me", on=DAY, seconds=60, notice_id="n1"), None),
    "extend": (lambda s: s.extend("holder", seconds=60), 0),
    "release": (lambda s: s.release("holder"), None),
    "leased": (lambda s: s.leased(), frozenset()),
    "gates": (lambda s: s.gates(), ()),
    "gate": (lambda s: s.gate("email"), Gate(channel="email")),
    "behind": (lambda s: s.behind("erp", limit=9), ()),
    "cursors": (lambda s: s.cursors("erp"), ()),
    "standings": (lambda s: s.standings(Wanted(is_open=False)), ()),
    "standings_of": (lambda s: s.standings_of(["R1"]), {}),
    "open_sums": (lambda s: s.open_sums("due_on", [DAY]), ()),
    "amounts_between": (lambda s: s.amounts_between("issued_on", date.min, date.max), ()),
    "debtors": (lambda s: s.debtors(on=DAY), ()),
    "debtor_sums": (lambda s: s.debtor_sums("D1", on=DAY), ()),
    "most_overdue": (lambda s: s.most_overdue(on=DAY), ()),
    "stops": (lambda s: s.stops(["disputed"], on=DAY), ()),
    "stop_counts": (lambda s: s.stop_counts(on=DAY), {}),
    "promise_sums": (lambda s: s.promise_sums(date.min, date.max), ()),
    "review_counts": (lambda s: s.review_counts(on=DAY), {}),
    "review_page": (lambda s: s.review_page(["call"], on=DAY), ()),
    "reviews_about": (lambda s: s.reviews_about("R1"), ()),
    "proposed": (lambda s: s.proposed("p1"), ()),
    "proposed_counts": (lambda s: s.proposed_counts("p1"), {}),
    "proposals": (lambda s: s.proposals(), ()),
    "waits": (lambda s: s.waits(["anna"], on=DAY), ()),
    "waits_in": (lambda s: s.waits_in("D1"), ()),
    "wait_count": (lambda s: s.wait_count(["anna"], on=DAY), 0),
    "derived": (lambda s: s.derived(on=DAY), ()),
    "derived_count": (lambda s: s.derived_count(on=DAY), 0),
    "unfollow": (lambda s: s.unfollow("erp"), None),
    "answer": (lambda s: s.answer("k1"), None),
    "drop_answer": (lambda s: s.drop_answer("k1"), None),
    "drop_answers": (lambda s: s.drop_answers(before=datetime.now(UTC)), 0),
}
# The same ids written by the second tenant: what the first has must stay as it was.
WRITES = {
    "append": lambda s: s.append([happened(amount_minor=9)]),
    "put_record": lambda s: s.put_record("party", "D1", {"name": ["other"]}, owner="D1"),
    "put_blob": lambda s: s.put_blob("f00", b"other", owner="D1"),
    "put_receivables": lambda s: s.put_receivables([a_row(review_on=None)]),
    "put_book": lambda s: s.put_book("b1", {"other": "x"}),
    "put_proposal": lambda s: s.put_proposal(StoredProposal(id="p1", as_of=DAY, content={"x": 1})),
    "put_proposed": lambda s: s.put_proposed("p1", [a_line(1, subject="other"), a_line(2)]),
    "put_review": lambda s: s.put_review(
        ReviewItem(id="i1", kind="call", subject="R1", opened_on=DAY, closed_on=DAY)
    ),
    "put_setting": lambda s: s.put_setting("cursor", 9),
    "plan": lambda s: s.plan([an_act(notice_id="n9")]),
    "put_deliveries": lambda s: s.put_deliveries([a_delivery(channel="letter")]),
    "put_gate": lambda s: s.put_gate(Gate(channel="email", failures=9)),
    "follow": lambda s: s.follow("erp"),
    "put_waits": lambda s: s.put_waits({"D1": ()}),
    "put_derived": lambda s: s.put_derived({"fin-1": ()}),
    "put_answer": lambda s: s.put_answer(an_answer(content=b"other")),
    "put_cursors": lambda s: s.put_cursors([Cursor(follower="erp", stream=stream_of(), seq=9)]),
}


@pytest.fixture
def postgres_url(postgres):
    """Return a database whose tables belong to another role than the host's."""
    database = postgres.new_database()
    open_store(postgres.url(database), tenant="made", secret=KEY).close()
    postgres.execute(
        f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object THEN END $$",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}",
        database=database,
    )
    return postgres.url(database, user=ROLE)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def stores(request, tmp_path):
    """Return the stores of two tenants, the first of them filled."""
    urls = {"memory": "memory://", "sqlite": f"sqlite:///{tmp_path}/dunning.db"}
    url = urls.get(request.param) or request.getfixturevalue("postgres_url")
    both = [open_store(url, tenant=name, secret=KEY) for name in ("t1", "t2")]
    with both[0].begin() as session:
        fill(session)
        session.claim("holder", on=DAY, seconds=60)
    yield both
    for store in both:
        store.close()


def seen(store):
    """Return all a tenant has, as its session tells it."""
    with store.begin() as session:
        return (
            session.events_of("receivable"),
            session.payload(stream_of(), 1),
            session.verify(stream_of()),
            session.records("party"),
            session.blob("f00"),
            session.receivables(),
            session.book("b1"),
            session.proposal("p1"),
            session.proposed("p1"),
            session.proposals()[0].approved,
            session.standings(Wanted()),
            session.stops(["disputed"], on=DAY),
            session.acts(),
            session.deliveries(),
            session.waits_in("D1"),
            session.derived(on=DAY),
            session.gates(),
            session.behind("erp", limit=9),
            session.cursors("erp"),
            session.answer("k1"),
            session.reviews(open_only=False),
            session.setting("cursor"),
        )


def test_every_public_call_is_tried():
    public = {
        name
        for kind in (Session, Store)
        for name, _ in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }

    assert (
        public - {"begin", "reading", "queue", "close", "drop_key", "copy_to", "rotate"}
        == READS.keys() | WRITES.keys()
    )


def test_no_call_reads_another_tenant(stores):
    _, second = stores
    before = seen(stores[0])
    for name, (ask, expected) in READS.items():
        if expected is not NEVER:
            with second.begin() as session:
                assert ask(session) == expected, name
            continue
        with pytest.raises(RecordNotFoundError) as caught, second.begin() as session:
            ask(session)
        assert "Did you mean" not in str(caught.value), name
    with pytest.raises(RecordNotFoundError) as caught:
        second.drop_key("D1")
    assert "Did you mean" not in str(caught.value)
    assert seen(stores[0]) == before


def test_no_call_writes_to_another_tenant(stores):
    before = seen(stores[0])
    stores[1].rotate(b"n" * 32)

    for write in WRITES.values():
        with stores[1].begin() as session:
            write(session)
    stores[1].drop_key("D1")

    assert seen(stores[0]) == before


def rows_of(connection, table):
    query = psycopg.sql.SQL("SELECT * FROM {}").format(psycopg.sql.Identifier(table.name))
    return connection.execute(query).fetchall()


def test_a_statement_without_a_condition_finds_no_other_tenant(postgres_url):
    """The second wall: a forgotten condition shows and changes nothing of others."""
    both = [open_store(postgres_url, tenant=name, secret=KEY) for name in ("w1", "w2")]
    with both[0].begin() as session:
        fill(session)
    with psycopg.connect(postgres_url) as connection:
        for table in metadata.sorted_tables:
            assert rows_of(connection, table) == [], table.name
        connection.execute("SELECT set_config('dunning.tenant', 'w2', true)")
        for table in metadata.sorted_tables:
            assert {row[0] for row in rows_of(connection, table)} <= {"w2"}, table.name
        assert connection.execute("UPDATE acts SET state = 'sent'").rowcount == 0
        assert connection.execute("DELETE FROM events").rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO settings VALUES ('w1', 'cursor', '9')")
    assert seen(both[0])[-1] == 2
    for store in both:
        store.close()
