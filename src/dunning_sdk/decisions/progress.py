"""Where each slot of a procedure stands: done, skipped, expired, under way or open.

Reads the receivable's acts against the planned dates. A step without legal effect expires at
the planned date of the next one; a step with legal effect never expires; a receivable that
arrives late enters at the last reminder (ARCHITECTURE section 6, Expiry, Cycle, Entry).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dunning_sdk.decisions.case import Case
from dunning_sdk.decisions.decision import SlotState
from dunning_sdk.decisions.slots import Slot
from dunning_sdk.domain.receivable import ActRecord, ActStatus
from dunning_sdk.rules.step import Action, CycleKeeps, Entry, Procedure

_ENDED = frozenset({ActStatus.DONE, ActStatus.SKIPPED, ActStatus.UNCERTAIN})
_UNDER_WAY = frozenset({ActStatus.PLANNED, ActStatus.HANDED})


@dataclass(frozen=True, slots=True)
class Progress:
    """The slots of a procedure and where each stands; the four sequences run in parallel.

    Attributes:
        slots: In order.
        states: Where each stands on the day decided for.
        done: Day each was done; ``None`` otherwise.
        attempts: Attempt number the next act of each would have.
        entry: Index of the slot a late arrival entered at; ``None`` where it came in time.
        under_way: Status of the act under way at each slot; ``None`` otherwise.
    """

    slots: tuple[Slot, ...]
    states: tuple[SlotState, ...]
    done: tuple[date | None, ...]
    attempts: tuple[int, ...]
    entry: int | None
    under_way: tuple[ActStatus | None, ...]

    def reason(self, place: int) -> str:
        """Return the reason id for an act under way."""
        return "letter-to-post" if self.under_way[place] is ActStatus.HANDED else "act-planned"


def progress_of(slots: tuple[Slot, ...], case: Case, procedure: Procedure) -> Progress:
    """Return where each slot stands on the day decided for."""
    acts = [_acts_at(slot, case, procedure) for slot in slots]
    imported = [_is_imported(slot, case) for slot in slots]
    done = tuple(_done_on(own, case, known) for own, known in zip(acts, imported, strict=True))
    entry = _entry(slots, case, procedure)
    passed = _last_done(done)
    states = []
    for place, slot in enumerate(slots):
        state = _own_state(acts[place], done[place])
        if (
            state in (SlotState.OPEN, SlotState.FAILED, SlotState.IN_PROGRESS)
            and not slot.step.legal_effect
        ):
            gone = place < passed or (entry is not None and place < entry)
            if gone or _has_expired(slots, place, case, procedure, entered_here=place == entry):
                state = SlotState.EXPIRED
        states.append(state)
    return Progress(
        slots=slots,
        states=tuple(states),
        done=done,
        attempts=tuple(1 + sum(1 for act in own if _frees_key(act)) for own in acts),
        entry=entry,
        under_way=tuple(
            next((act.status for act in own if act.status in _UNDER_WAY), None) for own in acts
        ),
    )


def _acts_at(slot: Slot, case: Case, procedure: Procedure) -> list[ActRecord]:
    cycle = case.receivable.cycle
    return [
        act
        for act in case.receivable.acts
        if act.procedure_id == procedure.id
        and act.step_id == slot.step.id
        and act.occurrence == slot.occurrence
        and (act.cycle == cycle or _is_kept(act, procedure))
    ]


def _is_kept(act: ActRecord, procedure: Procedure) -> bool:
    if procedure.cycle_keeps is CycleKeeps.ALL:
        return True
    return procedure.cycle_keeps is CycleKeeps.LEGAL and act.legal_effect


def _is_imported(slot: Slot, case: Case) -> bool:
    """Tell whether another system did this step before the receivable came here."""
    return case.receivable.cycle == 1 and 0 < slot.step.level <= case.receivable.imported_level


def _done_on(acts: Sequence[ActRecord], case: Case, imported: bool) -> date | None:
    days = [act.on for act in acts if act.status in _ENDED]
    if days:
        return max(days)
    if imported:
        return case.receivable.imported_notice_on or case.receivable.entered_on
    return None


def _own_state(acts: Sequence[ActRecord], done: date | None) -> SlotState:
    """Return the state the slot's own acts give it, before expiry is looked at."""
    if done is not None:
        skipped = bool(acts) and acts[-1].status is ActStatus.SKIPPED
        return SlotState.SKIPPED if skipped else SlotState.DONE
    if any(act.status in _UNDER_WAY for act in acts):
        return SlotState.IN_PROGRESS
    if acts and acts[-1].status is ActStatus.FAILED:
        return SlotState.FAILED
    return SlotState.OPEN


def _frees_key(act: ActRecord) -> bool:
    return act.status in (ActStatus.CANCELLED, ActStatus.FAILED)


def _last_done(done: Sequence[date | None]) -> int:
    """Return the place of the last slot done in order, or -1: the level never falls behind it."""
    places = [place for place, day in enumerate(done) if day is not None]
    return places[-1] if places else -1


def _entry(slots: Sequence[Slot], case: Case, procedure: Procedure) -> int | None:
    """Return where a late arrival enters: the last reminder whose date had passed."""
    receivable = case.receivable
    entered = max(receivable.entered_on, receivable.cycle_started_on)
    late = entered > receivable.due_on and any(_before(slot, entered) for slot in slots)
    if not late:
        return None
    if procedure.entry is Entry.FIRST_STEP:
        return 0
    reminders = [
        place
        for place, slot in enumerate(slots)
        if not slot.step.legal_effect
        and slot.step.action is Action.NOTICE
        and _before(slot, entered)
    ]
    return reminders[-1] if reminders else None


def _before(slot: Slot, day: date) -> bool:
    return slot.planned_on is not None and slot.planned_on <= day


def _has_expired(
    slots: Sequence[Slot], place: int, case: Case, procedure: Procedure, *, entered_here: bool
) -> bool:
    """Tell whether a slot without legal effect is past its time."""
    slot = slots[place]
    if entered_here or slot.planned_on is None:
        return False
    window_end = slot.planned_on + timedelta(days=slot.step.window_days)
    if slot.planned_on < case.receivable.due_on and case.as_of > window_end:
        return True
    following = next((later.planned_on for later in slots[place + 1 :]), None)
    if following is None or following > case.as_of:
        return False
    return not _waits_for_spacing(slot, following, case, procedure)


def _waits_for_spacing(slot: Slot, following: date, case: Case, procedure: Procedure) -> bool:
    """Tell whether spacing kept a slot from being done during its whole life.

    A step that waits for spacing does not expire (ARCHITECTURE section 6, Grouping).
    """
    last = case.history.last_notice_on
    if procedure.spacing_days == 0 or last is None or slot.planned_on is None:
        return False
    free = last + timedelta(days=procedure.spacing_days)
    return last <= slot.planned_on and free >= following
