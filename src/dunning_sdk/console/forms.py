"""The forms by which people record what they know, one for each kind of record they use.

Decides which kinds a page offers, which fields each has, who may send it, and how a field's text
becomes a value. What a record means, and when it is refused, is the engine's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final, Literal

from dunning_sdk.access.role import Right
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.domain.thread import CallOutcome
from dunning_sdk.errors import DomainError, InvalidAmountError
from dunning_sdk.look.parts import Field
from dunning_sdk.look.receiving import Form
from dunning_sdk.look.visit import Visit

Subject = Literal["receivable", "debtor"]

TEXT_MAX: Final = 4000
"""Most characters of one field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One value a form asks for.

    Attributes:
        name: Key of the record.
        kind: ``text``, ``long``, ``day``, ``amount``, ``flag`` or ``choice``.
        is_required: Whether it must be given.
        choices: Of ``choice``; each has the word ``GROUP_CHOICE``.
        group: Of those words.
    """

    name: str
    kind: str = "text"
    is_required: bool = False
    choices: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One kind of record people make on a page.

    Attributes:
        kind: As `records.entry.KEYS` names it.
        subjects: Pages it is offered on.
        asks: Its fields.
        needs: The right it needs.
        signs: Key that takes who did it; empty where the record has none.
        is_open_only: Whether it is about money that is still owed.
    """

    kind: str
    subjects: tuple[Subject, ...] = ("receivable",)
    asks: tuple[Asked, ...] = ()
    needs: Right = Right.WORK
    signs: str = ""
    is_open_only: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A form as a page shows it.

    Attributes:
        kind: Of the record.
        title: What it does.
        fields: Its fields.
    """

    kind: str
    title: str
    fields: tuple[Field, ...]


_UNTIL: Final = Asked(name="until_on", kind="day")
_AMOUNT: Final = Asked(name="amount", kind="amount")
_REASON: Final = Asked(name="reason")
_TEXT: Final = Asked(name="text", kind="long", is_required=True)
_CATEGORIES: Final = (
    "quality", "quantity", "price", "delivery", "not-ordered", "paid-already", "wrong-debtor",
    "formal-defect", "other",
)  # fmt: skip
_LIFTED: Final = (
    "settled", "kept", "part-kept", "broken", "accepted", "rejected", "withdrawn",
)  # fmt: skip
_BOTH: Final[tuple[Subject, ...]] = ("receivable", "debtor")

ACTS: Final = (
    Act(kind="payment", asks=(_AMOUNT,)),
    Act(
        kind="promised",
        asks=(Asked(name="until_on", kind="day", is_required=True), _AMOUNT),
        signs="agreed_by",
    ),
    Act(
        kind="disputed",
        asks=(
            _AMOUNT,
            Asked(name="category", kind="choice", choices=_CATEGORIES, group="category"),
            Asked(name="ask_again_on", kind="day"),
        ),
        signs="owner",
    ),
    Act(kind="blocked", asks=(_REASON, _UNTIL), signs="owner"),
    Act(
        kind="lift",
        asks=(
            Asked(name="stop"),
            Asked(name="outcome", kind="choice", choices=_LIFTED, group="outcome"),
        ),
    ),
    Act(kind="due-date", asks=(Asked(name="due_on", kind="day", is_required=True),)),
    Act(
        kind="reminders",
        asks=(Asked(name="reminders", kind="flag"),),
    ),
    Act(kind="channel", asks=(Asked(name="channel", is_required=True),)),
    Act(kind="posting", asks=(Asked(name="reference"),), is_open_only=False),
    Act(
        kind="delivery",
        asks=(
            Asked(
                name="outcome",
                kind="choice",
                is_required=True,
                choices=("delivered", "refused", "unclaimed", "returned"),
                group="delivery",
            ),
            Asked(name="reference"),
        ),
        is_open_only=False,
    ),
    Act(kind="returned", asks=(_AMOUNT,), is_open_only=False),
    Act(kind="written-off", asks=(_AMOUNT, _REASON), needs=Right.APPROVE, signs="owner"),
    Act(kind="comment", subjects=_BOTH, asks=(_TEXT,), signs="by", is_open_only=False),
    Act(
        kind="call",
        subjects=_BOTH,
        asks=(
            Asked(
                name="outcome",
                kind="choice",
                is_required=True,
                choices=tuple(CallOutcome),
                group="call",
            ),
            Asked(name="who"),
            Asked(name="text", kind="long"),
        ),
        signs="by",
        is_open_only=False,
    ),
    Act(
        kind="task",
        subjects=_BOTH,
        asks=(
            _TEXT,
            Asked(name="due_on", kind="day", is_required=True),
            Asked(name="owner"),
        ),
        signs="by",
        is_open_only=False,
    ),
    Act(
        kind="task-done", subjects=_BOTH, asks=(Asked(name="task"), Asked(name="text")), signs="by"
    ),
    Act(kind="reply-read", subjects=_BOTH, asks=(Asked(name="reply"),), signs="by"),
    Act(
        kind="owner", subjects=("debtor",), asks=(Asked(name="name", is_required=True),), signs="by"
    ),
    Act(
        kind="contact",
        subjects=("debtor",),
        asks=(
            Asked(name="role", is_required=True),
            Asked(name="name"),
            Asked(name="email"),
            Asked(name="phone"),
        ),
    ),
    Act(
        kind="limit-asked",
        subjects=("debtor",),
        asks=(Asked(name="limit", kind="amount", is_required=True),),
        signs="owner",
    ),
    Act(
        kind="limit-decided",
        subjects=("debtor",),
        asks=(Asked(name="limit", kind="amount"), Asked(name="reason", is_required=True)),
        needs=Right.APPROVE,
    ),
)
"""Every kind of record that pages offer, in the order they show them."""

BY_KIND: Final[Mapping[str, Act]] = MappingProxyType({act.kind: act for act in ACTS})
_QUIET: Final = frozenset({"task-done", "reply-read", "limit-decided", "posting", "delivery"})
"""Kinds offered where their matter is, and not among the forms of every page."""


def forms_for(visit: Visit, subject: Subject, *, state: Receivable | None = None) -> list[Shown]:
    """Return the forms a page offers somebody.

    Args:
        visit: Who; what he may not do is left out.
        subject: Of which kind of page.
        state: Of the receivable; of one that is paid, forms about what is owed are left out.
    """
    is_paid = state is not None and not state.open_amount.minor
    return [
        form_of(visit, act.kind, state=state)
        for act in ACTS
        if subject in act.subjects
        and visit.may(act.needs)
        and act.kind not in _QUIET
        and not (is_paid and act.is_open_only)
        and not (act.kind == "lift" and state is not None and not state.stops_on(visit.as_of))
    ]


def form_of(
    visit: Visit,
    kind: str,
    *,
    state: Receivable | None = None,
    given: Mapping[str, str] | None = None,
) -> Shown:
    """Return the form of one kind of record.

    Args:
        visit: Whose words it speaks.
        kind: One of `BY_KIND`.
        state: Whose values fill it where nothing was given.
        given: What was sent before.
    """
    known = {**_known(visit, kind, state), **(given or {})}
    return Shown(
        kind=kind,
        title=visit.words.say(f"do_{kind}".replace("-", "_")),
        fields=tuple(_field(visit, one, known.get(one.name, "")) for one in BY_KIND[kind].asks),
    )


def values_of(visit: Visit, act: Act, form: Form, *, currency: str) -> dict[str, Any]:
    """Return the values of a record, as a form gave them.

    Args:
        visit: Whose name signs it.
        act: Which.
        form: As it was sent.
        currency: Of amounts that name none.

    Raises:
        DomainError: A text is no day, no amount or too long; names the field.
    """
    values: dict[str, Any] = {}
    for one in act.asks:
        text = form.get(one.name)
        if one.kind == "flag":
            values[one.name] = text == "yes"
        elif text:
            values[one.name] = _value(one, text, currency)
    if act.signs:
        values.setdefault(act.signs, visit.user.name)
    return values


def amount_in(text: str, currency: str) -> Money:
    """Return an amount as people write it, with a point or a comma.

    Raises:
        DomainError: It is none.

    >>> amount_in("1 234,50", "EUR"), amount_in("1234.5 USD", "EUR")
    (Money(minor=123450, currency='EUR'), Money(minor=123450, currency='USD'))
    """
    plain = (
        text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").strip()
    )
    number, code = plain, currency
    if plain[-3:].isalpha():
        number, code = plain[:-3], plain[-3:].upper()
    number = number.replace(" ", "")
    if "," in number and "." not in number:
        number = number.replace(",", ".")
    try:
        return Money.from_major(Decimal(number), code)
    except (InvalidOperation, InvalidAmountError, ValueError) as problem:
        raise DomainError(f"{text[:40]!r} is not an amount", hint="Write 1200.50.") from problem


def day_in(text: str, name: str) -> date:
    """Return a day as browsers send it.

    Raises:
        DomainError: It is none; names the field.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        hint = "Write it as 2026-03-31."
        raise DomainError(f"{name}: {text[:40]!r} is not a day", hint=hint) from problem


def _value(one: Asked, text: str, currency: str) -> Any:  # noqa: ANN401 - as the record takes it
    if len(text) > TEXT_MAX:
        raise DomainError(f"{one.name} is too long", hint=f"Write at most {TEXT_MAX} characters.")
    if one.kind == "amount":
        return amount_in(text, currency)
    return day_in(text, one.name) if one.kind == "day" else text


def _known(visit: Visit, kind: str, state: Receivable | None) -> dict[str, str]:
    if state is None:
        return {}
    if kind == "lift":
        return {"stop": next((stop.id for stop in state.stops_on(visit.as_of)[::-1]), "")}
    if kind == "reminders":
        return {"reminders": "yes" if state.reminders else ""}
    return {"channel": state.channel} if kind == "channel" else {}


def _field(visit: Visit, one: Asked, value: str) -> Field:
    kinds = {"long": "textarea", "day": "date", "flag": "checkbox", "choice": "select"}
    more = {"inputmode": "decimal"} if one.kind == "amount" else {"maxlength": str(TEXT_MAX)}
    return Field(
        name=one.name,
        label=visit.words.say(f"field_{one.name}"),
        value=value,
        kind=kinds.get(one.kind, "text"),
        choices=list(_choices(visit, one)),
        is_required=one.is_required,
        attributes=more if kinds.get(one.kind, "text") in ("text", "textarea") else {},
    )


def _choices(visit: Visit, one: Asked) -> Iterable[tuple[str, str]]:
    if one.choices and not one.is_required:
        yield "", "–"
    for choice in one.choices:
        yield choice, visit.words.say(f"{one.group}_{choice}".replace("-", "_"))
