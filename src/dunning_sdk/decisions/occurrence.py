"""Draw what happened to a debtor's receivables from how they stand.

Pure: receivables are folds of their events, so imported, corrected and replayed histories give the
same occurrences. What time alone will bring (a due date passing, a promise running out) is drawn
too, dated ahead. What is looked for in them is declared by books (`rules.pattern`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from dunning_sdk.decisions.past import REACHED
from dunning_sdk.domain.charge import MovementKind
from dunning_sdk.domain.occurrence import Occurrence, OccurrenceKind
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.domain.stop import Outcome, Stop, StopReason

_K: Final = OccurrenceKind
_DAY: Final = timedelta(days=1)
_BEGUN: Final = {
    StopReason.PROMISED: _K.PROMISED,
    StopReason.PAYMENT_PLAN: _K.PLAN_AGREED,
    StopReason.DISPUTED: _K.DISPUTED,
}
_ENDED: Final[Mapping[tuple[StopReason, str], OccurrenceKind]] = {
    (StopReason.PROMISED, Outcome.KEPT): _K.PROMISE_KEPT,
    (StopReason.PROMISED, Outcome.PART_KEPT): _K.PROMISE_BROKEN,
    (StopReason.PROMISED, Outcome.BROKEN): _K.PROMISE_BROKEN,
    (StopReason.PAYMENT_PLAN, Outcome.PART_KEPT): _K.PLAN_BROKEN,
    (StopReason.PAYMENT_PLAN, Outcome.BROKEN): _K.PLAN_BROKEN,
}
"""How what a debtor said ended: kept in part is broken as to the rest."""


def occurrences_of(receivables: Iterable[Receivable]) -> tuple[Occurrence, ...]:
    """Return what happened to receivables of one debtor, in no particular order.

    Args:
        receivables: As they stand on the day decided for; charges left over are no invoices, and
            are passed over.
    """
    return tuple(
        one for receivable in receivables if receivable.kind != "charges" for one in _of(receivable)
    )


def _of(receivable: Receivable) -> Iterator[Occurrence]:
    about = receivable.id
    yield Occurrence(kind=_K.INVOICED, on=receivable.issued_on, receivable_id=about)
    yield from _of_money(receivable)
    for stop in receivable.stops:
        yield from _of_stop(stop, receivable)
    for act in receivable.acts:
        if act.is_notice and act.status in REACHED:
            yield Occurrence(kind=_K.NOTICE, on=act.on, receivable_id=about, ref=act.act_id)
            if act.legal_effect:
                kind = _K.FORMAL_NOTICE
                yield Occurrence(kind=kind, on=act.on, receivable_id=about, ref=act.act_id)


def _of_money(receivable: Receivable) -> Iterator[Occurrence]:
    """Yield what moved the principal, and the times in which it was overdue."""
    left, open_since = receivable.amount.minor, receivable.issued_on
    for place, moved in enumerate(sorted(receivable.movements, key=lambda one: one.on)):
        days = (moved.on - receivable.due_on).days
        ref = str(place)
        if moved.kind is MovementKind.PAID:
            yield _measured(_K.PAYMENT, receivable, moved.on, days, ref)
        elif moved.kind is MovementKind.RETURNED:
            kind = _K.PAYMENT_RETURNED
            yield Occurrence(kind=kind, on=moved.on, receivable_id=receivable.id, ref=ref)
        before = left
        left += moved.minor if moved.kind is MovementKind.RETURNED else -moved.minor
        if before > 0 >= left:
            yield from _overdue(receivable, open_since, moved.on, ref)
            if moved.kind is MovementKind.PAID:
                yield _measured(_K.SETTLED, receivable, moved.on, days, ref)
        elif before <= 0 < left:
            open_since = moved.on
    if left > 0:
        yield from _overdue(receivable, open_since, None, "")


def _measured(
    kind: OccurrenceKind, receivable: Receivable, on: date, days: int, ref: str
) -> Occurrence:
    return Occurrence(kind=kind, on=on, receivable_id=receivable.id, days=days, ref=ref)


def _overdue(
    receivable: Receivable, since: date, until: date | None, ref: str
) -> Iterator[Occurrence]:
    """Yield the time in which an open receivable was overdue, if there was any."""
    first = max(since, receivable.due_on + _DAY)
    if until is None or first < until:
        yield Occurrence(
            kind=_K.OVERDUE,
            on=first,
            receivable_id=receivable.id,
            days=(first - receivable.due_on).days,
            until_on=until,
            ref=ref,
        )


def _of_stop(stop: Stop, receivable: Receivable) -> Iterator[Occurrence]:
    """Yield what a debtor promised or contested, and how a promise or a plan ended.

    What was kept before its last day was kept on the day the last of it came.
    """
    begun = _BEGUN.get(stop.reason)
    if begun is None:
        return
    yield _about(begun, stop, receivable, stop.placed_on)
    free = stop.free_on
    came_on = max((one.on for one in stop.settlements), default=free)
    ended_on = came_on if came_on and stop.promised_minor and not stop.room_minor else free
    if ended_on is None:
        return
    kind = _ENDED.get((stop.reason, stop.outcome_on(ended_on)))
    if kind is not None:
        yield _about(kind, stop, receivable, ended_on)


def _about(kind: OccurrenceKind, stop: Stop, receivable: Receivable, on: date) -> Occurrence:
    return Occurrence(kind=kind, on=on, receivable_id=receivable.id, ref=stop.id)
