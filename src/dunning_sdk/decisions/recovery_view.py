"""What the recovery of one receivable is asked, and what it answers: records alone.

The module decides nothing; ``recovery`` fills these records from what was recorded and the law.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from dunning_sdk.decisions.recovery_limits import Whose
from dunning_sdk.decisions.recovery_state import RecoveryEvent, RecoveryState
from dunning_sdk.law.clock import Clock
from dunning_sdk.law.time_limit import TimeLimit

ABROAD: Final = "abroad"
DISTANCES: Final = ("overseas", ABROAD)
"""Where a party lives so far away that the law gives more time; a person says so."""


class LimitStatus(StrEnum):
    """What became of a time limit; one that is over no longer matters."""

    RUNNING = "running"
    MET = "met"
    MET_LATE = "met-late"
    RUN_OUT = "run-out"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event of a recovery.

    Attributes:
        event: What.
        on: When.
        reference: Number of the case, of the registered letter, …; may be empty.
        hearing_on: Day of the hearing a writ names.
        distance: One of `DISTANCES`, where it prolongs a time limit; empty otherwise.
        published_on: Day of publication, from which time limits are counted where it is not the
            day it was learned; ``None`` for that day.
    """

    event: RecoveryEvent
    on: date
    reference: str = ""
    hearing_on: date | None = None
    distance: str = ""
    published_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningLimit:
    """One time limit as it stands on a day.

    Attributes:
        name: Of the rule: topic and name of the parameter without its jurisdiction.
        whose: Who has to keep it.
        limit: Its days and sources.
        status: What became of it.
        if_missed: What follows when it runs out.
        warn_on: First day on which a person is warned.
    """

    name: str
    whose: Whose
    limit: TimeLimit
    status: LimitStatus
    if_missed: str
    warn_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWarning:
    """A last day that comes near, or has passed.

    Attributes:
        what: Name of the time limit, or ``limitation``.
        ends_on: The last day.
        days_left: 0 on the last day, negative after it.
        parameter_id: What it rests on.
        verified: Whether a source supports all that was used, or a person confirmed it.
        if_missed: What follows.
    """

    what: str
    ends_on: date
    days_left: int
    parameter_id: str
    verified: bool
    if_missed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Where the recovery of one receivable stands on a day.

    Attributes:
        jurisdiction: Code of the law that was asked; empty where none is known.
        state: Where it stands.
        since_on: Day it came there; ``None`` before anything happened.
        history: What happened, oldest first.
        limits: Every time limit an event set, in the order of the events.
        clocks: A clock for each limitation period that may govern the claim, the shortest
            first; the one a person chose alone; that of the title once there is one.
        chosen: Id of the period a person chose; empty where none did.
        may_follow: Events that may be recorded next, with the state each leads to.
        warnings: What comes near or was missed, the nearest first.
        unverified: Ids of parameters used that no source supports and nobody confirmed.
    """

    jurisdiction: str
    state: RecoveryState
    since_on: date | None
    history: tuple[Happened, ...]
    limits: tuple[RunningLimit, ...]
    clocks: tuple[Clock, ...]
    chosen: str
    may_follow: tuple[tuple[RecoveryEvent, RecoveryState], ...]
    warnings: tuple[TimeWarning, ...]
    unverified: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the recovery of one receivable is asked about.

    Attributes:
        due_on: Due date; limitation is counted from it.
        jurisdiction: Code of the law that governs the claim.
        is_company: Whether the debtor is no consumer.
        as_of: Day decided for; later events are unseen.
        chosen: Id of the limitation period a person chose; empty where none did.
        confirmed: Ids of unverified parameters a person confirmed.
    """

    due_on: date
    jurisdiction: str
    is_company: bool
    as_of: date
    chosen: str = ""
    confirmed: Collection[str] = ()
