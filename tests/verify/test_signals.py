"""Signals of a book in what proves, compares, draws and changes books."""

from dunning_sdk.dmn.write import write_definitions
from dunning_sdk.interchange.from_model import import_book
from dunning_sdk.interchange.sheet import sheet_of
from dunning_sdk.interchange.to_model import export_book
from dunning_sdk.rules.load import load_book
from tests.verify.proving import needs_z3

BOOK = """\
id: watched
version: 1
title: A book that looks for signals
extends: safeguards
reasons:
  watched: {en: The debtor is watched., fr: Le débiteur est surveillé.}
signals:
  broken:
    title: {en: Promises broken, fr: Promesses rompues}
    count: promise-broken
    within_days: 90
  watched:
    title: {en: Broken twice, fr: Rompues deux fois}
    count: promise-broken
    at_least: 2
invariants:
  never-below-nothing:
    title: A count is never negative
    about: guards.watched
    when: signal.broken <= 0 and not(signal.watched)
    holds: outcome.allow
  watched-is-left:
    title: Who is watched is left alone
    about: guards.watched
    when: signal.watched
    holds: not(outcome.allow)
"""
GUARD = """\
id: guards.watched
kind: guards
title: Who broke promises is left to a person
inputs: [signal.broken, signal.watched]
hit_policy: first
rows:
  - {when: {signal.watched: true}, then: {allow: false, reason: watched}}
  - {when: {signal.broken: "> 0"}, then: {allow: false, reason: watched}}
otherwise: {allow: true}
source: House rule
"""
FILES = {"book.yaml": BOOK.replace("extends: safeguards\n", ""), "guards.watched.yaml": GUARD}


def the_book(**over):
    return load_book(FILES | over, label="watched")


@needs_z3
def test_a_proof_takes_a_signal_as_any_value_of_its_type():
    from dunning_sdk.verify.prove import prove_book

    proofs = {one.invariant: one.status.value for one in prove_book(the_book()).proofs}

    assert proofs == {"never-below-nothing": "proved", "watched-is-left": "proved"}


@needs_z3
def test_a_difference_names_signals_that_changed():
    from dunning_sdk.verify.diff import diff_books

    other = the_book(
        **{"book.yaml": FILES["book.yaml"].replace("within_days: 90", "within_days: 9")}
    )
    table = the_book(**{"guards.watched.yaml": GUARD.replace('"> 0"', '"> 1"')})

    assert [(one.rule, one.change) for one in diff_books(the_book(), other).rules] == [
        ("signal.broken", "changed"),
        ("guards.watched", "equal"),
    ]
    assert [(one.rule, one.change) for one in diff_books(the_book(), table).rules] == [
        ("guards.watched", "changed"),
    ]


def test_a_model_keeps_the_signals_of_its_book():
    found = import_book(write_definitions(export_book(the_book())), label="watched.dmn")

    assert found.hash == the_book().hash
    assert found.patterns == the_book().patterns


def test_a_sheet_of_a_table_that_reads_signals_is_drawn():
    drawn = sheet_of(the_book(), "guards.watched")

    assert [one.expression.text for one in drawn.inputs] == ["signal.broken", "signal.watched"]
