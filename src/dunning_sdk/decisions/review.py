"""When a receivable must be looked at again though nothing happened.

The earliest of every date at which the decision may change by itself: a step's date, an expiry,
the end of a stop, a bin edge of a day-valued fact. What happens in between (a payment, a new
book) sets the day to today in the engine.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from dunning_sdk.decisions.case import Case
from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.decisions.progress import Progress

Edges = Mapping[str, tuple[int, ...] | None]


def review_on(
    case: Case, progress: Progress | None, *, act_on: date | None, outcome: Outcome
) -> date | None:
    """Return the first day after ``as_of`` on which the decision may differ, or ``None``.

    Args:
        case: What was decided on.
        progress: Slots and their states; ``None`` where none were laid out.
        act_on: First day of the next step.
        outcome: What was decided.
    """
    if outcome is Outcome.FINISHED and case.receivable.open_amount.minor == 0:
        return None
    tomorrow = case.as_of + timedelta(days=1)
    if outcome in (Outcome.DUE, Outcome.EXPECTED, Outcome.HELD, Outcome.IN_PROGRESS):
        return tomorrow
    days = [act_on, *_stop_days(case), *_slot_days(progress)]
    for step in case.procedure.steps if case.procedure else ():
        if step.when is not None:
            days.append(edge_day(case.receivable.due_on, step.when.edges, case.as_of))
    ahead = [day for day in days if day is not None and day > case.as_of]
    return min(ahead) if ahead else None


def edge_day(due_on: date, edges: Edges, as_of: date) -> date | None:
    """Return the next day a condition on day-valued facts may change, or ``None``.

    Args:
        due_on: Day on which ``receivable.days_overdue`` is 0.
        edges: Fact to the values at which the condition may change; ``None`` for opaque.
        as_of: Day decided for.
    """
    days: list[date] = []
    for fact, values in edges.items():
        if values is None or fact != "receivable.days_overdue":
            return as_of + timedelta(days=1)
        days.extend(due_on + timedelta(days=value) for value in values)
    ahead = [day for day in days if day > as_of]
    return min(ahead) if ahead else None


def _stop_days(case: Case) -> list[date]:
    resume = case.procedure.resume_days if case.procedure else 0
    free = [stop.free_on for stop in case.receivable.stops]
    found = [day for day in free if day is not None]
    return [*found, *(day + timedelta(days=resume) for day in found)]


def _slot_days(progress: Progress | None) -> list[date]:
    if progress is None:
        return []
    days: list[date] = []
    for slot in progress.slots:
        if slot.planned_on is not None:
            days.append(slot.planned_on)
            days.append(slot.planned_on + timedelta(days=slot.step.window_days + 1))
    return days
