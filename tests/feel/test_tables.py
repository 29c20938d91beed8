"""Run the tables of expressions, one CSV per feature, in both modes."""

import re
from pathlib import Path

import pytest

from dunning_sdk import feel

CASES = Path(__file__).parent / "cases"
ERROR = re.compile(r"!(Feel\w+Error) (\d+):(\d+)(?: (.*))?")


def rows():
    for path in sorted(CASES.glob("*.csv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.startswith("#"):
                expression, facts, expected = re.fullmatch(r"(.*);(\{.*\});(.*)", line).groups()
                yield pytest.param(expression, facts, expected, id=f"{path.stem}:{number}")


def value_of(text, facts=None):
    return feel.compile_expression(feel.parse(text))(facts or {})


ROWS = list(rows())
ERRORS = [row for row in ROWS if row.values[2].startswith("!")]
RESULTS = [row for row in ROWS if not row.values[2].startswith("!")]
EVALUATION_ERRORS = [row for row in ERRORS if "SyntaxError" not in row.values[2]]


@pytest.mark.parametrize(("expression", "facts", "expected"), RESULTS)
@pytest.mark.parametrize("strict", [False, True], ids=["standard", "strict"])
def test_result(expression, facts, expected, strict):
    compiled = feel.compile_expression(feel.parse(expression), strict=strict)
    evaluation = feel.Evaluation()

    actual = compiled(value_of(facts), evaluation)

    assert feel.format_value(value_of(expected)) == feel.format_value(actual)
    if strict:
        assert evaluation.diagnostics == []


@pytest.mark.parametrize(("expression", "facts", "expected"), ERRORS)
def test_strict_mode_raises_with_the_place(expression, facts, expected):
    kind, line, column, _ = ERROR.fullmatch(expected).groups()

    with pytest.raises(feel.FeelError) as raised:
        feel.compile_expression(feel.parse(expression), strict=True)(value_of(facts))

    found = raised.value
    assert (kind, int(line), int(column)) == (type(found).__name__, found.line, found.column)


@pytest.mark.parametrize(("expression", "facts", "expected"), EVALUATION_ERRORS)
def test_standard_mode_answers_null_and_records_the_place(expression, facts, expected):
    _, line, column, result = ERROR.fullmatch(expected).groups()
    evaluation = feel.Evaluation()

    actual = feel.compile_expression(feel.parse(expression))(value_of(facts), evaluation)

    assert feel.format_value(value_of(result or "null")) == feel.format_value(actual)
    places = [(one.line, one.column) for one in evaluation.diagnostics]
    assert (int(line), int(column)) in places


@pytest.mark.parametrize("path", sorted(CASES.glob("*.csv")), ids=lambda path: path.stem)
def test_a_third_or_more_of_each_table_are_errors(path):
    lines = [one for one in path.read_text(encoding="utf-8").splitlines() if one[0] != "#"]
    errors = [one for one in lines if ERROR.search(one)]

    assert len(errors) * 10 >= len(lines) * 3
