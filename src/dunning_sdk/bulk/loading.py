"""Columns into the stored portfolio: checked, drafted, decided once for their review days, kept.

A host that keeps its own ledger loads what changed of it, as columns; a row that is there already
is replaced. Rows are decided on the way in, so that each is looked at when its day comes and the
first run does not have to write them all again.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from dunning_sdk.bulk import running
from dunning_sdk.bulk.deciding import completed
from dunning_sdk.bulk.drafting import drafted
from dunning_sdk.bulk.generator import Block
from dunning_sdk.bulk.ledger import opened
from dunning_sdk.bulk.rows import Array
from dunning_sdk.engine.engine import Engine
from dunning_sdk.portfolio.column import Column, number_of
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.evaluate import evaluate


class Loader:
    """Loads receivables into the portfolio of an engine's tenant.

    Args:
        engine: Whose books, law and store.
        as_of: Day the columns are about.
    """

    def __init__(self, engine: Engine, as_of: date) -> None:
        self._engine = engine
        self._as_of = as_of
        books = [engine.library.load(name) for name in engine.config.books]
        self._books = running.compiled_books(engine, books, as_of)
        self._known_on = running.payments_known_on(engine)

    def load(
        self,
        columns: Columns,
        *,
        debtor_ids: Sequence[str],
        ids: Sequence[str],
        books: Column | None = None,
    ) -> int:
        """Load receivables, new or in place of those with their ids, in one transaction.

        Args:
            columns: As the books read them; more than they read is kept.
            debtor_ids: Who owes, one per row.
            ids: Of the receivables, one per row.
            books: Hash of the book each stays on; empty, as without it, for the configured one.

        Returns:
            Rows written.

        Raises:
            FactTypeError: A column has another kind than its fact, or another length.
            MissingFactError: A column that a configured book reads is not given.
            StoreError: The store keeps no portfolios, or cannot be reached.
        """
        for book in self._books:
            book.schema.check(completed(columns, book.schema))
        review_on = self._review_on(columns, books)
        draft = drafted(columns, debtor_ids=debtor_ids, ids=ids, review_on=review_on, books=books)
        with opened(self._engine.store) as ledger:
            ledger.guard(alone=True)
            return ledger.put(ledger.keep(draft))

    def load_blocks(self, blocks: Iterable[Block]) -> int:
        """Load blocks one after the other, each in a transaction of its own; return the rows."""
        return sum(self.load(one.columns, debtor_ids=one.debtor_ids, ids=one.ids) for one in blocks)

    def _review_on(self, columns: Columns, books: Column | None) -> Array:
        """Return when each row is looked at next: by its book, or at once where it stays on one."""
        if books is not None:
            return np.full(columns.size, number_of(self._as_of), dtype=np.int32)
        found = np.zeros(columns.size, dtype=np.int32)
        financed = columns["receivable.is_financed"].values
        for place, book in enumerate(self._books):
            is_last = place == len(self._books) - 1
            rows = np.flatnonzero(financed == is_last) if len(self._books) > 1 else None
            some = columns if rows is None else columns.take(rows)
            outcome = evaluate(
                book,
                completed(some, book.schema),
                as_of=self._as_of,
                payments_known_on=self._known_on,
            )
            found[slice(None) if rows is None else rows] = outcome["review_on"]
        return found
