"""Say once more which step of a procedure is due, in terms that a prover can read.

The module decides nothing that is used on a debtor: `decisions.procedure` does. It is written
over an algebra, so that the same text runs on plain values, where the tests compare it with
`decisions.procedure` on every short history, and on terms of z3, where `machine` proves it safe.
What it leaves open, days and expiry, may be anything: what is proved holds for every calendar,
shift, entry and repetition.

>>> from dunning_sdk.rules.step import Step
>>> past = Past(settled=False, reached=False, sure=False, unsure=False, held=False, kept=False,
...     on=0)
>>> situation = Situation(as_of=9, due_on=5, issued_on=0, is_closed=False, earlier_on=0,
...     written_on=0, spacing_days=0, ours=(True,), applies=(True,), starts=(8,),
...     lapsed=(False,), entered=(False,), pasts=(past,))
>>> due_steps((Step(id="first", level=1, offset=3),), situation, Plain())
[True]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import z3

from dunning_sdk.rules.step import Action, Step


class Algebra(Protocol):
    """What the model is written over: booleans and whole numbers."""

    def every(self, operands: Sequence[Any]) -> Any:  # noqa: ANN401 - bool or a z3 term
        """Return whether all hold."""

    def some(self, operands: Sequence[Any]) -> Any:  # noqa: ANN401 - as above
        """Return whether one holds."""

    def no(self, operand: Any) -> Any:  # noqa: ANN401 - as above
        """Return the opposite."""


class Plain:
    """The algebra of Python's own values."""

    def every(self, operands: Sequence[Any]) -> bool:
        """Return whether all hold."""
        return all(operands)

    def some(self, operands: Sequence[Any]) -> bool:
        """Return whether one holds."""
        return any(operands)

    def no(self, operand: Any) -> bool:  # noqa: ANN401 - see Algebra
        """Return the opposite."""
        return not operand


class Terms:
    """The algebra of z3's terms."""

    def every(self, operands: Sequence[Any]) -> Any:  # noqa: ANN401 - see Algebra
        """Return the conjunction."""
        return z3.And(list(operands))

    def some(self, operands: Sequence[Any]) -> Any:  # noqa: ANN401 - see Algebra
        """Return the disjunction."""
        return z3.Or(list(operands))

    def no(self, operand: Any) -> Any:  # noqa: ANN401 - see Algebra
        """Return the negation."""
        return z3.Not(operand)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What became of one step, as far as it bears on this cycle.

    Attributes:
        settled: It was done, perhaps done, or skipped by a person.
        reached: It reached the debtor, may have, or is on its way.
        sure: It was surely done.
        unsure: It is unknown whether an act of it left.
        held: Its next act is under way or failed.
        kept: It was done in an earlier cycle, and stays done.
        on: Day of its last act.
    """

    settled: Any
    reached: Any
    sure: Any
    unsure: Any
    held: Any
    kept: Any
    on: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One receivable on one day.

    Attributes:
        as_of: Day decided for.
        due_on: Day it is due.
        issued_on: Day it was issued.
        is_closed: Whether it is paid, a stop holds the whole of it, or another pursues it.
        earlier_on: Day of the last act of an earlier cycle; far back if there is none.
        written_on: Day the debtor was last written to, about any receivable; far back if never.
        spacing_days: Least days between two notices to one debtor; 0 for none.
        ours: Per step, whether the operator is to do it.
        applies: Per step, whether its condition holds.
        starts: Per step, the day it is planned for.
        lapsed: Per step, whether its time has gone by.
        entered: Per step, whether a late receivable enters there.
        pasts: Per step, what became of it.
    """

    as_of: Any
    due_on: Any
    issued_on: Any
    is_closed: Any
    earlier_on: Any
    written_on: Any
    spacing_days: int
    ours: tuple[Any, ...]
    applies: tuple[Any, ...]
    starts: tuple[Any, ...]
    lapsed: tuple[Any, ...]
    entered: tuple[Any, ...]
    pasts: tuple[Past, ...]


def open_steps(steps: Sequence[Step], situation: Situation, algebra: Algebra) -> list[Any]:
    """Return per step whether it applies, is not settled and not expired.

    Source:
        House rule (ARCHITECTURE section 6, Expiry and Cycle).
    """
    pasts = situation.pasts
    found = []
    for at, step in enumerate(steps):
        beyond = [
            in_cycle(pasts[other], algebra)
            for other, one in enumerate(steps)
            if one.level > step.level
        ]
        told = [situation.applies[at], algebra.no(algebra.some(beyond))]
        if step.repeat_every_days is None:
            told.append(algebra.no(pasts[at].settled))
        if not step.legal_effect:
            later = [
                algebra.every(
                    [
                        pasts[other].settled,
                        algebra.no(pasts[other].kept),
                        situation.applies[other],
                    ]
                )
                for other in range(at + 1, len(steps))
            ]
            gone = algebra.some([*later, situation.lapsed[at]])
            told.append(algebra.some([situation.entered[at], algebra.no(gone)]))
        found.append(algebra.every(told))
    return found


def may_be_done(at: int, steps: Sequence[Step], situation: Situation, algebra: Algebra) -> Any:  # noqa: ANN401 - see Algebra
    """Return whether nothing speaks against doing a step on the day, once it is next.

    Source:
        House rule (ARCHITECTURE section 6, Due); CPC art. 641 and 642 for the days granted.
    """
    step, day, pasts = steps[at], situation.as_of, situation.pasts
    told = [
        algebra.no(situation.is_closed),
        algebra.no(pasts[at].held),
        situation.starts[at] <= day,
        algebra.some([situation.starts[at] >= situation.due_on, day > situation.issued_on]),
        situation.ours[at],
        day > situation.earlier_on,
    ]
    if is_spaced(step, situation.spacing_days):
        told.append(day >= situation.written_on + situation.spacing_days)
    for past in pasts:
        is_apart = day >= past.on + step.interval_days
        told.append(algebra.some([algebra.no(past.reached), day > past.on]))
        told.append(algebra.some([algebra.no(past.reached), past.kept, is_apart]))
    if step.legal_effect:
        told += [algebra.no(past.unsure) for past in pasts]
    for other, one in enumerate(steps):
        if one.id == step.after:
            told += [pasts[other].sure, day >= freed_on(one, pasts[other])]
    return algebra.every(told)


def due_steps(steps: Sequence[Step], situation: Situation, algebra: Algebra) -> list[Any]:
    """Return per step whether it is due, where the first open step is next."""
    still = open_steps(steps, situation, algebra)
    return [
        algebra.every(
            [
                still[at],
                algebra.no(algebra.some(still[:at])),
                may_be_done(at, steps, situation, algebra),
            ]
        )
        for at in range(len(steps))
    ]


def goes(due: Sequence[Any], ranks: Sequence[Any], algebra: Algebra) -> list[Any]:
    """Return per notice of one debtor and day whether it goes: the highest of those due.

    Args:
        due: Per notice, whether it is due and spaced.
        ranks: Per notice, its place in the order; no two notices have the same.
        algebra: What the terms are.
    """
    pairs = list(zip(due, ranks, strict=True))
    return [
        algebra.every(
            [
                is_due,
                *(algebra.some([algebra.no(other), rank >= beside]) for other, beside in pairs),
            ]
        )
        for is_due, rank in pairs
    ]


def is_spaced(step: Step, spacing_days: int) -> bool:
    """Tell whether spacing is about a step: a notice without legal effect."""
    return bool(spacing_days) and step.action is Action.NOTICE and not step.legal_effect


def in_cycle(past: Past, algebra: Algebra) -> Any:  # noqa: ANN401 - see Algebra
    """Return whether a step reached the debtor in this cycle."""
    return algebra.every([past.reached, algebra.no(past.kept)])


def freed_on(step: Step, past: Past) -> Any:  # noqa: ANN401 - see Algebra
    """Return the first day after a step on which the days it grants have run out."""
    return past.on + step.grants_days + 1 if step.grants_days else past.on
