"""Columns into the stored portfolio: drafted, numbered, decided once for their review days, kept.

A host that keeps its own ledger loads what changed of it, as columns; a row that is there already
is replaced. Rows are to be looked at from the day they are loaded for, unless they are decided on
the way in, which spares the first run from writing every row again.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from dunning_sdk.bulk.chunk import completed
from dunning_sdk.bulk.drafting import drafted
from dunning_sdk.bulk.generator import Block
from dunning_sdk.bulk.ledger import opened
from dunning_sdk.engine.engine import Engine
from dunning_sdk.portfolio.column import Column, number_of
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.schema import schema_of


def load(
    engine: Engine,
    columns: Columns,
    *,
    debtor_ids: Sequence[str],
    ids: Sequence[str],
    as_of: date,
    books: Column | None = None,
) -> int:
    """Load receivables into the portfolio, new or in place of those with their ids.

    Args:
        engine: Whose store.
        columns: As the books read them; more than they read is kept.
        debtor_ids: Who owes, one per row.
        ids: Of the receivables, one per row.
        as_of: Day from which they are looked at.
        books: Hash of the book each stays on; empty, as without it, for the configured one.

    Returns:
        Rows written.

    Raises:
        FactTypeError: A column has another kind than its fact, or another length.
        MissingFactError: A column that a configured book reads is not given.
        StoreError: The store keeps no portfolios, or cannot be reached.
    """
    for name in engine.config.books:
        schema = schema_of(engine.library.load(name))
        schema.check(completed(columns, schema))
    review_on = np.full(columns.size, number_of(as_of), dtype=np.int32)
    draft = drafted(columns, debtor_ids=debtor_ids, ids=ids, review_on=review_on, books=books)
    with opened(engine.store) as ledger:
        ledger.guard(alone=True)
        return ledger.put(ledger.keep(draft))


def load_blocks(engine: Engine, blocks: Iterable[Block], *, as_of: date) -> int:
    """Load blocks one after the other, each in a transaction of its own; return the rows."""
    return sum(
        load(engine, one.columns, debtor_ids=one.debtor_ids, ids=one.ids, as_of=as_of)
        for one in blocks
    )
