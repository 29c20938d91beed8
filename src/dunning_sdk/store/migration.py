"""The version of a database's schema: read when it is opened, raised where it is older.

The module decides when a database is upgraded and when it is refused. What each version holds is
in the revisions beside it. Alembic is imported only where there is something to do.
"""

from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from typing import Final

from sqlalchemy import Connection, inspect, text

from dunning_sdk.errors import SchemaVersionError, StoreError
from dunning_sdk.store.schema import HEAD, VERSION_TABLE

_FOLDER: Final = files("dunning_sdk.store") / "migrations"
_READ: Final = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - a constant


def version(connection: Connection) -> str | None:
    """Return the version of a database's schema; ``None`` while it is empty.

    Raises:
        StoreError: The database holds tables and none of them is ours.
    """
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE in tables:
        found: str | None = connection.scalar(_READ)
        return found
    if tables:
        raise StoreError(
            "The database belongs to another program: it holds tables and no schema version",
            hint="Give the path of a new file",
        )
    return None


def upgrade(
    connection: Connection,
    found: str | None,
    *,
    target: str = HEAD,
    folder: Traversable = _FOLDER,
) -> None:
    """Bring a database's schema up to this code's version, inside the open transaction.

    Args:
        connection: Where the transaction is open.
        found: What `version` returned.
        target: Version to stop at.
        folder: Alembic's folder: how revisions are run, and the revisions.

    Raises:
        SchemaVersionError: The database was written by newer code.
    """
    if found == target:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    with as_file(folder) as path:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(path).replace("%", "%%"))
        known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
        if found is not None and found not in known:
            raise SchemaVersionError(
                f"The database has schema {found}; this release knows schemas up to {HEAD}",
                hint="Install the release that wrote it, or a later one",
            )
        command.upgrade(config, target)
