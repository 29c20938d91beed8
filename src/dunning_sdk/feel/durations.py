"""Be the two kinds of duration of FEEL, which do not mix.

Decides their text form and their parts. Leaves arithmetic with dates to `arithmetic`.

>>> str(parse_duration("-P1DT26H")), str(parse_duration("P14M"))
('-P2DT2H', 'P1Y2M')
"""

import re
from dataclasses import dataclass
from decimal import Decimal

NANOSECONDS = 1_000_000_000
DAY = 86_400 * NANOSECONDS

_DAYS_TEXT = re.compile(
    r"(?P<sign>-?)P(?=[0-9T])(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?"
    r"(?:(?P<seconds>[0-9]+)(?:\.(?P<fraction>[0-9]*))?S)?)?\Z"
)
_MONTHS_TEXT = re.compile(
    r"(?P<sign>-?)P(?=[0-9])(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?\Z"
)
_DIGITS_MAX = 30
_LENGTH_MAX = 10**50


@dataclass(frozen=True, slots=True)
class DaysDuration:
    """Be a days and time duration.

    Attributes:
        nanoseconds: Its whole length; negative for a duration backwards.
    """

    nanoseconds: int

    def __post_init__(self) -> None:
        """Refuse a length that no one could write down."""
        if abs(self.nanoseconds) > _LENGTH_MAX:
            raise ValueError("a duration out of bounds")

    @property
    def days(self) -> int:
        """Return the whole days, with the sign of the duration."""
        return self._part(DAY, _LENGTH_MAX)

    @property
    def hours(self) -> int:
        """Return the hours beyond the days, with the sign of the duration."""
        return self._part(3600 * NANOSECONDS, 24)

    @property
    def minutes(self) -> int:
        """Return the minutes beyond the hours, with the sign of the duration."""
        return self._part(60 * NANOSECONDS, 60)

    @property
    def seconds(self) -> Decimal:
        """Return the seconds beyond the minutes, with the sign of the duration."""
        whole = self._part(1, 60 * NANOSECONDS)
        return exact_seconds(whole)

    def _part(self, unit: int, modulus: int) -> int:
        size = abs(self.nanoseconds) // unit % modulus
        return -size if self.nanoseconds < 0 else size

    def __str__(self) -> str:
        """Return the duration as ISO 8601 text, zero as ``PT0S``."""
        if not self.nanoseconds:
            return "PT0S"
        size = DaysDuration(abs(self.nanoseconds))
        clock = "".join(
            f"{part}{letter}"
            for part, letter in (
                (size.hours, "H"),
                (size.minutes, "M"),
                (_trimmed(size.seconds), "S"),
            )
            if part != 0 and part != "0"
        )
        days = f"{size.days}D" if size.days else ""
        return f"{'-' if self.nanoseconds < 0 else ''}P{days}{'T' if clock else ''}{clock}"


@dataclass(frozen=True, slots=True)
class MonthsDuration:
    """Be a years and months duration.

    Attributes:
        total: Its whole length in months; negative for a duration backwards.
    """

    total: int

    def __post_init__(self) -> None:
        """Refuse a length that no one could write down."""
        if abs(self.total) > _LENGTH_MAX:
            raise ValueError("a duration out of bounds")

    @property
    def years(self) -> int:
        """Return the whole years, with the sign of the duration."""
        return -(-self.total // 12) if self.total < 0 else self.total // 12

    @property
    def months(self) -> int:
        """Return the months beyond the years, with the sign of the duration."""
        return self.total - 12 * self.years

    def __str__(self) -> str:
        """Return the duration as ISO 8601 text, zero as ``P0M``."""
        years, months = divmod(abs(self.total), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.total < 0 else ''}P{text}"


def exact_seconds(nanoseconds: int) -> Decimal:
    """Return nanoseconds as seconds, without trailing zeros and without rounding.

    Args:
        nanoseconds: At most 34 digits.
    """
    whole, rest = divmod(abs(nanoseconds), NANOSECONDS)
    text = f"{whole}.{rest:09d}".rstrip("0").rstrip(".") if rest else str(whole)
    return Decimal(f"-{text}" if nanoseconds < 0 else text)


def fraction_nanoseconds(digits: str | None) -> int:
    """Return the decimals of a second as nanoseconds, cut after the ninth."""
    return int(f"{digits or '':0<9}"[:9])


def parse_duration(text: str) -> DaysDuration | MonthsDuration:
    """Read a duration from ISO 8601 text.

    Raises:
        ValueError: The text is no duration of one of the two kinds.

    Source:
        DMN 1.5, 10.3.4.1; XML Schema 1.1 part 2, 3.4.26 and 3.4.27.
    """
    if any(len(run) > _DIGITS_MAX for run in re.split("[^0-9]", text)):
        raise ValueError("a duration out of bounds")
    if months := _MONTHS_TEXT.match(text):
        total = 12 * int(months["years"] or 0) + int(months["months"] or 0)
        return MonthsDuration(-total if months["sign"] else total)
    days = _DAYS_TEXT.match(text)
    if days is None:
        raise ValueError("not a duration")
    whole = int(days["days"] or 0) * 86_400 + int(days["hours"] or 0) * 3600
    whole += int(days["minutes"] or 0) * 60 + int(days["seconds"] or 0)
    size = whole * NANOSECONDS + fraction_nanoseconds(days["fraction"])
    return DaysDuration(-size if days["sign"] else size)


def _trimmed(seconds: Decimal) -> str:
    return format(seconds, "f")
