"""Decide portfolios in the database, from stored rows to stored acts, and print what it takes.

On PostgreSQL and on SQLite; every case is a process of its own, so that its memory is told apart.
The server's own memory is not counted. `columns` reads and decides every row, `push-down` decides
situations inside the database, `dask` has two workers do what `columns` does, `nightly` looks at
the rows whose day has come, one in a hundred. `kill` ends workers with SIGKILL in the middle of a
run. Prints JSON: seconds, rows a second, memory in MB, seconds by phase, and the time of a plain
loop in the same run, since machines differ and are shared. What lies in memory alone is measured by
`benchmarks.portfolios`.

    python -m benchmarks.bulk --rows 1000000 10000000 --sqlite 1000000 --kills 4
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.propose import reference_seconds
from dunning_sdk.bulk import running
from dunning_sdk.bulk.generator import blocks
from dunning_sdk.bulk.ledger import opened
from dunning_sdk.bulk.loading import Loader
from dunning_sdk.bulk.tasks import run_on_dask
from dunning_sdk.engine.engine import Engine
from dunning_sdk.portfolio.column import number_of
from dunning_sdk.store.schema_portfolio import portfolio, portfolio_acts, portfolio_chunks
from dunning_sdk.store.schema_portfolio import portfolio_runs as runs
from tests.bulk.portfolios import AS_OF, install
from tests.bulk.test_tasks import a_cluster
from tests.postgres import Server, programs

SEED = 1
PUSHED_ROWS = 2_000_000
SETTINGS = (
    "-c shared_buffers=512MB -c max_wal_size=8GB -c work_mem=64MB -c maintenance_work_mem=256MB"
)


class Durable(Server):
    """A server that keeps what it says it keeps."""

    def start(self) -> None:
        """Start the server, its writes synced."""
        options = f"-c listen_addresses='' -k {self.base} {SETTINGS}"
        self._control("start", "-l", str(self.base / "log"), "-o", options)


def load(engine: Engine, rows: int) -> dict[str, Any]:
    """Make up a portfolio and load it."""
    with engine.store.begin() as session:
        session.put_setting("payments_known_on", AS_OF.isoformat())
    (procedure,) = engine.library.load("fast-payment").procedures.values()
    made = blocks(rows, seed=SEED, as_of=AS_OF, procedure=procedure)
    return {"rows": Loader(engine, AS_OF).load_blocks(made)}


def whole(engine: Engine, *, push_down: bool) -> dict[str, Any]:
    """Run everything in this process."""
    size = PUSHED_ROWS if push_down else running.CHUNK_ROWS
    done = running.run_portfolio(
        engine, as_of=AS_OF, full=True, push_down=push_down, chunk_rows=size
    )
    return dict(done.report)


def nightly(engine: Engine, rows: int) -> dict[str, Any]:
    """Run what is due, one row in a hundred: that of the others has not come yet."""
    day = number_of(AS_OF)
    with opened(engine.store) as ledger:
        later = sa.update(portfolio).where(portfolio.c.review_on <= day)
        ledger.handle.run(later.values(review_on=day + 1))
        ids = sa.select(portfolio.c.id).where(portfolio.c.review_on == day + 1)
        few = ids.order_by(portfolio.c.debtor_id).limit(rows // 100).subquery()
        now = sa.update(portfolio).where(portfolio.c.id.in_(sa.select(few.c.id)))
        ledger.handle.run(now.values(review_on=day))
    tidy(engine)
    begun = time.perf_counter()
    report = dict(running.run_portfolio(engine, as_of=AS_OF).report)
    return report | {"run_s": round(time.perf_counter() - begun, 3)}


def tidy(engine: Engine) -> None:
    """Clear away what preparing left behind, as the server does by itself in a while."""
    with opened(engine.store) as ledger:
        url = ledger.handle.connection.engine.url
    if url.get_backend_name() == "postgresql":
        vacuum = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with vacuum.connect() as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))
        vacuum.dispose()


def on_dask(engine: Engine, folder: Path) -> dict[str, Any]:
    """Have two workers of dask do it."""
    with a_cluster(folder, workers=2) as (address, _):
        begun = time.perf_counter()
        record = running.begin(engine, as_of=AS_OF, full=True, push_down=False)
        done = run_on_dask(engine, address, record, config=folder / "dunning.toml")
    return dict(done.report) | {"run_s": round(time.perf_counter() - begun, 3)}


def forget(engine: Engine) -> None:
    """Remove what runs left, so that the next one finds the same."""
    with opened(engine.store) as ledger:
        for table in (portfolio_acts, portfolio_chunks, runs):
            ledger.handle.run(sa.delete(table))
        ledger.handle.run(
            sa.update(portfolio)
            .where(portfolio.c.review_on == number_of(AS_OF) + 1)
            .values(review_on=number_of(AS_OF))
        )


def case(name: str, folder: Path, rows: int) -> dict[str, Any]:
    """Do one thing in this process, and return what it came to."""
    with Engine.open(folder) as engine:
        if name == "load":
            return load(engine, rows)
        forget(engine)
        begun = time.perf_counter()
        report = {
            "columns": lambda: whole(engine, push_down=False),
            "push-down": lambda: whole(engine, push_down=True),
            "nightly": lambda: nightly(engine, rows),
            "dask": lambda: on_dask(engine, folder),
        }[name]()
        return {"run_s": round(time.perf_counter() - begun, 3)} | report


def measured(name: str, folder: Path, rows: int) -> dict[str, Any]:
    """Run one case as a process of its own, and return its figures."""
    words = [sys.executable, "-m", "benchmarks.bulk", "--case", name]
    words += ["--folder", str(folder), "--rows", str(rows)]
    begun = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    text = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}")
    found = json.loads(text)
    seconds = found.get("run_s", time.perf_counter() - begun)
    figures = {
        "rows": found["rows"],
        "wall_s": round(time.perf_counter() - begun, 2),
        "run_s": round(seconds, 2),
        "rows_a_second": round(found["rows"] / seconds),
        "processor_s": round(used.ru_utime + used.ru_stime, 2),
        "memory_mb": round(used.ru_maxrss / 1024),
        "loop_s": round(reference_seconds(), 2),
    }
    kept = ("new_acts", "rows_by", "situations", "bars")
    figures |= {key: found[key] for key in kept if key in found}
    if "seconds" in found:
        figures["phases_s"] = {key: round(one, 2) for key, one in found["seconds"].items()}
    sys.stderr.write(f"{name} {figures}\n")
    return figures


def kill(folder: Path, rows: int, kills: int) -> dict[str, Any]:
    """Kill workers in the middle of a run, and compare its acts with those of one undisturbed."""
    with Engine.open(folder) as engine:
        forget(engine)
        running.run_portfolio(engine, as_of=AS_OF, full=True, push_down=False)
        wanted = act_ids(engine)
        found = {"rows": rows, "acts": len(wanted), "chunks": rows // (rows // 40)}
        for name, work in (("workers", by_workers), ("dask", by_dask)):
            forget(engine)
            record = running.begin(
                engine, as_of=AS_OF, full=True, push_down=False, chunk_rows=rows // 40
            )
            killed = work(engine, folder, record.run_id, kills)
            again = running.run_portfolio(engine, as_of=AS_OF, full=True, push_down=False)
            acts = act_ids(engine)
            found[name] = {
                "killed": killed,
                "same_acts": sorted(set(acts)) == sorted(wanted),
                "twice": len(acts) - len(set(acts)),
                "new_when_run_again": again.report["new_acts"],
            }
    return found


def by_workers(engine: Engine, folder: Path, run_id: str, kills: int) -> int:
    """Let chunk workers do a run, and kill one after the other in the middle of it."""
    program = [str(Path(sys.executable).with_name("dunning")), "worker", "--chunks", "--drain"]
    killed = 0
    while running.left(engine, run_id):
        before = len(running.left(engine, run_id))
        worker = subprocess.Popen(program, cwd=folder, stdout=subprocess.DEVNULL)
        if killed < kills:
            while len(running.left(engine, run_id)) == before and worker.poll() is None:
                time.sleep(0.02)
            time.sleep(random.random() / 5)
            if worker.poll() is None and running.left(engine, run_id):
                worker.send_signal(signal.SIGKILL)
                killed += 1
        worker.wait()
    running.close(engine, run_id)
    return killed


def by_dask(engine: Engine, folder: Path, run_id: str, kills: int) -> int:
    """Let dask do a run, and kill its workers in the middle of it; a new cluster takes it up."""
    with opened(engine.store) as ledger:
        record = replace(running.chunks.run_of(ledger, run_id))
    killed = 0
    while running.left(engine, run_id):
        with a_cluster(folder, workers=2) as (address, workers):
            if killed < kills:
                submit = [sys.executable, "-m", "benchmarks.bulk", "--case", "submit"]
                submit += ["--folder", str(folder), "--address", address, "--run", run_id]
                driver = subprocess.Popen(submit, stderr=subprocess.DEVNULL)
                before = len(running.left(engine, run_id))
                while len(running.left(engine, run_id)) == before and driver.poll() is None:
                    time.sleep(0.02)
                for worker in workers:
                    worker.send_signal(signal.SIGKILL)
                    killed += 1
                driver.kill()
                driver.wait()
            else:
                run_on_dask(engine, address, record, config=folder / "dunning.toml")
    running.close(engine, run_id)
    return killed


def submit(folder: Path, address: str, run_id: str) -> None:
    """Have dask work on a run."""
    with Engine.open(folder) as engine:
        with opened(engine.store) as ledger:
            record = running.chunks.run_of(ledger, run_id)
        run_on_dask(engine, address, record, config=folder / "dunning.toml")


def act_ids(engine: Engine) -> list[str]:
    """Return the ids of all acts that are kept, as often as they are there."""
    with opened(engine.store) as ledger:
        return [id for (id,) in ledger.handle.rows(sa.select(portfolio_acts.c.act_id))]


@contextmanager
def installed(url: str) -> Iterator[Path]:
    """Make an installation on a store."""
    with tempfile.TemporaryDirectory() as name:
        folder = install(Path(name), url)
        Engine.open(folder).store.close()
        yield folder


def on_postgres(rows: int, names: list[str], kills: int) -> dict[str, Any]:
    """Measure cases on a server of their own."""
    server = Durable(programs())
    try:
        with installed(server.url(server.new_database())) as folder:
            found: dict[str, Any] = {"load": measured("load", folder, rows)}
            server.execute("VACUUM ANALYZE", database="d1")
            for name in names:
                found[name] = measured(name, folder, rows)
            if kills:
                found["kill"] = kill(folder, rows, kills)
            return found
    finally:
        server.stop()


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--sqlite", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=4)
    for name in ("case", "folder", "address", "run"):
        parser.add_argument(f"--{name}", default="")
    options = parser.parse_args()
    if options.case == "submit":
        submit(Path(options.folder), options.address, options.run)
        return
    if options.case:
        print(json.dumps(case(options.case, Path(options.folder), options.rows[0])))
        return
    found: dict[str, Any] = {"as_of": AS_OF.isoformat(), "seed": SEED}
    for place, rows in enumerate(options.rows):
        kills = options.kills if not place else 0
        names = ["columns", "push-down", "dask", "nightly"]
        found[f"postgresql {rows}"] = on_postgres(rows, names, kills)
    if options.sqlite:
        with installed("sqlite:///dunning.sqlite") as folder:
            found[f"sqlite {options.sqlite}"] = {
                name: measured(name, folder, options.sqlite)
                for name in ("load", "columns", "nightly")
            }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
