"""The fault suite finds what it plants, for a seed of its own."""

import subprocess
import sys

from tests.shared import ROOT


def test_planted_faults_are_found_and_clean_books_give_no_finding():
    command = [sys.executable, "benchmarks/faults.py", "--seed", "5", "--count", "18"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)

    assert done.stderr == ""
    assert "clean books with findings: none\nall 18 found\n" in done.stdout
