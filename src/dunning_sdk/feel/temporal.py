"""Be the dates and times of FEEL that Python cannot hold, and read and write all of them.

A date within the years 1 to 9999 is a `datetime.date`, any other a `FarDate`; times and date-times
are own types, since they carry an offset or an IANA zone and nanoseconds. Decides text forms and
positions on the time line. Leaves arithmetic to `arithmetic`.

>>> parse_date("2026-03-01"), str(parse_date("-0044-03-15"))
(datetime.date(2026, 3, 1), '-0044-03-15')
>>> str(parse_time("10:30:00.50@Europe/Paris"))
'10:30:00.5@Europe/Paris'
"""

import datetime
import re
from dataclasses import dataclass
from typing import TypeAlias

from dunning_sdk.feel.durations import DAY, NANOSECONDS, fraction_nanoseconds
from dunning_sdk.feel.zones import zone_offset

_YEAR_MAX = 999_999_999
_CYCLE_DAYS = 146_097
_DATE = r"(?P<year>-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_TIME = (
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?"
    r"(?:(?P<utc>[zZ])|(?P<offset>[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)|@(?P<zone>[A-Za-z][A-Za-z0-9_+\-/]*))?"
)
_DATE_TEXT = re.compile(_DATE + r"\Z")
_TIME_TEXT = re.compile(_TIME + r"\Z")
_DATE_TIME_TEXT = re.compile(_DATE + "T" + _TIME + r"\Z")
_OFFSET_MAX = 14 * 3600


@dataclass(frozen=True, slots=True)
class FarDate:
    """Be a date before the year 1 or after 9999, in the proleptic Gregorian calendar.

    Attributes:
        year: Astronomical: the year before 1 is 0.
        month: 1 to 12.
        day: 1 to 31.
    """

    year: int
    month: int
    day: int

    def toordinal(self) -> int:
        """Return the days since the day before 0001-01-01, as `datetime.date` counts."""
        cycles, year = divmod(self.year - 1, 400)
        return datetime.date(year + 1, self.month, self.day).toordinal() + cycles * _CYCLE_DAYS

    def weekday(self) -> int:
        """Return the day of the week, Monday is 0."""
        return (self.toordinal() + 6) % 7

    def __str__(self) -> str:
        """Return the date as ISO 8601 text."""
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


Date: TypeAlias = datetime.date | FarDate


@dataclass(frozen=True, slots=True)
class Time:
    """Be a time of day.

    Attributes:
        nanoseconds: Since midnight, local.
        offset: Seconds east of UTC, or ``None``.
        zone: IANA name, or ``None``; never together with an offset.
    """

    nanoseconds: int
    offset: int | None = None
    zone: str | None = None

    @property
    def hour(self) -> int:
        """Return the hour, 0 to 23."""
        return self.nanoseconds // (3600 * NANOSECONDS)

    @property
    def minute(self) -> int:
        """Return the minute, 0 to 59."""
        return self.nanoseconds // (60 * NANOSECONDS) % 60

    @property
    def is_local(self) -> bool:
        """Tell whether neither offset nor zone is known."""
        return self.offset is None and self.zone is None

    def __str__(self) -> str:
        """Return the time as FEEL text."""
        seconds, rest = divmod(self.nanoseconds % (60 * NANOSECONDS), NANOSECONDS)
        fraction = f".{rest:09d}".rstrip("0") if rest else ""
        zone = f"@{self.zone}" if self.zone else _offset_text(self.offset)
        return f"{self.hour:02d}:{self.minute:02d}:{seconds:02d}{fraction}{zone}"


@dataclass(frozen=True, slots=True)
class DateTime:
    """Be a date and time.

    Attributes:
        date: The local date.
        time: The local time, with offset or zone if it has one.
    """

    date: Date
    time: Time

    @property
    def offset(self) -> int | None:
        """Return the seconds east of UTC on that moment, ``None`` for a local date and time."""
        if self.time.zone is None:
            return self.time.offset
        return zone_offset(self.time.zone, self.date, nanoseconds=self.time.nanoseconds)

    @property
    def line(self) -> int:
        """Return the nanoseconds since the day before 0001-01-01, in UTC or local."""
        return (
            self.date.toordinal() * DAY + self.time.nanoseconds - (self.offset or 0) * NANOSECONDS
        )

    def __str__(self) -> str:
        """Return the date and time as FEEL text."""
        return f"{self.date}T{self.time}"


def make_date(year: int, month: int, day: int) -> Date:
    """Return the date with these parts.

    Raises:
        ValueError: There is no such day, or the year lies beyond ±999,999,999.
    """
    if 1 <= year <= 9999:
        return datetime.date(year, month, day)
    if abs(year) > _YEAR_MAX:
        raise ValueError(f"a year beyond {_YEAR_MAX}")
    datetime.date((year - 1) % 400 + 1, month, day)
    return FarDate(year, month, day)


def from_ordinal(ordinal: int) -> Date:
    """Return the date so many days after the day before 0001-01-01.

    Raises:
        ValueError: The year lies beyond ±999,999,999.
    """
    cycles, rest = divmod(ordinal - 1, _CYCLE_DAYS)
    near = datetime.date.fromordinal(rest + 1)
    return make_date(near.year + 400 * cycles, near.month, near.day)


def make_time(
    hour: int, minute: int, nanoseconds: int, *, offset: int | None = None, zone: str | None = None
) -> Time:
    """Return the time with these parts.

    Args:
        hour: 0 to 23.
        minute: 0 to 59.
        nanoseconds: Within the minute.
        offset: Seconds east of UTC.
        zone: IANA name.

    Raises:
        ValueError: A part is out of its bounds, or no such zone is known.
    """
    inside = 0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= nanoseconds < 60 * NANOSECONDS
    if not inside or abs(offset or 0) > _OFFSET_MAX:
        raise ValueError("no such time of day")
    if zone is not None and zone_offset(zone, datetime.date(2000, 1, 1)) is None:
        raise ValueError("no such time zone")
    return Time((hour * 60 + minute) * 60 * NANOSECONDS + nanoseconds, offset, zone)


def parse_date(text: str) -> Date:
    """Read a date such as ``2026-03-01``.

    Raises:
        ValueError: The text is no date.
    """
    return _date_of(_matched(_DATE_TEXT, text, "a date"))


def parse_time(text: str) -> Time:
    """Read a time such as ``10:30:00``, ``10:30:00.5+02:00`` or ``10:30:00@Europe/Paris``.

    Raises:
        ValueError: The text is no time.
    """
    return _time_of(_matched(_TIME_TEXT, text, "a time"))


def parse_date_time(text: str) -> DateTime:
    """Read a date and time; ``24:00:00`` is midnight of the next day.

    Raises:
        ValueError: The text is no date and time.
    """
    match = _matched(_DATE_TIME_TEXT, text, "a date and time")
    day = _date_of(match)
    if (
        match["hour"] == "24"
        and match["minute"] == match["second"] == "00"
        and not (match["fraction"] or "").strip("0")
    ):
        midnight = _time_of(match, hour=0)
        return DateTime(from_ordinal(day.toordinal() + 1), midnight)
    return DateTime(day, _time_of(match))


def on_line(line: int, *, like: Time) -> DateTime:
    """Return the moment at a place on the time line, in the offset or zone of a time.

    Raises:
        ValueError: The year lies beyond ±999,999,999.
    """
    offset = like.offset or 0
    if like.zone is not None:
        days, rest = divmod(line, DAY)
        offset = zone_offset(like.zone, from_ordinal(days), nanoseconds=rest, at_utc=True) or 0
    days, rest = divmod(line + offset * NANOSECONDS, DAY)
    return DateTime(from_ordinal(days), Time(rest, like.offset, like.zone))


def _matched(pattern: re.Pattern[str], text: str, what: str) -> re.Match[str]:
    match = pattern.match(text)
    if match is None:
        raise ValueError(f"not {what}")
    return match


def _date_of(match: re.Match[str]) -> Date:
    if match["year"] == "-0000":
        raise ValueError("no such year")
    return make_date(int(match["year"]), int(match["month"]), int(match["day"]))


def _time_of(match: re.Match[str], *, hour: int | None = None) -> Time:
    nanoseconds = int(match["second"]) * NANOSECONDS + fraction_nanoseconds(match["fraction"])
    return make_time(
        int(match["hour"]) if hour is None else hour,
        int(match["minute"]),
        nanoseconds,
        offset=0 if match["utc"] else _offset_of(match["offset"]),
        zone=match["zone"],
    )


def _offset_of(text: str | None) -> int | None:
    if text is None:
        return None
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if minutes > 59 or (seconds and seconds[0] > 59):
        raise ValueError("no such offset")
    size = hours * 3600 + minutes * 60 + (seconds[0] if seconds else 0)
    return -size if text[0] == "-" else size


def _offset_text(offset: int | None) -> str:
    if offset is None:
        return ""
    if not offset:
        return "Z"
    minutes, seconds = divmod(abs(offset), 60)
    text = f"{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text
