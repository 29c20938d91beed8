"""Chunks of a portfolio's run as jobs of procrastinate: `procrastinate -a APP worker`.

APP is `on_procrastinate.app`; the variables of PostgreSQL (PGHOST, PGDATABASE and so on) say where
its jobs are kept.
"""

import time

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.jobs import Status

from dunning_sdk import Engine
from dunning_sdk.bulk import running, tasks
from dunning_sdk.bulk.chunks import RunRecord
from dunning_sdk.errors import StoreError

app = App(connector=PsycopgConnector())
again = RetryStrategy(max_attempts=5, exponential_wait=2, retry_exceptions=[StoreError])


@app.task(queue="portfolio", retry=again)
def chunk(config: str, run_id: str, low: str) -> None:
    """Decide one chunk."""
    tasks.evaluate_chunk(config, run_id, low)


def run(engine: Engine, record: RunRecord, config: str) -> RunRecord:
    """Have the workers decide what is left of a run; it is closed where no job failed."""
    names = {"config": config, "run_id": record.run_id}
    with app.open():
        jobs = [chunk.defer(low=one.low, **names) for one in running.left(engine, record.run_id)]
        await_end(jobs)
    return running.close(engine, record.run_id)


def await_end(jobs: list[int]) -> None:
    """Wait until jobs are done or given up."""
    while any(app.job_manager.get_job_status(job) in {Status.TODO, Status.DOING} for job in jobs):
        time.sleep(0.5)
