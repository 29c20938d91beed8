"""Time ``dunning propose`` over a ledger of 2,466 real invoices, start of Python included.

Imports the ledger once, then proposes for one day again and again. Prints JSON: median wall and
processor seconds, peak memory, and the seconds of a plain loop of the same run that counts to
`LOOPS`, to compare machines by. Needs the data sets that tests read; see ``tests/shared.py``.

    python -m benchmarks.propose --rounds 7
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.acceptance.ledger import MONTH_FIRST, install

SECONDS_MAX = 3.0
LOOPS = 20_000_000


@dataclass(frozen=True)
class Taken:
    """What one command took.

    Attributes:
        wall: Seconds on the clock.
        processor: Seconds of the processor.
        memory_kb: Most memory held at a time.
        out: What it printed.
    """

    wall: float
    processor: float
    memory_kb: int
    out: str


def dunning(folder: Path, *words: str) -> Taken:
    """Run the installed program, and measure that process alone."""
    program = Path(sys.executable).with_name("dunning")
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        started = time.perf_counter()
        process = subprocess.Popen([program, *words], cwd=folder, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    processor = used.ru_utime + used.ru_stime
    return Taken(wall=wall, processor=processor, memory_kb=used.ru_maxrss, out=text)


def reference_seconds() -> float:
    """Return the wall time of a plain loop."""
    started = time.perf_counter()
    number = 0
    while number < LOOPS:
        number += 1
    return time.perf_counter() - started


def main() -> None:
    """Run the measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--as-of", default="2013-03-31")
    options = parser.parse_args()
    day = ("--as-of", options.as_of)
    with tempfile.TemporaryDirectory() as name:
        folder = install(Path(name) / "ledger", MONTH_FIRST)
        pulled = dunning(folder, "pull", *day)
        runs = [dunning(folder, "propose", *day) for _ in range(options.rounds)]
        proposal = json.loads(dunning(folder, "propose", *day, "--format", "json").out)
    wall = median(run.wall for run in runs)
    found = {
        "as_of": options.as_of,
        "rounds": options.rounds,
        "receivables": len(proposal["acts"]) + len(proposal["others"]),
        "acts": len(proposal["acts"]),
        "pull_s": round(pulled.wall, 2),
        "propose_s": round(wall, 2),
        "propose_s_max": SECONDS_MAX,
        "is_within": wall <= SECONDS_MAX,
        "propose_processor_s": round(median(run.processor for run in runs), 2),
        "memory_mb": round(max(run.memory_kb for run in runs) / 1024),
        "reference_s": round(median(reference_seconds() for _ in range(3)), 2),
    }
    json.dump(found, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
