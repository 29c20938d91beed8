"""The store in a SQL database: SQLite for one machine, PostgreSQL for several.

The module decides how a tenant's data is opened, rotated and erased. What a session does is in
the ``sql_…`` modules, how the databases behave in `sqlite` and `postgresql`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from dunning_sdk.errors import StoreError
from dunning_sdk.store.clock import Clock, utc_now
from dunning_sdk.store.context import Context
from dunning_sdk.store.database import Database, Handle, parse_url
from dunning_sdk.store.delivery import Deliveries
from dunning_sdk.store.failure import translated
from dunning_sdk.store.interface import Session, Store
from dunning_sdk.store.keyring import TENANT_OWNER, Keyring
from dunning_sdk.store.migration import upgrade, version
from dunning_sdk.store.schema import HEAD, answers, blobs, records, tenants
from dunning_sdk.store.seal import Master, master_of, new_master
from dunning_sdk.store.sql_agenda import SqlAgenda
from dunning_sdk.store.sql_answers import SqlAnswers
from dunning_sdk.store.sql_deliveries import SqlDeliveries
from dunning_sdk.store.sql_desk import SqlDesk
from dunning_sdk.store.sql_events import SqlEvents
from dunning_sdk.store.sql_followers import SqlFollowers
from dunning_sdk.store.sql_outbox import SqlOutbox
from dunning_sdk.store.sql_projections import SqlProjections
from dunning_sdk.store.sql_records import SqlRecords
from dunning_sdk.store.sql_standings import SqlStandings, SqlStopLists
from dunning_sdk.store.sql_waiting import SqlDerived, SqlWaits


class SqlSession(
    SqlEvents,
    SqlRecords,
    SqlProjections,
    SqlOutbox,
    SqlDeliveries,
    SqlFollowers,
    SqlAnswers,
    SqlDesk,
    SqlStandings,
    SqlStopLists,
    SqlAgenda,
    SqlWaits,
    SqlDerived,
    Session,
):
    """One transaction on one tenant's data."""

    def __init__(self, context: Context) -> None:
        self._context = context


class SqlStore(Store):
    """One tenant's data in a SQL database.

    Args:
        url: ``sqlite:///`` and a path, ``sqlite://`` for memory alone, or ``postgresql://``.
        tenant: Whose data is read and written.
        secret: What the tenant's keys are wrapped by: 32 bytes, their base64, or a passphrase.
        new_secret: Tried where ``secret`` is not the tenant's; empty for none.
        create: Whether a database or tenant that is missing is made.
        clock: Returns the instant of recording.
        password: Of the database's user; never in the URL, which messages may show.

    Raises:
        SchemaVersionError: The database was written by newer code.
        StoreError: It cannot be opened, or the secret is another tenant's.
    """

    def __init__(
        self,
        url: str,
        *,
        tenant: str,
        secret: bytes | str,
        new_secret: bytes | str = "",
        create: bool = True,
        clock: Clock = utc_now,
        password: str = "",
    ) -> None:
        if not tenant:
            raise StoreError("The store needs a tenant", hint="Name it in dunning.toml")
        self.tenant = tenant
        self._clock = clock
        self._database = _database(url, create=create, password=password)
        try:
            with self._database.begin(tenant, lock="schema") as handle:
                _bring_up(self._database, handle, create=create)
                secrets = (secret, new_secret) if new_secret else (secret,)
                self._master = _master(handle, tenant, secrets, create=create, clock=clock)
        except BaseException:
            self._database.close()
            raise

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a transaction: committed when the block ends, rolled back when it raises."""
        with self._database.begin(self.tenant) as handle:
            yield self._session(handle)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads, and waits for no other."""
        with self._database.begin(self.tenant, lock="read") as handle:
            yield self._session(handle)

    @contextmanager
    def queue(self) -> Iterator[Deliveries]:
        """Open a transaction on deliveries alone, which waits for no session."""
        with self._database.begin(self.tenant, lock="none") as handle:
            yield self._session(handle)

    @contextmanager
    def by_columns(self) -> Iterator[Handle]:
        """Open a transaction on the portfolio kept as columns, which waits for no session."""
        with self._database.begin(self.tenant, lock="none") as handle:
            yield handle

    def _session(self, handle: Handle) -> SqlSession:
        keyring = Keyring(handle, self._master)
        return SqlSession(
            Context(tenant=self.tenant, handle=handle, keyring=keyring, now=self._clock)
        )

    def copy_to(self, file: Path) -> None:
        """Copy the whole database, all tenants in it, to a new file while it is in use.

        Raises:
            StoreError: The database is no SQLite file, or the copy cannot be written.
        """
        if not self._database.copy_to(file):
            super().copy_to(file)

    def close(self) -> None:
        """Release the database."""
        self._database.close()

    def drop_key(self, owner: str) -> None:
        """Erase a debtor: drop his key, so that his payloads and records cannot be read again.

        His records and documents are removed as well. Backups made before keep a wrapped key:
        they are erased by rotating the secret and destroying the old one, or with the backup.

        Raises:
            RecordNotFoundError: Nothing was ever sealed for this owner; names the nearest.
        """
        with self._database.begin(self.tenant) as handle:
            Keyring(handle, self._master).drop(owner)
            for table in (records, blobs):
                own = table.c.tenant == self.tenant, table.c.owner == owner
                handle.run(sa.delete(table).where(*own))
            handle.run(sa.delete(answers).where(answers.c.tenant == self.tenant))
        self._database.shrink()

    def rotate(self, secret: bytes | str) -> None:
        """Wrap every key by a new secret, all of them or none; nothing that is sealed changes.

        Stores that are open elsewhere must be opened again with the new secret.

        Raises:
            StoreError: The secret is too short, or the keys cannot be written.
        """
        master = new_master(self.tenant, secret)
        with self._database.begin(self.tenant) as handle:
            Keyring(handle, self._master).rewrap(master)
            own = sa.update(tenants).where(tenants.c.tenant == self.tenant)
            handle.run(own.values(derivation=master.derivation))
        self._master = master
        self._database.shrink()


def _database(url: str, *, create: bool, password: str) -> Database:
    parsed = parse_url(url)
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        from dunning_sdk.store.sqlite import SqliteDatabase

        return SqliteDatabase(parsed, create=create)
    if kind == "postgresql":
        from dunning_sdk.store.postgresql import PostgresDatabase

        return PostgresDatabase(parsed, password=password)
    message = f"The store does not speak {kind}"
    raise StoreError(message, hint="Write sqlite:/// and the path of a file, or postgresql://")


def _bring_up(database: Database, handle: Handle, *, create: bool) -> None:
    with translated(database.label):
        found = version(handle.connection)
        if found is None and not create:
            message = f"The database {database.label} is empty"
            raise StoreError(message, hint="Check the path, or fill it with `dunning init`")
        upgrade(handle.connection, found)
        database.tell_planner(handle.connection, anew=found != HEAD)


def _master(
    handle: Handle, tenant: str, secrets: Sequence[bytes | str], *, create: bool, clock: Clock
) -> Master:
    """Return the tenant's master, made of the first secret that opens his keys."""
    query = sa.select(tenants.c.derivation).where(tenants.c.tenant == tenant)
    row = handle.first(query)
    if row is not None:
        return _opening(handle, tenant, secrets, row.derivation)
    if not create:
        message = f"The database knows no tenant {tenant}"
        raise StoreError(message, hint="Check the name, or make the tenant with `dunning init`")
    master = new_master(tenant, secrets[0])
    handle.insert(tenants, [(tenant, master.derivation, clock().isoformat())])
    Keyring(handle, master).sealing(TENANT_OWNER)
    return master


def _opening(
    handle: Handle, tenant: str, secrets: Sequence[bytes | str], derivation: str
) -> Master:
    problems = []
    for secret in secrets:
        try:
            master = master_of(tenant, secret, derivation)
            Keyring(handle, master).sealing(TENANT_OWNER)
        except StoreError as problem:
            problems.append(problem)
        else:
            return master
    raise problems[0]
