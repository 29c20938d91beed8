"""The answers a question may get, as the forms beside it.

Decides which answers are offered for which kind of question; an answer the engine does not take is
refused by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from dunning_sdk.access.role import Right
from dunning_sdk.console.acts import BY_KIND
from dunning_sdk.console.forms import form_of
from dunning_sdk.debtors.stopping import ASK, OUTCOMES, QUESTIONS
from dunning_sdk.debtors.thread_records import REPLY_UNREAD, TASK_DUE
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.stop import Outcome, StopReason
from dunning_sdk.domain.thread import Entry, handles
from dunning_sdk.financing.lending import RAISE
from dunning_sdk.look.parts import Field, Tone
from dunning_sdk.look.visit import Visit
from dunning_sdk.money.cash_event import UNALLOCATED, UNSURE
from dunning_sdk.store.interface import ReviewItem
from dunning_sdk.store.standing import StopRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button of a form; its value goes under the form's ``choice``."""

    value: str
    text: str
    tone: Tone | str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneForm:
    """One form beside a question.

    Attributes:
        action: Path it is posted to, below the tenant.
        values: What goes with it unseen.
        fields: What is asked for.
        choice: Name that the pressed button's value goes under; empty for a plain button.
        buttons: In their order.
    """

    action: str
    values: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    choice: str = ""
    buttons: tuple[Button, ...] = ()


_ABOUT_ACTS: Final = ("done", "retry", "skip")
_DAY_ASKED: Final = (ASK, QUESTIONS[StopReason.CREDIT_DUE])
RECORDED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "letter-to-post": ("posting",),
        "pay-out-late": ("paid-out",),
        "financing-held": ("change-dropped", "confirmation-cancelled"),
        "refund-asked": ("refunded", "refund-declined"),
        "advance-due": ("advance-repaid",),
        "payment-misdirected": ("passed-on",),
        "remittance-due": ("remitted",),
    }
)
"""Questions that are answered by recording what happened: kinds of record by kind of question."""
_TONES: Final[Mapping[str, str]] = MappingProxyType(
    {"done": "main", "skip": "bad", "confirm": "main", "broken": "bad", "rejected": "bad"}
)


def forms_about(visit: Visit, about: ReviewItem | StopRow) -> Iterator[OneForm]:
    """Yield the forms that answer a question, or end a stop; none for who may only look."""
    if not visit.may(Right.WORK):
        return
    if isinstance(about, StopRow):
        yield _lift(visit, about.receivable_id, about.id, StopReason(about.reason))
    elif about.kind in (UNSURE, UNALLOCATED):
        yield from _matches(visit, about)
    elif about.kind == RAISE:
        yield from _limit(visit, about)
    elif about.kind == REPLY_UNREAD:
        yield _read(visit, about.subject, str(about.detail.get("entry", "")))
    elif about.kind == TASK_DUE:
        yield _done(visit, about.subject, str(about.detail.get("entry", "")))
    elif about.kind in RECORDED:
        for kind in RECORDED[about.kind]:
            yield _recorded(visit, kind, about.subject, {})
    else:
        yield from _answers(visit, about)


def forms_about_entry(visit: Visit, debtor_id: str, entry: Entry) -> Iterator[OneForm]:
    """Yield the forms by which somebody is done with an entry that waits for him.

    A mention is answered in the thread: what he writes there ends the waiting.
    """
    if not visit.may(Right.WORK):
        return
    if entry.kind == "task" and handles(entry.who) & handles(visit.user.name):
        yield _done(visit, debtor_id, entry.id)
    elif entry.kind == "reply":
        yield _read(visit, debtor_id, entry.id)
    else:
        subject = entry.receivable_id or debtor_id
        word = visit.words.say
        form = _recorded(visit, "comment", subject, {})
        button = replace(form.buttons[0], text=word("answer_there"))
        (text,) = form.fields
        answer = replace(text, label=word("your_answer"))
        yield replace(form, fields=(answer,), buttons=(button,))


def _read(visit: Visit, debtor_id: str, reply: str) -> OneForm:
    return _recorded(visit, "reply-read", debtor_id, {"reply": reply})


def _done(visit: Visit, debtor_id: str, task: str) -> OneForm:
    return _recorded(visit, "task-done", debtor_id, {"task": task})


def _answers(visit: Visit, item: ReviewItem) -> Iterator[OneForm]:
    word = visit.words.say
    values = {"review": item.id}
    if item.kind in _DAY_ASKED:
        later = Field(name="answer", label=word("ask_again"), kind="date")
        button = Button(value="", text=word("ask_later"))
        yield OneForm(action="/answer", values=values, fields=(later,), buttons=(button,))
    elif "act" in item.detail:
        buttons = _buttons(visit, "answer", _ABOUT_ACTS)
        yield OneForm(action="/answer", values=values, choice="answer", buttons=buttons)
    else:
        words = Field(name="answer", label=word("your_answer"), attributes={"maxlength": "400"})
        button = Button(value="", text=word("close_question"))
        yield OneForm(action="/answer", values=values, fields=(words,), buttons=(button,))
    stop = item.detail.get("stop")
    if isinstance(stop, str):
        reason = next((one for one in StopReason if stop.startswith(one.value)), StopReason.BLOCKED)
        yield _lift(visit, item.subject, stop, reason)


def _lift(visit: Visit, receivable_id: str, stop: str, reason: StopReason) -> OneForm:
    """Return the form that ends a stop, with the outcomes its kind may have."""
    outcomes = OUTCOMES.get(reason, (Outcome.SETTLED,))
    values = {"kind": "lift", "subject": receivable_id, "stop": stop}
    buttons = _buttons(visit, "outcome", tuple(one.value for one in outcomes))
    return OneForm(action="/record", values=values, choice="outcome", buttons=buttons)


def _matches(visit: Visit, item: ReviewItem) -> Iterator[OneForm]:
    word = visit.words.say
    candidates = item.detail.get("candidates")
    names = [str(one) for one in candidates] if isinstance(candidates, list) else []
    values = {"review": item.id}
    if names:
        chosen = Field(
            name="receivable",
            label=word("match_for"),
            kind="select",
            choices=[(name, name) for name in names],
        )
    else:
        chosen = Field(name="receivable", label=word("match_for"))
    yield OneForm(
        action="/match",
        values=values,
        fields=(chosen,),
        choice="answer",
        buttons=_buttons(visit, "match", ("confirm",)),
    )
    yield OneForm(
        action="/match",
        values=values,
        choice="answer",
        buttons=_buttons(visit, "match", ("reject",)),
    )


def _limit(visit: Visit, item: ReviewItem) -> Iterator[OneForm]:
    """Yield the decision on a higher limit, which only some may take."""
    if not visit.may(BY_KIND["limit-decided"].needs):
        return
    minor = item.detail.get("limit_minor")
    currency = visit.engine.config.currency
    asked = str(Money(minor, currency).major) if isinstance(minor, int) else ""
    form = _recorded(visit, "limit-decided", item.subject, {}, given={"limit": asked})
    limit, *rest = form.fields
    granted = replace(limit, hint=visit.words.say("limit_hint"))
    yield replace(form, fields=(granted, *rest))


def _recorded(
    visit: Visit,
    kind: str,
    subject: str,
    values: Mapping[str, str],
    *,
    given: Mapping[str, str] | None = None,
) -> OneForm:
    """Return the form that records something about what a question is about."""
    form = form_of(visit, kind, given=given)
    hidden = {"kind": kind, "subject": subject, **values}
    return OneForm(
        action="/record",
        values=hidden,
        fields=tuple(one for one in form.fields if one.name not in hidden),
        buttons=(Button(value="", text=form.title, tone="main"),),
    )


def _buttons(visit: Visit, group: str, names: tuple[str, ...]) -> tuple[Button, ...]:
    return tuple(
        Button(
            value=name,
            text=visit.words.say(f"{group}_{name}".replace("-", "_")),
            tone=_TONES.get(name, ""),
        )
        for name in names
    )
