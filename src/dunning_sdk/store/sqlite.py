"""SQLite: one file, no server, one writer at a time.

The module decides SQLite's settings. ``synchronous=FULL``: in WAL mode a commit made with NORMAL
can be lost with the power. An act is committed as ``sending`` before its message leaves; were
that commit lost, the act would read as ``claimed``, its lease would lapse, and the debtor would
get the message twice. FULL costs one fsync per transaction, and a run has few.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from dunning_sdk.errors import StoreError
from dunning_sdk.store import sqlite_statistics
from dunning_sdk.store.database import BUSY_TIMEOUT_SECONDS, Database, Lock
from dunning_sdk.store.failure import translated

_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",  # a dropped key is overwritten, not only unlinked
    "temp_store = MEMORY",
)


class SqliteDatabase(Database):
    """A SQLite database, in a file or in memory.

    Args:
        url: ``sqlite:///`` and a path, or ``sqlite://``; ``?timeout=`` seconds for a lock.
        create: Whether a file that is missing is made.

    Raises:
        StoreError: The file is missing and must not be made.
    """

    def __init__(self, url: URL, *, create: bool) -> None:
        super().__init__()
        parsed = url if url.database != ":memory:" else url.set(database=None)
        self.label = parsed.database or "in memory"
        if not create and parsed.database and not Path(parsed.database).exists():
            message = f"There is no database at {self.label}"
            raise StoreError(message, hint="Check the path, or make one with `dunning init`")
        timeout = {} if "timeout" in parsed.query else {"timeout": BUSY_TIMEOUT_SECONDS}
        pool = {} if parsed.database else {"poolclass": StaticPool}
        self.engine = sa.create_engine(
            parsed,
            connect_args={"check_same_thread": False, **timeout},
            hide_parameters=True,
            **pool,
        )
        sa.event.listen(self.engine, "connect", _configure)
        sa.event.listen(self.engine, "begin", _begin_immediate)

    def _enter(self, connection: sa.Connection, tenant: str, lock: Lock) -> None:
        """Do nothing: the write lock was taken as the transaction began."""

    def tell_planner(self, connection: sa.Connection, *, anew: bool) -> None:
        """Write what is expected of a large store, since SQLite counts only when asked."""
        sqlite_statistics.tell_planner(connection, anew=anew)

    def shrink(self) -> None:
        """Fold the write-ahead log into the file: what was overwritten is gone there too."""
        with translated(self.label), self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def copy_to(self, file: Path) -> bool:
        """Copy everything to a new file, readable by this user alone, by SQLite's online backup."""
        with translated(self.label), self.engine.connect() as connection:
            source = connection.connection.driver_connection
            if source is None:
                return False
            with translated(file.name):
                try:
                    file.touch(mode=0o600, exist_ok=False)
                except OSError as exc:
                    message = f"{file.name} cannot be written: {exc.strerror}"
                    raise StoreError(message, hint="Choose another folder or name") from exc
                with closing(sqlite3.connect(file)) as target:
                    source.backup(target)
        return True


def _configure(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where sqlite3 guesses
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
    except sqlite3.Error:
        connection.close()
        raise


def _begin_immediate(connection: sa.Connection) -> None:
    """Take the write lock at once: what a session reads stays true until it commits.

    What only reads sees the database as it is at its first statement, and waits for nobody.
    """
    only_reads = connection.get_execution_options().get("dunning_lock") == "read"
    connection.exec_driver_sql(f"PRAGMA query_only = {int(only_reads)}")
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")
