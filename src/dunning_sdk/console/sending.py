"""The form by which one invoice is sent for: channel and contact filled in, and the reminder box.

Decides that what the form changes is recorded before anything leaves, and that what leaves is the
notice due that day, by the rules: a person may ask for it now, not for another text.
"""

from typing import Any, Final
from urllib.parse import quote

from starlette.responses import Response

from dunning_sdk.access.role import Right
from dunning_sdk.console.listing import names_of, said
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.engine.sending import due_now, send_now
from dunning_sdk.errors import ForbiddenError
from dunning_sdk.look.entrance import Page
from dunning_sdk.look.parts import Field
from dunning_sdk.look.visit import Visit
from dunning_sdk.records.codec import from_json
from dunning_sdk.records.entry import Record

_CONTACT: Final = ("name", "email", "phone")


def _form(visit: Visit) -> Response:
    state, party = _known(visit)
    contact = party.contact() or Contact()
    with visit.engine.store.reading() as session:
        name = names_of(session, [state.debtor_id])[state.debtor_id]
    return visit.page(
        "console/send.html",
        state=state,
        debtor=name,
        fields=_fields(visit, state, contact),
        asked=visit.words.say("remind_the_client"),
    )


def _send(visit: Visit) -> Response:
    """Record what the form changed; with ``send`` also send what is due."""
    state, party = _known(visit)
    for entry in _changes(visit, state, party):
        visit.engine.record(entry)
    target = f"/receivables/{quote(state.id)}"
    if visit.form.get("do") != "send":
        return visit.go(target, said="saved")
    if not visit.may(Right.APPROVE):
        proposal, act = due_now(visit.engine, state.id, as_of=visit.as_of)
        if not proposal.is_ready(act):
            message = f"The step {act.step_id} needs an approval"
            raise ForbiddenError(message, hint="Ask a manager to approve it among the proposals.")
    report = send_now(visit.engine, state.id, as_of=visit.as_of, by=visit.user.name)
    return visit.go(target, said=_outcome(report.as_json()))


def _outcome(report: dict[str, Any]) -> str:
    """Return the word for what became of a notice."""
    for name in ("sent", "handed", "asked", "deferred", "failed", "uncertain", "cancelled"):
        if report.get(name):
            return f"notice_{name}"
    return "notice_cancelled"


def _known(visit: Visit) -> tuple[Receivable, Party]:
    with visit.engine.store.reading() as session:
        state = session.receivable(visit.path("id")).receivable
        stored = session.record("party", state.debtor_id)
    known = from_json(Party, stored) if stored else Party(id=state.debtor_id, name="")
    return state, known


def _changes(visit: Visit, state: Receivable, party: Party) -> list[Record]:
    """Return what the form says otherwise than is known."""
    form, on = visit.form, visit.as_of
    changes = []
    contact = party.contact() or Contact()
    given = {name: form.get(name) for name in _CONTACT}
    if given != {name: getattr(contact, name) for name in _CONTACT} and any(given.values()):
        values = {"role": contact.role, **{key: text for key, text in given.items() if text}}
        changes.append(Record(kind="contact", on=on, subject=state.debtor_id, values=values))
    channel = form.get("channel")
    if channel and channel != state.channel:
        values = {"channel": channel}
        changes.append(Record(kind="channel", on=on, subject=state.id, values=values))
    wanted = form.get("reminders") == "yes"
    if wanted is not state.reminders:
        values_of: dict[str, Any] = {"reminders": wanted}
        changes.append(Record(kind="reminders", on=on, subject=state.id, values=values_of))
    return changes


def _fields(visit: Visit, state: Receivable, contact: Contact) -> list[Field]:
    word = visit.words.say
    channels = [("", word("as_the_book_says"))]
    channels += [
        (name, said(visit, "channel", name)) for name in sorted(visit.engine.config.channels)
    ]
    if state.channel and state.channel not in dict(channels):
        channels.append((state.channel, said(visit, "channel", state.channel)))
    texts = [
        Field(
            name=name,
            label=word(f"field_{name}"),
            value=str(getattr(contact, name)),
            kind={"email": "email", "phone": "tel"}.get(name, "text"),
            is_required=False,
            attributes={"maxlength": "200"},
        )
        for name in _CONTACT
    ]
    return [
        Field(
            name="channel",
            label=word("field_channel"),
            value=state.channel,
            kind="select",
            choices=channels,
            is_required=False,
        ),
        *texts,
        Field(
            name="reminders",
            label=word("remind_the_client"),
            value="yes" if state.reminders else "",
            kind="checkbox",
            is_required=False,
        ),
    ]


PAGES: Final = (
    Page(path="/send/{id:path}", handler=_form, needs=Right.SEND),
    Page(path="/send/{id:path}", handler=_send, needs=Right.SEND, method="POST"),
)
