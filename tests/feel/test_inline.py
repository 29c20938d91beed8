"""A call written out says what the call says, and every name keeps its meaning."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.feel.errors import FeelError, FeelLimitError
from dunning_sdk.feel.evaluator import compile_expression, compile_unary_tests
from dunning_sdk.feel.formatter import format_node
from dunning_sdk.feel.inline import inline, plain_tests
from dunning_sdk.feel.parser import parse, parse_unary_tests

BODIES = {
    "small": "function(amount, least) amount < least",
    "twice": "function(x) x + x",
    "quad": "function(x) twice(twice(x))",
    "any_over": "function(limit) some one in [a, b] satisfies one > limit",
    "over": "function(limit) count([1, 5, 9][item > limit])",
    "near": "function(x, y) x in (y, > 100)",
    "sums": "function(x) for one in 1..3 return partial[1] + x",
    "sorted": "function(x) sort([3, x, 1], function(p, q) p < q)",
    "named": "function(x) {y: x, z: y + x}.z",
}
FUNCTIONS = {name: parse(text) for name, text in BODIES.items()}
FACTS = {"a": Decimal(3), "b": Decimal(7), "one": Decimal(5), "y": Decimal(9)}


def told(text):
    return format_node(inline(parse(text), FUNCTIONS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("small(a + b, 10) and c", "a + b < 10 and c"),
        ("small(least: a, amount: b)", "b < a"),
        ("twice(a) * 2", "(a + a) * 2"),
        ("quad(a)", "a + a + (a + a)"),
        ("sort([2, 1], small)", "sort([2, 1], function(amount, least) amount < least)"),
        ("for small in [1] return small", "for small in [1] return small"),
        ("for a in [1, 2] return twice(a)", "for a in [1, 2] return a + a"),
        ("{x: 1, w: twice(x)}", "{x: 1, w: x + x}"),
        ("[1, 2][twice(item) > 2]", "[1, 2][item + item > 2]"),
        ("some a in [1, 2] satisfies twice(a) > 3", "some a in [1, 2] satisfies a + a > 3"),
        ("for a in 1..twice(2) return a", "for a in 1..2 + 2 return a"),
        ("twice(2 ** 3) in (twice(1), > 3)", "2 ** 3 + 2 ** 3 in (1 + 1, > 3)"),
    ],
)
def test_a_call_is_written_out(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("twice(a)", "a + a"),
        ("quad(a - b)", "4 * (a - b)"),
        ("any_over(a)", "b > a or a > a"),
        ("over(a)", "2"),
        ("near(a, b)", "a = b or a > 100"),
        ("sorted(b)", "[1, 3, b]"),
        ("named(a)", "a + a"),
        ("twice(one)", "one + one"),
    ],
)
def test_what_is_written_out_has_the_value_of_the_body(call, body):
    whole = compile_expression(inline(parse(call), FUNCTIONS), strict=True)

    assert whole(FACTS) == compile_expression(parse(body), strict=True)(FACTS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("any_over(one)", "one"),
        ("[1, 2][over(item) > 1]", "item"),
        ("5 in (near(1, ?))", "?"),
        ("for p in [1] return sorted(p)", "p"),
        ("named(y)", "y"),
        ("for i in 1..2 return sums(partial[1])", "partial"),
    ],
)
def test_a_name_that_would_mean_something_else_is_refused(text, name):
    functions = {**FUNCTIONS, "sorted": parse("function(x) sort([1, 2], function(p, q) p < q + x)")}

    with pytest.raises(FeelError, match=f"'{name}'".replace("?", r"\?")):
        inline(parse(text), functions)


def test_what_grows_without_end_is_refused():
    doubling = {f"f{n}": parse(f"function(x) f{n + 1}(x) + f{n + 1}(x)") for n in range(30)}
    circle = {"f": parse("function(x) f(x)")}

    with pytest.raises(FeelLimitError, match="more than 10000 parts"):
        inline(parse("f0(1)"), {**doubling, "f30": parse("function(x) x")})
    with pytest.raises(FeelLimitError):
        inline(parse("f(1)"), circle)
    with pytest.raises(FeelError, match="no function"):
        inline(parse("f(1)"), {"f": parse("1")})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("? < 5", "< 5"),
        ("5 < ?, ? = 3", "> 5, = 3"),
        ("? between 1 and 3", "[1..3]"),
        ("? in (1, > 7)", "1, > 7"),
        ("? < 1 or ? > 7", "< 1, > 7"),
        ("not(? < 5)", "not(< 5)"),
        ("? < ? * 2", "? < ? * 2"),
        ("? < 5 and ? > 1", "? < 5 and ? > 1"),
    ],
)
def test_a_test_of_the_input_alone_needs_no_name_for_it(text, expected):
    assert format_node(plain_tests(parse_unary_tests(text))) == expected


@given(st.integers(-3, 12).map(Decimal), st.sampled_from([
    "? < 5", "5 <= ?", "? between 1 and 3", "? in (1, > 7)", "? < 1 or ? > 7", "? != 3",
    "not(? between 2 and 4, ? = 9)",
]))  # fmt: skip
def test_a_test_without_the_name_holds_for_the_same_values(value, text):
    tests = parse_unary_tests(text)
    one, other = (compile_unary_tests(each, strict=True) for each in (tests, plain_tests(tests)))

    assert one({}, value) == other({}, value)
