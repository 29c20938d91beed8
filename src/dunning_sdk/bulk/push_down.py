"""A chunk decided inside the database: distinct situations are decided once, SQL finds their rows.

Most rows of a portfolio are in the situation of many others: the same profile and story, the same
days. The database counts situations, `deciding` decides each once, and ``INSERT … SELECT`` makes
the acts of all rows in it, under the ids of the one-by-one path. The planner decides when that is
exact: no cell compares an amount with a number, so that rows of one situation differ in what they
owe and in nothing that is decided. What hangs on amounts (parts set aside, charges) is left to be
decided row by row. The report names the path of every row, and why a book has no other.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from dunning_sdk.bulk.chunks import Chunk
from dunning_sdk.bulk.deciding import Part, Run, decided
from dunning_sdk.bulk.in_postgresql import PostgresLedger
from dunning_sdk.bulk.ledger import ODD_IDS, Ledger
from dunning_sdk.bulk.rows import STORY, Array, Rows
from dunning_sdk.bulk.situation import KEYS, lines_of, make_acts, rows_left, set_reviews, stage
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.outcome import VERDICTS
from dunning_sdk.portfolio.schema import CHASING
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.vocabulary import vocabulary_of

LEAST_ROWS: Final = 4
"""Least rows per situation for which deciding situations pays."""
NOMINAL: Final = (79_19, 1_047_29)
"""Amounts in minor units that stand in for those of a situation's rows: two, to see where an
amount matters all the same, as in a result."""
_HARMLESS: Final = re.compile(r"not\(|\)|[-<>=!,\s]|\b0\b|\bnull\b")
_FEW: Final = "a run of what is due reads few rows"
_TABLES: Final = tuple(kind for kind in CHASING if kind not in ("charges", "procedure"))
_COMPARED: Final = ("verdict", "step", "procedure", "review_on", "occurrence", "attempt")


def bar_of(ledger: Ledger) -> str:
    """Return why a portfolio is not decided inside its database; empty where it can be."""
    if not isinstance(ledger, PostgresLedger):
        return f"the store is {ledger.name}"
    if ledger.entries(ODD_IDS):
        return "an id holds more than plain letters, digits and signs"
    return ""


def bar_of_books(books: Sequence[CompiledBook]) -> str:
    """Return why books cannot be decided by situations; empty where they can."""
    return next(filter(None, (_bar_of_book(one.book) for one in books)), "")


def _bar_of_book(book: Book) -> str:
    for kind in _TABLES:
        amounts = vocabulary_of(kind, book.facts).amounts
        for rule in book.of_kind(kind):
            if _compares(rule, amounts):
                return f"{rule.id} compares an amount with a number"
    for procedure in book.procedures.values():
        if procedure.spacing_days or procedure.hush:
            return f"{procedure.id} spaces a debtor's notices"
        amounts = vocabulary_of("procedure", book.facts).amounts
        for step in procedure.steps:
            if step.when is not None and amounts & set(step.when.reads):
                return f"step {step.id} reads an amount"
    return ""


def _compares(rule: TableRule, amounts: frozenset[str]) -> bool:
    """Tell whether a cell about amounts says more than how they compare with each other or 0."""
    for name, cells in rule.columns.items():
        for cell in cells:
            bare = cell
            for amount in sorted(amounts, key=len, reverse=True):
                bare = bare.replace(amount, " ")
            is_about = name in amounts or bare != cell
            if is_about and _HARMLESS.sub("", bare):
                return True
    return False


def inside(ledger: Ledger, run: Run, chunk: Chunk) -> tuple[dict[str, Any], Rows | None]:
    """Decide inside the database what can be decided there.

    Args:
        ledger: Open transaction.
        run: What the chunk is decided by.
        chunk: Which range.

    Returns:
        The report of the rows decided, and the rows that are left; nothing, and ``None``, where
        all rows are to be read.
    """
    bar = run.bar or bar_of(ledger) or ("" if run.due_by is None else _FEW)
    if bar or not isinstance(ledger, PostgresLedger):
        return {"bars": {bar: 1}}, None
    own = np.flatnonzero(run.shared[STORY].sums).tolist()
    where, bounds = ledger.within(chunk.low, chunk.high, run.due_by)
    keys = ", ".join(KEYS)
    # S608: constants of this package; values are bound
    source = (
        f"(SELECT {keys}, count(*)::integer AS rows FROM portfolio WHERE {where} "  # noqa: S608
        f"AND open_minor > 0 AND story <> ALL(%s) GROUP BY {keys}) AS situations"
    )
    found = ledger.packed((*KEYS, "rows"), source, [*bounds, own])
    counts = found.pop("rows")
    if counts.sum() < LEAST_ROWS * len(counts):
        return {"bars": {"too few rows are in the situation of others": 1}}, None
    first, second = (_decided(run, found, nominal) for nominal in NOMINAL)
    by_row = _by_row(first, second, len(counts))
    stage(ledger, [line for part in first for line in lines_of(run, part, found, by_row)])
    left = rows_left(ledger, where, bounds, own)
    new = make_acts(ledger, run, where, bounds)
    set_reviews(ledger, where, bounds)
    return _report(first, counts, by_row) | {"new_acts": new}, left


def _decided(run: Run, keys: dict[str, Array], nominal: int) -> list[Part]:
    amounts = np.full(len(keys["profile"]), nominal, dtype=np.int64)
    return decided(run, Rows(numbers={**keys, "amount_minor": amounts, "open_minor": amounts}))


def _by_row(first: Sequence[Part], second: Sequence[Part], many: int) -> Array:
    """Tell which situations hang on what is owed: charges are asked, or an amount mattered."""
    found = np.zeros(many, dtype=np.bool_)
    for one, other in zip(first, second, strict=True):
        hangs = np.zeros(one.outcome.size, dtype=np.bool_)
        hangs |= one.outcome.verdict != other.outcome.verdict
        for name in _COMPARED[1:]:
            hangs |= one.outcome[name] != other.outcome[name]
        acts = one.outcome["step"] >= 0
        hangs |= acts & (one.outcome["amount"] != NOMINAL[0])
        hangs |= acts & (other.outcome["amount"] != NOMINAL[1])
        found[one.places] = hangs | one.charged
    return found


def _report(parts: Sequence[Part], counts: Array, by_row: Array) -> dict[str, Any]:
    """Return counts of the rows decided inside, each situation weighed by its rows."""
    counts = np.where(by_row, 0, counts)
    outcomes: dict[str, int] = {}
    steps: dict[str, int] = {}
    for part in parts:
        weights = counts[part.places]
        for at, verdict in enumerate(VERDICTS):
            rows = int(weights[part.outcome.verdict == at].sum())
            if rows:
                outcomes[verdict.value] = outcomes.get(verdict.value, 0) + rows
        for row in part.outcome.rows_due.tolist():
            step = part.outcome.step_at(row)
            if step is not None and weights[row]:
                steps[step.id] = steps.get(step.id, 0) + int(weights[row])
    rows = int(counts.sum())
    return {
        "outcomes": outcomes,
        "steps": steps,
        "rows": rows,
        "rows_by": {"push-down": rows},
        "situations": len(counts),
    }
