"""Throw made-up texts at FEEL and see that each gives a value or an error that names a place.

The texts are those of `tests.feel.hostile`: of the grammar, spoiled byte by byte, and grown on
purpose; the limits are the default ones. Each is parsed, checked, and evaluated in both modes.
Prints JSON: outcomes, what was neither a value nor a `FeelError`, the slowest texts, peak memory.
Ends with 1 where a text broke the language, took more than a minute or 200 MB.

    python -m benchmarks.hostile --seed 1 --texts 100000
"""

import argparse
import json
import resource
import signal
import sys
import time
from collections import Counter
from datetime import date
from types import FrameType

from dunning_sdk import feel
from tests.feel.hostile import texts

SECONDS_MAX = 60
MEMORY_MB_MAX = 200
FACTS = {"x": 3, "due date": date(2026, 1, 31)}
TYPES = {"x": feel.NUMBER, "due date": feel.DATE}
SCOPE = feel.Scope([*FACTS, "no such"])


class HangError(BaseException):
    """A text that takes too long; no `Exception`, so that nothing catches it."""


def stop(number: int, frame: FrameType | None) -> None:
    """Interrupt what is running."""
    raise HangError


def outcome(text: str, *, strict: bool) -> str:
    """Return what became of a text: ``value``, or the name of an error of FEEL."""
    evaluation = feel.Evaluation()
    try:
        node = feel.parse(text, names=SCOPE)
        feel.check(node, TYPES)
        feel.compile_expression(node, strict=strict)(FACTS, evaluation)
    except feel.FeelError as error:
        return type(error).__name__ if error.line >= 1 <= error.column else "an error nowhere"
    return "value"


def run(seed: int, count: int) -> dict[str, object]:
    """Return what became of so many texts."""
    outcomes: Counter[str] = Counter()
    broken: list[dict[str, str]] = []
    slowest: list[tuple[float, str]] = []
    signal.signal(signal.SIGALRM, stop)
    for text in texts(seed, count):
        signal.setitimer(signal.ITIMER_REAL, SECONDS_MAX)
        started = time.perf_counter()
        for strict in (False, True):
            try:
                found = outcome(text, strict=strict)
            except (Exception, HangError) as error:  # whatever it is, it is a finding
                found = f"broken: {type(error).__name__}"
            if found.startswith(("broken", "an error")):
                broken.append({"text": text[:500], "found": found})
            outcomes[found] += 1
        signal.setitimer(signal.ITIMER_REAL, 0)
        slowest = sorted([*slowest, (time.perf_counter() - started, text[:120])], reverse=True)[:5]
    return {
        "outcomes": dict(outcomes.most_common()),
        "broken": broken,
        "slowest": [{"seconds": round(seconds, 2), "text": text} for seconds, text in slowest],
    }


def main() -> int:
    """Run one measurement and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts", type=int, default=100_000)
    options = parser.parse_args()
    started = time.perf_counter()
    found = run(options.seed, options.texts)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = round(time.perf_counter() - started, 1)
    head = {"seed": options.seed, "texts": options.texts, "seconds": seconds, "memory_mb": memory}
    json.dump(head | found, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return 1 if found["broken"] or memory > MEMORY_MB_MAX else 0


if __name__ == "__main__":
    sys.exit(main())
