"""Write what the Technology Compatibility Kit says into the documentation.

``python -m tests.docs.kit`` brings both pages up to date, where the kit is there.
"""

import re
from collections import Counter
from collections.abc import Sequence

from dunning_sdk.testing.tck import CaseResult, Status, run_tck
from tests.shared import ROOT, shared_path

FOLDERS = ROOT / "docs" / "dmn-tck.md"
TOTALS = ROOT / "docs" / "dmn.md"
HEAD = """\
# The Technology Compatibility Kit, folder by folder

Cases that `python -m dunning_sdk.testing.tck` passed, of those that apply, in the part of the kit
that the project is tested with; see [DMN models](dmn.md#conformance). The last two columns count
the passed cases that expect a value and those that expect null. `python -m tests.docs.kit` writes
this page.

| folder | passed | of | value | null |
|---|--:|--:|--:|--:|
"""
TOTAL = re.compile(r"(?<=\|---\|--:\|--:\|--:\|--:\|\n)(?:\| .*\n)+")


def folder_page(results: Sequence[CaseResult]) -> str:
    """Return the page of all folders."""
    lines = []
    for folder in sorted({one.folder for one in results}):
        own = [one for one in results if one.folder == folder]
        passed = [one for one in own if one.status is Status.PASSED]
        applicable = [one for one in own if one.status is not Status.NOT_APPLICABLE]
        null = sum(one.expects_null for one in passed)
        name = folder.removeprefix("compliance-").replace("/", " ")
        counts = (len(passed), len(applicable), len(passed) - null, null)
        lines.append(f"| {name} | {' | '.join(map(str, counts))} |\n")
    return HEAD + "".join(lines)


def total_rows(results: Sequence[CaseResult]) -> str:
    """Return the rows of the totals."""
    groups = {
        "level 2": [one for one in results if "level-2" in one.folder],
        "level 3": [one for one in results if "level-3" in one.folder],
        "value expected": [one for one in results if not one.expects_null],
        "null expected": [one for one in results if one.expects_null],
    }
    kinds = (Status.PASSED, Status.FAILED, Status.ERROR, Status.NOT_APPLICABLE)
    counted = {name: Counter(one.status for one in group) for name, group in groups.items()}
    return "".join(
        f"| {name} | {' | '.join(f'{count[kind]:,}' for kind in kinds)} |\n"
        for name, count in counted.items()
    )


def with_totals(page: str, results: Sequence[CaseResult]) -> str:
    """Return the page about DMN with its totals written anew."""
    return TOTAL.sub(lambda _: total_rows(results), page)


def write() -> None:
    """Bring both pages up to date."""
    results = list(run_tck(shared_path("dmn-tck")))
    FOLDERS.write_text(folder_page(results), encoding="utf-8")
    page = TOTALS.read_text(encoding="utf-8")
    TOTALS.write_text(with_totals(page, results), encoding="utf-8")


if __name__ == "__main__":
    write()
