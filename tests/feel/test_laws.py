"""Laws that hold for every expression and every value."""

import datetime
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from dunning_sdk import feel
from dunning_sdk.feel.arithmetic import add, subtract
from dunning_sdk.feel.nodes import Name, children, walk
from dunning_sdk.feel.order import less
from dunning_sdk.feel.values import equal
from tests.feel.expressions import EXPRESSIONS, NAMES

SCOPE = feel.Scope(NAMES)
FACTS = {"x": 3, "due date": datetime.date(2026, 1, 31), "a+b": "text"}
TYPES = {"x": feel.NUMBER, "due date": feel.DATE, "a+b": feel.STRING}
LIMITS = feel.Limits(iterations=5_000, list_length=5_000, text_length=50_000)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000),
    st.text(max_size=5),
    st.dates(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab ", min_size=1), inner),
    max_leaves=6,
)


def outcome(node, *, strict):
    evaluation = feel.Evaluation(limits=LIMITS)
    try:
        return feel.compile_expression(node, strict=strict)(FACTS, evaluation), evaluation
    except feel.FeelError as error:
        return error, evaluation


@given(EXPRESSIONS)
def test_a_formatted_tree_parses_to_the_same_tree(text):
    node = feel.parse(text, names=SCOPE)

    assert node == feel.parse(feel.format_node(node), names=SCOPE)


@given(st.lists(EXPRESSIONS, min_size=1, max_size=3), st.booleans())
def test_a_formatted_cell_parses_to_the_same_cell(texts, negated):
    cell = ", ".join(texts)
    node = feel.parse_unary_tests(f"not({cell})" if negated else cell, names=SCOPE)

    assert node == feel.parse_unary_tests(feel.format_node(node), names=SCOPE)


@given(EXPRESSIONS)
def test_an_evaluation_gives_a_value_or_an_error_of_feel(text):
    node = feel.parse(text, names=SCOPE)
    standard, _ = outcome(node, strict=False)
    strict, _ = outcome(node, strict=True)

    assert not isinstance(standard, feel.FeelEvaluationError)
    assert isinstance(feel.check(node, TYPES).type, feel.Type)
    if not isinstance(strict, feel.FeelError):
        assert feel.format_value(strict) == feel.format_value(standard)


@given(EXPRESSIONS)
def test_strict_mode_raises_where_standard_mode_records(text):
    node = feel.parse(text, names=SCOPE)
    assume(not any(isinstance(one, Name) and one.name == "is known" for one in walk(node)))
    _, evaluation = outcome(node, strict=False)
    strict, _ = outcome(node, strict=True)

    if evaluation.diagnostics:
        first = evaluation.diagnostics[0]
        assert (first.line, first.column) == (strict.line, strict.column)


@given(EXPRESSIONS, st.integers(0, 200), st.characters())
def test_a_spoiled_text_gives_a_tree_or_an_error_with_its_place(text, place, character):
    spoiled = text[:place] + character + text[place + 1 :]
    try:
        found = feel.parse(spoiled, names=SCOPE, line=3, column=7)
    except feel.FeelError as error:
        found = error

    assert (found.line, found.column) >= (3, 7)


@given(EXPRESSIONS)
def test_walk_meets_every_node_once(text):
    node = feel.parse(text, names=SCOPE)

    def count(one):
        return 1 + sum(map(count, children(one)))

    assert count(node) == len(list(walk(node)))


@given(VALUES)
def test_a_value_equals_itself_and_what_its_text_says(value):
    admitted = feel.compile_expression(feel.parse("v"))({"v": value})

    assert equal(admitted, admitted)
    if not any(isinstance(one, datetime.date) for one in flat(value)):
        again = feel.compile_expression(feel.parse(feel.format_value(admitted)))({})
        assert feel.format_value(admitted) == feel.format_value(again)


def flat(value):
    if isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from flat(item)
    else:
        yield value


@given(st.dates(), st.integers(-4_000_000, 4_000_000))
def test_a_date_moved_by_days_is_that_many_days_away(day, days):
    moved = add(day, feel.DaysDuration(days * 86_400 * 10**9))

    assert subtract(moved, day).days == days
    assert isinstance(moved, datetime.date) is (1 <= moved.year <= 9999)
    assert less(day, moved) is (days > 0)


@given(st.dates(), st.integers(-600, 600))
def test_a_date_moved_by_months_keeps_its_day_or_takes_the_last_one(day, months):
    moved = add(day, feel.MonthsDuration(months))
    following = add(moved, feel.DaysDuration(86_400 * 10**9))

    assert moved.day == day.day or following.day == 1


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.integers(-3, 3))
def test_rounding_stays_within_half_a_unit(number, scale):
    assume(abs(number) < 10**20)
    rounded = feel.compile_expression(feel.parse("decimal(n, s)"))({"n": number, "s": scale})

    assert abs(rounded - number) * 2 <= Decimal(10) ** -scale


@given(st.integers(-(10**6), 10**6), st.integers(-1000, 1000).filter(bool))
def test_modulo_agrees_with_python(dividend, divisor):
    rest = feel.compile_expression(feel.parse("modulo(a, b)"))({"a": dividend, "b": divisor})

    assert dividend % divisor == rest
