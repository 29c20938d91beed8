"""What a procedure rule holds: its steps and its options.

`rules.load` builds these from YAML, `decisions.procedure` reads them. Dates are worked out
there, never here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from dunning_sdk.domain.calendar import Roll

ANCHORS: Final = ("due_on", "issued_on", "entered_overdue", "end_of_month")


class Action(StrEnum):
    """What a step does."""

    NOTICE = "notice"
    CALL = "call"
    TASK = "task"
    PLACEMENT = "placement"
    HOST_EVENT = "host_event"


class CatchUp(StrEnum):
    """Which step is next after missed runs."""

    NEXT = "next"
    HIGHEST = "highest"


class Entry(StrEnum):
    """Where a receivable enters that is first seen after its first step."""

    LAST_REMINDER = "last_reminder"
    FIRST_STEP = "first_step"


class CycleKeeps(StrEnum):
    """Which steps stay done in a new cycle."""

    LEGAL = "legal"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A compiled FEEL condition.

    Attributes:
        text: As the author wrote it.
        holds: Facts (nested contexts) to true or false; raises EvaluationError, never guesses.
        edges: Day-valued fact to the values at which the condition may change; ``None`` in
            place of the values where that cannot be told (the condition is opaque).
        reads: Facts it reads, by dotted name.
        calls: Names of the book's functions it calls.
        whole: The text with these written out.
    """

    text: str
    holds: Callable[[Mapping[str, Any]], bool]
    edges: Mapping[str, tuple[int, ...] | None] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    whole: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of a procedure (ARCHITECTURE section 6).

    Attributes:
        id: Permanent; part of every act id.
        level: Rank; never falls within a cycle.
        action: What is done.
        anchor: ``due_on``, ``issued_on``, ``entered_overdue`` (the day after the due date),
            ``end_of_month`` (last day of the month in which due date + offset falls; the offset
            is inside) or the id of an earlier step (the day it was done).
        offset: Calendar days from the anchor; negative before it.
        after: Id of a step that must be done first; ``None`` if none.
        interval_days: Least days after the last act done in this cycle.
        repeat_every_days: ``None`` for a step done once.
        repeat_max: Most occurrences; ``None`` for no limit.
        day_shift: Roll applied to the planned date.
        channels: Preferred first, then fallbacks; empty for actions without a channel.
        template: Name of the notice template; empty for none.
        tones: Tone to the template used in place of it.
        actor: Who does it; empty for the chaser of the mandate.
        legal_effect: Never expires, needs approval, ignores spacing.
        grants_days: Days the formal notice gives, counted from the day after it is done.
        when: Applies only where this holds; ``None`` for always.
        window_days: A step before the due date expires this many days after its own date.
        needs_approval: Whether a person approves each act.
    """

    id: str
    level: int
    action: Action = Action.NOTICE
    anchor: str = "due_on"
    offset: int = 0
    after: str | None = None
    interval_days: int = 1
    repeat_every_days: int | None = None
    repeat_max: int | None = None
    day_shift: Roll = Roll.NONE
    channels: tuple[str, ...] = ()
    template: str = ""
    tones: Mapping[str, str] = field(default_factory=dict)
    actor: str = ""
    legal_effect: bool = False
    grants_days: int = 0
    when: Condition | None = None
    window_days: int = 3
    needs_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """An ordered list of steps and what holds for all of them.

    Attributes:
        id: Rule id, ``procedure.<name>``; part of every act id.
        steps: In order; levels never fall.
        calendar: Jurisdiction code for day shifts.
        entry: Where a late arrival enters.
        catch_up: Which step is next after missed runs.
        cycle_keeps: What stays done in a new cycle.
        spacing_days: Least days between two notices to one debtor; 0 for none.
        resume_days: Least days after a stop's end.
        hush: Lower notices to a debtor wait while a formal notice runs.
        payments_max_age_days: Oldest payment data allowed for a notice about overdue money;
            ``None`` for no check.
        review_days: Days an unsure payment pauses the chase.
        promise_days_max: Longest promise a debtor may make himself.
        promise_count_max: Most promises a debtor may make himself in one cycle.
        credit_hold_days: Days overdue from which a credit hold is proposed to the host; ``None``
            for never.
    """

    id: str
    steps: tuple[Step, ...]
    calendar: str = "FR"
    entry: Entry = Entry.LAST_REMINDER
    catch_up: CatchUp = CatchUp.NEXT
    cycle_keeps: CycleKeeps = CycleKeeps.LEGAL
    spacing_days: int = 0
    resume_days: int = 0
    hush: bool = False
    payments_max_age_days: int | None = None
    review_days: int = 7
    promise_days_max: int = 30
    promise_count_max: int = 2
    credit_hold_days: int | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return the conditions of its steps."""
        return tuple(step.when for step in self.steps if step.when is not None)
