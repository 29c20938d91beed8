"""The matters of a day's work: what each lists, and how many wait.

Decides which questions and stops belong to which matter, so that everything that waits is in one
of them and nothing is in two. How each is shown is decided in `work`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dunning_sdk.access.role import Right
from dunning_sdk.debtors.stopping import ASK, QUESTIONS
from dunning_sdk.debtors.thread_records import REPLY_UNREAD, TASK_DUE
from dunning_sdk.debtors.waiting import count_for
from dunning_sdk.domain.stop import OF_THE_DEBTOR, StopReason
from dunning_sdk.financing.asking import KINDS
from dunning_sdk.financing.lending import DIFFERS, RAISE
from dunning_sdk.money.cash_event import UNALLOCATED, UNSURE
from dunning_sdk.store.interface import ReviewItem, Session

LATER: Final = (ASK, *sorted(QUESTIONS.values()))
"""Questions about stops: unseen until their day."""
SOON: Final = timedelta(days=7)
"""How far ahead a promise is shown among the day's work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One matter.

    Attributes:
        key: In its address, and of the words ``section_KEY``.
        kinds: Kinds of questions in it.
        reasons: Kinds of stops in it, where it lists stops.
        needs: The right its answers need.
        marks: How many values its list is sorted by.
    """

    key: str
    kinds: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    needs: Right = Right.WORK
    marks: int = 2


SECTIONS: Final = (
    Section(key="mine", marks=3),
    Section(key="uncertain", kinds=("act-uncertain", "act-failed")),
    Section(key="matches", kinds=(UNSURE, UNALLOCATED)),
    Section(key="replies", kinds=(REPLY_UNREAD,)),
    Section(key="calls", kinds=("call",)),
    Section(key="promises", reasons=tuple(sorted(one.value for one in OF_THE_DEBTOR)), marks=3),
    Section(key="disputes", reasons=(StopReason.DISPUTED.value,), marks=3),
    Section(key="stops", kinds=(ASK, *sorted(QUESTIONS.values()))),
    Section(key="limits", kinds=(RAISE, DIFFERS), needs=Right.APPROVE),
    Section(key="financings", kinds=KINDS),
    Section(key="letters", kinds=("letter-to-post",)),
    Section(key="tasks", kinds=("task", TASK_DUE)),
    Section(key="others"),
)
"""Every matter, in the order a day goes through them."""

BY_KEY: Final[Mapping[str, Section]] = {section.key: section for section in SECTIONS}
_NAMED: Final = frozenset(kind for section in SECTIONS for kind in section.kinds)


def kinds_in(section: Section, counted: Mapping[str, int]) -> tuple[str, ...]:
    """Return the kinds of questions in a matter; those no other has are in ``others``."""
    if section.key != "others":
        return section.kinds
    return tuple(sorted(counted.keys() - _NAMED))


def counts_of(session: Session, on: date, name: str) -> dict[str, int]:
    """Return how much waits in each matter on a day, and for the person of a name."""
    asked, stopped = session.review_counts(on=on, later=LATER), session.stop_counts(on=on)
    counted = {
        section.key: sum(asked[kind] for kind in kinds_in(section, asked) if kind in asked)
        + sum(stopped.get(reason, 0) for reason in section.reasons)
        for section in SECTIONS
    }
    apart = {"mine": count_for(session, name, on=on), "financings": session.derived_count(on=on)}
    return counted | apart


def waiting_now(asked: Iterable[ReviewItem], on: date) -> list[ReviewItem]:
    """Return the questions that wait on a day: those about stops only from their day on."""
    return [
        item for item in asked if item.kind not in LATER or item.ask_on is None or item.ask_on <= on
    ]


def to_approve(session: Session, on: date) -> tuple[str, int]:
    """Return the day's latest proposal and how many of its acts wait for approval.

    Returns:
        Its id, empty where there is none of that day, and how many.
    """
    heads = session.proposals(limit=1)
    if not heads or heads[0].as_of != on:
        return "", 0
    counted = session.proposed_counts(heads[0].id)
    wait = sum(count for (kind, needs), count in counted.items() if needs and kind != "expected")
    return heads[0].id, max(wait - len(heads[0].approved), 0)
