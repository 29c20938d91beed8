"""A portfolio kept as columns in the store's database: rows, what they share, runs, chunks, acts.

One `Ledger` is one transaction. The module decides what every database does alike; how rows by the
million go in and out is decided in `in_postgresql` and `in_sqlite`.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Final

import numpy as np
import sqlalchemy as sa

from dunning_sdk.bulk.drafting import Draft
from dunning_sdk.bulk.rows import KINDS, Array, Rows
from dunning_sdk.errors import StoreError
from dunning_sdk.store.database import Handle, chunks
from dunning_sdk.store.interface import Store
from dunning_sdk.store.schema_portfolio import portfolio, portfolio_acts, portfolio_shared
from dunning_sdk.store.sql import SqlStore

ODD_IDS: Final = "odd-ids"
"""Kind of entry that is there where some id is more than plain letters, digits and signs."""
_IS_PLAIN: Final = re.compile(r"[ !#-\[\]-~]*").fullmatch
ACT_COLUMNS: Final = tuple(column.name for column in portfolio_acts.c)


class Ledger(ABC):
    """One transaction on one tenant's portfolio.

    Args:
        handle: Open transaction.
        tenant: Whose rows.
    """

    name: ClassVar[str]

    def __init__(self, handle: Handle, tenant: str) -> None:
        self.handle = handle
        self.tenant = tenant

    # rows ---------------------------------------------------------------------------------
    @abstractmethod
    def put(self, rows: Rows) -> int:
        """Write rows, new or in place of those with their ids; return how many."""

    @abstractmethod
    def read(self, low: str, high: str, *, due_by: int | None = None) -> Rows:
        """Return the rows of a range of debtors.

        Args:
            low: First debtor id; empty for the first of all.
            high: First debtor id not read; empty for none.
            due_by: Only rows to be looked at by this day number; ``None`` for all.
        """

    @abstractmethod
    def named(self, rows: Rows, places: Array) -> tuple[Sequence[str], Sequence[str]]:
        """Return debtor ids and ids of some of the rows read, by their places."""

    @abstractmethod
    def set_review(self, rows: Rows, places: Array, days: Array) -> None:
        """Set when some of the rows read are looked at next."""

    @abstractmethod
    def put_acts(self, acts: Sequence[tuple[Any, ...]]) -> int:
        """Keep acts in the order of `ACT_COLUMNS`; return how many were not there before."""

    @abstractmethod
    def guard(self, *, alone: bool) -> None:
        """Keep writers of rows out while others read them, until the transaction ends."""

    def bounds(self, size: int, *, due_by: int | None = None) -> list[str]:
        """Return the debtors at which chunks of about a size begin; the first is empty.

        Args:
            size: Rows of a chunk; those of one debtor are never cut apart.
            due_by: Count only rows to be looked at by this day number.
        """
        found, begin = [""], ""
        column = portfolio.c.debtor_id
        while True:
            query = sa.select(column).where(portfolio.c.tenant == self.tenant, column >= begin)
            if due_by is not None:
                query = query.where(portfolio.c.review_on <= due_by)
            row = self.handle.first(query.order_by(column).offset(size).limit(1))
            if row is None:
                return found
            if row[0] == begin:  # one debtor fills a chunk: go on behind him
                row = self.handle.first(query.where(column > begin).order_by(column).limit(1))
                if row is None:
                    return found
            begin = str(row[0])
            found.append(begin)

    def count(self, *, due_by: int | None = None) -> int:
        """Return the number of rows: all of them, or those to be looked at by a day number."""
        query = sa.select(sa.func.count()).where(portfolio.c.tenant == self.tenant)
        if due_by is not None:
            query = query.where(portfolio.c.review_on <= due_by)
        return int(self.handle.first(query.select_from(portfolio))[0])

    def remove(self, ids_by_debtor: Mapping[str, Iterable[str]]) -> int:
        """Remove rows, as of receivables that were settled long ago; return how many."""
        removed = 0
        for debtor_id, ids in ids_by_debtor.items():
            for some in chunks(ids):
                own = (portfolio.c.tenant == self.tenant, portfolio.c.debtor_id == debtor_id)
                gone = sa.delete(portfolio).where(*own, portfolio.c.id.in_(some))
                removed += self.handle.run(gone)
        return removed

    # what rows share ----------------------------------------------------------------------
    def keep(self, draft: Draft) -> Rows:
        """Return drafted rows with the numbers of their entries; new entries are kept.

        That an id is not plain is kept as well: SQL would write such ids otherwise in JSON.
        """
        if not all(map(_IS_PLAIN, draft.rows.ids)):
            self._numbers(ODD_IDS, [(ODD_IDS, "{}")])
        return draft.numbered({kind: self._numbers(kind, draft.entries[kind]) for kind in KINDS})

    def entries(self, kind: str, *, after: int = -1) -> list[str]:
        """Return the texts of the entries of one kind, by number, those behind a number."""
        table = portfolio_shared
        own = (table.c.tenant == self.tenant, table.c.kind == kind, table.c.number > after)
        rows = self.handle.rows(sa.select(table.c.content).where(*own).order_by(table.c.number))
        return [content for (content,) in rows]

    def _numbers(self, kind: str, entries: Sequence[tuple[str, str]]) -> Array:
        table = portfolio_shared
        own = (table.c.tenant == self.tenant, table.c.kind == kind)
        known: dict[str, int] = {}
        for some in chunks(digest for digest, _ in entries):
            query = sa.select(table.c.digest, table.c.number).where(*own, table.c.digest.in_(some))
            known.update({digest: number for digest, number in self.handle.rows(query)})
        texts = {digest: text for digest, text in entries if digest not in known}
        last = self.handle.first(sa.select(sa.func.max(table.c.number)).where(*own))[0]
        begin = 0 if last is None else last + 1
        new = [(digest, begin + place) for place, digest in enumerate(texts)]
        self.handle.insert(
            table, [(self.tenant, kind, number, digest, texts[digest]) for digest, number in new]
        )
        known.update(new)
        return np.array([known[digest] for digest, _ in entries], dtype=np.int32)


@contextmanager
def opened(store: Store) -> Iterator[Ledger]:
    """Open one transaction on the portfolio of a store's tenant.

    Raises:
        StoreError: The store is the test double, or the database cannot be reached.
    """
    if not isinstance(store, SqlStore):
        message = "A portfolio of columns needs SQLite or PostgreSQL"
        raise StoreError(message, hint="Write sqlite:/// and a path, or postgresql://, in [store]")
    with store.by_columns() as handle:
        if handle.connection.dialect.name == "postgresql":
            from dunning_sdk.bulk.in_postgresql import PostgresLedger

            yield PostgresLedger(handle, store.tenant)
        else:
            from dunning_sdk.bulk.in_sqlite import SqliteLedger

            yield SqliteLedger(handle, store.tenant)
