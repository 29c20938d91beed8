"""Ask questions of a FEEL tree: which facts it names, which texts it yields, where it changes.

The module decides nothing about rules; it walks the nodes for `expression` and `condition`.

>>> from dunning_sdk.feel.parser import parse
>>> [".".join(chain) for chain, _ in chains(parse("a.b > 2 and not(c)"))]
['a.b', 'not', 'c']
>>> edges_of(parse("a.b > 2 and c"), "a.b")
(3,)
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from dunning_sdk.dmn.cell import constant
from dunning_sdk.feel import nodes as n

_CHANGES_AT: Final = {
    "<": (True, False),
    ">=": (True, False),
    "<=": (False, True),
    ">": (False, True),
    "=": (True, True),
    "!=": (True, True),
}


def chains(tree: n.Node) -> Iterator[tuple[tuple[str, ...], n.Node]]:
    """Yield the dotted names of an expression, each as its parts and the node that holds it."""
    pending: list[n.Node] = [tree]
    while pending:
        node = pending.pop(0)
        chain = chain_of(node)
        if chain:
            yield chain, node
        else:
            pending = [*n.children(node), *pending]


def chain_of(node: n.Node) -> tuple[str, ...]:
    """Return the parts of a dotted name; nothing where the node is none."""
    if isinstance(node, n.Name):
        return (node.name,)
    if isinstance(node, n.Path):
        above = chain_of(node.base)
        return (*above, node.name) if above else ()
    return ()


def leaves(tree: n.Node) -> Iterator[n.Node]:
    """Yield the nodes that may give an expression its value."""
    if isinstance(tree, n.If):
        yield from leaves(tree.consequence)
        yield from leaves(tree.alternative)
    else:
        yield tree


def texts_in(tree: n.Node) -> Iterator[str]:
    """Yield the texts that stand in an expression."""
    for node in n.walk(tree):
        if isinstance(node, n.Literal) and isinstance(node.value, str):
            yield node.value


def numbers_beside(tree: n.Node, names: frozenset[str]) -> Iterator[n.Node]:
    """Yield the numbers other than zero that are compared with one of the named facts."""
    for node in n.walk(tree):
        sides: tuple[n.Node, ...] = ()
        if isinstance(node, n.Comparison):
            sides = (node.left, node.right)
        elif isinstance(node, n.Between):
            sides = (node.operand, node.low, node.high)
        if any(_mentions(side, names) for side in sides):
            yield from (side for side in sides if is_number(side))


def is_number(node: n.Node) -> bool:
    """Tell whether a node is a number other than zero."""
    value = constant(node)
    return isinstance(value, Decimal) and value != 0


def edges_of(tree: n.Node, name: str) -> tuple[int, ...] | None:
    """Return the whole values of a fact at which an expression may change, or ``None``.

    Args:
        tree: The expression.
        name: Dotted name of a whole-numbered fact.

    Returns:
        Ascending; ``None`` where the fact is used otherwise than compared with a number.
    """
    found: set[int] = set()
    compared = 0
    for node in n.walk(tree):
        at = _compared(node, name)
        if at is not None:
            found |= at
            compared += 1
    named = sum(".".join(chain) == name for chain, _ in chains(tree))
    return tuple(sorted(found)) if named == compared else None


def _compared(node: n.Node, name: str) -> set[int] | None:
    match node:
        case n.Comparison(operator=operator, left=left, right=right):
            if _is(left, name):
                return _edges(operator, constant(right))
            mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
            return _edges(mirrored, constant(left)) if _is(right, name) else None
        case n.Between(operand=operand, low=low, high=high) if _is(operand, name):
            first, last = _edges(">=", constant(low)), _edges("<=", constant(high))
            return None if first is None or last is None else first | last
        case n.In(operand=operand, alternatives=alternatives) if _is(operand, name):
            return _inside(alternatives)
        case _:
            return None


def _inside(alternatives: tuple[n.Node, ...]) -> set[int] | None:
    found: set[int] = set()
    for one in alternatives:
        match one:
            case n.RangeNode(start=start, end=end):
                given = [(operator, start) for operator in (">=", ">") if start]
                given += [(operator, end) for operator in ("<", "<=") if end]
            case n.UnaryComparison(operator=operator, operand=operand):
                given = [(operator, operand)]
            case _:
                given = [("=", one)]
        for operator, operand in given:
            at = _edges(operator, constant(operand))
            if at is None:
                return None
            found |= at
    return found


def _edges(operator: str, value: object) -> set[int] | None:
    if not isinstance(value, Decimal):
        return None
    reached, passed = _CHANGES_AT[operator]
    edges = {int(value.to_integral_value(ROUND_CEILING))} if reached else set()
    return edges | ({int(value.to_integral_value(ROUND_FLOOR)) + 1} if passed else set())


def _is(node: n.Node, name: str) -> bool:
    return ".".join(chain_of(node)) == name


def _mentions(node: n.Node, names: frozenset[str]) -> bool:
    return any(".".join(chain) in names for chain, _ in chains(node))
