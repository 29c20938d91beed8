"""One click on a match of a payment: confirm it, or reject it, by the id of its question.

Decides which receivable a confirmation is for, and what a second click means: the same answer
changes nothing, another one is refused by name. How money is settled is left to `settling`.
"""

from datetime import date

from dunning_sdk.errors import (
    DomainError,
    InvalidTransitionError,
    RecordNotFoundError,
    nearest_names,
)
from dunning_sdk.installation.money_rules import MoneyRules
from dunning_sdk.money.cash_event import UNALLOCATED, UNSURE
from dunning_sdk.money.settling import REJECTED, SETTLED, settle
from dunning_sdk.store.interface import ReviewItem, Session


def confirm_match(
    session: Session,
    review_id: str,
    *,
    on: date,
    receivable_id: str = "",
    rules: MoneyRules | None = None,
) -> str:
    """Confirm that a payment is for a receivable, and return a line that says what changed.

    Args:
        session: Open transaction.
        review_id: Id of the question, or a beginning that is no other's.
        on: Day it is answered.
        receivable_id: Which; may be left out where there is one candidate.
        rules: How money is applied; the defaults where missing.

    Raises:
        DomainError: Several candidates and none named, another currency, or a day before the
            question.
        InvalidTransitionError: It was answered otherwise before, or nothing is open there.
        RecordNotFoundError: No such question, or no such receivable.
    """
    item = _asked(session, review_id)
    wanted = receivable_id or _only_candidate(item)
    if wanted in _settled(item):
        return f"{item.id} is confirmed for {wanted} already"
    if item.closed_on is not None:
        raise _answered(item, f"be confirmed for {wanted}")
    return settle(session, item.subject, receivable_id=wanted, on=on, rules=rules)


def reject_match(session: Session, review_id: str, *, on: date) -> str:
    """Reject every candidate of a payment, and return a line that says what changed.

    Args:
        session: Open transaction.
        review_id: Id of the question, or a beginning that is no other's.
        on: Day it is answered.

    Raises:
        DomainError: The day lies before the question.
        InvalidTransitionError: It was confirmed before.
        RecordNotFoundError: No such question.
    """
    item = _asked(session, review_id)
    if item.answer == REJECTED:
        return f"{item.id} is rejected already"
    if item.closed_on is not None:
        raise _answered(item, "be rejected")
    return settle(session, item.subject, receivable_id=None, on=on)


def _asked(session: Session, review_id: str) -> ReviewItem:
    """Return the question about a payment with an id, answered or not."""
    known = {
        item.id: item
        for item in session.reviews(open_only=False)
        if item.kind in (UNSURE, UNALLOCATED)
    }
    found = [id for id in known if review_id and id.startswith(review_id)]
    if review_id in known:
        return known[review_id]
    if len(found) == 1:
        return known[found[0]]
    near = nearest_names(review_id, known)
    hint = f"Did you mean {near[0]}?" if near else "`dunning review` lists those that are open."
    message = f"{len(found) or 'No'} questions about a payment begin with {review_id!r}"
    raise RecordNotFoundError(message, hint=hint)


def _only_candidate(item: ReviewItem) -> str:
    candidates = item.detail["candidates"]
    names = [str(one) for one in candidates] if isinstance(candidates, list) else []
    if len(names) == 1:
        return names[0]
    said = f"has {len(names)} candidates" if names else "has no candidate"
    hint = f"Name one: {', '.join(names)}." if names else "Name the receivable it is for."
    raise DomainError(f"{item.id} {said}", hint=hint)


def _settled(item: ReviewItem) -> list[str]:
    """Return the receivables money of this question went to."""
    earlier = item.detail.get("settled")
    before = [str(one) for one in earlier] if isinstance(earlier, list) else []
    last = item.answer.removeprefix(SETTLED) if item.answer.startswith(SETTLED) else ""
    return [*before, last] if last else before


def _answered(item: ReviewItem, what: str) -> InvalidTransitionError:
    message = f"{item.id} was answered {item.answer} on {item.closed_on}; it cannot {what}"
    return InvalidTransitionError(
        message, hint="To undo a payment: dunning record returned RECEIVABLE amount=…"
    )
