"""Proposals: looked at line by line, approved act by act or all together, and executed.

Decides what is shown of each line and which verb of the engine a button calls. The lines come
from the store a page at a time; the proposal itself is opened only to act on it.
"""

from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from dunning_sdk.access.role import Right
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
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DomainError, RecordNotFoundError
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.parts import Badge, Cell, Link, Table
from dunning_sdk.look.visit import Visit
from dunning_sdk.records.mailbag import kept_message, mapping_of
from dunning_sdk.store.interface import Session
from dunning_sdk.store.reading import ProposalHead, ProposedAct

_SHOWN: Final = {
    "approve": ("act", "financing"),
    "all": ("act", "financing"),
    "others": ("expected",),
}


def _list(visit: Visit) -> Response:
    before = visit.query.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else 0
    with visit.engine.store.reading() as session:
        heads = session.proposals(before=place, limit=ROWS + 1)
    table = Table(
        id="list",
        caption=visit.words.say("proposals"),
        columns=[
            column(visit, "proposal"),
            column(visit, "as_of", kind="date"),
            column(visit, "approved", kind="number"),
            column(visit, "state"),
        ],
        rows=[
            (
                Link(text=head.id, href=visit.to(f"/proposals/{head.id}")),
                head.as_of,
                len(head.approved),
                _state(visit, head),
            )
            for head in heads[:ROWS]
        ],
        empty=visit.words.say("proposals_none"),
    )
    more = f"?before={heads[ROWS - 1].place}" if len(heads) > ROWS else ""
    return visit.page("console/proposals.html", table=table, more=more)


def _state(visit: Visit, head: ProposalHead) -> Badge:
    word = visit.words.say
    if head.executed:
        return Badge(text=word("proposal_executed"), tone="good")
    if head.as_of != visit.as_of:
        return Badge(text=word("proposal_over"), tone="plain")
    return Badge(text=word("proposal_waits"), tone="info")


def _propose(visit: Visit) -> Response:
    """Propose for today; nothing leaves."""
    made = visit.engine.propose(as_of=visit.as_of, full=visit.form.get("full") == "yes")
    return visit.go(f"/proposals/{made.id}", said="proposed")


def _page(visit: Visit) -> Response:
    show = visit.query.get("show", "all")
    show = show if show in _SHOWN else "all"
    mark = after_of(visit, 1)
    after = int(mark[0]) if mark and mark[0].isascii() and mark[0].isdigit() else 0
    with visit.engine.store.reading() as session:
        head = _head(session, visit.path("id"))
        found = session.proposed(
            head.id,
            kinds=_SHOWN[show],
            after=after,
            limit=ROWS + 1,
            to_approve=show == "approve",
        )
        counts = session.proposed_counts(head.id)
        names = names_of(session, (one.debtor_id for one in found))
    waiting = sum(count for (kind, needs), count in counts.items() if needs and kind != "expected")
    table = Table(id="lines", caption=visit.words.say("acts"), columns=(), rows=())
    return visit.page(
        "console/proposal.html",
        head=head,
        badge=_state(visit, head),
        is_today=head.as_of == visit.as_of and not head.executed,
        counts={kind: _count(counts, kind) for kind in ("act", "expected", "financing")},
        waiting=max(waiting - len(head.approved), 0),
        lines=[_line(visit, one, head, names[one.debtor_id]) for one in found[:ROWS]],
        page=paged(visit, table, found, lambda one: (str(one.place),)),
        show=show,
    )


def _count(counts: object, kind: str) -> int:
    found = counts if isinstance(counts, dict) else {}
    return sum(count for (one, _), count in found.items() if one == kind)


def _line(visit: Visit, one: ProposedAct, head: ProposalHead, name: str) -> dict[str, Cell]:
    word = visit.words.say
    about: Cell = one.subject if one.kind == "financing" else to_receivable(visit, one.subject)
    if one.act_id in head.approved:
        state = Badge(text=word("act_approved"), tone="good")
    elif one.needs_approval:
        state = Badge(text=word("act_needs_approval"), tone="warn")
    elif one.kind == "expected":
        state = Badge(
            text=word("act_expected_of", actor=said(visit, "actor", one.actor)), tone="plain"
        )
    else:
        state = Badge(text=word("act_ready"), tone="info")
    return {
        "id": one.act_id,
        "about": about,
        "who": to_debtor(visit, one.debtor_id, name),
        "step": said(visit, "step", one.step),
        "legal": word("has_legal_effect") if one.legal_effect else "",
        "channel": said(visit, "channel", one.channel) if one.channel else None,
        "amount": Money(one.minor, one.currency) if one.currency else None,
        "state": state,
        "waits": "yes" if one.needs_approval and one.act_id not in head.approved else "",
        "notice": visit.to(f"/notices/{quote(one.notice_id)}") if one.notice_id else "",
    }


def _head(session: Session, key: str) -> ProposalHead:
    """Return a proposal without what it holds.

    Raises:
        RecordNotFoundError: There is none of that id.
    """
    for head in session.proposals(id=key):
        return head
    raise RecordNotFoundError("There is no such proposal", hint="Look at the list of proposals.")


def _approve(visit: Visit) -> Response:
    """Approve the acts that were ticked, or all that need it."""
    id = visit.path("id")
    chosen = visit.form.lists.get("act", ())
    if not chosen and visit.form.get("all") != "yes":
        raise DomainError("No act was chosen", hint="Tick those to approve, or approve all.")
    visit.engine.approve(id, chosen, by=visit.user.name)
    return visit.go(f"/proposals/{id}", said="approved", show=visit.form.get("show") or "all")


def _execute(visit: Visit) -> Response:
    """Do what is approved or needs no approval, and say what became of it."""
    report = visit.engine.execute(visit.path("id"))
    outcome = report.as_json()
    return visit.page("console/report.html", report=outcome, id=visit.path("id"), done=report)


def _notice(visit: Visit) -> Response:
    """Show the message of a notice as it leaves, its text alone."""
    id = visit.path("id")
    with visit.engine.store.reading() as session:
        record = session.record("notice", id)
        kept = [mapping_of(one) for one in mapping_of((record or {}).get("messages")).values()]
        if not kept:
            raise RecordNotFoundError("There is no such notice", hint="Its debtor may be erased.")
        messages = [kept_message(session, data) for data in kept]
    return visit.page("console/notice.html", messages=messages, id=id)


PAGES: Final = (
    Page(path="/proposals", handler=_list, needs=Right.LOOK),
    Page(path="/proposals", handler=_propose, needs=Right.WORK, method="POST"),
    Page(path="/proposals/{id}", handler=_page, needs=Right.LOOK),
    Page(path="/proposals/{id}/approve", handler=_approve, needs=Right.APPROVE, method="POST"),
    Page(path="/proposals/{id}/execute", handler=_execute, needs=Right.APPROVE, method="POST"),
    Page(path="/notices/{id}", handler=_notice, needs=Right.LOOK),
)
