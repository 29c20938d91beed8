"""A chunk as a task of an engine that already runs on a host's machines, such as dask.distributed.

`evaluate_chunk` takes names alone (a configuration's path, a run, a debtor), so that any engine can
ship it; what it reads and keeps lies in the shared store. A task that is done twice changes nothing
the second time. Adapters to other engines are ten lines each: docs/portfolios.md.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from dunning_sdk.bulk import running
from dunning_sdk.bulk.chunks import Progress, RunRecord
from dunning_sdk.bulk.deciding import Run
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import ConfigError
from dunning_sdk.store.holder import new_holder


def evaluate_chunk(config: str, run_id: str, low: str) -> dict[str, Any]:
    """Decide one chunk of a run, in whatever process this is called.

    Args:
        config: Path of ``dunning.toml``, readable on that machine.
        run_id: Of the run.
        low: Debtor the chunk begins with.

    Returns:
        The report of the chunk; empty where it was done before.

    Raises:
        DomainError: This process decides by other books, law or releases than the run was begun
            with.
        StoreError: The store cannot be reached; nothing of the chunk is kept.
    """
    engine, run = _prepared(config, run_id)
    return running.one_chunk(engine, run, holder=new_holder(), low=low) or {}


def run_on_dask(
    engine: Engine,
    address: str,
    record: RunRecord,
    *,
    config: Path,
    told: Callable[[Progress], None] = lambda _: None,
    patience_seconds: int = 10,
) -> RunRecord:
    """Have the workers of a dask cluster decide the chunks of a run that are left, and close it.

    Args:
        engine: Whose store.
        address: Of the scheduler, as ``tcp://HOST:8786``.
        record: The run, as `running.begin` gives it.
        config: Path of ``dunning.toml``, the same on every machine.
        told: Told how far the run is, after each chunk.
        patience_seconds: How long the scheduler is waited for.

    Raises:
        ConfigError: dask is not installed, or its scheduler cannot be reached.
        DomainError: A worker decides by other books, law or releases.
    """
    try:
        from distributed import Client, as_completed
    except ModuleNotFoundError as exc:
        message = "Running on dask needs dask.distributed"
        raise ConfigError(message, hint="Run `pip install 'dunning-sdk[dask]'`.") from exc
    try:
        client = Client(address, set_as_default=False, timeout=patience_seconds)
    except OSError as exc:
        message = f"No scheduler of dask answers at {address}"
        raise ConfigError(message, hint="Start one: `dask scheduler`, then `dask worker`.") from exc
    with client:
        lows = [chunk.low for chunk in running.left(engine, record.run_id)]
        place, count = str(config.resolve()), len(lows)
        # Not pure: a task lost with its worker is done again, and finds what was kept.
        futures = client.map(
            evaluate_chunk, [place] * count, [record.run_id] * count, lows, pure=False, retries=3
        )
        for future in as_completed(futures, loop=client.loop):
            future.result()
            told(running.progress(engine, record.run_id))
    return running.close(engine, record.run_id)


@lru_cache(maxsize=2)
def _prepared(config: str, run_id: str) -> tuple[Engine, Run]:
    """Return what a process needs for a run; it keeps it for the run's other chunks."""
    engine = Engine.with_installed_plugins(config)
    return engine, running.prepared(engine, run_id)
