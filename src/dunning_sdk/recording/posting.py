"""What people record about letters: the posting, and what the carrier said became of it.

Both may bring a proof, which is kept. A letter with legal effect that does not count as given, or
of which nobody can say, holds back what follows until a person has decided.
"""

from collections.abc import Iterable
from typing import Final

from dunning_sdk.debtors.letters import ENDED, POSTED, channel_of, stream_of_letter
from dunning_sdk.decisions.letter import Counts, LetterEffect, LetterOutcome, letter_effect
from dunning_sdk.domain.event import JsonValue, NewEvent
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable
from dunning_sdk.errors import DomainError, InvalidTransitionError, nearest_names
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.law_confirming import confirmed_ids
from dunning_sdk.recording.answering import act_by, act_event, close_reviews
from dunning_sdk.records.entry import Record, receivable_of, value_of
from dunning_sdk.records.keeping import note_change
from dunning_sdk.records.kept_file import attachment_of, with_files
from dunning_sdk.recovery.recovering import law_of
from dunning_sdk.store.interface import ReviewItem, Session

_WAITING: Final = frozenset({ActStatus.HANDED})
_POSTED: Final = frozenset({ActStatus.DONE, ActStatus.UNCERTAIN})


def record_posting(session: Session, entry: Record) -> str:
    """Record that a letter was posted: the act is done on that day (S0-41).

    One letter may be about several receivables; all are recorded, unless ``step`` is an act's id.

    Raises:
        InvalidTransitionError: No letter waits to be posted.
        DomainError: The proof is no file, empty or too large.
    """
    state = receivable_of(session, entry)
    step = str(entry.values.get("step") or "")
    act = act_by(state, step, _WAITING)
    if act is None:
        message = f"Receivable {state.id} has no letter that waits to be posted"
        raise InvalidTransitionError(message, hint="`dunning review` lists those that do.")
    reference = str(entry.values.get("reference") or "")
    proof = attachment_of("proof", entry.values.get("proof"))
    channel, letter = channel_of(session, act), _letter(session, state, act, alone=step)
    for about, one in letter:
        told = NewEvent(
            stream=stream_of_letter(one.act_id),
            type=POSTED,
            on=entry.on,
            header={
                "receivable": about.id,
                "step": one.step_id,
                "channel": channel,
                "reference": reference,
            },
        )
        session.append([with_files(session, told, proof, owner=about.debtor_id)])
        note_change(session, [act_event(about, one, ActStatus.DONE, entry.on, reference)])
        close_reviews(session, one.act_id, entry.on, "posted")
    kept = ", proof kept" if proof else ""
    return f"{act.step_id} of {_names(letter)} posted on {entry.on}{kept}"


def record_delivery(session: Session, entry: Record, decider: Decider) -> str:
    """Record what the carrier said became of a letter that was posted.

    One letter may be about several receivables; all are recorded, unless ``step`` is an act's id.

    Raises:
        DomainError: The outcome is unknown, lies before the posting, or the proof is no file.
        InvalidTransitionError: No letter was posted.
    """
    state = receivable_of(session, entry)
    outcome = _outcome(str(value_of(entry, "outcome")))
    step = str(entry.values.get("step") or "")
    act = act_by(state, step, _POSTED)
    if act is None or not act.is_notice:
        message = f"Receivable {state.id} has no letter that was posted"
        raise InvalidTransitionError(message, hint="Record its posting first.")
    if entry.on < act.on:
        message = f"{act.step_id} was posted on {act.on}; it cannot be {outcome.value} before"
        raise DomainError(message, hint="Correct --on.")
    proof = attachment_of("proof", entry.values.get("proof"))
    channel, statutes = channel_of(session, act), decider.limitation.statutes
    effect = letter_effect(
        statutes,
        law_of(decider, state),
        outcome,
        channel=channel,
        on=entry.on,
        confirmed=confirmed_ids(session, entry.on, statutes),
    )
    header: dict[str, JsonValue] = {
        "channel": channel,
        "reference": str(entry.values.get("reference") or ""),
        "outcome": outcome.value,
        "counts": effect.counts.value,
        "parameter": effect.parameter_id,
        "source": effect.source,
    }
    letter, note = _letter(session, state, act, alone=step), ""
    for about, one in letter:
        told = NewEvent(
            stream=stream_of_letter(one.act_id),
            type=ENDED,
            on=entry.on,
            header={"receivable": about.id, "step": one.step_id, **header},
        )
        session.append([with_files(session, told, proof, owner=about.debtor_id)])
        note = _ask(session, about, one, outcome, effect, entry)
    return f"{act.step_id} of {_names(letter)} {outcome.value} on {entry.on}{note}"


def _letter(
    session: Session, state: Receivable, act: ActRecord, *, alone: str
) -> list[tuple[Receivable, ActRecord]]:
    """Return the acts that one letter did, each with its receivable.

    Args:
        session: Open transaction.
        state: Receivable that was named.
        act: The act found there.
        alone: What was asked for; the act's own id asks for it alone.
    """
    kept = None if alone == act.act_id else session.act(act.act_id)
    if kept is None:
        return [(state, act)]
    return [
        (row.receivable, one)
        for row in session.receivables(debtor_id=state.debtor_id)
        for one in row.receivable.acts
        if one.status is act.status and _notice_of(session, one) == kept.notice_id
    ]


def _notice_of(session: Session, act: ActRecord) -> str:
    kept = session.act(act.act_id)
    return "" if kept is None else kept.notice_id


def _names(letter: Iterable[tuple[Receivable, ActRecord]]) -> str:
    return ", ".join(state.id for state, _ in letter)


def _ask(
    session: Session,
    state: Receivable,
    act: ActRecord,
    outcome: LetterOutcome,
    effect: LetterEffect,
    entry: Record,
) -> str:
    """Put before a person what does not count, and hold back what would rest on it."""
    if effect.counts is Counts.YES:
        return ""
    is_held = act.legal_effect and act.status is ActStatus.DONE
    if is_held:
        note_change(session, [act_event(state, act, ActStatus.UNCERTAIN, entry.on)])
    kind = f"letter-{outcome.value}"
    session.put_review(
        ReviewItem(
            id=f"{kind}:{act.act_id}",
            kind=kind,
            subject=state.id,
            opened_on=entry.on,
            detail={
                **({"act": act.act_id} if is_held else {}),
                "step": act.step_id,
                "counts": effect.counts.value,
                "parameter": effect.parameter_id,
            },
        )
    )
    held = "; what follows it waits for a person" if is_held else ""
    return f": a person is asked{held}"


def _outcome(name: str) -> LetterOutcome:
    known = [outcome.value for outcome in LetterOutcome]
    if name not in known:
        near = nearest_names(name, known)
        hint = f"Did you mean {near[0]}?" if near else f"Use {', '.join(known)}."
        raise DomainError(f"outcome={name!r} is unknown", hint=hint)
    return LetterOutcome(name)
