"""Chunks of a portfolio's run as tasks of Celery: `celery -A on_celery worker`.

A module `celeryconfig` on the path names the broker and where results are kept.
"""

from celery import Celery, group

from dunning_sdk import Engine
from dunning_sdk.bulk import running, tasks
from dunning_sdk.bulk.chunks import RunRecord
from dunning_sdk.errors import StoreError

app = Celery("portfolio", config_source="celeryconfig")
chunk = app.task(
    tasks.evaluate_chunk, acks_late=True, autoretry_for=(StoreError,), retry_backoff=True
)


def run(engine: Engine, record: RunRecord, config: str) -> RunRecord:
    """Have the workers decide what is left of a run, and close it."""
    lows = [one.low for one in running.left(engine, record.run_id)]
    group(chunk.s(config, record.run_id, low) for low in lows).apply_async().get()
    return running.close(engine, record.run_id)
