"""Compile boxed expressions into Python functions, with the evaluator of FEEL.

Decides what each box means (DMN 1.5, 7.3 and 10.2). Conditionals, filters, iterators, lists and
invocations become nodes of FEEL, so that they mean what the same FEEL text means. Leaves decision
tables to `table_logic` and functions to `callable`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from dunning_sdk.dmn import boxed as b
from dunning_sdk.dmn.callable import compile_function
from dunning_sdk.dmn.site import Site, bounded
from dunning_sdk.dmn.table_logic import compile_table
from dunning_sdk.feel import eval_access, eval_calls, eval_flow
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.closures import Build, Facts, Local, Run
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.feel.evaluator import compile_expression
from dunning_sdk.feel.parser import parse
from dunning_sdk.feel.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Box(n.Node):
    """Be a boxed expression among the nodes of FEEL."""

    run: Run = field(compare=False)


def compile_logic(expression: b.Expression, site: Site) -> Run:
    """Return the function that evaluates a boxed expression.

    Args:
        expression: What to compile.
        site: Where it stands.

    Raises:
        DmnModelError: It names an unknown type; or, in strict mode, it has no meaning here.
    """
    run = _HANDLERS[type(expression)](expression, site)
    return bounded(run, site.types.boundary(expression.type_ref, expression), expression, site)


def literal(node: b.LiteralExpression, site: Site) -> Run:
    """Compile FEEL text."""
    if node.language or node.imported:
        return site.failed(node, f"an expression in {node.language or 'another document'}")
    if not node.text.strip():
        return site.failed(node, "an expression without text")
    try:
        tree = site.parsed(parse, node)
        return compile_expression(
            tree, strict=site.strict, functions=site.functions, types=site.named
        )
    except FeelError as error:
        place = replace(node, line=error.line, column=error.column)
        return site.failed(place, error.message)


def _context(node: b.ContextExpression, site: Site) -> Run:
    parts: list[tuple[str, Run]] = []
    for entry in node.entries:
        run = compile_logic(entry.value, site)
        name = ""
        if entry.variable is not None:
            name = entry.variable.name
            boundary = site.types.boundary(entry.variable.type_ref, entry.variable)
            run = bounded(run, boundary, entry.value, site)
            site = site.knowing(name)
            site.notes.learn(name)
        parts.append((name, run))

    def run_all(scope: Facts, evaluation: Evaluation) -> Value:
        local = Local(scope, {})
        for name, run in parts:
            value = run(local, evaluation)
            if not name:
                return value
            local[name] = value
        return dict(local)

    return run_all


def _list(node: b.ListExpression, site: Site) -> Run:
    return _build(site)(n.ListNode(items=tuple(_box(item, site) for item in node.items)))


def _relation(node: b.Relation, site: Site) -> Run:
    columns = [(one.name, site.types.boundary(one.type_ref, one)) for one in node.columns]
    for name, _ in columns:
        site.notes.learn(name)
    rows: list[list[tuple[str, Run]]] = []
    for row in node.rows:
        if len(row.items) != len(columns):
            message = f"a row of {len(row.items)} cells in a relation of {len(columns)} columns"
            return site.failed(row, message)
        rows.append(
            [
                (name, bounded(compile_logic(item, site), boundary, item, site))
                for (name, boundary), item in zip(columns, row.items, strict=True)
            ]
        )
    return lambda scope, evaluation: [
        {name: cell(scope, evaluation) for name, cell in row} for row in rows
    ]


def _invocation(node: b.Invocation, site: Site) -> Run:
    if node.called is None:
        return site.failed(node, "an invocation that calls nothing")
    arguments = []
    for one in node.bindings:
        boundary = site.types.boundary(one.parameter.type_ref, one.parameter)
        value = Box(run=_null) if one.value is None else _box(one.value, site)
        held = Box(run=bounded(value.run, boundary, one.value or one, site))
        arguments.append(n.Entry(name=one.parameter.name, value=held))
    called = n.Invocation(
        function=_box(node.called, site),
        arguments=tuple(arguments),
        line=node.called.line,
        column=node.called.column,
    )
    return _build(site)(called)


def _null(_: Facts, __: Evaluation) -> Value:
    return None


def _conditional(node: b.Conditional, site: Site) -> Run:
    condition, consequence, alternative = (
        _child(one, site) for one in (node.condition, node.consequence, node.alternative)
    )
    return _build(site)(
        n.If(
            condition=condition,
            consequence=consequence,
            alternative=alternative,
            line=node.line,
            column=node.column,
        )
    )


def _filter(node: b.FilterExpression, site: Site) -> Run:
    source = _child(node.source, site)
    match = _child(node.match, site.within_items().knowing("item"))
    return _build(site)(n.Filter(base=source, predicate=match, line=node.line, column=node.column))


def _for(node: b.ForExpression, site: Site) -> Run:
    binding = n.Binding(name=node.variable, domain=_child(node.source, site))
    body = _child(node.body, site.knowing(node.variable, "partial"))
    return _build(site)(n.For(bindings=(binding,), body=body, line=node.line, column=node.column))


def _quantified(node: b.Some | b.Every, site: Site) -> Run:
    binding = n.Binding(name=node.variable, domain=_child(node.source, site))
    return _build(site)(
        n.Quantified(
            quantifier="some" if isinstance(node, b.Some) else "every",
            bindings=(binding,),
            condition=_child(node.condition, site.knowing(node.variable)),
            line=node.line,
            column=node.column,
        )
    )


def _child(child: b.Child, site: Site) -> Box:
    run = compile_logic(child.value, site)
    boundary = site.types.boundary(child.type_ref, child)
    return Box(
        run=bounded(run, boundary, child.value, site),
        line=child.value.line,
        column=child.value.column,
    )


def _box(expression: b.Expression, site: Site) -> Box:
    run = compile_logic(expression, site)
    return Box(run=run, line=expression.line, column=expression.column)


def _opened(node: Box, build: Build) -> Run:
    if not build.silent:
        return node.run

    def quiet(scope: Facts, evaluation: Evaluation) -> Value:
        try:
            return node.run(scope, Evaluation(clock=evaluation.clock, limits=evaluation.limits))
        except FeelError:
            return None

    return quiet


def _build(site: Site) -> Build:
    return Build(handlers=_FEEL, functions={}, types={}, strict=site.strict)


_FEEL: Final[Mapping[type[n.Node], Callable[..., Run]]] = {
    Box: _opened,
    n.ListNode: eval_access.list_node,
    n.ContextNode: eval_access.context,
    n.Filter: eval_access.filter_node,
    n.If: eval_flow.conditional,
    n.For: eval_flow.loop,
    n.Quantified: eval_flow.quantified,
    n.Invocation: eval_calls.invocation,
}


def _table(node: b.DecisionTable, site: Site) -> Run:
    return compile_table(node, site, compile_logic=compile_logic)


def _function(node: b.FunctionDefinition, site: Site) -> Run:
    return compile_function(node, site, compile_logic=compile_logic)


_HANDLERS: Final[Mapping[type[b.Expression], Callable[..., Run]]] = {
    b.LiteralExpression: literal,
    b.ContextExpression: _context,
    b.ListExpression: _list,
    b.Relation: _relation,
    b.Invocation: _invocation,
    b.FunctionDefinition: _function,
    b.Conditional: _conditional,
    b.FilterExpression: _filter,
    b.ForExpression: _for,
    b.Some: _quantified,
    b.Every: _quantified,
    b.DecisionTable: _table,
}
