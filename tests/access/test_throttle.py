"""Whoever asks too often is refused, told when to ask again, and takes nothing from others."""

import pytest

from dunning_sdk.access import throttle as module
from dunning_sdk.access.throttle import Rate, Throttle
from dunning_sdk.errors import ConfigError, TooManyRequestsError


class Clock:
    def __init__(self):
        self.now = 1000

    def __call__(self):
        return self.now


def taken(throttle, name, times):
    """Count how many of so many requests pass."""
    passed = 0
    for _ in range(times):
        try:
            throttle.take(name)
        except TooManyRequestsError:
            continue
        passed += 1
    return passed


def test_a_flood_passes_its_burst_and_then_its_rate():
    clock = Clock()
    throttle = Throttle(Rate(burst=5, per_minute=60), monotonic=clock)

    passed = [taken(throttle, "a", 50)]
    for seconds in (1, 3, 3600):
        clock.now += seconds
        passed.append(taken(throttle, "a", 50))

    assert passed == [5, 1, 3, 5]


def test_the_wait_that_is_told_is_long_enough():
    clock = Clock()
    throttle = Throttle(Rate(burst=1, per_minute=7), monotonic=clock)
    throttle.take("a")

    with pytest.raises(TooManyRequestsError) as problem:
        throttle.take("a")
    clock.now += problem.value.retry_after

    assert taken(throttle, "a", 2) == 1


def test_one_name_takes_nothing_from_another():
    throttle = Throttle(Rate(burst=2, per_minute=1), monotonic=Clock())

    assert [taken(throttle, name, 9) for name in ("a", "b")] == [2, 2]


def test_what_counts_only_if_it_fails_is_checked_first_and_forgotten_when_it_succeeds():
    throttle = Throttle(Rate(burst=1, per_minute=1), monotonic=Clock())
    throttle.check("a")
    throttle.check("a")
    throttle.take("a")

    with pytest.raises(TooManyRequestsError):
        throttle.check("a")
    throttle.forget("a")

    assert taken(throttle, "a", 1) == 1


def test_only_so_many_names_are_remembered(monkeypatch):
    monkeypatch.setattr(module, "NAMES_MAX", 2)
    throttle = Throttle(Rate(burst=1, per_minute=1), monotonic=Clock())

    assert [taken(throttle, name, 1) for name in "abcab"] == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("rate", [{"burst": 0, "per_minute": 1}, {"burst": 1, "per_minute": 0}])
def test_a_rate_that_lets_nothing_pass_is_refused(rate):
    with pytest.raises(ConfigError, match="lets none pass"):
        Rate(**rate)
