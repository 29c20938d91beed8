"""The German words of the grammar of replies; umlauts are read with and without their dots."""

from types import MappingProxyType
from typing import Final

from dunning_sdk.dialogue.german_phrases import PHRASES
from dunning_sdk.dialogue.lexicon import (
    Day,
    DayKind,
    Lexicon,
    days,
    expanded,
    numbered,
)

GERMAN: Final = Lexicon(
    language="de",
    phrases=PHRASES,
    weekdays=numbered(
        "montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag", start=0
    ),
    months=numbered(
        "januar|jan|janner februar|feb marz|maerz april|apr mai juni juli august|aug"
        " september|sept oktober|okt november|nov dezember|dez",
        start=1,
    ),
    numbers=numbered(
        "ein|einem|einer|eins zwei drei vier funf|fuenf sechs sieben acht neun zehn elf"
        " zwolf|zwoelf dreizehn vierzehn",
        start=1,
    ),
    days=days(
        {
            "(heute|heute abend|heute noch|noch heute|heute nachmittag|jetzt)": Day(
                kind=DayKind.DAYS, count=0
            ),
            "(morgen|morgen fruh|morgen vormittag)": Day(kind=DayKind.DAYS, count=1),
            "(ubermorgen|uebermorgen)": Day(kind=DayKind.DAYS, count=2),
            "gestern": Day(kind=DayKind.DAYS, count=-1),
            "vorgestern": Day(kind=DayKind.DAYS, count=-2),
            "(diese woche|ende der woche|ende dieser woche|am wochenende|dieses wochenende)": Day(
                kind=DayKind.WEEK_END, count=0
            ),
            "((nachste|nachster|naechste|kommende) woche|ende (nachster|kommender) woche)": Day(
                kind=DayKind.WEEK_END, count=1
            ),
            "(ende des monats|monatsende|zum monatsende|diesen monat|ende dieses monats)": Day(
                kind=DayKind.MONTH_END, count=0
            ),
            "((nachsten|naechsten|kommenden) monat|ende (nachsten|kommenden) monats)": Day(
                kind=DayKind.MONTH_END, count=1
            ),
        }
    ),
    units=MappingProxyType(
        {
            "tag": (DayKind.DAYS, 1),
            "tage": (DayKind.DAYS, 1),
            "tagen": (DayKind.DAYS, 1),
            "woche": (DayKind.DAYS, 7),
            "wochen": (DayKind.DAYS, 7),
            "monat": (DayKind.MONTHS, 1),
            "monaten": (DayKind.MONTHS, 1),
        }
    ),
    before_day=expanded("(am|den|der|zum|an dem|am kommenden|kommenden)"),
    limit=expanded("(bis|) spatestens (am|zum|)"),
    until=expanded("bis (zum|zu|)"),
    before=expanded("(vor|vor dem)"),
    within=expanded("(in|binnen|innerhalb von|in den nachsten)"),
    after_day=expanded("(fruh|vormittag|nachmittag|abend|spatestens)"),
    this_one=expanded("(diesen|dieser)"),
    next_one=expanded("(nachsten|nachster|naechsten)"),
    next_week=expanded("((in der|) (nachste|nachster|naechste|kommende|kommender) woche)"),
    next_month=expanded("(nachsten|des nachsten|kommenden) (monats|monat)"),
    of_month=expanded("(im|des)"),
    end_of=expanded("(ende|ende des|zum ende)"),
)
"""German."""
