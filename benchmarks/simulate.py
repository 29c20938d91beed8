"""Time ``dunning simulate`` over two years of a ledger of 2,466 real invoices.

Replays 2012 and 2013 with recorded settlements, start of Python included. Prints JSON: wall and
processor seconds, days a second, peak memory, what the book came to, and the seconds of a plain
loop of the same run that counts to `LOOPS`, to compare machines by. Needs the data sets that
tests read; see ``tests/shared.py``.

    python -m benchmarks.simulate --to 2013-12-31
"""

import argparse
import json
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks.propose import dunning, reference_seconds
from tests.acceptance.ledger import MONTH_FIRST, install

FIRST = date(2012, 1, 1)


def main() -> None:
    """Run the measurement and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=date.fromisoformat, default=date(2013, 12, 31))
    parser.add_argument("--book", default="", help="The book of the ledger's tests, if not given.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = install(Path(name) / "ledger", MONTH_FIRST)
        days = ("--from", FIRST.isoformat(), "--to", options.to.isoformat())
        words = ("--portfolio", ".", "--sources", *days, "--format", "json")
        ran = dunning(folder, "simulate", options.book or "./book", *words)
    report = json.loads(ran.out)
    (course,) = report["courses"]
    count = len(course["days"])
    found = {
        "days": count,
        "receivables": report["receivables"],
        "acts": sum(item["acts"] for item in course["channels"]),
        "notices": sum(item["notices"] for item in course["channels"]),
        "looked_at": sum(day["looked_at"] for day in course["days"]),
        "days_to_pay": course["days_to_pay"],
        "days_late": course["days_late"],
        "open_at_end": course["open_at_end"],
        "wall_s": round(ran.wall, 1),
        "processor_s": round(ran.processor, 1),
        "days_per_s": round(count / ran.wall, 1),
        "days_per_processor_s": round(count / ran.processor, 1),
        "memory_mb": round(ran.memory_kb / 1024),
        "reference_s": round(median(reference_seconds() for _ in range(3)), 2),
    }
    json.dump(found, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
