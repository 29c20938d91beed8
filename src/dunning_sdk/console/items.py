"""The things that wait for a person, matter by matter, read for one page.

Decides what is shown of each question, stop and entry of a thread. Names and texts are unsealed
for the rows of one page; which answers are offered is decided in `answers`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from urllib.parse import quote

from dunning_sdk.console.answers import OneForm, forms_about, forms_about_entry
from dunning_sdk.console.listing import ROWS, names_of, said, to_debtor, to_receivable
from dunning_sdk.console.sections import BY_KEY, LATER, SOON, Section, kinds_in
from dunning_sdk.debtors.waiting import entries_of, page_for
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.financed import fold_financing
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.thread import Entry
from dunning_sdk.look.parts import Link
from dunning_sdk.look.tongue import tongue_of
from dunning_sdk.look.visit import Visit
from dunning_sdk.store.interface import ReviewItem, Session
from dunning_sdk.store.reading import After
from dunning_sdk.store.standing import NEVER, Standing, StopRow

_TEXT_MAX: Final = 90
_NAMED: Final = frozenset({"step", "channel"})
_UNSAID: Final = frozenset({"act", "debtor", "currency", "amount_minor", "limit_minor", "entry"})


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
        text: The beginning of what somebody wrote; empty where it is none of that.
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
    text: str = ""
    lines: tuple[str, ...] = ()
    forms: tuple[OneForm, ...] = field(default=())


def items_in(
    session: Session, visit: Visit, section: Section, after: After, rows: int
) -> tuple[list[Item], Sequence[After]]:
    """Return a page of a matter, and the marks of its rows and of one more if there is one.

    Args:
        session: Open transaction; only read from.
        visit: Who looks, and on which day.
        section: The matter.
        after: Mark of the row to go on after; empty for the first page.
        rows: Of the page.
    """
    if section.key == "mine":
        return _mine(session, visit, after, rows)
    if section.key == "financings":
        return _financings(session, visit, after, rows)
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


def _mine(
    session: Session, visit: Visit, after: After, rows: int
) -> tuple[list[Item], Sequence[After]]:
    """Return what waits in threads for whoever looks."""
    found = page_for(session, visit.user.name, on=visit.as_of, after=after, limit=rows + 1)
    names = names_of(session, (one.debtor_id for _, one in found))
    items = []
    for _, one in found[:rows]:
        entry, href = one.entry, visit.to(f"/debtors/{quote(one.debtor_id)}")
        items.append(
            Item(
                title=Link(text=names[one.debtor_id], href=f"{href}#{entry.id}"),
                kind=said(visit, "entry", entry.kind),
                who=to_receivable(visit, entry.receivable_id) if entry.receivable_id else None,
                since=entry.on,
                until=entry.due_on,
                text=shortened(entry.text),
                lines=tuple(_words(entry)),
                forms=tuple(forms_about_entry(visit, one.debtor_id, entry)),
            )
        )
    return items, [mark for mark, _ in found]


def _financings(
    session: Session, visit: Visit, after: After, rows: int
) -> tuple[list[Item], Sequence[After]]:
    """Return the questions that follow from financings."""
    asked = session.derived(on=visit.as_of, after=after, limit=rows + 1)
    shown = asked[:rows]
    streams = session.events_of("financing", {item.subject for item in shown})
    known = (fold_financing(stream) for stream in streams.values())
    receivables = {one.id: one.receivable_id for one in known if one is not None}
    standings = session.standings_of(id for id in receivables.values() if id)
    names = names_of(session, (one.debtor_id for one in standings.values()))
    items = []
    for item in shown:
        standing = standings.get(receivables.get(item.subject, ""))
        items.append(
            Item(
                title=to_receivable(visit, standing.id, standing.invoice_number)
                if standing
                else Link(text=item.subject, href=""),
                kind=said(visit, "question", item.kind),
                who=to_debtor(visit, standing.debtor_id, names[standing.debtor_id])
                if standing
                else None,
                since=item.opened_on,
                until=item.ask_on,
                amount=_amount(visit, item, None),
                forms=tuple(forms_about(visit, item)),
            )
        )
    return items, [(item.opened_on.isoformat(), item.id) for item in asked]


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
                    f"{visit.words.say('detail_owner')}: {one.owner}" if one.owner else "",
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
    entries = entries_of(
        session, {(item.subject, _entry_in(item)) for item in found if _entry_in(item)}
    )
    for item in found:
        debtor_id, standing = debtors[item.id], standings.get(item.subject)
        party, entry = parties.get(debtor_id, {}), entries.get((item.subject, _entry_in(item)))
        yield Item(
            title=_title(visit, item, standing, debtor_id),
            kind=said(visit, "question", item.kind),
            who=to_debtor(visit, debtor_id, str(party.get("name") or debtor_id))
            if debtor_id
            else None,
            phone=_phone(party) if section.key == "calls" else "",
            since=item.opened_on,
            until=item.ask_on,
            amount=_amount(visit, item, standing),
            lines=(*(_words(entry) if entry else ()), *_lines(visit, item)),
            forms=tuple(forms_about(visit, item)) if visit.may(section.needs) else (),
        )


def _debtor_of(item: ReviewItem, standings: Mapping[str, Standing]) -> str:
    """Return whom a question is about, as far as it says so."""
    if item.subject in standings:
        return standings[item.subject].debtor_id
    named = item.detail.get("debtor")
    by_subject = item.kind in BY_KEY["limits"].kinds + BY_KEY["replies"].kinds + ("task-due",)
    return str(named) if named else (item.subject if by_subject else "")


def _amount(visit: Visit, item: ReviewItem, standing: Standing | None) -> Money | None:
    minor = item.detail.get("amount_minor", item.detail.get("limit_minor"))
    if isinstance(minor, int):
        return Money(minor, str(item.detail.get("currency") or visit.engine.config.currency))
    return Money(standing.open_minor, standing.currency) if standing else None


def _title(visit: Visit, item: ReviewItem, standing: Standing | None, debtor_id: str) -> Link:
    """Return the link to what a question is about; to its place in a thread where it is one."""
    if standing is not None:
        return to_receivable(visit, item.subject, standing.invoice_number)
    if item.subject != debtor_id:
        return Link(text=item.subject, href="")
    place = f"#{_entry_in(item)}" if _entry_in(item) else ""
    return Link(text=item.subject, href=to_debtor(visit, debtor_id).href + place)


def _entry_in(item: ReviewItem) -> str:
    return str(item.detail.get("entry") or "")


def _words(entry: Entry) -> Iterator[str]:
    """Yield what was written, and by whom."""
    yield from (part for part in (entry.text, entry.by or entry.who) if part)


def shortened(text: str) -> str:
    r"""Return the beginning of a text, in one line.

    >>> shortened("one\ntwo"), len(shortened("word " * 99))
    ('one two', 90)
    """
    line = " ".join(text.split())
    return line if len(line) <= _TEXT_MAX else f"{line[: _TEXT_MAX - 1]}\N{HORIZONTAL ELLIPSIS}"


def _lines(visit: Visit, item: ReviewItem) -> Iterator[str]:
    """Yield what else a question says; ids of acts say nothing to a reader."""
    for name, value in item.detail.items():
        if name not in _UNSAID and value not in (None, "", []):
            plain = name.removesuffix("_minor")
            yield f"{said(visit, 'detail', plain)}: {_shown(visit, item, name, value)}"


def _shown(visit: Visit, item: ReviewItem, name: str, value: JsonValue) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if name in _NAMED:
        return said(visit, name, str(value))
    if name.endswith("_minor") and isinstance(value, int):
        currency = str(item.detail.get("currency") or visit.engine.config.currency)
        return tongue_of(visit.choice.language).money(Money(value, currency))
    return str(value)


def _phone(party: Mapping[str, object]) -> str:
    contacts = party.get("contacts")
    found = (
        [one.get("phone") for one in contacts if isinstance(one, dict)]
        if isinstance(contacts, list)
        else []
    )
    return str(next((phone for phone in found if phone), ""))
