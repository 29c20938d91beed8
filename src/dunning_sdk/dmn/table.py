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
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, NamedTuple

from dunning_sdk.dmn.collecting import greatest, least, total
from dunning_sdk.dmn.errors import DmnError, DmnNoRowError
from dunning_sdk.dmn.parts import Constant, Input, Output, Read, Row, Scope, quick
from dunning_sdk.dmn.policy import MANY, Aggregation, HitPolicy
from dunning_sdk.feel.values import equal

__all__ = ["Aggregation", "HitPolicy", "Input", "Output", "Row", "Scope", "Table", "TableResult"]


class TableResult(NamedTuple):
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
    _masks: tuple[tuple[Read, Callable[[Any], int]], ...] = field(
        init=False, repr=False, compare=False
    )
    _has_tests: bool = field(init=False, repr=False, compare=False)
    _ready: Mapping[int, TableResult] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        masks = tuple((quick(one.read), _rows_for(one)) for one in self.inputs)
        object.__setattr__(self, "_masks", masks)
        object.__setattr__(self, "_has_tests", any(row.tests for row in self.rows))
        # A row that holds alone and always says the same has its answer made beforehand.
        ready = {} if self.hit_policy in MANY else dict(self._alone())
        object.__setattr__(self, "_ready", ready)

    def _alone(self) -> Iterator[tuple[int, TableResult]]:
        for at, row in enumerate(self.rows):
            if all(isinstance(output, Constant) for output in row.outputs):
                with suppress(DmnError):
                    yield 1 << at, self.answer((at + 1,), {})

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
        if self._has_tests:
            return self.answer(self._tested(scope), scope)
        mask = (1 << len(self.rows)) - 1
        for read, rows_for in self._masks:
            mask &= rows_for(read(scope))
        ready = self._ready.get(mask)
        if ready is None:
            return self.answer(tuple(numbers(mask)), scope)
        if len(self.outputs) == 1:
            return ready
        value, rows, chosen, outputs = ready
        return TableResult(value.copy(), rows, chosen, outputs)

    def answer(self, rows: tuple[int, ...], scope: Scope) -> TableResult:
        """Return the answer where these rows hold.

        Args:
            rows: Their numbers, from 1, in table order.
            scope: What their outputs may read.

        Raises:
            DmnError: As for `decide`.
            FeelError: An output failed.
        """
        policy = self.hit_policy
        if (len(rows) == 1 and policy is HitPolicy.UNIQUE) or (rows and policy is HitPolicy.FIRST):
            outputs = self._outputs(rows[0], scope)
            value = outputs[0] if len(outputs) == 1 else self._shaped(outputs)
            return TableResult(value, rows, rows[:1], (outputs,))
        return self._without_row(scope) if not rows else self._merged(rows, scope)

    def _merged(self, rows: tuple[int, ...], scope: Scope) -> TableResult:
        if self.hit_policy is HitPolicy.UNIQUE:
            return self._conflict(rows, rows, "hold at once under unique")
        outputs = {row: self._outputs(row, scope) for row in rows}
        if self.hit_policy is HitPolicy.ANY:
            return self._any(rows, outputs)
        ranked = rows
        if self.hit_policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
            ranked = tuple(sorted(rows, key=lambda row: self._rank(outputs[row], row)))
        if self.hit_policy is HitPolicy.PRIORITY:
            return self._single(rows, ranked[:1], outputs[ranked[0]])
        return self._many(rows, ranked, tuple(outputs[row] for row in ranked))

    def _tested(self, scope: Scope) -> tuple[int, ...]:
        """Return the numbers of the rows that hold, from 1, where cells must be evaluated."""
        mask = (1 << len(self.rows)) - 1
        values = []
        for read, rows_for in self._masks:
            value = read(scope)
            values.append(value)
            mask &= rows_for(value)
        found: list[int] = []
        for row in numbers(mask):
            tests = self.rows[row - 1].tests
            if not tests or (
                not (found and self.hit_policy is HitPolicy.FIRST)
                and all(test(scope, values[at]) is True for at, test in tests)
            ):
                found.append(row)
        return tuple(found)

    def _outputs(self, row: int, scope: Scope) -> tuple[Any, ...]:
        outputs = self.rows[row - 1].outputs
        if len(outputs) == 1:
            return (outputs[0](scope),)
        return tuple([output(scope) for output in outputs])

    def _without_row(self, scope: Scope) -> TableResult:
        if any(output.default is not None for output in self.outputs):
            defaults = tuple([one.default(scope) if one.default else None for one in self.outputs])
            if self.hit_policy in MANY:
                return self._many((), (), (defaults,))
            return self._single((), (), defaults)
        if self.hit_policy in MANY and self.strict:
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


def numbers(mask: int) -> Iterator[int]:
    """Yield the numbers of the rows in a mask, from 1, in table order."""
    while mask:
        yield (mask & -mask).bit_length()
        mask &= mask - 1


def _rows_for(one: Input) -> Callable[[Any], int]:
    return (lambda value: -1) if one.column is None else one.column.rows_for


def _same(left: Sequence[Any], right: Sequence[Any]) -> bool:
    return all(equal(one, other) is True for one, other in zip(left, right, strict=True))


def _named(rows: Sequence[int]) -> str:
    if len(rows) == 1:
        return f"row {rows[0]}"
    return f"rows {', '.join(map(str, rows[:-1]))} and {rows[-1]}"


_AGGREGATE: Final[Mapping[Aggregation, Callable[[Sequence[Any]], Any]]] = {
    Aggregation.SUM: total,
    Aggregation.MIN: least,
    Aggregation.MAX: greatest,
}
