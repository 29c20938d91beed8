"""Be one receivable as records: what one row of a portfolio says, or is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from dunning_sdk.decisions.case import DebtorHistory
from dunning_sdk.decisions.debtor_past import DebtorPast
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One receivable on one day, with all that decides about it.

    Attributes:
        receivable: State on the day.
        debtor: Who owes.
        facts: As `decisions.facts.receivable_facts` builds them, with those of the debtor's past.
        history: Of the debtor.
        past: When what tables read of the debtor's past changes by itself.
        jurisdiction: Whose law governs charges; empty where that is not known.
        agreed_rate: Fraction per year that the contract sets; ``None`` where it sets none.
        event_on: First day ahead on which an event is known to happen; ``None`` for none.
        limitation_on: First day on which limitation may be near; ``None`` where that is not known.
    """

    receivable: Receivable
    debtor: Party
    facts: Mapping[str, Any]
    history: DebtorHistory = field(default_factory=DebtorHistory)
    past: DebtorPast = field(default_factory=DebtorPast)
    jurisdiction: str = ""
    agreed_rate: Decimal | None = None
    event_on: date | None = None
    limitation_on: date | None = None
