"""When limitation may be near, so that a run looks at a receivable in time.

A first day only, by the due date and the shortest period that may govern; what moves the clocks
of one receivable is read in `recovering` once that day has come.
"""

from datetime import date, timedelta
from functools import lru_cache

from dunning_sdk.decisions.recovery import recovery_of
from dunning_sdk.decisions.recovery_limits import LIMITATION_WARN_DAYS
from dunning_sdk.decisions.recovery_view import Question
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.installation.config import Config
from dunning_sdk.law.limitation import TOPIC as LIMITATION
from dunning_sdk.law.statutes import Statutes
from dunning_sdk.store.interface import Session


class LimitationWatch:
    """Tells when each receivable's limitation may be near, and lists those where it may.

    Args:
        config: Gives the creditor, whose law is asked where a debtor's country is unknown.
        as_of: The day.
        session: Open transaction; tells the period a person chose for companies.

    Attributes:
        home: Country of the creditor; empty where unknown.
        statutes: What is known of the law, with the host's own values.
        near: Ids of receivables looked at whose limitation may be near.
    """

    def __init__(self, config: Config, as_of: date, session: Session) -> None:
        creditor = config.party("creditor")
        self.home = creditor.country if creditor else ""
        self.statutes = config.law.statutes()
        self.near: list[str] = []
        self._as_of = as_of
        self._session = session
        self._chosen: dict[str, str] = {}

    def look(self, receivable: Receivable, debtor: Party) -> date | None:
        """Return a day ahead on which limitation may be near; one where it may is listed."""
        if not receivable.open_amount.minor:
            return None
        code = debtor.country or self.home
        chosen = self._for_companies(code) if debtor.is_company else ""
        day = limitation_warn_on(
            self.statutes, code, receivable.due_on, is_company=debtor.is_company, chosen=chosen
        )
        if day is None or day > self._as_of:
            return day
        self.near.append(receivable.id)
        return None

    def _for_companies(self, code: str) -> str:
        if code not in self._chosen:
            self._chosen[code] = period_for_companies(self._session, code)
        return self._chosen[code]


def companies_key(code: str) -> str:
    """Return where the period that governs claims on companies in a country is kept."""
    return f"{LIMITATION}:companies:{code.lower()}"


def period_for_companies(session: Session, code: str) -> str:
    """Return the limitation period a person chose for claims on companies; empty for none."""
    kept = session.setting(companies_key(code))
    return kept if isinstance(kept, str) else ""


@lru_cache(maxsize=4096)
def limitation_warn_on(
    statutes: Statutes, code: str, due_on: date, *, is_company: bool, chosen: str = ""
) -> date | None:
    """Return the first day on which limitation may be near; ``None`` where no law is known.

    Args:
        statutes: What is known of the law.
        code: Country of the debtor, whose law governs unless a person says otherwise.
        due_on: Due date in force.
        is_company: Whether the debtor is no consumer.
        chosen: Id of the period a person chose; empty where none did.
    """
    question = Question(
        due_on=due_on, jurisdiction=code, is_company=is_company, as_of=due_on, chosen=chosen
    )
    clocks = recovery_of(statutes, question, ()).clocks
    ends = [clock.ends_on for clock in clocks if clock.ends_on is not None]
    return min(ends) - timedelta(days=LIMITATION_WARN_DAYS) if ends else None
