"""Look up the offset of an IANA time zone.

Decides nothing: the rules are those of the time zone database that Python finds, on the machine or
in the package ``tzdata``. It is the only file that the package reads, and only for zoned times.

>>> import datetime
>>> summer = datetime.date(2026, 7, 1)
>>> zone_offset("Europe/Paris", summer), zone_offset("Europe/Atlantis", summer)
(7200, None)
"""

import datetime
from functools import lru_cache
from typing import Protocol


class Day(Protocol):
    """Be a date, near or far."""

    @property
    def year(self) -> int:
        """Return the year."""

    @property
    def month(self) -> int:
        """Return the month, 1 to 12."""

    @property
    def day(self) -> int:
        """Return the day, 1 to 31."""


def zone_offset(zone: str, day: Day, *, nanoseconds: int = 0, at_utc: bool = False) -> int | None:
    """Return the seconds east of UTC in a zone at a moment, ``None`` if no such zone is known.

    Args:
        zone: IANA name.
        day: Local date, or date in UTC; beyond the years 2 to 9998 the like year of the nearest
            400-year cycle stands for it.
        nanoseconds: Since midnight.
        at_utc: Whether the moment is given in UTC.
    """
    rules = _zone_rules(zone)
    if rules is None:
        return None
    year = day.year if 1 < day.year < 9999 else (day.year - 2) % 400 + (2 if day.year < 2 else 9202)
    moment = datetime.datetime(year, day.month, day.day) + datetime.timedelta(  # noqa: DTZ001  the zone follows
        microseconds=nanoseconds // 1000
    )
    aware = moment.replace(tzinfo=rules)
    if at_utc:
        aware = moment.replace(tzinfo=datetime.UTC).astimezone(rules)
    offset = aware.utcoffset()
    return None if offset is None else int(offset.total_seconds())


@lru_cache(maxsize=64)
def _zone_rules(zone: str) -> datetime.tzinfo | None:
    from zoneinfo import ZoneInfo  # heavy, and needed by few

    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return None
