"""Fix the keys of ``book.yaml``.

The module decides which keys the file has and what type each takes. What they mean is decided in
`load`, `pattern`, `declaration` and `invariant`; those of rules and cases are in `model`.
"""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from dunning_sdk.domain.occurrence import OccurrenceKind

Text = Annotated[str, Field(min_length=1)]
Kebab = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Days = Annotated[int, Field(ge=0, le=36500)]
Currency = Annotated[str, Field(pattern=r"^(any|[A-Z]{3})$")]
FeelType = Literal["number", "string", "boolean", "date"]
if TYPE_CHECKING:
    Happening: TypeAlias = str
else:
    Happening = Literal[tuple(OccurrenceKind)]  # the one list, see domain.occurrence


class Strict(BaseModel):
    """A part of a file: each value of its type, and no key besides."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=False)


class Texts(Strict):
    """One text in each language a debtor or a creditor reads."""

    en: Text
    fr: Text


class Applies(Strict):
    """Where and when a book or a rule applies; ``until`` is exclusive."""

    jurisdiction: str = "*"
    start_on: date | None = Field(default=None, alias="from")
    until_on: date | None = Field(default=None, alias="until")


class InvariantEntry(Strict):
    """What must be true of every answer; see `rules.invariant.Invariant`."""

    title: Text
    about: Text
    when: Any = None
    holds: Any


class SignalEntry(Strict):
    """A pattern over what happens to a debtor; see `rules.pattern.Pattern`."""

    title: Texts
    count: Happening | list[Happening] | None = None
    sequence: Annotated[list[Happening], Field(min_length=2)] | None = None
    within_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    at_least: Annotated[int, Field(ge=1, le=1000)] | None = None
    over_days: Days | None = None
    key: Literal["debtor", "receivable"] = "debtor"
    each: Literal["event", "day", "receivable"] = "event"
    reset_by: list[Happening] = Field(default_factory=list)
    standing: bool = False
    source: str = ""


class ParameterEntry(Strict):
    """What a function takes."""

    name: Text
    type: FeelType


class FunctionEntry(Strict):
    """A function that cells may call; see `rules.function.BookFunction`."""

    title: str = ""
    parameters: list[ParameterEntry] = Field(default_factory=list)
    result: FeelType
    body: Any


class BookFile(Applies):
    """``book.yaml``."""

    id: Kebab
    version: str | Decimal | int
    title: Text
    extends: Kebab | None = None
    currency: Currency = "any"
    reasons: dict[Kebab, Texts] = Field(default_factory=dict)
    contacts: list[Kebab] = Field(default_factory=list)
    tones: list[Kebab] = Field(default_factory=list)
    signals: dict[Text, SignalEntry] = Field(default_factory=dict)
    functions: dict[Text, FunctionEntry] = Field(default_factory=dict)
    invariants: dict[Kebab, InvariantEntry] = Field(default_factory=dict)
    source: str = ""
    limits: str = ""
