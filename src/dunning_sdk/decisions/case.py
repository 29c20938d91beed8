"""Everything the step machine reads about one receivable on one day.

Records only: the engine gathers them, `decisions.procedure` decides on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.domain.financing import Mandate
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, Stop, StopReason
from dunning_sdk.rules.step import Procedure
from dunning_sdk.rules.trace import TraceEntry

REACHED = frozenset({ActStatus.DONE, ActStatus.UNCERTAIN, ActStatus.HANDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorHistory:
    """What is remembered about a debtor across his receivables.

    Attributes:
        last_notice_on: Day he was last written to; ``None`` if never.
        formal_notice_until: Last day of a formal notice that runs; ``None`` if none does.
    """

    last_notice_on: date | None = None
    formal_notice_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One receivable on one day, with all that decides its next step.

    Attributes:
        receivable: State on ``as_of``.
        debtor: Who owes.
        procedure: Steps to follow; ``None`` where the mandate names none.
        mandate: Who does what.
        operator: Party the engine runs for.
        as_of: Day decided for.
        calendar: For day shifts.
        facts: Nested facts for conditions, as `decisions.facts` builds them.
        history: Of the debtor.
        payments_known_on: Last day for which payments are known; ``None`` if never read.
        trace: Entries of the decisions taken before (the mandate).
    """

    receivable: Receivable
    debtor: Party
    procedure: Procedure | None
    mandate: Mandate
    operator: str
    as_of: date
    calendar: BusinessCalendar
    facts: Mapping[str, Any]
    history: DebtorHistory = field(default_factory=DebtorHistory)
    payments_known_on: date | None = None
    trace: tuple[TraceEntry, ...] = ()


def cycle_acts(receivable: Receivable) -> tuple[ActRecord, ...]:
    """Return the acts of the cycle in force, in order of first mention."""
    return tuple(act for act in receivable.acts if act.cycle == receivable.cycle)


def last_reached_on(receivable: Receivable) -> date | None:
    """Return the day of the last act done, or perhaps done, in this cycle or before import."""
    days = [act.on for act in cycle_acts(receivable) if act.status in REACHED]
    if receivable.cycle == 1 and receivable.imported_notice_on is not None:
        days.append(receivable.imported_notice_on)
    return max(days) if days else None


def level_reached(receivable: Receivable) -> int:
    """Return the highest level done in this cycle, an imported level included."""
    levels = [act.level for act in cycle_acts(receivable) if act.status in REACHED]
    imported = receivable.imported_level if receivable.cycle == 1 else 0
    return max([imported, *levels])


def disputed_amount(receivable: Receivable, as_of: date) -> Money:
    """Return the part of the open amount that is disputed, at most the whole of it."""
    whole = receivable.open_amount
    parts = [stop for stop in receivable.stops_on(as_of) if stop.reason is StopReason.DISPUTED]
    minor = sum(whole.minor if stop.amount_minor is None else stop.amount_minor for stop in parts)
    return Money(min(minor, whole.minor), whole.currency)


def holding_stops(receivable: Receivable, as_of: date) -> tuple[Stop, ...]:
    """Return the stops that stop the whole receivable on a day.

    A dispute or promise about a part leaves the rest to be asked for.
    """
    whole = receivable.open_amount.minor
    held = receivable.stops_on(as_of)
    disputed = disputed_amount(receivable, as_of).minor
    return tuple(
        stop
        for stop in held
        if stop.amount_minor is None
        or stop.amount_minor >= whole
        or (stop.reason is StopReason.DISPUTED and disputed >= whole)
    )


def resume_on(receivable: Receivable, as_of: date, resume_days: int) -> date | None:
    """Return the first day after the stops that ended in this cycle, or ``None``.

    A promise that ran out or was broken is resumed at once (ARCHITECTURE section 6, Stops).
    """
    days: list[date] = []
    for stop in receivable.stops:
        free = stop.free_on
        if free is None or free > as_of or free < receivable.cycle_started_on:
            continue
        was_promise = stop.reason is StopReason.PROMISED and stop.outcome in ("", "broken")
        days.append(free if was_promise else free + timedelta(days=resume_days))
    return max(days) if days else None
