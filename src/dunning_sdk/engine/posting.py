"""What people record about letters: the posting, and what the carrier said became of it.

Both may bring a proof, which is kept. A letter with legal effect that does not count as given, or
of which nobody can say, holds back what follows until a person has decided.
"""

from typing import Final

from dunning_sdk.decisions.letter import Counts, LetterEffect, LetterOutcome, letter_effect
from dunning_sdk.domain.event import NewEvent
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable
from dunning_sdk.engine.answering import act_by, act_event, close_reviews
from dunning_sdk.engine.deciding import Decider
from dunning_sdk.engine.entry import Record, receivable_of, value_of
from dunning_sdk.engine.keeping import note_change
from dunning_sdk.engine.kept_file import attachment_of, with_files
from dunning_sdk.engine.law_confirming import confirmed_ids
from dunning_sdk.engine.letters import ENDED, POSTED, channel_of, stream_of_letter
from dunning_sdk.engine.recovering import law_of
from dunning_sdk.errors import DomainError, InvalidTransitionError, nearest_names
from dunning_sdk.store.interface import ReviewItem, Session

_WAITING: Final = frozenset({ActStatus.HANDED})
_POSTED: Final = frozenset({ActStatus.DONE, ActStatus.UNCERTAIN})


def record_posting(session: Session, entry: Record) -> str:
    """Record that a letter was posted: the act is done on that day (S0-41).

    Raises:
        InvalidTransitionError: No letter waits to be posted.
        DomainError: The proof is no file, empty or too large.
    """
    state = receivable_of(session, entry)
    act = act_by(state, str(entry.values.get("step") or ""), _WAITING)
    if act is None:
        message = f"Receivable {state.id} has no letter that waits to be posted"
        raise InvalidTransitionError(message, hint="`dunning review` lists those that do.")
    reference = str(entry.values.get("reference") or "")
    proof = attachment_of("proof", entry.values.get("proof"))
    told = NewEvent(
        stream=stream_of_letter(act.act_id),
        type=POSTED,
        on=entry.on,
        header={
            "receivable": state.id,
            "step": act.step_id,
            "channel": channel_of(session, act),
            "reference": reference,
        },
    )
    session.append([with_files(session, told, proof, owner=state.debtor_id)])
    note_change(session, [act_event(state, act, ActStatus.DONE, entry.on, reference)])
    close_reviews(session, act.act_id, entry.on, "posted")
    kept = ", proof kept" if proof else ""
    return f"{act.step_id} of {state.id} posted on {entry.on}{kept}"


def record_delivery(session: Session, entry: Record, decider: Decider) -> str:
    """Record what the carrier said became of a letter that was posted.

    Raises:
        DomainError: The outcome is unknown, lies before the posting, or the proof is no file.
        InvalidTransitionError: No letter was posted.
    """
    state = receivable_of(session, entry)
    outcome = _outcome(str(value_of(entry, "outcome")))
    act = act_by(state, str(entry.values.get("step") or ""), _POSTED)
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
    told = NewEvent(
        stream=stream_of_letter(act.act_id),
        type=ENDED,
        on=entry.on,
        header={
            "receivable": state.id,
            "step": act.step_id,
            "channel": channel,
            "reference": str(entry.values.get("reference") or ""),
            "outcome": outcome.value,
            "counts": effect.counts.value,
            "parameter": effect.parameter_id,
            "source": effect.source,
        },
    )
    session.append([with_files(session, told, proof, owner=state.debtor_id)])
    note = _ask(session, state, act, outcome, effect, entry)
    return f"{act.step_id} of {state.id} {outcome.value} on {entry.on}{note}"


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
