"""Runs that read only what is due or changed do what full runs do (ARCHITECTURE section 9)."""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.night import (
    NIGHTS,
    Opened,
    Rebooked,
    Told,
    World,
    happenings,
    live,
    openings,
)


def both(url, first, events=(), **nights):
    """Live the same nights twice, by due-only and by full runs, and compare whole stories.

    Returns:
        How many receivables the runs looked at, due-only and full.
    """
    by_night = defaultdict(list)
    for night, event in events:
        by_night[night].append(event)
    with World(url=url, full=False) as due_only, World(url=url, full=True) as full:
        for world in (due_only, full):
            live(world, first, by_night, **nights)

        for lean, whole in zip(due_only.story, full.story, strict=True):
            assert lean == whole
        assert due_only.ending() == full.ending()
        sent = [[message.id for message in world.channel.sent] for world in (due_only, full)]
        assert sent[0] == sent[1]
        return due_only.looked_at, full.looked_at


portfolios = st.lists(openings(), min_size=3, max_size=6)
stories = st.lists(st.tuples(st.integers(0, NIGHTS - 1), happenings()), min_size=6, max_size=25)
gaps = st.frozensets(st.integers(0, NIGHTS - 1), max_size=12)
nights = settings(suppress_health_check=[HealthCheck.too_slow])


@settings(nights, max_examples=12)
@given(portfolios, stories, gaps, gaps, st.booleans())
def test_due_only_runs_equal_full_runs(first, events, missed, unread, approves):
    both("memory://", first, events, missed=missed, unread=unread, approves=approves)


@settings(nights, max_examples=2)
@given(portfolios, stories, gaps, gaps, st.booleans())
def test_due_only_runs_equal_full_runs_on_sqlite(first, events, missed, unread, approves):
    both("sqlite://", first, events, missed=missed, unread=unread, approves=approves)


@settings(nights, max_examples=5)
@given(portfolios, stories, gaps)
def test_due_only_runs_equal_full_runs_where_tables_read_signals(first, events, missed):
    both("memory://", first, [(0, Rebooked("signals")), *events], missed=missed, approves=True)


SOON = Opened(debtor=1, terms=14, euros=300, age=10)
LATER = Opened(debtor=1, terms=30, euros=300, age=4)


@pytest.mark.parametrize(
    ("first", "events"),
    [
        pytest.param([LATER], [(3, Rebooked("edges"))], id="a-book-with-an-earlier-step"),
        pytest.param(
            [SOON, LATER],
            [(32, Told("payment", 0, 0))],
            id="a-payment-that-ends-a-hush",
        ),
        pytest.param(
            [replace(LATER, email=False)],
            [(30, replace(LATER, age=-10))],
            id="a-debtor-who-can-be-reached-again",
        ),
        pytest.param(
            [LATER],
            [(2, Told("blocked", 0, 3, days=20)), (4, Told("lift", 0, 3))],
            id="a-stop-placed-and-lifted-ahead",
        ),
        pytest.param(
            [LATER],
            [(2, Told("payment", 0, 3)), (9, Told("returned", 0, -2))],
            id="a-payment-ahead-that-is-taken-back",
        ),
        pytest.param(
            [SOON, LATER],
            [
                (1, Rebooked("signals")),
                (10, Told("promised", 0, 0, days=2)),
                (15, Told("payment", 1, 0, share=50)),
                (30, Told("promised", 1, 4, days=3)),
            ],
            id="a-signal-of-one-receivable-that-changes-another",
        ),
        pytest.param(
            [LATER],
            [(20, Told("due-date", 0, 0, days=-6)), (25, Told("due-date", 0, 0, days=15))],
            id="a-due-date-that-moves-both-ways",
        ),
    ],
)
def test_due_only_runs_see_at_once(first, events):
    both("memory://", first, events, approves=True)


def test_a_quiet_portfolio_is_hardly_looked_at():
    first = [Opened(debtor=number % 3, terms=30, euros=300, age=number) for number in range(8)]

    paid = [(32, Told("payment", number, 0)) for number in range(8)]

    due_only, full = both("memory://", first, paid)

    assert full == 8 * NIGHTS
    assert due_only < full / 4
