"""What is tracked names no machine and no registry, and the changelog's fragments are whole."""

import re
import subprocess

import pytest

from tests.hygiene.tree import ROOT

MACHINE = re.compile(r"(?<![\w.~-])/(?:root|work|home/\w+|Users/\w+)/\w")
REGISTRY = re.compile(
    r"://[^/\s]*(?:pypi|pythonhosted|npmjs|artifactory|jfrog|nexus)", re.IGNORECASE
)
FRAGMENT = re.compile(
    r"(?:\d+|\+[a-z0-9-]+)\.(?:law|rules|breaking|added|fixed|docs)(?:\.\d+)?\.md"
)


def named_places(text):
    return [match.group() for pattern in (MACHINE, REGISTRY) for match in pattern.finditer(text)]


def fragment_faults(name, text):
    if not FRAGMENT.fullmatch(name):
        yield f"{name}: not <issue>.<type>.md or +<name>.<type>.md"
    if not text.strip() or text.lstrip().startswith("#"):
        yield f"{name}: needs a sentence, without a heading"
    if text.strip() and not text.strip().endswith("."):
        yield f"{name}: a sentence ends with a full stop"


@pytest.fixture(scope="module")
def tracked():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name]


def test_no_file_names_a_machine_or_a_registry(tracked):
    slash = "/"
    assert (
        named_places(f"see {slash}root{slash}x and https:{slash}{slash}files.pythonhosted.org")
        != []
    )
    assert named_places("src/work/x, .venv/bin, ~/work/x, the/root/x") == []

    found = {}
    for path in tracked:
        if path.is_file() and (places := named_places(path.read_text("utf-8", errors="ignore"))):
            found[path.relative_to(ROOT).as_posix()] = places
    assert found == {}


def test_changelog_fragments_are_whole():
    assert len(list(fragment_faults("new-thing.md", "# Heading\n"))) == 3
    assert list(fragment_faults("+rate.law.md", "The base rate of `xx` now has a value.\n")) == []

    fragments = sorted((ROOT / "changelog.d").glob("[!.]*"))
    assert [
        fault for path in fragments for fault in fragment_faults(path.name, path.read_text("utf-8"))
    ] == []
