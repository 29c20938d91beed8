"""Run the installed program as a user does: a subprocess in a folder of its own."""

import io
import json
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from dunning_sdk.cli.main import run

PROGRAM = Path(sys.executable).with_name("dunning")


@dataclass(frozen=True)
class Result:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    def json(self):
        """Return what was printed as JSON."""
        return json.loads(self.out)


def dunning(folder, *words, code=0) -> Result:
    """Run `dunning WORDS` in a folder and demand its exit code."""
    done = subprocess.run(
        [PROGRAM, *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    said = f"dunning {' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == code, said
    assert "Traceback" not in done.stderr, said
    return Result(code=done.returncode, out=done.stdout, err=done.stderr)


def dunning_here(folder, *words):
    """Run a command in this process, by the same entry point, and return what it printed.

    For the many days of a story on which nothing happens; starting a process takes a second.
    """
    return dunning_within(folder, *words, "--format", "json").json()


def dunning_within(folder, *words, code=0) -> Result:
    """Run a command in this process, by the same entry point, and demand its exit code."""
    out, err = io.StringIO(), io.StringIO()
    argv = patch.object(sys, "argv", ["dunning", *map(str, words)])
    printed = redirect_stdout(out), redirect_stderr(err)
    with chdir(folder), printed[0], printed[1], argv, pytest.raises(SystemExit) as ended:
        run()
    assert (ended.value.code or 0) == code, out.getvalue() + err.getvalue()
    return Result(code=code, out=out.getvalue(), err=err.getvalue())


def dunning_json(folder, *words, code=0):
    """Run a command with ``--format json`` and return what it printed."""
    return dunning(folder, *words, "--format", "json", code=code).json()
