"""A credit line keeps its identity through every movement."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.credit_line import fold_line
from dunning_sdk.domain.event import Event, Stream
from dunning_sdk.errors import DomainError

ON = date(2026, 3, 2)
AMOUNTS = st.integers(0, 10_000)


def told(*happened):
    stream = Stream(kind="credit-line", id="D-7")
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return fold_line(
        Event(
            stream=stream, seq=seq, type=f"credit-line.{word}", on=ON, recorded_at=at, header=header
        )
        for seq, (word, header) in enumerate(happened, 1)
    )


def reported(limit, in_use=0, withheld=0):
    header = {"currency": "EUR", "limit_minor": limit, "in_use_minor": in_use}
    return "reported", {**header, "withheld_minor": withheld, "financier": "X"}


def moved(word, amount, financing="DRAFT-1"):
    return word, {"financing": financing, "amount_minor": amount}


def figures(state):
    line = state.line
    return line.limit.minor, line.available.minor, line.in_use.minor, line.withheld.minor


def test_without_movements_there_is_no_line():
    assert told() is None


@pytest.mark.parametrize(
    ("movements", "expected"),
    [
        ([reported(1000)], (1000, 1000, 0, 0)),
        ([reported(1000, 300, 100)], (1000, 600, 300, 100)),
        ([reported(1000), moved("reserved", 800)], (1000, 200, 800, 0)),
        ([reported(1000), moved("reserved", 800), moved("freed", 300)], (1000, 500, 500, 0)),
        ([reported(1000), moved("reserved", 800), moved("withheld", 300)], (1000, 200, 500, 300)),
        (
            [
                reported(1000),
                moved("reserved", 800),
                moved("withheld", 300),
                moved("restored", 300),
            ],
            (1000, 200, 800, 0),
        ),
    ],
)
def test_movements_add_up(movements, expected):
    assert figures(told(*movements)) == expected


def test_of_two_counts_the_lower_available_figure_is_used():
    ours = [reported(1000), moved("reserved", 300)]

    assert figures(told(*ours, reported(1000, 100)))[1] == 700
    assert figures(told(*ours, reported(1000, 450)))[1] == 550


def test_a_limit_lowered_below_what_is_covered_takes_effect_as_that_runs_off():
    lowered = [reported(1000), moved("reserved", 800), reported(500, 800)]

    assert figures(told(*lowered)) == (800, 0, 800, 0)
    assert figures(told(*lowered, moved("freed", 700))) == (500, 400, 100, 0)


def test_what_the_financier_reviewed_is_withheld_no_longer():
    late = [reported(1000), moved("reserved", 800), moved("withheld", 800)]

    assert figures(told(*late, reported(1000))) == (1000, 1000, 0, 0)


def test_a_raise_is_asked_for_and_decided():
    asked = [reported(1000), ("raise-asked", {"limit_minor": 2000})]

    assert told(*asked).asked_minor == 2000
    granted = told(*asked, ("raised", {"limit_minor": 1500}))
    assert (granted.asked_minor, granted.granted_minor) == (None, 1500)
    declined = told(*asked, ("raise-declined", {}))
    assert (declined.asked_minor, declined.granted_minor) == (None, 1000)


def test_a_line_can_be_seen_without_one_financing():
    state = told(reported(1000), moved("reserved", 300), moved("reserved", 200, "DRAFT-2"))

    assert figures(state.without("DRAFT-1")) == (1000, 800, 200, 0)
    assert figures(state)[1] == 500


@pytest.mark.parametrize(
    ("movements", "what"),
    [
        ([reported(1000), moved("freed", 1)], "gives back more than was taken"),
        ([reported(1000), moved("restored", 1)], "gives back more than was taken"),
        ([("dreamt-of", {})], "unknown type credit-line.dreamt-of"),
        ([reported(-1)], "has no amount as limit_minor"),
    ],
)
def test_a_faulty_movement_is_named(movements, what):
    with pytest.raises(DomainError, match=what):
        told(*movements)


@given(AMOUNTS, st.lists(st.tuples(st.sampled_from(["take", "free", "late", "report"]), AMOUNTS)))
def test_the_identity_holds_after_every_movement(limit, wishes):
    movements = [reported(limit)]
    for wish, amount in wishes:
        state = told(*movements)
        ours = state.position("DRAFT-1").in_use_minor
        sizes = {"take": state.line.available.minor, "free": ours, "late": ours}
        words = {"take": "reserved", "free": "freed", "late": "withheld"}
        movements.append(
            moved(words[wish], min(amount, sizes[wish])) if wish in sizes else reported(amount)
        )
        line = told(*movements).line

        assert line.limit == line.available + line.in_use + line.withheld
        assert min(line.available.minor, line.in_use.minor, line.withheld.minor) >= 0
