"""The forms by which people record what they know, one for each kind of record they use.

Decides how a form looks, which of them a page shows whom, and how a field's text becomes a value.
Which kinds there are is in `acts`; what a record means, and when it is refused, is the engine's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from dunning_sdk.access.role import Right
from dunning_sdk.console.acts import ACTS, BY_KIND, Act, Asked, Subject
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import DomainError, InvalidAmountError
from dunning_sdk.look.parts import Field
from dunning_sdk.look.receiving import Form
from dunning_sdk.look.visit import Visit

TEXT_MAX: Final = 4000
"""Most characters of one field."""


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
    if act.agrees and visit.may(Right.APPROVE):
        values.setdefault(act.agrees, visit.user.name)
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
