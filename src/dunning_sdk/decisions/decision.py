"""What deciding yields: an outcome, its reasons, and every ground that led to it.

Records only. A "no" is a value with reasons here, never an exception.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from dunning_sdk.domain.financing import Mandate
from dunning_sdk.domain.money import Money
from dunning_sdk.rules.step import Step
from dunning_sdk.rules.trace import TraceEntry

if TYPE_CHECKING:
    from dunning_sdk.decisions.charge import Charges

BOUNDS: Final = ("planned", "interval", "resumed", "issued", "granted")
"""What may keep a step from an earlier day: its own date; the days after the last act; the days
after a stop; the day of issue, for a step before the due date; the days a notice grants."""


class Outcome(StrEnum):
    """What a run would do about one receivable.

    ``DUE`` the operator acts · ``EXPECTED`` another actor acts and it is confirmed · ``WAITING``
    for a date · ``STOPPED`` by a recorded stop · ``HELD`` until a person or fresh data frees it ·
    ``DENIED`` by a guard · ``IN_PROGRESS`` an act is under way · ``FINISHED`` nothing is left.
    """

    DUE = "due"
    EXPECTED = "expected"
    WAITING = "waiting"
    STOPPED = "stopped"
    HELD = "held"
    DENIED = "denied"
    IN_PROGRESS = "in-progress"
    FINISHED = "finished"


class SlotState(StrEnum):
    """Where one entry of the escalation calendar stands."""

    DONE = "done"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    IN_PROGRESS = "in-progress"
    FAILED = "failed"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One line of the escalation calendar; shown, never stored.

    Attributes:
        step_id: Which step.
        occurrence: From 1; above 1 for a repeated step.
        level: The step's level.
        planned_on: Its date, moved by a late entry; ``None`` where it hangs on a step that has
            no date yet.
        state: Where it stands.
        done_on: Day it was done or settled; ``None`` otherwise.
    """

    step_id: str
    occurrence: int
    level: int
    planned_on: date | None
    state: SlotState
    done_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What the scenario tables chose; an empty field leaves it to mandate and step.

    Attributes:
        procedure: Id of the procedure to follow.
        channel: Tried before the step's own.
        contact: Role of the person at the debtor.
        sender: Actor in whose name the notice goes.
        tone: Which of a step's templates is used.
        reasons: Ids, as the tables give them.
    """

    procedure: str = ""
    channel: str = ""
    contact: str = ""
    sender: str = ""
    tone: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDecision:
    """What is next for one receivable, and why.

    Attributes:
        receivable_id: Whom it is about.
        outcome: What a run would do.
        reasons: Ids from a closed list, most important first; see ``docs/reasons.md``.
        step: The step meant; ``None`` when nothing is left or nothing applies.
        occurrence: Of that step.
        attempt: From 1; above 1 after a cancelled or failed act.
        cycle: Cycle decided in.
        planned_on: The step's own date.
        act_on: First day it may be done.
        actor: Who does it.
        channels: Resolved channels, preferred first.
        template: Of the notice, in the tone chosen; empty for the step's own.
        contact: Role of the person at the debtor; empty for the usual one.
        amount: What is asked for: the open amount less what is disputed or promised.
        charges: What is asked for beside it; ``None`` where no rule was asked.
        mandate: Who does what about this receivable.
        bounds: What keeps the step from an earlier day, as name and first day it allows, from
            `BOUNDS`.
        review_on: Next day a run must look again; ``None`` if never.
        changes_on: Next day the decision may differ by the passing of time alone; ``None`` if
            never. Where a person or an act is waited for, a run looks every day all the same.
        calendar: The whole escalation calendar.
        trace: Every rule that spoke, in order.
    """

    receivable_id: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    step: Step | None = None
    occurrence: int = 1
    attempt: int = 1
    cycle: int = 1
    planned_on: date | None = None
    act_on: date | None = None
    actor: str = ""
    channels: tuple[str, ...] = ()
    template: str = ""
    contact: str = ""
    amount: Money | None = None
    charges: "Charges | None" = None
    mandate: Mandate | None = None
    bounds: tuple[tuple[str, date], ...] = ()
    review_on: date | None = None
    changes_on: date | None = None
    calendar: tuple[CalendarEntry, ...] = ()
    trace: tuple[TraceEntry, ...] = field(default=())
