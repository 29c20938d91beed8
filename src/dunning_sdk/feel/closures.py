"""Hold what all parts of the evaluator share: scopes, faults, and the build that makes closures.

Decides how a name is looked up at run time and what becomes of an error: null with a diagnostic in
standard mode, an exception in strict mode.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import DecimalException
from typing import Final, NoReturn, Protocol, TypeAlias

from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.errors import FeelLimitError, FeelNameError, FeelTypeError
from dunning_sdk.feel.nodes import Node
from dunning_sdk.feel.types import (
    NAMED_TYPES,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    SimpleType,
    Type,
)
from dunning_sdk.feel.values import Function, OperandError, Value

Facts: TypeAlias = Mapping[str, Value]
Run: TypeAlias = Callable[[Facts, Evaluation], Value]
"""A compiled node."""
Null: TypeAlias = bool | None
"""The null born of an error, where a three-valued answer is asked for."""


class UnaryTest(Protocol):
    """Be a compiled unary test."""

    def __call__(
        self, scope: Facts, value: Value, evaluation: Evaluation | None = None, /
    ) -> bool | None:
        """Tell whether an input passes; ``None`` when that has no answer.

        Args:
            scope: Value per variable.
            value: The input, ``?`` in the test.
            evaluation: Clock, limits and diagnostics; fresh ones when left out.
        """


FAILURES: Final = (OperandError, ValueError, DecimalException, OverflowError)
"""What an operation raises when it has no value for its operands."""


class Local(dict[str, Value]):
    """Be a scope inside another: what it lacks, the outer one answers."""

    __slots__ = ("outer",)

    def __init__(self, outer: Facts, names: Mapping[str, Value]) -> None:
        super().__init__(names)
        self.outer = outer

    def __missing__(self, name: str) -> Value:
        """Ask the outer scope."""
        return self.outer[name]

    def get(self, name: str, default: object = None) -> object:
        """Return the value of a name here or in an outer scope."""
        return self[name] if name in self else self.outer.get(name, default)


@dataclass(frozen=True, slots=True)
class Fault:
    """Be what a node does when it has no value.

    Attributes:
        line: Line of the node.
        column: Column of the node.
        strict: Whether it raises.
        silent: Whether it leaves no diagnostic either.
    """

    line: int
    column: int
    strict: bool
    silent: bool

    def type(self, evaluation: Evaluation | None, message: str) -> Null:
        """Record or raise that an operand does not fit, and return null."""
        if self.strict:
            raise FeelTypeError(message=message, line=self.line, column=self.column)
        if evaluation is not None and not self.silent:
            evaluation.record(message, line=self.line, column=self.column)
        return None

    def name(self, evaluation: Evaluation | None, name: str, message: str) -> Null:
        """Record or raise that a name is unknown, and return null."""
        if self.strict:
            raise FeelNameError(message=message, name=name, line=self.line, column=self.column)
        if evaluation is not None and not self.silent:
            evaluation.record(message, line=self.line, column=self.column)
        return None

    def limit(self, error: FeelLimitError) -> NoReturn:
        """Raise an error of limits with the position of the node."""
        raise FeelLimitError(message=error.message, line=self.line, column=self.column) from None


class Tally:
    """Count the nodes that were built.

    Attributes:
        nodes: How many there were so far.
    """

    __slots__ = ("nodes",)

    def __init__(self) -> None:
        self.nodes = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Make closures of nodes.

    Attributes:
        handlers: Per class of node, what makes its closure.
        functions: The functions known by name.
        types: The types known by name, besides those of the language.
        strict: Whether an error raises.
        silent: Whether an error leaves no diagnostic.
        tally: Counts the nodes built.
    """

    handlers: Mapping[type[Node], "Handler"]
    functions: Mapping[str, Function]
    types: Mapping[str, Type]
    strict: bool
    silent: bool = False
    tally: Tally = field(default_factory=Tally)

    def __call__(self, node: Node) -> Run:
        """Return the closure of a node."""
        self.tally.nodes += 1
        return self.handlers[type(node)](node, self)

    def weighed(self, node: Node) -> tuple[Run, int]:
        """Return the closure of a node that is run many times, and the steps each run counts."""
        before = self.tally.nodes
        run = self(node)
        return run, weight(self.tally.nodes - before)

    def fault(self, node: Node) -> Fault:
        """Return what a node does when it has no value."""
        return Fault(node.line, node.column, self.strict, self.silent)

    def lenient(self) -> "Build":
        """Return the same build, for which an error is null and no more."""
        return replace(self, strict=False, silent=True)

    def resolved(self, of: Type) -> Type:
        """Return a type with the names of item definitions replaced.

        Raises:
            OperandError: The type has a name that nobody knows.
        """
        match of:
            case SimpleType():
                if of.name not in self.types and of.name not in NAMED_TYPES:
                    raise OperandError(f"unknown type '{of.name}'")
                return self.types.get(of.name, of)
            case ListType():
                return ListType(self.resolved(of.of))
            case RangeType():
                return RangeType(self.resolved(of.of))
            case ContextType():
                return ContextType(
                    {name: self.resolved(field) for name, field in of.fields.items()}
                )
            case FunctionType():
                return FunctionType(tuple(map(self.resolved, of.params)), self.resolved(of.result))
            case _:
                return of


def weight(nodes: int) -> int:
    """Return how many steps it is to evaluate so many nodes once."""
    return 1 + nodes // 8


Handler: TypeAlias = Callable[..., Run]
"""Takes a node of its class and the build, returns the closure."""
