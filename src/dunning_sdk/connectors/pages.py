"""Read a list that comes in pages, to its end and no further.

Decides when a list is read whole. A cursor that comes twice would be read for ever, and a list
cut short would look whole: both are errors, never an end.

>>> shelves = {"": (["a", "b"], "2"), "2": (["c"], "")}
>>> list(cursor_pages(shelves.__getitem__, connector="demo"))
['a', 'b', 'c']
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

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


def _endless(why: str, connector: str) -> ConnectorInvalidError:
    return ConnectorInvalidError(
        f"{connector}: a list cannot be read to its end: {why}",
        hint="Nothing was taken from it; try again later, and tell the outside system's support",
        connector=connector,
        fields={"cursor": "never ends"},
    )
