"""The store in SQLite keeps the whole contract, each tenant's data apart, and secrets secret."""

import sqlite3
from contextlib import closing
from itertools import count

import pytest
import sqlalchemy as sa

from dunning_sdk.errors import RecordNotFoundError, StaleRecordError, StoreError
from dunning_sdk.store.interface import OutboxState
from dunning_sdk.store.keyring import Keyring
from dunning_sdk.store.opening import open_store
from dunning_sdk.store.schema import blobs, events, keys, records
from tests.contracts import store_contract
from tests.contracts.store_contract import (
    StoreContract,
    a_row,
    an_act,
    happened,
    opened,
    stream_of,
)

KEY = b"k" * 32
MARK = "MARKER-7Q"


class SqlContract(StoreContract):
    def run(self, store, statement, stream, seq):
        own = events.c.tenant == store.tenant, events.c.kind == stream.kind
        event = *own, events.c.id == stream.id, events.c.seq == seq
        with store._database.engine.begin() as connection:
            assert connection.execute(statement.where(*event)).rowcount == 1

    def change_event(self, store, stream, seq, /, *, payload=None, **columns):
        if payload is not None:
            columns["sealed"] = b"0" * 12 + payload
        for name, value in columns.items():
            self.run(store, sa.update(events).values({name: value}), stream, seq)

    def remove_event(self, store, stream, seq):
        self.run(store, sa.delete(events), stream, seq)


class OnDisk(SqlContract):
    def test_what_only_reads_waits_for_nobody(self, store):
        with store.begin() as session:
            session.put_setting("cursor", 1)
        with store.begin() as session:
            session.put_setting("cursor", 2)
            with store.reading() as other:
                assert other.setting("cursor") == 1
        with store.reading() as other:
            assert other.setting("cursor") == 2


class TestSqliteFile(OnDisk):
    @pytest.fixture
    def store(self, tmp_path):
        store = open_store(f"sqlite:///{tmp_path}/a store.db", tenant="t1", secret=KEY)
        yield store
        store.close()


class TestSqliteMemory(SqlContract):
    @pytest.fixture
    def store(self):
        store = open_store("sqlite://", tenant="t1", secret=KEY)
        yield store
        store.close()


@pytest.fixture(scope="module")
def postgres_url(postgres):
    return postgres.url(postgres.new_database())


class TestPostgres(OnDisk):
    tenants = count()

    @pytest.fixture
    def store(self, postgres_url):
        store = open_store(postgres_url, tenant=f"t{next(self.tenants)}", secret=KEY)
        yield store
        store.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "dunning.db"


@pytest.fixture
def opening(path):
    stores = []

    def open_one(tenant="t1", secret=KEY, **options):
        stores.append(open_store(f"sqlite:///{path}", tenant=tenant, secret=secret, **options))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


def fill(store, mark="x"):
    with store.begin() as session:
        store_contract.fill(session, mark)


def raw(path):
    """Return the bytes of the database and of its write-ahead log."""
    return b"".join(part.read_bytes() for part in path.parent.iterdir())


# tenants ------------------------------------------------------------------------------------


def test_two_tenants_keep_the_same_ids_apart(opening):
    first, second = opening("t1"), opening("t2", secret=b"q" * 32)
    fill(first, "one")
    fill(second, "two")

    second.drop_key("D1")
    with second.begin() as session:
        session.set_review_on({"R1": None})
        session.move("a1", to=OutboxState.CANCELLED)
        session.put_setting("cursor", 3)

    with first.begin() as session:
        assert session.payload(stream_of(), 1) == {"name": "one"}
        assert session.record("party", "D1") == {"name": ["one"]}
        assert session.receivable("R1") == a_row()
        assert session.act("a1") == an_act()
        assert session.setting("cursor") == 2
        assert session.verify(stream_of()) == ()


def test_a_row_moved_to_another_tenant_cannot_be_read(opening):
    first, second = opening("t1"), opening("t2")
    fill(first)
    with first._database.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.execute(sa.delete(blobs))
        for table in (keys, records):
            moved = sa.update(table).where(table.c.tenant == "t1", table.c.owner == "D1")
            connection.execute(moved.values(tenant="t2"))

    with second.begin() as session, pytest.raises(StoreError, match="does not open"):
        session.record("party", "D1")


# privacy ------------------------------------------------------------------------------------


def test_personal_data_cannot_be_found_in_the_file(opening, path):
    store = opening()
    fill(store, MARK)

    assert b"INV-R1" in raw(path)
    assert MARK.encode() not in raw(path)
    store.close()
    assert b"INV-R1" in raw(path)
    assert MARK.encode() not in raw(path)


def test_a_dropped_key_is_gone_from_the_file(opening, path):
    store = opening()
    fill(store)
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT wrapped FROM keys WHERE owner = 'D1'"
        (wrapped,) = connection.execute(query).fetchone()
        (sealed,) = connection.execute("SELECT sealed FROM records").fetchone()
    assert wrapped in raw(path)

    store.drop_key("D1")

    assert wrapped not in raw(path)
    assert sealed not in raw(path)


def test_rotation_rewraps_keys_and_touches_nothing_sealed(opening, path):
    def sealed():
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("SELECT sealed FROM events UNION SELECT sealed FROM records")
            return sorted(rows.fetchall())

    store = opening()
    fill(store)
    store.drop_key("D1")
    fill(store, "again")
    before = sealed()

    store.rotate("a passphrase of some length")

    assert sealed() == before
    with pytest.raises(StoreError, match="does not open the data"):
        opening()
    for later in (store, opening(secret="a passphrase of some length")):
        with later.begin() as session:
            assert session.payload(stream_of(), 3) == {"name": "again"}
            assert session.verify(stream_of()) == ()


def test_rotation_that_fails_halfway_leaves_the_old_secret(opening, monkeypatch):
    store = opening()
    fill(store)
    calls = []

    def fail(self, master):
        calls.append(master)
        wrap(self, master)
        raise StoreError("The power is gone")

    wrap = Keyring.rewrap
    monkeypatch.setattr(Keyring, "rewrap", fail)
    with pytest.raises(StoreError, match="power is gone"):
        store.rotate(b"n" * 32)

    for later in (store, opening()):
        with later.begin() as session:
            assert session.payload(stream_of(), 1) == {"name": "x"}
            assert session.verify(stream_of()) == ()
    assert len(calls) == 1


def test_while_the_secret_changes_both_are_given_and_the_right_one_opens(opening):
    new = b"n" * 32
    fill(opening())

    before = opening(new_secret=new)
    before.rotate(new)
    after = opening(new_secret=new)

    for store in (before, after, opening(secret=new)):
        with store.begin() as session:
            assert session.payload(stream_of(), 1) == {"name": "x"}
    with pytest.raises(StoreError, match="does not open the data"):
        opening(secret=b"a" * 32, new_secret=b"b" * 32)


def test_a_store_that_missed_a_rotation_seals_for_nobody_new(opening):
    """Its key for a new debtor would be wrapped by a secret that is about to be destroyed."""
    late, store = opening(), opening()
    store.rotate(b"n" * 32)

    with (
        pytest.raises(StoreError, match="was changed meanwhile") as caught,
        late.begin() as session,
    ):
        session.put_record("party", "D5", {"name": "x"}, owner="D5")
    assert "with the new secret" in caught.value.hint


def test_a_payload_moved_to_another_place_breaks_its_seal(opening):
    store = opening()
    with store.begin() as session:
        session.append([opened(payload={"n": 1}), happened(payload={"n": 2})])
    with store._database.engine.begin() as connection:
        (other,) = connection.exec_driver_sql("SELECT sealed FROM events WHERE seq = 2").first()
        connection.exec_driver_sql("UPDATE events SET sealed = ? WHERE seq = 1", (other,))

    with store.begin() as session:
        with pytest.raises(StoreError, match="seal of event t1 receivable R1 1 is broken"):
            session.payload(stream_of(), 1)
        (fault,) = session.verify(stream_of())
        assert (
            fault == "Event 1 of receivable R1 has a payload that was changed: its seal is broken"
        )


# opening ------------------------------------------------------------------------------------


def test_what_was_kept_is_there_when_opened_again(opening):
    store = opening()
    fill(store)
    store.close()

    with opening(create=False).begin() as session:
        assert session.payload(stream_of(), 1) == {"name": "x"}
        assert session.receivable("R1") == a_row()


def test_another_secret_opens_nothing(opening):
    opening()

    with pytest.raises(StoreError, match="does not open the data of tenant t1"):
        opening(secret=b"z" * 32)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/db", "does not speak mysql"),
        ("dunning.db", "URL cannot be read"),
        ("sqlite:///{folder}/no/such/dunning.db", "cannot be opened"),
        ("sqlite:///{folder}", "cannot be opened"),
    ],
)
def test_a_url_that_leads_nowhere_is_said(tmp_path, url, message):
    with pytest.raises(StoreError, match=message) as caught:
        open_store(url.format(folder=tmp_path), tenant="t1", secret=KEY)
    assert caught.value.hint


def test_a_store_needs_a_tenant(path):
    with pytest.raises(StoreError, match="needs a tenant"):
        open_store(f"sqlite:///{path}", tenant="", secret=KEY)


def test_nothing_is_made_unless_asked(opening, path):
    with pytest.raises(StoreError, match="no database at"):
        opening(create=False)
    assert not path.exists()

    sqlite3.connect(path).close()
    path.touch()
    with pytest.raises(StoreError, match="is empty"):
        opening(create=False)

    opening("t1")
    with pytest.raises(StoreError, match="knows no tenant t2"):
        opening("t2", create=False)


def test_commits_wait_for_the_disk_and_keys_are_overwritten(opening):
    store = opening()
    with store._database.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_two_processes_append_without_gaps(opening):
    first, second = opening(), opening()
    for store in (first, second, first, second):
        with store.begin() as session:
            session.append([happened(amount_minor=1, payload={"x": 1})])

    with first.begin() as session:
        assert [event.seq for event in session.events(stream_of())] == [1, 2, 3, 4]
        assert session.verify(stream_of()) == ()


# two at once --------------------------------------------------------------------------------


def test_a_move_that_lost_a_race_is_refused(opening, monkeypatch):
    with opening().begin() as session:
        session.plan([an_act()])
        session.move("a1", to=OutboxState.CLAIMED)
        monkeypatch.setattr(session, "_exact", lambda act_id: an_act())

        with pytest.raises(StaleRecordError, match="a1 was moved by another process"):
            session.move("a1", to=OutboxState.CANCELLED)


def test_planning_that_lost_a_race_is_refused(opening, monkeypatch):
    with opening().begin() as session:
        session.plan([an_act()])
        monkeypatch.setattr(session, "_known", lambda act_ids: {})

        with pytest.raises(StaleRecordError, match="planned the same acts at the same time"):
            session.plan([an_act(), an_act("a2")])


def test_sealed_rows_without_their_key_are_not_there(opening):
    """As after restoring rows an erasure had removed."""
    store = opening()
    fill(store)
    with store._database.engine.begin() as connection:
        connection.execute(sa.update(keys).where(keys.c.owner == "D1").values(wrapped=None))

    with store.begin() as session:
        assert session.records("party") == {}
        with pytest.raises(RecordNotFoundError, match="its owner was erased"):
            session.blob("f00")


def test_a_key_that_was_removed_is_a_fault(opening):
    store = opening()
    fill(store)
    with store._database.engine.begin() as connection:
        connection.execute(sa.delete(records))
        connection.execute(sa.delete(blobs))
        connection.execute(sa.delete(keys).where(keys.c.owner == "D1"))

    with store.begin() as session:
        assert len(session.verify(stream_of())) == 2
        with pytest.raises(StoreError, match="Key 1 of D1 is missing"):
            session.payload(stream_of(), 1)


def test_sqlite_finds_rows_by_their_index_however_many_a_tenant_has(tmp_path):
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    with closing(open_store(url, tenant="t", secret=KEY)) as store:
        with store.begin() as session:
            session.put_receivables([a_row("R-1")])
            session.receivables(debtor_id="D-1")
            session.holdings("D-1")
            session.plan([an_act("A-1")])
            session.acts(states=[OutboxState.PLANNED])
        with store._database.engine.connect() as connection:
            plans = {
                text: [row.detail for row in connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {text}", ("x",) * text.count("?"))]
                for text in store._database._texts.values()
                if text.startswith("SELECT") and text.count(" = ?") > 1
            }  # fmt: skip
    found = [(text, plan) for text, plan in plans.items() if any(_is_scan(one) for one in plan)]

    assert any("receivables.debtor_id = ?" in text for text in plans)
    assert found == []


def _is_scan(detail):
    return detail.startswith("SCAN") or detail.endswith("(tenant=?)")


def test_a_store_that_was_made_without_statistics_gets_them_when_it_is_opened(tmp_path):
    file = tmp_path / "x.sqlite"
    open_store(f"sqlite:///{file}", tenant="t", secret=KEY).close()
    with closing(sqlite3.connect(file)) as connection:
        expected = connection.execute("SELECT * FROM sqlite_stat1 ORDER BY 1, 2").fetchall()
        connection.execute("DROP TABLE sqlite_stat1")
        connection.commit()
    open_store(f"sqlite:///{file}", tenant="t", secret=KEY).close()

    with closing(sqlite3.connect(file)) as connection:
        made = connection.execute("SELECT * FROM sqlite_stat1 ORDER BY 1, 2").fetchall()
    assert made == expected
    assert ("receivables", "ix_receivables_debtor_id", "1000000 1000000 10000") in made
