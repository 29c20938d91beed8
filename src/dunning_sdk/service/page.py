"""Lists in pages: so many at a time, and a cursor that says where the next page begins.

Decides what a cursor is: the id of the last line shown, and its place. A list is drawn anew for
each page; where that line is gone meanwhile, the next page begins at its place.

>>> first = page_of(["a", "b", "c"], key=str, cursor="", limit=2)
>>> first.items, page_of(["a", "b", "c"], key=str, cursor=first.next, limit=2)
(['a', 'b'], Page(items=['c'], next=''))
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Generic, TypeVar

from pydantic import Field

from dunning_sdk.errors import DomainError

LIMIT_MAX: Final = 500
Limit = Annotated[int, Field(ge=1, le=LIMIT_MAX)]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """One page; `next` is the cursor of the next one, empty after the last."""

    items: list[Item]
    next: str


def page_of(
    items: Sequence[Item], *, key: Callable[[Item], str], cursor: str, limit: int
) -> Page[Item]:
    """Return a page of a list.

    Args:
        items: All of it, in order.
        key: Returns the id of a line, unique within the list.
        cursor: As the page before gave it; empty for the first.
        limit: Most lines.

    Raises:
        DomainError: The cursor is none of this list.
    """
    start = _start([key(item) for item in items], cursor) if cursor else 0
    shown = list(items[start : start + limit])
    end = start + len(shown)
    more = end < len(items)
    return Page(items=shown, next=write_cursor(key(shown[-1]), end) if more else "")


def write_cursor(*values: str | int) -> str:
    """Return values as a cursor."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> list[str | int]:
    """Return the values of a cursor.

    Raises:
        DomainError: It is none.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as problem:
        raise no_cursor() from problem
    if not isinstance(found, list) or not all(type(one) in (str, int) for one in found):
        raise no_cursor()
    return found


def _start(keys: list[str], cursor: str) -> int:
    match read_cursor(cursor):
        case [str(last), int(place)] if place > 0:
            pass
        case _:
            raise no_cursor()
    if last in keys:
        return keys.index(last) + 1
    return min(place - 1, len(keys))


def no_cursor() -> DomainError:
    """Return the error that says that a cursor is none of its list."""
    return DomainError("This is no cursor of this list", hint="Take `next` of the page before.")
