"""The French words of the grammar of replies."""

from types import MappingProxyType
from typing import Final

from dunning_sdk.dialogue.french_phrases import PHRASES
from dunning_sdk.dialogue.lexicon import (
    Day,
    DayKind,
    Lexicon,
    days,
    expanded,
    numbered,
)

FRENCH: Final = Lexicon(
    language="fr",
    phrases=PHRASES,
    weekdays=numbered("lundi mardi mercredi jeudi vendredi samedi dimanche", start=0),
    months=numbered(
        "janvier|janv|jan fevrier|fev|fevr mars avril|avr mai juin juillet|juil aout"
        " septembre|sept octobre|oct novembre|nov decembre|dec",
        start=1,
    ),
    numbers=numbered(
        "un|une|premier deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze"
        " quinze seize",
        start=1,
    ),
    days=days(
        {
            "(aujourd hui|ajd|auj|ce soir|ce jour|cet apres midi|ce matin|maintenant)": Day(
                kind=DayKind.DAYS, count=0
            ),
            "(demain|dem1)": Day(kind=DayKind.DAYS, count=1),
            "apres demain": Day(kind=DayKind.DAYS, count=2),
            "hier": Day(kind=DayKind.DAYS, count=-1),
            "avant hier": Day(kind=DayKind.DAYS, count=-2),
            "sous huitaine": Day(kind=DayKind.DAYS, count=8),
            "sous quinzaine": Day(kind=DayKind.DAYS, count=15),
            "(cette semaine|(en|) fin de semaine|la fin de la semaine|ce week end)": Day(
                kind=DayKind.WEEK_END, count=0
            ),
            "((la|) semaine prochaine|fin de semaine prochaine|semaine pro)": Day(
                kind=DayKind.WEEK_END, count=1
            ),
            "((la|) fin (du|de ce|de) mois|ce mois ci|ce mois)": Day(
                kind=DayKind.MONTH_END, count=0
            ),
            "((le|) mois prochain|(la|) fin du mois prochain)": Day(
                kind=DayKind.MONTH_END, count=1
            ),
        }
    ),
    units=MappingProxyType(
        {
            "jour": (DayKind.DAYS, 1),
            "jours": (DayKind.DAYS, 1),
            "j": (DayKind.DAYS, 1),
            "semaine": (DayKind.DAYS, 7),
            "semaines": (DayKind.DAYS, 7),
            "mois": (DayKind.MONTHS, 1),
        }
    ),
    before_day=expanded("(le|ce sera le|pour|pour le|la|a la)"),
    limit=expanded("d ici (le|a|la|)", "au plus tard (le|)"),
    until=expanded("(jusqu au|jusqu a|jusqu a la)", "a"),
    before=expanded("avant (le|la|)"),
    within=expanded("(dans|sous|d ici|dans les|sous les)"),
    after_day=expanded("(matin|soir|apres midi|au plus tard|sans faute|maximum|max|dernier delai)"),
    this_one=expanded("ce"),
    next_one=expanded("(prochain|pro|qui vient)"),
    next_week=expanded("(de|) (la|) semaine prochaine"),
    next_month=expanded("(du|le) mois prochain"),
    of_month=expanded("(de|du mois de)"),
    end_of=expanded("(fin|la fin|fin de|fin du mois de|la fin de)"),
)
"""French."""
