"""What the parts of a SQL session share."""

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from dunning_sdk.store.clock import Clock
from dunning_sdk.store.database import Handle
from dunning_sdk.store.keyring import Keyring

# Ids looked at on each side of an unknown one: enough for a slip, and quick in any portfolio.
NEIGHBORS_MAX: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One transaction of one tenant.

    Attributes:
        tenant: Part of the key of every row read or written.
        handle: Where statements go.
        keyring: The tenant's keys.
        now: Returns the aware UTC instant of recording.
    """

    tenant: str
    handle: Handle
    keyring: Keyring
    now: Clock

    def own(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """Return the condition every query has: rows of this tenant alone."""
        return table.c.tenant == self.tenant

    def neighbors(self, column: sa.Column[str], id: str) -> list[str]:
        """Return ids of this tenant that stand next to one in order, on both sides.

        Args:
            column: The id's column.
            id: The id, which need not exist.
        """
        own = sa.select(column).where(column.table.c.tenant == self.tenant)
        before = own.where(column < id).order_by(column.desc()).limit(NEIGHBORS_MAX)
        after = own.where(column > id).order_by(column).limit(NEIGHBORS_MAX)
        return [found for query in (before, after) for (found,) in self.handle.rows(query)]

    def beginning(self, column: sa.Column[str], prefix: str) -> list[str]:
        """Return ids of this tenant that begin with a text.

        Args:
            column: The id's column.
            prefix: The beginning of an id; the empty text begins none.
        """
        end = prefix + "\U0010ffff"
        own = sa.select(column).where(column.table.c.tenant == self.tenant)
        query = own.where(column >= prefix, column < end).order_by(column).limit(NEIGHBORS_MAX)
        return [id for (id,) in self.handle.rows(query)] if prefix else []
