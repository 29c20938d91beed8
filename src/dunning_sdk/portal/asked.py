"""An act as it was asked for, and the fields that acts are made of."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.look.parts import Field
from dunning_sdk.portal import fields as typed
from dunning_sdk.portal.view import Detail
from dunning_sdk.portal.visit import Visit
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.records.entry import Record

FAR_DAYS: Final = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An act as it was asked for.

    Attributes:
        visit: Who asks.
        detail: Of which receivable; ``None`` where it is about none.
    """

    visit: Visit
    detail: Detail | None = None

    @property
    def subject(self) -> str:
        """Return what a record of it is about."""
        return self.detail.line.state.id if self.detail else self.visit.debtor.id

    @property
    def open_amount(self) -> Money:
        """Return what is open; nothing where it is about no receivable."""
        currency = self.visit.engine.config.currency
        return self.detail.line.state.open_amount if self.detail else Money(0, currency)

    def label(self, key: str) -> str:
        """Return a text of the debtor's language."""
        return self.visit.words.say(key)

    def given(self, name: str) -> str:
        """Return a field as it was typed."""
        return self.visit.form.get(name)

    def record(self, kind: str, **values: Any) -> Record:  # noqa: ANN401  # of a record
        """Return a record about the subject; values that are empty are left out."""
        kept = {key: value for key, value in values.items() if value not in (None, "")}
        return Record(kind=kind, on=self.visit.as_of, subject=self.subject, values=kept)

    def reply(self, text: str, files: Sequence[Attachment] = ()) -> list[Record]:
        """Return what a person is to read, with files; sent twice it is kept once."""
        visit = self.visit
        name = (visit.debtor.contact() or visit.debtor).name or visit.debtor.name
        once = typed.text_of("once", self.given("once"), most=40, is_required=False)
        reference = f"portal:{once or secrets.token_hex(8)}"
        first = files[0] if files else None
        found = [self.record("reply", text=text, who=name, reference=reference, file=first)]
        note = self.note("note_file")
        return [
            *found,
            *(self.record("comment", text=note, by=name, file=file) for file in files[1:]),
        ]

    def note(self, key: str, **values: object) -> str:
        """Return a text in the language of those who read it."""
        language = self.visit.engine.config.language
        return self.visit.look.words[language].say(key, **values)


def latest_promise(asked: Asked) -> date:
    """Return the last day the book lets a debtor promise by himself."""
    engine, as_of = asked.visit.engine, asked.visit.as_of
    with engine.store.reading() as session:
        decider = Decider(engine.config, engine.library, session=session, as_of=as_of)
        procedure = decider.decide_one(asked.subject).case.procedure
    return as_of + timedelta(days=procedure.promise_days_max if procedure else FAR_DAYS)


def day_field(
    asked: Asked, name: str, *, since: date, until: date, is_required: bool = True
) -> Field:
    """Return a field for a day, from ``since`` to ``until``, both inclusive."""
    limits = {"min": since.isoformat(), "max": until.isoformat()}
    label = asked.label(f"field_{name}")
    return Field(name=name, label=label, kind="date", is_required=is_required, attributes=limits)


def amount_field(asked: Asked, *, name: str = "amount", value: str = "", hint: str = "") -> Field:
    """Return a field for an amount."""
    return Field(
        name=name,
        label=asked.label(f"field_{name}"),
        value=value,
        hint=hint,
        attributes={"inputmode": "decimal", "maxlength": "16"},
    )


def text_field(asked: Asked, name: str = "text", *, is_required: bool = False) -> Field:
    """Return a field for words."""
    limits = {"maxlength": str(typed.TEXT_MAX)}
    label = asked.label(f"field_{name}")
    return Field(
        name=name, label=label, kind="textarea", is_required=is_required, attributes=limits
    )


def files_field(asked: Asked) -> Field:
    """Return a field for files."""
    limits = {"accept": typed.ACCEPTED, "multiple": "multiple"}
    return Field(
        name="files",
        label=asked.label("field_files"),
        kind="file",
        hint=asked.label("hint_files"),
        is_required=False,
        attributes=limits,
    )


def words_typed(asked: Asked) -> str:
    """Return the words that were typed; empty for none."""
    return typed.text_of("text", asked.given("text"), is_required=False)


def files_typed(asked: Asked) -> tuple[Attachment, ...]:
    """Return the files that were sent, each looked at."""
    return typed.files_of("files", asked.visit.form.files.get("files", ()))
