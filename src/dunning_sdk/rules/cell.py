"""Be the cells of a rule book, read and checked.

The module decides nothing; `expression` makes these records, `table` and `condition` compile them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.evaluator import compile_expression, compile_unary_tests
from dunning_sdk.feel.types import Type

Run: TypeAlias = Callable[[Mapping[str, Any]], Any]
Test: TypeAlias = Callable[[Mapping[str, Any], Any], Any]
Tests: TypeAlias = n.UnaryTests | n.Dash


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression that was read and checked.

    Attributes:
        text: In FEEL, as a modeler shows it.
        node: Its tree, with the functions of the book written out.
        reads: Names of the facts it reads, in order of first mention.
        calls: Names of the book's functions it calls.
        type: Static type.
        line: Where it stands, from 1.
        column: Where it stands, from 1.
    """

    text: str
    node: n.Node
    reads: tuple[str, ...]
    type: Type
    line: int
    column: int
    calls: tuple[str, ...] = ()

    def run(self) -> Run:
        """Compile the expression, strictly."""
        return compile_expression(self.node, strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputCell:
    """The cell of an input, read and checked.

    Attributes:
        text: In FEEL, as a modeler shows it.
        node: Its tree, with the functions of the book written out.
        reads: Names of the facts it reads beside the input.
        calls: Names of the book's functions it calls.
        line: Where it stands, from 1.
        column: Where it stands, from 1.
    """

    text: str
    node: Tests
    reads: tuple[str, ...]
    line: int
    column: int
    calls: tuple[str, ...] = ()

    def test(self) -> Test:
        """Compile the cell, strictly."""
        return compile_unary_tests(self.node, strict=True)
