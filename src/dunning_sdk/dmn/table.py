"""Apply a decision table's hit policy to the rows that hold.

Decides which rows hold and what the table answers, in the standard's own mode (a conflict
yields null) or strictly (a conflict raises). Leaves what a cell means to the callables it is
given.

>>> high = Row(tests=((0, lambda scope, value: value > 5),), outputs=(lambda scope: "high",))
>>> low = Row(tests=((0, lambda scope, value: value <= 5),), outputs=(lambda scope: "low",))
>>> amount = Input(name="amount", read=lambda scope: scope["amount"])
>>> table = Table(inputs=(amount,), outputs=(Output(name="size"),), rows=(high, low))
>>> table.decide({"amount": 9})
TableResult(value='high', rows=(1,), chosen=(1,), outputs=(('high',),))
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeAlias

from dunning_sdk.dmn.column import Column
from dunning_sdk.dmn.errors import DmnError, DmnNoRowError
from dunning_sdk.feel.values import equal

Scope: TypeAlias = Mapping[str, Any]


class HitPolicy(StrEnum):
    """What a table answers when several rows hold (DMN 1.5, 8.2.8)."""

    UNIQUE = "unique"
    ANY = "any"
    PRIORITY = "priority"
    FIRST = "first"
    RULE_ORDER = "rule-order"
    OUTPUT_ORDER = "output-order"
    COLLECT = "collect"


class Aggregation(StrEnum):
    """What collect makes of the outputs."""

    LIST = "list"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    COUNT = "count"


_MANY: Final = frozenset({HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input of a table.

    Attributes:
        name: As the author wrote it, for messages.
        read: Scope to the value of the input.
        column: Decides the cells it cut into bins; ``None`` where every cell is a test.
    """

    name: str
    read: Callable[[Scope], Any]
    column: Column | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One output of a table.

    Attributes:
        name: Entry of the result.
        values: Allowed values, highest priority first; read by priority and output order.
        default: What the output is when no row holds; ``None`` for no default.
    """

    name: str
    values: tuple[Any, ...] = ()
    default: Callable[[Scope], Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table.

    Attributes:
        tests: Input index and test, for the cells no column decides; a cell ``-`` has none.
        outputs: One per output, in order.
    """

    tests: tuple[tuple[int, Callable[[Scope, Any], Any]], ...] = ()
    outputs: tuple[Callable[[Scope], Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableResult:
    """What a table answered, and why.

    Attributes:
        value: As DMN says: one output, a context of outputs, a list of either, or a number.
        rows: Numbers of every row that held, from 1, in table order. Under ``first``, rows
            after the one that decided are listed only where bins told without evaluating.
        chosen: Numbers of the rows whose outputs make the value, in the order of the value;
            empty where the defaults were taken.
        outputs: The outputs of those rows, or the defaults as the only entry; empty for null.
    """

    value: Any
    rows: tuple[int, ...]
    chosen: tuple[int, ...] = ()
    outputs: tuple[tuple[Any, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A decision table ready to decide.

    Attributes:
        inputs: In the order of the columns.
        outputs: In the order of the columns.
        rows: In the order of the table.
        hit_policy: What is answered when several rows hold.
        aggregation: What ``collect`` makes of the outputs; each output by itself.
        strict: Whether two rows under ``unique``, a conflict under ``any`` and no row without
            a default raise; otherwise they yield null.
    """

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    hit_policy: HitPolicy = HitPolicy.UNIQUE
    aggregation: Aggregation = Aggregation.LIST
    strict: bool = False

    def decide(self, scope: Scope) -> TableResult:
        """Return the answer for one scope.

        Raises:
            DmnError: In strict mode: two rows hold under ``unique``, rows that differ hold under
                ``any``, an output is not among the listed values under ``priority`` or
                ``output-order``, or a sum is asked of what is no number.
            DmnNoRowError: In strict mode: no row holds and there is no default.
            FeelError: A cell failed.

        Source:
            DMN 1.5, 8.2.8 (hit policies) and 8.2.10 (default output entries).
        """
        rows = tuple(self._holding(scope))
        if not rows:
            return self._without_row(scope)
        if self.hit_policy is HitPolicy.UNIQUE and len(rows) > 1:
            return self._conflict(rows, rows, "hold at once under unique")
        if self.hit_policy in (HitPolicy.UNIQUE, HitPolicy.FIRST):
            chosen = rows[:1]
            return self._single(rows, chosen, self._outputs(chosen[0], scope))
        outputs = {row: self._outputs(row, scope) for row in rows}
        if self.hit_policy is HitPolicy.ANY:
            return self._any(rows, outputs)
        if self.hit_policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
            rows_by_rank = tuple(sorted(rows, key=lambda row: self._rank(outputs[row], row)))
        else:
            rows_by_rank = rows
        if self.hit_policy is HitPolicy.PRIORITY:
            return self._single(rows, rows_by_rank[:1], outputs[rows_by_rank[0]])
        return self._many(rows, rows_by_rank, tuple(outputs[row] for row in rows_by_rank))

    def _holding(self, scope: Scope) -> Iterator[int]:
        """Yield the numbers of the rows that hold, from 1, in table order."""
        mask = (1 << len(self.rows)) - 1
        values = []
        for one in self.inputs:
            value = one.read(scope)
            values.append(value)
            if one.column is not None:
                mask &= one.column.rows_for(value)
        stop_at_first, found = self.hit_policy is HitPolicy.FIRST, False
        while mask:
            lowest = mask & -mask
            mask ^= lowest
            index = lowest.bit_length() - 1
            tests = self.rows[index].tests
            if tests and found and stop_at_first:
                continue
            if not tests or all(test(scope, values[at]) is True for at, test in tests):
                found = True
                yield index + 1

    def _outputs(self, row: int, scope: Scope) -> tuple[Any, ...]:
        return tuple([output(scope) for output in self.rows[row - 1].outputs])

    def _without_row(self, scope: Scope) -> TableResult:
        if any(output.default is not None for output in self.outputs):
            defaults = tuple([one.default(scope) if one.default else None for one in self.outputs])
            if self.hit_policy in _MANY:
                return self._many((), (), (defaults,))
            return self._single((), (), defaults)
        if self.hit_policy in _MANY and self.strict:
            return self._many((), (), ())
        if self.strict:
            raise DmnNoRowError(message="no row holds and the table has no default")
        counts = self.hit_policy is HitPolicy.COLLECT and self.aggregation is Aggregation.COUNT
        return TableResult(value=Decimal(0) if counts else None, rows=())

    def _conflict(
        self, rows: tuple[int, ...], at_odds: tuple[int, ...], message: str
    ) -> TableResult:
        if self.strict:
            raise DmnError(message=f"{_named(at_odds)} {message}", rows=at_odds)
        return TableResult(value=None, rows=rows)

    def _any(self, rows: tuple[int, ...], outputs: Mapping[int, tuple[Any, ...]]) -> TableResult:
        first = rows[0]
        differing = [row for row in rows if not _same(outputs[first], outputs[row])]
        if differing:
            at_odds = (first, *differing)
            return self._conflict(rows, at_odds, "hold at once under any and differ")
        return self._single(rows, (first,), outputs[first])

    def _rank(self, outputs: Sequence[Any], row: int) -> tuple[int, ...]:
        ranks = []
        for output, value in zip(self.outputs, outputs, strict=True):
            if not output.values:
                continue
            places = [at for at, listed in enumerate(output.values) if equal(listed, value) is True]
            if not places and self.strict:
                message = f"row {row}: {output.name} is not among the values that give the order"
                raise DmnError(message=message, rows=(row,))
            ranks.append(places[0] if places else len(output.values))
        return tuple(ranks)

    def _single(
        self, rows: tuple[int, ...], chosen: tuple[int, ...], outputs: tuple[Any, ...]
    ) -> TableResult:
        return TableResult(
            value=self._shaped(outputs), rows=rows, chosen=chosen, outputs=(outputs,)
        )

    def _many(
        self,
        rows: tuple[int, ...],
        chosen: tuple[int, ...],
        outputs: tuple[tuple[Any, ...], ...],
    ) -> TableResult:
        value: Any
        if self.hit_policy is HitPolicy.COLLECT and self.aggregation is not Aggregation.LIST:
            value = self._aggregated(rows, outputs)
        else:
            value = [self._shaped(one) for one in outputs]
        return TableResult(value=value, rows=rows, chosen=chosen, outputs=outputs)

    def _aggregated(self, rows: tuple[int, ...], outputs: tuple[tuple[Any, ...], ...]) -> Any:  # noqa: ANN401 - a FEEL value
        if self.aggregation is Aggregation.COUNT:
            return Decimal(len(outputs))
        columns = list(zip(*outputs, strict=True)) or [()] * len(self.outputs)
        try:
            return self._shaped(tuple(_AGGREGATE[self.aggregation](column) for column in columns))
        except TypeError as exc:
            message = f"{_named(rows)}: {self.aggregation.value} needs values of one ordered type"
            if self.strict:
                raise DmnError(message=message, rows=rows) from exc
            return None

    def _shaped(self, outputs: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a FEEL value
        if len(self.outputs) == 1:
            return outputs[0]
        return {output.name: value for output, value in zip(self.outputs, outputs, strict=True)}


def _same(left: Sequence[Any], right: Sequence[Any]) -> bool:
    return all(equal(one, other) is True for one, other in zip(left, right, strict=True))


def _named(rows: Sequence[int]) -> str:
    if len(rows) == 1:
        return f"row {rows[0]}"
    return f"rows {', '.join(map(str, rows[:-1]))} and {rows[-1]}"


def _sum(values: Sequence[Any]) -> Decimal | None:
    if any(not isinstance(value, Decimal) for value in values):
        raise TypeError
    return sum(values, Decimal(0)) if values else None


def _least(values: Sequence[Any]) -> Any:  # noqa: ANN401 - a FEEL value
    return min(values) if values else None


def _greatest(values: Sequence[Any]) -> Any:  # noqa: ANN401 - a FEEL value
    return max(values) if values else None


_AGGREGATE: Final[Mapping[Aggregation, Callable[[Sequence[Any]], Any]]] = {
    Aggregation.SUM: _sum,
    Aggregation.MIN: _least,
    Aggregation.MAX: _greatest,
}
