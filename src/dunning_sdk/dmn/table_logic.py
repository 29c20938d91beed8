"""Compile a drawn decision table into one that decides.

Decides how its cells, types and allowed values are read; where it stands when it has no answer.
Leaves the hit policies to `table`.

A table is compiled twice: with a test for every cell, and with bins for the cells that name
constants alone. Bins decide where every input has the type of its column; a null, or a value of
another type, is put to the tests, which record what is wrong with it.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.dmn import boxed as b
from dunning_sdk.dmn.cell import Kind
from dunning_sdk.dmn.column import Column, make_column
from dunning_sdk.dmn.errors import DmnError, DmnModelError
from dunning_sdk.dmn.item_type import Boundary
from dunning_sdk.dmn.session import Session
from dunning_sdk.dmn.site import Compile, Site, bounded, fitted
from dunning_sdk.dmn.table import Aggregation, HitPolicy, Input, Output, Row, Table, TableResult
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.closures import Facts, Local, Run, UnaryTest
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.feel.evaluator import compile_expression, compile_unary_tests
from dunning_sdk.feel.parser import parse_unary_tests
from dunning_sdk.feel.values import Value

Test = Callable[[Any, Any], bool | None]

_PYTHON: Final[Mapping[Kind, type]] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": datetime.date,
}


class Frame(Local):
    """Be the scope of a table, which knows the evaluation it is part of, and its inputs."""

    __slots__ = ("evaluation", "values_read")

    def __init__(self, outer: Facts, evaluation: Evaluation) -> None:
        super().__init__(outer, {})
        self.evaluation = evaluation
        self.values_read: list[Value] = []


def compile_table(node: b.DecisionTable, site: Site, *, compile_logic: Compile) -> Run:
    """Return the function that decides by a table.

    Args:
        node: The table as drawn.
        site: Where it stands.
        compile_logic: Compiles the expressions in it.

    Raises:
        DmnModelError: A row has too few or too many cells, one of several outputs has no name, or
            a type is unknown; in strict mode also: a cell is no FEEL.
    """
    _check_form(node)
    parts = _Parts(node, site, compile_logic)
    reads = [parts.read(one) for one in node.inputs]
    outputs = tuple(parts.output(one) for one in node.outputs)
    columns = [parts.column(at) for at in range(len(node.inputs))]
    rows = [parts.row(number, columns) for number in range(len(node.rules))]
    plain = _table(node, [None] * len(columns), outputs, rows, strict=site.strict)
    binned = _table(node, columns, outputs, rows, strict=site.strict)
    kinds = [(at, _PYTHON[one.kind]) for at, one in enumerate(columns) if one is not None]

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        frame = Frame(scope, evaluation)
        values = frame.values_read = [read(frame, evaluation) for read in reads]
        fits = all(type(values[at]) is kind for at, kind in kinds)
        try:
            result = (binned if fits else plain).decide(frame)
        except DmnError as error:
            raise _placed(error, node) from error
        if isinstance(evaluation, Session):
            evaluation.tables.append(result)
        if result.value is None and (why := _why_null(result, plain)):
            evaluation.record(why, line=node.line, column=node.column)
        return result.value

    return run


def _table(
    node: b.DecisionTable,
    columns: Sequence[Column | None],
    outputs: tuple[Output, ...],
    rows: Sequence[Row],
    *,
    strict: bool,
) -> Table:
    """Return a table that tests the cells that no column decides."""

    def is_open(row: int, at: int) -> bool:
        column = columns[at]
        return column is None or column.bins_by_row[row] is None

    return Table(
        inputs=tuple(
            Input(name=one.label or one.expression.text, read=_value(at), column=columns[at])
            for at, one in enumerate(node.inputs)
        ),
        outputs=outputs,
        rows=tuple(
            replace(row, tests=tuple(test for test in row.tests if is_open(number, test[0])))
            for number, row in enumerate(rows)
        ),
        hit_policy=node.hit_policy,
        aggregation=node.aggregation if node.hit_policy is HitPolicy.COLLECT else Aggregation.LIST,
        strict=strict,
    )


def _value(at: int) -> Callable[[Any], Value]:
    return lambda frame: frame.values_read[at]


def _check_form(node: b.DecisionTable) -> None:
    for place, rule in enumerate(node.rules, 1):
        if (len(rule.inputs), len(rule.outputs)) != (len(node.inputs), len(node.outputs)):
            message = (
                f"row {place} has {len(rule.inputs)} conditions and {len(rule.outputs)} outputs, "
                f"the table {len(node.inputs)} and {len(node.outputs)}"
            )
            raise DmnModelError(message=message, line=rule.line, column=rule.column)
    names = [one.name for one in node.outputs]
    if len(names) > 1 and (not all(names) or len(set(names)) < len(names)):
        message = "each of several outputs needs a name of its own"
        raise DmnModelError(message=message, line=node.line, column=node.column)


class _Parts:
    """Compile the columns and rows of one table."""

    def __init__(self, node: b.DecisionTable, site: Site, compile_logic: Compile) -> None:
        self._node = node
        self._site = site
        self._compile = compile_logic
        self._trees: dict[int, n.UnaryTests | None] = {}
        for one in node.outputs:
            site.notes.learn(one.name)

    def read(self, clause: b.InputClause) -> Run:
        """Return what reads an input."""
        run = self._compile(clause.expression, self._site)
        return self._among(run, clause.values, clause.expression)

    def column(self, at: int) -> Column | None:
        """Return the bins of an input; ``None`` where its cells name no constants."""
        try:
            cells = [self._tree(rule.inputs[at]) for rule in self._node.rules]
        except FeelError:
            return None
        asked = [row for row, cell in enumerate(cells) if cell is not None]
        for kind in _PYTHON:
            column = make_column(cells, kind=kind)
            if any(column.bins_by_row[row] is not None for row in asked):
                return column
        return None

    def output(self, clause: b.OutputClause) -> Output:
        default = None
        if clause.default is not None:
            default = _called(self._held(clause.default, clause))
        values = clause.values
        for type_ref in (clause.type_ref, self._node.type_ref):
            values = values or self._site.types.allowed(type_ref)
        return Output(name=clause.name, values=self._listed(values), default=default)

    def row(self, number: int, columns: Sequence[Column | None]) -> Row:
        """Return a row with a test for each cell; one that a column decides is compiled later."""
        rule = self._node.rules[number]
        tests = []
        for at, (cell, column) in enumerate(zip(rule.inputs, columns, strict=True)):
            is_open = column is None or column.bins_by_row[number] is None
            test = self._test(cell) if is_open else self._later(cell)
            if test is not None:
                tests.append((at, test))
        outputs = zip(rule.outputs, self._node.outputs, strict=True)
        return Row(
            tests=tuple(tests),
            outputs=tuple(_called(self._held(cell, clause)) for cell, clause in outputs),
        )

    def _later(self, cell: b.UnaryTests) -> Test | None:
        """Return a test that is compiled when it is first needed: it names constants alone."""
        if self._tree(cell) is None:
            return None
        made: list[Test] = []

        def test(frame: Any, value: Any) -> bool | None:  # noqa: ANN401 - as tables call it
            if not made:
                made.extend(filter(None, (self._test(cell),)))
            return made[0](frame, value)

        return test

    def _held(self, cell: b.LiteralExpression, clause: b.OutputClause) -> Run:
        boundary = self._site.types.boundary(clause.type_ref, clause)
        run = bounded(self._compile(cell, self._site), boundary, cell, self._site)
        return self._among(run, clause.values, cell)

    def _among(self, run: Run, values: b.UnaryTests | None, node: b.Node) -> Run:
        """Hold a value to the values that its column lists."""
        test = self._tested(values) if values else None
        if test is None:
            return run
        allowed = Boundary(
            self._site.types.boundary("Any", node).type,
            lambda value, evaluation: test({}, value, evaluation) is True,
            "value of its column",
        )
        strict = self._site.strict
        return lambda scope, evaluation: fitted(
            run(scope, evaluation), allowed, evaluation, node, strict=strict
        )

    def _test(self, cell: b.UnaryTests) -> Test | None:
        test = self._tested(cell)
        return test and (lambda frame, value: test(frame, value, frame.evaluation))

    def _tested(self, cell: b.UnaryTests) -> UnaryTest | None:
        """Return the test of a cell; ``None`` for one that any value passes."""
        site = self._site
        try:
            tree = self._tree(cell)
            if tree is None:
                return None
            return compile_unary_tests(
                tree, strict=site.strict, functions=site.functions, types=site.named
            )
        except FeelError as error:
            place = replace(cell, line=error.line, column=error.column)
            failed = site.failed(place, error.message)
        return lambda scope, value, evaluation=None, /: failed(  # type: ignore[return-value]  # null
            scope, evaluation or Evaluation()
        )

    def _tree(self, cell: b.UnaryTests) -> n.UnaryTests | None:
        """Return the tree of a cell; ``None`` for one that any value passes."""
        if not cell.text.strip():
            return None
        if id(cell) not in self._trees:
            tree = self._site.parsed(parse_unary_tests, cell)
            self._trees[id(cell)] = None if isinstance(tree, n.Dash) else tree
        return self._trees[id(cell)]

    def _listed(self, values: b.UnaryTests | None) -> tuple[Value, ...]:
        """Return the values of a list of constants, in order."""
        if values is None or not values.text.strip():
            return ()
        try:
            tree = self._site.parsed(parse_unary_tests, values)
            if not isinstance(tree, n.UnaryTests):
                return ()
            return tuple(
                compile_expression(one)({})
                for one in tree.alternatives
                if not isinstance(one, (n.UnaryComparison, n.RangeNode))
            )
        except FeelError as error:
            message = f"the list of values cannot be read: {error.message}"
            raise DmnModelError(message=message, line=error.line, column=error.column) from error


def _called(run: Run) -> Callable[[Any], Value]:
    return lambda frame: run(frame, frame.evaluation)


def _placed(error: DmnError, node: b.DecisionTable) -> DmnError:
    """Return an error of a table with the position of the first row at fault, or of the table."""
    if error.decision or (error.line, error.column) != (1, 1):
        return error
    place: b.Node = node.rules[error.rows[0] - 1] if error.rows else node
    return type(error)(message=error.message, rows=error.rows, line=place.line, column=place.column)


def _why_null(result: TableResult, table: Table) -> str:
    rows = ", ".join(map(str, result.rows))
    if not result.rows and not result.outputs:
        return "no row holds and the table has no default"
    if not result.chosen and not result.outputs:
        return f"rows {rows} hold at once under {table.hit_policy.value}"
    if table.aggregation is not Aggregation.LIST:
        return f"rows {rows}: {table.aggregation.value} needs values of one ordered type"
    return ""
