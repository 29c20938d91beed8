"""What is next for one receivable, and when (ARCHITECTURE section 6).

Pure: every date derives from the case on each call, nothing is remembered between calls. The
next step is the first that applies, is not done and has not expired; what speaks against doing
it today is said as a reason. Guards are asked in `decisions.guards`, debtors in
`decisions.grouping`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from dunning_sdk.decisions.case import (
    Case,
    cycle_acts,
    disputed_amount,
    holding_stops,
    last_reached_on,
    resume_on,
)
from dunning_sdk.decisions.decision import CalendarEntry, Outcome, SlotState, StepDecision
from dunning_sdk.decisions.progress import Progress, progress_of
from dunning_sdk.decisions.review import review_on
from dunning_sdk.decisions.slots import done_on, slots_of
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.rules.step import Action, CatchUp, Procedure


@dataclass(frozen=True, slots=True)
class _Verdict:
    outcome: Outcome
    reasons: tuple[str, ...]


def decide_step(case: Case) -> StepDecision:
    """Return what is next for a receivable on a day.

    Args:
        case: The receivable and all that bears on it.

    Returns:
        The decision; its ``review_on`` is the next day it may differ though nothing happened.

    Source:
        House rule (ARCHITECTURE section 6).
    """
    closed = _closed(case)
    if closed is not None or case.procedure is None:
        return _without_step(case, closed or _Verdict(Outcome.FINISHED, ("no-procedure",)))
    procedure = case.procedure
    steps = [step for step in procedure.steps if step.when is None or step.when.holds(case.facts)]
    slots = slots_of(steps, case.receivable, as_of=case.as_of, calendar=case.calendar)
    progress = progress_of(slots, case, procedure)
    place = _next_place(progress, case, procedure)
    if place is None:
        return _without_step(case, _Verdict(Outcome.FINISHED, ("no-step-left",)), progress)
    act_on = _act_on(progress, place, case, procedure)
    verdict = _verdict(progress, place, case, act_on)
    return _decision(case, progress, place, act_on, verdict)


def _closed(case: Case) -> _Verdict | None:
    """Return why nothing at all is done, or ``None``."""
    if case.receivable.open_amount.minor == 0:
        return _Verdict(Outcome.FINISHED, ("paid",))
    stops = holding_stops(case.receivable, case.as_of)
    if stops:
        return _Verdict(Outcome.STOPPED, tuple(dict.fromkeys(stop.reason.value for stop in stops)))
    if case.mandate.chaser != case.operator and not case.mandate.follow:
        return _Verdict(Outcome.STOPPED, ("owned-by-another-chaser",))
    return None


def _next_place(progress: Progress, case: Case, procedure: Procedure) -> int | None:
    """Return the index of the next slot, or ``None`` when all are done or expired."""
    open_places = [place for place, state in enumerate(progress.states) if state not in _SETTLED]
    if not open_places:
        return None
    if procedure.catch_up is CatchUp.NEXT:
        return open_places[0]
    chosen = open_places[0]
    for place in open_places:
        planned = progress.slots[place].planned_on
        if planned is None or planned > case.as_of:
            break
        chosen = place
        if progress.slots[place].step.legal_effect:
            break
    return chosen


_SETTLED = frozenset({SlotState.DONE, SlotState.SKIPPED, SlotState.EXPIRED})


def _act_on(progress: Progress, place: int, case: Case, procedure: Procedure) -> date | None:
    """Return the first day the slot may be done, or ``None`` while that hangs on another step."""
    slot = progress.slots[place]
    if slot.planned_on is None:
        return None
    days = [slot.planned_on]
    last = last_reached_on(case.receivable)
    if last is not None:
        days.append(last + timedelta(days=slot.step.interval_days))
    if slot.planned_on < case.receivable.due_on:
        days.append(case.receivable.issued_on + timedelta(days=1))
    resumed = resume_on(case.receivable, case.as_of, procedure.resume_days)
    if resumed is not None:
        days.append(resumed)
    if slot.step.after is not None:
        freed = _freed_on(slot.step.after, case, procedure)
        if freed is None:
            return None
        days.append(freed)
    if progress.entry is not None:
        days.extend(_kept_distance(progress, place))
    return max(days)


def _freed_on(step_id: str, case: Case, procedure: Procedure) -> date | None:
    """Return the first day after a step is done and the days it grants have run out.

    The day of the act is not counted and the last day is whole (CPC art. 641 and 642).
    """
    day = done_on(step_id, case.receivable)
    if day is None:
        return None
    grants = next((step.grants_days for step in procedure.steps if step.id == step_id), 0)
    return day + timedelta(days=grants + 1 if grants else 0)


def _kept_distance(progress: Progress, place: int) -> list[date]:
    """Keep the planned distance from the step done before, for a receivable that entered late."""
    planned = progress.slots[place].planned_on
    for earlier in range(place - 1, -1, -1):
        day, before = progress.done[earlier], progress.slots[earlier].planned_on
        if day is not None and before is not None and planned is not None:
            return [day + (planned - before)]
    return []


def _verdict(progress: Progress, place: int, case: Case, act_on: date | None) -> _Verdict:
    """Say what speaks for or against doing the slot today."""
    slot, state = progress.slots[place], progress.states[place]
    if state is SlotState.IN_PROGRESS:
        return _Verdict(Outcome.IN_PROGRESS, (progress.reason(place),))
    if state is SlotState.FAILED:
        return _Verdict(Outcome.HELD, ("act-failed",))
    if act_on is None:
        return _Verdict(Outcome.HELD, ("step-before-not-done",))
    if act_on > case.as_of:
        return _Verdict(Outcome.WAITING, ("not-yet",))
    uncertain = any(act.status is ActStatus.UNCERTAIN for act in cycle_acts(case.receivable))
    if slot.step.legal_effect and uncertain:
        return _Verdict(Outcome.HELD, ("act-uncertain",))
    if _actor(case, slot.step.actor) != case.operator:
        return _Verdict(Outcome.EXPECTED, ("another-actor",))
    if _is_stale(case, slot.step.action):
        return _Verdict(Outcome.HELD, ("payments-stale",))
    return _Verdict(Outcome.DUE, ("step-due",))


def _actor(case: Case, stated: str) -> str:
    return stated or case.mandate.chaser


def _is_stale(case: Case, action: Action) -> bool:
    """Tell whether payments are too old to speak about overdue money (S3-25, trap A13)."""
    most = case.procedure.payments_max_age_days if case.procedure else None
    if most is None or case.as_of <= case.receivable.due_on:
        return False
    if action not in (Action.NOTICE, Action.PLACEMENT):
        return False
    known = case.payments_known_on
    return known is None or (case.as_of - known).days > most


def _without_step(case: Case, verdict: _Verdict, progress: Progress | None = None) -> StepDecision:
    return StepDecision(
        receivable_id=case.receivable.id,
        outcome=verdict.outcome,
        reasons=verdict.reasons,
        cycle=case.receivable.cycle,
        mandate=case.mandate,
        review_on=review_on(case, progress, act_on=None, outcome=verdict.outcome),
        calendar=_calendar(progress) if progress else (),
        trace=case.trace,
    )


def _decision(
    case: Case, progress: Progress, place: int, act_on: date | None, verdict: _Verdict
) -> StepDecision:
    slot = progress.slots[place]
    asked = case.receivable.open_amount - disputed_amount(case.receivable, case.as_of)
    return StepDecision(
        receivable_id=case.receivable.id,
        outcome=verdict.outcome,
        reasons=verdict.reasons,
        step=slot.step,
        occurrence=slot.occurrence,
        attempt=progress.attempts[place],
        cycle=case.receivable.cycle,
        planned_on=slot.planned_on,
        act_on=act_on,
        actor=_actor(case, slot.step.actor),
        amount=asked,
        mandate=case.mandate,
        review_on=review_on(case, progress, act_on=act_on, outcome=verdict.outcome),
        calendar=_calendar(progress),
        trace=case.trace,
    )


def _calendar(progress: Progress) -> tuple[CalendarEntry, ...]:
    return tuple(
        CalendarEntry(
            step_id=slot.step.id,
            occurrence=slot.occurrence,
            level=slot.step.level,
            planned_on=slot.planned_on,
            state=state,
            done_on=day,
        )
        for slot, state, day in zip(progress.slots, progress.states, progress.done, strict=True)
    )
