"""The action's shell steps and the pre-commit hooks do what they say, run for real."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.shared import ROOT
from tests.verify.proving import needs_z3

needs_pre_commit = pytest.mark.skipif(
    importlib.util.find_spec("pre_commit") is None,
    reason="tier pre-commit: not run, pre-commit not installed",
)
BOOK = ROOT / "src" / "dunning_sdk" / "rules" / "books" / "friendly"
EXPRESSION = re.compile(r"\$\{\{ ([\w.-]+) \}\}")


@pytest.fixture
def project(tmp_path):
    """Return a folder with one book of its own, the shipped book for friendly reminders."""
    folder = tmp_path / "project"
    (folder / "ours").mkdir(parents=True)
    for file in BOOK.glob("*.yaml"):
        (folder / "ours" / file.name).write_text(file.read_text("utf-8"), encoding="utf-8")
    return folder


def break_case(project):
    cases = next((project / "ours").glob("procedure.*.cases.yaml"))
    text = cases.read_text("utf-8")
    cases.write_text(text.replace("friendly-before-due", "due-today", 1).replace(
        "before-due", "until-paid", 1), encoding="utf-8")  # fmt: skip


class Action:
    """Runs the shell steps of action.yml as the runner does, with the program under test."""

    def __init__(self, project: Path, runner: Path, **inputs: str) -> None:
        self.definition = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        given = {name: one["default"] for name, one in self.definition["inputs"].items()}
        self.known = {f"inputs.{name}": value for name, value in (given | inputs).items()}
        self.known |= {"github.action_path": str(ROOT), "runner.temp": str(runner)}
        self.project, self.runner = project, runner
        self.output = runner / "output"
        self.output.touch()

    def steps(self):
        return [one for one in self.definition["runs"]["steps"] if "run" in one]

    def run(self, step, **more) -> subprocess.CompletedProcess:
        """Run one step, and take over what it puts out."""
        own = {
            name: EXPRESSION.sub(lambda found: self.known[found[1]], value)
            for name, value in step.get("env", {}).items()
        }
        program = str(Path(sys.executable).parent)
        env = os.environ | own | {
            "PATH": f"{program}{os.pathsep}{os.environ['PATH']}",
            "RUNNER_TEMP": str(self.runner),
            "GITHUB_OUTPUT": str(self.output),
        } | more  # fmt: skip
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            command, cwd=self.project, env=env, capture_output=True, text=True, check=False
        )
        for line in self.output.read_text("utf-8").splitlines():
            name, _, value = line.partition("=")
            self.known[f"steps.{step.get('id')}.outputs.{name}"] = value
        return done


@needs_z3
@pytest.mark.parametrize(
    ("fault", "inputs", "code", "results"),
    [
        (lambda _: None, {"prove": "true"}, 0, 0),
        (break_case, {}, 1, 1),
        (lambda project: (project / "ours" / "book.yaml").write_text("id: [\n"), {}, 2, None),
    ],
    ids=["sound", "a-case-fails", "it-does-not-parse"],
)
def test_the_action_judges_books_and_leaves_as_the_commands_do(
    project, tmp_path, fault, inputs, code, results
):
    fault(project)
    runner = tmp_path / "runner"
    runner.mkdir()
    action = Action(project, runner, books="ours", **inputs)
    _, judge, leave = action.steps()

    judged = action.run(judge)
    left = action.run(leave)

    assert (judged.returncode, left.returncode) == (0, code)
    assert json.loads((runner / "dunning" / "check.sarif").read_text("utf-8"))["version"] == "2.1.0"
    if results is not None:
        test = json.loads((runner / "dunning" / "test.sarif").read_text("utf-8"))
        assert len(test["runs"][0]["results"]) == results


@pytest.mark.parametrize(
    ("version", "wanted"), [("", f"{ROOT}[prove]"), ("0.1.0", "dunning-sdk[prove]==0.1.0")]
)
def test_the_action_installs_its_own_checkout_or_a_release(project, tmp_path, version, wanted):
    stand_in = tmp_path / "bin" / "python"
    stand_in.parent.mkdir()
    stand_in.write_text('#!/bin/sh\necho "$@"\n')
    stand_in.chmod(0o755)
    action = Action(project, tmp_path, version=version)

    done = action.run(action.steps()[0], PATH=f"{stand_in.parent}{os.pathsep}{os.environ['PATH']}")

    assert done.stdout == f"-m pip install --quiet {wanted}\n"


@needs_pre_commit
def test_the_hooks_judge_the_books_that_are_staged(project, tmp_path):
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    installed = [{**one, "language": "system"} for one in hooks]
    config = {"repos": [{"repo": "local", "hooks": installed}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")

    sound = run_hooks(project, tmp_path)
    break_case(project)
    broken = run_hooks(project, tmp_path)

    assert (sound.returncode, broken.returncode) == (0, 1)
    assert "dunning check" in sound.stdout
    assert "FAIL: ours: procedure.friendly" in broken.stdout


def run_hooks(project, tmp_path):
    """Stage all and run the hooks by pre-commit, with the program under test."""
    program = Path(sys.executable).parent
    env = os.environ | {
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "PATH": f"{program}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    for command in (["git", "init", "-q", "."], ["git", "add", "-A"]):
        subprocess.run(command, cwd=project, env=env, check=True)
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=project,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_hooks_name_every_kind_of_file_of_a_book():
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")):
        pattern = re.compile(hook["files"])
        assert all(pattern.search(f"books/ours/{file.name}") for file in BOOK.glob("*.yaml"))
        assert not pattern.search("books/ours/other.yaml")
        assert hook["require_serial"] is True
