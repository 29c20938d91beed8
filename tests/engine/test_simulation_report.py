"""The report of a simulation: figures, charts in words, a page that stands alone."""

import re
from datetime import date
from decimal import Decimal
from statistics import mean, median
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.money import Money
from dunning_sdk.simulation.chart import Chart, Series, chart_png, chart_svg, chart_words
from dunning_sdk.simulation.measuring import spread_of
from dunning_sdk.simulation.simulation import (
    ActCount,
    Balance,
    ChannelCount,
    Course,
    DayCount,
    Simulation,
    Spread,
    StepCount,
)
from dunning_sdk.simulation.simulation_report import by_day, charts, page, summary

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2026, 4, 1)


def a_course(**over) -> Course:
    """Return a course of one day and one act."""
    base = {
        "book": "b",
        "version": "1.0",
        "digest": "0123456789",
        "acts": (ActCount(day=DAY, channel="email", level=1, acts=2),),
        "channels": (ChannelCount(channel="email", acts=2, notices=1, cost=Money(2, "EUR")),),
        "steps": (StepCount(step="first", level=1, channel="email", acts=2),),
        "days": (DayCount(day=DAY, looked_at=2, open=2, approvals=0, expected=0, reports=1),),
        "balances": (Balance(day=DAY, open_amount=Money(90_00, "EUR"), dso_days=Decimal("31.5")),),
        "days_to_pay": spread_of([30]),
        "days_late": spread_of([0]),
        "paid_after": {30: 1},
        "open_at_end": 2,
        "expected": 0,
        "cancelled": 0,
        "failed": 0,
        "reviews": {"letter-to-post": 1},
        "cost": Money(2, "EUR"),
    }
    return Course(**(base | over))


def a_simulation(*courses) -> Simulation:
    """Return a simulation of one day."""
    return Simulation(
        first=DAY,
        last=DAY,
        receivables=3,
        payments="recorded",
        seed=None,
        notice_effect_pct=0,
        approve="never",
        confirm="never",
        costs={"email": Money(2, "EUR")},
        courses=courses or (a_course(),),
    )


@given(st.lists(st.integers(-100, 400), min_size=1, max_size=60))
def test_a_spread_is_that_of_the_numbers(days):
    found = spread_of(days)

    assert found.count == len(days)
    assert float(found.mean) == pytest.approx(mean(days), abs=0.05001)
    assert found.median == Decimal(str(median(days)))
    assert sum(day <= found.p90 for day in days) * 10 >= len(days) * 9
    assert sum(day < found.p90 for day in days) * 10 < len(days) * 9
    assert min(days) <= found.p10 <= found.p25 <= found.p75 <= found.p90 <= found.p95 <= max(days)


def test_nothing_has_no_spread():
    assert spread_of([]) == Spread(count=0)


def test_two_books_stand_side_by_side():
    other = a_course(version="1.1", channels=(), cost=None, reviews={}, balances=())

    grid = summary(a_simulation(a_course(), other))

    assert grid.head == ("what", "b 1.0", "b 1.1")
    assert ("acts", "2", "0") in grid.rows
    assert ("cost", "0.02 EUR", "–") in grid.rows
    assert ("open at the end, EUR", "90.00 EUR", "–") in grid.rows
    assert ("waits for a person: letter-to-post", "1", "0") in grid.rows


def test_two_books_of_one_version_are_told_apart():
    grid = by_day(a_simulation(a_course(), a_course(digest="9876543210")))

    assert grid.head[3:] == ("b 1.0 (01234567)", "b 1.0 (98765432)")
    assert grid.rows == (("2026-04-01", "email", "1", "2", "2"),)


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 900), st.integers(0, 10**9)), max_size=9), max_size=5
    ),
    st.booleans(),
)
def test_a_chart_is_sound_whatever_it_shows(lines, is_stepped):
    series = tuple(Series(f"<{n}> & co", sorted(points)) for n, points in enumerate(lines))
    chart = Chart(id="c", title='A "title"', unit="€", series=series, is_stepped=is_stepped)

    root = ElementTree.fromstring(chart_svg(chart))  # noqa: S314 - our own text

    title, words = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"
    assert (title.text, words.text) == (chart.title, chart_words(chart))
    assert len(root.findall(f"{SVG}path")) == len(series)
    numbers = re.findall(r'[xy]\d?="(-?[\d.]+)"', chart_svg(chart))
    assert all(-10 <= float(number) <= 800 for number in numbers)


def test_a_chart_says_its_figures_in_words():
    chart = Chart(id="c", title="t", unit="acts", series=(Series("b 1", ((0, 3), (7, 1))),))

    assert chart_words(chart) == "b 1: from 1 to 3 acts, 1 at the end."
    assert chart_words(Chart(id="c", title="t", unit="acts", series=())) == (
        "There is nothing to show."
    )


def test_lines_can_be_told_apart_without_color():
    drawn = charts(a_simulation(a_course(), a_course(version="1.1")))

    dashes = re.findall(r'<path [^>]*?(stroke-dasharray="[^"]+")?/>', chart_svg(drawn[0]))
    assert len(dashes) == len(set(dashes)) == 2


def test_a_chart_becomes_a_picture():
    assert chart_png(chart_svg(charts(a_simulation())[0])).startswith(b"\x89PNG")


def test_the_page_stands_alone_and_escapes_what_it_is_given():
    text = page(a_simulation(a_course(book="<script>alert(1)</script>")))

    links = set(re.findall(r"""(?:https?:)?//[^\s"'<>]+""", text))
    assert links == {"http://www.w3.org/2000/svg"}
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert not re.search(r"<(?:link|script|img|iframe|object)\b|url\(|@import", text)
    assert text.count("<svg") == len(charts(a_simulation())) == text.count("<figcaption>")
