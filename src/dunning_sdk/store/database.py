"""The database behind a store: transactions, and the one door all statements go through.

The module decides how a transaction begins and ends, and turns every foreign exception into a
`StoreError`. How each database is opened and locked is left to `sqlite` and `postgresql`, which
statements are run to the ``sql_…`` modules.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from dunning_sdk.errors import StoreError
from dunning_sdk.store import statement
from dunning_sdk.store.failure import translated
from dunning_sdk.store.statement import Conflict

BUSY_TIMEOUT_SECONDS: Final = 10
# SQLite takes 32,766 variables per statement; a statement of this size is still quickly planned.
_CHUNK: Final = 1000


Lock = Literal["schema", "tenant", "none", "read"]


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

    @contextmanager
    def driver(self) -> Iterator[Any]:
        """Lend the driver's own connection, for values by the million; it errs as a statement."""
        with self._statement():
            yield self.connection.connection.driver_connection

    def end(self) -> None:
        """Take no more statements."""
        self._ended = True

    def rows(self, query: sa.Select[Any] | sa.CompoundSelect[Any]) -> Sequence[Any]:
        """Return all rows of a query."""
        with self._statement():
            return self.connection.execute(query).all()

    def first(self, query: sa.Select[Any]) -> Any:  # noqa: ANN401 - a row has its table's shape
        """Return the first row of a query, or ``None``."""
        with self._statement():
            return self.connection.execute(query).first()

    def run(self, statement: sa.Update | sa.Delete | sa.Insert) -> int:
        """Change rows and return how many were changed."""
        with self._statement():
            return self.connection.execute(statement).rowcount

    def look_up(
        self,
        table: sa.Table,
        *,
        columns: tuple[str, ...] = (),
        order: tuple[str, ...] = (),
        lock: bool = False,
        **equal: str,
    ) -> Sequence[Any]:
        """Return the rows whose columns have these values, by a statement compiled once.

        Args:
            table: Where to look.
            columns: Those wanted; none means all.
            order: Columns the rows are sorted by.
            lock: Whether nobody may change them until the transaction ends.
            equal: Value by column, the same columns in the same order each time.
        """
        name = ("look up", table.name, columns, order, lock, *equal)
        return self.ready(
            name,
            lambda: statement.look_up(table, columns, order, tuple(equal), lock=lock),
            list(equal.values()),
        )

    def ready(
        self, name: tuple[object, ...], query: Callable[[], sa.Select[Any]], values: list[str]
    ) -> Sequence[Any]:
        """Return the rows of a query compiled once.

        Args:
            name: Under which it is kept.
            query: Builds it, with a parameter in place of each value.
            values: In the order of its parameters.
        """
        text = self._text(name, query)
        with self._statement():
            return self.connection.exec_driver_sql(text, tuple(values)).all()

    def change(self, table: sa.Table, values: Mapping[str, str], **equal: str) -> int:
        """Set columns where others have these values, and return how many rows were changed."""
        name = ("change", table.name, *values, "where", *equal)
        text = self._text(name, lambda: statement.change(table, tuple(values), tuple(equal)))
        with self._statement():
            given = (*values.values(), *equal.values())
            return self.connection.exec_driver_sql(text, given).rowcount

    def remove(self, table: sa.Table, **equal: str) -> int:
        """Remove rows whose columns have these values, and return how many."""
        name = ("remove", table.name, *equal)
        text = self._text(name, lambda: statement.delete(table, tuple(equal)))
        with self._statement():
            return self.connection.exec_driver_sql(text, tuple(equal.values())).rowcount

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
        dialect = self.connection.dialect.name
        return self._bulk(
            ("insert", table.name, conflict),
            lambda: statement.insert(table, conflict, dialect),
            rows,
        )

    def update(self, table: sa.Table, column: str, rows: Iterable[tuple[Any, ...]]) -> int:
        """Set one column in bulk and return how many rows were changed.

        Args:
            table: Where to set it.
            column: Which one.
            rows: The new value, then the row's key.
        """
        return self._bulk(
            ("update", table.name, column), lambda: statement.update(table, column), rows
        )

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
        text = self._text(name, statement)
        with self._statement():
            alone = values[0] if len(values) == 1 else values  # a batch of one costs a round more
            return self.connection.exec_driver_sql(text, alone).rowcount

    def _text(self, name: tuple[object, ...], statement: Callable[[], Any]) -> str:
        """Return the driver's text of a statement; building one takes longer than running it."""
        if name not in self._texts:
            self._texts[name] = str(statement().compile(dialect=self.connection.dialect))
        return self._texts[name]


def chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield distinct ids, sorted, in lists short enough for one statement."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


class Database(ABC):
    """A database that store and sessions share.

    Attributes:
        label: What messages call it; no user and no password.
        engine: SQLAlchemy's engine.
    """

    label: str
    engine: sa.Engine

    def __init__(self) -> None:
        self._texts: dict[Any, str] = {}

    @contextmanager
    def begin(self, tenant: str, *, lock: Lock = "tenant") -> Iterator[Handle]:
        """Open a transaction: committed when the block ends, rolled back when it raises.

        A transaction in which a statement failed is never committed, even if the block caught
        the error: SQLite may have rolled back half of it already.

        Args:
            tenant: Whose rows are read and written.
            lock: What no other transaction may do meanwhile: ``schema``, open a store;
                ``tenant``, begin with that tenant's lock; ``none``, rows are locked one by one;
                ``read``, nothing is written. SQLite has one lock for all but the last.
        """
        with translated(self.label):
            connection = self.engine.connect().execution_options(dunning_lock=lock)
        with connection:
            with translated(self.label):
                transaction = connection.begin()
                self._enter(connection, tenant, lock)
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

    @abstractmethod
    def _enter(self, connection: sa.Connection, tenant: str, lock: Lock) -> None:
        """Take the lock and say whose transaction it is."""

    def tell_planner(self, connection: sa.Connection, *, anew: bool) -> None:
        """Tell the planner how many rows to expect, where it cannot count them by itself."""
        del connection, anew

    @abstractmethod
    def shrink(self) -> None:
        """Have what was overwritten or removed disappear from the files, as far as it can."""

    def copy_to(self, file: Path) -> bool:
        """Copy everything to a new file, and tell whether this database can be copied so."""
        del file
        return False

    def close(self) -> None:
        """Release every connection."""
        with translated(self.label):
            self.engine.dispose()


def parse_url(url: str) -> URL:
    """Return a store's URL in parts.

    Raises:
        StoreError: It is none; its text is not repeated, since a password may stand in it.
    """
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        hint = "Write sqlite:/// and a path, or postgresql://USER@HOST/DATABASE"
        raise StoreError("The store's URL cannot be read", hint=hint) from None
