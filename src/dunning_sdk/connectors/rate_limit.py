"""Keep within the limits an outside system declares, before it has to refuse.

Decides how long to wait so that in no window more calls are made than allowed. Calls of one
limiter are counted together, whatever thread makes them.

>>> from dunning_sdk.connectors.timing import Timing
>>> moments, waits = iter([0.0, 1.0, 2.0, 10.0]), []
>>> timing = Timing(monotonic=lambda: next(moments), sleep=waits.append)
>>> limiter = RateLimiter([RateLimit(calls=2, seconds=10)], timing=timing)
>>> for _ in range(3):
...     limiter.wait()
>>> waits
[8.0]
"""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """At most so many calls in any window of so many seconds.

    Attributes:
        calls: At least 1.
        seconds: Length of the window; above 0.
    """

    calls: int
    seconds: int

    def __post_init__(self) -> None:
        """Refuse a limit that would never let anything pass.

        Raises:
            ConfigError: A figure is not positive.
        """
        if self.calls < 1 or self.seconds < 1:
            raise ConfigError(
                f"A rate limit of {self.calls} calls in {self.seconds} seconds lets nothing pass",
                hint="Give at least 1 call and 1 second.",
            )


class RateLimiter:
    """Waits before a call where one more would be too many.

    Args:
        limits: All of them hold at once; none where empty.
        timing: Clock and waiting.
    """

    def __init__(self, limits: Iterable[RateLimit], *, timing: Timing) -> None:
        self._limits = tuple(limits)
        self._timing = timing
        self._made: deque[float] = deque(maxlen=max((one.calls for one in self._limits), default=1))
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait until one more call is allowed, and count it.

        Callers queue: while one waits, those after it wait for it.
        """
        if not self._limits:
            return
        with self._lock:
            now = self._timing.monotonic()
            while (wait := self._seconds_left(now)) > 0:
                self._timing.sleep(wait)
                now = self._timing.monotonic()
            self._made.append(now)

    def _seconds_left(self, now: float) -> float:
        return max((self._left_of(limit, now) for limit in self._limits), default=0)

    def _left_of(self, limit: RateLimit, now: float) -> float:
        if len(self._made) < limit.calls:
            return 0
        return self._made[-limit.calls] + limit.seconds - now
