"""What waits for a person, matter by matter, with the forms that answer it.

Decides what is shown of each question and which answers are offered; what an answer does is the
engine's. Names and texts are unsealed for the rows of one page.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from starlette.responses import Response

from dunning_sdk.access.role import Right
from dunning_sdk.console.answers import OneForm, forms_about
from dunning_sdk.console.listing import (
    ROWS,
    after_of,
    column,
    names_of,
    paged,
    said,
    to_debtor,
    to_receivable,
)
from dunning_sdk.console.sections import (
    BY_KEY,
    LATER,
    SECTIONS,
    SOON,
    Section,
    counts_of,
    kinds_in,
    to_approve,
)
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.parts import Cell, Link, Table
from dunning_sdk.look.visit import Visit
from dunning_sdk.store.interface import ReviewItem, Session
from dunning_sdk.store.reading import After
from dunning_sdk.store.standing import NEVER, Standing, StopRow

_TODAY_ROWS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that waits.

    Attributes:
        title: What it is about, and where to look.
        kind: In words.
        who: The debtor; ``None`` where nobody is known.
        phone: Where he can be called; empty where unknown, or where no call is meant.
        since: Day it arose.
        until: Day it ends or is asked about; ``None`` where there is none.
        amount: What it is about; ``None`` where it is no sum.
        lines: What else is known, as lines of text.
        forms: Its answers.
    """

    title: Link
    kind: str
    who: Link | None
    phone: str = ""
    since: date
    until: date | None = None
    amount: Money | None = None
    lines: tuple[str, ...] = ()
    forms: tuple[OneForm, ...] = field(default=())


def _today(visit: Visit) -> Response:
    with visit.engine.store.reading() as session:
        counts = counts_of(session, visit.as_of)
        proposal, waiting = to_approve(session, visit.as_of)
        owed = session.open_sums("due_on", (visit.as_of,))
        shown = [
            (section, _items(session, visit, section, (), _TODAY_ROWS)[0])
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
    after = after_of(visit, 3 if section.reasons else 2)
    with visit.engine.store.reading() as session:
        items, marks = _items(session, visit, section, after, ROWS)
    page = paged(visit, _table(visit, section, items), marks, lambda mark: mark)
    return visit.page("console/work.html", section=section, items=items, page=page)


def _items(
    session: Session, visit: Visit, section: Section, after: After, rows: int
) -> tuple[list[Item], Sequence[After]]:
    """Return a page of a matter, and the marks of its rows and of one more if there is one."""
    if section.reasons:
        found = session.stops(
            section.reasons,
            on=visit.as_of,
            ends_before=visit.as_of + SOON + timedelta(days=1)
            if section.key == "promises" and rows < ROWS
            else None,
            after=after,
            limit=rows + 1,
        )
        marks = [(one.ends_on.isoformat(), one.receivable_id, one.id) for one in found]
        return list(_stopped(session, visit, found[:rows])), marks
    kinds = kinds_in(section, session.review_counts(on=visit.as_of, later=LATER))
    asked = session.review_page(kinds, on=visit.as_of, later=LATER, after=after, limit=rows + 1)
    marks_asked = [(item.opened_on.isoformat(), item.id) for item in asked]
    return list(_asked(session, visit, section, asked[:rows])), marks_asked


def _stopped(session: Session, visit: Visit, found: Sequence[StopRow]) -> Iterator[Item]:
    names = names_of(session, (one.debtor_id for one in found))
    standings = session.standings_of(one.receivable_id for one in found)
    for one in found:
        standing = standings[one.receivable_id]
        minor = one.promised_minor or one.amount_minor or standing.open_minor
        yield Item(
            title=to_receivable(visit, one.receivable_id, standing.invoice_number),
            kind=said(visit, "stop", one.reason),
            who=to_debtor(visit, one.debtor_id, names[one.debtor_id]),
            since=one.placed_on,
            until=None if one.ends_on == NEVER else one.ends_on - timedelta(days=1),
            amount=Money(minor, one.currency),
            lines=tuple(
                part
                for part in (
                    said(visit, "category", one.category) if one.category else "",
                    one.owner,
                )
                if part
            ),
            forms=tuple(forms_about(visit, one)),
        )


def _asked(
    session: Session, visit: Visit, section: Section, found: Sequence[ReviewItem]
) -> Iterator[Item]:
    standings = session.standings_of(item.subject for item in found)
    debtors = {item.id: _debtor_of(item, standings) for item in found}
    parties = session.records("party", {id for id in debtors.values() if id})
    for item in found:
        debtor_id, standing = debtors[item.id], standings.get(item.subject)
        party = parties.get(debtor_id, {})
        yield Item(
            title=to_receivable(visit, item.subject, standing.invoice_number)
            if standing
            else Link(text=item.subject, href=""),
            kind=said(visit, "question", item.kind),
            who=to_debtor(visit, debtor_id, str(party.get("name") or debtor_id))
            if debtor_id
            else None,
            phone=_phone(party) if section.key == "calls" else "",
            since=item.opened_on,
            until=item.ask_on,
            amount=_amount(item, standing),
            lines=tuple(_lines(visit, item)),
            forms=tuple(forms_about(visit, item)) if visit.may(section.needs) else (),
        )


def _debtor_of(item: ReviewItem, standings: Mapping[str, Standing]) -> str:
    """Return whom a question is about, as far as it says so."""
    if item.subject in standings:
        return standings[item.subject].debtor_id
    named = item.detail.get("debtor")
    by_subject = item.kind in BY_KEY["limits"].kinds + BY_KEY["replies"].kinds + ("task-due",)
    return str(named) if named else (item.subject if by_subject else "")


def _amount(item: ReviewItem, standing: Standing | None) -> Money | None:
    minor, currency = item.detail.get("amount_minor"), item.detail.get("currency")
    if isinstance(minor, int) and isinstance(currency, str):
        return Money(minor, currency)
    return Money(standing.open_minor, standing.currency) if standing else None


def _lines(visit: Visit, item: ReviewItem) -> Iterator[str]:
    """Yield what else a question says; ids of acts say nothing to a reader."""
    for name, value in item.detail.items():
        if name in ("act", "debtor", "currency", "amount_minor", "entry") or value in (None, ""):
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield f"{said(visit, 'detail', name)}: {shown}"


def _phone(party: Mapping[str, object]) -> str:
    contacts = party.get("contacts")
    found = (
        [one.get("phone") for one in contacts if isinstance(one, dict)]
        if isinstance(contacts, list)
        else []
    )
    return str(next((phone for phone in found if phone), ""))


def _table(visit: Visit, section: Section, items: Sequence[Item]) -> Table:
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

    return Table(
        id=f"work-{section.key}",
        caption=said(visit, "section", section.key),
        columns=columns,
        rows=[cells(one) for one in items],
        empty=visit.words.say("work_empty"),
    )


def urgent_count(visit: Visit) -> int:
    """Return how much waits for a person, for the head of every page."""
    with visit.engine.store.reading() as session:
        counts = counts_of(session, visit.as_of)
        _, waiting = to_approve(session, visit.as_of)
    return waiting + sum(counts[section.key] for section in SECTIONS if section.is_urgent)


PAGES: Final = (
    Page(path="/", handler=_today, needs=Right.LOOK),
    Page(path="/waiting/{section}", handler=_section, needs=Right.LOOK),
)
