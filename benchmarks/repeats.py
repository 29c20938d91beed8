"""Decide portfolios of the shipped book `friendly` by columns, after years of weekly reminders.

Beside it the same rows one by one, of which a sample is compared whole. Times are of the
processor; making the columns up is not counted. Prints JSON.

    python -m benchmarks.repeats
    python -m benchmarks.repeats --rows 200000
"""

import argparse
import json
import resource
import sys
from typing import Any

import numpy as np

from benchmarks.made_up import AS_OF, made_up, sampled
from benchmarks.portfolios import Clock, reference_seconds
from dunning_sdk.decisions.charge import ChargeLaw
from dunning_sdk.installation.library import open_library
from dunning_sdk.installation.statutes import load_statutes
from dunning_sdk.law.claim import Mechanism
from dunning_sdk.portfolio.book import CompiledBook, compile_book
from dunning_sdk.portfolio.column import Array, Column, Kind, number_of
from dunning_sdk.portfolio.columns import Columns, Items
from dunning_sdk.portfolio.draft import finished, new_draft
from dunning_sdk.portfolio.evaluate import evaluate
from dunning_sdk.portfolio.outcome import DUE, Outcome
from dunning_sdk.portfolio.report import Report
from dunning_sdk.portfolio.single import Asked
from dunning_sdk.portfolio.whole import decide_whole

CHUNK = 200_000
SAMPLE = 4_000
PROCEDURE = "procedure.friendly"
STEPS = ("before-due", "due-today", "until-paid")
WEEKS = 156
LATE, OVERDUE = 0.05, 0.5


def compiled() -> CompiledBook:
    """Return the shipped book."""
    law = ChargeLaw(statutes=load_statutes(), jurisdiction="FR", transfer=Mechanism.ASSIGNMENT)
    return compile_book(open_library().load("friendly"), operator="creditor", law=law)


def portfolio(book: CompiledBook, seed: int, size: int) -> Columns:
    """Return receivables up to three years overdue, a few of them seen first when long overdue.

    All were written to on the days planned, of which some runs were missed; half are overdue, one
    in a hundred of all is paid or stopped in some way.
    """
    random = np.random.default_rng(seed)
    made, as_of = made_up(book, seed, size), number_of(AS_OF)
    overdue = random.exponential(200, size).astype(np.int64)
    overdue = np.where(random.random(size) < OVERDUE, np.minimum(overdue, 7 * WEEKS), -1)
    ahead = -random.integers(0, 60, size)
    due_on = (as_of - np.where(overdue < 0, ahead, overdue)).astype(np.int32)
    issued_on = np.minimum(due_on - 30, as_of - 1).astype(np.int32)
    is_late = random.random(size) < LATE
    late_on = due_on + (random.random(size) * np.maximum(overdue, 0)).astype(np.int32)
    began = np.where(is_late & (overdue > 0), late_on, issued_on).astype(np.int32)
    columns = {
        **made.columns,
        "receivable.is_financed": Column.constant(Kind.FLAG, False, size),
        "receivable.due_on": Column.of(Kind.DAY, due_on),
        "receivable.issued_on": Column.of(Kind.DAY, issued_on),
        "past.cycle_started_on": Column.of(Kind.DAY, began),
        "past.entered_on": Column.of(Kind.DAY, began),
        "ahead.limitation_on": Column.of(Kind.DAY, due_on + np.int32(5 * 365 - 90)),
    }
    items = {**made.items, "acts": _acts(random, due_on, began, as_of)}
    return Columns(size=size, columns=columns, items=items)


def _acts(random: np.random.Generator, due_on: Array, began: Array, as_of: int) -> Items:
    """Return the acts of nightly runs since each receivable was seen, a few not done at all."""
    offsets = np.array([-7, -3, 0, *range(7, 7 * WEEKS, 7)], dtype=np.int32)
    planned = due_on[:, None] + offsets
    done = (planned < as_of) & (planned >= began[:, None]) & (random.random(planned.shape) < 0.97)
    place = np.broadcast_to(np.arange(len(offsets)), done.shape)[done]
    step = np.minimum(np.maximum(place - 1, 0), 2).astype(np.uint8)
    number = np.where(place < 2, place + 1, np.maximum(place - 2, 1)).astype(np.int32)
    count = len(place)
    columns = {
        "step": Column.of(Kind.TEXT, step, words=STEPS),
        "procedure": Column.constant(Kind.TEXT, PROCEDURE, count),
        "status": Column.constant(Kind.TEXT, "done", count),
        "level": Column.of(Kind.COUNT, step.astype(np.int32) + np.int32(1)),
        "cycle": Column.constant(Kind.COUNT, 1, count),
        "occurrence": Column.of(Kind.COUNT, number),
        "legal_effect": Column.constant(Kind.FLAG, False, count),
        "is_notice": Column.constant(Kind.FLAG, True, count),
        "on": Column.of(Kind.DAY, planned[done]),
    }
    counts = np.concatenate(([0], np.cumsum(done.sum(axis=1)))).astype(np.int64)
    return Items(offsets=counts, columns=columns)


def one_by_one(book: CompiledBook, columns: Columns) -> Outcome:
    """Decide every row for itself."""
    draft = new_draft(columns.size, book.tables)
    asked = Asked(as_of=AS_OF, payments_known_on=AS_OF)
    decide_whole(book, columns, range(columns.size), asked, draft)
    return finished(draft, book.procedures, Report())


def measure(rows: int) -> dict[str, Any]:
    """Return rows a second both ways, which rows went which way, and how many rows differ."""
    book, clock, single = compiled(), Clock(), Clock()
    report, acts, differ, compared, latest = Report(), 0, 0, 0, 0
    for number, low in enumerate(range(-CHUNK, rows, CHUNK)):
        columns = portfolio(book, number, min(CHUNK, rows - max(low, 0)))
        if low < 0:  # a chunk to warm up, which does not count
            evaluate(book, columns, as_of=AS_OF, payments_known_on=AS_OF)
            continue
        acts += int(columns.items["acts"].offsets[-1])
        found = clock.timed(
            lambda: evaluate(book, columns, as_of=AS_OF, payments_known_on=AS_OF)  # noqa: B023
        )
        report += found.report
        latest = max(latest, int(found["occurrence"][found.verdict == DUE].max(initial=0)))
        few = sampled(columns, SAMPLE)
        theirs = single.timed(lambda: one_by_one(book, few))  # noqa: B023 - called now
        ours = evaluate(book, few, as_of=AS_OF, payments_known_on=AS_OF)
        differ += sum(ours.decision(row) != theirs.decision(row) for row in range(few.size))
        compared += few.size
    paths = report.paths[PROCEDURE]
    return {
        "rows": rows,
        "acts": acts,
        "by_columns": {"rows_per_cpu_second": round(rows / clock.cpu)},
        "one_by_one": {"rows_per_cpu_second": round(compared / single.cpu)},
        "under_procedure": {"columns": paths.columns, "one_by_one": paths.one_by_one},
        "compared": compared,
        "differ": differ,
        "due": report.due,
        "latest_occurrence_due": latest,
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "reference_seconds": reference_seconds(),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    json.dump(measure(parser.parse_args().rows), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
