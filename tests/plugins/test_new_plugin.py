"""`dunning new plugin` writes a distribution that builds, is found, and whose tests pass."""

import os
import subprocess
import sys
import zipfile

import pytest

from dunning_sdk.errors import ConfigError
from tests.acceptance.program import dunning, dunning_json
from tests.hygiene.tree import ROOT


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write a plugin with the program, and return its folder."""
    folder = tmp_path_factory.mktemp("new")
    said = dunning(folder, "new", "plugin", "our-tool").out
    assert "next: run `pip install -e dunning-our-tool pytest`" in said
    return folder / "dunning-our-tool"


@pytest.fixture(scope="module")
def installed(written):
    """Build its wheel, unpack it as an installer does, and return where."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"]
    subprocess.run(build, cwd=written, check=True, capture_output=True, timeout=60)
    (wheel,) = (written / "dist").glob("*.whl")
    target = written.parent / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(target)
    return target


def environment(installed):
    inherited = os.environ.get("PYTHONPATH", "")
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(installed), inherited]))}


def test_its_tests_pass_on_the_built_wheel(written, installed):
    words = ["-m", "pytest", "-q", "-o", "pythonpath=", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(
        [sys.executable, *words],
        cwd=written, env=environment(installed), capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 passed" in done.stdout


def test_the_program_finds_it(installed, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", environment(installed)["PYTHONPATH"])
    monkeypatch.delenv("DUNNING_LOAD_PLUGINS", raising=False)

    listed = {one["name"]: one for one in dunning_json(tmp_path, "plugins")}
    assert (listed["our-tool"]["distribution"], listed["our-tool"]["hooks"]) == (
        "dunning-our-tool", ["dunning_register_connectors"],
    )  # fmt: skip


def test_what_is_written_is_in_the_style_of_the_project(written):
    """Formatted, and with nothing that the project's own linter minds."""
    config = ROOT / "pyproject.toml"
    for words in (["check", "--ignore", "ANN,S,D"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--no-cache", "--config", config, "."],
            cwd=written, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["Our-Tool", "9", "a--b", "sdk", "../x"])
def test_a_name_that_cannot_be_one_is_refused(name, tmp_path, monkeypatch):
    from dunning_sdk.cli.new import new_plugin

    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError):
        new_plugin(name, None)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_written_over(written):
    done = dunning(written.parent, "new", "plugin", "our-tool", code=2)

    assert "is there already" in done.err
