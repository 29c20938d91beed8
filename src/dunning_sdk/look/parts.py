"""The records that the macros of ``look/parts.html`` draw: links, badges, fields, tables, times.

Decides what a table, a form field and a line of time are made of, and which orders a table may be
asked for. How they look is decided in the templates and in ``look.css``.

>>> columns = (Column(key="due_on", label="Due", is_sortable=True), Column(key="id", label="Id"))
>>> order = order_of({"sort": "-due_on", "page": "3"}, columns, default="due_on")
>>> order.key, order.is_descending, order.page
('due_on', True, 3)
>>> order_of({"sort": "id; DROP", "page": "-1"}, columns, default="due_on").key
'due_on'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, TypeAlias
from urllib.parse import urlencode

from markupsafe import Markup

from dunning_sdk.domain.money import Money

Tone = Literal["plain", "good", "warn", "bad", "info"]
Kind = Literal["text", "money", "number", "date", "action"]
PER_PAGE: Final = 50
_PAGE_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Somewhere to go.

    Attributes:
        text: What it is called.
        href: Path with query; empty shows the text alone.
        is_here: Whether it leads to the page it stands on, or the part that one is in.
        count: Of what waits there; ``None`` shows nothing.
    """

    text: str
    href: str
    is_here: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A state in a word; the tone is never the only sign of it."""

    text: str
    tone: Tone = "plain"


Cell: TypeAlias = (
    str | int | Money | date | datetime | Link | Badge | Markup | tuple["Cell", ...] | None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        key: Names it in the query.
        label: Its head.
        kind: Money and numbers stand to the right.
        is_sortable: Whether its head is a link that sorts by it.
        is_minor: Whether a narrow screen leaves it out.
    """

    key: str
    label: str
    kind: Kind = "text"
    is_sortable: bool = False
    is_minor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a table was asked for.

    Attributes:
        key: Of the column sorted by.
        is_descending: Whether the greatest comes first.
        page: Counted from 1.
        query: The rest of the query, kept in every link.
    """

    key: str
    is_descending: bool
    page: int
    query: Mapping[str, str] = field(default_factory=dict)

    def href(self, *, key: str = "", page: int = 1) -> str:
        """Return the query of this table in another order, or on another page.

        Args:
            key: The column to sort by, its order turned if it is sorted by it already; empty
                keeps the order.
            page: Counted from 1.
        """
        turned = key == self.key and not self.is_descending
        sign = ("-" if turned else "") if key else ("-" if self.is_descending else "")
        asked = {**self.query, "sort": f"{sign}{key or self.key}"}
        return "?" + urlencode(asked | ({"page": str(page)} if page > 1 else {}))

    def state(self, key: str) -> str:
        """Return the value of ``aria-sort`` for a column."""
        if key != self.key:
            return "none"
        return "descending" if self.is_descending else "ascending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under heads.

    Attributes:
        id: Unique on the page.
        caption: What the rows are.
        columns: In their order.
        rows: One cell for each column; the first names the row.
        order: How it was asked for; ``None`` for a table that cannot be sorted.
        pages: How many pages there are; 0 where that is not known.
        has_more: Whether a further page follows, where `pages` is not known.
        empty: What to say where there are no rows.
    """

    id: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    order: Order | None = None
    pages: int = 1
    has_more: bool = False
    empty: str = ""

    @property
    def is_paged(self) -> bool:
        """Return whether there is another page than this."""
        return self.order is not None and (
            self.pages > 1 or self.has_more or (self.pages == 0 and self.order.page > 1)
        )

    @property
    def next_page(self) -> int | None:
        """Return the number of the page after this, or ``None``."""
        if self.order is None:
            return None
        return self.order.page + 1 if self.has_more or self.order.page < self.pages else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    Attributes:
        name: As it is posted.
        label: What it asks for.
        value: As given before.
        kind: The type of the input; also ``textarea``, ``select`` and ``checkbox``.
        hint: What helps to fill it.
        fault: What was wrong with it; empty for nothing.
        choices: Values and their names, for ``select``.
        is_required: Whether it must be filled.
        autocomplete: As HTML names what a browser may fill in.
        attributes: More of the input's own, such as ``min`` or ``accept``.
    """

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    hint: str = ""
    fault: str = ""
    choices: Sequence[tuple[str, str]] = ()
    is_required: bool = True
    autocomplete: str = "off"
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One entry of a timeline.

    Attributes:
        on: The day, or the aware instant.
        title: What happened, or is to happen.
        text: More of it.
        tone: Of the mark.
        is_planned: Whether it is still to come.
        links: To what belongs to it.
        id: By which it is linked to; empty for none.
    """

    on: date | datetime
    title: str
    text: str = ""
    tone: Tone = "plain"
    is_planned: bool = False
    links: Sequence[Link] = ()
    id: str = ""


def order_of(query: Mapping[str, str], columns: Sequence[Column], *, default: str) -> Order:
    """Return the order a query asks for; what cannot be asked for is left out.

    Args:
        query: As the address holds it.
        columns: Of the table.
        default: The key to sort by where none is asked for; ``-`` before it turns the order.
    """
    asked = query.get("sort", default)
    if asked.removeprefix("-") not in {one.key for one in columns if one.is_sortable}:
        asked = default
    number = query.get("page", "1")
    is_number = number.isascii() and number.isdigit() and len(number) <= _PAGE_DIGITS
    return Order(
        key=asked.removeprefix("-"),
        is_descending=asked.startswith("-"),
        page=max(int(number), 1) if is_number else 1,
        query={key: value for key, value in query.items() if key not in {"sort", "page"}},
    )


def kind_of(cell: Cell) -> str:
    """Return what a cell is, for the macro that draws it."""
    kinds: tuple[tuple[type, str], ...] = (
        (Money, "money"),
        (datetime, "instant"),
        (date, "date"),
        (Link, "link"),
        (Badge, "badge"),
        (int, "number"),
        (tuple, "many"),
        (str, "text"),
    )
    return next((kind for type_, kind in kinds if isinstance(cell, type_)), "nothing")
