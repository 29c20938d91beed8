"""Whatever the database, the disk or another process does arrives as a StoreError with a hint."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.util.exc import CommandError

from dunning_sdk.errors import StoreError
from dunning_sdk.store.failure import SQLITE_FAULTS, failure, translated
from dunning_sdk.store.opening import open_store
from dunning_sdk.store.schema import settings
from tests.contracts.store_contract import opened, stream_of

KEY = b"k" * 32
HOLD_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def open_at(path, **query):
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return open_store(f"sqlite:///{path}?{words}", tenant="t1", secret=KEY)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "dunning.db"


@pytest.fixture
def store(path):
    store = open_at(path, timeout="0.05")
    yield store
    store.close()


@pytest.fixture
def pages_max():
    """Return a function that lets databases grow to so many pages and no further."""
    limits = []

    def limit(connection, _):
        if limits:
            connection.execute(f"PRAGMA max_page_count = {limits[-1]}")

    sa.event.listen(sa.Engine, "connect", limit)
    yield limits.append
    sa.event.remove(sa.Engine, "connect", limit)


@contextmanager
def ordinary_user():
    """Take root's powers away for a while: root may write everywhere."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def sealed_folder():
    """Return a folder, readable by all and below nothing private, that cannot be written to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        open_at(folder / "dunning.db").close()
        (folder / "dunning.db").chmod(0o644)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_lock_held_by_another_process_is_said(store, path):
    command = [sys.executable, "-c", HOLD_LOCK, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"

        with pytest.raises(StoreError, match="is locked by another process") as caught:
            store.drop_key("D1")
        other.communicate()
    assert "try again" in caught.value.hint

    with store.begin() as session:
        assert session.reviews() == ()


def test_a_transaction_holds_the_lock_before_it_writes(store, path):
    """What a session reads, such as the stops of an act to be sent, is true until it commits."""
    with store.begin() as session:
        assert session.acts() == ()
        with pytest.raises(StoreError, match="is locked"):
            open_at(path, timeout="0.05")


def test_a_file_of_something_else_is_said(path):
    path.write_bytes(b"Invoice;Amount\n" * 1000)

    with pytest.raises(StoreError, match="is not a database") as caught:
        open_at(path)
    assert "Check the path" in caught.value.hint
    assert path.read_bytes() == b"Invoice;Amount\n" * 1000


def test_a_damaged_file_is_said(store, path):
    with store.begin() as session:
        session.append([opened(f"R{n}", payload={"n": n}) for n in range(500)])
    store.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))

    with pytest.raises(StoreError, match="is damaged") as caught:
        open_at(path)
    assert "backup" in caught.value.hint


def test_a_database_of_another_program_is_left_alone(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE invoices (id)")

    with pytest.raises(StoreError, match="belongs to another program"):
        open_at(path)


def test_a_full_disk_keeps_nothing_of_the_transaction(store, path, pages_max):
    store.close()
    pages_max(path.stat().st_size // 4096 + 4)
    small = open_at(path)
    many = [opened(f"R{n}", payload={"text": "x" * 2000}) for n in range(100)]

    with pytest.raises(StoreError, match="the disk is full") as caught, small.begin() as session:
        session.append(many)
    assert "Free some space" in caught.value.hint

    with small.begin() as session:
        assert session.events_of("receivable") == {}
    small.close()


def go_on_after_a_failure(store):
    with store.begin() as session:
        session.put_setting("cursor", 1)
        with pytest.raises(StoreError, match="the disk is full"):
            session.put_blob("f00", b"x" * 100_000, owner="D1")
        with pytest.raises(StoreError, match="cannot go on"):
            session.put_setting("cursor", 2)


def test_a_transaction_cannot_go_on_after_a_statement_failed(store, path, pages_max):
    store.close()
    pages_max(path.stat().st_size // 4096 + 4)
    small = open_at(path)

    with pytest.raises(StoreError, match="one of its statements failed"):
        go_on_after_a_failure(small)

    with small.begin() as session:
        assert session.setting("cursor") is None
    small.close()


@pytest.mark.parametrize(
    ("name", "message"),
    [("dunning.db", "is read-only|cannot be opened"), ("new.db", "cannot be opened")],
)
def test_a_folder_one_may_not_write_to_is_said(sealed_folder, name, message):
    with ordinary_user(), pytest.raises(StoreError, match=message) as caught:
        open_at(sealed_folder / name)
    assert "llow this user" in caught.value.hint


def test_every_exception_of_the_drivers_has_its_words():
    def all_below(kind):
        return {kind}.union(*map(all_below, kind.__subclasses__()))

    for kind in all_below(sqlite3.Error) | {sa.exc.SQLAlchemyError, CommandError}:
        with pytest.raises(StoreError, match=kind.__name__) as caught, translated("x.db"):
            raise kind("secret words")
        assert caught.value.hint
        assert "secret words" not in str(caught.value)


@pytest.mark.parametrize("code", sorted(SQLITE_FAULTS))
def test_every_code_has_its_words_in_each_of_its_kinds(code):
    error = sqlite3.OperationalError("secret words")
    error.sqlite_errorcode = code | 3 << 8
    error.sqlite_errorname = "SQLITE_X"

    what, hint = SQLITE_FAULTS[code]
    translation = failure(sa.exc.OperationalError("SELECT 1", {}, error), "x.db")
    assert str(translation) == f"The database x.db {what} (SQLITE_X) — {hint}"


def test_what_is_no_id_is_refused(store):
    with pytest.raises(StoreError, match="not Unicode"), store.begin() as session:
        session.receivable("\ud800")
    with pytest.raises(StoreError, match="64 bits"), store.begin() as session:
        session.payload(stream_of(), 2**80)


def test_errors_repeat_no_values(store):
    row = ("no such tenant", "MARKER", "MARKER")
    with pytest.raises(StoreError, match="does not fit") as caught, store.begin() as session:
        session._context.handle.insert(settings, [row])
    assert "MARKER" not in str(caught.value)
    assert "MARKER" not in "".join(traceback.format_exception(caught.value))
