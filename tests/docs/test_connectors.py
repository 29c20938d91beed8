"""docs/connectors.md has every distribution, and each says what was never run live."""

import re

from tests.docs.pages import ROOT, sections, table
from tests.plugins.distribution import SHIPPED

PAGE = sections((ROOT / "docs" / "connectors.md").read_text(encoding="utf-8"))
ROWS = table(PAGE["What was tested, and what was never run live"], "distribution")


def test_every_distribution_is_in_the_table_with_its_readme():
    named = [f"[{path.name}](../plugins/{path.name}/README.md)" for path in SHIPPED]

    assert [row[0] for row in ROWS] == named


def test_every_distribution_says_how_it_was_tested_and_what_was_not():
    assert [row for row in ROWS if len(row) != 4 or not all(row)] == []


def test_a_readme_says_at_its_top_what_was_never_run_live():
    for row in ROWS:
        name = row[0].split("]")[0].strip("[")
        top = (ROOT / "plugins" / name / "README.md").read_text(encoding="utf-8")[:900]
        calls_nobody = row[3].startswith("nothing")
        assert ("Never run against" in top) is not calls_nobody, name


def test_every_module_of_the_simulators_is_named():
    rows = table(PAGE["Test your own integration"], "module")
    simulators = {"cases", "tck", "tck_case", "__init__"}
    modules = {path.stem for path in (ROOT / "src/dunning_sdk/testing").glob("*.py")}

    assert {row[0].strip("`") for row in rows} == modules - simulators


def test_its_examples_run():
    text = (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^```python\n(.*?)^```", text)
    names: dict = {}
    for block in blocks:
        exec(block, names)  # noqa: S102 - the page's own examples

    assert len(blocks) == 3
    assert names["receiver"] is not None
