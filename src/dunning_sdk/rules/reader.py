"""Take from the facts exactly what a rule reads, checked and made ready for FEEL.

The module decides that nothing is decided by a mistake: a fact that is missing or of the wrong
type raises and is named, with the place that reads it; it never reads as "no match".

>>> from dunning_sdk.rules.vocabulary import vocabulary_of
>>> words = vocabulary_of("mandate")
>>> reader = make_reader("mandate.x", [Reading(fact=words["receivable.level"])])
>>> reader.read({"receivable": {"level": 2}})
({'receivable': {'level': Decimal('2')}}, {'receivable.level': 2})
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, NoReturn

from dunning_sdk.domain.fact import Absent, Fact
from dunning_sdk.errors import EvaluationError, FactTypeError, MissingFactError
from dunning_sdk.feel.errors import FeelError, FeelTypeError
from dunning_sdk.rules.vocabulary import fits

_PYTHON: Final = {"number": Decimal, "boolean": bool, "date": datetime.date, "string": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One place that reads a fact.

    Attributes:
        fact: What is read.
        row: Number of the row, from 1; ``None`` outside rows.
        expression: The text that reads it; empty for an input of the table.
    """

    fact: Fact
    row: int | None = None
    expression: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the facts of one rule.

    Attributes:
        rule_id: For messages.
        readings: First place that reads each fact, by dotted name; in the order read.
    """

    rule_id: str
    readings: Mapping[str, Reading]
    _paths: tuple[tuple[str, tuple[str, ...], str, type, Fact], ...] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        paths = []
        for name, reading in self.readings.items():
            *above, last = name.split(".")
            fact = reading.fact
            paths.append((name, tuple(above), last, _PYTHON[fact.type], fact))
        object.__setattr__(self, "_paths", tuple(paths))

    def read(self, facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the scope for FEEL, and the values seen by dotted name.

        Raises:
            MissingFactError: A fact is not given, or is ``None`` and may not be.
            FactTypeError: A fact is of another type, or not among its allowed values.
        """
        scope: dict[str, Any] = {}
        seen: dict[str, Any] = {}
        for name, above, last, kind, fact in self._paths:
            value: Any = facts
            place = scope
            try:
                for part in above:
                    value = value[part]
                    place = place[part] if part in place else place.setdefault(part, {})
                value = value[last]
            except (KeyError, TypeError):
                value = None
            if value is None:
                if not fact.nullable:
                    raise self.missing(name)
            # The usual type is tested here, for speed; what else fits a fact, `fits` knows.
            elif (type(value) is not kind or fact.values) and not fits(fact, value):
                if not isinstance(value, Absent):
                    raise self._wrong(name)
                value = None
                if not fact.nullable:
                    raise self.missing(name)
            seen[name] = value
            place[last] = Decimal(value) if type(value) is int else value
        return scope, seen

    def missing(self, name: str) -> MissingFactError:
        """Return the error for a fact that is not given."""
        reading = self.readings[name]
        return MissingFactError(
            f"Rule {self.rule_id}{_where(reading)} reads fact {name}, which is not given",
            hint="Give the fact, or ask is known(…) first where it may be unknown.",
            **self._fields(reading),
        )

    def told(self, exc: EvaluationError, facts: Mapping[str, Any]) -> EvaluationError:
        """Return an error with why the fact it is about is absent, where that is known.

        Args:
            exc: What evaluating raised; one that names no fact is about the first absent one.
            facts: On which it was evaluated.
        """
        for name in self.readings:
            found: Any = facts
            for part in name.split("."):
                found = found.get(part) if isinstance(found, Mapping) else None
            if isinstance(found, Absent) and exc.fact_name in (None, name):
                missing = self.missing(name)
                fields = self._fields(self.readings[name])
                return MissingFactError(
                    f"{missing.message}: {found.why}", hint=missing.hint, **fields
                )
        return exc

    def failed(self, exc: FeelError, *, row: int | None, text: str) -> NoReturn:
        """Raise what an expression that failed means for the rule.

        Raises:
            FactTypeError: It met a value of the wrong type, null among them.
            EvaluationError: It failed otherwise.
        """
        kind = FactTypeError if isinstance(exc, FeelTypeError) else EvaluationError
        where = f" row {row}" if row else ""
        raise kind(
            f"Rule {self.rule_id}{where}: {text} failed: {exc.message}",
            hint="Ask is known(…) first where a fact may be unknown.",
            rule_id=self.rule_id,
            row=row,
            expression=text,
        ) from exc

    def _wrong(self, name: str) -> FactTypeError:
        reading = self.readings[name]
        fact = reading.fact
        expected = " | ".join(value or '""' for value in fact.values) or fact.type
        return FactTypeError(
            f"Rule {self.rule_id}{_where(reading)} reads fact {name}, which is no {expected}",
            hint="Amounts are decimals or whole numbers, days are dates; texts keep to their list.",
            **self._fields(reading),
        )

    def _fields(self, reading: Reading) -> dict[str, Any]:
        return {
            "rule_id": self.rule_id,
            "row": reading.row,
            "expression": reading.expression or None,
            "fact_name": reading.fact.name,
        }


def make_reader(rule_id: str, readings: Iterable[Reading]) -> Reader:
    """Return a reader of every fact read, each named by the first place that reads it."""
    first: dict[str, Reading] = {}
    for reading in readings:
        first.setdefault(reading.fact.name, reading)
    return Reader(rule_id=rule_id, readings=first)


def _where(reading: Reading) -> str:
    row = f" row {reading.row}" if reading.row else ""
    return f"{row} ({reading.expression})" if reading.expression else row
