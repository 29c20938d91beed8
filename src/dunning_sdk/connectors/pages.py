"""Read a list that comes in pages, to its end and no further.

Decides when a list is read whole. A cursor that comes twice would be read for ever, and a list
cut short would look whole: both are errors, never an end.

>>> shelves = {"": (["a", "b"], "2"), "2": (["c"], "")}
>>> list(cursor_pages(shelves.__getitem__, connector="demo"))
['a', 'b', 'c']
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from dunning_sdk.errors import ConnectorInvalidError

Item = TypeVar("Item")
PAGES_MAX: Final = 10_000


def cursor_pages(
    read: Callable[[str], tuple[Sequence[Item], str]],
    *,
    connector: str,
    pages_max: int = PAGES_MAX,
) -> Iterator[Item]:
    """Yield the items of all pages.

    Args:
        read: Takes a cursor, empty for the first page; returns the page's items and the cursor
            of the next page, empty after the last.
        connector: Named in errors.
        pages_max: More pages than that are a fault of the outside system.

    Raises:
        ConnectorInvalidError: A cursor came twice, or there is no end.
        ConnectorError: Whatever ``read`` raises; what came before is not the whole list.
    """
    seen: set[str] = set()
    cursor = ""
    for _ in range(pages_max):
        seen.add(cursor)
        items, cursor = read(cursor)
        yield from items
        if not cursor:
            return
        if cursor in seen:
            raise _endless("its cursor comes back to a page that was read", connector)
    raise _endless(f"there is no end after {pages_max} pages", connector)


def numbered_pages(
    read: Callable[[int], tuple[Sequence[Item], bool]],
    *,
    connector: str,
    first: int = 1,
    pages_max: int = PAGES_MAX,
) -> Iterator[Item]:
    """Yield the items of all pages that are asked for by number.

    Args:
        read: Takes a page number; returns the page's items and whether there is another page.
        connector: Named in errors.
        first: Number of the first page.
        pages_max: More pages than that are a fault of the outside system.

    Raises:
        ConnectorInvalidError: A page that is not the last is empty or equals the one before, or
            there is no end.
    """
    before: Sequence[Item] | None = None
    for page in range(first, first + pages_max):
        items, more = read(page)
        if more and (not items or items == before):
            raise _endless(f"page {page} repeats the one before or is empty", connector)
        yield from items
        if not more:
            return
        before = items
    raise _endless(f"there is no end after {pages_max} pages", connector)


def pages_by_id(
    read: Callable[[int], Sequence[Mapping[str, Any]]], *, connector: str, size: int
) -> Iterator[Mapping[str, Any]]:
    """Yield the records of all pages, each page beginning after the last id of the one before.

    What is added in the middle of reading moves nothing. A page that is not full is the last.

    Args:
        read: Takes an id, 0 for the first page; returns the records after it, as `records_of`
            lets them pass, by id.
        connector: Named in errors.
        size: Records a page.

    Raises:
        ConnectorInvalidError: There is no end.
        ConnectorError: Whatever ``read`` raises; what came before is not the whole list.
    """

    def page(cursor: str) -> tuple[Sequence[Mapping[str, Any]], str]:
        listed = read(int(cursor or 0))
        return listed, "" if len(listed) < size else str(listed[-1]["id"])

    return cursor_pages(page, connector=connector)


def records_of(
    listed: object, *, connector: str, of: str, hint: str
) -> Sequence[Mapping[str, Any]]:
    """Return a list of records that each have a number for an id.

    Args:
        listed: What the outside system returned.
        connector: Named in the error.
        of: What is listed.
        hint: What to do where it is something else.

    Raises:
        ConnectorInvalidError: It is something else.
    """
    if isinstance(listed, list) and all(map(_is_record, listed)):
        return listed
    raise ConnectorInvalidError(
        f"{connector}: the server did not return a list of records of {of}",
        hint=hint,
        connector=connector,
        fields={"records": "are missing"},
    )


def _is_record(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), int)


def _endless(why: str, connector: str) -> ConnectorInvalidError:
    return ConnectorInvalidError(
        f"{connector}: a list cannot be read to its end: {why}",
        hint="Nothing was taken from it; try again later, and tell the outside system's support",
        connector=connector,
        fields={"cursor": "never ends"},
    )
