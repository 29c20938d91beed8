"""Foreign exceptions stop here: each becomes a `StoreError` that says what to do.

The module decides the words for what SQLAlchemy, sqlite3 and Alembic raise. No message repeats a
statement or its values, since those may be somebody's data.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dunning_sdk.errors import StoreError

# By primary result code: SQLite's extended codes carry it in their lowest byte.
SQLITE_FAULTS: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        sqlite3.SQLITE_BUSY: (
            "is locked by another process",
            "Wait until it has finished, or end it; then try again",
        ),
        sqlite3.SQLITE_LOCKED: (
            "is locked by another part of this process",
            "End the transaction that is open before beginning the next one",
        ),
        sqlite3.SQLITE_FULL: (
            "cannot grow: the disk is full",
            "Free some space and try again; nothing of this transaction was kept",
        ),
        sqlite3.SQLITE_CORRUPT: (
            "is damaged",
            "Restore it from the latest backup and run `dunning doctor`",
        ),
        sqlite3.SQLITE_NOTADB: (
            "is not a database",
            "Check the path: the file belongs to something else, or was overwritten",
        ),
        sqlite3.SQLITE_READONLY: (
            "is read-only",
            "Allow this user to write to the file and to its folder",
        ),
        sqlite3.SQLITE_CANTOPEN: (
            "cannot be opened",
            "Make its folder, and allow this user to read and write there",
        ),
        sqlite3.SQLITE_PERM: (
            "may not be opened by this user",
            "Allow this user to read and write the file and its folder",
        ),
        sqlite3.SQLITE_IOERR: (
            "cannot be read or written: the disk reports an error",
            "Check the disk and the network folder it may lie on, then run `dunning doctor`",
        ),
        sqlite3.SQLITE_CONSTRAINT: (
            "refuses a row that does not fit those it has",
            "Another process may have written it first: begin again",
        ),
        sqlite3.SQLITE_TOOBIG: (
            "refuses a text or document that is too large",
            "Keep documents below 1 GB",
        ),
    }
)
_OTHERWISE: Final = ("failed", "Run `dunning doctor`")


@contextmanager
def translated(label: str) -> Iterator[None]:
    """Turn what a database raises inside the block into a `StoreError`.

    Args:
        label: What to call the database in messages: its path, without credentials.
    """
    try:
        yield
    except _foreign() as exc:
        raise failure(exc, label) from exc
    except (UnicodeEncodeError, OverflowError) as exc:
        message = "An id for the store is not Unicode, or a number does not fit 64 bits"
        raise StoreError(message, hint="Check where the input comes from") from exc


def _foreign() -> tuple[type[Exception], ...]:
    """Return what is translated; Alembic is imported only where something failed."""
    from alembic.util.exc import CommandError

    return SQLAlchemyError, sqlite3.Error, CommandError


def failure(exc: Exception, label: str) -> StoreError:
    """Return the error to raise instead of a foreign one.

    Args:
        exc: What SQLAlchemy, sqlite3 or Alembic raised.
        label: What to call the database.
    """
    origin = exc.orig if isinstance(exc, DBAPIError) else exc
    code = getattr(origin, "sqlite_errorcode", None)
    if code is None:
        what, hint = _OTHERWISE
        return StoreError(f"The database {label} {what}: {type(origin).__name__}", hint=hint)
    what, hint = SQLITE_FAULTS.get(code & 0xFF, _OTHERWISE)
    name = getattr(origin, "sqlite_errorname", "SQLITE_ERROR")
    return StoreError(f"The database {label} {what} ({name})", hint=hint)
