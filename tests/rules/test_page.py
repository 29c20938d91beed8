"""The books in docs/books.md load, and their cases pass."""

import re
from pathlib import Path

import pytest

from dunning_sdk.installation.library import open_library
from dunning_sdk.rules.kind import PROCEDURE, RESULTS_BY_KIND
from dunning_sdk.rules.load import load_book
from dunning_sdk.rules.model import Options, StepEntry
from dunning_sdk.verify.cases import run_cases
from tests.verify.proving import needs_z3

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "books.md").read_text(encoding="utf-8")
_BLOCK = r"<!-- (child: )?(\S+\.yaml) -->\n```yaml\n(.*?)```"
BLOCKS = re.findall(_BLOCK, PAGE, re.DOTALL)
SIGNALS = (DOCS / "signals.md").read_text(encoding="utf-8")


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


def test_the_book_of_the_page_on_signals_passes_its_cases():
    found = re.findall(_BLOCK, SIGNALS, re.DOTALL)
    library = open_library()

    book = load_book({name: text for _, name, text in found}, label="s", parents=library.files)
    run = run_cases(book, only="guards.word-broken")

    assert len(found) == SIGNALS.count("```yaml")
    assert [one.message for one in run.results if one.message] == []
    assert [one.missed for one in run.coverage] == [()]


def test_the_page_on_signals_names_every_key_word_and_fact():
    from dunning_sdk.domain.occurrence import OccurrenceKind
    from dunning_sdk.domain.past_fact import PAST_FACTS
    from dunning_sdk.rules.book_file import SignalEntry

    words = [*SignalEntry.model_fields, *OccurrenceKind, *(fact.name for fact in PAST_FACTS)]

    assert [word for word in words if f"`{word}`" not in SIGNALS and word != "source"] == []
