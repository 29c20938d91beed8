"""Let stores of the tests open, and commands start, in milliseconds: that was most of many tests.

A passphrase is stretched by the cheapest settings instead of those of `seal.SCRYPT`; a store keeps
its settings, so that a program started by a test opens it as fast. An empty SQLite database gets at
once the tables that the revisions made of the first one of this process. The tree of commands is
built once in a process, as it is for a user.
"""

from functools import cache

import typer.main

from dunning_sdk.store import migration, seal, sql
from dunning_sdk.store.schema import HEAD, VERSION_TABLE

SCRYPT = seal.SCRYPT
CHEAP = (2, 1, 1)
TABLES = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"


class Tables:
    """What makes an empty SQLite database a store, once it is known."""

    def __init__(self):
        self._known = ()

    def upgrade(self, connection, found):
        """Do what `migration.upgrade` does."""
        if found is not None or connection.dialect.name != "sqlite":
            migration.upgrade(connection, found)
        elif self._known:
            for statement in self._known:
                connection.exec_driver_sql(statement)
        else:
            migration.upgrade(connection, found)
            made = connection.exec_driver_sql(f"{TABLES} ORDER BY rowid")
            version = f"INSERT INTO {VERSION_TABLE} VALUES ('{HEAD}')"  # noqa: S608 - constants
            self._known = (*(statement for (statement,) in made), version)


def begin(patch):
    """Have the stores of this process open quickly, and its commands, as long as a patch holds."""
    patch.setattr(typer.main, "get_command", cache(typer.main.get_command))
    patch.setattr(seal, "SCRYPT", CHEAP)
    patch.setattr(sql, "upgrade", Tables().upgrade)
