"""Be the syntax tree of FEEL.

Every node is frozen and knows where its text began; two nodes are equal when they say the same,
wherever they stand. Decides nothing: `parser` makes nodes, `evaluator`, `checker` and `formatter`
walk them, and so may anyone else.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Final, TypeAlias

from dunning_sdk.feel.durations import DaysDuration, MonthsDuration
from dunning_sdk.feel.temporal import DateTime, FarDate, Time
from dunning_sdk.feel.types import Type

Scalar: TypeAlias = (
    Decimal
    | str
    | bool
    | datetime.date
    | FarDate
    | Time
    | DateTime
    | DaysDuration
    | MonthsDuration
    | None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Be one piece of an expression.

    Attributes:
        line: Line where it begins, counted from 1.
        column: Column where it begins, counted from 1.
    """

    line: int = field(default=1, compare=False, repr=False)
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Node):
    """Be a number, string, ``true``, ``false``, ``null``, or an at-literal as ``@"2026-03-01"``."""

    value: Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """Be a variable or a function by its name; ``?`` is the input of a unary test."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Path(Node):
    """Be ``base.name``: an entry of a context, or a property of a date, duration or range."""

    base: Node
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Negation(Node):
    """Be ``-operand``."""

    operand: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic(Node):
    """Be a sum, difference, product, quotient or power; ``operator`` is ``+ - * / **``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Node):
    """Be a comparison of two values; ``operator`` is ``= != < <= > >=``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Conjunction(Node):
    """Be two or more operands joined by ``and``."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disjunction(Node):
    """Be two or more operands joined by ``or``."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between(Node):
    """Be ``operand between low and high``, both ends included."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaryComparison(Node):
    """Be ``< 5`` and the like: a comparison whose left side is the input."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class In(Node):
    """Be ``operand in tests``: true when one of the alternatives holds for the operand."""

    operand: Node
    alternatives: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeNode(Node):
    """Be ``[start..end]``; an end that is ``None`` is unbounded, as in ``(< 10)``."""

    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaryTests(Node):
    """Be the cell of a decision table: alternatives, or ``not(alternatives)``.

    An alternative is a `UnaryComparison`, a `RangeNode`, or any expression; the latter holds when
    it equals the input, contains it, or is true.
    """

    alternatives: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dash(Node):
    """Be the cell ``-``, which any input fulfils."""


@dataclass(frozen=True, slots=True, kw_only=True)
class If(Node):
    """Be ``if condition then consequence else alternative``."""

    condition: Node
    consequence: Node
    alternative: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding(Node):
    """Be ``name in domain`` of a loop; with ``end``, the domain is ``domain..end``."""

    name: str
    domain: Node
    end: Node | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class For(Node):
    """Be ``for bindings return body``."""

    bindings: tuple[Binding, ...]
    body: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantified(Node):
    """Be ``some`` or ``every`` (`quantifier`) ``bindings satisfies condition``."""

    quantifier: str
    bindings: tuple[Binding, ...]
    condition: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Node):
    """Be ``base[predicate]``: the items that fulfil a condition, or the item at an index."""

    base: Node
    predicate: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceOf(Node):
    """Be ``operand instance of type``."""

    operand: Node
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNode(Node):
    """Be ``[items]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Node):
    """Be ``name: value`` inside a context or among named arguments."""

    name: str
    value: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextNode(Node):
    """Be ``{entries}``; later entries see earlier ones."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterNode(Node):
    """Be a parameter of a function definition; without a type it takes anything."""

    name: str
    type: Type | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionNode(Node):
    """Be ``function(parameters) body``; an external body is a context that no engine here runs."""

    parameters: tuple[ParameterNode, ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation(Node):
    """Be a call: arguments are all positional, or all `Entry` (named)."""

    function: Node
    arguments: tuple[Node, ...]


_PLAIN: Final = (int, str, bool, Scalar)


def _parts(kind: type[Node]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.type not in _PLAIN)


_PARTS: Final = {kind: _parts(kind) for kind in Node.__subclasses__()}
"""Per class of node of the language, the fields that may hold nodes."""


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly below a node, in the order of the text."""
    for name in _PARTS.get(type(node)) or _parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it, outer before inner."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(list(children(current))))


def dotted(node: Node) -> str:
    """Return a path as it is written, as far as it consists of names."""
    if isinstance(node, Path):
        return f"{dotted(node.base)}.{node.name}"
    return node.name if isinstance(node, Name) else "(...)"


def asks_input(node: Node) -> bool:
    """Tell whether an expression names ``?``, the input of a unary test."""
    return any(isinstance(one, Name) and one.name == "?" for one in walk(node))
