"""The database behind a store: how it is opened, and the one door all statements go through.

The module decides SQLite's settings and turns every foreign exception into a `StoreError`. Which
statements are run is left to the ``sql_…`` modules.

``synchronous=FULL``: in WAL mode a commit made with NORMAL can be lost with the power. An act is
committed as ``sending`` before its message leaves; were that commit lost, the act would read as
``claimed``, its lease would lapse, and the debtor would get the message twice. FULL costs one
fsync per transaction, and a run has few.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from dunning_sdk.errors import StoreError
from dunning_sdk.store.failure import translated

BUSY_TIMEOUT_SECONDS: Final = 10
_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",  # a dropped key is overwritten, not only unlinked
    "temp_store = MEMORY",
)
# SQLite takes 32,766 variables per statement; a statement of this size is still quickly planned.
_CHUNK: Final = 1000


Conflict = Literal["fail", "keep", "replace"]


class Handle:
    """One open transaction; every statement of a session goes through it."""

    def __init__(self, connection: sa.Connection, label: str, texts: dict[Any, str]) -> None:
        self.connection = connection
        self._label = label
        self._texts = texts
        self._failed = False
        self._ended = False

    @contextmanager
    def _statement(self) -> Iterator[None]:
        self.check()
        self._failed = True
        with translated(self._label):
            yield
        self._failed = False

    def check(self) -> None:
        """Refuse to go on after a statement failed, or the transaction ended.

        Raises:
            StoreError: Nothing can be read or written any more.
        """
        if self._ended:
            raise StoreError("The transaction has ended", hint="Begin another one")
        if self._failed:
            message = "The transaction cannot go on: one of its statements failed"
            raise StoreError(message, hint="Mend what that error said, then begin again")

    def end(self) -> None:
        """Take no more statements."""
        self._ended = True

    def rows(self, query: sa.Select[Any]) -> Sequence[Any]:
        """Return all rows of a query."""
        with self._statement():
            return self.connection.execute(query).all()

    def first(self, query: sa.Select[Any]) -> Any:  # noqa: ANN401 - a row has its table's shape
        """Return the first row of a query, or ``None``."""
        with self._statement():
            return self.connection.execute(query).first()

    def run(self, statement: sa.Update | sa.Delete) -> int:
        """Change rows and return how many were changed."""
        with self._statement():
            return self.connection.execute(statement).rowcount

    def insert(
        self, table: sa.Table, rows: Iterable[tuple[Any, ...]], *, conflict: Conflict = "fail"
    ) -> int:
        """Insert rows in bulk and return how many were written.

        Args:
            table: Where they go.
            rows: Values in the order of the table's columns; sorted by key they are fastest.
            conflict: What becomes of a row whose key is there already: ``fail`` raises, ``keep``
                leaves the old one, ``replace`` takes the new one.
        """
        return self._bulk(("insert", table.name, conflict), lambda: _insert(table, conflict), rows)

    def update(self, table: sa.Table, column: str, rows: Iterable[tuple[Any, ...]]) -> int:
        """Set one column in bulk and return how many rows were changed.

        Args:
            table: Where to set it.
            column: Which one.
            rows: The new value, then the row's key.
        """
        return self._bulk(("update", table.name, column), lambda: _update(table, column), rows)

    def _bulk(
        self,
        name: tuple[str, ...],
        statement: Callable[[], sa.Insert | sa.Update],
        rows: Iterable[tuple[Any, ...]],
    ) -> int:
        """Run one driver statement over tuples: four times as fast as a list of mappings."""
        values = list(rows)
        if not values:
            return 0
        if name not in self._texts:
            self._texts[name] = str(statement().compile(dialect=self.connection.dialect))
        with self._statement():
            return self.connection.exec_driver_sql(self._texts[name], values).rowcount


def _insert(table: sa.Table, conflict: Conflict) -> sa.Insert:
    statement = sqlite.insert(table)
    keys = [column.name for column in table.primary_key]
    if conflict == "keep":
        return statement.on_conflict_do_nothing(index_elements=keys)
    if conflict == "replace":
        others = [column.name for column in table.c if column.name not in keys]
        changed = {name: statement.excluded[name] for name in others}
        return statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return statement


def _update(table: sa.Table, column: str) -> sa.Update:
    keys = [key == sa.bindparam(f"key_{key.name}") for key in table.primary_key]
    return sa.update(table).where(*keys).values({column: sa.bindparam("new")})


def chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield distinct ids, sorted, in lists short enough for one statement."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


class Database:
    """A SQLite database that store and sessions share.

    Attributes:
        label: What messages call it.
        engine: SQLAlchemy's engine.
    """

    def __init__(self, url: str, *, create: bool) -> None:
        parsed = _parse(url)
        self._texts: dict[Any, str] = {}
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

    @contextmanager
    def begin(self) -> Iterator[Handle]:
        """Open a transaction: committed when the block ends, rolled back when it raises.

        A transaction in which a statement failed is never committed, even if the block caught
        the error: SQLite may have rolled back half of it already.
        """
        with translated(self.label):
            connection = self.engine.connect()
        with connection:
            with translated(self.label):
                transaction = connection.begin()
            handle = Handle(connection, self.label, self._texts)
            try:
                yield handle
                handle.check()
            except BaseException:
                with translated(self.label):
                    transaction.rollback()
                raise
            finally:
                handle.end()
            with translated(self.label):
                transaction.commit()

    def shrink(self) -> None:
        """Fold the write-ahead log into the file: what was overwritten is gone there too."""
        with translated(self.label), self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Release every connection."""
        with translated(self.label):
            self.engine.dispose()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as exc:
        hint = "Write sqlite:/// and the path, such as sqlite:///dunning.db"
        raise StoreError("The store's URL cannot be read", hint=hint) from exc
    if parsed.get_backend_name() != "sqlite":
        message = f"The store does not speak {parsed.get_backend_name()}"
        raise StoreError(message, hint="Write sqlite:/// and the path of a file")
    return parsed if parsed.database != ":memory:" else parsed.set(database=None)


def _configure(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where sqlite3 guesses
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
    except sqlite3.Error:
        connection.close()
        raise


def _begin_immediate(connection: sa.Connection) -> None:
    """Take the write lock at once: what a session reads stays true until it commits."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
