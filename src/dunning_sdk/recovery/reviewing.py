"""What is looked at again, and when: by the next run, and by a person.

A run settles for each receivable when the next one must look (ARCHITECTURE section 9). For a
person there are kept questions, and stops whose date has come; stops past their date head every
list (section 6, Stops).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Final

from dunning_sdk.debtors.stopping import ASK, QUESTIONS, asked_since
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.library import Library
from dunning_sdk.recovery.recovering import state_on
from dunning_sdk.store.interface import ReviewItem, Session

REVIEWED: Final = "reviewed"
RETURNED_DAYS: Final = 90
"""Days after which what settled a receivable is taken to stay; house rule."""
STOP_QUESTIONS: Final = frozenset({ASK, *QUESTIONS.values()})


def ground_of(config: Config, library: Library) -> str:
    """Return a digest of what decisions rest on beside the store: books, law, operator, releases.

    Raises:
        ConfigError: A configured book is not there.
        BookError: A configured book has findings.
    """
    books = [library.load(name).hash for name in config.books]
    releases = [_release(name) for name in ("dunning-sdk", "holidays")]
    text = json.dumps([books, config.operator, releases, config.law.model_dump_json()])
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _release(name: str) -> str:
    """Return the release of a distribution, which stays while the program runs."""
    return version(name)


def must_look_at_all(session: Session, as_of: date, ground: str) -> bool:
    """Tell whether what the last run settled does not hold for a day.

    So it is where the day lies before that run, or where decisions rest on another ground since.
    """
    kept = session.setting(REVIEWED)
    if not isinstance(kept, dict):
        return False
    return kept["ground"] != ground or as_of < date.fromisoformat(str(kept["on"]))


def settle_reviews(
    session: Session, as_of: date, ground: str, days: Mapping[str, date | None]
) -> None:
    """Keep when each receivable must be looked at next, as a run of a day found it."""
    session.set_review_on(days)
    session.put_setting(REVIEWED, {"on": as_of.isoformat(), "ground": ground})


def late_lines(session: Session, as_of: date) -> list[str]:
    """Return a line for the head of a run's report about each stop and question past its day.

    Questions about stops of what was settled long ago are closed.

    Source:
        House rule (ARCHITECTURE section 6, Stops): those past their date head every report.
    """
    asked, others, over = _about_stops(session, as_of)
    for item in over:
        session.put_review(replace(item, closed_on=as_of, answer="settled"))
    late = [item for item in others if item.ask_on is not None and item.ask_on < as_of]
    late.sort(key=lambda item: (item.ask_on or as_of, item.id))
    return [f"{item.subject}: {item.kind} since {item.ask_on}" for item in (*asked, *late)]


def open_reviews(
    session: Session, as_of: date, *, more: Iterable[ReviewItem] = ()
) -> tuple[ReviewItem, ...]:
    """Return open questions: stops to ask about first, then the others, oldest first.

    Args:
        session: Open transaction.
        as_of: The day; later questions are unseen.
        more: Questions that are not kept, since they follow from what is.
    """
    asked, others, _ = _about_stops(session, as_of)
    open_items = sorted((*others, *more), key=lambda item: item.opened_on)
    kept = [item for item in open_items if item.opened_on <= as_of]
    late = [item for item in kept if item.ask_on is not None and item.ask_on < as_of]
    return (*asked, *late, *(item for item in kept if item not in late))


def _about_stops(
    session: Session, as_of: date
) -> tuple[list[ReviewItem], list[ReviewItem], list[ReviewItem]]:
    """Return the questions about stops that wait, the earliest first, all others, and those over.

    A stop whose day has not come is not read; a debit may be returned for some weeks after what
    it settled, so a question is over only then.
    """
    asked: list[ReviewItem] = []
    others: list[ReviewItem] = []
    over: list[ReviewItem] = []
    for item in session.reviews():
        if item.kind not in STOP_QUESTIONS:
            others.append(item)
            continue
        if item.opened_on > as_of or (item.ask_on or as_of) > as_of:
            continue
        state = state_on(session, item.subject, as_of)
        since = _asked_since(item, state, as_of)
        if since is not None:
            asked.append(replace(item, ask_on=since))
        elif not state.open_amount.minor and (as_of - state.last_event_on).days > RETURNED_DAYS:
            over.append(item)
    return sorted(asked, key=lambda item: (item.ask_on or as_of, item.id)), others, over


def _asked_since(item: ReviewItem, state: Receivable, as_of: date) -> date | None:
    """Return since when a question about a stop waits; ``None`` where it does not."""
    stop = next((stop for stop in state.stops if stop.id == item.detail.get("stop")), None)
    return asked_since(item, stop, as_of) if stop and state.open_amount.minor else None
