"""What waits for a person: kept questions, and stops whose date has come.

Stops past their date head every list (ARCHITECTURE section 6, Stops).
"""

from datetime import date

from dunning_sdk.store.interface import ReviewItem, Session


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
