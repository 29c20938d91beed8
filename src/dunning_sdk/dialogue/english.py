"""The English words of the grammar of replies."""

from types import MappingProxyType
from typing import Final

from dunning_sdk.dialogue.english_phrases import PHRASES
from dunning_sdk.dialogue.lexicon import (
    Day,
    DayKind,
    Lexicon,
    days,
    expanded,
    numbered,
)

ENGLISH: Final = Lexicon(
    language="en",
    phrases=PHRASES,
    weekdays=numbered(
        "monday tuesday|tues wednesday thursday|thurs friday|fri saturday sunday", start=0
    ),
    months=numbered(
        "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug"
        " september|sept|sep october|oct november|nov december|dec",
        start=1,
    ),
    numbers=numbered(
        "one|a two|couple three four five six seven eight nine ten eleven twelve thirteen fourteen",
        start=1,
    ),
    days=days(
        {
            "(today|tonight|this afternoon|this evening|this morning|now|right now)": Day(
                kind=DayKind.DAYS, count=0
            ),
            "(tomorrow|tmrw|tmr|tomorow|tomorrow morning)": Day(kind=DayKind.DAYS, count=1),
            "(the|) day after tomorrow": Day(kind=DayKind.DAYS, count=2),
            "yesterday": Day(kind=DayKind.DAYS, count=-1),
            "(this week|end of (the|this) week|the end of (the|this) week|this weekend)": Day(
                kind=DayKind.WEEK_END, count=0
            ),
            "(next week|end of next week|the end of next week|later next week)": Day(
                kind=DayKind.WEEK_END, count=1
            ),
            "((the|) end of (the|this) month|month end|eom|this month)": Day(
                kind=DayKind.MONTH_END, count=0
            ),
            "(next month|(the|) end of next month)": Day(kind=DayKind.MONTH_END, count=1),
        }
    ),
    units=MappingProxyType(
        {
            "day": (DayKind.DAYS, 1),
            "days": (DayKind.DAYS, 1),
            "week": (DayKind.DAYS, 7),
            "weeks": (DayKind.DAYS, 7),
            "month": (DayKind.MONTHS, 1),
            "months": (DayKind.MONTHS, 1),
        }
    ),
    before_day=expanded("(on|on the|the|for|for the|at the|in the|at|first thing)"),
    limit=expanded("(by|by the|no later than|no later than the|latest)"),
    until=expanded("(till|until) (the|)", "see you (on|)"),
    before=expanded("before (the|)"),
    within=expanded("(in|within|in the next|within the next)"),
    after_day=expanded(
        "(morning|afternoon|evening|at the latest|latest|at noon|night|for sure|max)"
    ),
    this_one=expanded("(this|this coming)"),
    next_one=expanded("next"),
    next_week=expanded("(of|) next week"),
    next_month=expanded("(of|) next month"),
    of_month=expanded("of"),
    end_of=expanded("(end of|the end of|end)"),
    day_first=False,
)
"""English."""
