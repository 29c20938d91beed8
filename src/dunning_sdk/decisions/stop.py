"""What the stops of a receivable hold back: the whole, a part, or the days after them.

A dispute, a promise, a payment plan or a write-off may be about a part: the rest is asked for.
Every other stop holds the whole, whatever amount it names: when in doubt, do not dun.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable, Stop, StopReason
from dunning_sdk.domain.stop import AWAITED, ON_RECORD

OF_A_PART: Final = frozenset({StopReason.DISPUTED, StopReason.WRITTEN_OFF, *AWAITED, *ON_RECORD})
"""Stops that may be about a part of what is open."""


def part_of(receivable: Receivable, as_of: date, reason: StopReason) -> Money:
    """Return the part of the open amount that stops of one reason are about, at most the whole."""
    records = receivable.records_on(as_of)
    return _amount(receivable, [stop for stop in records if stop.reason is reason])


def disputed_amount(receivable: Receivable, as_of: date) -> Money:
    """Return the part of the open amount that is disputed, at most the whole of it."""
    return part_of(receivable, as_of, StopReason.DISPUTED)


def asked_amount(receivable: Receivable, as_of: date) -> Money:
    """Return what may be asked for: the open amount less the parts that stops set aside.

    Parts that overlap are counted each, so that rather too little is asked for.
    """
    return receivable.open_amount - _amount(receivable, receivable.stops_on(as_of))


def holding_stops(receivable: Receivable, as_of: date) -> tuple[Stop, ...]:
    """Return the stops that leave nothing to ask for on a day; empty if something is left."""
    stops = receivable.stops_on(as_of)
    whole = tuple(stop for stop in stops if _part(stop) is None)
    if whole:
        return whole
    return stops if stops and asked_amount(receivable, as_of).minor == 0 else ()


def pausing(receivable: Receivable, as_of: date) -> tuple[Stop, ...]:
    """Return the stops in force that set something aside; a part that came is not set aside."""
    return tuple(stop for stop in receivable.stops_on(as_of) if _part(stop) != 0)


def resume_on(receivable: Receivable, as_of: date, resume_days: int) -> date | None:
    """Return the first day a step may follow the stops that have ended, or ``None``.

    A promise or a plan that was not wholly kept is resumed at once (ARCHITECTURE section 6,
    Stops).
    """
    days: list[date] = []
    for stop in receivable.stops:
        free = stop.free_on
        if free is None or free > as_of or not stop.holds_back:
            continue
        wait = 0 if stop.is_broken_on(as_of) else resume_days
        days.append(free + timedelta(days=wait))
    return max(days, default=None)


def _part(stop: Stop) -> int | None:
    """Return the part a stop sets aside, less what came of it; ``None`` for the whole."""
    if stop.amount_minor is None or stop.reason not in OF_A_PART:
        return None
    return max(stop.amount_minor - stop.settled_minor, 0)


def _amount(receivable: Receivable, stops: Iterable[Stop]) -> Money:
    whole = receivable.open_amount
    parts = [_part(stop) for stop in stops]
    minor = sum(whole.minor if part is None else part for part in parts)
    return Money(min(minor, whole.minor), whole.currency)
