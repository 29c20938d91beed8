"""The fault suite finds what it plants, for a seed of its own; its counterexamples are real."""

import subprocess
import sys

from tests.shared import ROOT
from tests.verify.proving import needs_z3

pytestmark = needs_z3


def test_planted_faults_are_found_and_clean_books_give_no_finding():
    command = [sys.executable, "benchmarks/faults.py", "--seed", "5", "--count", "23"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)

    assert done.stderr == ""
    assert "clean books with findings: none\ncounterexamples that break" in done.stdout
    assert "\nall 23 found\n" in done.stdout
    assert " 0 of 0\n" not in done.stdout
