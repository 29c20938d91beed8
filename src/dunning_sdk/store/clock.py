"""The clock of the store: when something was recorded. Decisions never see it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the instant something is recorded, aware and in UTC."""
    return datetime.now(UTC)
