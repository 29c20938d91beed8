"""Find what is certainly wrong in an expression before it runs.

Decides the type of every node against the types of the names it may use. What it cannot know it
takes for right: `Any` fits everywhere.

>>> from dunning_sdk.feel.parser import parse
>>> from dunning_sdk.feel.types import NUMBER
>>> found = check(parse("amonut + 1"), {"amount": NUMBER})
>>> [(problem.code, problem.found, problem.nearest) for problem in found.problems]
[('unknown-name', 'amonut', 'amount')]
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.builtins import BUILTINS
from dunning_sdk.feel.callcheck import argument_faults, declared, result_type
from dunning_sdk.feel.conformance import type_of
from dunning_sdk.feel.errors import FeelLimitError
from dunning_sdk.feel.problems import Checked, Reporter, nearest
from dunning_sdk.feel.types import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    FUNCTION,
    NULL,
    NUMBER,
    ContextType,
    EnumType,
    FunctionType,
    ListType,
    RangeType,
    Type,
)
from dunning_sdk.feel.typing_rules import PROPERTY_TYPES, arithmetic, common, kind
from dunning_sdk.feel.values import Function

_Names = Mapping[str, Type]


def check(
    node: n.Node, types: Mapping[str, Type], *, functions: Mapping[str, Function] | None = None
) -> Checked:
    """Check an expression.

    Args:
        node: What `parse` returned.
        types: Type of every name that the expression may use.
        functions: Functions besides the built-in ones, as given to `compile_expression`.

    Raises:
        FeelLimitError: The expression is nested too deeply.
    """
    checker = _Checker({**BUILTINS, **(functions or {})})
    try:
        found = checker.type_(node, types)
    except RecursionError:
        message = "nested too deeply"
        raise FeelLimitError(message=message, line=node.line, column=node.column) from None
    return Checked(found, tuple(checker.problems))


def check_unary_tests(
    node: n.UnaryTests | n.Dash,
    input_type: Type,
    types: Mapping[str, Type],
    *,
    functions: Mapping[str, Function] | None = None,
) -> Checked:
    """Check the cell of a decision table.

    Args:
        node: What `parse_unary_tests` returned.
        input_type: Type of the input, ``?`` in the cell.
        types: As for `check`.
        functions: As for `check`.

    Raises:
        FeelLimitError: The cell is nested too deeply.
    """
    return check(node, {**types, "?": input_type}, functions=functions)


class _Checker(Reporter):
    """Walk one tree and collect problems."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        super().__init__()
        self.functions = functions

    def type_(self, node: n.Node, names: _Names) -> Type:
        return _RULES[type(node)](self, node, names)

    def name(self, node: n.Name, names: _Names) -> Type:
        if node.name in names:
            return names[node.name]
        if node.name in self.functions:
            return FUNCTION
        near = nearest(node.name, [*names, *self.functions])
        message = f"unknown name '{node.name}'"
        return self.report(node, "unknown-name", message, found=node.name, nearest=near)

    def entry(self, node: n.Path, base: Type) -> Type:
        if isinstance(base, ListType):
            return ListType(self.entry(node, base.of))
        known: Mapping[str, Type] | None = PROPERTY_TYPES.get(kind(base))
        if isinstance(base, ContextType):
            known = base.fields
        if known is not None and node.name in known:
            return (
                base.of
                if isinstance(base, RangeType) and known[node.name] == ANY
                else known[node.name]
            )
        if base in (ANY, CONTEXT):
            return ANY
        return self.unknown_entry(node, base, known)

    def operands(self, node: n.Conjunction | n.Disjunction, names: _Names) -> Type:
        for operand in node.operands:
            self.expect(operand, BOOLEAN, names)
        return BOOLEAN

    def expect(self, node: n.Node, wanted: Type, names: _Names) -> Type:
        found = self.type_(node, names)
        if kind(found) not in (ANY, NULL, wanted):
            message = f"expected {wanted}, found {found}"
            self.mismatch(node, message, (wanted, found))
        return found

    def negation(self, node: n.Negation, names: _Names) -> Type:
        found = self.type_(node.operand, names)
        if arithmetic("*", found, NUMBER) is None:
            return self.mismatch(node, f"cannot negate {found}", (NUMBER, found))
        return found

    def arithmetic(self, node: n.Arithmetic, names: _Names) -> Type:
        left, right = self.type_(node.left, names), self.type_(node.right, names)
        result = arithmetic(node.operator, left, right)
        if result is None:
            message = f"no '{node.operator}' between {left} and {right}"
            return self.mismatch(node, message, (left, right))
        return result

    def comparison(self, node: n.Comparison, names: _Names) -> Type:
        left, right = self.type_(node.left, names), self.type_(node.right, names)
        self.compare(node, (left, right), node.operator)
        return BOOLEAN

    def between(self, node: n.Between, names: _Names) -> Type:
        operand = self.type_(node.operand, names)
        for end in (node.low, node.high):
            self.compare(end, (operand, self.type_(end, names)), "<=")
        return BOOLEAN

    def range_(self, node: n.RangeNode, names: _Names) -> Type:
        ends = [self.type_(end, names) for end in (node.start, node.end) if end is not None]
        if len(ends) == 2:
            self.compare(node, (ends[0], ends[1]), "<=")
        of = ends[0] if len(ends) == 1 else common(ends[0], ends[1])
        return RangeType(kind(of) if isinstance(of, EnumType) else of)

    def in_(self, node: n.In, names: _Names) -> Type:
        operand = self.type_(node.operand, names)
        for one in node.alternatives:
            self.alternative(one, operand, {**names, "?": operand})
        return BOOLEAN

    def unary_tests(self, node: n.UnaryTests, names: _Names) -> Type:
        for one in node.alternatives:
            self.alternative(one, names["?"], names)
        return BOOLEAN

    def unary_comparison(self, node: n.UnaryComparison, names: _Names) -> Type:
        return RangeType(kind(self.type_(node.operand, names)))

    def alternative(self, node: n.Node, given: Type, names: _Names) -> None:
        if isinstance(node, n.UnaryComparison):
            self.compare(node.operand, (given, self.type_(node.operand, names)), node.operator)
            return
        found = self.type_(node, names)
        if isinstance(found, RangeType):
            self.compare(node, (given, found.of), "<=")
        elif found == BOOLEAN and (kind(given) != BOOLEAN or n.asks_input(node)):
            return
        elif isinstance(found, ListType) and not isinstance(given, ListType):
            items = found.of.of if isinstance(found.of, (ListType, RangeType)) else found.of
            self.compare(node, (given, items), "=")
        else:
            self.compare(node, (given, found), "=")

    def conditional(self, node: n.If, names: _Names) -> Type:
        self.expect(node.condition, BOOLEAN, names)
        return common(self.type_(node.consequence, names), self.type_(node.alternative, names))

    def loop(self, node: n.For, names: _Names) -> Type:
        inner = self.bound(node.bindings, {**names, "partial": ListType(ANY)})
        return ListType(self.type_(node.body, inner))

    def quantified(self, node: n.Quantified, names: _Names) -> Type:
        self.expect(node.condition, BOOLEAN, self.bound(node.bindings, names))
        return BOOLEAN

    def bound(self, bindings: Iterable[n.Binding], names: _Names) -> _Names:
        for binding in bindings:
            domain = self.type_(binding.domain, names)
            if binding.end is not None:
                self.compare(binding, (domain, self.type_(binding.end, names)), "<=")
                item: Type = domain if domain in (NUMBER, DATE) else ANY
            else:
                item = domain.of if isinstance(domain, (ListType, RangeType)) else domain
            names = {**names, binding.name: item}
        return names

    def filter_(self, node: n.Filter, names: _Names) -> Type:
        base = self.type_(node.base, names)
        item = base.of if isinstance(base, ListType) else base
        fields = item.fields if isinstance(item, ContextType) else {}
        predicate = self.type_(node.predicate, {**names, "item": item, **fields})
        if predicate == NUMBER:
            return item
        if predicate not in (BOOLEAN, ANY):
            message = f"a filter takes a condition or an index, not {predicate}"
            self.mismatch(node.predicate, message, (BOOLEAN, predicate))
        return ListType(item) if predicate == BOOLEAN else ANY

    def list_(self, node: n.ListNode, names: _Names) -> Type:
        found = [self.type_(item, names) for item in node.items]
        of: Type = found[0] if found else NULL
        for other in found[1:]:
            of = common(of, other)
        return ListType(of if found else ANY)

    def context(self, node: n.ContextNode, names: _Names) -> Type:
        fields: dict[str, Type] = {}
        for entry in node.entries:
            fields[entry.name] = self.type_(entry.value, {**names, **fields})
        return ContextType(fields)

    def function(self, node: n.FunctionNode, names: _Names) -> Type:
        params = {one.name: one.type or ANY for one in node.parameters}
        result = ANY if node.external else self.type_(node.body, {**names, **params})
        return FunctionType(tuple(params.values()), result)

    def call(self, node: n.Invocation, names: _Names) -> Type:
        values = [one.value if isinstance(one, n.Entry) else one for one in node.arguments]
        if node.function == n.Name(name="is known"):
            for value in values:
                self.type_(value, names)
            return BOOLEAN
        arguments = [(one, self.type_(one, names)) for one in values]
        function = self.called(node.function, names)
        if isinstance(function, Function):
            labels = [one.name for one in node.arguments if isinstance(one, n.Entry)] or None
            for code, message, where in argument_faults(function, arguments, labels):
                self.report(where or node, code, message)
            return result_type(function, [of for _, of in arguments])
        if function in (ANY, FUNCTION):
            return ANY
        message = f"{function} is no function"
        return self.report(node, "not-a-function", message, found=str(function))

    def called(self, node: n.Node, names: _Names) -> Function | Type:
        if isinstance(node, n.Name) and node.name not in names and node.name in self.functions:
            return self.functions[node.name]
        of = self.type_(node, names)
        return declared(n.dotted(node), of) if isinstance(of, FunctionType) else of

    def instance_of(self, node: n.InstanceOf, names: _Names) -> Type:
        self.type_(node.operand, names)
        return BOOLEAN


_RULES: Final[Mapping[type[n.Node], Callable[[_Checker, Any, _Names], Type]]] = {
    n.Literal: lambda checker, node, names: type_of(node.value),
    n.Name: _Checker.name,
    n.Path: lambda checker, node, names: checker.entry(node, checker.type_(node.base, names)),
    n.ListNode: _Checker.list_,
    n.ContextNode: _Checker.context,
    n.RangeNode: _Checker.range_,
    n.Filter: _Checker.filter_,
    n.Negation: _Checker.negation,
    n.Arithmetic: _Checker.arithmetic,
    n.Comparison: _Checker.comparison,
    n.Conjunction: _Checker.operands,
    n.Disjunction: _Checker.operands,
    n.Between: _Checker.between,
    n.InstanceOf: _Checker.instance_of,
    n.In: _Checker.in_,
    n.UnaryComparison: _Checker.unary_comparison,
    n.UnaryTests: _Checker.unary_tests,
    n.Dash: lambda checker, node, names: BOOLEAN,
    n.If: _Checker.conditional,
    n.For: _Checker.loop,
    n.Quantified: _Checker.quantified,
    n.FunctionNode: _Checker.function,
    n.Invocation: _Checker.call,
}
