"""A worker of runs: takes chunks of whatever run is open, on any machine, until it is stopped.

The module decides when a worker looks for work and when it ends. Workers of one tenant share the
store and nothing else; how a chunk is claimed is decided in `chunks`.
"""

import threading
from typing import Any, Final

from dunning_sdk.bulk import chunks, running
from dunning_sdk.bulk.chunk import added
from dunning_sdk.bulk.ledger import opened
from dunning_sdk.engine.engine import Engine

IDLE_SECONDS: Final = 2.0
"""How long a worker that found nothing waits before it looks again."""


def work_until(
    engine: Engine, *, stop: threading.Event, drain: bool = False, told: running.Told | None = None
) -> dict[str, Any]:
    """Decide chunks of open runs, the earliest run first, and close runs that have none left.

    Args:
        engine: Whose books, law and store.
        stop: Set from outside to end after the chunk in hand.
        drain: End as soon as no chunk is free.
        told: Told how far the run is, after each chunk.

    Returns:
        What this worker did.

    Raises:
        DomainError: A run was begun by other books, law or releases than are here.
        EvaluationError: A row cannot be decided; nothing of its chunk is kept.
    """
    total: dict[str, Any] = {}
    while not stop.is_set():
        did = False
        for run_id in open_runs(engine):
            run = running.prepared(engine, run_id)
            report = running.work(engine, run, stop=stop, told=told or (lambda _: None))
            running.close(engine, run_id)
            total, did = added(total, report), did or bool(report)
        if not did and (drain or stop.wait(IDLE_SECONDS)):
            break
    return total


def open_runs(engine: Engine) -> list[str]:
    """Return the ids of the runs that are not over, the earliest first."""
    with opened(engine.store) as ledger:
        found = [run.run_id for run in chunks.runs(ledger) if run.state == chunks.OPEN]
    return found[::-1]
