"""Files of cases are tests of pytest: one item per case, and a failure that can be read."""

import subprocess
import sys

import pytest

from tests.rules.sample import CASES, FILES


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "sample"
    folder.mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    def run(**files):
        texts = FILES | {f"{name}.yaml": text for name, text in files.items()}
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v"]
        if "dunning_sdk.testing.cases" not in str(sorted(_entry_points())):
            command += ["-p", "dunning_sdk.testing.cases"]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
        )

    return run


def _entry_points():
    from importlib.metadata import entry_points

    return [point.value for point in entry_points(group="pytest11")]


def test_each_case_is_a_test(run):
    done = run()

    assert "guards.dispute-open.cases.yaml::a dispute over a part leaves the rest" in done.stdout
    assert "2 passed" in done.stdout
    assert done.returncode == 0


def test_a_failure_says_what_differs_and_shows_no_traceback(run):
    done = run(**{"guards.dispute-open.cases": CASES.replace("amount: 70,", "amount: 71,")})

    assert "expected 71, found 70.00" in done.stdout
    assert "decided by: 2" in done.stdout
    assert "Traceback" not in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_a_skipped_case_is_skipped_with_its_reason(run):
    text = CASES + "  - {name: later, skip: waits for the lawyer, expect: {allow: true}}\n"

    done = run(**{"guards.dispute-open.cases": text})

    assert "2 passed, 1 skipped" in done.stdout


def test_a_book_with_a_fault_fails_with_its_findings(run):
    done = run(**{"mandate.contract": FILES["mandate.contract.yaml"].replace("full,", "ful,", 1)})

    assert "book.unknown-value" in done.stdout
    assert done.returncode == 1
