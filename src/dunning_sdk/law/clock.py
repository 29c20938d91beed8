"""What moves a clock of limitation, and what a clock shows.

The module decides the records; how an event moves a clock is decided in ``limitation``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dunning_sdk.law.parameter import Confidence


class Cause(StrEnum):
    """What may move a clock; parameters are named after it."""

    LETTER = "letter-interrupts"
    ACKNOWLEDGMENT = "acknowledgment-interrupts"
    COURT_CLAIM = "court-claim-interrupts"
    ENFORCEMENT = "enforcement-interrupts"
    ORDER_SERVICE = "order-service-interrupts"
    PETITION = "petition-interrupts"
    MEDIATION = "mediation-suspends"
    SMALL_CLAIMS = "small-claims-suspends"

    @property
    def suspends(self) -> bool:
        """Tell whether it stops the clock for a while rather than setting it anew."""
        return self in (Cause.MEDIATION, Cause.SMALL_CLAIMS)


class Effect(StrEnum):
    """What an event did to a clock."""

    INTERRUPTED = "interrupted"
    SUSPENDED = "suspended"
    NOTHING = "nothing"
    VOID = "void"
    TOO_LATE = "too-late"
    NOT_KNOWN = "not-known"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockEvent:
    """Something that may move a clock.

    Attributes:
        cause: What it was.
        on: Day it happened.
        until_on: Last day of a suspension, or of a case in court; ``None`` while it lasts. An
            event of a day, such as an acknowledgment, has none either.
        lasts: Whether it lasts: a suspension or a case in court.
        void: Whether it counts for nothing: a claim withdrawn, lapsed or dismissed.
    """

    cause: Cause
    on: date
    until_on: date | None = None
    lasts: bool = False
    void: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """What one event did to one clock.

    Attributes:
        event: The event.
        effect: What it did.
        ends_on: When the clock ends after it; ``None`` while it stands still.
        source: Of the rule; empty where none is known.
        parameter_id: The rule; empty where none is known.
    """

    event: ClockEvent
    effect: Effect
    ends_on: date | None
    source: str = ""
    parameter_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A limitation period of one claim as it runs.

    Attributes:
        parameter_id: The period.
        title: What it is.
        started_on: Day it was first counted from.
        ends_on: Last day to act; ``None`` while it stands still.
        lines: What each event did, oldest first.
        sources: Of the period and the rules that moved it.
        confidence: The weakest of theirs.
        unverified: Ids of the parameters used that no source supports.
        limits: What the period does not cover; may be empty.
    """

    parameter_id: str
    title: str
    started_on: date
    ends_on: date | None
    lines: tuple[ClockLine, ...] = ()
    sources: tuple[str, ...]
    confidence: Confidence
    unverified: tuple[str, ...] = ()
    limits: str = ""
