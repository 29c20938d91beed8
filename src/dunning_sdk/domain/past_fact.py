"""The facts about a debtor's past: how he paid, and what an agency says of him.

Every kind of rule may read them; `decisions.debtor_past` fills them. Signals come beside them, each
book having its own.
"""

from typing import Final

from dunning_sdk.domain.fact import SHARE_UNIT, Fact


def _number(name: str, label: str, label_fr: str, unit: str, *, nullable: bool = False) -> Fact:
    return Fact(
        name=name, type="number", label=label, label_fr=label_fr, unit=unit, nullable=nullable
    )


HISTORY: Final = (
    _number(
        "history.paid_count",
        "Receivables paid in two years",
        "Créances payées depuis deux ans",
        "receivables",
    ),
    _number(
        "history.days_late_average",
        "Days late of these, on average",
        "Retard moyen de ces créances",
        "days on average",
        nullable=True,
    ),
    _number(
        "history.days_late_trend",
        "Days by which the newer half was later than the older one",
        "Écart de retard entre la moitié récente et l’ancienne",
        "days on average",
        nullable=True,
    ),
    _number(
        "history.late_share",
        "Share of these paid late, by number",
        "Part payée en retard, en nombre",
        SHARE_UNIT,
        nullable=True,
    ),
    _number(
        "history.late_amount_share",
        "Share of these paid late, by amount",
        "Part payée en retard, en montant",
        SHARE_UNIT,
        nullable=True,
    ),
    _number("history.open_count", "Open receivables", "Créances restant dues", "receivables"),
    _number(
        "history.late_count",
        "Open receivables past their due date",
        "Créances échues et restant dues",
        "receivables",
    ),
    _number(
        "history.exposure",
        "Open amounts of the debtor in all; unknown where he also owes in another currency",
        "Encours du débiteur ; inconnu s’il doit aussi dans une autre devise",
        "major units of currency",
        nullable=True,
    ),
)

PAYER_SCORE: Final = (
    Fact(
        name="payer_score.state",
        type="string",
        label="Whether an agency’s score is known and fresh",
        label_fr="Score de paiement d’une agence : absent, à jour ou périmé",
        values=("none", "fresh", "stale"),
    ),
    _number(
        "payer_score.value",
        "Agency’s payment score, 0 the worst and 100 the best",
        "Score de paiement de l’agence, 0 le pire et 100 le meilleur",
        "points",
        nullable=True,
    ),
    Fact(
        name="payer_score.source",
        type="string",
        label="Agency that gave it",
        label_fr="Agence qui l’a donné",
        nullable=True,
    ),
)

PAST_FACTS: Final = (*HISTORY, *PAYER_SCORE)
