"""Take from the facts exactly what a rule reads, checked and made ready for FEEL.

The module decides that nothing is decided by a mistake: a fact that is missing or of the wrong
type raises and is named, with the place that reads it; it never reads as "no match".

>>> from dunning_sdk.rules.vocabulary import vocabulary_of
>>> words = vocabulary_of("mandate")
>>> reader = make_reader("mandate.x", [Reading(fact=words["receivable.level"])])
>>> reader.read({"receivable": {"level": 2}})
({'receivable': {'level': Decimal('2')}}, {'receivable.level': 2})
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from dunning_sdk.domain.fact import Fact
from dunning_sdk.errors import EvaluationError, FactTypeError, MissingFactError
from dunning_sdk.feel.errors import FeelError, FeelTypeError
from dunning_sdk.rules.vocabulary import fits


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
        readings: First place that reads each fact, by dotted name.
        paths: Each fact with the parts of its name, in the order read.
    """

    rule_id: str
    readings: Mapping[str, Reading]
    paths: tuple[tuple[str, tuple[str, ...], Fact], ...]

    def read(self, facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the scope for FEEL, and the values seen by dotted name.

        Raises:
            MissingFactError: A fact is not given, or is ``None`` and may not be.
            FactTypeError: A fact is of another type, or not among its allowed values.
        """
        scope: dict[str, Any] = {}
        seen: dict[str, Any] = {}
        for name, parts, fact in self.paths:
            value: Any = facts
            place = scope
            try:
                for part in parts[:-1]:
                    value = value[part]
                    place = place.setdefault(part, {})
                value = value[parts[-1]]
            except (KeyError, TypeError):
                value = None
            if value is None:
                if not fact.nullable:
                    raise self.missing(name)
            elif not fits(fact, value):
                raise self._wrong(name)
            seen[name] = value
            place[parts[-1]] = Decimal(value) if type(value) is int else value
        return scope, seen

    def missing(self, name: str) -> MissingFactError:
        """Return the error for a fact that is not given."""
        reading = self.readings[name]
        return MissingFactError(
            f"Rule {self.rule_id}{_where(reading)} reads fact {name}, which is not given",
            hint="Give the fact, or ask is known(…) first where it may be unknown.",
            **self._fields(reading),
        )

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
    paths = tuple((name, tuple(name.split(".")), one.fact) for name, one in first.items())
    return Reader(rule_id=rule_id, readings=first, paths=paths)


def value_at(name: str) -> Callable[[Mapping[str, Any]], Any]:
    """Return a function from a scope that `Reader.read` made to the value of a fact."""
    parts = name.split(".")
    if len(parts) == 1:
        return lambda scope: scope[name]
    if len(parts) == 2:
        first, last = parts
        return lambda scope: scope[first][last]

    def deep(scope: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a FEEL value
        value: Any = scope
        for part in parts:
            value = value[part]
        return value

    return deep


def _where(reading: Reading) -> str:
    row = f" row {reading.row}" if reading.row else ""
    return f"{row} ({reading.expression})" if reading.expression else row
