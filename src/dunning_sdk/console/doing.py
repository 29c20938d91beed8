"""What people do on pages: record, answer a question, settle a payment that waits for a person.

Decides which verb of the engine a form calls, on the tenant's day, and where the page goes next.
Who may do it is in the routes, and again for each kind of record.
"""

from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from dunning_sdk.access.role import Right
from dunning_sdk.console.acts import BY_KIND, Act
from dunning_sdk.console.forms import day_in, values_of
from dunning_sdk.errors import DomainError, ForbiddenError, nearest_names
from dunning_sdk.look.choosing import own_path
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.visit import Visit
from dunning_sdk.records.entry import Record

_ANSWER_MAX: Final = 400


def _record(visit: Visit) -> Response:
    """Record what somebody knows about a receivable or a debtor."""
    form = visit.form
    act, subject = _act(form.get("kind")), form.get("subject")
    if not visit.may(act.needs):
        message = f"Recording {act.kind} needs the right to {act.needs}"
        raise ForbiddenError(message, hint="Ask an admin of this tenant.")
    values = values_of(visit, act, form, currency=_currency(visit, form.get("currency")))
    on = day_in(form.get("on"), "on") if form.get("on") else visit.as_of
    visit.engine.record(Record(kind=act.kind, on=on, subject=subject, values=values))
    return _back(visit, said="recorded")


def _answer(visit: Visit) -> Response:
    """Answer a question."""
    form = visit.form
    answer = form.get("answer")
    if len(answer) > _ANSWER_MAX:
        raise DomainError("The answer is too long", hint=f"At most {_ANSWER_MAX} characters.")
    subject = form.get("review")
    entry = Record(kind="answer", on=visit.as_of, subject=subject, values={"answer": answer})
    visit.engine.record(entry)
    return _back(visit, said="answered")


def _match(visit: Visit) -> Response:
    """Confirm whom a payment is for, or reject every candidate."""
    form = visit.form
    if form.get("answer") == "reject":
        visit.engine.reject_match(form.get("review"), on=visit.as_of)
        return _back(visit, said="rejected")
    visit.engine.confirm_match(
        form.get("review"), on=visit.as_of, receivable=form.get("receivable")
    )
    return _back(visit, said="confirmed")


def _back(visit: Visit, *, said: str) -> Response:
    """Go back to the page the form stood on, which says what was done."""
    home = visit.to("/")
    target = own_path(visit.form.get("back"), otherwise=home).partition("?")[0]
    own = target.removeprefix(home.rstrip("/")) if target.startswith(home) else "/"
    return visit.go(quote(own), said=said)


def _act(kind: str) -> Act:
    if kind not in BY_KIND:
        near = nearest_names(kind, BY_KIND, limit=1)
        hint = f"Did you mean {near[0]}?" if near else "Choose a form of the page."
        raise DomainError("There is no such form", hint=hint)
    return BY_KIND[kind]


def _currency(visit: Visit, asked: str) -> str:
    return asked or visit.engine.config.currency


PAGES: Final = (
    Page(path="/record", handler=_record, needs=Right.WORK, method="POST"),
    Page(path="/answer", handler=_answer, needs=Right.WORK, method="POST"),
    Page(path="/match", handler=_match, needs=Right.WORK, method="POST"),
)
