"""Insolvency of a debtor: everything owed stops, and the time limit to lodge a claim opens.

The time limit runs from the publication, by the law of the debtor's country where it is known here
(`decisions.recovery_limits`), and is warned of ahead in every run; where it is not known a person
is asked to find it. What was issued after the proceedings opened is not stopped by itself.

Source:
    Code de commerce, articles L622-7 and L622-21 (no payment, no suit), L622-24 (declaration).
"""

from datetime import date, timedelta
from typing import Final

from dunning_sdk.debtors.stopping import place, stoppable
from dunning_sdk.decisions.recovery_state import RecoveryEvent, RecoveryState
from dunning_sdk.decisions.recovery_view import ABROAD
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.errors import DomainError, InvalidTransitionError, RecordNotFoundError
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.records.entry import Record
from dunning_sdk.recovery.recovering import recovery
from dunning_sdk.recovery.recovery_records import add_event
from dunning_sdk.store.interface import ReviewItem, Session

UNPUBLISHED_DAYS: Final = 7
UNKNOWN: Final = "claim-time-limit-unknown"
_OPENED: Final = (RecoveryState.INSOLVENCY, RecoveryState.CLAIM_DECLARED)


def insolvent(session: Session, entry: Record, decider: Decider) -> str:
    """Record that proceedings are open against a debtor, told by his id or by one receivable.

    Recorded again with the day of publication, it opens the time limit of what was stopped before.

    Args:
        session: Open transaction.
        entry: The record.
        decider: Bound to the day of the record.

    Raises:
        RecordNotFoundError: Neither a receivable nor a debtor is known by that id.
        InvalidTransitionError: All of it is stopped, and its time limit runs, already.
        DomainError: The publication lies after the day of the record.
    """
    published: date | None = entry.values.get("published_on")
    if published is not None and published > entry.on:
        message = f"Proceedings published on {published} cannot be recorded on {entry.on}"
        raise DomainError(message, hint=f"Give published_on=… up to {entry.on}.")
    claims = _claims(session, entry, published)
    stopped = [state.id for state in claims if _stop(session, entry, state, published)]
    opened = _limits(session, decider, claims, published) if published else {}
    if not stopped and not opened:
        message = f"Everything of {claims[0].debtor_id} is insolvent already"
        hint = "Allowed: published_on=…, recovery event=claim-declared, or lift."
        raise InvalidTransitionError(message, hint=hint)
    lines = [f"{len(stopped)} of what {claims[0].debtor_id} owes stopped"]
    lines += [f"{key}: {said}" for key, said in opened.items()]
    return "; ".join(lines)


def _claims(session: Session, entry: Record, published: date | None) -> list[Receivable]:
    """Return what the debtor owed when the proceedings opened, as far as that is known."""
    rows = session.receivables(debtor_id=entry.subject)
    if not rows:
        debtor_id = session.receivable(entry.subject).receivable.debtor_id
        rows = session.receivables(debtor_id=debtor_id)
    by = published or entry.on
    claims = [
        row.receivable
        for row in rows
        if row.receivable.open_amount.minor and row.receivable.issued_on <= by
        if row.receivable.entered_on <= entry.on
    ]
    if not claims:
        message = f"Nothing of {entry.subject} was open on {entry.on}"
        raise RecordNotFoundError(message, hint="Record an inquiry about him instead.")
    return claims


def _stop(session: Session, entry: Record, state: Receivable, published: date | None) -> bool:
    """Stop one receivable; tell whether it was not stopped yet."""
    if any(stop.reason is StopReason.INSOLVENT for stop in state.stops_on(entry.on)):
        return False
    values = dict(entry.values)
    if published is None and "until_on" not in values:
        values.setdefault("ask_again_on", entry.on + timedelta(days=UNPUBLISHED_DAYS))
    one = Record(kind=entry.kind, on=entry.on, subject=state.id, values=values)
    place(session, one, stoppable(session, one), StopReason.INSOLVENT)
    return True


def _limits(
    session: Session, decider: Decider, claims: list[Receivable], published: date
) -> dict[str, str]:
    opened = [state for state in claims if _may_open(session, decider, state)]
    return {state.id: _open_limit(session, decider, state, published) for state in opened}


def _may_open(session: Session, decider: Decider, state: Receivable) -> bool:
    """Tell whether the time limit of a claim does not run yet, and can."""
    follows = recovery(session, decider, state)
    may = (event for event, _ in follows.may_follow)
    return follows.state not in _OPENED and RecoveryEvent.INSOLVENCY_PUBLISHED in may


def _open_limit(session: Session, decider: Decider, state: Receivable, published: date) -> str:
    """Let the time limit run from the publication, and say when it ends."""
    debtor = decider.party(state.debtor_id)
    home = decider.limitation.home
    abroad = bool(home and debtor.country and home != debtor.country)
    header: dict[str, JsonValue] = {
        "reference": "",
        "hearing_on": "",
        "distance": ABROAD if abroad else "",
        "published_on": published.isoformat(),
    }
    add_event(session, decider, state, RecoveryEvent.INSOLVENCY_PUBLISHED, header=header)
    limits = recovery(session, decider, state).limits
    ends = [one.limit for one in limits if one.name.startswith("insolvency.declaration")]
    if ends:
        mark = "" if ends[0].confidence.verified else ", unverified"
        return f"its claim must be lodged by {ends[0].ends_on} ({ends[0].parameter_id}{mark})"
    session.put_review(
        ReviewItem(
            id=f"{UNKNOWN}:{state.id}",
            kind=UNKNOWN,
            subject=state.id,
            opened_on=decider.as_of,
            detail={"published_on": published.isoformat(), "country": debtor.country},
        )
    )
    return f"no time limit is known here for {debtor.country or 'his country'}; find it"
