"""PostgreSQL 15 or newer: one database for several processes and machines.

The module decides how a PostgreSQL is opened and locked. A session takes its tenant's advisory
lock first, so that what it reads stays true until it commits, as in SQLite; tenants do not wait
for each other, and claims take no such lock. Every transaction says whose it is, which the
policies of row-level security read. ``synchronous_commit`` is never ``off``, for the reason given
in `sqlite`.
"""

import time
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from dunning_sdk.errors import StoreError
from dunning_sdk.store.database import BUSY_TIMEOUT_SECONDS, Database, Lock
from dunning_sdk.store.failure import translated

VERSION_MIN: Final = 15
TENANT_SETTING: Final = "dunning.tenant"
_USED_AT: Final = "dunning_used_at"
_IDLE_SECONDS: Final = 1.0
# What an erasure leaves dead rows in.
_ERASED: Final = "keys, records, blobs"
_WHOSE: Final = f"SELECT set_config('{TENANT_SETTING}', :tenant, true)"
_ENTER: Final = sa.text(_WHOSE)
_LOCK: Final = sa.text(f"{_WHOSE}, pg_advisory_xact_lock(hashtextextended(:name, 0))")
_READ_ONLY: Final = sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
_SETTINGS: Final = (
    "SELECT set_config('lock_timeout', %s, false)",
    "SELECT set_config('synchronous_commit', 'on', false) WHERE %s <> '' "
    "AND current_setting('synchronous_commit') = 'off'",
)


class PostgresDatabase(Database):
    """A PostgreSQL database.

    Args:
        url: ``postgresql://USER@HOST:PORT/DATABASE``, with libpq's options behind ``?``, and
            ``timeout``, the seconds to wait for a lock.
        password: For the user; where empty, libpq looks where it always does (``PGPASSWORD``,
            ``PGPASSFILE``, ``~/.pgpass``).

    Raises:
        StoreError: psycopg is not installed, or the timeout is no number.
    """

    def __init__(self, url: URL, *, password: str = "") -> None:
        super().__init__()
        query = dict(url.query)
        wait = _milliseconds(query.pop("timeout", str(BUSY_TIMEOUT_SECONDS)))
        address = url.set(drivername="postgresql+psycopg", query=query)
        place = address.host or query.get("host") or "this machine"
        self.label = f"{address.database or 'of its user'} at {place}"
        try:
            self.engine = sa.create_engine(
                address.set(password=password) if password else address,
                hide_parameters=True,
                isolation_level="READ COMMITTED",
                paramstyle="format",
            )
        except (ModuleNotFoundError, NoSuchModuleError) as exc:
            message = "A store in PostgreSQL needs psycopg"
            hint = "Run `pip install 'dunning-sdk[postgresql]'`"
            raise StoreError(message, hint=hint) from exc

        def configure(connection: Any, _: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a driver's
            with connection.cursor() as cursor:
                for statement in _SETTINGS:
                    cursor.execute(statement, (wait,))
            connection.commit()

        sa.event.listen(self.engine, "connect", configure)
        sa.event.listen(self.engine, "checkin", _note_use)
        sa.event.listen(self.engine, "checkout", _check_idle)

    def _enter(self, connection: sa.Connection, tenant: str, lock: Lock) -> None:
        """Say whose transaction it is, and wait for its lock.

        Raises:
            StoreError: The server is older than any this was tried with.
        """
        version = int((connection.dialect.server_version_info or (0,))[0])
        if version < VERSION_MIN:
            message = f"PostgreSQL {version} is too old for the store"
            raise StoreError(message, hint=f"Use PostgreSQL {VERSION_MIN} or newer")
        if lock == "read":
            connection.execute(_READ_ONLY)
        if lock in ("none", "read"):
            connection.execute(_ENTER, {"tenant": tenant})
        else:
            name = f"dunning {lock} {tenant if lock == 'tenant' else ''}"
            connection.execute(_LOCK, {"tenant": tenant, "name": name})

    def shrink(self) -> None:
        """Remove dead rows; what the server's own log and backups hold is the server's to drop."""
        with translated(self.label), self.engine.connect() as connection:
            own = connection.execution_options(isolation_level="AUTOCOMMIT")
            own.exec_driver_sql(f"VACUUM {_ERASED}")


def _note_use(_: object, entry: ConnectionPoolEntry) -> None:
    entry.info[_USED_AT] = time.monotonic()


def _check_idle(connection: Any, entry: ConnectionPoolEntry, _: object) -> None:  # noqa: ANN401
    """Try a connection that was idle for a while: its server may have gone in between.

    Raises:
        DisconnectionError: It is dead; the pool opens another.
    """
    idle = time.monotonic() - entry.info.get(_USED_AT, time.monotonic())
    if idle < _IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1").close()
        connection.rollback()
    except Exception as exc:
        raise DisconnectionError from exc


def _milliseconds(seconds: str | tuple[str, ...]) -> str:
    try:
        return f"{max(1, int(float(str(seconds)) * 1000))}ms"
    except ValueError:
        message = "The timeout in the store's URL is not a number of seconds"
        raise StoreError(message, hint="Write ?timeout=10") from None
