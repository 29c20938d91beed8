"""The statements that are run most, with a parameter for each value, so that one text does.

The module decides what they say in each database; `database` keeps their texts and runs them.
"""

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Conflict: TypeAlias = Literal["fail", "keep", "replace"]


def insert(table: sa.Table, conflict: Conflict, dialect: str) -> sa.Insert:
    """Return what adds rows, in the words of a dialect."""
    speaks = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = speaks(table)
    keys = [column.name for column in table.primary_key]
    if conflict == "keep":
        return statement.on_conflict_do_nothing(index_elements=keys)
    if conflict == "replace":
        others = [column.name for column in table.c if column.name not in keys]
        changed = {name: statement.excluded[name] for name in others}
        return statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return statement


def look_up(
    table: sa.Table,
    columns: tuple[str, ...],
    order: tuple[str, ...],
    equal: tuple[str, ...],
    *,
    lock: bool,
) -> sa.Select[Any]:
    """Return what reads rows by the values of some columns."""
    wanted = columns or tuple(column.name for column in table.c)
    found = sa.select(*(table.c[name] for name in wanted)).where(*_equal_to(table, equal))
    found = found.order_by(*(table.c[name] for name in order))
    return found.with_for_update() if lock else found


def change(table: sa.Table, values: tuple[str, ...], equal: tuple[str, ...]) -> sa.Update:
    """Return what sets some columns of rows by the values of others."""
    new: list[tuple[str, Any]] = [(name, sa.bindparam(f"new_{name}")) for name in values]
    return sa.update(table).where(*_equal_to(table, equal)).ordered_values(*new)


def _equal_to(table: sa.Table, names: Iterable[str]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == sa.bindparam(f"is_{name}") for name in names]


def update(table: sa.Table, column: str) -> sa.Update:
    """Return what sets one column of rows by their keys."""
    keys = [key == sa.bindparam(f"key_{key.name}") for key in table.primary_key]
    return sa.update(table).where(*keys).values({column: sa.bindparam("new")})


def delete(table: sa.Table, equal: tuple[str, ...]) -> sa.Delete:
    """Return what removes rows by the values of some columns."""
    return sa.delete(table).where(*_equal_to(table, equal))
