"""What the events of a receivable mean for its stops: placed, lifted, kept by what came.

Part of `fold`. Money that comes while a promise or a plan runs counts towards it, the oldest
first, and counts no more once it is taken back.
"""

from dataclasses import replace
from datetime import date

from dunning_sdk.domain.event import Event
from dunning_sdk.domain.header import day_in, fault, number_in, text_in, word_in
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.domain.stop import AWAITED, DatedAmount, Stop, StopReason


def place_stop(state: Receivable, happened: Event) -> Receivable:
    """Add a stop; a promise or a plan is about what is open, unless it names an amount."""
    reason = word_in(happened, "reason", StopReason)
    amount_minor = number_in(happened, "amount_minor") or None
    promised = amount_minor or state.open_amount.minor
    stop = Stop(
        id=text_in(happened, "stop"),
        reason=reason,
        placed_on=happened.on,
        until_on=day_in(happened, "until_on"),
        ask_again_on=day_in(happened, "ask_again_on"),
        owner=text_in(happened, "owner"),
        amount_minor=amount_minor,
        category=text_in(happened, "category"),
        part=text_in(happened, "part"),
        agreed=happened.header.get("agreed") is True,
        promised_minor=promised if reason in AWAITED else 0,
        grace_days=number_in(happened, "grace_days"),
        installments=_installments(happened),
    )
    return replace(state, stops=(*state.stops, stop))


def _installments(happened: Event) -> tuple[DatedAmount, ...]:
    """Return the ``[day, minor units]`` pairs of a plan; DomainError where they are not that."""
    pairs = happened.header.get("installments") or []
    if not isinstance(pairs, list):
        raise fault(happened, "has no list as installments")
    return tuple(_installment(happened, pair) for pair in pairs)


def _installment(happened: Event, pair: object) -> DatedAmount:
    match pair:
        case [str(day), int(minor)]:
            try:
                return DatedAmount(on=date.fromisoformat(day), minor=minor)
            except ValueError as exc:
                raise fault(happened, "has no date in its installments") from exc
    raise fault(happened, "has an installment that is no day with an amount")


def lift_stop(state: Receivable, happened: Event) -> Receivable:
    """End a stop, with its outcome."""
    wanted, outcome = text_in(happened, "stop"), text_in(happened, "outcome")
    stops = tuple(
        replace(stop, lifted_on=happened.on, outcome=outcome) if stop.id == wanted else stop
        for stop in state.stops
    )
    return replace(state, stops=stops)


def came_in(state: Receivable, on: date, minor: int, *, credited: bool = False) -> Receivable:
    """Count what was settled on a day towards what was promised by then, the oldest first.

    A credit note counts towards those that were announced before it counts towards promises.
    """
    if not state.stops or minor <= 0:
        return state
    kept = {stop.id: stop for stop in state.stops}
    for stop in sorted(state.stops, key=lambda stop: stop.reason is not StopReason.CREDIT_DUE):
        counts = credited or stop.reason is not StopReason.CREDIT_DUE
        share = min(minor, stop.room_minor) if counts and stop.holds_on(on) else 0
        minor -= share
        kept[stop.id] = _settled(stop, on, share)
    return replace(state, stops=tuple(kept[stop.id] for stop in state.stops))


def came_back(state: Receivable, minor: int) -> Receivable:
    """Take what was returned off what had kept promises and plans, the newest first."""
    stops: list[Stop] = []
    for stop in reversed(state.stops):
        is_his = stop.reason is not StopReason.CREDIT_DUE
        share = max(min(minor, stop.settled_minor), 0) if is_his else 0
        minor -= share
        stops.append(_settled(stop, stop.placed_on, -share))
    return replace(state, stops=tuple(reversed(stops))) if stops else state


def _settled(stop: Stop, on: date, minor: int) -> Stop:
    if not minor:
        return stop
    return replace(stop, settlements=(*stop.settlements, DatedAmount(on=on, minor=minor)))
