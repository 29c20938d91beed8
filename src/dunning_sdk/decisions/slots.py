"""The planned dates of a procedure for one receivable.

A slot is one step, or one occurrence of a repeated step, with its planned date
``shift(anchor + offset)``. Whether it is done, expired or due is decided in
`decisions.procedure`; here are only dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dunning_sdk.domain.calendar import BusinessCalendar, Roll, end_of_month
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.rules.step import Step

OCCURRENCES_MAX: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place in the escalation calendar.

    Attributes:
        step: Which step.
        occurrence: From 1.
        planned_on: Its own date; ``None`` while its anchor has none.
    """

    step: Step
    occurrence: int
    planned_on: date | None


def slots_of(
    steps: Sequence[Step],
    receivable: Receivable,
    *,
    as_of: date,
    calendar: BusinessCalendar,
) -> tuple[Slot, ...]:
    """Return the slots of the steps that apply, in order.

    Args:
        steps: Applicable steps in the procedure's order.
        receivable: State on ``as_of``.
        as_of: Repeated steps are laid out up to their first occurrence after this day.
        calendar: For day shifts.

    Returns:
        Slots in order; the dates of consecutive slots may be equal, and occurrences that would
        fall on or after the next step's date are left out.

    Source:
        House rule (ARCHITECTURE section 6, Due).
    """
    first: dict[str, date | None] = {}
    for step in steps:
        first[step.id] = _planned(step, receivable, first, calendar)
    laid: list[Slot] = []
    for place, step in enumerate(steps):
        following = [first[later.id] for later in steps[place + 1 :]]
        until = next((day for day in following if day is not None), None)
        laid.extend(_occurrences(step, first[step.id], until=until, as_of=as_of, calendar=calendar))
    return tuple(laid)


def done_on(step_id: str, receivable: Receivable) -> date | None:
    """Return the day a step was last done in this cycle, or earlier if it has legal effect."""
    days = [
        act.on
        for act in receivable.acts
        if act.step_id == step_id
        and act.status == "done"
        and (act.cycle == receivable.cycle or act.legal_effect)
    ]
    return max(days) if days else None


def _planned(
    step: Step, receivable: Receivable, known: dict[str, date | None], calendar: BusinessCalendar
) -> date | None:
    offset = timedelta(days=step.offset)
    if step.anchor == "due_on":
        day = receivable.due_on + offset
    elif step.anchor == "issued_on":
        day = receivable.issued_on + offset
    elif step.anchor == "entered_overdue":
        day = receivable.due_on + timedelta(days=1) + offset
    elif step.anchor == "end_of_month":
        day = end_of_month(receivable.due_on + offset)
    else:
        anchor = done_on(step.anchor, receivable) or known.get(step.anchor)
        if anchor is None:
            return None
        day = anchor + offset
    return calendar.shift(day, step.day_shift)


def _occurrences(
    step: Step,
    planned_on: date | None,
    *,
    until: date | None,
    as_of: date,
    calendar: BusinessCalendar,
) -> list[Slot]:
    laid = [Slot(step=step, occurrence=1, planned_on=planned_on)]
    if step.repeat_every_days is None or planned_on is None:
        return laid
    most = min(step.repeat_max or OCCURRENCES_MAX, OCCURRENCES_MAX)
    previous = planned_on
    for occurrence in range(2, most + 1):
        if previous > as_of:
            break
        day = planned_on + timedelta(days=step.repeat_every_days * (occurrence - 1))
        shifted = calendar.shift(day, step.day_shift) if step.day_shift is not Roll.NONE else day
        if until is not None and shifted >= until:
            break
        laid.append(Slot(step=step, occurrence=occurrence, planned_on=shifted))
        previous = shifted
    return laid
