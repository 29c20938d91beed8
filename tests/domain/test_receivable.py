"""What is owed, and which stops hold on a day."""

import pytest

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import StopReason
from tests.build import a_receivable, a_stop, on


@pytest.mark.parametrize(
    ("paid", "credited", "open_minor"),
    [
        (0, 0, 1200_00),
        (200_00, 0, 1000_00),
        (200_00, 300_00, 700_00),
        (1200_00, 0, 0),
        (1300_00, 0, 0),
        (600_00, 700_00, 0),
        (-100_00, 0, 1200_00),
    ],
)
def test_what_is_owed_lies_between_nothing_and_what_was_asked(paid, credited, open_minor):
    receivable = a_receivable(paid_minor=paid, credited_minor=credited)

    assert receivable.open_amount == Money(open_minor, "EUR")


@pytest.mark.parametrize(("financier_id", "financed"), [("", False), ("X", True)])
def test_it_is_financed_where_a_financier_is_named(financier_id, financed):
    assert a_receivable(financier_id=financier_id).is_financed is financed


@pytest.mark.parametrize(
    ("over", "days", "free"),
    [
        ({}, range(3, 20), None),
        ({"until_on": on(7)}, range(3, 8), 8),
        ({"lifted_on": on(6)}, range(3, 6), 6),
        ({"lifted_on": on(6), "until_on": on(9)}, range(3, 6), 6),
        ({"lifted_on": on(12), "until_on": on(9)}, range(3, 10), 10),
        ({"lifted_on": on(3)}, range(3, 3), 3),
    ],
)
def test_a_stop_holds_from_its_first_day_to_its_last(over, days, free):
    stop = a_stop(StopReason.BLOCKED, 3, **over)

    assert [day for day in range(20) if stop.holds_on(on(day))] == list(days)
    assert stop.free_on == (None if free is None else on(free))


def test_the_stops_of_a_day_keep_their_order():
    stops = tuple(
        a_stop(StopReason.BLOCKED, day, id=str(day), until_on=on(day + 3)) for day in (1, 2, 4)
    )
    receivable = a_receivable(stops=stops)

    assert receivable.stops_on(on(3)) == stops[:2]
    assert receivable.stops_on(on(5)) == stops[1:]
    assert receivable.stops_on(on(0)) == ()
