"""PostgreSQL as the store: who waits for whom, what is said when it fails, and no secrets shown."""

import traceback
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from dunning_sdk.errors import StoreError
from dunning_sdk.store.failure import POSTGRES_FAULTS, failure
from dunning_sdk.store.interface import OutboxState
from dunning_sdk.store.opening import open_store
from dunning_sdk.store.schema import settings
from tests.contracts.store_contract import an_act, fill, happened, stream_of

KEY = b"k" * 32


@pytest.fixture(scope="module")
def database(postgres):
    return postgres.new_database()


@pytest.fixture
def opening(postgres, database):
    stores = []

    def open_one(tenant="t1", **options):
        query = {"timeout": options.pop("timeout", "10")}
        url = postgres.url(options.pop("database", database), **query)
        stores.append(open_store(url, tenant=tenant, secret=KEY, **options))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


def said(error: StoreError) -> str:
    return "".join(traceback.format_exception(error))


# who waits for whom -------------------------------------------------------------------------


def append_and_count(store):
    for _ in range(20):
        with store.begin() as session:
            before = session.setting("count") or 0
            session.append([happened(amount_minor=1)])
            session.put_setting("count", before + 1)


def test_two_connections_append_without_gaps_and_lose_no_update(opening):
    stores = [opening("c1"), opening("c1")]
    with ThreadPoolExecutor() as threads:
        list(threads.map(append_and_count, stores))

    with stores[0].begin() as session:
        assert [event.seq for event in session.events(stream_of())] == [*range(1, 41)]
        assert session.setting("count") == 40
        assert session.verify(stream_of()) == ()


def test_a_session_waits_for_another_of_its_tenant_alone(opening):
    first, second, other = opening("w1"), opening("w1", timeout="0.1"), opening("w2")

    with first.begin() as session:
        session.plan([an_act()])
        with pytest.raises(StoreError, match="is locked by another process"), second.begin():
            pass
        with other.begin() as elsewhere:
            assert elsewhere.acts() == ()

    with second.begin() as session:
        assert session.move("a1", to=OutboxState.CANCELLED).state is OutboxState.CANCELLED


# failures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("postgresql://no-such-host.invalid/db", "cannot be reached", "host, port"),
        ("postgresql://x:MARKER@localhost:1/db?connect_timeout=2", "cannot be reached", "password"),
        ("postgresql://x:MARKER@local host:y/db", "URL cannot be read", "postgresql://"),
        ("postgresql://x:MARKER@h/db?timeout=soon", "not a number of seconds", "timeout=10"),
    ],
)
def test_a_server_that_is_not_there_is_said_without_its_password(url, message, hint):
    with pytest.raises(StoreError, match=message) as caught:
        open_store(url, tenant="t1", secret=KEY)
    assert hint in caught.value.hint
    assert "MARKER" not in said(caught.value)


def test_a_password_is_in_no_text_of_the_store(opening):
    store = opening(password="MARKER-7Q")

    assert "MARKER-7Q" not in repr(store._database.engine) + store._database.label


def test_a_database_that_is_missing_is_said(opening):
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        opening(database="nowhere")
    assert "database" in caught.value.hint


def test_errors_repeat_no_values(opening):
    row = ("no such tenant", "MARKER", "MARKER")
    with pytest.raises(StoreError, match="does not fit") as caught, opening().begin() as session:
        session._context.handle.insert(settings, [row])
    assert "MARKER" not in said(caught.value)


def append_while_it_restarts(postgres, store):
    with store.begin() as session:
        postgres.halt()
        postgres.start()
        session.append([happened()])


def test_a_restarted_server_is_found_again(postgres, opening):
    store = opening("r1")
    with store.begin() as session:
        session.append([happened()])
    with pytest.raises(StoreError, match=r"ended the connection|cannot be reached"):
        append_while_it_restarts(postgres, store)

    with store.begin() as session:
        assert [event.seq for event in session.events(stream_of())] == [1]


def test_commits_wait_for_the_disk_where_the_server_would_not(opening):
    with opening()._database.engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_a_dropped_key_is_gone_from_its_table(opening):
    store = opening("e1")
    with store.begin() as session:
        fill(session)
    query = "SELECT count(*) FROM keys WHERE tenant = 'e1' AND owner = 'D1' AND wrapped IS NULL"

    store.drop_key("D1")

    with store._database.engine.connect() as connection:
        assert connection.exec_driver_sql(query).scalar() == 1


def test_every_exception_of_the_driver_has_its_words():
    def all_below(kind):
        return {kind}.union(*map(all_below, kind.__subclasses__()))

    for kind in all_below(psycopg.Error):
        problem = failure(kind("secret words"), "db")
        assert problem.hint
        assert "secret words" not in str(problem)


def test_every_class_of_states_has_its_words():
    for state in filter(None, POSTGRES_FAULTS):
        error = psycopg.Error("secret words")
        error.sqlstate = state.ljust(5, "0")
        assert POSTGRES_FAULTS[state][0] in str(failure(error, "db"))
