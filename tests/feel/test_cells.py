"""Run the table of decision-table cells in both modes."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from dunning_sdk import feel

FACTS = {"limit": 7, "low": Decimal(2), "x-y": 9}
SCOPE = feel.Scope(FACTS)
ERROR = re.compile(r"!(Feel\w+Error) (\d+):(\d+)(?: (.*))?")


def rows():
    path = Path(__file__).parent / "cells.csv"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("#"):
            yield pytest.param(*line.rsplit(";", 2), id=f"{number}:{line}")


ROWS = list(rows())
ERRORS = [row for row in ROWS if row.values[2][0] == "!"]
RESULTS = [row for row in ROWS if row.values[2][0] != "!"]


def value_of(text):
    return feel.compile_expression(feel.parse(text))({})


@pytest.mark.parametrize(("cell", "given", "expected"), RESULTS)
@pytest.mark.parametrize("strict", [False, True], ids=["standard", "strict"])
def test_result(cell, given, expected, strict):
    test = feel.compile_unary_tests(feel.parse_unary_tests(cell, names=SCOPE), strict=strict)

    assert value_of(expected) is test(FACTS, value_of(given))


@pytest.mark.parametrize(("cell", "given", "expected"), ERRORS)
def test_strict_mode_raises_with_the_place(cell, given, expected):
    kind, line, column, _ = ERROR.fullmatch(expected).groups()

    with pytest.raises(feel.FeelError) as raised:
        feel.compile_unary_tests(feel.parse_unary_tests(cell, names=SCOPE), strict=True)(
            FACTS, value_of(given)
        )

    found = raised.value
    assert (kind, int(line), int(column)) == (type(found).__name__, found.line, found.column)


@pytest.mark.parametrize(
    ("cell", "given", "expected"), [row for row in ERRORS if "Syntax" not in row.values[2]]
)
def test_standard_mode_records_the_place(cell, given, expected):
    _, line, column, result = ERROR.fullmatch(expected).groups()
    evaluation = feel.Evaluation()
    test = feel.compile_unary_tests(feel.parse_unary_tests(cell, names=SCOPE))

    actual = test(FACTS, value_of(given), evaluation)

    assert value_of(result or "null") is actual
    places = [(one.line, one.column) for one in evaluation.diagnostics]
    assert (int(line), int(column)) in places


def test_an_input_may_be_any_number_python_has():
    test = feel.compile_unary_tests(feel.parse_unary_tests("[1..5]"))

    assert [test({}, 3), test({}, Decimal(3)), test({}, 6)] == [True, True, False]


def test_a_float_is_refused_since_it_is_not_exact():
    strict = feel.compile_unary_tests(feel.parse_unary_tests("< 5"), strict=True)

    with pytest.raises(feel.FeelTypeError, match="float"):
        strict({}, 1.5)
