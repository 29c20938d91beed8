"""The debtors who owe, and the page of one: balance, receivables, thread, and forms.

Decides what is shown of a debtor; his name and contacts are unsealed for his page alone. The
thread is a part of the page that is fetched again as soon as somebody wrote, where scripts run.
"""

from datetime import timedelta
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from dunning_sdk.access.role import Right
from dunning_sdk.console.forms import forms_for
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
from dunning_sdk.console.receivables import standings_table
from dunning_sdk.debtors.thread_view import known_thread
from dunning_sdk.domain.event import Stream
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.thread import Entry
from dunning_sdk.evidence.statement import AGES
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.parts import Cell, Moment, Table
from dunning_sdk.look.visit import Visit
from dunning_sdk.notices.press import has_press
from dunning_sdk.records.codec import from_json
from dunning_sdk.store.reading import DebtorSum, Wanted

THREAD_MAX: Final = 60
"""Most entries of a thread that its page shows; the command line prints all."""


def _list(visit: Visit) -> Response:
    by_sum = visit.query.get("sort", "overdue") == "overdue"
    with visit.engine.store.reading() as session:
        found = (
            session.most_overdue(on=visit.as_of, limit=ROWS)
            if by_sum
            else session.debtors(on=visit.as_of, after=after_of(visit, 2), limit=ROWS + 1)
        )
        names = names_of(session, (one.debtor_id for one in found))
    table = Table(
        id="list",
        caption=visit.words.say("debtors"),
        columns=[
            column(visit, "debtor"),
            column(visit, "open", kind="money"),
            column(visit, "overdue", kind="money"),
            column(visit, "count", kind="number", is_minor=True),
            column(visit, "oldest_due_on", kind="date", is_minor=True),
        ],
        rows=[
            (
                to_debtor(visit, one.debtor_id, names[one.debtor_id]),
                Money(one.open_minor, one.currency),
                Money(one.overdue_minor, one.currency),
                one.count,
                one.oldest_due_on,
            )
            for one in found[:ROWS]
        ],
    )
    page = paged(visit, table, () if by_sum else found, _mark)
    return visit.page("console/debtors.html", page=page, by_sum=by_sum)


def _mark(one: DebtorSum) -> tuple[str, str]:
    return one.debtor_id, one.currency


def _page(visit: Visit) -> Response:
    id = visit.path("id")
    with visit.engine.store.reading() as session:
        thread = known_thread(session, id, as_of=visit.as_of)
        debtor_id = thread.debtor_id
        stream = _stream(debtor_id)
        shown = session.last_seqs([stream]).get(stream, 0)
        stored = session.record("party", debtor_id)
        bounds = [visit.as_of - timedelta(days=age - 1) for age in reversed(AGES)]
        aged = session.open_sums("due_on", bounds, debtor_id=debtor_id)
        sums = session.debtor_sums(debtor_id, on=visit.as_of)
        wanted = Wanted(debtor_id=debtor_id, is_open=visit.query.get("show") != "all")
        found = session.standings(wanted, after=after_of(visit, 2), limit=ROWS + 1)
    party = from_json(Party, stored) if stored else Party(id=debtor_id, name=debtor_id)
    table = standings_table(visit, found[:ROWS])
    return visit.page(
        "console/debtor.html",
        party=party,
        sums=sums,
        facts=_facts(visit, party, thread.owner),
        balance=_balance(visit, {(one.currency, one.place): one.minor for one in aged}),
        page=paged(visit, table, found, lambda one: (one.due_on.isoformat(), one.id)),
        thread=moments(visit, thread.entries),
        news=visit.to(f"/news/{quote(debtor_id)}", after=str(shown)),
        forms=forms_for(visit, "debtor"),
        shows_all=not wanted.is_open,
        has_pdf=has_press(),
    )


def _thread(visit: Visit) -> Response:
    """Return the thread alone, which the debtor's page fetches again."""
    with visit.engine.store.reading() as session:
        thread = known_thread(session, visit.path("id"), as_of=visit.as_of)
    return visit.page("console/thread.html", thread=moments(visit, thread.entries))


def _news(visit: Visit) -> Response:
    """Tell the debtor's page when its thread grows."""
    with visit.engine.store.reading() as session:
        thread = known_thread(session, visit.path("id"), as_of=visit.as_of)
    return visit.tell(_stream(thread.debtor_id))


def _stream(debtor_id: str) -> Stream:
    return Stream(kind="debtor", id=debtor_id)


def _facts(visit: Visit, party: Party, owner: str) -> list[tuple[str, Cell]]:
    word = visit.words.say
    facts: list[tuple[str, Cell]] = [
        (word("fact_debtor_id"), party.id),
        (word("fact_owner"), owner or None),
    ]
    known = {"country": party.country, "registration": party.registration}
    known["language"] = said(visit, "language", party.language) if party.language else ""
    facts += [(word(f"fact_{name}"), value) for name, value in known.items() if value]
    for contact in party.contacts:
        reach = " · ".join(part for part in (contact.name, contact.email, contact.phone) if part)
        facts.append((said(visit, "contact", contact.role), reach))
    return facts


def _balance(visit: Visit, minors: dict[tuple[str, int], int]) -> Table:
    """Return what is owed by currency and age: places count from the oldest."""
    currencies = sorted({currency for currency, _ in minors})
    return Table(
        id="balance",
        caption=visit.words.say("aged_balance"),
        columns=[
            column(visit, "currency"),
            column(visit, "not_due", kind="money"),
            *(column(visit, f"age_{age}", kind="money") for age in AGES),
        ],
        rows=[
            (
                currency,
                *(
                    Money(minors.get((currency, place), 0), currency)
                    for place in range(len(AGES), -1, -1)
                ),
            )
            for currency in currencies
        ],
        empty=visit.words.say("nothing_owed"),
    )


def moments(visit: Visit, entries: tuple[Entry, ...]) -> list[Moment]:
    """Return the entries of a thread, the latest first."""
    return [_moment(visit, entry) for entry in entries[-THREAD_MAX:][::-1]]


def _moment(visit: Visit, entry: Entry) -> Moment:
    word = visit.words.say
    about = " ".join(part for part in (entry.by, f"→ {entry.who}" if entry.who else "") if part)
    text = word("erased") if entry.is_erased else entry.text
    outcome = said(visit, "call", entry.outcome) if entry.kind == "call" else entry.outcome
    parts = (text, outcome, *(file.name for file in entry.files))
    title = " · ".join(part for part in (said(visit, "entry", entry.kind), about) if part)
    links = [to_receivable(visit, entry.receivable_id)] if entry.receivable_id else []
    return Moment(
        on=entry.on,
        title=f"{title} ({entry.id})" if entry.is_open else title,
        text=" — ".join(part for part in parts if part),
        tone="warn" if entry.is_open else "plain",
        links=links,
        id=entry.id,
    )


PAGES: Final = (
    Page(path="/debtors", handler=_list, needs=Right.LOOK),
    Page(path="/debtors/{id:path}", handler=_page, needs=Right.LOOK),
    Page(path="/thread/{id:path}", handler=_thread, needs=Right.LOOK, is_by_itself=True),
    Page(path="/news/{id:path}", handler=_news, needs=Right.LOOK, is_by_itself=True),
)
