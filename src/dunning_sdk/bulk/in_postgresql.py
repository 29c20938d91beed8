"""Rows by the million in PostgreSQL: whole columns out as arrays, COPY in by a staging table.

The server packs each column of a range into one array, which numpy reads as it stands: measured
against COPY BINARY and ADBC it spares a message per row and a conversion per value
(docs/decisions/049-portfolios-as-columns.md). Rows are written by ``COPY`` into a temporary table
and from there by ``INSERT … ON CONFLICT``, for row-level security lets no COPY into the tables.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
import sqlalchemy as sa

from dunning_sdk.bulk.ledger import ACT_COLUMNS, Ledger
from dunning_sdk.bulk.rows import NUMBERS, WIDE, Array, Rows, dtype_of, unpacked_sums
from dunning_sdk.errors import StaleRecordError
from dunning_sdk.store.schema_portfolio import portfolio

if TYPE_CHECKING:
    from psycopg import Cursor

_HEADER_BYTES: Final = 20  # of an array of one dimension in binary: shape and type
_NARROW: Final = np.dtype([("length", ">i4"), ("value", ">i4")])
_BROAD: Final = np.dtype([("length", ">i4"), ("value", ">i8")])
_PLACE: Final = np.dtype([("length", ">i4"), ("block", ">u4"), ("line", ">u2")])
_REVIEW: Final = np.dtype(
    [
        ("fields", ">i2"), ("size", ">i4"), ("block", ">u4"), ("line", ">u2"),
        ("day_size", ">i4"), ("day", ">i4"),
    ]
)  # fmt: skip
_SLOW: Final = ("enable_hashjoin", "enable_mergejoin", "jit")
"""Rows are fetched by their places, and not found by reading all."""
_COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COPY_TAIL: Final = b"\xff\xff"
_KEY: Final = "tenant, debtor_id, id"
_ROW_COLUMNS: Final = ", ".join(column.name for column in portfolio.c)
_CHANGED: Final = ", ".join(f"{name} = excluded.{name}" for name in (*NUMBERS, "sums"))


class PostgresLedger(Ledger):
    """A portfolio in PostgreSQL."""

    name: ClassVar[str] = "postgresql"

    def put(self, rows: Rows) -> int:
        """Write rows, new or in place of those with their ids; return how many."""
        columns = [rows.numbers[name].tolist() for name in NUMBERS]
        columns.append(rows.packed_sums())
        tuples = zip([self.tenant] * rows.size, rows.debtor_ids, rows.ids, *columns, strict=True)
        return self._insert(
            "portfolio", tuples, f"ORDER BY {_KEY} ON CONFLICT ({_KEY}) DO UPDATE SET {_CHANGED}"
        )

    def put_acts(self, acts: Sequence[tuple[Any, ...]]) -> int:
        """Keep acts in the order of `ACT_COLUMNS`; return how many were not there before."""
        return self._insert(
            "portfolio_acts", acts, "ORDER BY tenant, issued_on, act_id ON CONFLICT DO NOTHING"
        )

    def read(self, low: str, high: str, *, due_by: int | None = None) -> Rows:
        """Return the rows of a range of debtors; their ids are read where they are asked for."""
        where, bounds = self.within(low, high, due_by)
        return self.read_where(where, bounds)

    def read_where(self, where: str, bounds: Sequence[object]) -> Rows:
        """Return the rows of a condition, as `read` does.

        Args:
            where: Constant SQL with a ``%s`` for each value.
            bounds: The values.
        """
        source = f"portfolio WHERE {where}"
        wanted = "array_agg(ctid), string_agg(sums, ''::bytea)"
        packed = self._aggregated([*map(_array, NUMBERS), wanted], source, bounds)
        places = np.frombuffer(packed[-2] or bytes(_HEADER_BYTES), _PLACE, offset=_HEADER_BYTES)
        return Rows(
            numbers=dict(zip(NUMBERS, map(_unpacked, NUMBERS, packed[:-2]), strict=True)),
            sums=unpacked_sums(packed[-1] or b""),
            places=places,
        )

    def packed(
        self, names: Sequence[str], source: str, bounds: Sequence[object]
    ) -> dict[str, Array]:
        """Return columns of numbers of a subquery, by name.

        Args:
            names: Of the columns, 32 bits each unless they are amounts of `WIDE`.
            source: Constant SQL with a ``%s`` for each value.
            bounds: The values.
        """
        packed = self._aggregated([_array(name) for name in names], source, bounds)
        return dict(zip(names, map(_unpacked, names, packed), strict=True))

    def within(self, low: str, high: str, due_by: int | None) -> tuple[str, list[object]]:
        """Return the condition of a range of debtors, and its values."""
        where, bounds = "tenant = %s AND debtor_id >= %s", [self.tenant, low]
        if high:
            where, bounds = f"{where} AND debtor_id < %s", [*bounds, high]
        if due_by is not None:
            return f"{where} AND review_on <= %s", [*bounds, due_by]
        return where, list(bounds)

    def _aggregated(
        self, wanted: Sequence[str], source: str, bounds: Sequence[object]
    ) -> list[bytes | None]:
        # S608: constants of this package; values are bound
        query = f"SELECT {', '.join(wanted)} FROM {source}"  # noqa: S608
        with self.handle.driver() as connection, connection.cursor(binary=True) as cursor:
            cursor.execute(query, bounds)
            found = cursor.pgresult
            return [found.get_value(0, at) for at in range(found.nfields)]

    def named(self, rows: Rows, places: Array) -> tuple[Sequence[str], Sequence[str]]:
        """Return debtor ids and ids of some of the rows read, by their places.

        Raises:
            StaleRecordError: A row was changed since it was read.
        """
        wanted = rows.places[places]
        at = list(zip(wanted["block"].tolist(), wanted["line"].tolist(), strict=True))
        query = (
            "SELECT ctid::text, debtor_id, id FROM portfolio "
            "WHERE tenant = %s AND ctid = ANY(%s::tid[])"
        )
        with self.handle.driver() as connection, connection.cursor() as cursor:
            texts = [f"({block},{line})" for block, line in at]
            found = {row[0]: row[1:] for row in cursor.execute(query, (self.tenant, texts))}
        if len(found) < len(texts):
            message = "Rows of the portfolio changed while they were decided"
            raise StaleRecordError(message, hint="Decide the chunk again")
        return [found[text][0] for text in texts], [found[text][1] for text in texts]

    def set_review(self, rows: Rows, places: Array, days: Array) -> None:
        """Set when some of the rows read are looked at next.

        Raises:
            StaleRecordError: A row was changed since it was read.
        """
        if not len(places):
            return
        lines = np.zeros(len(places), dtype=_REVIEW)
        lines["fields"], lines["size"], lines["day_size"] = 2, 6, 4
        lines["block"], lines["line"] = rows.places["block"][places], rows.places["line"][places]
        lines["day"] = days
        with self.handle.driver() as connection, connection.cursor() as cursor:
            cursor.execute(_STAGE_REVIEWS)
            with cursor.copy("COPY new_reviews FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(_COPY_HEAD + lines.tobytes() + _COPY_TAIL)
            with planned_without(cursor, *_SLOW):
                cursor.execute(_SET_REVIEWS, (self.tenant,))
                changed = cursor.rowcount
            cursor.execute("TRUNCATE new_reviews")
        if changed != len(places):
            message = "Rows of the portfolio changed while they were decided"
            raise StaleRecordError(message, hint="Decide the chunk again")

    def guard(self, *, alone: bool) -> None:
        """Keep writers of rows out while others read them, until the transaction ends."""
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        name = f"dunning portfolio {self.tenant}"
        key = sa.text(f"{lock}(hashtextextended(:name, 0))")
        self.handle.first(sa.select(key).params(name=name))

    def _insert(self, table: str, tuples: Iterable[tuple[Any, ...]], ending: str) -> int:
        """Copy rows into a staging table and insert them from there."""
        names = _ROW_COLUMNS if table == "portfolio" else ", ".join(map(_quoted, ACT_COLUMNS))
        with self.handle.driver() as connection, connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMP TABLE IF NOT EXISTS new_{table} (LIKE {table}) ON COMMIT DROP"
            )
            with cursor.copy(f"COPY new_{table} ({names}) FROM STDIN") as copy:
                for row in tuples:
                    copy.write_row(row)
            # S608: constants of this module
            move = f"INSERT INTO {table} ({names}) SELECT {names} FROM new_{table} {ending}"  # noqa: S608
            cursor.execute(move)
            written: int = cursor.rowcount
            cursor.execute(f"TRUNCATE new_{table}")
        return written


@contextmanager
def planned_without(cursor: "Cursor[Any]", *settings: str) -> Iterator[None]:
    """Keep the planner from what it chooses where it guesses numbers of rows wrong.

    Args:
        cursor: Of an open transaction, with which the settings end at the latest.
        settings: Those to turn off, as PostgreSQL names them: ``enable_mergejoin``, ``jit``.
    """
    for name in settings:
        cursor.execute(f"SET LOCAL {name} = off")
    yield
    for name in settings:
        cursor.execute(f"SET LOCAL {name} TO DEFAULT")


_STAGE_REVIEWS: Final = (
    "CREATE TEMP TABLE IF NOT EXISTS new_reviews (place tid, day integer) ON COMMIT DROP"
)
_SET_REVIEWS: Final = (
    "UPDATE portfolio SET review_on = day FROM new_reviews "
    "WHERE portfolio.ctid = place AND tenant = %s"
)


def _array(name: str) -> str:
    return f"array_agg({name})"


def _unpacked(name: str, data: bytes | None) -> Array:
    """Return an array that the server packed."""
    dtype = dtype_of(name)
    if data is None:
        return np.zeros(0, dtype=dtype)
    layout = _BROAD if name in WIDE else _NARROW
    return np.frombuffer(data, layout, offset=_HEADER_BYTES)["value"].astype(dtype)


def _quoted(name: str) -> str:
    return f'"{name}"'
