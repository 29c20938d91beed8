"""Fix the keys of the files of rules and cases, and turn what does not fit into findings.

The module decides which keys a file has and what type each takes; those of ``book.yaml`` are in
`book_file`. What the cells mean is decided in `expression`, what the values lead to in `table`,
`procedure` and `case`.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from dunning_sdk.domain.calendar import Roll
from dunning_sdk.errors import nearest_names
from dunning_sdk.rules.book_file import Applies, Currency, Days, Kebab, Strict, Text
from dunning_sdk.rules.kind import KINDS
from dunning_sdk.rules.report import Place, Report
from dunning_sdk.rules.step import Action, CatchUp, CycleKeeps, Entry
from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlSequence, position_of, to_plain

Cells: TypeAlias = dict[str, Any]
Offset = Annotated[int, Field(ge=-3650, le=3650)]
OutputType = Literal["number", "money", "boolean", "date"]
Channel = Literal[
    "chosen", "email", "registered-email", "letter", "registered-letter", "sms", "whatsapp",
    "telegram", "messenger", "link", "phone",
]  # fmt: skip
"""Of a step; ``chosen`` stands for the channel chosen for the invoice (S3-13)."""
_Model = TypeVar("_Model", bound=BaseModel)


class RuleFile(Strict):
    """What every rule file has."""

    id: Text
    kind: Literal[KINDS]  # type: ignore[valid-type]  # the one list of kinds, see kind.py
    title: Text
    applies: Applies = Field(default_factory=Applies)
    currency: Currency | None = None
    source: Text
    limits: str = ""

    def head(self) -> dict[str, Any]:
        """Return the fields of `rules.book.Rule` that every rule file gives."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "source": self.source,
            "limits": self.limits,
            "jurisdiction": self.applies.jurisdiction,
            "start_on": self.applies.start_on,
            "until_on": self.applies.until_on,
        }


class RowEntry(Strict):
    """One row of a table."""

    when: Cells = Field(default_factory=dict)
    then: Cells
    note: str = ""


class TableFile(RuleFile):
    """A decision table."""

    inputs: list[Text] = Field(default_factory=list)
    outputs: dict[str, OutputType | list[Text]] = Field(default_factory=dict)
    hit_policy: Literal[
        "unique", "any", "priority", "first", "rule-order", "output-order", "collect"
    ] = "unique"
    aggregation: Literal["list", "sum", "min", "max", "count"] = "list"
    priority: dict[str, list[str]] = Field(default_factory=dict)
    rounding: Literal["half_up", "half_even", "down", "up"] = "half_up"
    rows: list[RowEntry] = Field(default_factory=list)
    otherwise: Cells | None = None


class StepEntry(Strict):
    """One step of a procedure; see `rules.step.Step` for what each field means."""

    id: Kebab
    level: Annotated[int, Field(ge=0, le=99)]
    action: Literal[tuple(Action)] = Action.NOTICE.value  # type: ignore[valid-type]  # one list
    anchor: str = "due_on"
    offset: Offset = 0
    after: str | None = None
    interval_days: Annotated[int, Field(ge=1, le=3650)] = 1
    repeat_every_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    repeat_max: Annotated[int, Field(ge=1, le=1000)] | None = None
    day_shift: Literal[tuple(Roll)] = Roll.NONE.value  # type: ignore[valid-type]  # one list
    channel: Channel | list[Channel] = Field(default_factory=list)
    template: str = ""
    tones: dict[Kebab, Text] = Field(default_factory=dict)
    actor: Literal["", "creditor", "platform", "financier", "collector"] = ""
    legal_effect: bool = False
    grants_days: Days = 0
    when: Any = None
    window_days: Days = 3
    needs_approval: bool | None = None


class Options(Strict):
    """What holds for all steps; see `rules.step.Procedure`."""

    calendar: str = "FR"
    entry: Literal[tuple(Entry)] = Entry.LAST_REMINDER.value  # type: ignore[valid-type]  # one list
    catch_up: Literal[tuple(CatchUp)] = CatchUp.NEXT.value  # type: ignore[valid-type]  # one list
    cycle_keeps: Literal[tuple(CycleKeeps)] = CycleKeeps.LEGAL.value  # type: ignore[valid-type]  # one list
    spacing_days: Days = 0
    resume_days: Days = 0
    hush: bool = False
    payments_max_age_days: Days | None = None
    review_days: Days = 7
    promise_days_max: Days = 30
    promise_count_max: Annotated[int, Field(ge=0, le=100)] = 2
    credit_hold_days: Days | None = None


class ProcedureFile(RuleFile):
    """A dunning procedure."""

    options: Options = Field(default_factory=Options)
    steps: Annotated[list[StepEntry], Field(min_length=1)]


class CaseEntry(Strict):
    """One case: facts, and what is expected."""

    name: Text
    as_of: date | None = None
    on: list[date] = Field(default_factory=list)
    facts: Cells = Field(default_factory=dict)
    expect: Cells = Field(default_factory=dict)
    error: str = ""
    skip: str = ""


class CasesFile(Strict):
    """The cases of one rule."""

    rule: Text
    as_of: date
    facts: Cells = Field(default_factory=dict)
    cases: Annotated[list[CaseEntry], Field(min_length=1)]


def read_model(model: type[_Model], node: YamlNode, report: Report) -> _Model | None:
    """Return the file as a record, or ``None`` with a finding for each key that does not fit."""
    try:
        return model.model_validate(to_plain(node))
    except ValidationError as exc:
        for error in exc.errors(include_url=False):
            _report(error, model, node, report)
    return None


def _report(error: ErrorDetails, model: type[BaseModel], node: YamlNode, report: Report) -> None:
    path, kind = _real(node, error["loc"]), error["type"]
    key = str(path[-1]) if path else ""
    place = Place(*position_of(node, path, of_key=kind == "extra_forbidden"))
    if kind == "extra_forbidden":
        report.add_unknown(place, what="key", name=key, known=tuple(_keys(model, path[:-1])))
    elif kind == "missing":
        report.add(place, "book.missing-key", f"Key {key!r} is missing")
    elif kind == "literal_error":
        expected, found = str(error["ctx"]["expected"]), str(error["input"])
        near = nearest_names(found, [word.strip("'") for word in _words(expected)], limit=1)
        report.add(
            place,
            "book.value",
            f"Key {key!r} has a value that is not allowed",
            expected=expected,
            found=found,
            nearest=next(iter(near), None),
        )
    else:
        text = f"Key {_named(path)!r}: {error['msg']}"
        report.add(place, "book.value", text, found=_shown(error))


def _real(node: YamlNode, path: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Return the steps of a path that lead somewhere: pydantic adds the branches of a union."""
    found: list[int | str] = []
    for step in path:
        if isinstance(node, YamlMapping) and step in node:
            node = node[str(step)]
        elif isinstance(node, YamlSequence) and isinstance(step, int) and step < len(node):
            node = node[step]
        elif step != path[-1] or not isinstance(node, YamlMapping):
            continue
        found.append(step)
    return tuple(found)


def _words(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").split(", ")


def _named(path: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in path if isinstance(part, str)) or "file"


def _shown(error: ErrorDetails) -> str | None:
    found = error["input"]
    return str(found) if isinstance(found, (str, int, Decimal, date)) else None


def _keys(model: type[BaseModel], path: tuple[int | str, ...]) -> Iterator[str]:
    """Yield the keys allowed where a path ends."""
    current = model
    for part in path:
        for name, info in current.model_fields.items():
            inner = next(_models_in(info.annotation), None)
            if (info.alias or name) == part and inner is not None:
                current = inner
    yield from (info.alias or name for name, info in current.model_fields.items())


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
