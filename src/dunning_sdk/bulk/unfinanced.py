"""Made-up receivables that nobody finances yet, with what a decision on financing reads of them.

Decides, for blocks as `generator` makes them, who covers a debtor and up to what, what he signed,
and how an invoice's total is made up of VAT. The same seed gives the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np

from dunning_sdk.bulk.generator import Block
from dunning_sdk.bulk.rows import Array
from dunning_sdk.portfolio.column import Column, Kind, number_of
from dunning_sdk.portfolio.columns import Items

_LIMITS: Final = np.array([2_000_00, 5_000_00, 10_000_00, 50_000_00], dtype=np.int64)
_RATES: Final = np.array([2000, 2000, 2000, 1000, 550], dtype=np.int64)
_UNIT: Final = 10_000
"""Rates are percents of two decimals."""


def unfinanced(blocks: Iterable[Block], *, seed: int, as_of: date) -> Iterator[Block]:
    """Yield blocks of receivables of which none is financed.

    Args:
        blocks: As `generator.blocks` makes them.
        seed: The same gives the same.
        as_of: The day.
    """
    for number, block in enumerate(blocks):
        bits = np.random.Philox(key=seed, counter=[0, 0, 1, number])
        size = block.columns.size
        lots = np.frombuffer(bits.random_raw(2 * size).tobytes(), dtype=np.uint32).reshape(4, size)
        _, first, debtor = np.unique(block.debtor_ids, return_index=True, return_inverse=True)
        columns = block.columns
        added = _of_rows(lots[0], size) | _of_debtors(lots[1:, first][:, debtor], number_of(as_of))
        vat = _vat(columns["receivable.amount"].values, _RATES[lots[1] % len(_RATES)])
        columns = replace(
            columns, columns={**columns.columns, **added}, items={**columns.items, "vat": vat}
        )
        yield replace(block, columns=columns)


def _of_rows(lots: Array, size: int) -> dict[str, Column]:
    """Return what was agreed on each invoice, and that nobody finances it."""
    at = lots % np.uint32(1000)
    flags = {
        "receivable.is_financed": np.zeros(size, dtype=np.bool_),
        "quote.is_signed": at >= 50,
        "quote.terms_allow_financing": at >= 20,
        "quote.changed_by_debtor": at % 64 == 63,
    }
    found = {name: Column.of(Kind.FLAG, values) for name, values in flags.items()}
    recorded_by = Column.constant(Kind.TEXT, "platform", size)
    return found | {"quote.change_recorded_by": recorded_by}


def _of_debtors(lots: Array, as_of: int) -> dict[str, Column]:
    """Return what the financier says of each debtor, some weeks ago at most."""
    limit = _LIMITS[lots[0] % len(_LIMITS)]
    is_covered = lots[1] % np.uint32(100) < 92
    left = limit * (lots[2] % np.uint32(9)).astype(np.int64) // 8
    reported_on = as_of - (lots[1] >> np.uint32(16)).astype(np.int64) % 34
    return {
        "debtor.is_eligible": Column.of(Kind.FLAG, is_covered),
        "credit_line.limit": Column.of(Kind.MONEY, np.where(is_covered, limit, 0)),
        "credit_line.available": Column.of(Kind.MONEY, np.where(is_covered, left, 0)),
        "cover.reported_on": Column.of(Kind.DAY, reported_on.astype(np.int32)),
    }


def _vat(total: Array, rate: Array) -> Items:
    """Return a VAT breakdown that adds up to each total; what one rate misses bears no VAT."""
    taxable = total * _UNIT // (_UNIT + rate)
    vat = (2 * taxable * rate + _UNIT) // (2 * _UNIT)
    free = total - taxable - vat
    taxable, vat, free = np.where(free < 0, (taxable - 1, vat, free + 1), (taxable, vat, free))
    missed = (free > 0).astype(np.int64)
    offsets = np.concatenate(([0], np.cumsum(1 + missed)))
    whole, last = offsets[:-1], offsets[1:][missed > 0] - 1
    columns = {name: np.zeros(offsets[-1], dtype=np.int64) for name in ("rate", "taxable", "vat")}
    columns["rate"][whole], columns["vat"][whole] = rate, vat
    columns["taxable"][whole], columns["taxable"][last] = taxable, free[missed > 0]
    category = np.zeros(offsets[-1], dtype=np.int32)
    category[last] = 1
    return Items(
        offsets=offsets,
        columns={
            "category": Column.of(Kind.TEXT, category, words=("S", "Z")),
            "rate": Column.of(Kind.NUMBER, columns["rate"], scale=2),
            "taxable": Column.of(Kind.MONEY, columns["taxable"]),
            "vat": Column.of(Kind.MONEY, columns["vat"]),
        },
    )
