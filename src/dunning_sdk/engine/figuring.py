"""The figures of a day, kept by its run: what was owed, what was late, what was expected when.

Decides what is kept, for two years, and how the measures of collecting follow from two days of it.
The figures are sums over plain columns; `unsound_figures` makes the latest again from the events.

>>> day = Figures(on=date(2026, 3, 31), currency="EUR", open_minor=400_00, overdue_minor=100_00)
>>> days_of_sales_owed(day, issued_minor=900_00, days=90)
40
>>> effectiveness(500_00, day, issued_minor=900_00)
Decimal('90.9')
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.fold import fold
from dunning_sdk.store.interface import Session
from dunning_sdk.store.reading import Sum
from dunning_sdk.store.standing import Standing, standing_of

KEY: Final = "figures"
WEEKS: Final = 8
"""How many weeks ahead the expected cash of a day is kept."""
KEPT_DAYS: Final = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one day looked like, in one currency; amounts in minor units.

    Attributes:
        on: The day, after its run.
        currency: Of the amounts.
        open_minor: What was owed.
        overdue_minor: What of it was past its due date.
        count: How many receivables were open.
        expected_minor: What was expected in each of the weeks ahead, the first beginning on that
            day; what was overdue without a promise is in none.
    """

    on: date
    currency: str
    open_minor: int
    overdue_minor: int
    count: int = 0
    expected_minor: tuple[int, ...] = ()


def week_bounds(on: date) -> tuple[date, ...]:
    """Return the first days of the weeks ahead of a day, and the day after the last."""
    return tuple(on + timedelta(weeks=week) for week in range(WEEKS + 1))


def figures_on(
    session: Session, on: date, *, aged: Sequence[Sum] = (), not_due: int = 1
) -> tuple[Figures, ...]:
    """Return the figures of a day as things are now, by currency.

    Args:
        session: Open transaction; only read from.
        on: The day.
        aged: What is owed by due date, where it was read before; each sum counts once.
        not_due: Place of those sums that is not due yet; every lower one is overdue.
    """
    late = [replace(one, place=int(one.place >= not_due)) for one in aged]
    late = late or list(session.open_sums("due_on", (on,)))
    return _made(on, late, session.open_sums("expected_on", week_bounds(on)))


def keep_figures(session: Session, on: date) -> None:
    """Keep the figures of a day, those of its latest run; older than two years are dropped."""
    kept = session.setting(KEY)
    first = (on - timedelta(days=KEPT_DAYS)).isoformat()
    days = {day: one for day, one in kept.items() if day >= first} if isinstance(kept, dict) else {}
    until = session.recorded_until()
    days[on.isoformat()] = {
        "until": until.isoformat() if until else "",
        "by": [_plain(one) for one in figures_on(session, on)],
    }
    session.put_setting(KEY, days)


def kept_figures(session: Session, since: date) -> tuple[Figures, ...]:
    """Return the figures kept of each day, from a day on, by day and currency."""
    return tuple(
        one for day, kept in _days(session) if day >= since for one in _read(day, kept["by"])
    )


def unsound_figures(session: Session) -> Iterator[str]:
    """Yield what is wrong with the figures kept last: they are made again from the events.

    What was recorded after them is left out, so that they can be made again at any time.
    """
    days = _days(session)
    if not days:
        return
    day, kept = days[-1]
    until = datetime.fromisoformat(kept["until"]) if kept["until"] else None
    standings = [
        standing_of(state)
        for events in session.events_of("receivable").values()
        if (state := fold(one for one in events if until and one.recorded_at <= until)) is not None
    ]
    again = _made(day, _summed(standings, "due_on", (day,)), _weeks(standings, day))
    if again != _read(day, kept["by"]):
        yield f"the figures kept of {day} are not those of its events"


def days_of_sales_owed(figures: Figures, *, issued_minor: int, days: int) -> int | None:
    """Return how many days of sales are owed; ``None`` where nothing was issued.

    Args:
        figures: Of the last day of the period.
        issued_minor: What was issued in the period, in minor units.
        days: Length of the period.

    Source:
        House rule: the usual formula, what is owed over sales times days, rounded half up.
    """
    if not issued_minor:
        return None
    exact = Decimal(figures.open_minor) * days / issued_minor
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def effectiveness(start_minor: int, end: Figures, *, issued_minor: int) -> Decimal | None:
    """Return the collection effectiveness of a period in percent; ``None`` where nothing was due.

    Args:
        start_minor: What was owed before it.
        end: Figures of its last day.
        issued_minor: What was issued in it, in minor units.

    Source:
        House rule, after the collection effectiveness index in common use: what was collected over
        what could have been, both counted with what was issued, less what is not due yet.
    """
    could = start_minor + issued_minor - (end.open_minor - end.overdue_minor)
    if could <= 0:
        return None
    did = start_minor + issued_minor - end.open_minor
    return (Decimal(did) * 100 / could).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _made(on: date, late: Sequence[Sum], expected: Sequence[Sum]) -> tuple[Figures, ...]:
    weeks = {(one.currency, one.place): one.minor for one in expected}
    return tuple(
        Figures(
            on=on,
            currency=currency,
            open_minor=sum(one.minor for one in late if one.currency == currency),
            overdue_minor=sum(
                one.minor for one in late if one.currency == currency and not one.place
            ),
            count=sum(one.count for one in late if one.currency == currency),
            expected_minor=tuple(weeks.get((currency, week), 0) for week in range(1, WEEKS + 1)),
        )
        for currency in sorted({one.currency for one in late})
    )


def _weeks(standings: Sequence[Standing], on: date) -> list[Sum]:
    return _summed(standings, "expected_on", week_bounds(on))


def _summed(standings: Sequence[Standing], by: str, bounds: Sequence[date]) -> list[Sum]:
    """Return what is owed by currency and place, as `Standings.open_sums` does."""
    cells: dict[tuple[str, int], list[int]] = {}
    for one in standings:
        if one.settled_on is None:
            place = sum(bound <= getattr(one, by) for bound in bounds)
            cells.setdefault((one.currency, place), []).append(one.open_minor)
    return [
        Sum(currency=currency, place=place, count=len(cell), minor=sum(cell))
        for (currency, place), cell in cells.items()
    ]


def _days(session: Session) -> list[tuple[date, dict[str, Any]]]:
    kept: Any = session.setting(KEY)
    found = sorted(kept.items()) if isinstance(kept, dict) else []
    return [(date.fromisoformat(day), one) for day, one in found]


def _plain(one: Figures) -> dict[str, JsonValue]:
    return {
        "currency": one.currency,
        "open_minor": one.open_minor,
        "overdue_minor": one.overdue_minor,
        "count": one.count,
        "expected_minor": list(one.expected_minor),
    }


def _read(day: date, kept: Sequence[Mapping[str, Any]]) -> tuple[Figures, ...]:
    return tuple(
        Figures(**{**one, "on": day, "expected_minor": tuple(one["expected_minor"])})
        for one in kept
    )
