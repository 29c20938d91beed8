"""Decide ten million receivables by columns, beside one by one, polars, and one table alone.

One process for each number of threads; in it ours and a hand-written polars expression of the same
book take turns chunk by chunk, and every row of both is compared. Times are of the wall and of the
processor; making the columns up is not counted. Prints JSON.

    python -m benchmarks.portfolios
    python -m benchmarks.portfolios --rows 1000000
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from benchmarks.made_up import AS_OF, made_up
from dunning_sdk.decisions.charge import ChargeLaw
from dunning_sdk.installation.library import open_library
from dunning_sdk.installation.statutes import load_statutes
from dunning_sdk.law.claim import Mechanism
from dunning_sdk.portfolio.book import CompiledBook, compile_book
from dunning_sdk.portfolio.column import NO_DAY, number_of
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.evaluate import evaluate
from dunning_sdk.portfolio.outcome import NO_AMOUNT, Outcome
from dunning_sdk.portfolio.report import Report

CHUNK = 2_000_000
SAMPLE = 4_000
TABLE = "mandate.contract"
ONLY = ("pair", "one_by_one", "memory", "financing")


def compiled() -> CompiledBook:
    """Return the shipped fast-payment book."""
    law = ChargeLaw(statutes=load_statutes(), jurisdiction="FR", transfer=Mechanism.ASSIGNMENT)
    return compile_book(open_library().load("fast-payment"), operator="financier", law=law)


class Clock:
    """Sums up what several calls took."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def timed(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it returns
        """Call, and add what it took."""
        wall, cpu = time.perf_counter(), time.process_time()
        found = call()
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu
        return found

    def rates(self, rows: int) -> dict[str, float]:
        """Return rows a second."""
        return {"rows_per_second": round(rows / self.wall), "cpu_seconds": round(self.cpu, 2)}


def on_threads(book: CompiledBook, columns: Columns, threads: int) -> list[Outcome]:
    """Return the outcomes of slices, one for each thread."""
    cuts = [columns.size * at // threads for at in range(threads + 1)]

    def part(at: int) -> Outcome:
        own = columns.slice(cuts[at], cuts[at + 1])
        return evaluate(book, own, as_of=AS_OF, payments_known_on=AS_OF)

    if threads == 1:
        return [part(0)]
    return list(_pool(threads).map(part, range(threads)))


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Return threads that stay, as those of polars do: new ones would ask for memory anew."""
    return ThreadPoolExecutor(threads)


def reference_seconds() -> float:
    """Return the processor time of a plain loop of 5 million steps."""
    started, total = time.process_time(), 0
    for step in range(5_000_000):
        total += step
    return round(time.process_time() - started, 3)


def pair(rows: int, threads: int) -> dict[str, Any]:
    """Return ours beside polars, both on some threads."""
    from benchmarks.polars_book import decided, differing, frame_of
    from dunning_sdk.portfolio.rates import Rates, Terms

    book, ours, theirs, table = compiled(), Clock(), Clock(), Clock()
    terms = Terms(jurisdiction="FR", regime="business", mechanism=Mechanism.ASSIGNMENT, agreed=None)
    if book.law is None:
        raise AssertionError("the book asks for charges")
    rates = Rates(law=book.law, as_of=AS_OF).table(terms, number_of(date(2020, 1, 1)))
    differ: dict[str, int] = {}
    report = Report()
    for number, low in enumerate(range(-CHUNK, rows, CHUNK)):
        columns = made_up(book, number, min(CHUNK, rows - low))
        frame = frame_of(columns, book)
        if low < 0:  # both are warmed up by a chunk that does not count
            on_threads(book, columns, threads)
            decided(frame, book.channels, rates)
            continue
        outcomes = ours.timed(lambda: on_threads(book, columns, threads))  # noqa: B023 - called now
        found = theirs.timed(lambda: decided(frame, book.channels, rates))  # noqa: B023
        table.timed(lambda: one_table(columns))  # noqa: B023 - called now
        for one in outcomes:
            report += one.report
        for name, count in differing(found, comparable(outcomes)).items():
            differ[name] = differ.get(name, 0) + count
    return {
        "threads": threads,
        "ours": ours.rates(rows),
        "polars": theirs.rates(rows),
        "times_polars": round(theirs.wall / ours.wall, 2),
        "times_polars_cpu": round(theirs.cpu / ours.cpu, 2),
        "one_table_in_numpy": table.rates(rows),
        "differ_from_polars": differ,
        "verdicts": report.verdicts,
        "due": report.due,
        "one_by_one": {
            name: one.one_by_one for name, one in report.paths.items() if one.one_by_one
        },
        "reference_seconds": reference_seconds(),
    }


def one_table(columns: Columns) -> Any:  # noqa: ANN401 - an array
    """Decide the mandate table as one writes it in numpy: codes to bins, bins to a row."""
    kind, contract = columns["receivable.kind"], columns["contract.kind"]
    kinds = np.array([word == "charges" for word in kind.words], dtype=np.uint8)
    contracts = np.array(
        [("", "full", "balance_purchase", "confidential").index(word) for word in contract.words],
        dtype=np.uint8,
    )
    rows = np.array([1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5], dtype=np.uint8)
    found = np.empty(columns.size, dtype=np.uint8)
    financed = columns["receivable.is_financed"].values.view(np.uint8)
    for low in range(0, columns.size, 1 << 16):
        cut = slice(low, low + (1 << 16))
        place = (1 - kinds[kind.values[cut]]) * 8
        place += financed[cut] * np.uint8(4) * (place > 0) + contracts[contract.values[cut]]
        found[cut] = rows[place]
    return found


def comparable(outcomes: list[Outcome]) -> dict[str, Any]:
    """Return what both say, as one array each."""

    def joined(name: str) -> Any:  # noqa: ANN401 - an array
        values = np.concatenate([one[name] for one in outcomes]).astype(np.int64)
        return np.where(values == NO_AMOUNT, 0, values)

    def days(name: str) -> Any:  # noqa: ANN401 - an array
        return np.concatenate([one[name] for one in outcomes]).astype(np.int64)

    verdict = np.concatenate([one.verdict for one in outcomes]).astype(np.int64)
    return {
        "verdict": verdict,
        "step": days("step"),
        "planned": np.minimum(days("planned_on"), NO_DAY),
        "act_on": days("act_on"),
        "review_on": days("review_on"),
        "interest": joined("interest"),
        "compensation": joined("compensation"),
    }


def one_by_one() -> dict[str, Any]:
    """Return how fast receivables are decided one by one, from records made before."""
    from dunning_sdk.portfolio.row import entry_at
    from dunning_sdk.portfolio.single import Asked, decide_entry

    book, clock = compiled(), Clock()
    columns = made_up(book, 0, SAMPLE)
    asked = Asked(as_of=AS_OF, payments_known_on=AS_OF)
    entries = [
        entry_at(columns, row, book.schema, operator=book.operator, as_of=AS_OF)
        for row in range(SAMPLE)
    ]
    for entry in entries[:200]:
        decide_entry(book, entry, asked)
    clock.timed(lambda: [decide_entry(book, entry, asked) for entry in entries])
    return {
        "rows": SAMPLE,
        "rows_per_cpu_second": round(SAMPLE / clock.cpu),
        "reference_seconds": reference_seconds(),
    }


def memory(rows: int) -> dict[str, Any]:
    """Return the most memory that deciding takes, chunk by chunk, on two threads."""
    book, clock = compiled(), Clock()
    for number, low in enumerate(range(0, rows, CHUNK)):
        columns = made_up(book, number, min(CHUNK, rows - low))
        clock.timed(lambda: on_threads(book, columns, 2))  # noqa: B023 - called now
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": rows, "memory_mb": round(most), **clock.rates(rows)}


def financing(rows: int) -> dict[str, Any]:
    """Return how fast it is decided which receivables may be financed, and how they are cut."""
    from benchmarks import financeable

    return financeable.measure(rows)


def measure(rows: int) -> dict[str, Any]:
    """Return all of it, each in a process of its own."""
    single = _apart("one_by_one", rows, 1)
    found: dict[str, Any] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "rows": rows,
        "chunk": CHUNK,
        "one_by_one": single,
    }
    for threads in (1, 2):
        one = found[f"threads_{threads}"] = _apart("pair", rows, threads)
        per_cpu = rows / one["ours"]["cpu_seconds"]
        one["times_one_by_one"] = round(per_cpu / single["rows_per_cpu_second"])
    found["financing"] = _apart("financing", rows, 2)
    return found | {"memory": _apart("memory", rows, 2)}


def _apart(name: str, rows: int, threads: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.portfolios", "--only", name]
    command += ["--rows", str(rows), "--threads", str(threads)]
    own = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=own)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure all of it, or one thing as `measure` asks for it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--only", choices=ONLY, help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    rows, threads = options.rows, options.threads
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "pair": lambda: pair(rows, threads),
        "one_by_one": one_by_one,
        "memory": lambda: memory(rows),
        "financing": lambda: financing(rows),
    }
    found = parts[options.only]() if options.only else measure(rows)
    json.dump(found, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
