"""Say that an id is unknown, and which known one was probably meant."""

from collections.abc import Iterable

from dunning_sdk.errors import RecordNotFoundError, StoreError
from dunning_sdk.errors.finding import nearest_names


def not_found(what: str, id: str, known: Iterable[str]) -> RecordNotFoundError:
    """Return the error for an unknown id.

    Args:
        what: What was looked for, such as ``receivable``.
        id: The id nobody knows.
        known: Ids of the same kind; where there are many, those near it in order.

    >>> str(not_found("receivable", "R-001", ["R-0001", "X-7"]))
    'There is no receivable R-001 — Did you mean R-0001?'
    """
    near = nearest_names(id, filter(None, known), limit=1)
    hint = f"Did you mean {near[0]}?" if near else "Check the id"
    return RecordNotFoundError(f"There is no {what} {id}", hint=hint)


def ambiguous(what: str, prefix: str, found: Iterable[str]) -> RecordNotFoundError:
    """Return the error for the beginning of several ids.

    >>> str(ambiguous("proposal", "a", ["a1", "a2"]))
    'Several proposals begin with a — Write more of the id: a1, a2'
    """
    some = ", ".join(sorted(found)[:5])
    return RecordNotFoundError(
        f"Several {what}s begin with {prefix}", hint=f"Write more of the id: {some}"
    )


def check_owner(owner: str, known: Iterable[str]) -> None:
    """Refuse to erase whom nobody knows, and the tenant itself.

    Raises:
        RecordNotFoundError: Nothing was ever kept for this owner; names the nearest.
        StoreError: The owner is the empty text, which is the tenant.
    """
    debtors = [name for name in known if name]
    if not owner:
        message = "The tenant's own key cannot be dropped"
        raise StoreError(message, hint="Name the debtor whose data must be erased")
    if owner not in debtors:
        raise not_found("key of", owner, debtors)
