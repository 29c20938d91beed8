"""No text breaks the language: it gives a value, or an error of FEEL that names a place.

Runs some thousand texts within narrow limits; `benchmarks.hostile` runs a hundred thousand within
the limits that a caller gets.
"""

import datetime
import tracemalloc

import pytest

from dunning_sdk import feel
from tests.feel.hostile import BOMBS, shared, texts

FACTS = {"x": 3, "due date": datetime.date(2026, 1, 31)}
TYPES = {"x": feel.NUMBER, "due date": feel.DATE}
SCOPE = feel.Scope([*FACTS, "no such"])
NARROW = feel.Limits(
    iterations=3_000, list_length=1_000, text_length=10_000, nesting=50, calls=20, regex_ms=10
)


def outcome(text, limits, *, strict):
    evaluation = feel.Evaluation(limits=limits)
    try:
        node = feel.parse(text, names=SCOPE, limits=limits)
        feel.check(node, TYPES)
        return feel.compile_expression(node, strict=strict)(FACTS, evaluation)
    except feel.FeelError as error:
        return error


@pytest.mark.parametrize("seed", range(8))
def test_any_text_gives_a_value_or_an_error_with_its_place(seed):
    for text in texts(seed, 500):
        for strict in (False, True):
            found = outcome(text, NARROW, strict=strict)
            if isinstance(found, feel.FeelError):
                assert found.line >= 1 <= found.column, text
                assert strict or not isinstance(found, feel.FeelEvaluationError), text


@pytest.mark.parametrize("seed", range(2))
def test_any_cell_gives_an_answer_or_an_error_with_its_place(seed):
    for text in texts(100 + seed, 500):
        try:
            node = feel.parse_unary_tests(text, names=SCOPE, limits=NARROW)
            test = feel.compile_unary_tests(node)
            found = test(FACTS, 3, feel.Evaluation(limits=NARROW))
        except feel.FeelError as error:
            found = error.line >= 1 <= error.column

        assert found in (True, False, None), text


@pytest.mark.parametrize("number", range(len(BOMBS)))
def test_what_grows_on_purpose_is_stopped(number):
    for size in (10, 60, 400):
        found = outcome(BOMBS[number](size), NARROW, strict=False)

        assert not isinstance(found, feel.FeelEvaluationError)


QUESTIONS = ["a{0} = b{0}", "a{0} != b{0}", "is(a{0}, b{0})", "list contains([a{0}], b{0})"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_lists_that_share_lists_are_compared_once_each(question):
    found = outcome(shared(90, question), feel.Limits(), strict=True)

    assert found is ("!=" not in question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [("[0] in (a{0}, b{0})", False), (f"a{{0}} instance of {'list<' * 80}string{'>' * 80}", False)],
)
def test_lists_that_share_lists_are_looked_through_once_each(question, expected):
    assert expected is outcome(shared(90, question), feel.Limits(), strict=False)


def test_filters_in_filters_compile_in_time():
    assert outcome("[[1]][" * 40 + "1" + "]" * 40, feel.Limits(), strict=False) is None


def test_no_result_of_a_loop_holds_itself():
    found = outcome("for i in 1..3 return partial", feel.Limits(), strict=True)

    assert found == [[], [[]], [[], [[]]]]


def test_diagnostics_beyond_the_limit_are_counted():
    evaluation = feel.Evaluation(limits=feel.Limits(diagnostics=10))
    feel.compile_expression(feel.parse("for i in 1..15 return 1 + null"))({}, evaluation)

    counted = (len(evaluation.diagnostics), evaluation.diagnostics_left_out)
    assert counted == (10, 5)


@pytest.mark.parametrize(
    "text",
    [
        'for i in 1..100000 return string join(for j in 1..100 return "aaaaaaaaaaaaaaaa")',
        "{l: for i in 1..1000 return i, r: for i in 1..100000 return concatenate(l, l)}",
        "for i in 1..1000000 return {a: i, b: [i, i]}",
        "for i in 1..100000 return context put({a: i, b: i, c: [i]}, string(i), i)",
    ],
)
def test_memory_stays_within_what_iterations_allow(text):
    tracemalloc.start()
    try:
        found = outcome(text, feel.Limits(iterations=50_000), strict=True)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(found, feel.FeelLimitError)
    assert peak < 10_000_000


def test_an_expression_that_is_too_long_is_not_read():
    with pytest.raises(feel.FeelLimitError, match="more than 100000 characters"):
        feel.parse("[" + "1," * 60_000 + "1]")
