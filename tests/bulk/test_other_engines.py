"""A chunk as a task of Celery, procrastinate and Spark, each with a worker of its own.

What runs is what docs/portfolios.md shows: the files under examples/portfolios.
"""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from dunning_sdk.bulk import running
from tests.bulk.portfolios import AS_OF, acts_of, an_engine, fill

EXAMPLES = Path(__file__).parents[2] / "examples" / "portfolios"
ROWS = 300
ON_FILES = """
broker_url = "filesystem://"
broker_transport_options = {{
    "data_folder_in": "{0}/queue", "data_folder_out": "{0}/queue",
    "control_folder": "{0}/control", "polling_interval": 0.05,
}}
result_backend = "file://{0}/results"
"""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return the acts of a run by one process."""
    with an_engine(tmp_path_factory.mktemp("alone")) as engine:
        fill(engine, ROWS)
        running.run_portfolio(engine, as_of=AS_OF, full=True)
        acts = acts_of(engine)
    assert len(acts) > 10
    return acts


@pytest.fixture
def url(postgres):
    return postgres.url(postgres.new_database())


@pytest.fixture
def begun(tmp_path, url):
    """Return an engine on PostgreSQL, a run of some chunks it has begun, and its configuration."""
    with an_engine(tmp_path, url) as engine:
        fill(engine, ROWS)
        record = running.begin(engine, as_of=AS_OF, full=True, chunk_rows=75)
        assert len(running.left(engine, record.run_id)) > 3
        yield engine, record, str(tmp_path / "dunning.toml")


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Let this process and its workers find the examples, and what a test writes for them."""
    for folder in (EXAMPLES, tmp_path):
        monkeypatch.syspath_prepend(folder)
    known = set(sys.modules)
    here = [str(EXAMPLES), str(tmp_path), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, here)))
    yield tmp_path
    for name in {"celeryconfig", "on_celery", "on_procrastinate", "on_spark"} & (
        set(sys.modules) - known
    ):
        del sys.modules[name]


@contextmanager
def worker(folder, *words):
    """Run a worker in a process of its own as long as the context lasts."""
    with (folder / "log").open("wb") as log:
        quiet = {"cwd": folder, "stdout": log, "stderr": log, "start_new_session": True}
        process = subprocess.Popen([sys.executable, "-m", *words], **quiet)
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # its children too; they have nothing to do
            process.wait()


def test_celery_does_what_one_process_does(begun, places, undisturbed):
    reason = "tier celery: not run, celery is not installed"
    pytest.importorskip("celery", reason=reason)
    for name in ("queue", "control", "results"):
        (places / name).mkdir()
    (places / "celeryconfig.py").write_text(ON_FILES.format(places), encoding="utf-8")
    import on_celery

    engine, record, config = begun
    low = running.left(engine, record.run_id)[0].low
    quick = ("--without-mingle", "--without-gossip", "--without-heartbeat")
    with worker(places, "celery", "-A", "on_celery", "worker", "--concurrency", "2", *quick):
        done = on_celery.run(engine, record, config)
        again = on_celery.chunk.delay(config, record.run_id, low).get()

    assert (done.state, done.report["rows"], again) == ("done", ROWS, {})
    assert acts_of(engine) == undisturbed


def test_procrastinate_does_what_one_process_does(begun, places, url, undisturbed, monkeypatch):
    reason = "tier procrastinate: not run, procrastinate is not installed"
    pytest.importorskip("procrastinate", reason=reason)
    parts = urlsplit(url)
    monkeypatch.setenv("PGHOST", parse_qs(parts.query)["host"][0])
    monkeypatch.setenv("PGUSER", parts.username)
    monkeypatch.setenv("PGDATABASE", parts.path[1:])
    import on_procrastinate

    app = on_procrastinate.app
    engine, record, config = begun
    low = running.left(engine, record.run_id)[0].low
    with app.open():
        app.schema_manager.apply_schema()
    with worker(places, "procrastinate", "-a", "on_procrastinate.app", "worker"):
        done = on_procrastinate.run(engine, record, config)
        with app.open():
            again = on_procrastinate.chunk.defer(config=config, run_id=record.run_id, low=low)
            on_procrastinate.await_end([again])
            status = app.job_manager.get_job_status(again)

    assert (done.state, done.report["rows"], status.value) == ("done", ROWS, "succeeded")
    assert acts_of(engine) == undisturbed


def test_spark_does_what_one_process_does(begun, places, undisturbed):
    """Spark weighs 480 MB and needs Java: it is no library of the tests, and run by hand."""
    pytest.importorskip("pyspark", reason="run by hand: pip install pyspark, with Java 17")
    import on_spark
    from pyspark.sql import SparkSession

    engine, record, config = begun
    low = running.left(engine, record.run_id)[0].low
    spark = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    )
    try:
        done = on_spark.run(spark, engine, record, config)
        again = on_spark.decide(spark, [low], record.run_id, config)
    finally:
        spark.stop()

    assert (done.state, done.report["rows"], again) == ("done", ROWS, [low])
    assert acts_of(engine) == undisturbed
