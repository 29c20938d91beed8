"""What is looked at again, and when: by the next run, and by a person.

A run settles for each receivable when the next one must look (ARCHITECTURE section 9). For a
person there are kept questions, and stops whose date has come; stops past their date head every
list (section 6, Stops).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Final

from dunning_sdk.engine.config import Config
from dunning_sdk.engine.library import Library
from dunning_sdk.store.interface import ReviewItem, Session

REVIEWED: Final = "reviewed"


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
    """Return a line for the head of a run's report about each kept question past its day."""
    return [
        f"{item.subject}: {item.kind} since {item.ask_on}"
        for item in sorted(session.reviews(), key=lambda item: (item.ask_on or as_of, item.id))
        if item.ask_on is not None and item.ask_on < as_of
    ]


def open_reviews(
    session: Session, as_of: date, *, more: Iterable[ReviewItem] = ()
) -> tuple[ReviewItem, ...]:
    """Return open questions: stops to ask about first, then the others, oldest first.

    Args:
        session: Open transaction.
        as_of: The day; later questions are unseen.
        more: Questions that are not kept, since they follow from what is.
    """
    asked = [
        ReviewItem(
            id=f"stop-to-ask:{row.receivable.id}:{stop.id}",
            kind="stop-to-ask",
            subject=row.receivable.id,
            opened_on=stop.placed_on,
            ask_on=stop.ask_again_on,
            detail={"stop": stop.id, "reason": stop.reason.value},
        )
        for row in session.receivables()
        for stop in row.receivable.stops_on(as_of)
        if stop.ask_again_on is not None and stop.ask_again_on <= as_of
    ]
    open_items = sorted((*session.reviews(), *more), key=lambda item: item.opened_on)
    kept = [item for item in open_items if item.opened_on <= as_of]
    late = [item for item in kept if item.ask_on is not None and item.ask_on < as_of]
    return (*asked, *late, *(item for item in kept if item not in late))
