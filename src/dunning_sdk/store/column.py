"""How the columns and tables of a store are declared, for SQLAlchemy Core.

The module decides what every table has in common; which there are is in `schema`,
`schema_reading` and `schema_portfolio`.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

metadata: Final = MetaData()


# Sorted by code points everywhere: a database's own order of words would find other neighbors.
_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")


def text(name: str, *, null: bool = False) -> Column[str]:
    """Return a column of text: ids, days, instants and JSON."""
    return Column(name, _TEXT, nullable=null)


def number(name: str) -> Column[int]:
    """Return a column of a small number."""
    return Column(name, Integer, nullable=False)


def amount(name: str, *, null: bool = False) -> Column[int]:
    """Return a column of an amount in minor units."""
    return Column(name, BigInteger, nullable=null)


def table(
    name: str,
    *columns: Column[Any],
    key: Sequence[str],
    parent: tuple[Sequence[str], str] = (("tenant",), "tenants"),
    rowid: bool = False,
    partition_by: str | None = None,
) -> Table:
    """Declare a table; ``rowid`` for tables whose rows are long, which a b-tree keeps badly.

    ``partition_by`` says how PostgreSQL cuts it up; it does not where there is none.
    """
    names, other = parent
    constraints: list[PrimaryKeyConstraint | ForeignKeyConstraint] = [
        PrimaryKeyConstraint(*key, name=f"pk_{name}")
    ]
    if name != other:
        targets = [f"{other}.{column}" for column in names]
        constraints.append(ForeignKeyConstraint(names, targets, name=f"fk_{name}_{other}"))
    return Table(
        name,
        metadata,
        *columns,
        *constraints,
        sqlite_with_rowid=rowid,
        postgresql_partition_by=partition_by,
    )
