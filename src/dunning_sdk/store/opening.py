"""Open a store by its URL; nothing heavy is imported before that.

The module decides which kind of store a URL names.
"""

from dunning_sdk.store.interface import Store


def open_store(
    url: str,
    *,
    tenant: str,
    secret: bytes | str,
    new_secret: bytes | str = "",
    create: bool = True,
    password: str = "",
) -> Store:
    """Open the store a URL names.

    Args:
        url: ``sqlite:///`` and a path (``?timeout=`` seconds to wait for a lock, 10 unless
            given), ``postgresql://USER@HOST/DATABASE`` with the same ``timeout``, ``sqlite://`` for
            SQLite in memory, or ``memory://`` for the test double.
        tenant: Whose data is read and written.
        secret: What personal data is protected by: 32 random bytes, their base64, or a
            passphrase of at least 12 characters. The test double protects nothing.
        new_secret: Tried where ``secret`` is not the tenant's, as while it is being changed;
            empty for none.
        create: Whether a database or tenant that is missing is made; a PostgreSQL database is
            always made beforehand, by its owner.
        password: Of the PostgreSQL user; libpq looks where it always does where it is empty.

    Raises:
        SchemaVersionError: The database was written by newer code.
        StoreError: It cannot be opened, or the secret is not this tenant's.
    """
    if url == "memory://":
        from dunning_sdk.store.memory import MemoryStore

        return MemoryStore(tenant)
    from dunning_sdk.store.sql import SqlStore

    return SqlStore(
        url,
        tenant=tenant,
        secret=secret,
        new_secret=new_secret,
        create=create,
        password=password,
    )
