"""The books in docs/books.md load, and their cases pass."""

import re
from pathlib import Path

import pytest

from dunning_sdk.rules.kind import PROCEDURE, RESULTS_BY_KIND
from dunning_sdk.rules.load import load_book
from dunning_sdk.rules.model import Options, StepEntry
from dunning_sdk.verify.cases import run_cases
from tests.verify.proving import needs_z3

PAGE = (Path(__file__).parents[2] / "docs" / "books.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- (child: )?(\S+\.yaml) -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)


def files(of):
    return {name: text for whose, name, text in BLOCKS if whose == of}


def test_every_block_of_yaml_is_in_a_book():
    assert len(BLOCKS) == PAGE.count("```yaml")


def test_the_book_of_the_page_loads_and_its_cases_pass():
    book = load_book(files(""), label="friendly")

    run = run_cases(book)

    assert [one for one in run.results if one.message] == []
    assert [one.missed for one in run.coverage] == [(), ()]
    assert book.findings == ()


@needs_z3
def test_the_invariants_of_the_page_are_proved():
    from dunning_sdk.verify.prove import prove_book

    found = prove_book(load_book(files(""), label="friendly"))

    assert "disputed-is-left-alone" in [one.invariant for one in found.proofs]
    assert found.passed


def test_the_child_of_the_page_loads():
    child = load_book(files("child: "), label="child", parents=lambda name: files(""))

    steps = child.procedures["procedure.friendly"].steps
    assert [step.offset for step in steps] == [-3, 10, 10]
    assert child.procedures["procedure.friendly"].spacing_days == 5


@pytest.mark.parametrize("kind", RESULTS_BY_KIND)
def test_the_page_names_every_field_of_every_kind(kind):
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` |")]

    assert [one.name for one in RESULTS_BY_KIND[kind] if one.name not in row] == []


def test_the_page_names_every_field_of_a_step_and_every_option():
    text = PAGE[PAGE.index(f"kind: {PROCEDURE}") :]

    names = [*StepEntry.model_fields, *Options.model_fields]
    assert [name for name in names if f"`{name}`" not in text] == []
