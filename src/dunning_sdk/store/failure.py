"""Foreign exceptions stop here: each becomes a `StoreError` that says what to do.

The module decides the words for what SQLAlchemy, sqlite3, psycopg and Alembic raise. No message
repeats a statement or its values, since those may be somebody's data.
"""

import sqlite3
import sys
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
# By SQLSTATE, or by its first two signs, which are its class (PostgreSQL, appendix A).
POSTGRES_FAULTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "": (
            "cannot be reached",
            "Check that its server runs, and host, port, database, user and password",
        ),
        "08": (
            "cannot be reached",
            "Check the network and the server; nothing of this transaction was kept",
        ),
        "22": ("refuses a value", "Check where the input comes from"),
        "23": (
            "refuses a row that does not fit those it has",
            "Another process may have written it first: begin again",
        ),
        "28": (
            "does not let this user in",
            "Check the user and its password, and the server's pg_hba.conf",
        ),
        "3D": ("does not exist", "Make it with `createdb`, or correct the URL"),
        "40": ("ended the transaction for the sake of another", "Begin again"),
        "42501": (
            "does not allow this user to do that",
            "Grant it the right, or use the user that owns the tables",
        ),
        "53100": (
            "cannot grow: the disk is full",
            "Free some space and try again; nothing of this transaction was kept",
        ),
        "53300": ("has too many connections", "Use fewer workers, or raise max_connections"),
        "55P03": (
            "is locked by another process",
            "Wait until it has finished, or end it; then try again",
        ),
        "57": ("ended the connection", "Wait until the server is back, then begin again"),
        "58": (
            "cannot be read or written: its server reports an error",
            "Look into the server's log, then run `dunning doctor`",
        ),
        "XX": ("is damaged", "Restore it from the latest backup and run `dunning doctor`"),
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

    psycopg = sys.modules.get("psycopg")
    driver = () if psycopg is None else (psycopg.Error,)
    return SQLAlchemyError, sqlite3.Error, CommandError, *driver


def failure(exc: Exception, label: str) -> StoreError:
    """Return the error to raise instead of a foreign one.

    Args:
        exc: What SQLAlchemy, sqlite3, psycopg or Alembic raised.
        label: What to call the database.
    """
    origin = exc.orig if isinstance(exc, DBAPIError) and exc.orig is not None else exc
    code = getattr(origin, "sqlite_errorcode", None)
    if code is not None:
        what, hint = SQLITE_FAULTS.get(code & 0xFF, _OTHERWISE)
        name = getattr(origin, "sqlite_errorname", "SQLITE_ERROR")
        return StoreError(f"The database {label} {what} ({name})", hint=hint)
    if hasattr(origin, "sqlstate"):
        return _of_postgres(exc, origin, label)
    what, hint = _OTHERWISE
    return StoreError(f"The database {label} {what}: {type(origin).__name__}", hint=hint)


def _of_postgres(exc: Exception, origin: BaseException, label: str) -> StoreError:
    """Return the error for a SQLSTATE; the server's words are cut off, for they repeat values."""
    state = str(getattr(origin, "sqlstate", None) or "")
    lost = getattr(exc, "connection_invalidated", False)
    found = POSTGRES_FAULTS.get(state) if state or lost or _is_operational(origin) else None
    what, hint = found or POSTGRES_FAULTS.get(state[:2] or "none", _OTHERWISE)
    name = f"{type(origin).__name__} {state}".strip()
    for each in (exc, origin):
        each.args = (name,)
    return StoreError(f"The database {label} {what} ({name})", hint=hint)


def _is_operational(origin: BaseException) -> bool:
    return type(origin).__name__ in ("OperationalError", "ConnectionTimeout")
