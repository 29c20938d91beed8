"""Lay a simulation out for people: tables, charts, and one page of HTML that holds them all.

Decides what is shown side by side; every figure is from the simulation. The page asks nothing of
any other place, names no day it was made on, and the same simulation gives the same bytes.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Final

from dunning_sdk.domain.money import Money
from dunning_sdk.simulation.chart import Chart, Series, chart_svg, chart_words
from dunning_sdk.simulation.simulation import ActCount, Course, Simulation

MONTHS_LABELED: Final = 12
_WEEK: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table.

    Attributes:
        title: What it holds.
        head: Names of its columns.
        rows: Its cells, as text.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def assumptions(found: Simulation) -> Grid:
    """Return what was assumed."""
    costs = ", ".join(f"{name} {cost}" for name, cost in found.costs.items())
    rows = [
        ("days", f"{found.first} to {found.last}"),
        ("receivables", str(found.receivables)),
        ("payments", found.payments),
        ("seed", _text(found.seed)),
        ("a notice shortens the wait by", f"{found.notice_effect_pct} %"),
        ("acts that need approval get it", found.approve),
        ("letters, calls, tasks, acts of others are reported", found.confirm),
        ("cost", costs or "not declared"),
    ]
    kept = tuple(row for row in rows if found.seed is not None or row[0] not in _DRAWN)
    return Grid(title="Assumed", head=("what", "value"), rows=kept)


_DRAWN: Final = ("seed", "a notice shortens the wait by")


def summary(found: Simulation) -> Grid:
    """Return the figures of each book, side by side."""
    rows = [(what, *(_text(read(one)) for one in found.courses)) for what, read in _FIGURES]
    for currency in _currencies(found):
        last = [_last(one, currency) for one in found.courses]
        rows.append((f"open at the end, {currency}", *(amount for amount, _ in last)))
        rows.append((f"DSO at the end, {currency}, days", *(dso for _, dso in last)))
    kinds = sorted({kind for one in found.courses for kind in one.reviews})
    for kind in kinds:
        counts = (str(one.reviews.get(kind, 0)) for one in found.courses)
        rows.append((f"waits for a person: {kind}", *counts))
    return _grid("Came to", ("what",), found, rows)


_FIGURES: Final[tuple[tuple[str, Callable[[Course], object]], ...]] = (
    ("acts", lambda one: sum(channel.acts for channel in one.channels)),
    ("notices, calls and tasks", lambda one: sum(channel.notices for channel in one.channels)),
    ("cost", lambda one: one.cost),
    ("acts of others", lambda one: one.expected),
    ("acts cancelled at the door", lambda one: one.cancelled),
    ("acts that could not leave", lambda one: one.failed),
    ("paid in full", lambda one: one.days_to_pay.count),
    ("not paid in full at the end", lambda one: one.open_at_end),
    ("days to pay, mean", lambda one: one.days_to_pay.mean),
    ("days to pay, median", lambda one: one.days_to_pay.median),
    ("days to pay, 10th percentile", lambda one: one.days_to_pay.p10),
    ("days to pay, 25th percentile", lambda one: one.days_to_pay.p25),
    ("days to pay, 75th percentile", lambda one: one.days_to_pay.p75),
    ("days to pay, 90th percentile", lambda one: one.days_to_pay.p90),
    ("days to pay, 95th percentile", lambda one: one.days_to_pay.p95),
    ("days late, mean", lambda one: one.days_late.mean),
    ("days late, median", lambda one: one.days_late.median),
    ("wait for approval at the end", lambda one: one.days[-1].approvals),
    ("acts of others expected at the end", lambda one: one.days[-1].expected),
    ("letters, calls and tasks not reported at the end", lambda one: one.days[-1].reports),
)


def by_channel(found: Simulation) -> Grid:
    """Return the notices of each channel and what they cost."""
    known = [{item.channel: item for item in one.channels} for one in found.courses]
    rows = []
    for name in sorted({name for items in known for name in items}):
        cells = []
        for items in known:
            item = items.get(name)
            cells.append(f"{item.notices} ({item.cost})" if item and item.cost else "")
            if item and not item.cost:
                cells[-1] = str(item.notices)
        rows.append((name, *(cell or "0" for cell in cells)))
    return _grid("Notices, calls and tasks by channel", ("channel",), found, rows)


def by_step(found: Simulation) -> Grid:
    """Return the acts of each step."""
    counts = [
        {(item.level, item.step, item.channel): item.acts for item in one.steps}
        for one in found.courses
    ]
    keys = sorted({key for items in counts for key in items})
    rows = [(*map(str, key), *(str(items.get(key, 0)) for items in counts)) for key in keys]
    return _grid("Acts by step", ("level", "step", "channel"), found, rows)


def by_month(found: Simulation) -> Grid:
    """Return the acts of each month, channel and level."""
    return _by("Acts by month", "month", found, lambda act: f"{act.day:%Y-%m}")


def by_day(found: Simulation) -> Grid:
    """Return the acts of each day, channel and level."""
    return _by("Acts by day", "day", found, lambda act: act.day.isoformat())


def _by(title: str, word: str, found: Simulation, span: Callable[[ActCount], str]) -> Grid:
    counts: list[Counter[tuple[str, str, int]]] = [Counter() for _ in found.courses]
    for count, one in zip(counts, found.courses, strict=True):
        for act in one.acts:
            count[span(act), act.channel, act.level] += act.acts
    keys = sorted({key for count in counts for key in count})
    rows = [(*map(str, key), *(str(count[key]) for count in counts)) for key in keys]
    return _grid(title, (word, "channel", "level"), found, rows)


def charts(found: Simulation) -> tuple[Chart, ...]:
    """Return the charts of a simulation: acts, what was open, what was paid, what waited."""
    drawn = [
        _chart(found, "acts", "Acts per week", "acts", _weekly),
        *(_open(found, currency) for currency in _currencies(found)),
        Chart(
            id="paid",
            title="Paid in full, by days from issue",
            unit="%",
            series=_series(found, _paid),
            is_stepped=True,
        ),
        _chart(found, "waiting", "Acts that wait for a person, by day", "acts", _waiting),
    ]
    return tuple(drawn)


def page(found: Simulation) -> str:
    """Return one HTML page that holds everything."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    text = (resources.files("dunning_sdk.simulation") / "templates" / "simulation.html").read_text(
        encoding="utf-8"
    )
    # Our own SVG, in which every text is escaped.
    drawn = [(one, Markup(chart_svg(one)), chart_words(one)) for one in charts(found)]  # noqa: S704
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text).render(
        title=" and ".join(_names(found)),
        grids=[assumptions(found), summary(found)],
        charts=drawn,
        details=[by_channel(found), by_step(found), by_month(found), by_day(found)],
    )


def _grid(
    title: str, words: tuple[str, ...], found: Simulation, rows: Sequence[tuple[str, ...]]
) -> Grid:
    return Grid(title=title, head=(*words, *_names(found)), rows=tuple(rows))


def _names(found: Simulation) -> tuple[str, ...]:
    """Return a name for each book; two of one version are told apart by their hashes."""
    names = [one.name for one in found.courses]
    if len(set(names)) == len(names):
        return tuple(names)
    return tuple(f"{one.name} ({one.digest[:8]})" for one in found.courses)


def _text(value: object) -> str:
    return "–" if value is None else str(value)


def _currencies(found: Simulation) -> list[str]:
    return sorted({item.open_amount.currency for one in found.courses for item in one.balances})


def _last(one: Course, currency: str) -> tuple[str, str]:
    known = [item for item in one.balances if item.open_amount.currency == currency]
    return (_text(known[-1].open_amount), _text(known[-1].dso_days)) if known else ("–", "–")


Points = list[tuple[int, int]]


def _series(found: Simulation, points: Callable[[Course], Points]) -> tuple[Series, ...]:
    pairs = zip(_names(found), found.courses, strict=True)
    return tuple(Series(name, points(one)) for name, one in pairs)


def _chart(
    found: Simulation, id: str, title: str, unit: str, points: Callable[[Course], Points]
) -> Chart:
    return Chart(
        id=id,
        title=title,
        unit=unit,
        series=_series(found, points),
        places=_months(found.first, found.last),
    )


def _open(found: Simulation, currency: str) -> Chart:
    def points(one: Course) -> Points:
        known = [item for item in one.balances if item.open_amount.currency == currency]
        return [(item.day.toordinal(), _major(item.open_amount)) for item in known]

    return _chart(found, f"open-{currency}", f"Open amount, {currency}", currency, points)


def _major(amount: Money) -> int:
    return int(amount.major)


def _weekly(one: Course) -> Points:
    first, last = one.days[0].day.toordinal(), one.days[-1].day.toordinal()
    counts = Counter[int]()
    for act in one.acts:
        counts[(act.day.toordinal() - first) // _WEEK] += act.acts
    return [(first + week * _WEEK, counts[week]) for week in range((last - first) // _WEEK + 1)]


def _paid(one: Course) -> Points:
    """Return which percentage of all receivables was paid in full after so many days."""
    whole = one.days_to_pay.count + one.open_at_end
    paid, points = 0, [(0, 0)]
    for days, count in one.paid_after.items():
        paid += count
        points.append((days, 100 * paid // whole))
    return points


def _waiting(one: Course) -> Points:
    return [(day.day.toordinal(), day.approvals + day.expected + day.reports) for day in one.days]


def _months(first: date, last: date) -> dict[int, str]:
    """Return labels for the first days of months, at most a dozen."""
    days = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    starts = [day for day in days if day.day == 1]
    if not starts:
        return {first.toordinal(): first.isoformat(), last.toordinal(): last.isoformat()}
    every = -(-len(starts) // MONTHS_LABELED)
    return {day.toordinal(): f"{day:%Y-%m}" for day in starts[::every]}
