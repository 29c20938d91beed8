"""Hold a rule book that was read whole, and let its rules decide.

The module decides what a rule answers and what its trace says; how a file becomes a rule is
decided in `table` and `procedure`, what an answer leads to in `decisions`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dunning_sdk.dmn.errors import DmnError, DmnNoRowError
from dunning_sdk.dmn.table import Aggregation, Table, TableResult
from dunning_sdk.domain.currency import exponent
from dunning_sdk.domain.fact import Fact
from dunning_sdk.errors import (
    CurrencyMismatchError,
    EvaluationError,
    Finding,
    NoMatchError,
    RecordNotFoundError,
    nearest_names,
)
from dunning_sdk.rules.function import Functions
from dunning_sdk.rules.kind import ANY_CURRENCY, ResultField
from dunning_sdk.rules.pattern import Pattern
from dunning_sdk.rules.reader import Reader
from dunning_sdk.rules.reason import Reason
from dunning_sdk.rules.step import Procedure
from dunning_sdk.rules.trace import TraceEntry

if TYPE_CHECKING:
    from dunning_sdk.rules.case import Cases
    from dunning_sdk.rules.invariant import Invariant

_AGGREGATE: Final[Mapping[Aggregation, Callable[[list[Decimal]], Any]]] = {
    Aggregation.SUM: sum,
    Aggregation.MIN: min,
    Aggregation.MAX: max,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule has.

    Attributes:
        id: ``<kind>.<name>``; permanent.
        kind: One of `rules.kind.KINDS`.
        title: One line for people.
        file: Its file, as findings name it.
        source: Act and article, or ``House rule``.
        limits: What it covers less than the law says; empty for nothing.
        jurisdiction: Where it applies; ``*`` for everywhere.
        start_on: First day it applies; ``None`` for always.
        until_on: First day it no longer applies; ``None`` for never.
        words: Texts that stand in its answers, reasons among them.
        calls: Names of the book's functions it calls.
    """

    id: str
    kind: str
    title: str
    file: str
    source: str
    limits: str = ""
    words: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    jurisdiction: str = "*"
    start_on: date | None = None
    until_on: date | None = None

    def in_force(self, on: date) -> bool:
        """Tell whether the rule applies on a day."""
        started = self.start_on is None or self.start_on <= on
        return started and (self.until_on is None or on < self.until_on)


class RuleOutcome(NamedTuple):
    """What a table answered.

    Attributes:
        rows: Numbers of the rows that held, from 1; empty where ``otherwise`` decided.
        decided: Numbers of those whose answers were taken, in the order taken.
        values: Value per result field. Money is in major units, rounded to minor units.
        trace: One entry.
    """

    rows: tuple[int, ...]
    decided: tuple[int, ...]
    values: Mapping[str, Any]
    trace: tuple[TraceEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule(Rule):
    """A decision table.

    Attributes:
        table: Compiled, strict; its outputs are the result fields that a row gives.
        fields: Every result field of the kind.
        reader: Takes the facts the table reads.
        currency: Only currency it may decide in; ``any`` for all.
        aggregation: What rows that hold together make of numbers.
        rounding: Of money, one of `decimal`'s rounding modes.
        edges: Day-valued fact to the values at which an answer may change; ``None`` in place of
            the values where that cannot be told.
        columns: Input name to the cells below it as FEEL text, for pages and explanations.
    """

    table: Table
    fields: tuple[ResultField, ...]
    reader: Reader
    currency: str = ANY_CURRENCY
    aggregation: Aggregation = Aggregation.LIST
    rounding: str = "ROUND_HALF_UP"
    edges: Mapping[str, tuple[int, ...] | None] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _defaults: Mapping[str, Any] = field(init=False, repr=False, compare=False)
    _given: tuple[ResultField, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {one.name: one for one in self.fields}
        given = tuple(by_name[output.name] for output in self.table.outputs)
        object.__setattr__(self, "_given", given)
        object.__setattr__(self, "_defaults", {one.name: one.default for one in self.fields})

    @property
    def reads(self) -> frozenset[str]:
        """Return the facts it reads."""
        return frozenset(self.reader.readings)

    def decide(self, facts: Mapping[str, Any]) -> RuleOutcome:
        """Return what the table answers.

        Args:
            facts: Nested by the dots of their names; others may be among them.

        Raises:
            MissingFactError: A fact that the table reads is not given.
            FactTypeError: A fact, or what an expression meets, has the wrong type.
            NoMatchError: No row holds and there is no ``otherwise``.
            CurrencyMismatchError: The facts are in another currency than the table.
            EvaluationError: Rows are at odds with the hit policy, or an expression failed.
        """
        scope, seen = self.reader.read(facts)
        currency = seen.get("currency", ANY_CURRENCY)
        if self.currency not in (ANY_CURRENCY, currency):
            message = f"Rule {self.id} decides in {self.currency} and was asked in {currency}"
            raise CurrencyMismatchError(message, hint="Add a rule for that currency.")
        try:
            result = self._result(scope)
        except EvaluationError as exc:
            raise self.reader.told(exc, facts) from exc
        values = self.values(result, currency)
        entry = TraceEntry(rule=self.id, rows=result.rows or (0,), inputs=seen, outcome=values)
        return RuleOutcome(rows=result.rows, decided=result.chosen, values=values, trace=(entry,))

    def _result(self, scope: Mapping[str, Any]) -> TableResult:
        try:
            result = self.table.decide(scope)
        except DmnNoRowError as exc:
            raise self._no_match() from exc
        except DmnError as exc:
            message = f"Rule {self.id}: {exc.message}"
            row = exc.rows[0] if exc.rows else None
            raise EvaluationError(message, rule_id=self.id, row=row) from exc
        if not result.outputs and any(one.required for one in self.fields):
            raise self._no_match()
        return result

    def _no_match(self) -> NoMatchError:
        message = f"Rule {self.id}: no row holds and there is no otherwise"
        return NoMatchError(message, hint="Add a row, or an otherwise.", rule_id=self.id)

    def values(self, result: TableResult, currency: str) -> dict[str, Any]:
        """Return the value per result field that its table's result comes to."""
        values = {**self._defaults}
        for one, given in zip(self._given, zip(*result.outputs, strict=True), strict=False):
            column = [value for value in given if value is not None]
            if column and (one.many or isinstance(column[0], Decimal)):
                values[one.name] = self._merged(one, column, currency)
            elif column:
                values[one.name] = column[0]
        return values

    def _merged(self, one: ResultField, column: list[Any], currency: str) -> Any:  # noqa: ANN401 - a FEEL value
        if one.many:
            lists = (one if isinstance(one, (list, tuple)) else (one,) for one in column)
            return tuple(dict.fromkeys(item for one in lists for item in one))
        value = column[0]
        if self.aggregation is not Aggregation.LIST and self.aggregation in _AGGREGATE:
            value = _AGGREGATE[self.aggregation](column)
        if one.money:
            return value.quantize(Decimal(1).scaleb(-exponent(currency)), rounding=self.rounding)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureRule(Rule):
    """A dunning procedure.

    Attributes:
        procedure: Its steps and options.
    """

    procedure: Procedure

    @property
    def reads(self) -> frozenset[str]:
        """Return the facts its conditions read."""
        return frozenset(name for one in self.procedure.conditions for name in one.reads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A versioned set of rules, whole: parents are resolved.

    Attributes:
        id: Name of the book.
        version: The author's.
        hash: SHA-256 of what decides, in hexadecimal; comments, cases and invariants do not count.
        title: One line for people.
        jurisdiction: Where it applies; ``*`` for everywhere.
        start_on: First day it applies; ``None`` for always.
        until_on: First day it no longer applies; ``None`` for never.
        currency: Of its rules, unless they say otherwise; ``any`` for all.
        rules: Rule by id, in the order of their file names.
        reasons: Reason by id.
        contacts: Roles of persons at a debtor that its scenarios may choose.
        tones: Tones that its scenarios may choose.
        patterns: What it looks for in a debtor's past; tables read what is found as signals.
        functions: What its cells may call besides the functions of FEEL.
        cases: Cases by the id of their rule.
        invariants: What must be true of its answers, in the order of the file.
        files: Text by file name; loading these gives this book again.
        findings: Warnings met when it was read.
    """

    id: str
    version: str
    hash: str
    title: str
    jurisdiction: str = "*"
    start_on: date | None = None
    until_on: date | None = None
    currency: str = ANY_CURRENCY
    rules: Mapping[str, TableRule | ProcedureRule] = field(default_factory=dict)
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    contacts: tuple[str, ...] = ()
    tones: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    functions: Functions = field(default_factory=Functions)
    cases: "Mapping[str, Cases]" = field(default_factory=dict)
    invariants: "tuple[Invariant, ...]" = ()
    files: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def of_kind(self, kind: str, *, on: date | None = None) -> tuple[TableRule, ...]:
        """Return the tables of one kind, in the order of their ids.

        Args:
            kind: Such as ``guards``.
            on: Only those in force on this day; ``None`` for all.
        """
        tables = (rule for rule in self.rules.values() if isinstance(rule, TableRule))
        return tuple(
            rule for rule in tables if rule.kind == kind and (on is None or rule.in_force(on))
        )

    @property
    def reads(self) -> frozenset[str]:
        """Return the facts that any of its rules reads."""
        return frozenset(name for rule in self.rules.values() for name in rule.reads)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Return the facts that only this book knows: its signals."""
        return tuple(one.fact for one in self.patterns)

    @property
    def procedures(self) -> Mapping[str, Procedure]:
        """Return the procedures by id."""
        rules = self.rules.values()
        return {rule.id: rule.procedure for rule in rules if isinstance(rule, ProcedureRule)}

    def rule(self, rule_id: str) -> TableRule | ProcedureRule:
        """Return a rule by id.

        Raises:
            RecordNotFoundError: The book has no such rule.
        """
        if rule_id in self.rules:
            return self.rules[rule_id]
        near = " or ".join(nearest_names(rule_id, self.rules))
        hint = f"Did you mean {near}?" if near else None
        raise RecordNotFoundError(f"Book {self.id} has no rule {rule_id}", hint=hint)
