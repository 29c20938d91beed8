"""Credit holds proposed to the host, and their end, once each: the host delivers and decides.

A hold is proposed when the first receivable of a debtor speaks for it, and its end when none does
any more. What was proposed stands in a stream of its own for each debtor, so a run tells the host
about changes alone; what he answers is a person's business.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from dunning_sdk.decisions.credit_hold import hold_reason
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.proposals.decided import Decided
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.proposal import HostEvent, Proposal
from dunning_sdk.proposals.report import RunReport
from dunning_sdk.store.interface import ReviewItem, Session

HOLD: Final = "credit-hold"
RELEASE: Final = "credit-release"
PROPOSED: Final = "credit-hold.proposed"
RELEASED: Final = "credit-hold.released"
_TYPES: Final[Mapping[str, str]] = {HOLD: PROPOSED, RELEASE: RELEASED}


class Holds:
    """What is proposed to the host about deliveries, of all that is decided in a run.

    Args:
        session: Open transaction.
        decider: Decides all that debtors under a hold owe.
    """

    def __init__(self, session: Session, decider: Decider) -> None:
        self._session = session
        self._decider = decider
        self._held = _held(session)
        self._reasons: dict[str, dict[str, str]] = defaultdict(dict)

    def look(self, decided: Iterable[Decided]) -> None:
        """Take note of what speaks for a hold among what was decided."""
        for item in decided:
            reason = hold_reason(item.receivable, item.case.procedure, self._decider.as_of)
            if reason and item.debtor.id not in self._held:
                self._reasons[item.debtor.id][item.receivable.id] = reason

    def events(self) -> tuple[HostEvent, ...]:
        """Return the holds to propose to the host, and those that are over, by debtor."""
        found = [_event(HOLD, debtor_id, why) for debtor_id, why in self._reasons.items()]
        over = (one for one in self._held if not _still(self._session, self._decider, one))
        found += [_event(RELEASE, debtor_id, {}) for debtor_id in over]
        return tuple(sorted(found, key=lambda event: (event.debtor_id, event.kind)))


def _event(kind: str, debtor_id: str, why: Mapping[str, str]) -> HostEvent:
    return HostEvent(
        kind=kind,
        debtor_id=debtor_id,
        reasons=tuple(sorted(set(why.values()))),
        receivables=tuple(sorted(why)),
    )


def _held(session: Session) -> set[str]:
    """Return the debtors for whom the last thing told to the host is a hold."""
    return {
        debtor_id
        for debtor_id, stream in session.events_of(HOLD).items()
        if stream[-1].type == PROPOSED
    }


def _still(session: Session, decider: Decider, debtor_id: str) -> bool:
    known = {row.receivable.id for row in session.receivables(debtor_id=debtor_id)}
    found = decider.decide_of(debtor_id, only=known)
    return any(hold_reason(item.receivable, item.case.procedure, decider.as_of) for item in found)


def tell_host(session: Session, proposal: Proposal, report: RunReport) -> None:
    """Keep what is proposed to the host, and put it into the report of the run; safe to repeat."""
    held = _held(session)
    for event in proposal.host_events:
        if (event.debtor_id in held) is (event.kind == HOLD):
            continue
        stream = Stream(kind=HOLD, id=event.debtor_id)
        header: dict[str, JsonValue] = {
            "reasons": [*event.reasons],
            "receivables": [*event.receivables],
        }
        new = NewEvent(stream=stream, type=_TYPES[event.kind], on=proposal.as_of, header=header)
        session.append([new])
        _ask(session, event, proposal.as_of)
        report.host_events.append(event)
        words = f": {', '.join(event.reasons)}" if event.reasons else ""
        report.messages.append(f"{event.debtor_id}: {event.kind} proposed{words}")


def _ask(session: Session, event: HostEvent, as_of: date) -> None:
    """Ask whether deliveries are held; the end of a hold closes the question."""
    key = f"{HOLD}:{event.debtor_id}"
    if event.kind == HOLD:
        item = ReviewItem(
            id=key,
            kind=HOLD,
            subject=event.debtor_id,
            opened_on=as_of,
            detail={"reasons": [*event.reasons], "receivables": [*event.receivables]},
        )
        session.put_review(item)
        return
    for item in session.reviews():
        if item.id == key:
            session.put_review(replace(item, closed_on=as_of, answer=RELEASE))
