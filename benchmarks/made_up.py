"""Make up columns of receivables under the shipped fast-payment book, seeded, millions at a time.

What a nightly run meets: most are not due or were written to on the planned days, some are paid,
some are stopped, partly paid, not reachable, of consumers, or under other contracts.
"""

from datetime import date

import numpy as np

from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.column import Array, Column, Kind, number_of
from dunning_sdk.portfolio.columns import Columns, Items

AS_OF = date(2026, 7, 14)
OFFSETS = (-7, 0, 4, 8, 20, 30)
STEPS = ("before-due", "due-today", "overdue-first", "overdue-second", "formal-notice", "placement")


def made_up(compiled: CompiledBook, seed: int, size: int) -> Columns:
    """Return columns for a compiled fast-payment book."""
    random = np.random.default_rng(seed)
    as_of = number_of(AS_OF)
    due_on = (as_of - _days_overdue(random, size)).astype(np.int32)
    issued_on = np.minimum(due_on - random.choice([30, 45, 60], size), as_of - 1).astype(np.int32)
    amount = random.integers(50_00, 50_000_00, size, dtype=np.int64)
    paid = random.random(size)
    part = np.where(paid > 0.97, amount // 3, 0)
    open_minor = np.where(paid < 0.05, 0, amount - part)
    given: dict[str, Column] = {
        "currency": Column.constant(Kind.TEXT, "EUR", size),
        "receivable.kind": _words(random, size, ("part", "invoice"), (0.9, 0.1)),
        "receivable.amount": Column.of(Kind.MONEY, amount),
        "receivable.open_amount": Column.of(Kind.MONEY, open_minor),
        "receivable.issued_on": Column.of(Kind.DAY, issued_on),
        "receivable.due_on": Column.of(Kind.DAY, due_on),
        "receivable.cycle": Column.constant(Kind.COUNT, 1, size),
        "receivable.channel": Column.constant(Kind.TEXT, "", size),
        "receivable.reminders": _flags(random, size, 0.99),
        "receivable.is_financed": _flags(random, size, 0.9),
        "contract.kind": _words(
            random, size, ("full", "", "balance_purchase", "confidential"), (0.7, 0.2, 0.05, 0.05)
        ),
        "debtor.is_company": _flags(random, size, 0.98),
        "past.cycle_started_on": Column.of(Kind.DAY, issued_on),
        "past.entered_on": Column.of(Kind.DAY, issued_on),
        "past.imported_level": Column.constant(Kind.COUNT, 0, size),
        "past.imported_notice_on": Column.constant(Kind.DAY, None, size),
        "past.credited": Column.constant(Kind.MONEY, 0, size),
        "debtor.reach": _reach(random, size, compiled.channels),
        "debtor.promise_ends_on": Column.constant(Kind.DAY, None, size),
        "ahead.event_on": Column.constant(Kind.DAY, None, size),
        "ahead.limitation_on": Column.of(Kind.DAY, due_on + np.int32(5 * 365 - 90)),
        "charges.jurisdiction": _words(random, size, ("FR", ""), (0.98, 0.02)),
        "charges.agreed_rate": Column.constant(Kind.NUMBER, None, size),
    }
    for kind in ("interest", "compensation", "fee"):
        given[f"past.{kind}_assessed"] = Column.constant(Kind.MONEY, 0, size)
        given[f"past.{kind}_open"] = Column.constant(Kind.MONEY, 0, size)
        given[f"past.{kind}_is_waived"] = Column.constant(Kind.FLAG, False, size)
    items = {
        "acts": _acts(random, due_on, as_of),
        "stops": _stops(random, size, as_of),
        "movements": _movements(due_on, part),
    }
    columns = {name: given[name] for name in compiled.schema.fields}
    return Columns(size=size, columns=columns, items=items)


def _days_overdue(random: np.random.Generator, size: int) -> Array:
    """Return days overdue as they stand in a ledger: most not due, the late ones thinning out.

    About one in forty comes due on a day: of ten million 240,000.
    """
    ahead = -random.integers(0, 90, size)
    behind = random.exponential(80, size).astype(np.int64)
    return np.where(random.random(size) < 0.55, ahead, np.minimum(behind, 1400))


def _flags(random: np.random.Generator, size: int, share: float) -> Column:
    return Column.of(Kind.FLAG, random.random(size) < share)


def _words(
    random: np.random.Generator, size: int, words: tuple[str, ...], shares: tuple[float, ...]
) -> Column:
    codes = random.choice(len(words), size, p=shares).astype(np.uint8)
    return Column.of(Kind.TEXT, codes, words=words)


def _reach(random: np.random.Generator, size: int, channels: tuple[str, ...]) -> Column:
    def bits(*names: str) -> int:
        return sum(1 << channels.index(name) for name in names)

    kinds = np.array(
        [
            bits("email", "letter", "registered-letter", "phone", "sms"),
            bits("email"),
            bits("letter", "registered-letter"),
            0,
        ],
        dtype=np.int64,
    )
    return Column.of(
        Kind.SET, kinds[random.choice(4, size, p=(0.8, 0.1, 0.09, 0.01))], words=channels
    )


def _acts(random: np.random.Generator, due_on: Array, as_of: int) -> Items:
    """Return the acts of nightly runs: each step on its day, a few not done at all."""
    size = len(due_on)
    planned = due_on[:, None] + np.array(OFFSETS, dtype=np.int32)
    kept = np.array([0.97] * 4 + [0.997] * 2)
    done = (planned < as_of) & (random.random((size, len(OFFSETS))) < kept)
    done[:, 5] &= done[:, 4]
    step = np.broadcast_to(np.arange(len(OFFSETS), dtype=np.uint8), done.shape)[done]
    count, is_legal = len(step), step >= 4
    columns: dict[str, Column] = {
        "step": Column.of(Kind.TEXT, step, words=STEPS),
        "procedure": Column.constant(Kind.TEXT, "procedure.fast-payment", count),
        "status": Column.constant(Kind.TEXT, "done", count),
        "level": Column.of(Kind.COUNT, step.astype(np.int32) + np.int32(1)),
        "cycle": Column.constant(Kind.COUNT, 1, count),
        "occurrence": Column.constant(Kind.COUNT, 1, count),
        "legal_effect": Column.of(Kind.FLAG, is_legal),
        "is_notice": Column.of(Kind.FLAG, step < 5),
        "on": Column.of(Kind.DAY, planned[done]),
    }
    return Items(offsets=_offsets(done.sum(axis=1)), columns=columns)


def _stops(random: np.random.Generator, size: int, as_of: int) -> Items:
    has = random.random(size) < 0.04
    count = int(has.sum())
    placed = (as_of - random.integers(0, 90, count)).astype(np.int32)
    free = (placed + random.integers(5, 120, count)).astype(np.int32)
    whole = random.random(count) < 0.8
    columns = {
        "reason": _words(
            random, count, ("disputed", "promised", "blocked", "payment-plan"), (0.3, 0.4, 0.2, 0.1)
        ),
        "outcome": Column.constant(Kind.TEXT, "", count),
        "placed_on": Column.of(Kind.DAY, placed),
        "free_on": Column.of(Kind.DAY, free),
        "amount": Column.of(Kind.MONEY, np.full(count, 100_00, dtype=np.int64), known=~whole),
        "settled": Column.constant(Kind.MONEY, 0, count),
        "promised": Column.constant(Kind.MONEY, 0, count),
    }
    return Items(offsets=_offsets(has), columns=columns)


def _movements(due_on: Array, part: Array) -> Items:
    has = part > 0
    count = int(has.sum())
    columns = {
        "kind": Column.constant(Kind.TEXT, "paid", count),
        "on": Column.of(Kind.DAY, due_on[has] + np.int32(3)),
        "minor": Column.of(Kind.MONEY, part[has]),
    }
    return Items(offsets=_offsets(has), columns=columns)


def _offsets(counts: Array) -> Array:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def sampled(columns: Columns, count: int) -> Columns:
    """Return some rows, evenly spread."""
    return columns.take(np.linspace(0, columns.size - 1, count).astype(np.int64))
