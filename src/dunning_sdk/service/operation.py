"""An operation of the service: a verb of ours, and what HTTP needs beside it.

Decides how a verb's signature becomes parameters: names in the path, then the query of a GET or the
body of a POST, each described by the verb's own docstring. So that the service takes what Python
takes, and nothing is written twice.

>>> def greet(engine, name: str, *, loud: bool = False) -> str:
...     '''Greet someone.
...
...     Args:
...         engine: Open.
...         name: Whom.
...         loud: Whether in capitals.
...     '''
>>> given = Operation("POST", "/greetings/{name}", greet, scope=Scope.READ).parameters()
>>> [(one.name, one.says, one.default) for one in given]
[('name', 'Whom.', Ellipsis), ('loud', 'Whether in capitals.', False)]
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Final, get_type_hints

from pydantic import BeforeValidator, Field, StringConstraints

from dunning_sdk.access.api_key import Scope
from dunning_sdk.domain.holiday import YEAR_MAX, YEAR_MIN
from dunning_sdk.records.codec import to_json


def _written(day: Any) -> Any:  # noqa: ANN401  # whatever JSON holds
    """Refuse what is no day as JSON writes one, though it may be read as one: 0, a moment."""
    if not isinstance(day, date) and not (isinstance(day, str) and _DAY.fullmatch(day)):
        message = "is not written YYYY-MM-DD"
        raise ValueError(message)
    return day


_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[
    date,
    BeforeValidator(_written),
    Field(ge=date(YEAR_MIN, 1, 1), le=date(YEAR_MAX, 12, 31)),
]
Word = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Flag = Annotated[bool, Field(strict=True)]
Words = Annotated[list[Word], Field(max_length=10_000)]

_KINDS: Final[Mapping[Any, Any]] = MappingProxyType(
    {date: Day, date | None: Day | None, str: Word, Iterable[str]: Words}
)
_SAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "as_of": "The day; what came later is unseen.",
        "quote_number": "Which quote.",
        "receivable_id": "Which receivable.",
    }
)
"""What parameters mean that a docstring has no line for."""
_PLACE: Final = re.compile(r"\{(\w+)(?::path)?\}")
_SECTION: Final = re.compile(r"^(\w+):\s*$")
_ENTRY: Final = re.compile(r"^    (\w+): (.+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an operation.

    Attributes:
        name: As the verb has it.
        kind: Type, with its bounds.
        default: Ellipsis where it must be given.
        says: Description.
        is_path: Whether it is part of the path.
    """

    name: str
    kind: Any
    default: Any
    says: str
    is_path: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        method: ``GET`` or ``POST``.
        path: Below ``/v1``.
        verb: Takes an engine first.
        scope: A key must have.
        says: Turns what the verb returns into JSON.
        shows: Type that is described as the answer; what the verb returns where not given.
        status: Of a success.
        takes: Types of parameters that JSON cannot hold as the verb has them.
        media_type: Of an answer that is a file; empty for JSON.
        id: Stable name; the verb's where empty.
    """

    method: str
    path: str
    verb: Callable[..., Any]
    scope: Scope = field(kw_only=True)
    says: Callable[[Any], Any] = field(default=to_json, kw_only=True)
    shows: Any = field(default=None, kw_only=True)
    status: int = field(default=200, kw_only=True)
    takes: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    media_type: str = field(default="", kw_only=True)
    id: str = field(default="", kw_only=True)

    @property
    def name(self) -> str:
        """Return its stable name."""
        return self.id or self.verb.__name__

    @property
    def summary(self) -> str:
        """Return the first line of the verb's docstring."""
        return (inspect.getdoc(self.verb) or "").partition("\n")[0]

    @property
    def description(self) -> str:
        """Return what the docstring says besides its sections, and what is returned."""
        text, _ = _sections(self.verb)
        return text

    def parameters(self) -> list[Parameter]:
        """Return the parameters in order, the engine left out."""
        _, told = _sections(self.verb)
        hints = get_type_hints(inspect.unwrap(self.verb), include_extras=True)
        in_path = set(_PLACE.findall(self.path))
        given = list(inspect.signature(self.verb).parameters.values())[1:]
        return [
            Parameter(
                name=one.name,
                kind=self._kind(one.name, hints),
                default=... if one.default is one.empty else one.default,
                says=told.get(one.name) or _SAYS.get(one.name, ""),
                is_path=one.name in in_path,
            )
            for one in given
        ]

    def answer_type(self) -> Any:  # noqa: ANN401  # a type of any record
        """Return the type that is described as the answer."""
        return self.shows or get_type_hints(inspect.unwrap(self.verb))["return"]

    def _kind(self, name: str, hints: Mapping[str, Any]) -> Any:  # noqa: ANN401  # a type
        if name in self.takes:
            return self.takes[name]
        kind = hints[name]
        if kind is bool and self.method != "GET":
            return Flag
        return _KINDS.get(kind, kind)


def _sections(verb: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    """Return a docstring's text before its sections, and what it says of each argument."""
    lines = (inspect.getdoc(verb) or "").splitlines()
    text: list[str] = []
    told: dict[str, str] = {}
    section, name = "", ""
    for line in lines[1:]:
        heading = _SECTION.match(line)
        if heading:
            section, name = heading[1], ""
        elif not section:
            text.append(line)
        elif section == "Args":
            entry = _ENTRY.match(line)
            name = entry[1] if entry else name
            if name:
                told[name] = entry[2] if entry else f"{told[name]} {line.strip()}"
    return "\n".join(text).strip(), told
