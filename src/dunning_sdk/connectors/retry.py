"""When a call is made again, and how long to wait before.

Decides the waits alone; which calls may be repeated at all is decided in `http_client`.

>>> RetryPolicy().wait_seconds(2, asked=None, spread=0.5)
1.5
>>> RetryPolicy().wait_seconds(1, asked=7, spread=0.5)
7.0
>>> RetryPolicy().wait_seconds(1, asked=3600, spread=0.5) is None
True
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_DIGITS_MAX: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how patiently one call is repeated.

    Attributes:
        attempts: All attempts together; 1 repeats nothing.
        first_wait_seconds: Wait before the second attempt, doubled before each later one.
        wait_seconds_max: Longest wait; where the outside system asks for more, the call fails
            and is left to a later run.
    """

    attempts: int = 3
    first_wait_seconds: float = 1.0
    wait_seconds_max: float = 30.0

    def wait_seconds(self, attempt: int, *, asked: int | None, spread: float) -> float | None:
        """Return the wait after an attempt that failed, or ``None`` to give up.

        Args:
            attempt: Number of the attempt that failed, from 1.
            asked: Seconds the outside system asks to wait; ``None`` where it does not say.
            spread: From 0 to below 1; moves the wait between half and the whole of its length,
                so that many callers do not come back at once.
        """
        if attempt >= self.attempts:
            return None
        if asked is not None:
            return float(asked) if asked <= self.wait_seconds_max else None
        longest: float = min(self.first_wait_seconds * 2 ** (attempt - 1), self.wait_seconds_max)
        return longest * (1 + spread) / 2


def retry_after_seconds(headers: Mapping[str, str], *, now: datetime) -> int | None:
    """Return how long a reply asks to wait, or ``None`` where it does not say so legibly.

    Args:
        headers: By lower-case name.
        now: Aware moment, to count from where the header is a date.

    Returns:
        Whole seconds, rounded up, never negative.

    Source:
        RFC 9110 section 10.2.3: delay in seconds or an HTTP date.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX:
        return int(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, math.ceil((aware - now).total_seconds()))
