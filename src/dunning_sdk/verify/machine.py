"""Prove procedures safe: one step at a time, never backwards, formal notices first.

The module decides what is proved of every procedure, by induction over days: on any day, after
any past that keeps to the rules, the step that is due keeps to them too. The model of the step
machine is `step_model`; what the prover leaves open there may be anything, so that a proof holds
for every calendar and every entry.

Not covered: what another system did before import is taken as that system says it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import z3

from dunning_sdk.errors import EvaluationError, UnprovedError
from dunning_sdk.rules.book import Book, ProcedureRule
from dunning_sdk.rules.case import Case
from dunning_sdk.rules.step import Action, CatchUp, Procedure, Step
from dunning_sdk.verify.lived import lived_steps
from dunning_sdk.verify.search import is_possible, solver_of
from dunning_sdk.verify.step_model import (
    Past,
    Situation,
    Terms,
    freed_on,
    goes,
    in_cycle,
    is_spaced,
    may_be_done,
    open_steps,
)
from dunning_sdk.verify.verdict import Proof, Status
from dunning_sdk.verify.world import PINNED

_ALGEBRA: Final = Terms()

LEVEL: Final = "level-never-falls"
ONCE: Final = "one-step-per-run"
CLOSED: Final = "nothing-while-closed"
OURS: Final = "nothing-of-anothers"
APART: Final = "notices-apart"
FORMAL: Final = "formal-notice-before-placement"
GRANTED: Final = "days-granted-run-out"
_TITLES: Final = {
    LEVEL: "The level never falls within a cycle",
    ONCE: "At most one step is done per receivable and run",
    CLOSED: "No step is due about what is paid, stopped or another's to chase",
    OURS: "No step is done that another actor is to do",
    APART: "At most one notice per debtor and interval, legal steps apart",
    FORMAL: "A formal notice precedes a placement",
    GRANTED: "The days a formal notice grants run out before what hangs on it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A step done on a day, after any past that keeps to the rules.

    Attributes:
        steps: Of the procedure.
        before: The day it is done.
        chosen: Per step, whether it is the one done.
        hypothesis: What is taken to be true of the past.
    """

    steps: tuple[Step, ...]
    before: Situation
    chosen: list[Any]
    hypothesis: list[Any]


def prove_procedures(book: Book, *, rlimit: int) -> Iterator[Proof]:
    """Yield what was found about each procedure of a book."""
    for rule in book.rules.values():
        if isinstance(rule, ProcedureRule):
            yield from _prove(rule, rlimit=rlimit)


def _prove(rule: ProcedureRule, *, rlimit: int) -> Iterator[Proof]:
    run = _run(rule.procedure)
    yield _proof(rule, LEVEL, _falls(run), run, rlimit=rlimit)
    yield _proof(rule, ONCE, _twice(run), run, rlimit=rlimit)
    yield _proof(rule, CLOSED, [z3.Or(run.chosen), run.before.is_closed], run, rlimit=rlimit)
    yield _proof(rule, OURS, [_of_another(run)], run, rlimit=rlimit)
    yield _proof(rule, APART, [_too_soon(run)], run, rlimit=rlimit)
    yield _formal(rule)
    yield _proof(rule, GRANTED, [_early(run)], run, rlimit=rlimit)


def _proof(
    rule: ProcedureRule, name: str, wrong: Sequence[Any], run: _Run, *, rlimit: int
) -> Proof:
    blank = _blank(rule, name)
    try:
        if is_possible(solver_of([*run.hypothesis, *wrong], rlimit=rlimit)):
            message = "the model of the step machine allows it; please report this"
            return replace(blank, status=Status.BROKEN, message=message)
    except UnprovedError as exc:
        message = f"z3 gave up on query {name} of {rule.id}: {exc}"
        return replace(blank, status=Status.UNKNOWN, message=message)
    return blank


def _blank(rule: ProcedureRule, name: str) -> Proof:
    return Proof(
        invariant=name,
        title=_TITLES[name],
        about=rule.id,
        status=Status.PROVED,
        file=rule.file,
    )


def _run(procedure: Procedure) -> _Run:
    steps = procedure.steps
    before = _situation(procedure)
    still = open_steps(steps, before, _ALGEBRA)
    chosen = []
    for at in range(len(steps)):
        told = [still[at], may_be_done(at, steps, before, _ALGEBRA)]
        if procedure.catch_up is CatchUp.NEXT:
            told.append(z3.Not(z3.Or(still[:at])))
        chosen.append(z3.And(told))
    return _Run(steps=steps, before=before, chosen=chosen, hypothesis=_hypothesis(steps, before))


def _situation(procedure: Procedure) -> Situation:
    names = [step.id for step in procedure.steps]
    return Situation(
        as_of=z3.Int("as_of"),
        due_on=z3.Int("due_on"),
        issued_on=z3.Int("issued_on"),
        is_closed=z3.Bool("closed"),
        earlier_on=z3.Int("earlier act on"),
        written_on=z3.Int("written on"),
        spacing_days=procedure.spacing_days,
        ours=tuple(z3.Bool(f"{name} ours") for name in names),
        applies=tuple(z3.Bool(f"{name} applies") for name in names),
        starts=tuple(z3.Int(f"{name} starts") for name in names),
        lapsed=tuple(z3.Bool(f"{name} lapsed") for name in names),
        entered=tuple(z3.Bool(f"{name} entered") for name in names),
        pasts=tuple(
            Past(
                settled=z3.Bool(f"{name} settled"),
                reached=z3.Bool(f"{name} reached"),
                sure=z3.Bool(f"{name} sure"),
                unsure=z3.Bool(f"{name} unsure"),
                held=z3.Bool(f"{name} held"),
                kept=z3.Bool(f"{name} kept"),
                on=z3.Int(f"{name} on"),
            )
            for name in names
        ),
    )


def _hypothesis(steps: Sequence[Step], before: Situation) -> list[Any]:
    """Return what is true of every past: acts lie behind, and followed what they hang on."""
    told: list[Any] = []
    for at, past in enumerate(before.pasts):
        told.append(z3.Implies(past.sure, z3.And(past.settled, past.reached)))
        told.append(z3.Implies(past.unsure, past.reached))
        told.append(z3.Implies(z3.Or(past.settled, past.reached), past.on <= before.as_of))
        for other, one in enumerate(steps):
            if one.id == steps[at].after:
                first = before.pasts[other]
                told.append(
                    z3.Implies(past.sure, z3.And(first.sure, past.on >= freed_on(one, first)))
                )
    return told


def _falls(run: _Run) -> list[Any]:
    """Return that a step is done below one that reached the debtor before."""
    pairs = [
        z3.And(chosen, in_cycle(past, _ALGEBRA))
        for step, chosen in zip(run.steps, run.chosen, strict=True)
        for other, past in zip(run.steps, run.before.pasts, strict=True)
        if other.level > step.level
    ]
    return [z3.Or(pairs)]


def _twice(run: _Run) -> list[Any]:
    """Return that after a step was done, any step may be done on the same day."""
    found = []
    for at, chosen in enumerate(run.chosen):
        past = replace(
            run.before.pasts[at],
            settled=z3.BoolVal(True),
            reached=z3.BoolVal(True),
            sure=z3.Bool("turned out sure"),
            unsure=z3.Bool("turned out unsure"),
            kept=z3.BoolVal(False),
            on=run.before.as_of,
        )
        pasts = (*run.before.pasts[:at], past, *run.before.pasts[at + 1 :])
        after = replace(run.before, pasts=pasts)
        again = [may_be_done(other, run.steps, after, _ALGEBRA) for other in range(len(run.steps))]
        found.append(z3.And(chosen, z3.Or(again)))
    return [z3.Or(found)]


def _of_another(run: _Run) -> Any:  # noqa: ANN401 - z3 has no types
    """Return that a step is done that another actor is to do."""
    pairs = zip(run.chosen, run.before.ours, strict=True)
    return z3.Or([z3.And(chosen, z3.Not(ours)) for chosen, ours in pairs])


def _too_soon(run: _Run) -> Any:  # noqa: ANN401 - z3 has no types
    """Return that a debtor gets a spaced notice within the interval, or two of them on a day."""
    days, before = run.before.spacing_days, run.before
    soon = [
        z3.And(chosen, before.as_of < before.written_on + days)
        for step, chosen in zip(run.steps, run.chosen, strict=True)
        if is_spaced(step, days)
    ]
    due, ranks = [z3.Bool("one"), z3.Bool("another")], [z3.Int("rank"), z3.Int("other rank")]
    together = [z3.And(ranks[0] != ranks[1], *goes(due, ranks, _ALGEBRA))] if soon else []
    return z3.Or([*soon, *together])


def _early(run: _Run) -> Any:  # noqa: ANN401 - z3 has no types
    """Return that a step is done before the days ran out that any step before it grants."""
    found = []
    for at, chosen in enumerate(run.chosen):
        for other in _before(at, run.steps):
            first = run.before.pasts[other]
            ran_out = run.before.as_of >= freed_on(run.steps[other], first)
            found.append(z3.And(chosen, z3.Not(z3.And(first.sure, ran_out))))
    return z3.Or(found)


def _before(at: int, steps: Sequence[Step]) -> list[int]:
    """Return the places of the steps that a step hangs on, nearest first."""
    places = {step.id: place for place, step in enumerate(steps)}
    found: list[int] = []
    after = steps[at].after
    while after is not None:
        found.append(places[after])
        after = steps[places[after]].after
    return found


def _formal(rule: ProcedureRule) -> Proof:
    blank = _blank(rule, FORMAL)
    steps = rule.procedure.steps
    for at, step in enumerate(steps):
        before = [steps[place] for place in _before(at, steps)]
        is_formal = any(one.legal_effect and one.action is Action.NOTICE for one in before)
        if step.action is Action.PLACEMENT and not is_formal:
            message = f"step {step.id} hangs on no notice with legal effect; give it key after"
            case = _case(rule, step)
            return replace(
                blank, status=Status.BROKEN, message=message, case=case, is_real=bool(case)
            )
    return blank


def _case(rule: ProcedureRule, step: Step) -> str:
    """Return a case in which the step is done though it must not be; empty if it never is."""
    facts = {"receivable.issued_on": PINNED, "receivable.due_on": PINNED}
    try:
        lived = lived_steps(rule.procedure, Case(name="", as_of=PINNED, facts=facts))
    except EvaluationError:
        return ""
    if step.id not in lived.values():
        return ""
    kept = {day: name for day, name in lived.items() if name != step.id}
    return "\n".join(
        [
            f"rule: {rule.id}",
            f"as_of: {PINNED}",
            "cases:",
            f"  - name: {_TITLES[FORMAL]}",
            "    facts:",
            *(f"      {name}: {day}" for name, day in facts.items()),
            "    expect:",
            f"      until: {max(lived)}",
            "      steps:" if kept else "      steps: {}",
            *(f"        {day}: {name}" for day, name in kept.items()),
            "",
        ]
    )
