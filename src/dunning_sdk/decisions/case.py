"""Everything the step machine reads about one receivable on one day.

Records only: the engine gathers them, `decisions.procedure` decides on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dunning_sdk.decisions.debtor_past import DebtorPast
from dunning_sdk.decisions.decision import Scenario
from dunning_sdk.decisions.promise import Promises
from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.domain.financing import Mandate
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.rules.step import Procedure
from dunning_sdk.rules.trace import TraceEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorHistory:
    """What is remembered about a debtor across his receivables.

    Attributes:
        notices_on: Days he was written to, ascending; days may repeat.
        formal_notice_until: Last day of a formal notice that runs; ``None`` if none does.
        promises: How he has kept his word.
    """

    notices_on: tuple[date, ...] = ()
    formal_notice_until: date | None = None
    promises: Promises = field(default_factory=Promises)

    @property
    def last_notice_on(self) -> date | None:
        """Return the day he was last written to, or ``None`` if never."""
        return self.notices_on[-1] if self.notices_on else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One receivable on one day, with all that decides its next step.

    Attributes:
        receivable: State on ``as_of``.
        debtor: Who owes.
        procedure: Steps to follow; ``None`` where the mandate names none.
        mandate: Who does what.
        operator: Party the engine runs for.
        as_of: Day decided for.
        calendar: For day shifts.
        facts: Nested facts for conditions, as `decisions.facts` builds them.
        history: Of the debtor.
        payments_known_on: Last day for which payments are known; ``None`` if never read.
        scenario: What the scenario tables chose; its procedure is the mandate's already.
        past: What the book's tables may read of the debtor's past.
        trace: Entries of the decisions taken before (the mandate).
    """

    receivable: Receivable
    debtor: Party
    procedure: Procedure | None
    mandate: Mandate
    operator: str
    as_of: date
    calendar: BusinessCalendar
    facts: Mapping[str, Any]
    history: DebtorHistory = field(default_factory=DebtorHistory)
    payments_known_on: date | None = None
    scenario: Scenario = field(default_factory=Scenario)
    past: DebtorPast = field(default_factory=DebtorPast)
    trace: tuple[TraceEntry, ...] = ()
