"""The clock and the waiting of a connector, in one place, so that tests need neither.

Decides nothing.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How a connector measures time and waits.

    Attributes:
        monotonic: Seconds from an arbitrary start; never goes back.
        now: Aware moment in UTC, to read dates in headers.
        sleep: Waits that many seconds.
        spread: Number from 0 to below 1 that spreads the waits of many callers.
    """

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    spread: Callable[[], float] = field(default_factory=lambda: random.SystemRandom().random)
