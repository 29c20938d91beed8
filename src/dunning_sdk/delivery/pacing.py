"""When a notice may leave: the rate of a channel, its quiet hours, a rest after failures, retries.

Pure arithmetic on instants that are given; the workers of a tenant share what is remembered of a
channel (`Gate`). None of it decides whether a debtor is written to, only when.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dunning_sdk.installation.limit_config import LimitConfig
from dunning_sdk.store.delivery import Gate

TRIES_MAX: Final = 8
PATIENCE_SECONDS: Final = 90
"""How long a run waits for a channel to open; what opens later is left to the next one."""
RETRY_FIRST: Final = timedelta(seconds=30)
RETRY_LONGEST: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def closed_until(limit: LimitConfig, gate: Gate, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the instant a channel opens, or ``None`` where it is open.

    Args:
        limit: What is configured for the channel.
        gate: What is remembered of it.
        now: Aware instant.
        zone: Of the tenant: quiet hours are its hours.
    """
    ends = [gate.resting_until, _quiet_until(limit, now, zone)]
    if limit.per_minute and gate.next_at is not None:
        ends.append(gate.next_at - _interval(limit) * (limit.burst - 1))
    late = [end for end in ends if end is not None and end > now]
    return max(late, default=None)


def taken(limit: LimitConfig, gate: Gate, now: datetime) -> Gate:
    """Return the gate after one notice was let through.

    A gate that was resting lets one notice through to try; the others wait for what becomes of
    it.

    Source:
        House rule: the generic cell rate algorithm of ITU-T I.371, annex A.
    """
    if limit.per_minute:
        gate = replace(gate, next_at=max(gate.next_at or now, now) + _interval(limit))
    if gate.failures >= limit.rest_after:
        gate = replace(gate, resting_until=now + timedelta(seconds=limit.rest_seconds))
    return gate


def judged(limit: LimitConfig, gate: Gate, now: datetime, *, failed: bool) -> Gate:
    """Return the gate after a channel worked, or failed for a passing reason."""
    if not failed:
        return replace(gate, failures=0, resting_until=None)
    failures = gate.failures + 1
    if failures < limit.rest_after:
        return replace(gate, failures=failures)
    until = now + timedelta(seconds=limit.rest_seconds)
    return replace(gate, failures=failures, resting_until=until)


def retry_in(key: str, tries: int) -> timedelta:
    """Return how long to wait before a notice is tried again.

    The wait doubles with each try; a part of it hangs on the notice's id, so that notices that
    failed together do not come back together, and the same one waits the same each time.

    Args:
        key: Id of the notice.
        tries: How often it was tried, from 1.

    Source:
        House rule: 30 seconds, doubled up to an hour, times 0.5 to 1.5.
    """
    doubled: int = 2 ** min(max(tries - 1, 0), 16)
    longest = min(RETRY_FIRST * doubled, RETRY_LONGEST)
    digest = hashlib.sha256(f"{key}:{tries}".encode()).digest()
    return longest / 2 + longest * int.from_bytes(digest[:2], "big") / 0xFFFF


def _interval(limit: LimitConfig) -> timedelta:
    return timedelta(minutes=1) / (limit.per_minute or 1)


def _quiet_until(limit: LimitConfig, now: datetime, zone: ZoneInfo) -> datetime | None:
    if not limit.quiet_hours:
        return None
    begin, end = map(time.fromisoformat, limit.quiet_hours.split("-"))
    here = now.astimezone(zone)
    clock = here.time()
    inside = begin <= clock < end if begin <= end else clock >= begin or clock < end
    if not inside:
        return None
    day = here.date() if clock < end else here.date() + _DAY
    return datetime.combine(day, end, zone)
