"""What registers and lists say of the debtors who owe something, and what follows from news.

Decides only about what changed since the last look: who became insolvent is no longer dunned, who
ceased is not dunned until a person has looked. A person's answer stands until the register says
something new. Sanctions for paying late are asked about before a contract, by `inquiries`.

Source:
    House rule ("when in doubt, do not dun"); French Code de commerce, art. L. 622-21 (opening of
    insolvency proceedings bars pursuit).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from dunning_sdk.debtors.stopping import place, stoppable
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.money.intake import parties_of
from dunning_sdk.records.entry import Record
from dunning_sdk.store.interface import ReviewItem, Session

if TYPE_CHECKING:
    from dunning_sdk.connectors.interface import CompanyFacts, CompanySource
    from dunning_sdk.engine.engine import Engine

_ASK_AGAIN_DAYS: Final = 7


@dataclass(slots=True, kw_only=True)
class CompanyReport:
    """What one look at registers and lists brought.

    Attributes:
        as_of: The day.
        looked_up: Debtors that were looked up.
        unlisted: Debtors who owe something and have no number, or one that is not listed.
        insolvent: Debtors who are insolvent, and were not before.
        closed: Debtors who ceased, and had not before.
        stopped: Receivables that are not dunned from now on.
    """

    as_of: date
    looked_up: int = 0
    unlisted: list[str] = field(default_factory=list)
    insolvent: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)


def check_companies(engine: Engine, *, as_of: date) -> CompanyReport:
    """Look up every debtor who owes something, and act on what is new.

    Args:
        engine: Open; its configuration names the source.
        as_of: The day; stops begin on it.

    Raises:
        ConfigError: No source is configured.
        ConnectorError: The source could not be asked; nothing was changed.
    """
    source: CompanySource = engine.wiring.on_demand("companies", as_of)
    with engine.store.begin() as session:
        owing = _owing(session, as_of)
        parties = parties_of(session, owing)
    numbers = {id: party.registration for id, party in parties.items() if party.registration}
    known = source.look_up_all(sorted(set(numbers.values())))
    report = CompanyReport(as_of=as_of, looked_up=len(numbers))
    with engine.store.begin() as session:
        for debtor in sorted(owing):
            facts = known.get(numbers.get(debtor, ""))
            if facts is None:
                report.unlisted.append(debtor)
            else:
                _Debtor(
                    session, debtor, as_of=as_of, owner=engine.config.operator, report=report
                ).take(facts)
    return report


def _owing(session: Session, as_of: date) -> set[str]:
    return {
        row.receivable.debtor_id for row in session.receivables() if _is_open(row.receivable, as_of)
    }


def _is_open(receivable: Receivable, as_of: date) -> bool:
    return receivable.open_amount.minor > 0 and receivable.entered_on <= as_of


@dataclass(frozen=True, slots=True)
class _Debtor:
    """One debtor, and where what is found of him goes."""

    session: Session
    id: str
    as_of: date = field(kw_only=True)
    owner: str = field(kw_only=True)
    report: CompanyReport = field(kw_only=True)

    def take(self, facts: CompanyFacts) -> None:
        """Act on what the facts say and the facts known so far did not."""
        known = self.session.record("company", self.id) or {}
        now: dict[str, JsonValue] = {
            **asdict(facts),
            "closed_on": facts.closed_on.isoformat() if facts.closed_on else "",
        }
        if now == known:
            return
        if facts.is_insolvent and not known.get("is_insolvent"):
            self.report.insolvent.append(self.id)
            self._stop(StopReason.INSOLVENT)
            self._ask("debtor-insolvent", now)
        if facts.is_closed and not known.get("is_closed"):
            self.report.closed.append(self.id)
            self._stop(StopReason.BLOCKED)
            self._ask("debtor-closed", now)
        self.session.put_record("company", self.id, now, owner=self.id)

    def _stop(self, reason: StopReason) -> None:
        for row in self.session.receivables(debtor_id=self.id):
            state = row.receivable
            held = any(stop.reason is reason for stop in state.stops_on(self.as_of))
            if held or not _is_open(state, self.as_of):
                continue
            values = {
                "ask_again_on": self.as_of + timedelta(days=_ASK_AGAIN_DAYS),
                "owner": self.owner,
            }
            entry = Record(kind=reason.value, on=self.as_of, subject=state.id, values=values)
            place(self.session, entry, stoppable(self.session, entry), reason)
            self.report.stopped.append(state.id)

    def _ask(self, kind: str, now: dict[str, JsonValue]) -> None:
        item = ReviewItem(
            id=f"{kind}:{self.id}:{self.as_of}",
            kind=kind,
            subject=self.id,
            opened_on=self.as_of,
            detail={"registration": now["registration"], "closed_on": now["closed_on"]},
        )
        self.session.put_review(item)
