"""What became of the letters about a receivable: posted when, delivered or not, with what proof.

A letter has a stream of its own, kept under the id of its act, so that a proof is never far from
what it proves. Recording is done in `posting`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from dunning_sdk.decisions.letter import Counts, LetterOutcome
from dunning_sdk.domain.event import Event, Stream
from dunning_sdk.domain.receivable import ActRecord, Receivable
from dunning_sdk.records.kept_file import KeptFile, files_of, files_with
from dunning_sdk.records.mailbag import mapping_of
from dunning_sdk.store.interface import Session

LETTER: Final = "letter"
POSTED: Final = "letter.posted"
ENDED: Final = "letter.ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter that was posted, or handed to a service of e-delivery.

    Attributes:
        act_id: Act that it did.
        step_id: Step of that act.
        channel: ``letter``, ``registered-letter`` or ``registered-email``; empty where unknown.
        posted_on: Day it was posted; ``None`` where only its end was recorded.
        reference: Registered number, or id at the service; may be empty.
        outcome: What the carrier said became of it; ``None`` while nothing is known.
        outcome_on: Day of that.
        counts: Whether it counts as given, as far as law was known then; ``None`` without an
            outcome.
        source: Of the value of the law that said so; may be empty.
        files: Proofs of deposit and of receipt.
    """

    act_id: str
    step_id: str
    channel: str
    posted_on: date | None = None
    reference: str = ""
    outcome: LetterOutcome | None = None
    outcome_on: date | None = None
    counts: Counts | None = None
    source: str = ""
    files: tuple[KeptFile, ...] = ()


def stream_of_letter(act_id: str) -> Stream:
    """Return the stream that tells what became of the letter of an act."""
    return Stream(kind=LETTER, id=act_id)


def letters_of(session: Session, receivable: Receivable, *, as_of: date) -> tuple[Letter, ...]:
    """Return what is recorded of the letters about a receivable, oldest first.

    Args:
        session: Open transaction.
        receivable: Whose acts are looked at.
        as_of: What was recorded for a later day is unseen.
    """
    ids = [act.act_id for act in receivable.acts]
    streams = session.events_of(LETTER, ids) if ids else {}
    found = []
    for act in receivable.acts:
        seen = [event for event in streams.get(act.act_id, ()) if event.on <= as_of]
        if seen:
            found.append(_letter(session, act, seen))
    return tuple(found)


def proofs_of(session: Session, receivable: Receivable) -> Iterator[KeptFile]:
    """Yield every file kept about a receivable's letters and its recovery, oldest stream first.

    Args:
        session: Open transaction.
        receivable: Which.
    """
    for act in receivable.acts:
        yield from files_of(session, stream_of_letter(act.act_id))
    yield from files_of(session, Stream(kind="recovery", id=receivable.id))


def channel_of(session: Session, act: ActRecord) -> str:
    """Return the channel an act left by; empty where nobody knows.

    A fallback is composed only once the channel before it failed, so the last one that has a
    message is the one that took it.
    """
    kept = session.act(act.act_id)
    if kept is None:
        return ""
    planned = kept.detail.get("channels")
    names = [str(name) for name in planned] if isinstance(planned, list) else []
    record = session.record("notice", kept.notice_id) or {}
    messages = mapping_of(record.get("messages"))
    return next((name for name in reversed(names) if name in messages), "")


def _letter(session: Session, act: ActRecord, seen: Iterable[Event]) -> Letter:
    found = Letter(act_id=act.act_id, step_id=act.step_id, channel="")
    for event in seen:
        said = {key: str(value) for key, value in event.header.items() if isinstance(value, str)}
        found = replace(
            found,
            channel=said.get("channel") or found.channel,
            reference=said.get("reference") or found.reference,
            files=(*found.files, *files_with(session, event)),
        )
        if event.type == POSTED:
            found = replace(found, posted_on=event.on)
        else:
            found = replace(
                found,
                outcome=LetterOutcome(said["outcome"]),
                outcome_on=event.on,
                counts=Counts(said["counts"]),
                source=said.get("source", ""),
            )
    return found
