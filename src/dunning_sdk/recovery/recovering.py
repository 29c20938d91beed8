"""From stored events to where each recovery stands, and the last days a person should know of.

A recovery has a stream of its own beside its receivable's. The formal notice and the placement
are acts of the receivable and are read from there until the stream has them. Everything is asked
of the pure `decisions.recovery`; nothing here files or sends anything.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from dunning_sdk.decisions.recovery import recovery_of, state_after
from dunning_sdk.decisions.recovery_state import RecoveryEvent, RecoveryState
from dunning_sdk.decisions.recovery_table import TABLE
from dunning_sdk.decisions.recovery_view import Happened, LimitStatus, Question, Recovery
from dunning_sdk.domain.event import Event, Stream
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import ActStatus, Receivable
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.law.limitation import TOPIC as LIMITATION
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.lapsing import period_for_companies
from dunning_sdk.proposals.law_confirming import confirmed_ids
from dunning_sdk.rules.step import Action
from dunning_sdk.store.interface import ReviewItem, Session

RECOVERY: Final = "recovery"
PERIOD_CHOSEN: Final = "recovery.period-chosen"
COMPANIES: Final = "companies"
LIMITATION_NEAR: Final = "limitation-near"


def stream_of(receivable_id: str) -> Stream:
    """Return the stream that holds the recovery of a receivable."""
    return Stream(kind=RECOVERY, id=receivable_id)


def recovery(session: Session, decider: Decider, receivable: Receivable) -> Recovery:
    """Return where the recovery of a receivable stands on the decider's day.

    Args:
        session: Open transaction.
        decider: Bound to the day; gives the debtor, and the book whose steps were done.
        receivable: As it stands.
    """
    debtor = decider.party(receivable.debtor_id)
    stream = session.events(stream_of(receivable.id))
    as_of, code = decider.as_of, law_of(decider, receivable)
    question = Question(
        due_on=receivable.due_on,
        jurisdiction=code,
        is_company=debtor.is_company,
        as_of=as_of,
        confirmed=confirmed_ids(session, as_of, decider.limitation.statutes),
        chosen=_chosen(session, stream, debtor, code, as_of),
    )
    if question.chosen:
        question = replace(question, jurisdiction=question.chosen.split(".")[0])
    seen = [event for event in stream if event.on <= as_of]
    return recovery_of(decider.limitation.statutes, question, story(seen, receivable, decider))


def law_of(decider: Decider, receivable: Receivable) -> str:
    """Return whose law is asked: the debtor's country, or the creditor's where that is unknown."""
    return decider.party(receivable.debtor_id).country or decider.limitation.home


def story(stream: Iterable[Event], receivable: Receivable, decider: Decider) -> list[Happened]:
    """Return what happened: what was recorded, then the acts done that may follow it."""
    recorded = [happened_of(event) for event in stream if event.type != PERIOD_CHOSEN]
    recorded.sort(key=lambda one: one.on)
    return recorded + derived(recorded, receivable, decider)


def derived(
    recorded: Iterable[Happened], receivable: Receivable, decider: Decider
) -> list[Happened]:
    """Return the formal notices and placements done, as far as they may follow what is known."""
    known = list(recorded)
    state, last_on = state_after(known), max((one.on for one in known), default=date.min)
    found: list[Happened] = []
    for one in sorted(_done(receivable, decider), key=lambda one: one.on):
        after = TABLE[one.event].moves.get(state)
        if after is None or after is state or one.on < last_on:
            continue
        found.append(one)
        state = after
    return found


def _done(receivable: Receivable, decider: Decider) -> Iterable[Happened]:
    acts = [act for act in receivable.acts if act.legal_effect and act.status is ActStatus.DONE]
    procedures = decider.book_of(receivable).procedures if acts else {}
    for act in acts:
        steps = procedures[act.procedure_id].steps if act.procedure_id in procedures else ()
        action = next((step.action for step in steps if step.id == act.step_id), None)
        if action is Action.NOTICE:
            yield Happened(event=RecoveryEvent.FORMAL_NOTICE, on=act.on)
        elif action is Action.PLACEMENT:
            yield Happened(event=RecoveryEvent.AGENCY_INSTRUCTED, on=act.on)


def happened_of(event: Event) -> Happened:
    """Return a stored event as recovery reads it."""
    hearing = str(event.header.get("hearing_on") or "")
    published = str(event.header.get("published_on") or "")
    return Happened(
        event=RecoveryEvent(event.type.removeprefix(f"{RECOVERY}.")),
        on=event.on,
        reference=str(event.header.get("reference") or ""),
        hearing_on=date.fromisoformat(hearing) if hearing else None,
        distance=str(event.header.get("distance") or ""),
        published_on=date.fromisoformat(published) if published else None,
    )


def _chosen(
    session: Session, stream: Iterable[Event], debtor: Party, code: str, as_of: date
) -> str:
    """Return the limitation period a person chose for the receivable, or for companies."""
    own = [
        str(event.header["parameter"])
        for event in stream
        if event.type == PERIOD_CHOSEN and event.on <= as_of
    ]
    if own:
        return own[-1]
    return period_for_companies(session, code) if debtor.is_company else ""


def state_on(session: Session, id: str, as_of: date) -> Receivable:
    """Return a receivable as it stood on a day.

    Raises:
        RecordNotFoundError: It is unknown, or was not opened by then.
    """
    state = session.receivable(id).receivable
    seen: Receivable | None = state
    if state.last_event_on > as_of:
        seen = fold(session.events(Stream(kind="receivable", id=id)), as_of=as_of)
    if seen is None:
        raise RecordNotFoundError(
            f"Receivable {id} did not exist on {as_of}",
            hint=f"It was opened on {state.entered_on}.",
        )
    return seen


# what a person should know -----------------------------------------------------------------
def time_limits(session: Session, decider: Decider) -> list[str]:
    """Return what ends soon, ended unkept, or ends next, one line each, the nearest first.

    Args:
        session: Open transaction; questions about limitation that are settled are closed.
        decider: Bound to the day.
    """
    found = {id: _seen(session, decider, id) for id in session.events_of(RECOVERY)}
    for item in session.reviews():
        if item.kind != LIMITATION_NEAR or item.opened_on > decider.as_of:
            continue
        if item.subject not in found:
            found[item.subject] = _seen(session, decider, item.subject)
        seen = found[item.subject]
        if seen is None or all(one.what != LIMITATION for one in seen.warnings):
            closed = replace(item, closed_on=decider.as_of, answer="no longer near")
            session.put_review(closed)
    lines = [line for id, seen in found.items() if seen is not None for line in _lines(id, seen)]
    return [text for _, text in sorted(lines)]


def _seen(session: Session, decider: Decider, id: str) -> Recovery | None:
    """Return the recovery of what is owed; ``None`` for what is not, or was not known yet."""
    if session.receivable(id).receivable.entered_on > decider.as_of:
        return None
    receivable = state_on(session, id, decider.as_of)
    return recovery(session, decider, receivable) if receivable.open_amount.minor else None


def _lines(id: str, found: Recovery) -> Iterable[tuple[date, str]]:
    """Yield a line for each warning, then for each time limit that runs."""
    for one in found.warnings:
        when = f"{one.days_left} days left" if one.days_left >= 0 else f"{-one.days_left} days ago"
        mark = "" if one.verified else ", unverified"
        text = f"{id}: {one.what} ends on {one.ends_on} ({when}; {one.parameter_id}{mark})"
        yield one.ends_on, f"{text}: {one.if_missed}"
    warned = {one.what for one in found.warnings}
    for limit in found.limits:
        if limit.status is LimitStatus.RUNNING and limit.name not in warned:
            ends_on = limit.limit.ends_on
            mark = "" if limit.limit.confidence.verified else ", unverified"
            yield ends_on, f"{id}: {limit.name} runs until {ends_on} ({limit.whose.value}{mark})"


def ask_about_limitation(session: Session, decider: Decider, ids: Iterable[str]) -> None:
    """Put a question for each receivable whose limitation is near, once for each last day.

    Args:
        session: Open transaction.
        decider: Bound to the day.
        ids: Receivables whose earliest possible end is near.
    """
    near = list(ids)
    known = {item.id for item in session.reviews(open_only=False)} if near else set()
    for id in near:
        receivable = state_on(session, id, decider.as_of)
        for one in recovery(session, decider, receivable).warnings:
            key = f"{LIMITATION_NEAR}:{id}:{one.ends_on}"
            if one.what != LIMITATION or key in known:
                continue
            session.put_review(
                ReviewItem(
                    id=key,
                    kind=LIMITATION_NEAR,
                    subject=id,
                    opened_on=decider.as_of,
                    detail={
                        "ends_on": one.ends_on.isoformat(),
                        "parameter": one.parameter_id,
                        "verified": one.verified,
                    },
                )
            )


def is_handed_over(state: RecoveryState) -> bool:
    """Tell whether somebody else, or a court, has it, so that no reminder is sent."""
    return state not in _OURS


_OURS: Final = frozenset(
    {RecoveryState.BEFORE_NOTICE, RecoveryState.NOTICED, RecoveryState.PETITION_WRITTEN}
)
