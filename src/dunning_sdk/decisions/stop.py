"""What the stops of a receivable hold back: the whole, a part, or the days after them.

A dispute, a promise or a payment plan may be about a part: the rest is asked for. Every other
stop holds the whole, whatever amount it names: when in doubt, do not dun.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable, Stop, StopReason

_OF_A_PART: Final = frozenset({StopReason.DISPUTED, StopReason.PROMISED, StopReason.PAYMENT_PLAN})


def disputed_amount(receivable: Receivable, as_of: date) -> Money:
    """Return the part of the open amount that is disputed, at most the whole of it."""
    stops = receivable.stops_on(as_of)
    return _amount(receivable, [stop for stop in stops if stop.reason is StopReason.DISPUTED])


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


def resume_on(receivable: Receivable, as_of: date, resume_days: int) -> date | None:
    """Return the first day a step may follow the stops that have ended, or ``None``.

    A promise that ran out or was broken is resumed at once (ARCHITECTURE section 6, Stops).
    """
    days: list[date] = []
    for stop in receivable.stops:
        free = stop.free_on
        if free is None or free > as_of:
            continue
        is_broken = stop.reason is StopReason.PROMISED and stop.outcome in ("", "broken")
        days.append(free if is_broken else free + timedelta(days=resume_days))
    return max(days, default=None)


def _part(stop: Stop) -> int | None:
    return stop.amount_minor if stop.reason in _OF_A_PART else None


def _amount(receivable: Receivable, stops: Iterable[Stop]) -> Money:
    whole = receivable.open_amount
    parts = [_part(stop) for stop in stops]
    minor = sum(whole.minor if part is None else part for part in parts)
    return Money(min(minor, whole.minor), whole.currency)
