"""Rows by the million in SQLite: sorted tuples into tables without rowid, in one transaction.

The module decides how rows, review days and acts go in and out there. What is alike in every
database is in `ledger`.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from dunning_sdk.bulk.ledger import Ledger
from dunning_sdk.bulk.rows import NUMBERS, Array, Rows, dtype_of, unpacked_sums
from dunning_sdk.store.schema_portfolio import portfolio, portfolio_acts


class SqliteLedger(Ledger):
    """A portfolio in SQLite, whose one writer waits for no other."""

    name: ClassVar[str] = "sqlite"

    def put(self, rows: Rows) -> int:
        """Write rows, new or in place of those with their ids; return how many."""
        columns = [rows.numbers[name].tolist() for name in NUMBERS]
        columns.append(rows.packed_sums())
        tuples = zip([self.tenant] * rows.size, rows.debtor_ids, rows.ids, *columns, strict=True)
        return self.handle.insert(portfolio, sorted(tuples), conflict="replace")

    def read(self, low: str, high: str, *, due_by: int | None = None) -> Rows:
        """Return the rows of a range of debtors, with their ids."""
        bounds: list[object] = [self.tenant, low]
        where = "tenant = ? AND debtor_id >= ?"
        if high:
            where, bounds = f"{where} AND debtor_id < ?", [*bounds, high]
        if due_by is not None:
            where, bounds = f"{where} AND review_on <= ?", [*bounds, due_by]
        # S608: constants of this module
        query = f"SELECT {', '.join(NUMBERS)}, debtor_id, id, sums FROM portfolio WHERE {where}"  # noqa: S608
        with self.handle.driver() as connection:
            found = connection.execute(query, bounds).fetchall()
        columns = list(zip(*found, strict=True)) or [()] * (len(NUMBERS) + 3)
        numbers = {
            name: np.array(values, dtype=dtype_of(name))
            for name, values in zip(NUMBERS, columns[:-3], strict=True)
        }
        sums = unpacked_sums(b"".join(columns[-1]))
        return Rows(numbers=numbers, debtor_ids=columns[-3], ids=columns[-2], sums=sums)

    def named(self, rows: Rows, places: Array) -> tuple[Sequence[str], Sequence[str]]:
        """Return debtor ids and ids of some of the rows read, by their places."""
        wanted = places.tolist()
        return [rows.debtor_ids[one] for one in wanted], [rows.ids[one] for one in wanted]

    def set_review(self, rows: Rows, places: Array, days: Array) -> None:
        """Set when some of the rows read are looked at next."""
        debtor_ids, ids = self.named(rows, places)
        keys = zip(days.tolist(), [self.tenant] * len(ids), debtor_ids, ids, strict=True)
        self.handle.update(portfolio, "review_on", keys)

    def put_acts(self, acts: Sequence[tuple[Any, ...]]) -> int:
        """Keep acts in the order of `ACT_COLUMNS`; return how many were not there before."""
        return self.handle.insert(portfolio_acts, sorted(acts), conflict="keep")

    def guard(self, *, alone: bool) -> None:
        """Do nothing: the write lock was taken as the transaction began."""
