"""When the next step of a receivable happens if nothing else does.

Decides again on each day on which time alone may change something, until an act is due: the same
deciding as a run's, on later days. Where a procedure spaces the notices of one debtor, his other
receivables are lived through beside it. Taken as so: runs every night, payment data that stays
as fresh as it is, other notices to the debtor that arrive the day they are due, and nothing a
person does, so that what waits for approval goes on waiting.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.domain.receivable import ActRecord, ActStatus
from dunning_sdk.proposals.decided import Decided, Supposed
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.proposing import planned_act
from dunning_sdk.rules.step import Action

HORIZON_DAYS: Final = 731
"""How far ahead is looked: two years."""

_ACTED: Final = frozenset({Outcome.DUE, Outcome.EXPECTED})
_BY_PERSON: Final = frozenset({Action.CALL, Action.TASK, Action.HOST_EVENT})

MakeDecider = Callable[[date, Supposed], Decider]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The next act, if nothing else happens.

    Attributes:
        on: Day a nightly run proposes it; ``None`` if no run within `HORIZON_DAYS` does.
        step_id: Which step; empty without a day.
        actor: Who does it; empty without a day.
        needs_approval: Whether a person has to approve it then.
        never: Whether no later day can bring one by itself; false where none was found so far
            ahead, but a later one is not ruled out.
    """

    on: date | None = None
    step_id: str = ""
    actor: str = ""
    needs_approval: bool = False
    never: bool = False


def forecast(
    decided: Decided, make: MakeDecider, *, tenant: str, supposed: Supposed, as_of: date
) -> Forecast:
    """Return when the next step of a receivable happens if nothing else does.

    Args:
        decided: What was decided on ``as_of``.
        make: Returns a decider of a day.
        tenant: Whose acts they are.
        supposed: What was taken as so on ``as_of``.
        as_of: Day looked ahead from.
    """
    return _Days(decided, make, tenant=tenant, supposed=supposed, as_of=as_of).first()


class _Days:
    def __init__(
        self, decided: Decided, make: MakeDecider, *, tenant: str, supposed: Supposed, as_of: date
    ) -> None:
        self._decided = decided
        self._make = make
        self._tenant = tenant
        self._supposed = supposed
        self._as_of = as_of
        self._target = decided.receivable.id
        self._acts: dict[str, tuple[ActRecord, ...]] = dict(supposed.acts)
        self._next: dict[str, date | None] = {self._target: decided.changes_on}

    def first(self) -> Forecast:
        """Return the first day on which the receivable's own step is done."""
        if self._decided.decision.outcome in _ACTED:
            return _found(self._decided, self._as_of)
        self._see_planned(self._decided)
        if self._is_spaced():
            self._look_at_others()
        day = self._following(self._as_of)
        while day is not None and (day - self._as_of).days <= HORIZON_DAYS:
            found = self._lived(day)
            if found is not None:
                return found
            day = self._following(day)
        return Forecast(never=self._next[self._target] is None)

    def _lived(self, day: date) -> Forecast | None:
        """Live one day, and return the receivable's act if there is one."""
        for item in self._decide(day):
            if item.decision.outcome in _ACTED:
                return _found(item, day)
        return None

    def _is_spaced(self) -> bool:
        """Tell whether notices about other receivables of the debtor matter."""
        procedures = self._decided.book.procedures.values()
        return any(one.spacing_days or one.hush for one in procedures)

    def _look_at_others(self) -> None:
        """Begin with what the debtor's other receivables do on the first day."""
        decider = self._make(self._as_of, self._supposed)
        for item in decider.decide_of(self._decided.debtor.id, only=_Others(self._target)):
            self._take(item, self._as_of)
            self._see_planned(item)

    def _decide(self, day: date) -> Iterator[Decided]:
        """Yield the receivable itself if it is decided anew on a day, then do the others."""
        known_on = self._decided.case.payments_known_on
        supposed = replace(
            self._supposed,
            acts=dict(self._acts),
            known_on=known_on and known_on + (day - self._as_of),
        )
        names = {name for name, on in self._next.items() if on is not None and on <= day}
        items = self._make(day, supposed).decide_of(self._decided.debtor.id, only=names)
        yield from (item for item in items if item.receivable.id == self._target)
        for item in items:
            self._take(item, day)

    def _take(self, item: Decided, day: date) -> None:
        """Keep when an item changes next, and do what a run would do about it."""
        name, decision = item.receivable.id, item.decision
        self._next[name] = item.changes_on
        step = decision.step
        if name == self._target or decision.outcome is not Outcome.DUE or step is None:
            return
        if step.needs_approval:
            return
        act = planned_act(item, self._tenant)
        done = ActRecord(
            act_id=act.act_id,
            step_id=act.step_id,
            procedure_id=act.procedure_id,
            level=act.level,
            cycle=act.cycle,
            occurrence=act.occurrence,
            attempt=act.attempt,
            legal_effect=act.legal_effect,
            is_notice=step.action is Action.NOTICE,
            status=ActStatus.HANDED if step.action in _BY_PERSON else ActStatus.DONE,
            on=day,
        )
        self._acts[name] = (*self._acts.get(name, ()), done)
        self._next[name] = day + timedelta(days=1)

    def _see_planned(self, item: Decided) -> None:
        """Take acts that have not left by the end of their day as canceled (section 6)."""
        waiting = [act for act in item.receivable.acts if act.status is ActStatus.PLANNED]
        if not waiting:
            return
        given_up = tuple(replace(act, status=ActStatus.CANCELLED) for act in waiting)
        self._acts[item.receivable.id] = (*self._acts.get(item.receivable.id, ()), *given_up)
        self._next[item.receivable.id] = self._as_of + timedelta(days=1)

    def _following(self, day: date) -> date | None:
        if self._next[self._target] is None:  # the others cannot bring it back
            return None
        return min((on for on in self._next.values() if on is not None and on > day), default=None)


class _Others:
    """Holds every name but one."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __contains__(self, name: object) -> bool:
        return name != self._name


def _found(item: Decided, day: date) -> Forecast:
    decision = item.decision
    return Forecast(
        on=day,
        step_id=decision.step.id if decision.step else "",
        actor=decision.actor,
        needs_approval=bool(decision.step and decision.step.needs_approval),
    )
