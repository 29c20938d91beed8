"""Decide the same 20,000 facts by the same table with every engine, and compare speed and answers.

One process for each engine, one after the other, so that none warms or burdens another; facts are
turned into what the engine takes beforehand. Every process also times the table as a person writes
it in Python, so that a slow core shows. Prints JSON: decisions per second of processor time (the
best of some rounds), ratios to zen-engine and to the reference, processor time to load and answer
first, memory, and whether the answers are the same. A peer that is not installed is named with its
reason, not passed over. Ends with 1 where an engine answers otherwise.

    python -m benchmarks.rules
    python -m benchmarks.rules --engines ours-compiled zen-engine --facts 5000
"""

import argparse
import hashlib
import json
import platform
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib import metadata
from typing import Any

from benchmarks.engines import ENGINES
from benchmarks.table import facts, plain

ROUNDS = 5
OURS = "dunning-sdk"


def seconds_of(decide: Callable[[Any], str], ready: list[Any]) -> float:
    """Return the processor time that the best of some rounds took."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        for fact in ready:
            decide(fact)
        best = min(best, time.process_time() - started)
    return best


def memory_mb() -> float:
    """Return the most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, seed: int, count: int) -> dict[str, Any]:
    """Return what one engine does, in this process."""
    given = list(facts(seed, count))
    memory, started = memory_mb(), time.process_time()
    try:
        decide, prepare = ENGINES[name]()
    except ImportError as error:
        return {"not_run": f"{type(error).__name__}: {error}"}
    decide(prepare(given[0]))
    cold = time.process_time() - started
    ready = list(map(prepare, given))
    answers = [decide(fact) for fact in ready]
    rate = count / seconds_of(decide, ready)
    found = hashlib.sha256("\n".join(answers).encode()).hexdigest()
    return {
        "version": _version(name),
        "decisions_per_second": round(rate),
        "microseconds": round(1e6 / rate, 2),
        "first_answer_ms": round(cold * 1000, 1),
        "memory_mb": round(memory_mb() - memory, 1),
        "answers": found[:16],
        "wrong": sum(answer != plain(fact) for answer, fact in zip(answers, given, strict=True)),
        "reference_per_second": round(count / seconds_of(plain, given)),
    }


def _version(name: str) -> str:
    try:
        return metadata.version(OURS if name.startswith("ours") else name)
    except metadata.PackageNotFoundError:
        return ""


def in_own_process(name: str, seed: int, count: int) -> dict[str, Any]:
    """Return what one engine does, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.rules", "--only", name]
    done = subprocess.run(
        [*command, "--seed", str(seed), "--facts", str(count)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return {"not_run": (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def compared(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the measurements with ratios: to zen-engine, and to the reference of the process."""
    zen = found.get("zen-engine", {}).get("decisions_per_second")
    for one in found.values():
        if rate := one.get("decisions_per_second"):
            one["times_reference"] = round(rate / one["reference_per_second"], 3)
            if zen:
                one["times_zen"] = round(rate / zen, 2)
    return found


def main() -> int:
    """Run the measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--facts", type=int, default=20_000)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--only", choices=ENGINES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        warnings.simplefilter("ignore")  # peers warn of their own code
        json.dump(measure(options.only, options.seed, options.facts), sys.stdout)
        return 0
    found = {name: in_own_process(name, options.seed, options.facts) for name in options.engines}
    answers = {one["answers"] for one in found.values() if "answers" in one}
    head = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "seed": options.seed,
        "facts": options.facts,
        "same_answers": len(answers) == 1,
    }
    json.dump(head | {"engines": compared(found)}, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0 if len(answers) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
