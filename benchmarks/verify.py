"""Time the checks of large tables: python benchmarks/verify.py [--seed N]."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from tables import book_files, boxes, rule_text

from dunning_sdk.rules.load import load_book
from dunning_sdk.verify.check import check_book

SIZES = ((50, None), (200, 1.0), (1000, None), (3000, 30.0))


def reference_loop(count: int = 2_000_000) -> float:
    """Return the seconds of a loop that does the same on every machine."""
    started = time.process_time()
    total = 0
    for number in range(count):
        total += number % 7
    return time.process_time() - started


def main(argv: Sequence[str] | None = None) -> int:
    """Print one line per size; fail where a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args(argv).seed
    print(f"reference loop: {reference_loop():.3f} s")
    slow = 0
    for rows, limit in SIZES:
        files = book_files(rule_text(boxes(rows, seed)))
        started = time.process_time()
        findings = check_book(load_book(files, label="large"))
        seconds = time.process_time() - started
        if findings:
            print(f"a clean table has a finding: {findings[0]}")
            return 1
        slow += limit is not None and seconds > limit
        print(f"{rows} rows x 8 columns: {seconds:.2f} s, limit {limit or 'none'}")
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
