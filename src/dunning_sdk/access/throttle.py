"""Refuse whoever asks too often, before anything is done for him.

Decides by token buckets, one for each name: so many at once, so many more per minute. Names are a
key's id, a client's address, an account. A bucket is of this process: several processes together
allow several times as much.

>>> moments = iter([0, 0, 0, 30])
>>> throttle = Throttle(Rate(burst=2, per_minute=2), monotonic=lambda: next(moments))
>>> throttle.take("anna"), throttle.take("anna")
(None, None)
>>> throttle.take("anna")
Traceback (most recent call last):
    ...
dunning_sdk.errors.TooManyRequestsError: Too many requests — Wait 30 seconds.
>>> throttle.take("anna")
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dunning_sdk.errors import ConfigError, TooManyRequestsError

NAMES_MAX: Final = 10_000
"""How many names are remembered; the one unheard of longest is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often something may be asked.

    Attributes:
        burst: How many times at once, after a rest; at least 1.
        per_minute: How many times more in each minute; at least 1.
    """

    burst: int
    per_minute: int

    def __post_init__(self) -> None:
        """Refuse a rate that lets nothing pass.

        Raises:
            ConfigError: A figure is below 1.
        """
        if self.burst < 1 or self.per_minute < 1:
            message = (
                f"A rate of {self.per_minute} per minute, {self.burst} at once, lets none pass"
            )
            raise ConfigError(message, hint="Give at least 1 of each.")


class Throttle:
    """Counts requests by name; may be asked by several threads.

    Args:
        rate: Of each name.
        monotonic: Seconds from an arbitrary start; never goes back.
    """

    def __init__(self, rate: Rate, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """Count one request of a name.

        Raises:
            TooManyRequestsError: It is one too many; says when to ask again.
        """
        with self._lock:
            now = self._monotonic()
            left = self._checked(name, now)
            self._left[name] = (left - 1, now)
            self._left.move_to_end(name)
            while len(self._left) > NAMES_MAX:
                self._left.popitem(last=False)

    def check(self, name: str) -> None:
        """Refuse a name that has none left, and count nothing: where only failures count.

        Raises:
            TooManyRequestsError: It has none left; says when to ask again.
        """
        with self._lock:
            self._checked(name, self._monotonic())

    def forget(self, name: str) -> None:
        """Let a name begin anew, as after it proved who it is."""
        with self._lock:
            self._left.pop(name, None)

    def _checked(self, name: str, now: float) -> float:
        """Return how many a name has left, at least one."""
        burst, per_second = self._rate.burst, self._rate.per_minute / 60
        left, seen = self._left.get(name, (burst, now))
        left = min(burst, left + (now - seen) * per_second)
        if left < 1:
            seconds = math.ceil((1 - left) / per_second)
            hint = f"Wait {seconds} seconds."
            raise TooManyRequestsError("Too many requests", hint=hint, retry_after=seconds)
        return left
