"""Prove that what must be true of a book's answers is true whatever the facts.

The module decides what counts as proved: only what the prover was told whole and found no
exception to. What it gave up on is *unknown*, what it could not be told is *opaque*; neither is
proved. An exception is shown as the simplest facts there are, and as a case that fails.

Procedures are proved in `machine`; which invariants there are is said in books.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import z3

from dunning_sdk.errors import DunningError, OpaqueError, UnprovedError
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.invariant import OUTCOME, Invariant
from dunning_sdk.verify.counterexample import case_text, wanted_answer
from dunning_sdk.verify.encode import Encoder
from dunning_sdk.verify.machine import prove_procedures
from dunning_sdk.verify.search import RLIMIT, is_possible, simplest, solver_of
from dunning_sdk.verify.subject import Subject, in_force, subjects_of
from dunning_sdk.verify.verdict import BookProof, Proof, Status
from dunning_sdk.verify.world import nested_values


def prove_book(
    book: Book, *, inherited: Iterable[Invariant] = (), rlimit: int = RLIMIT
) -> BookProof:
    """Prove the invariants of a book.

    Args:
        book: Whose rules are looked at.
        inherited: Invariants of every book; they stand before the book's own of the same name.
        rlimit: Work z3 may do per question, as it counts it.
    """
    every = {one.id: one for one in (*inherited, *book.invariants)}
    every.update({one.id: one for one in inherited})
    subjects: dict[str, tuple[Subject, ...]] = {}
    proofs: list[Proof] = []
    for invariant in every.values():
        if invariant.about not in subjects:
            subjects[invariant.about] = subjects_of(book, invariant.about)
        for subject in subjects[invariant.about]:
            proofs.append(prove_invariant(book, invariant, subject, rlimit=rlimit))
    proofs.extend(prove_procedures(book, rlimit=rlimit))
    opaque = [place for found in subjects.values() for one in found for place in one.answer.opaque]
    opaque.extend(place for proof in proofs for place in proof.opaque)
    return BookProof(book=book.id, proofs=tuple(proofs), opaque=tuple(dict.fromkeys(opaque)))


def prove_invariant(
    book: Book, invariant: Invariant, subject: Subject, *, rlimit: int = RLIMIT
) -> Proof:
    """Prove one invariant of the rules it is about."""
    blank = Proof(
        invariant=invariant.id,
        title=invariant.title,
        about=subject.name,
        status=Status.PROVED,
        opaque=subject.answer.opaque,
        file=invariant.file,
        line=invariant.line,
        column=invariant.column,
    )
    try:
        solver = _question(invariant, subject, rlimit=rlimit)
        if is_possible(solver):
            return _broken(book, invariant, subject, blank=blank, solver=solver)
    except OpaqueError as exc:
        return replace(blank, status=Status.OPAQUE, message=f"{invariant.holds.text}: {exc}")
    except UnprovedError as exc:
        message = f"z3 gave up on query {invariant.id} of {subject.name}: {exc}"
        return replace(blank, status=Status.UNKNOWN, message=message)
    if blank.opaque:
        return replace(blank, status=Status.OPAQUE, message="; ".join(blank.opaque))
    return blank


def _question(invariant: Invariant, subject: Subject, *, rlimit: int) -> z3.Solver:
    """Return a solver that is satisfied where the invariant is broken."""
    world, answer = subject.world, subject.answer
    encoder = _encoder(subject)
    holds = z3.And(answer.given, encoder.value(invariant.holds.node).term)
    terms = [z3.Not(holds)]
    if invariant.when is not None:
        terms.append(encoder.value(invariant.when.node).term)
    if len(subject.rules) == 1 and subject.name == subject.rules[0].id:
        terms.append(in_force(subject.rules[0], world))
    world.fact("as_of")
    return solver_of([*terms, *world.laws()], rlimit=rlimit)


def _encoder(subject: Subject) -> Encoder:
    return Encoder(
        world=subject.world,
        answers={f"{OUTCOME}.{name}": one for name, one in subject.answer.fields.items()},
        lists={f"{OUTCOME}.{name}": items for name, items in subject.answer.lists.items()},
    )


def _broken(
    book: Book, invariant: Invariant, subject: Subject, *, blank: Proof, solver: z3.Solver
) -> Proof:
    world = subject.world
    model = simplest(solver, world.facts, world)
    facts = {name: world.value(name, model) for name in world.facts}
    try:
        outcome: Mapping[str, Any] = subject.decide(book, nested_values(facts))
        said = ", ".join(f"{name} {_shown(value)}" for name, value in outcome.items())
        message = f"the answer is {said}"
    except DunningError as exc:
        outcome, message = {}, f"there is no answer: {exc.code}: {exc.message}"
    is_real = not outcome or not _holds(invariant, facts, outcome)
    wanted = wanted_answer(invariant, subject, facts=facts, outcome=outcome)
    return replace(
        blank,
        status=Status.BROKEN if is_real else Status.OPAQUE,
        message=message if is_real else f"not the rules themselves, but z3 says: {message}",
        facts=facts,
        outcome=outcome,
        case=case_text(invariant, subject, facts=facts, wanted=wanted) if is_real else "",
        is_real=is_real,
    )


def _holds(invariant: Invariant, facts: Mapping[str, Any], outcome: Mapping[str, Any]) -> bool:
    """Tell whether the rules' own answer keeps to the invariant."""
    scope = nested_values(facts)
    scope[OUTCOME] = {
        name: list(value) if isinstance(value, tuple) else value for name, value in outcome.items()
    }
    try:
        return invariant.holds.run()(scope) is True
    except FeelError:
        return False


def _shown(value: object) -> str:
    if value is None or value in ("", ()):
        return "nothing"
    if isinstance(value, tuple):
        return " and ".join(map(str, value))
    return f"{value:f}" if isinstance(value, Decimal) else str(value).lower()
