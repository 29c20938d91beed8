"""What is next for one receivable, and when (ARCHITECTURE section 6).

Pure: every date derives from the case on each call, nothing is remembered between calls. The
next step is the first that applies, is not done and has not expired; what speaks against doing
it on the day is said as a reason. Guards are asked in `decisions.guards`, debtors in
`decisions.grouping`.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from dunning_sdk.decisions.case import Case
from dunning_sdk.decisions.decision import CalendarEntry, Outcome, SlotState, StepDecision
from dunning_sdk.decisions.past import Past, free_on, past_of
from dunning_sdk.decisions.progress import SETTLED, Standing, progress_of
from dunning_sdk.decisions.review import changes_on, review_on
from dunning_sdk.decisions.slots import slots_of
from dunning_sdk.decisions.stop import asked_amount, holding_stops, resume_on
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.rules.step import Action, CatchUp, Procedure, Step

Progress = tuple[Standing, ...]


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
    procedure, past = case.procedure, past_of(case.receivable, case.procedure)
    steps = [step for step in procedure.steps if step.when is None or step.when.holds(case.facts)]
    slots = slots_of(steps, case.receivable, as_of=case.as_of, calendar=case.calendar, past=past)
    progress = progress_of(slots, case, procedure, past)
    standing = _next(progress, case, procedure)
    if standing is None:
        return _without_step(case, _Verdict(Outcome.FINISHED, ("no-step-left",)), progress)
    bounds = _bounds(standing, case, procedure, past)
    is_open = standing.starts_on is None or _waits_for(standing.slot.step, past)
    act_on = None if is_open else max(day for _, day in bounds)
    verdict = _verdict(standing, act_on, case, past)
    decision = _decision(case, progress, standing, act_on=act_on, verdict=verdict)
    return replace(decision, bounds=bounds)


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


def _next(progress: Progress, case: Case, procedure: Procedure) -> Standing | None:
    """Return the slot that is next, or ``None`` when all are done or expired.

    A book that catches up to the highest takes the last one whose date has come, but passes
    over no step with legal effect and no act that is under way or failed.
    """
    left = [one for one in progress if one.state not in SETTLED]
    if not left or procedure.catch_up is CatchUp.NEXT:
        return left[0] if left else None
    chosen = left[0]
    for one in left[1:]:
        is_free = chosen.state is SlotState.OPEN and not chosen.slot.step.legal_effect
        if not is_free or one.starts_on is None or one.starts_on > case.as_of:
            break
        chosen = one
    return chosen


def _waits_for(step: Step, past: Past) -> bool:
    """Tell whether a step hangs on another that is not surely done."""
    return step.after is not None and step.after not in past.done_on


def _bounds(
    standing: Standing, case: Case, procedure: Procedure, past: Past
) -> tuple[tuple[str, date], ...]:
    """Return what keeps a slot from an earlier day; the last of these is the day it may be done."""
    step, receivable = standing.slot.step, case.receivable
    days: dict[str, date | None] = {
        "planned": standing.starts_on,
        "interval": free_on(receivable, step.interval_days),
        "resumed": resume_on(receivable, case.as_of, procedure.resume_days),
    }
    if standing.slot.planned_on is not None and standing.slot.planned_on < receivable.due_on:
        days["issued"] = receivable.issued_on + timedelta(days=1)
    if step.after is not None and step.after in past.done_on:
        days["granted"] = _freed_on(step.after, procedure, past.done_on[step.after])
    return tuple((name, day) for name, day in days.items() if day is not None)


def _freed_on(step_id: str, procedure: Procedure, done_on: date) -> date:
    """Return the first day after a step's act on which the days it grants have run out.

    The day of the act is not counted and the last day is whole (CPC art. 641 and 642).
    """
    grants = next((step.grants_days for step in procedure.steps if step.id == step_id), 0)
    return done_on + timedelta(days=grants + 1 if grants else 0)


def _verdict(standing: Standing, act_on: date | None, case: Case, past: Past) -> _Verdict:
    """Say what speaks for or against doing the slot on the day decided for."""
    step = standing.slot.step
    if standing.state is SlotState.IN_PROGRESS:
        is_handed = standing.status is ActStatus.HANDED
        return _Verdict(Outcome.IN_PROGRESS, ("letter-to-post" if is_handed else "act-planned",))
    if standing.state is SlotState.FAILED:
        return _Verdict(Outcome.HELD, ("act-failed",))
    if act_on is not None and act_on > case.as_of:
        return _Verdict(Outcome.WAITING, ("not-yet",))
    if step.legal_effect and past.is_uncertain:
        return _Verdict(Outcome.HELD, ("act-uncertain",))
    if act_on is None:
        return _Verdict(Outcome.HELD, ("step-before-not-done",))
    if _actor(case, step) != case.operator:
        return _Verdict(Outcome.EXPECTED, ("another-actor",))
    if _is_stale(case, step.action):
        return _Verdict(Outcome.HELD, ("payments-stale",))
    return _Verdict(Outcome.DUE, ("step-due",))


def _actor(case: Case, step: Step) -> str:
    return step.actor or case.mandate.chaser


def _is_stale(case: Case, action: Action) -> bool:
    """Tell whether payments are too old to speak about overdue money (S3-25, trap A13)."""
    most = case.procedure.payments_max_age_days if case.procedure else None
    if most is None or case.as_of <= case.receivable.due_on:
        return False
    if action not in (Action.NOTICE, Action.PLACEMENT):
        return False
    known = case.payments_known_on
    return known is None or (case.as_of - known).days > most


def _without_step(case: Case, verdict: _Verdict, progress: Progress = ()) -> StepDecision:
    changes = changes_on(case, progress, act_on=None, outcome=verdict.outcome)
    return StepDecision(
        receivable_id=case.receivable.id,
        outcome=verdict.outcome,
        reasons=verdict.reasons,
        cycle=case.receivable.cycle,
        mandate=case.mandate,
        review_on=changes,
        changes_on=changes,
        calendar=_calendar(progress),
        trace=case.trace,
    )


def _decision(
    case: Case, progress: Progress, standing: Standing, *, act_on: date | None, verdict: _Verdict
) -> StepDecision:
    slot = standing.slot
    changes = changes_on(case, progress, act_on=act_on, outcome=verdict.outcome)
    return StepDecision(
        receivable_id=case.receivable.id,
        outcome=verdict.outcome,
        reasons=verdict.reasons,
        step=slot.step,
        occurrence=slot.occurrence,
        attempt=standing.attempt,
        cycle=case.receivable.cycle,
        planned_on=slot.planned_on,
        act_on=act_on,
        actor=_actor(case, slot.step),
        amount=asked_amount(case.receivable, case.as_of),
        mandate=case.mandate,
        review_on=review_on(changes, case.as_of, outcome=verdict.outcome),
        changes_on=changes,
        calendar=_calendar(progress),
        trace=case.trace,
    )


def _calendar(progress: Progress) -> tuple[CalendarEntry, ...]:
    return tuple(
        CalendarEntry(
            step_id=one.slot.step.id,
            occurrence=one.slot.occurrence,
            level=one.slot.step.level,
            planned_on=one.starts_on,
            state=one.state,
            done_on=one.done_on,
        )
        for one in progress
    )
