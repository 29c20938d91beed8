"""Decide a portfolio: block after block, by columns where they can, one by one where not.

Pure: the same columns and the same day give the same outcome, on any number of threads.
"""

from datetime import date
from typing import Final

import numpy as np

from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.column import DAY_LEAST, DAY_MOST
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.draft import Draft, finished, new_draft
from dunning_sdk.portfolio.outcome import DUE, VERDICTS, Outcome
from dunning_sdk.portfolio.pursuit import Pursuit
from dunning_sdk.portfolio.report import Paths, Report
from dunning_sdk.portfolio.single import Asked
from dunning_sdk.portfolio.table import Decider

BLOCK: Final = 1 << 19
"""Rows decided at once: few enough that their arrays stay near the processor."""


def evaluate(
    compiled: CompiledBook,
    columns: Columns,
    *,
    as_of: date,
    payments_known_on: date | None = None,
) -> Outcome:
    """Return what every receivable of a portfolio comes to on a day.

    Args:
        compiled: The book, for all rows.
        columns: As its schema asks for; any number of rows.
        as_of: Day decided for.
        payments_known_on: Last day for which payments are known; ``None`` if never read.

    Raises:
        MissingFactError: A column, or a value that a rule reads, is not given.
        FactTypeError: A column has another kind, or a value is none that its fact may have.
        EvaluationError: A rule could not be decided about some row; nothing is returned then.

    Source:
        House rule (ARCHITECTURE section 9): equal to deciding one by one.
    """
    compiled.schema.check(columns)
    draft = new_draft(columns.size, compiled.tables)
    deciders = {
        rule: Decider(table=table, codes=draft.answered[rule])
        for rule, table in compiled.tables.items()
    }
    asked = Asked(as_of=as_of, payments_known_on=payments_known_on)
    due_on = columns["receivable.due_on"].values
    span = int(due_on.min(initial=DAY_MOST)), int(due_on.max(initial=DAY_LEAST))
    pursuit = Pursuit(compiled, asked, deciders, span)
    for low in range(0, columns.size, BLOCK):
        high = min(low + BLOCK, columns.size)
        pursuit.decide(columns.slice(low, high), draft.part(low, high))
    return finished(draft, compiled.procedures, _report(draft, compiled, pursuit.paths()))


def _report(draft: Draft, compiled: CompiledBook, paths: dict[str, Paths]) -> Report:
    verdicts = np.zeros(len(VERDICTS), dtype=np.int64)
    for low in range(0, draft.size, BLOCK):
        verdicts += np.bincount(draft.verdict[low : low + BLOCK], minlength=len(VERDICTS))
    return Report(
        rows=draft.size,
        verdicts={VERDICTS[at].value: int(n) for at, n in enumerate(verdicts) if n},
        due=_due(draft, compiled),
        paths=paths,
    )


def _due(draft: Draft, compiled: CompiledBook) -> dict[str, int]:
    due = np.flatnonzero(draft.verdict == DUE)
    procedures, steps = draft.arrays["procedure"][due], draft.arrays["step"][due]
    found: dict[str, int] = {}
    for at, procedure in enumerate(compiled.procedures):
        counts = np.bincount(steps[procedures == at], minlength=len(procedure.steps))
        for step, count in zip(procedure.steps, counts, strict=True):
            if count:
                found[step.id] = found.get(step.id, 0) + int(count)
    return found
