"""The day's work: what waits for a person, matter by matter, with the forms that answer it.

Decides how a matter is laid out, and what Today shows of each. What is shown of one thing that
waits is decided in `items`; what an answer does is the engine's.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from starlette.responses import Response

from dunning_sdk.access.role import Right
from dunning_sdk.console.items import Item, items_in
from dunning_sdk.console.listing import ROWS, after_of, column, paged, said
from dunning_sdk.console.sections import BY_KEY, SECTIONS, Section, counts_of, to_approve
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.thread import mention_of
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.parts import Cell, Column, Link, Table
from dunning_sdk.look.visit import Visit

_TODAY_ROWS: Final = 5

Cells: TypeAlias = Callable[[Item], list[Cell]]


def _today(visit: Visit) -> Response:
    with visit.engine.store.reading() as session:
        counts = counts_of(session, visit.as_of, visit.user.name)
        proposal, waiting = to_approve(session, visit.as_of)
        owed = session.open_sums("due_on", (visit.as_of,))
        shown = [
            (section, items_in(session, visit, section, (), _TODAY_ROWS)[0])
            for section in SECTIONS
            if counts[section.key]
        ]
    tiles: list[tuple[str, Cell, str]] = [
        (
            visit.words.say("section_approvals"),
            waiting,
            visit.to(f"/proposals/{proposal}") if proposal else visit.to("/proposals"),
        )
    ]
    tiles += [
        (said(visit, "section", one.key), counts[one.key], visit.to(f"/waiting/{one.key}"))
        for one in SECTIONS
    ]
    return visit.page(
        "console/today.html",
        tiles=tiles,
        owed=[(one.place, Money(one.minor, one.currency), one.count) for one in owed],
        matters=[
            (said(visit, "section", section.key), visit.to(f"/waiting/{section.key}"), table)
            for section, items in shown
            for table in [_table(visit, section, items)]
        ],
    )


def _section(visit: Visit) -> Response:
    section = BY_KEY.get(visit.path("section"))
    if section is None:
        raise RecordNotFoundError("There is no such list of work")
    after = after_of(visit, section.marks)
    with visit.engine.store.reading() as session:
        items, marks = items_in(session, visit, section, after, ROWS)
    page = paged(visit, _table(visit, section, items), marks, lambda mark: mark)
    mention = mention_of(visit.user.name) if section.key == "mine" else ""
    return visit.page("console/work.html", section=section, items=items, page=page, mention=mention)


def _table(visit: Visit, section: Section, items: Sequence[Item]) -> Table:
    columns, cells = _own_columns(visit) if section.key == "mine" else _columns(visit, section)
    return Table(
        id=f"work-{section.key}",
        caption=said(visit, "section", section.key),
        columns=columns,
        rows=[cells(one) for one in items],
        empty=visit.words.say("work_empty"),
    )


def _own_columns(visit: Visit) -> tuple[list[Column], Cells]:
    """Return the columns of what waits for one person: what was written, where, until when."""
    columns = [
        column(visit, "debtor"),
        column(visit, "kind", is_minor=True),
        column(visit, "text"),
        column(visit, "about", is_minor=True),
        column(visit, "since", kind="date", is_minor=True),
        column(visit, "until", kind="date"),
    ]
    return columns, lambda one: [one.title, one.kind, one.text, one.who, one.since, one.until]


def _columns(visit: Visit, section: Section) -> tuple[list[Column], Cells]:
    has_phone = section.key == "calls"
    columns = [
        column(visit, "about"),
        column(visit, "kind", is_minor=True),
        column(visit, "debtor"),
        *([column(visit, "phone")] if has_phone else []),
        column(visit, "since", kind="date", is_minor=True),
        column(visit, "until", kind="date"),
        column(visit, "amount", kind="money"),
    ]

    def cells(one: Item) -> list[Cell]:
        called: list[Cell] = []
        if has_phone:
            called = [Link(text=one.phone, href=f"tel:{one.phone}") if one.phone else None]
        return [one.title, one.kind, one.who, *called, one.since, one.until, one.amount]

    return columns, cells


PAGES: Final = (
    Page(path="/", handler=_today, needs=Right.LOOK),
    Page(path="/waiting/{section}", handler=_section, needs=Right.LOOK),
)
