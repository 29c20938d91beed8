"""The unit of work: one range of debtors read, decided and written, in one transaction.

`evaluate_chunk` reads the rows of a range, has them decided, and keeps the acts and the review days
in the transaction that marks the chunk done: whoever runs it, as often as he likes, the same acts
are there once. Deciding is pure, and lies in `deciding`.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import compress
from typing import Any

import numpy as np

from dunning_sdk.bulk import acting, push_down
from dunning_sdk.bulk.chunks import Chunk, finish_chunk
from dunning_sdk.bulk.deciding import Part, Run, decided
from dunning_sdk.bulk.ledger import Ledger
from dunning_sdk.bulk.rows import Rows
from dunning_sdk.portfolio.column import number_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """Seconds by phase of work; the only place where a clock is read."""

    seconds: dict[str, float] = field(default_factory=dict)
    marks: list[float] = field(default_factory=lambda: [time.perf_counter()])

    def end(self, phase: str) -> None:
        """Count what passed since the last end, or the beginning, to a phase."""
        self.marks.append(time.perf_counter())
        passed = self.marks[-1] - self.marks[-2]
        self.seconds[phase] = self.seconds.get(phase, 0.0) + passed


def evaluate_chunk(ledger: Ledger, run: Run, chunk: Chunk, *, holder: str) -> dict[str, Any]:
    """Read, decide and keep one range of debtors; return its report.

    Args:
        ledger: Open transaction, with the chunk's row locked.
        run: What it is decided by.
        chunk: Which range.
        holder: Who does it.

    Raises:
        StaleRecordError: Rows changed meanwhile; nothing of the chunk is kept.
        EvaluationError: A row cannot be decided; nothing of the chunk is kept.
    """
    phases = Phases()
    total, rows = push_down.inside(ledger, run, chunk)
    if total:
        phases.end("push_down")
    if rows is None:
        rows = ledger.read(chunk.low, chunk.high, due_by=run.due_by)
    phases.end("read")
    parts = decided(run, rows)
    phases.end("decide")
    kept = [_keep(ledger, run, rows, part) for part in parts]
    phases.end("write")
    said = reported(parts) | {
        "rows": rows.size,
        "rows_by": {"columns": rows.size},
        "new_acts": sum(new for new, _ in kept),
        "left_one_by_one": sum(left for _, left in kept),
        "seconds": phases.seconds,
    }
    report = added(total, said)
    finish_chunk(ledger, run.run_id, chunk, holder=holder, report=report)
    return report


def _keep(ledger: Ledger, run: Run, rows: Rows, part: Part) -> tuple[int, int]:
    """Keep the acts and the review days of the rows of one book.

    Returns:
        How many acts were new, and how many rows are left to be settled one by one.
    """
    outcome = part.outcome
    common = {
        "tenant": run.tenant,
        "run_id": run.run_id,
        "on": number_of(run.as_of),
        "book_hash": part.book.book.hash,
    }
    places = acting.rows_acting(outcome)
    debtor_ids, ids = ledger.named(rows, part.places[places])
    free = np.array(acting.are_free(outcome, places, debtor_ids), dtype=np.bool_)
    names = (list(compress(debtor_ids, free)), list(compress(ids, free)))
    acts = acting.acts_of(outcome, part.columns, places=places[free], names=names, common=common)
    new = ledger.put_acts(acts)
    days = outcome["review_on"]
    changed = np.flatnonzero(days != rows.numbers["review_on"][part.places])
    ledger.set_review(rows, part.places[changed], days[changed])
    return new, int(len(places) - free.sum())


def reported(parts: list[Part]) -> dict[str, Any]:
    """Return counts of what was decided: rows by outcome, due rows by step, rows by path."""
    total: dict[str, Any] = {"outcomes": {}, "steps": {}, "paths": {}}
    for part in parts:
        report = part.outcome.report
        paths = {rule: asdict(one) for rule, one in report.paths.items()}
        said = {"outcomes": dict(report.verdicts), "steps": dict(report.due), "paths": paths}
        total = added(total, said)
    return total


def added(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return two reports as one: numbers summed, whatever they are filed under."""
    total = dict(one)
    for name, value in other.items():
        if isinstance(value, Mapping):
            total[name] = added(total.get(name, {}), value)
        else:
            total[name] = total.get(name, 0) + value
    return total
