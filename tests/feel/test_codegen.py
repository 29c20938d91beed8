"""A compiled expression gives what the interpreter gives: value, diagnostics and errors."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk import feel
from dunning_sdk.feel.codegen import compile_function
from dunning_sdk.feel.emit import Pool
from tests.feel.expressions import EXPRESSIONS, NAMES
from tests.feel.hostile import texts
from tests.feel.test_tables import ROWS, value_of

SCOPE = feel.Scope(NAMES)
FACTS = {
    "x": 3,
    "due date": datetime.date(2026, 1, 31),
    "a+b": "text",
    "receivable": {"open amount": Decimal(50), "days": 30, "lines": [{"n": 1}, {"n": 2}]},
    "nothing": None,
    "flag": True,
}
LIMITS = feel.Limits(iterations=5_000, list_length=5_000, text_length=50_000)


def outcome(compiled, facts):
    evaluation = feel.Evaluation(limits=LIMITS)
    try:
        value = feel.format_value(compiled(facts, evaluation))
    except feel.FeelError as error:
        value = (type(error), str(error))
    return value, evaluation.diagnostics


def assert_alike(node, facts, **options):
    for strict in (False, True):
        reference = feel.compile_expression(node, strict=strict, **options)
        compiled = compile_function(node, strict=strict, **options)
        expected = outcome(reference, facts)
        if "iterations" not in str(expected):
            assert expected == outcome(compiled, facts)


@given(EXPRESSIONS)
def test_any_expression(text):
    assert_alike(feel.parse(text, names=SCOPE), FACTS)


@pytest.mark.parametrize(("expression", "facts", "expected"), ROWS)
def test_the_cases_of_the_language(expression, facts, expected):
    try:
        node = feel.parse(expression)
    except feel.FeelSyntaxError:
        assert "FeelSyntaxError" in expected
    else:
        assert_alike(node, value_of(facts))


@pytest.mark.parametrize("seed", range(3))
def test_hostile_texts(seed):
    for text in texts(200 + seed, 200):
        try:
            node = feel.parse(text, names=SCOPE, limits=LIMITS)
        except feel.FeelError:
            continue
        assert_alike(node, FACTS)


OPERANDS = st.sampled_from(
    [
        *("a", "b", "c.d", "flag", "word", "day", "nothing", "missing", "c.missing", "c", "lines"),
        *("0", "1", "2.5", '"x"', "true", "null", 'date("2026-03-01")', '@"P1D"', "day.year"),
    ]
)
OPERATORS = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">="])
CONDITIONS = st.recursive(
    st.builds("{} {} {}".format, OPERANDS, OPERATORS, OPERANDS)
    | st.builds("{} in (< {})".format, OPERANDS, OPERANDS)
    | st.builds("{} between {} and {}".format, OPERANDS, OPERANDS, OPERANDS)
    | st.builds("{} in [{}..{}]".format, OPERANDS, OPERANDS, OPERANDS)
    | OPERANDS,
    lambda part: (
        st.builds("({}) and ({}) and ({})".format, part, part, part)
        | st.builds("({}) or ({})".format, part, part)
        | st.builds("if {} then {} else {}".format, part, part, part)
        | st.builds("-({})".format, part)
        | st.builds("({}) + ({})".format, part, part)
        | st.builds("[{}, {}]".format, part, part)
        | st.builds("count([{}, {}])".format, part, part)
    ),
    max_leaves=8,
)
BOUNDARIES = st.sampled_from([None, 0, 1, 2, Decimal(1), Decimal("2.5"), Decimal("2.4999")])
SOME_FACTS = st.fixed_dictionaries(
    {
        "a": BOUNDARIES,
        "b": BOUNDARIES | st.booleans(),
        "c": st.fixed_dictionaries({"d": BOUNDARIES | st.text(max_size=2)}) | st.none(),
        "flag": st.booleans() | st.none(),
        "word": st.sampled_from(["x", "y", None]),
        "day": st.dates(datetime.date(2026, 2, 28), datetime.date(2026, 3, 2)) | st.none(),
        "nothing": st.none(),
        "lines": st.just([{"n": 1}, {"n": None}]) | st.just(1.5),
    }
)


@given(CONDITIONS, SOME_FACTS)
def test_conditions_at_their_boundaries_nulls_included(text, facts):
    assert_alike(feel.parse(text), facts)


def test_functions_of_the_caller_are_called():
    double = feel.function("double(n: number) -> number", lambda number: number * 2)
    node = feel.parse("double(x) + double(x) * 2")

    assert_alike(node, {"x": 4}, functions={"double": double})
    assert compile_function(node, functions={"double": double})({"x": 4}) == 24


def test_an_evaluation_is_not_needed():
    assert compile_function(feel.parse("count(x) + 1"))({"x": [1, 2]}) == 3


def test_steps_are_not_counted_twice_where_the_interpreter_starts_anew():
    text = "count(for i in 1..90 return i) + count(for i in 1..90 return nothing.n)"
    limits = feel.Limits(iterations=600)
    evaluation = feel.Evaluation(limits=limits)

    compiled = compile_function(feel.parse(text))

    assert compiled({"nothing": None}, evaluation) == 180
    assert len(evaluation.diagnostics) == 90


def test_no_word_of_an_author_is_in_the_code():
    text = 'if receivable.secret > 12345 and receivable.secret < 99999 then "gone" else word'
    code = compile_function(feel.parse(text)).__code__

    said = [*code.co_names, *code.co_varnames, *code.co_freevars, *map(str, code.co_consts)]
    assert not {"receivable", "secret", "12345", "99999", "gone", "word"} & set(said)


def test_a_generated_function_sees_no_name_of_python():
    assert compile_function(feel.parse("x + 1")).__globals__ == {"__builtins__": {}}


def test_a_constant_is_kept_once():
    pool, value = Pool(), Decimal(3)
    pool.constant(value)
    pool.constant(value)

    assert pool.values == [value]
