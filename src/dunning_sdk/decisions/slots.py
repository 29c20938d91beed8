"""The planned dates of a procedure for one receivable.

A slot is one step, or one occurrence of a repeated step, with its planned date
``shift(anchor + offset)``. Whether it is done, expired or due is decided in
`decisions.progress` and `decisions.procedure`; here are only dates.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Final

from dunning_sdk.decisions.past import Past
from dunning_sdk.domain.calendar import BusinessCalendar, end_of_month
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.rules.step import Step

_NOTHING_DONE: Final = Past()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place in the escalation calendar.

    Attributes:
        step: Which step.
        occurrence: From 1.
        planned_on: Its own date; ``None`` while its anchor has none.
        follows_act: Whether its date is counted from an act that was done.
    """

    step: Step
    occurrence: int
    planned_on: date | None
    follows_act: bool = False


def slots_of(
    steps: Sequence[Step],
    receivable: Receivable,
    *,
    as_of: date,
    calendar: BusinessCalendar,
    past: Past = _NOTHING_DONE,
) -> tuple[Slot, ...]:
    """Return the slots of the steps that apply, in order.

    Args:
        steps: Applicable steps in the procedure's order.
        receivable: State on ``as_of``.
        as_of: Repeated steps are laid out up to their first occurrence after this day.
        calendar: For day shifts.
        past: What was done.

    Returns:
        Slots in order; the dates of consecutive slots may be equal. Occurrences that would fall
        on or after the next step's date are left out, as are those long before the receivable
        was first seen.

    Source:
        House rule (ARCHITECTURE section 6, Due).
    """
    first: dict[str, date | None] = {}
    for step in steps:
        day = _anchor(step, receivable, first, past)
        first[step.id] = None if day is None else calendar.shift(day, step.day_shift)
    laid: list[Slot] = []
    for place, step in enumerate(steps):
        following = [first[later.id] for later in steps[place + 1 :]]
        until = next((day for day in following if day is not None), date.max)
        begin = Slot(
            step=step,
            occurrence=1,
            planned_on=first[step.id],
            follows_act=step.anchor in past.done_on,
        )
        laid.append(begin)
        laid.extend(_repeated(begin, until, receivable, as_of=as_of, calendar=calendar, past=past))
    return tuple(laid)


def _anchor(
    step: Step, receivable: Receivable, planned: Mapping[str, date | None], past: Past
) -> date | None:
    """Return the day a step is planned for before any shift; ``None`` while it has none."""
    offset = timedelta(days=step.offset)
    match step.anchor:
        case "due_on":
            return receivable.due_on + offset
        case "issued_on":
            return receivable.issued_on + offset
        case "entered_overdue":
            return receivable.due_on + timedelta(days=1) + offset
        case "end_of_month":
            return end_of_month(receivable.due_on + offset)
        case earlier:
            day = past.done_on.get(earlier) or planned.get(earlier)
            return None if day is None else day + offset


def _repeated(
    begin: Slot,
    until: date,
    receivable: Receivable,
    *,
    as_of: date,
    calendar: BusinessCalendar,
    past: Past,
) -> Iterator[Slot]:
    """Yield the later occurrences of a repeated step, up to the first after ``as_of``."""
    step, every = begin.step, begin.step.repeat_every_days
    if every is None or begin.planned_on is None:
        return
    for number in _numbers(begin.planned_on, every, step, receivable, past):
        day = begin.planned_on + timedelta(days=every * (number - 1))
        day = calendar.shift(day, step.day_shift)
        if day >= until and (step.id, number) not in past.acts:
            return
        yield Slot(step=step, occurrence=number, planned_on=day, follows_act=begin.follows_act)
        if day > as_of:
            return


def _numbers(
    planned_on: date, every: int, step: Step, receivable: Receivable, past: Past
) -> Iterator[int]:
    """Yield the occurrences worth laying out: those acted on, then all that may come."""
    acted = [number for number in past.occurrences(step.id) if number > 1]
    yield from acted
    started_on = receivable.cycle_started_on
    seen_on = min(started_on, receivable.imported_notice_on or started_on)
    before = (seen_on - planned_on).days // every
    most = step.repeat_max
    start = acted[-1] + 1 if acted else max(2, before if most is None else min(before, most))
    yield from count(start) if most is None else range(start, most + 1)
