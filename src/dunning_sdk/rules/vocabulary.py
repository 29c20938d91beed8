"""List the facts the rules of one kind may read, as FEEL types and for people.

The module decides what a dotted name means to the type checker and whether a value fits a fact.
Which facts there are is decided in `domain.fact`, and by plugins, which may add their own.

>>> words = vocabulary_of("mandate")
>>> words["receivable.days_overdue"].label
'Days overdue, negative before'
>>> words.nearest("receivable.days_late")
'receivable.days_overdue'
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from dunning_sdk.domain import fact as facts
from dunning_sdk.domain.fact import Fact
from dunning_sdk.domain.past_fact import PAST_FACTS
from dunning_sdk.errors import DomainError, nearest_names
from dunning_sdk.feel import types

Language: TypeAlias = Literal["en", "fr"]

MONEY_UNIT: Final = "major units of currency"

FACTS_BY_KIND: Final[Mapping[str, tuple[Fact, ...]]] = {
    kind: (*known, *PAST_FACTS)
    for kind, known in (
        ("eligibility", facts.ELIGIBILITY_FACTS),
        ("splitting", facts.SPLITTING_FACTS),
        ("mandate", facts.MANDATE_FACTS),
        ("procedure", facts.PROCEDURE_FACTS),
        ("scenario", facts.PROCEDURE_FACTS),
        ("charges", facts.CHARGES_FACTS),
        ("guards", facts.GUARD_FACTS),
    )
}
_TYPES: Final = {
    "number": types.NUMBER,
    "string": types.STRING,
    "boolean": types.BOOLEAN,
    "date": types.DATE,
}
_LABELS: Final = {
    "en": {
        "number": "number",
        "string": "text",
        "boolean": "true or false",
        "date": "date",
        MONEY_UNIT: "in major units of the currency",
    },
    "fr": {
        "number": "nombre",
        "string": "texte",
        "boolean": "true ou false",
        "date": "date",
        "days": "jours",
        "level": "niveau",
        "events": "événements",
        "receivables": "créances",
        "promises": "promesses",
        "points": "points",
        "days on average": "jours en moyenne",
        facts.SHARE_UNIT: "part, de 0 à 1",
        MONEY_UNIT: "en unités de la devise",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The facts that rules of one kind may read.

    Attributes:
        facts: Fact by dotted name, in the order shown to people.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Fact:
        return self.facts[name]

    def __contains__(self, name: object) -> bool:
        return name in self.facts

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)

    def types(self) -> Mapping[str, types.Type]:
        """Return the FEEL type per variable; dotted names become nested contexts."""
        tree: dict[str, Any] = {}
        for name, fact in self.facts.items():
            *above, last = name.split(".")
            place = tree
            for part in above:
                place = place.setdefault(part, {})
            place[last] = type_of(fact)
        return {name: _nested(entry) for name, entry in tree.items()}

    @property
    def amounts(self) -> frozenset[str]:
        """Return the names of the facts that are amounts."""
        return frozenset(name for name, fact in self.facts.items() if fact.unit == MONEY_UNIT)

    def nearest(self, name: str) -> str | None:
        """Return the known name that looks most like an unknown one."""
        return next(iter(nearest_names(name, self.facts, limit=1)), None)

    def describe(self, language: Language = "en") -> Iterator[str]:
        """Yield one line per fact: name, label, type, unit and allowed values.

        Args:
            language: Of the labels.
        """
        words = _LABELS[language]
        for fact in self.facts.values():
            label = fact.label if language == "en" else fact.label_fr
            allowed = " | ".join(value or '""' for value in fact.values)
            parts = [allowed or words[fact.type], words.get(fact.unit, fact.unit)]
            yield f"{fact.name}: {label} ({', '.join(part for part in parts if part)})"


def vocabulary_of(kind: str, added: Iterable[Fact] = ()) -> Vocabulary:
    """Return the vocabulary of one kind of rule.

    Args:
        kind: Such as ``guards``.
        added: Facts of plugins; known to every kind.

    Raises:
        DomainError: An added fact has the name of another, or its name is part of another's.
    """
    found: dict[str, Fact] = {}
    for one in (*FACTS_BY_KIND[kind], *added):
        clash = next((known for known in found if _clash(known, one.name)), None)
        if clash is not None:
            message = f"Fact {one.name} cannot stand beside fact {clash}"
            raise DomainError(message, hint="Give the added fact another name.")
        found[one.name] = one
    return Vocabulary(facts=found)


def type_of(fact: Fact) -> types.Type:
    """Return the FEEL type of a fact; an enumerated string knows its values."""
    return types.EnumType(fact.values, name=fact.name) if fact.values else _TYPES[fact.type]


def fits(fact: Fact, value: object) -> bool:
    """Tell whether a value is of a fact's type and among its allowed values.

    A whole Python number is a number; a binary float is none, since it is not exact.
    """
    match fact.type:
        case "number":
            return isinstance(value, (Decimal, int)) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "date":
            return type(value) is datetime.date
        case _:
            return isinstance(value, str) and (not fact.values or value in fact.values)


def _nested(entry: Any) -> types.Type:  # noqa: ANN401 - a type or a dict of such
    if isinstance(entry, dict):
        return types.ContextType({name: _nested(item) for name, item in entry.items()})
    found: types.Type = entry
    return found


def _clash(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
