"""What a receivable's past says about its next step.

Decides which recorded acts bear on the cycle in force. Only steps with legal effect stay done in
a new cycle, unless the book says otherwise; only what was done, or may have been, is carried
over: an act that failed, was cancelled or skipped in an earlier cycle is forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable
from dunning_sdk.rules.step import CycleKeeps, Procedure, Step

REACHED: Final = frozenset({ActStatus.DONE, ActStatus.UNCERTAIN, ActStatus.HANDED})
"""Statuses of acts that reached the debtor, may have, or are on their way to him."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The acts of one procedure that bear on the cycle in force.

    Attributes:
        acts: By step id and occurrence, in order of first mention.
        done_on: Step id to the day it was last done; a step that is not surely done is missing.
    """

    acts: Mapping[tuple[str, int], tuple[ActRecord, ...]] = field(default_factory=dict)
    done_on: Mapping[str, date] = field(default_factory=dict)

    @property
    def is_uncertain(self) -> bool:
        """Tell whether it is unknown of any act if it left."""
        return any(act.status is ActStatus.UNCERTAIN for own in self.acts.values() for act in own)

    def occurrences(self, step_id: str) -> list[int]:
        """Return the occurrences of a step that were acted on, ascending."""
        return sorted(occurrence for step, occurrence in self.acts if step == step_id)


def past_of(receivable: Receivable, procedure: Procedure) -> Past:
    """Return the part of a receivable's past that bears on a procedure now.

    Source:
        House rule (ARCHITECTURE section 6, Cycle).
    """
    acts: dict[tuple[str, int], tuple[ActRecord, ...]] = {}
    done = {
        step.id: day
        for step in procedure.steps
        if (day := imported_on(step, receivable)) is not None
    }
    for act in receivable.acts:
        if not _counts(act, receivable, procedure):
            continue
        key = (act.step_id, act.occurrence)
        acts[key] = (*acts.get(key, ()), act)
        if act.status is ActStatus.DONE:
            done[act.step_id] = max(act.on, done.get(act.step_id, act.on))
    return Past(acts=acts, done_on=done)


def _counts(act: ActRecord, receivable: Receivable, procedure: Procedure) -> bool:
    if not _is_own(act, procedure):
        return False
    if act.cycle == receivable.cycle:
        return True
    if procedure.cycle_keeps is CycleKeeps.LEGAL and not act.legal_effect:
        return False
    return procedure.cycle_keeps is not CycleKeeps.NONE and act.status in REACHED


def _is_own(act: ActRecord, procedure: Procedure) -> bool:
    """Tell whether an act was of a procedure, or of a step that another one shares with it.

    What has the same id and level is the same step, whichever procedure it was done under.
    """
    if act.procedure_id == procedure.id:
        return True
    return any(step.id == act.step_id and step.level == act.level for step in procedure.steps)


def imported_on(step: Step, receivable: Receivable) -> date | None:
    """Return the day another system did a step, or ``None`` if it did not.

    An imported level says that every step up to it was done, on the day of the last notice
    there; where that day is unknown, on the day the receivable was first seen. It says so of
    the first cycle alone: in doubt a formal notice is sent again before what hangs on it.
    """
    if receivable.cycle > 1 or not 0 < step.level <= receivable.imported_level:
        return None
    return receivable.imported_notice_on or receivable.entered_on


def level_reached(receivable: Receivable) -> int:
    """Return the highest level done in this cycle, an imported level included."""
    imported = receivable.imported_level if receivable.cycle == 1 else 0
    return max([imported, *(act.level for act in _reached(receivable))])


def level_least(receivable: Receivable, procedure: Procedure) -> int:
    """Return the lowest level a procedure may still do in this cycle.

    The level never falls, and a procedure that takes over from another goes on above it, save
    with the steps they share.
    """
    elsewhere = [act for act in _reached(receivable) if not _is_own(act, procedure)]
    return max([level_reached(receivable), *(act.level + 1 for act in elsewhere)])


def _reached(receivable: Receivable) -> list[ActRecord]:
    return [
        act for act in receivable.acts if act.cycle == receivable.cycle and act.status in REACHED
    ]


def last_reached_on(receivable: Receivable) -> date | None:
    """Return the day of the last act done, or perhaps done, in this cycle or before import."""
    days = [
        act.on for act in receivable.acts if act.cycle == receivable.cycle and act.status in REACHED
    ]
    if receivable.cycle == 1 and receivable.imported_notice_on is not None:
        days.append(receivable.imported_notice_on)
    return max(days, default=None)


def free_on(receivable: Receivable, interval_days: int) -> date | None:
    """Return the first day another act may follow those done; ``None`` if none was.

    Args:
        receivable: Whose acts.
        interval_days: Least days after the last act of this cycle. After an act of an earlier
            cycle one day passes, so that no debtor gets two notices on one day.

    Source:
        House rule (ARCHITECTURE section 6, Due).
    """
    last = last_reached_on(receivable)
    days = [] if last is None else [last + timedelta(days=interval_days)]
    days.extend(act.on + timedelta(days=1) for act in receivable.acts if act.status in REACHED)
    return max(days, default=None)
