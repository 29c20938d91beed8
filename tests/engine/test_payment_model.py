"""Delays are drawn by a seed and the receivable alone, from what was declared or observed."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain import event as events
from dunning_sdk.errors import ConfigError
from dunning_sdk.simulation.payment_model import WHOLE, Drawn, observed_delays, parse_delays
from tests.build import an_event, an_opening

DUE_ON = date(2026, 3, 10)
DECLARED = ("uniform:-3..9", "geometric:12", "weights:0=40,30=50,never=10", "weights:5=1")


def shares(delays) -> list[Fraction]:
    """Return the share of receivables that each delay of a distribution has."""
    upper = [0, *delays.upper]
    return [Fraction(upper[n + 1] - upper[n], WHOLE) for n in range(len(delays.days))]


def test_a_uniform_delay_is_as_likely_as_any_other():
    delays = parse_delays("uniform:-1..2")

    assert list(delays.days) == [-1, 0, 1, 2]
    assert shares(delays) == [Fraction(1, 4)] * 4


def test_a_geometric_delay_has_its_mean():
    delays = parse_delays("geometric:20")
    mean = sum(day * share for day, share in zip(delays.days, shares(delays), strict=True))

    assert abs(mean - 20) < Fraction(1, 1000)


def test_weights_are_shares_and_some_never_pay():
    delays = parse_delays("weights:30=50,0=40,never=10")

    assert list(delays.days) == [0, 30]
    assert [round(share * 100) for share in shares(delays)] == [40, 50]
    assert delays.draw(WHOLE - 1, after=-1) is None


@given(st.sampled_from(DECLARED), st.integers(0, WHOLE - 1), st.integers(-10, 400))
def test_a_delay_is_longer_than_what_has_passed(text, lot, after):
    delay = parse_delays(text).draw(lot, after=after)

    assert delay is None or delay > after


@given(st.sampled_from(DECLARED), st.integers(-10, 40), st.integers(0, 10**6))
def test_a_draw_is_the_same_whatever_else_is_drawn(text, since, seed):
    model = Drawn(delays=parse_delays(text), seed=seed, label=text)
    seen = DUE_ON + timedelta(days=since)

    days = [model.pay_day(name, DUE_ON, since=seen) for name in ("F-1", "F-2", "F-1")]

    assert days[0] == days[2]
    assert all(day is None or day >= seen for day in days)


def test_draws_follow_the_shares():
    model = Drawn(delays=parse_delays("weights:0=50,30=25,never=25"), seed=3, label="")
    counts = Counter(model.pay_day(f"F-{n}", DUE_ON, since=DUE_ON) for n in range(4000))

    assert counts[DUE_ON] == pytest.approx(2000, abs=150)
    assert counts[None] == pytest.approx(1000, abs=130)


def test_a_notice_shortens_the_wait_but_brings_no_money_the_same_day():
    model = Drawn(delays=parse_delays("geometric:9"), seed=1, label="", notice_effect_pct=30)

    def left(days):
        return (model.after_notice(DUE_ON + timedelta(days=days), DUE_ON) - DUE_ON).days

    assert [left(10), left(3), left(1)] == [7, 3, 1]


def a_stream(*, late, paid=True):
    """Return the events of a receivable paid, or last seen unpaid, so many days late."""
    if paid:
        last = an_event(events.PAYMENT_ALLOCATED, late, amount_minor=1200_00)
    else:
        last = an_event(events.CHANNEL_CHOSEN, late, channel="email")
    return an_opening(), last


def test_observed_delays_are_shares_where_all_is_paid():
    delays = observed_delays([a_stream(late=late) for late in (0, 5, 5, 9)])

    assert list(delays.days) == [0, 5, 9]
    assert shares(delays) == [Fraction(1, 4), Fraction(1, 2), Fraction(1, 4)]


def test_what_is_still_open_makes_observed_delays_longer():
    streams = [a_stream(late=2), a_stream(late=4), a_stream(late=4, paid=False)]

    delays = observed_delays(streams)

    # One third pays on day 2; of the two then at risk one pays on day 4, the other is not known.
    assert [round(share * 3, 6) for share in shares(delays)] == [1, 1]
    assert delays.draw(WHOLE - 1, after=-1) is None


def test_nothing_is_drawn_from_a_portfolio_where_nobody_paid():
    with pytest.raises(ConfigError, match="no delay to draw from"):
        observed_delays([a_stream(late=2, paid=False)])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("unifrom:0..9", "Did you mean uniform?"),
        ("poisson:3", "There are observed"),
        ("uniform:9..0", "ends before it begins"),
        ("uniform:a..9", "not a whole number"),
        ("geometric:0", "no mean"),
        ("weights:0=0", "no weight above 0"),
        ("weights:5", "not a whole number"),
        ("weights:5=-1", "no weight in"),
    ],
)
def test_a_distribution_that_cannot_be_read_is_refused(text, says):
    with pytest.raises(ConfigError, match=says):
        parse_delays(text)
