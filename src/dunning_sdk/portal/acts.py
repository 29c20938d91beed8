"""What a debtor can do: each act with its fields, and what is recorded of it.

Everything is recorded through the engine's one door, and refused there as for anybody else. What
needs a person is a reply in the thread, which pauses until it is read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from dunning_sdk.look.parts import Field
from dunning_sdk.look.words import LANGUAGES
from dunning_sdk.portal import fields as typed
from dunning_sdk.portal.asked import (
    FAR_DAYS,
    Asked,
    amount_field,
    day_field,
    files_field,
    files_typed,
    latest_promise,
    text_field,
    words_typed,
)
from dunning_sdk.records.entry import Record

CATEGORIES: Final = (
    *("quality", "quantity", "price", "delivery", "not-ordered"),
    *("wrong-debtor", "formal-defect", "other"),
)
_PLAN_MAX: Final = 12
_FIRST_DAYS: Final = 7
_EVERY_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing a debtor can do.

    Attributes:
        fields: What it asks for.
        records: What is recorded; raises `Mistyped` where something was typed wrongly.
        is_about_one: Whether it is about one receivable.
        takes_files: Whether files may come with it.
    """

    fields: Callable[[Asked], Sequence[Field]]
    records: Callable[[Asked], Sequence[Record]]
    is_about_one: bool = True
    takes_files: bool = False


def _promise_fields(asked: Asked) -> Sequence[Field]:
    since, until = asked.visit.as_of, latest_promise(asked)
    whole = asked.open_amount
    return (
        day_field(asked, "until_on", since=since, until=until),
        amount_field(asked, value=str(whole.major), hint=asked.label("hint_amount")),
    )


def _promise(asked: Asked) -> Sequence[Record]:
    since, until = asked.visit.as_of, latest_promise(asked)
    day = typed.day_of("until_on", asked.given("until_on"), since=since, until=until)
    whole = asked.open_amount
    amount = typed.amount_of("amount", asked.given("amount"), most=whole, currency=whole.currency)
    return [asked.record("promised", until_on=day, amount=None if amount == whole else amount)]


def _late_fields(asked: Asked) -> Sequence[Field]:
    since, until = asked.visit.as_of, latest_promise(asked)
    day = day_field(asked, "until_on", since=since, until=until, is_required=False)
    return (replace(day, label=asked.label("field_perhaps_on")), text_field(asked))


def _late(asked: Asked) -> Sequence[Record]:
    words, given = words_typed(asked), asked.given("until_on")
    if not given:
        return asked.reply(asked.note("note_late", text=words))
    since, until = asked.visit.as_of, latest_promise(asked)
    promised = asked.record(
        "promised", until_on=typed.day_of("until_on", given, since=since, until=until)
    )
    return [promised, *(asked.reply(asked.note("note_late", text=words)) if words else ())]


def _paid_fields(asked: Asked) -> Sequence[Field]:
    until = asked.visit.as_of
    since = until - timedelta(days=FAR_DAYS)
    return (
        day_field(asked, "paid_on", since=since, until=until),
        amount_field(asked, value=str(asked.open_amount.major)),
        files_field(asked),
    )


def _paid(asked: Asked) -> Sequence[Record]:
    until = asked.visit.as_of
    day = typed.day_of(
        "paid_on", asked.given("paid_on"), since=until - timedelta(days=FAR_DAYS), until=until
    )
    whole = asked.open_amount
    amount = typed.amount_of("amount", asked.given("amount"), most=whole, currency=whole.currency)
    return asked.reply(asked.note("note_paid", amount=amount, on=day), files_typed(asked))


def _dispute_fields(asked: Asked) -> Sequence[Field]:
    choices = tuple((one, asked.label(f"category_{one}")) for one in CATEGORIES)
    return (
        Field(name="category", label=asked.label("field_category"), kind="select", choices=choices),
        replace(
            amount_field(asked, value=str(asked.open_amount.major)),
            label=asked.label("field_disputed"),
        ),
        text_field(asked, "why", is_required=True),
        files_field(asked),
    )


def _dispute(asked: Asked) -> Sequence[Record]:
    category = asked.given("category")
    if category not in CATEGORIES:
        raise typed.Mistyped("category", "fault_choice")
    whole = asked.open_amount
    amount = typed.amount_of("amount", asked.given("amount"), most=whole, currency=whole.currency)
    why = typed.text_of("why", asked.given("why"))
    told = asked.note("note_dispute", amount=amount, text=why)
    part = None if amount == whole else amount
    return [
        asked.record("disputed", category=category, amount=part),
        *asked.reply(told, files_typed(asked)),
    ]


def _plan_fields(asked: Asked) -> Sequence[Field]:
    most = asked.visit.engine.config.dialogue.parts_max if _is_small(asked) else _PLAN_MAX
    choices = tuple((str(count), str(count)) for count in range(2, max(most, 2) + 1))
    return (
        Field(name="count", label=asked.label("field_count"), kind="select", choices=choices),
        text_field(asked),
    )


def _is_small(asked: Asked) -> bool:
    return asked.visit.engine.config.dialogue.is_for(asked.open_amount)


def _plan(asked: Asked) -> Sequence[Record]:
    """Agree to a small one at once; another is for a person."""
    count = int(asked.given("count")) if asked.given("count").isdecimal() else 0
    if not 2 <= count <= _PLAN_MAX:
        raise typed.Mistyped("count", "fault_choice")
    words, dialogue = words_typed(asked), asked.visit.engine.config.dialogue
    parts = asked.open_amount.allocate([1] * count)
    least = dialogue.least_part(asked.open_amount.currency)
    if not _is_small(asked) or count > dialogue.parts_max or min(parts) < least:
        return asked.reply(asked.note("note_plan", count=count, text=words))
    first = asked.visit.as_of + timedelta(days=_FIRST_DAYS)
    days = [first + timedelta(days=_EVERY_DAYS * place) for place in range(count)]
    dated = ",".join(f"{day}:{part.major}" for day, part in zip(days, parts, strict=True))
    return [asked.record("payment-plan", installments=dated)]


def _confirm_fields(asked: Asked) -> Sequence[Field]:
    label = asked.label("field_all_right")
    return (Field(name="all_right", label=label, kind="checkbox"),)


def _confirm(asked: Asked) -> Sequence[Record]:
    """Confirm the document as it was shown: amount, dates, terms and account (S0-31)."""
    if asked.given("all_right") != "yes":
        raise typed.Mistyped("all_right", "fault_missing")
    detail = asked.detail
    if detail is None or detail.confirmable is None:
        raise typed.Mistyped("all_right", "fault_not_now")
    document = detail.invoice
    confirmed = asked.record(
        "confirmed",
        amount=document.amount_due,
        issued_on=document.issued_on,
        due_on=detail.line.state.due_on,
        terms=document.payment_terms,
        iban=document.accounts[0].iban if document.accounts else "",
    )
    return [replace(confirmed, subject=detail.confirmable.id)]


def _help_fields(asked: Asked) -> Sequence[Field]:
    return (text_field(asked, is_required=True), files_field(asked))


def _help(asked: Asked) -> Sequence[Record]:
    return asked.reply(typed.text_of("text", asked.given("text")), files_typed(asked))


def _limit_fields(asked: Asked) -> Sequence[Field]:
    return (amount_field(asked, name="limit"),)


def _limit(asked: Asked) -> Sequence[Record]:
    currency = asked.visit.engine.config.currency
    limit = typed.amount_of("limit", asked.given("limit"), most=None, currency=currency)
    return [asked.record("limit-asked", limit=limit, owner=asked.visit.debtor.id)]


def _contact_fields(asked: Asked) -> Sequence[Field]:
    contact = asked.visit.debtor.contact()
    choices = tuple((one, asked.label(f"language_{one}")) for one in LANGUAGES)
    spoken = asked.visit.debtor.language or asked.visit.choice.language
    limits = {"maxlength": str(typed.LINE_MAX)}
    known = {
        "name": (contact.name if contact else "", "text", "name"),
        "email": (contact.email if contact else "", "email", "email"),
        "phone": (contact.phone if contact else "", "tel", "tel"),
    }
    return (
        *(
            Field(
                name=name,
                label=asked.label(f"field_{name}"),
                value=value,
                kind=kind,
                is_required=False,
                autocomplete=complete,
                attributes=limits,
            )
            for name, (value, kind, complete) in known.items()
        ),
        Field(
            name="language",
            label=asked.label("field_language"),
            kind="select",
            value=spoken,
            choices=choices,
        ),
    )


def _contact(asked: Asked) -> Sequence[Record]:
    name = typed.text_of("name", asked.given("name"), most=typed.LINE_MAX, is_required=False)
    email = typed.mailbox_of("email", asked.given("email"))
    phone = typed.phone_of("phone", asked.given("phone"))
    if not email and not phone:
        raise typed.Mistyped("email", "fault_reach")
    if asked.given("language") not in LANGUAGES:
        raise typed.Mistyped("language", "fault_choice")
    return [
        asked.record("contact", role="billing", name=name, email=email, phone=phone),
        asked.record("language", language=asked.given("language")),
    ]


ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "promise": Act(fields=_promise_fields, records=_promise),
        "late": Act(fields=_late_fields, records=_late),
        "paid": Act(fields=_paid_fields, records=_paid, takes_files=True),
        "dispute": Act(fields=_dispute_fields, records=_dispute, takes_files=True),
        "plan": Act(fields=_plan_fields, records=_plan),
        "confirm": Act(fields=_confirm_fields, records=_confirm),
        "help": Act(fields=_help_fields, records=_help, is_about_one=False, takes_files=True),
        "limit": Act(fields=_limit_fields, records=_limit, is_about_one=False),
        "contact": Act(fields=_contact_fields, records=_contact, is_about_one=False),
    }
)
"""Every act by its name in the address."""
