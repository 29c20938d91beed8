"""Lists of any length, a page at a time: what a page goes on after is in its address.

Decides how the mark of the last row shown travels, that names are unsealed for the rows of one
page alone, and how a receivable and a debtor are linked to. Which rows there are is read by
`store.reading`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

from dunning_sdk.look.parts import Cell, Column, Link, Table
from dunning_sdk.look.visit import Visit
from dunning_sdk.store.interface import Session
from dunning_sdk.store.reading import After

ROWS: Final = 50
"""Rows of one page."""
_MARKS_MAX: Final = 3

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """One page of a list.

    Attributes:
        table: Its rows.
        next: Query of the next page; empty on the last.
        first: Query of the first page; empty on it.
    """

    table: Table
    next: str = ""
    first: str = ""


def after_of(visit: Visit, length: int) -> After:
    """Return the mark that a page goes on after; empty for the first page, or for no such mark.

    Args:
        visit: Whose address has it.
        length: How many values the list is sorted by.
    """
    found = visit.request.query_params.getlist("after")
    return tuple(found) if len(found) == length <= _MARKS_MAX else ()


def paged(
    visit: Visit,
    table: Table,
    found: Sequence[Row],
    mark: Callable[[Row], Iterable[str]],
    *,
    rows: int = ROWS,
) -> Paged:
    """Return a page of a list.

    Args:
        visit: Whose query is kept in the links.
        table: With the rows shown.
        found: Those rows, and one more where another page follows.
        mark: Returns the values a row is sorted by.
        rows: Of one page.
    """
    kept = [
        (name, value)
        for name, value in visit.request.query_params.multi_items()
        if name not in ("after", "said")
    ]
    marks = [("after", value) for value in mark(found[rows - 1])] if len(found) > rows else []
    is_first = "after" not in visit.request.query_params
    return Paged(
        table=table,
        next="?" + urlencode([*kept, *marks]) if marks else "",
        first="" if is_first else "?" + urlencode(kept),
    )


def names_of(session: Session, debtor_ids: Iterable[str]) -> Mapping[str, str]:
    """Return the names of debtors by id; of one who was erased, his id."""
    wanted = set(debtor_ids)
    parties = session.records("party", wanted)
    return {id: str(parties.get(id, {}).get("name") or id) for id in sorted(wanted)}


def to_receivable(visit: Visit, id: str, text: str = "") -> Link:
    """Return the link to a receivable's page."""
    return Link(text=text or id, href=visit.to(f"/receivables/{quote(id)}"))


def to_debtor(visit: Visit, id: str, text: str = "") -> Link:
    """Return the link to a debtor's page."""
    return Link(text=text or id, href=visit.to(f"/debtors/{quote(id)}"))


def column(
    visit: Visit, key: str, *, kind: str = "text", is_minor: bool = False, word: str = ""
) -> Column:
    """Return a column whose head is the word ``col_KEY``."""
    label = visit.words.say(word or f"col_{key}")
    return Column(key=key, label=label, kind=kind, is_minor=is_minor)  # type: ignore[arg-type]


def said(visit: Visit, group: str, key: str) -> str:
    """Return the word of something that a plugin or a book may have named: else the name itself.

    >>> from types import SimpleNamespace
    >>> from dunning_sdk.look.words import Words
    >>> words = Words(language="en", texts={"stop_disputed": "Disputed"})
    >>> visit = SimpleNamespace(words=words)
    >>> said(visit, "stop", "disputed"), said(visit, "stop", "host-said")
    ('Disputed', 'host said')
    """
    name = f"{group}_{key}".replace("-", "_")
    return visit.words.say(name) if visit.words.has(name) else key.replace("-", " ")


def rows_of(cells: Iterable[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """Return rows as a table takes them."""
    return [tuple(row) for row in cells]
