"""A chunk as a task of dask: a scheduler and workers that are processes of their own."""

import json
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from dunning_sdk.bulk import running
from dunning_sdk.bulk.tasks import evaluate_chunk, run_on_dask
from dunning_sdk.errors import ConfigError
from tests.bulk.portfolios import AS_OF, acts_of, an_engine, fill

pytest.importorskip("distributed", reason="tier dask: not run, distributed is not installed")


@contextmanager
def a_cluster(folder, workers=1):
    """Start a scheduler and workers as processes; yield the address and the workers."""
    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    here = ("--host", "127.0.0.1", "--no-dashboard")

    def start(*words):
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]], **quiet
        )

    started = [start("scheduler", *here, "--port", "0", "--scheduler-file", str(file))]
    started += [
        start("worker", "--scheduler-file", str(file), *here, "--nthreads", "1", "--no-nanny")
        for _ in range(workers)
    ]
    try:
        while not (file.exists() and file.read_text()):
            time.sleep(0.05)
        yield json.loads(file.read_text())["address"], started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_dask_does_what_one_process_does(tmp_path, postgres):
    url = postgres.url(postgres.new_database())
    with an_engine(tmp_path, url) as engine, a_cluster(tmp_path) as (address, _):
        fill(engine, 200)
        begun = running.begin(engine, as_of=AS_OF, full=True, chunk_rows=60)
        first = running.left(engine, begun.run_id)[0]
        config = tmp_path / "dunning.toml"

        done = run_on_dask(engine, address, begun, config=config)

        assert (done.state, done.report["rows"]) == ("done", 200)
        assert evaluate_chunk(str(config), begun.run_id, first.low) == {}
        acts = acts_of(engine)
    with an_engine(tmp_path, "sqlite:///other.sqlite") as alone:
        fill(alone, 200)
        running.run_portfolio(alone, as_of=AS_OF, full=True)

        assert acts_of(alone) == acts


def test_a_scheduler_that_is_not_there_is_named(tmp_path):
    with an_engine(tmp_path) as engine:
        fill(engine, 20)
        begun = running.begin(engine, as_of=AS_OF, full=True)

        with pytest.raises(
            ConfigError, match=r"No scheduler of dask answers at tcp://127\.0\.0\.1:1"
        ):
            run_on_dask(engine, "tcp://127.0.0.1:1", begun, config=tmp_path, patience_seconds=1)
