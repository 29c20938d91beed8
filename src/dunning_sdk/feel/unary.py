"""Parse unary tests: the cells of decision tables, and what follows ``in``.

Decides their grammar (DMN 1.5, 10.3.1.2 rules 7 to 18 and 49). Leaves expressions to `parser`.
"""

from typing import TYPE_CHECKING, Final

from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.lexer import END, SYMBOL

if TYPE_CHECKING:
    from dunning_sdk.feel.parser import Parser

OR: Final = 1
"""How tightly ``or`` binds, the loosest operator."""
ADD: Final = 4
"""How tightly ``+`` binds: tighter than any comparison."""
COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
"""The operators that may begin a unary test."""


def in_alternatives(parser: "Parser") -> tuple[n.Node, ...]:
    """Parse what follows ``in``: one test, or several in parentheses."""
    if not parser.sees("("):
        return (positive_test(parser, ADD),)
    place = parser.here()
    return parser.inside(lambda: tests_in_parenthesis(parser, place))


def tests_in_parenthesis(parser: "Parser", place: dict[str, int]) -> tuple[n.Node, ...]:
    """Parse the tests after ``in (``, which may turn out to be one open range."""
    first = positive_test(parser, OR)
    if parser.sees(".."):
        return (parser.range_after(first, included=False, place=place),)
    rest = parser.separated(lambda: positive_test(parser, OR), end=")", first=[first])
    return tuple(rest)


def positive_test(parser: "Parser", binding: int) -> n.Node:
    """Parse ``< 5``, a range, or an expression."""
    if parser.token.text in COMPARISONS and parser.token.kind == SYMBOL:
        place = parser.here()
        return n.UnaryComparison(
            operator=parser.take().text, operand=parser.expression(ADD), **place
        )
    return parser.expression(binding)


def unary_tests(parser: "Parser") -> n.UnaryTests | n.Dash:
    """Parse the cell of a decision table."""
    place = parser.here()
    if parser.sees("-") and parser.tokens[1].kind == END:
        parser.take()
        return n.Dash(**place)
    if parser.sees("not") and parser.tokens[1].text == "(":
        parser.move(2)
        tests = parser.separated(lambda: positive_test(parser, OR), end=")")
        if parser.token.kind == END and tests:
            return n.UnaryTests(alternatives=tuple(tests), negated=True, **place)
        parser.move(0)
    alternatives = [positive_test(parser, OR)]
    while parser.accept(","):
        alternatives.append(positive_test(parser, OR))
    return n.UnaryTests(alternatives=tuple(alternatives), negated=False, **place)


def one_sided(operator: str, end: n.Node, place: dict[str, int]) -> n.RangeNode | n.UnaryComparison:
    """Return the range that ``(< 5)`` and the like denote; ``=`` and ``!=`` stay tests."""
    match operator:
        case "<" | "<=":
            return n.RangeNode(
                start=None, end=end, start_included=False, end_included=operator == "<=", **place
            )
        case ">" | ">=":
            return n.RangeNode(
                start=end, end=None, start_included=operator == ">=", end_included=False, **place
            )
        case _:
            return n.UnaryComparison(operator=operator, operand=end, **place)
