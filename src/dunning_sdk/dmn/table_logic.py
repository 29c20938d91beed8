"""Compile a drawn decision table into one that decides.

Decides how its cells, types and allowed values are read; where it stands when it has no answer.
Leaves the hit policies to `table`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dunning_sdk.dmn import boxed as b
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


class Frame(Local):
    """Be the scope of a table, which knows the evaluation it is part of."""

    __slots__ = ("evaluation",)

    def __init__(self, outer: Facts, evaluation: Evaluation) -> None:
        super().__init__(outer, {})
        self.evaluation = evaluation


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
    table = Table(
        inputs=tuple(parts.input(one) for one in node.inputs),
        outputs=tuple(parts.output(one) for one in node.outputs),
        rows=tuple(parts.row(one) for one in node.rules),
        hit_policy=node.hit_policy,
        aggregation=node.aggregation if node.hit_policy is HitPolicy.COLLECT else Aggregation.LIST,
        strict=site.strict,
    )

    def run(scope: Facts, evaluation: Evaluation) -> Value:
        try:
            result = table.decide(Frame(scope, evaluation))
        except DmnError as error:
            raise _placed(error, node) from error
        if isinstance(evaluation, Session):
            evaluation.tables.append(result)
        if result.value is None and (why := _why_null(result, table)):
            evaluation.record(why, line=node.line, column=node.column)
        return result.value

    return run


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
        for one in node.outputs:
            site.notes.learn(one.name)

    def input(self, clause: b.InputClause) -> Input:
        run = self._compile(clause.expression, self._site)
        run = self._among(run, clause.values, clause.expression)
        name = clause.label or clause.expression.text
        return Input(name=name, read=lambda frame: run(frame, frame.evaluation))  # type: ignore[attr-defined]  # a Frame

    def output(self, clause: b.OutputClause) -> Output:
        default = None
        if clause.default is not None:
            default = _called(self._held(clause.default, clause))
        values = clause.values
        for type_ref in (clause.type_ref, self._node.type_ref):
            values = values or self._site.types.allowed(type_ref)
        return Output(name=clause.name, values=self._listed(values), default=default)

    def row(self, rule: b.Rule) -> Row:
        tests = ((at, self._test(cell)) for at, cell in enumerate(rule.inputs))
        outputs = zip(rule.outputs, self._node.outputs, strict=True)
        return Row(
            tests=tuple((at, test) for at, test in tests if test is not None),
            outputs=tuple(_called(self._held(cell, clause)) for cell, clause in outputs),
        )

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

    def _test(self, cell: b.UnaryTests) -> Callable[[Any, Any], bool | None] | None:
        test = self._tested(cell)
        return test and (lambda frame, value: test(frame, value, frame.evaluation))

    def _tested(self, cell: b.UnaryTests) -> UnaryTest | None:
        """Return the test of a cell; ``None`` for one that any value passes."""
        if not cell.text.strip():
            return None
        site = self._site
        try:
            tree = site.parsed(parse_unary_tests, cell)
            if isinstance(tree, n.Dash):
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
