"""What is looked at again, and when: by the next run, and by a person.

A run settles for each receivable when the next one must look (ARCHITECTURE section 9). For a
person there are kept questions, and stops whose date has come; stops past their date head every
list (section 6, Stops).
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from dunning_sdk.store.interface import ReviewItem, Session

REVIEWED_ON: Final = "reviewed_on"


def settle_reviews(session: Session, as_of: date, days: Mapping[str, date | None]) -> None:
    """Keep when each receivable must be looked at next, as a run of a day found it."""
    session.set_review_on(days)
    session.put_setting(REVIEWED_ON, as_of.isoformat())


def goes_back(session: Session, as_of: date) -> bool:
    """Tell whether a day lies before the last run: what that one settled does not hold for it."""
    last = session.setting(REVIEWED_ON)
    return last is not None and as_of < date.fromisoformat(str(last))


def open_reviews(session: Session, as_of: date) -> tuple[ReviewItem, ...]:
    """Return open questions: stops to ask about first, then the others, oldest first."""
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
    kept = [item for item in session.reviews() if item.opened_on <= as_of]
    late = [item for item in kept if item.ask_on is not None and item.ask_on < as_of]
    return (*asked, *late, *(item for item in kept if item not in late))
