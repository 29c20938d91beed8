"""A tier that could not run is named at the end, and fails the run on CI."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.hygiene.tree import ROOT

PLANTED = """
import pytest

def test_server():
    pytest.skip("tier postgres: not run, no server found")

def test_other():
    pytest.skip("something else is absent")

def test_plain():
    pass
"""


@pytest.fixture
def run_planted(tmp_path):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_planted.py").write_text(PLANTED)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    own = {name: value for name, value in os.environ.items() if name != "CI"}
    own["PYTHONPATH"] = str(ROOT)  # whose path may hold a space, as no setting of pytest's may

    def run(**environment):
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "1"],
            cwd=tmp_path,
            env=own | environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


def test_a_tier_that_could_not_run_is_named(run_planted):
    done = run_planted()

    assert "tier postgres: not run, no server found (1 tests)" in done.stdout
    assert done.returncode == 0


def test_a_tier_that_could_not_run_fails_on_ci(run_planted):
    done = run_planted(CI="true")

    assert "tier postgres: not run, no server found (1 tests)" in done.stdout
    assert done.returncode == 1
