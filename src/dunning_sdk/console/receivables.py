"""The list of receivables, and the page of one: why, why not, what comes next and when.

Decides what is shown of an explanation; what it says is the engine's. The list is searched by the
beginning of an invoice number or by a debtor's id, since names are sealed.
"""

from collections.abc import Mapping, Sequence
from typing import Final

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
from dunning_sdk.console.sections import waiting_now
from dunning_sdk.console.telling import calendar_of, moments_of, reasons_of
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.evidence.explanation import Explanation
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.parts import Badge, Cell, Table
from dunning_sdk.look.visit import Visit
from dunning_sdk.rules.vocabulary import Language
from dunning_sdk.store.interface import Session
from dunning_sdk.store.reading import Wanted
from dunning_sdk.store.standing import Standing


def _list(visit: Visit) -> Response:
    query, show = visit.query.get("q", "").strip(), visit.query.get("show", "open")
    after = after_of(visit, 2)
    with visit.engine.store.reading() as session:
        found = _found(session, visit, query, show, after)
        names = names_of(session, (one.debtor_id for one in found))
    table = standings_table(visit, found[:ROWS], names)
    by_number = bool(query) and bool(found) and found[0].debtor_id != query
    page = paged(
        visit,
        table,
        found,
        lambda one: (one.invoice_number if by_number else one.due_on.isoformat(), one.id),
    )
    return visit.page("console/receivables.html", page=page, q=query, show=show)


def _found(
    session: Session, visit: Visit, query: str, show: str, after: tuple[str, ...]
) -> Sequence[Standing]:
    """Return the rows asked for: by invoice number, else by debtor, else by due date."""
    due_before = visit.as_of if show == "overdue" else None
    is_open = show != "all"
    wanted = Wanted(begins=query, is_open=is_open, due_before=due_before)
    found = session.standings(wanted, after=after, limit=ROWS + 1)
    if found or not query:
        return found
    wanted = Wanted(debtor_id=query, is_open=is_open, due_before=due_before)
    return session.standings(wanted, after=after, limit=ROWS + 1)


def standings_table(
    visit: Visit,
    found: Sequence[Standing],
    names: Mapping[str, str] | None = None,
    *,
    id: str = "list",
) -> Table:
    """Return receivables as a table; without names for the page of one debtor."""
    columns = [
        column(visit, "invoice"),
        *([column(visit, "debtor")] if names is not None else []),
        column(visit, "due_on", kind="date"),
        column(visit, "days_late", kind="number", is_minor=True),
        column(visit, "open", kind="money"),
        column(visit, "step", is_minor=True),
    ]

    def cells(one: Standing) -> list[Cell]:
        late = (visit.as_of - one.due_on).days
        his: list[Cell] = (
            [to_debtor(visit, one.debtor_id, names[one.debtor_id])] if names is not None else []
        )
        return [
            to_receivable(visit, one.id, one.invoice_number),
            *his,
            one.due_on,
            late if late > 0 and one.settled_on is None else None,
            Money(one.open_minor, one.currency),
            said(visit, "step", one.step) if one.step else None,
        ]

    return Table(
        id=id,
        caption=visit.words.say("receivables"),
        columns=columns,
        rows=[cells(one) for one in found],
    )


def _page(visit: Visit) -> Response:
    id = visit.path("id")
    with visit.engine.store.reading() as session:
        state = session.receivable(id).receivable
        name = names_of(session, [state.debtor_id])[state.debtor_id]
        questions = waiting_now(session.reviews_about(id), visit.as_of)
    found = visit.engine.explain(id, as_of=visit.as_of, language=tongue(visit))
    return visit.page(
        "console/receivable.html",
        state=state,
        found=found,
        debtor=to_debtor(visit, state.debtor_id, name),
        badge=_badge(visit, state),
        facts=_facts(visit, state, found),
        reasons=reasons_of(visit, found),
        calendar=calendar_of(visit, found),
        moments=moments_of(visit, state),
        questions=questions,
        forms=forms_for(visit, "receivable", state=state),
        said_of=lambda group, key: said(visit, group, key),
    )


def _badge(visit: Visit, state: Receivable) -> Badge:
    if not state.open_amount.minor:
        return Badge(text=visit.words.say("state_settled"), tone="good")
    stops = state.stops_on(visit.as_of)
    if stops:
        return Badge(text=said(visit, "stop", stops[-1].reason.value), tone="info")
    if state.due_on < visit.as_of:
        return Badge(text=visit.words.say("state_overdue"), tone="bad")
    return Badge(text=visit.words.say("state_open"), tone="plain")


def _facts(visit: Visit, state: Receivable, found: Explanation) -> list[tuple[str, Cell]]:
    word = visit.words.say
    rows: list[tuple[str, Cell]] = [
        (word("col_open"), state.open_amount),
        (word("col_amount"), state.amount),
        (word("col_issued_on"), state.issued_on),
        (word("col_due_on"), state.due_on),
        (word("fact_chaser"), said(visit, "actor", found.chaser) if found.chaser else None),
        (word("fact_payee"), said(visit, "actor", state.payee)),
        (word("fact_channel"), state.channel or word("as_the_book_says")),
        (word("fact_reminders"), word("switched_on" if state.reminders else "switched_off")),
        (word("fact_book"), found.book or None),
    ]
    if state.charges_open.minor:
        rows.insert(1, (word("fact_charges"), state.charges_open))
    return rows


def tongue(visit: Visit) -> Language:
    """Return the language an explanation is given in: those it has, else English."""
    return "fr" if visit.choice.language == "fr" else "en"


PAGES: Final = (
    Page(path="/receivables", handler=_list, needs=Right.LOOK),
    Page(path="/receivables/{id:path}", handler=_page, needs=Right.LOOK),
)
