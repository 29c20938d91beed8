"""Where each slot of a procedure stands: done, skipped, expired, under way or open.

Reads the receivable's acts against the planned dates. A step without legal effect expires at
the planned date of the next one; a step with legal effect never expires. The level never falls,
so what lies below the level reached counts as expired too. A receivable that arrives late
enters at the last reminder, and its later steps keep their distance from what was done
(ARCHITECTURE section 6, Expiry, Cycle, Entry).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from dunning_sdk.decisions.case import Case
from dunning_sdk.decisions.decision import SlotState
from dunning_sdk.decisions.past import Past, imported_on, last_reached_on, level_least
from dunning_sdk.decisions.slots import Slot
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.rules.step import Action, CycleKeeps, Entry, Procedure

_ENDED: Final = frozenset({ActStatus.DONE, ActStatus.SKIPPED, ActStatus.UNCERTAIN})
_FREED: Final = frozenset({ActStatus.CANCELLED, ActStatus.FAILED})
_STATE: Final = {
    ActStatus.PLANNED: SlotState.IN_PROGRESS,
    ActStatus.HANDED: SlotState.IN_PROGRESS,
    ActStatus.DONE: SlotState.DONE,
    ActStatus.UNCERTAIN: SlotState.UNCERTAIN,
    ActStatus.FAILED: SlotState.FAILED,
    ActStatus.CANCELLED: SlotState.OPEN,
    ActStatus.SKIPPED: SlotState.SKIPPED,
}
SETTLED: Final = frozenset(
    {SlotState.DONE, SlotState.UNCERTAIN, SlotState.SKIPPED, SlotState.EXPIRED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one slot stands on the day decided for.

    Attributes:
        slot: Which.
        starts_on: Its planned date, moved by a late entry; ``None`` while it has none.
        state: Where it stands.
        done_on: Day it was done or settled; ``None`` otherwise.
        is_kept: Whether it was done in an earlier cycle and stays done.
        attempt: Attempt number its next act would have.
        status: Of the act that counts; ``None`` where there is none.
    """

    slot: Slot
    starts_on: date | None
    state: SlotState
    done_on: date | None = None
    is_kept: bool = False
    attempt: int = 1
    status: ActStatus | None = None


def progress_of(
    slots: Sequence[Slot], case: Case, procedure: Procedure, past: Past
) -> tuple[Standing, ...]:
    """Return where each slot stands on the day decided for, in order.

    Source:
        House rule (ARCHITECTURE section 6, Expiry, Cycle, Entry).
    """
    own = [_own(slot, case, past) for slot in slots]
    least = level_least(case.receivable, procedure)
    entry: int | None = None
    if _is_late(own, case):
        entry = _entry(own, case, procedure)
        own = _moved(own, entry, case, least)
    passed = max(_passed(own, procedure), entry or 0)
    standings: list[Standing] = []
    for place, one in enumerate(own):
        gone = one.slot.step.level < least
        if not one.slot.step.legal_effect and place != entry:
            gone = gone or place < passed or _has_expired(own, place, case, procedure)
        is_open = one.state not in SETTLED
        standings.append(replace(one, state=SlotState.EXPIRED) if is_open and gone else one)
    return tuple(standings)


def _passed(own: Sequence[Standing], procedure: Procedure) -> int:
    """Return the place of the last slot settled, before which nothing is gone back to.

    What an earlier cycle did does not pass the reminders of this one, unless all of it is kept.
    """
    keeps_all = procedure.cycle_keeps is CycleKeeps.ALL
    settled = [
        place
        for place, one in enumerate(own)
        if one.done_on is not None and (keeps_all or not one.is_kept)
    ]
    return settled[-1] if settled else 0


def _own(slot: Slot, case: Case, past: Past) -> Standing:
    """Return where a slot stands by its own acts, before expiry is looked at."""
    acts = past.acts.get((slot.step.id, slot.occurrence), ())
    freed = [act for act in acts if act.status in _FREED]
    live = [act for act in acts if act.status not in _FREED]
    counts = (live or freed)[-1:]
    standing = Standing(
        slot=slot, starts_on=slot.planned_on, state=SlotState.OPEN, attempt=1 + len(freed)
    )
    imported = _imported_on(slot, case)
    if not live and imported is not None:
        return replace(standing, state=SlotState.DONE, done_on=imported)
    for act in counts:
        standing = replace(
            standing,
            state=_STATE[act.status],
            status=act.status,
            done_on=act.on if act.status in _ENDED else None,
            is_kept=act.cycle != case.receivable.cycle,
        )
    return standing


def _imported_on(slot: Slot, case: Case) -> date | None:
    """Return the day another system did a slot; of a repeated step, what was planned by then."""
    day = imported_on(slot.step, case.receivable)
    if day is None or slot.occurrence == 1:
        return day
    return day if slot.planned_on is not None and slot.planned_on <= day else None


def _is_late(own: Sequence[Standing], case: Case) -> bool:
    """Tell whether the cycle began overdue and after a step's date: an old ledger, a reopening."""
    began_on = case.receivable.cycle_started_on
    return began_on > case.receivable.due_on and any(_by(one, began_on) for one in own)


def _by(standing: Standing, day: date) -> bool:
    return standing.slot.planned_on is not None and standing.slot.planned_on <= day


def _entry(own: Sequence[Standing], case: Case, procedure: Procedure) -> int | None:
    """Return where a late arrival enters, or ``None`` where no reminder fits.

    It enters at the last reminder without legal effect (or the first, if the book says so)
    whose date had come when the cycle began. A reminder from before the due date never fits:
    it would say what is no longer true. A repeated reminder is the same whenever it comes, so
    its latest occurrence is taken.
    """
    receivable = case.receivable
    fitting = [
        place
        for place, one in enumerate(own)
        if one.slot.step.action is Action.NOTICE
        and not one.slot.step.legal_effect
        and _by(one, receivable.cycle_started_on)
        and not _by(one, receivable.due_on - timedelta(days=1))
    ]
    if not fitting:
        return None
    place = fitting[0] if procedure.entry is Entry.FIRST_STEP else fitting[-1]
    step = own[place].slot.step
    return max(
        later
        for later, one in enumerate(own)
        if later == place or (one.slot.step is step and _by(one, case.as_of))
    )


def _moved(own: Sequence[Standing], entry: int | None, case: Case, least: int) -> list[Standing]:
    """Return the slots with each later one kept at its planned distance from what was done.

    The slot entered at counts as if it were done today, so that nothing after it comes first;
    where another procedure went beyond its level, as if it were done with the last act there.
    """
    delay = timedelta(0)
    moved: list[Standing] = []
    for place, one in enumerate(own):
        planned = one.slot.planned_on
        if planned is None:
            moved.append(one)
            continue
        start = planned if one.slot.follows_act else planned + delay
        moved.append(replace(one, starts_on=start))
        reached = None if one.is_kept else one.done_on
        if place == entry and one.done_on is None:
            is_below = one.slot.step.level < least
            reached = last_reached_on(case.receivable) if is_below else max(case.as_of, start)
        if reached is not None:
            delay = max(reached - planned, timedelta(0))
    return moved


def _has_expired(
    standings: Sequence[Standing], place: int, case: Case, procedure: Procedure
) -> bool:
    """Tell whether a slot without legal effect is past its time.

    One from before the due date is past it when its window closes or the due date has gone by.
    """
    one, due_on = standings[place], case.receivable.due_on
    last_on = last_day_before_due(one.slot, due_on)
    if last_on is not None and case.as_of > last_on:
        return True
    starts = (later.starts_on for later in standings[place + 1 :])
    following = next((day for day in starts if day is not None), None)
    if following is None or following > case.as_of:
        return False
    return not _waits_for_spacing(one, following, case, procedure)


def last_day_before_due(slot: Slot, due_on: date) -> date | None:
    """Return the last day of a slot planned before the due date; ``None`` for any other."""
    if slot.planned_on is None or slot.planned_on >= due_on:
        return None
    return min(slot.planned_on + timedelta(days=slot.step.window_days), due_on)


def _waits_for_spacing(
    standing: Standing, following: date, case: Case, procedure: Procedure
) -> bool:
    """Tell whether spacing kept a slot from being done during its whole life.

    A step that waits for spacing does not expire (ARCHITECTURE section 6, Grouping). What was
    planned before the last act of the same receivable no longer waits: it went with that act.
    """
    until, last = standing.starts_on, last_reached_on(case.receivable)
    is_spaced = procedure.spacing_days > 0 and standing.slot.step.action is Action.NOTICE
    if not is_spaced or until is None or (last is not None and last > until):
        return False
    for day in case.history.notices_on:
        if day <= until:
            until = max(until, day + timedelta(days=procedure.spacing_days))
    return until >= following
