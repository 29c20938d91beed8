"""What SQLite's planner is told of our tables, so that it never reads a tenant to find a row.

Decides the expected shape of a large store: many rows of each tenant, fewer with every further
column of an index. Without statistics SQLite 3.40 supposes ten rows for the first column of any
index, the tenant too, and where rows are wanted in the order of their key it reads all of his:
100,000 lookups of a debtor's receivables then cost 100,000 times 100,000. PostgreSQL counts by
itself.

Source:
    SQLite's documentation, "ANALYZE", on writing ``sqlite_stat1`` by hand.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import sqlalchemy as sa

from dunning_sdk.store.schema import metadata

ROWS: Final = 1_000_000
_FEWER: Final = 100
_KNOWN: Final = "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'"
_INSERT: Final = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)"


def tell_planner(connection: sa.Connection, *, anew: bool) -> None:
    """Write the statistics where there are none, inside the open transaction.

    Args:
        connection: To a SQLite database whose schema is this release's.
        anew: Whether those that are there are replaced, after the schema was raised.
    """
    if connection.exec_driver_sql(_KNOWN).scalar() and not anew:
        return
    connection.exec_driver_sql("ANALYZE")  # makes the table, and counts what is there
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    connection.exec_driver_sql(_INSERT, list(_expected()))
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # has the planner read them


def _expected() -> Iterator[tuple[str, str, str]]:
    """Return table, index and rows, one for each index of ours."""
    for table in metadata.sorted_tables:
        by_rowid = table.dialect_options["sqlite"]["with_rowid"]
        key = f"sqlite_autoindex_{table.name}_1" if by_rowid else table.name
        yield table.name, key, _rows(len(table.primary_key.columns), is_unique=True)
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            yield table.name, str(index.name), _rows(len(index.columns), is_unique=False)


def _rows(columns: int, *, is_unique: bool) -> str:
    """Return the rows of a table, and those that share each longer prefix of an index.

    >>> _rows(3, is_unique=True), _rows(2, is_unique=False)
    ('1000000 1000000 10000 1', '1000000 1000000 10000')
    """
    shared: Sequence[int] = [max(ROWS // _FEWER**place, 10) for place in range(columns)]
    if is_unique:
        shared = [*shared[:-1], 1]
    return " ".join(map(str, (ROWS, *shared)))
