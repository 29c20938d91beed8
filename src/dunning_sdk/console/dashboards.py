"""What the money does: aged balance, days of sales owed, effectiveness, promises, expected cash.

Decides which figures are shown and for which periods; each is a sum of the database, or was kept
by the run of its day. What was expected weeks ago stands beside what came, so that plans can be
held against what happened.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from starlette.responses import Response

from dunning_sdk.access.role import Right
from dunning_sdk.console.charting import Bars, bars_svg
from dunning_sdk.console.listing import column
from dunning_sdk.domain.money import Money
from dunning_sdk.engine.figuring import (
    WEEKS,
    Figures,
    days_of_sales_owed,
    effectiveness,
    figures_on,
    kept_figures,
    week_bounds,
)
from dunning_sdk.evidence.statement import AGES
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.parts import Cell, Table
from dunning_sdk.look.tongue import tongue_of
from dunning_sdk.look.visit import Visit
from dunning_sdk.store.interface import Session
from dunning_sdk.store.reading import PromiseSum, Sum

PERIOD_DAYS: Final = 90
"""Length of the period that measures look back over."""


def _page(visit: Visit) -> Response:
    on = visit.as_of
    with visit.engine.store.reading() as session:
        aged = session.open_sums("due_on", _age_bounds(on))
        figured = figures_on(session, on, aged=aged, not_due=len(AGES))
        now = {one.currency: one for one in figured}
        since = on - timedelta(days=PERIOD_DAYS)
        kept = kept_figures(session, since - timedelta(days=7))
        issued = session.amounts_between("issued_on", since + timedelta(days=1), on)
        promises = session.promise_sums(since, on + timedelta(days=1))
        came = _came(session, kept, on)
    currency = _chosen(visit, now)
    figures = now.get(currency)
    return visit.page(
        "console/dashboard.html",
        currency=currency,
        currencies=sorted(now),
        tiles=_tiles(visit, figures, kept, issued, promises) if figures else (),
        aged=_aged(visit, aged, currency),
        expected=_expected(visit, figures) if figures else None,
        compared=_compared(visit, currency, came),
        promises=_promises(visit, promises),
    )


def _chosen(visit: Visit, now: dict[str, Figures]) -> str:
    asked = visit.query.get("currency", "")
    own = visit.engine.config.currency
    return asked if asked in now else own if own in now else next(iter(sorted(now)), own)


def _age_bounds(on: date) -> list[date]:
    return [on - timedelta(days=age - 1) for age in reversed(AGES)]


def _tiles(
    visit: Visit,
    figures: Figures,
    kept: Sequence[Figures],
    issued: Sequence[Sum],
    promises: Sequence[PromiseSum],
) -> list[tuple[str, Cell, str]]:
    word, currency = visit.words.say, figures.currency
    sold = next((one.minor for one in issued if one.currency == currency), 0)
    dso = days_of_sales_owed(figures, issued_minor=sold, days=PERIOD_DAYS)
    before = next((one for one in kept if one.currency == currency), None)
    cei = None
    if before is not None and before.on < visit.as_of:
        cei = _effectiveness(visit, before, figures)
    ended = next((one for one in promises if one.currency == currency), None)
    count = ended.kept + ended.part_kept + ended.broken if ended else 0
    return [
        (word("col_open"), Money(figures.open_minor, currency), visit.to("/receivables")),
        (
            word("col_overdue"),
            Money(figures.overdue_minor, currency),
            visit.to("/receivables", show="overdue"),
        ),
        (word("dso"), word("days", count=dso) if dso is not None else None, ""),
        (word("cei"), cei, ""),
        (
            word("promises_kept"),
            word("of_count", count=count, part=ended.kept) if ended and count else None,
            "",
        ),
    ]


def _effectiveness(visit: Visit, before: Figures, now: Figures) -> str | None:
    with visit.engine.store.reading() as session:
        issued = session.amounts_between("issued_on", before.on + timedelta(days=1), now.on)
    sold = next((one.minor for one in issued if one.currency == now.currency), 0)
    found = effectiveness(before.open_minor, now, issued_minor=sold)
    mark = tongue_of(visit.choice.language).words["decimal_mark"]
    return None if found is None else f"{found} %".replace(".", mark)


def _aged(visit: Visit, aged: Sequence[Sum], currency: str) -> tuple[str, Table]:
    minors = {one.place: one.minor for one in aged if one.currency == currency}
    counts = {one.place: one.count for one in aged if one.currency == currency}
    words = ["col_not_due", *(f"col_age_{age}" for age in AGES)]
    labels = [visit.words.say(word) for word in words]
    places = range(len(AGES), -1, -1)
    table = Table(
        id="aged",
        caption=visit.words.say("aged_balance"),
        columns=[
            column(visit, "age"),
            column(visit, "count", kind="number"),
            column(visit, "open", kind="money"),
        ],
        rows=[
            (label, counts.get(place, 0), Money(minors.get(place, 0), currency))
            for label, place in zip(labels, places, strict=True)
        ],
    )
    groups = tuple(
        (label, (_major(minors.get(place, 0), currency),))
        for label, place in zip(labels, places, strict=True)
    )
    title = visit.words.say("aged_balance")
    chart = Bars(id="aged-chart", title=title, unit=currency, series=(title,), groups=groups)
    return bars_svg(chart), table


def _expected(visit: Visit, figures: Figures) -> tuple[str, Table]:
    title = visit.words.say("expected_cash")
    starts = week_bounds(figures.on)[:WEEKS]
    rows = list(zip(starts, figures.expected_minor, strict=True))
    table = Table(
        id="expected",
        caption=title,
        columns=[column(visit, "week_of", kind="date"), column(visit, "expected", kind="money")],
        rows=[(start, Money(minor, figures.currency)) for start, minor in rows],
    )
    groups = tuple(
        (_short(visit, start), (_major(minor, figures.currency),)) for start, minor in rows
    )
    chart = Bars(
        id="expected-chart", title=title, unit=figures.currency, series=(title,), groups=groups
    )
    return bars_svg(chart), table


Came = tuple[date, str, int, int]
"""First day of a week, currency, what was expected in it as it began, and what came."""


def _came(session: Session, kept: Sequence[Figures], on: date) -> list[Came]:
    """Return for each past week what was expected as it began, and what was settled in it."""
    by_day = {(one.on, one.currency): one for one in kept}
    found: list[Came] = []
    for (day, currency), one in sorted(by_day.items()):
        if day < on - timedelta(weeks=WEEKS):
            continue
        end = by_day.get((day + timedelta(days=7), currency))
        if end is None or end.on > on or (on - day).days % 7:
            continue
        issued = session.amounts_between(
            "issued_on", day + timedelta(days=1), end.on + timedelta(days=1)
        )
        sold = next((each.minor for each in issued if each.currency == currency), 0)
        expected = one.expected_minor[0] if one.expected_minor else 0
        found.append((day, currency, expected, max(one.open_minor + sold - end.open_minor, 0)))
    return found


def _compared(visit: Visit, currency: str, came: Sequence[Came]) -> tuple[str, Table]:
    rows = [(day, expected, minor) for day, name, expected, minor in came if name == currency]
    title = visit.words.say("expected_and_came")
    table = Table(
        id="compared",
        caption=title,
        columns=[
            column(visit, "week_of", kind="date"),
            column(visit, "expected", kind="money"),
            column(visit, "came", kind="money"),
        ],
        rows=[
            (day, Money(expected, currency), Money(minor, currency))
            for day, expected, minor in rows
        ],
        empty=visit.words.say("compared_empty"),
    )
    series = (visit.words.say("col_expected"), visit.words.say("col_came"))
    groups = tuple(
        (_short(visit, day), (_major(expected, currency), _major(minor, currency)))
        for day, expected, minor in rows
    )
    if not groups:
        return "", table
    chart = Bars(id="compared-chart", title=title, unit=currency, series=series, groups=groups)
    return bars_svg(chart), table


def _promises(visit: Visit, promises: Sequence[PromiseSum]) -> Table:
    return Table(
        id="promises",
        caption=visit.words.say("promises_kept"),
        columns=[
            column(visit, "currency"),
            column(visit, "kept", kind="number"),
            column(visit, "part_kept", kind="number"),
            column(visit, "broken", kind="number"),
            column(visit, "promised", kind="money"),
            column(visit, "came", kind="money"),
        ],
        rows=[
            (
                one.currency,
                one.kept,
                one.part_kept,
                one.broken,
                Money(one.promised_minor, one.currency),
                Money(one.settled_minor, one.currency),
            )
            for one in promises
        ],
        empty=visit.words.say("promises_none"),
    )


def _major(minor: int, currency: str) -> int:
    """Return an amount in whole major units, for a chart."""
    return int(Money(minor, currency).major)


def _short(visit: Visit, day: date) -> str:
    """Return a day without its year, for below a chart."""
    return f"{day:%m-%d}" if visit.choice.language == "en" else f"{day:%d.%m.}"


PAGES: Final = (Page(path="/dashboard", handler=_page, needs=Right.LOOK),)
