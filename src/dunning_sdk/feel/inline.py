"""Put the body of a function in the place of each call of it.

Decides what an expression says without the functions it calls: the same value, made of built-in
functions alone, so that whatever looks into a tree sees all of it. A name that would mean something
else inside a body is refused; what is put in stands where the call stood.

>>> from dunning_sdk.feel.formatter import format_node
>>> from dunning_sdk.feel.parser import parse
>>> small = parse("function(amount, limit) amount < limit")
>>> format_node(inline(parse("small(a + b, 10) and c"), {"small": small}))
'a + b < 10 and c'
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, TypeVar

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.errors import FeelError, FeelLimitError

_Kind = TypeVar("_Kind", bound=n.Node)

MOST_NODES: Final = 10_000
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def inline(node: n.Node, functions: Mapping[str, n.Node], *, most: int = MOST_NODES) -> n.Node:
    """Return an expression with the functions it calls written out.

    Args:
        node: What was parsed, and found to call each function as it has to be called.
        functions: Definition by name, each a `FunctionNode`; a body may call another function.
        most: Nodes that the result may have.

    Returns:
        The node itself where it calls none of the functions.

    Raises:
        FeelError: An argument names a variable of a loop, and the body has one of that name.
        FeelLimitError: The result is too large, or a function calls itself.
    """
    if not any(isinstance(one, n.Name) and one.name in functions for one in n.walk(node)):
        return node
    try:
        return _Inliner(functions, most).node(node, _Scope(functions=functions))
    except RecursionError:
        message = "functions call each other too deeply"
        raise FeelLimitError(message=message, line=node.line, column=node.column) from None


def plain_tests(node: n.UnaryTests) -> n.UnaryTests:
    """Return a cell without ``?`` where an alternative only compares it: ``? < 5`` is ``< 5``."""
    found = tuple(test for one in node.alternatives for test in _plain(one))
    return replace(node, alternatives=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """What names mean at a place.

    Attributes:
        functions: Definition by name.
        arguments: Argument by parameter, inside a body.
        taken: Names that the body around binds itself.
        at: The call whose body it is; ``None`` outside any.
    """

    functions: Mapping[str, n.Node]
    arguments: Mapping[str, n.Node] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    at: n.Node | None = None

    def binding(self, names: Iterable[str]) -> "_Scope":
        """Return the scope where some names mean something of their own."""
        bound = frozenset(names)
        return replace(
            self,
            functions={name: one for name, one in self.functions.items() if name not in bound},
            arguments={name: one for name, one in self.arguments.items() if name not in bound},
            taken=self.taken | bound,
        )


class _Inliner:
    """Writes out the calls of one expression, and counts what it makes."""

    def __init__(self, functions: Mapping[str, n.Node], most: int) -> None:
        self._functions = functions
        self._most = most
        self._made = 0

    def node(self, node: n.Node, scope: _Scope) -> n.Node:
        self._count(scope.at or node, 1)
        match node:
            case n.Name(name=name) if name in scope.arguments:
                return self._argument(name, scope, node)
            case n.Name(name=name) if name in scope.functions:
                return self._value(name, scope, node)
            case n.Invocation(function=n.Name(name=name)) if name in scope.functions:
                return self._call(node, name, scope)
            case n.For(bindings=bindings, body=body):
                bound, inner = self._bound(bindings, scope)
                told = self.node(body, inner.binding(["partial"]))
                return _placed(replace(node, bindings=bound, body=told), scope)
            case n.Quantified(bindings=bindings, condition=condition):
                bound, inner = self._bound(bindings, scope)
                told = self.node(condition, inner)
                return _placed(replace(node, bindings=bound, condition=told), scope)
            case n.Filter(base=base, predicate=predicate):
                inner = scope.binding(["item", *_entries(base)])
                parts = (self.node(base, scope), self.node(predicate, inner))
                return _placed(replace(node, base=parts[0], predicate=parts[1]), scope)
            case n.In(operand=operand, alternatives=alternatives):
                inner = scope.binding("?")
                tests = tuple(self.node(one, inner) for one in alternatives)
                return _placed(
                    replace(node, operand=self.node(operand, scope), alternatives=tests), scope
                )
            case n.FunctionNode(parameters=parameters, body=body):
                inner = scope.binding(one.name for one in parameters)
                return _placed(replace(node, body=self.node(body, inner)), scope)
            case n.ContextNode(entries=entries):
                return self._context(node, entries, scope)
            case _:
                return _placed(_rebuilt(node, lambda one: self.node(one, scope)), scope)

    def _argument(self, name: str, scope: _Scope, node: n.Node) -> n.Node:
        found = scope.arguments[name]
        place = scope.at or node
        for one in n.walk(found):
            self._count(place, 1)
            if isinstance(one, n.Name) and one.name in scope.taken:
                message = f"'{one.name}' means something else inside the function"
                raise FeelError(message=message, line=place.line, column=place.column)
        return found

    def _value(self, name: str, scope: _Scope, node: n.Node) -> n.Node:
        """Return a function that is handed on and not called."""
        inner = _Scope(functions=self._functions, at=scope.at or node)
        return self.node(self._functions[name], inner)

    def _call(self, node: n.Invocation, name: str, scope: _Scope) -> n.Node:
        definition = self._functions[name]
        if not isinstance(definition, n.FunctionNode):
            raise FeelError(message=f"{name} is no function", line=node.line, column=node.column)
        names = [one.name for one in definition.parameters]
        given = {
            one.name if isinstance(one, n.Entry) else names[at]: self.node(
                one.value if isinstance(one, n.Entry) else one, scope
            )
            for at, one in enumerate(node.arguments)
        }
        inner = _Scope(functions=self._functions, arguments=given, at=scope.at or node)
        return self.node(definition.body, inner)

    def _bound(
        self, bindings: tuple[n.Binding, ...], scope: _Scope
    ) -> tuple[tuple[n.Binding, ...], _Scope]:
        found = []
        for one in bindings:
            end = None if one.end is None else self.node(one.end, scope)
            made = replace(one, domain=self.node(one.domain, scope), end=end)
            found.append(_placed(made, scope))
            scope = scope.binding([one.name])
        return tuple(found), scope

    def _context(self, node: n.ContextNode, entries: tuple[n.Entry, ...], scope: _Scope) -> n.Node:
        found, inner = [], scope
        for one in entries:
            found.append(_placed(replace(one, value=self.node(one.value, inner)), scope))
            inner = inner.binding([one.name])
        return _placed(replace(node, entries=tuple(found)), scope)

    def _count(self, place: n.Node, made: int) -> None:
        self._made += made
        if self._made > self._most:
            message = f"more than {self._most} parts with its functions written out"
            raise FeelLimitError(message=message, line=place.line, column=place.column)


def _entries(node: n.Node) -> Iterable[str]:
    """Yield the names that a filter of a list of contexts makes known."""
    return (one.name for one in n.walk(node) if isinstance(one, n.Entry))


def _rebuilt(node: n.Node, change: Callable[[n.Node], n.Node]) -> n.Node:
    """Return a node with each node directly below it changed."""
    made: dict[str, Any] = {}
    for one in fields(node):
        value = getattr(node, one.name)
        if isinstance(value, n.Node):
            made[one.name] = change(value)
        elif isinstance(value, tuple) and any(isinstance(item, n.Node) for item in value):
            made[one.name] = tuple(change(item) for item in value)
    return replace(node, **made)


def _placed(node: _Kind, scope: _Scope) -> _Kind:
    at = scope.at
    return node if at is None else replace(node, line=at.line, column=at.column)


def _plain(node: n.Node) -> tuple[n.Node, ...]:
    """Return an alternative as alternatives without ``?``, or as it is."""
    place = {"line": node.line, "column": node.column}
    match node:
        case n.Comparison(operator=operator, left=n.Name(name="?"), right=right):
            found: tuple[n.Node, ...] = (
                n.UnaryComparison(operator=operator, operand=right, **place),
            )
        case n.Comparison(operator=operator, left=left, right=n.Name(name="?")):
            operator = _MIRRORED.get(operator, operator)
            found = (n.UnaryComparison(operator=operator, operand=left, **place),)
        case n.Between(operand=n.Name(name="?"), low=low, high=high):
            found = (
                n.RangeNode(start=low, end=high, start_included=True, end_included=True, **place),
            )
        case n.In(operand=n.Name(name="?"), alternatives=alternatives):
            found = alternatives
        case n.Disjunction(operands=operands):
            found = tuple(test for one in operands for test in _plain(one))
        case _:
            return (node,)
    return (node,) if any(n.asks_input(one) for one in found) else found
