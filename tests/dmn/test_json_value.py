"""Values of FEEL as JSON, and facts out of JSON."""

import datetime
import json
from decimal import Decimal

import pytest

from dunning_sdk.dmn.json_value import facts_from_json, to_json
from dunning_sdk.feel.durations import DaysDuration, MonthsDuration
from dunning_sdk.feel.evaluator import compile_expression
from dunning_sdk.feel.parser import parse
from dunning_sdk.feel.types import (
    DATE,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    ContextType,
    ListType,
)


@pytest.mark.parametrize(
    ("feel", "expected"),
    [
        ("1.50", 1.5),
        ("10 ** 3", 1000),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("10 ** 20", 1e20),
        ('[true, null, "a"]', [True, None, "a"]),
        ('{on: @"2026-03-01", at: @"10:00:00Z"}', {"on": "2026-03-01", "at": "10:00:00Z"}),
        ('@"P1DT2H"', "P1DT2H"),
        ("[1..2)", "[1..2)"),
    ],
)
def test_a_value_is_written_exactly(feel, expected):
    found = to_json(compile_expression(parse(feel))({}))

    assert found == expected
    assert json.loads(json.dumps(found)) == expected


def test_text_becomes_what_the_type_of_the_input_says():
    types = {
        "on": DATE,
        "days": DAYS_DURATION,
        "all": ListType(ContextType({"on": DATE, "for": MONTHS_DURATION})),
        "name": STRING,
        "fees.on": DATE,
    }
    facts = {
        "on": "2026-03-01",
        "days": "P1D",
        "all": [{"on": "2026-03-02", "for": "P1M", "more": "2026-03-03"}],
        "name": "2026-03-04",
        "fees": {"on": "2026-03-05"},
        "unknown": "2026-03-06",
    }

    assert facts_from_json(facts, types) == {
        "on": datetime.date(2026, 3, 1),
        "days": DaysDuration(86_400 * 10**9),
        "all": [{"on": datetime.date(2026, 3, 2), "for": MonthsDuration(1), "more": "2026-03-03"}],
        "name": "2026-03-04",
        "fees": {"on": datetime.date(2026, 3, 5)},
        "unknown": "2026-03-06",
    }


@pytest.mark.parametrize(("value", "of"), [("no date", DATE), (Decimal(1), DATE), ("1", NUMBER)])
def test_what_does_not_fit_stays_for_the_model_to_judge(value, of):
    assert facts_from_json({"a": value}, {"a": of}) == {"a": value}
