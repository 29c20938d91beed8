"""Throw spoiled inputs at every parser of what comes from outside, for some minutes.

Parsers and seeds are those of `tests.fuzzing`. Each input is read or refused by an error of ours,
in one line; whatever else happens is a finding, and so is one that takes more than ten seconds of
the processor, or two minutes.
Prints JSON: inputs by parser, findings with their input, the slowest, memory. Ends with 1 where
there is a finding, or memory grew beyond the limit.

    python -m benchmarks.fuzz --minutes 10 --seed 1
"""

import argparse
import base64
import json
import re
import resource
import signal
import sys
import time
from collections import Counter
from types import FrameType

from tests.fuzzing import inputs, parsers, verdict

SECONDS_MAX = 10
WALL_SECONDS_MAX = 120  # for one that waits; the machine may be shared
MEMORY_MB_MAX = 1024
FINDINGS_MAX = 50


class HangError(BaseException):
    """An input that takes too long; no `Exception`, so that nothing catches it."""


def stop(number: int, frame: FrameType | None) -> None:
    """Interrupt what is running."""
    raise HangError


def run(seed: int, minutes: float, only: str) -> dict[str, object]:
    """Return what became of the inputs of so many minutes."""
    chosen = [parser for parser in parsers() if only in ("", parser.name)]
    outcomes: dict[str, Counter[str]] = {parser.name: Counter() for parser in chosen}
    streams = {parser.name: inputs(parser, seed) for parser in chosen}
    findings: dict[str, dict[str, str]] = {}
    slowest: dict[str, float] = dict.fromkeys(outcomes, 0.0)
    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGPROF, stop)
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        for parser in chosen:
            for _ in range(parser.weight * 5):
                content = next(streams[parser.name])
                started = time.process_time()
                signal.setitimer(signal.ITIMER_PROF, SECONDS_MAX)
                signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS_MAX)
                try:
                    found = verdict(parser, content)
                except HangError:
                    found = f"took more than {SECONDS_MAX} seconds"
                finally:
                    signal.setitimer(signal.ITIMER_PROF, 0)
                    signal.setitimer(signal.ITIMER_REAL, 0)
                seconds = time.process_time() - started
                slowest[parser.name] = max(slowest[parser.name], seconds)
                kind = found if found in ("read", "refused") else "found"
                outcomes[parser.name][kind] += 1
                if kind == "found" and len(findings) < FINDINGS_MAX:
                    text = base64.b64encode(content[:20_000]).decode()
                    name = re.sub(r"\d+", "N", f"{parser.name}: {found}")[:100]
                    findings.setdefault(name, {"input": text})
    return {
        "inputs": sum(sum(counts.values()) for counts in outcomes.values()),
        "outcomes": {name: dict(counts) for name, counts in outcomes.items()},
        "slowest_seconds": {name: round(seconds, 2) for name, seconds in slowest.items()},
        "findings": findings,
    }


def main() -> int:
    """Run for the minutes asked for, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="one parser by name")
    options = parser.parse_args()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = run(options.seed, options.minutes, options.only)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    head = {
        "seed": options.seed,
        "minutes": options.minutes,
        "memory_mb": {"before": before, "peak": memory},
    }
    json.dump(head | found, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return 1 if found["findings"] or memory > MEMORY_MB_MAX else 0


if __name__ == "__main__":
    sys.exit(main())
