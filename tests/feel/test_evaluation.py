"""Values at the door, the two modes, the clock and the limits."""

import datetime
from decimal import Decimal

import pytest

from dunning_sdk import feel
from dunning_sdk.feel.builtins import BUILTINS
from dunning_sdk.feel.tokens import BUILTIN_NAMES

NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))


def run(text, facts=None, *, evaluation=None, **options):
    names = list(facts or {})
    return feel.compile_expression(feel.parse(text, names=names), **options)(
        facts or {}, evaluation
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (3, Decimal(3)),
        (Decimal("1.50"), Decimal("1.50")),
        (True, True),
        (None, None),
        ("a", "a"),
        (datetime.date(2026, 3, 1), datetime.date(2026, 3, 1)),
        ((1, "a"), [Decimal(1), "a"]),
        ({"a": {"b": [1]}}, {"a": {"b": [Decimal(1)]}}),
        (NOON, feel.DateTime(NOON.date(), feel.Time(12 * 3600 * 10**9, 3600))),
        (datetime.time(1), feel.Time(3600 * 10**9)),
        (datetime.timedelta(days=1), feel.DaysDuration(86_400 * 10**9)),
    ],
)
def test_what_python_passes_in_becomes_a_value(given, expected):
    actual = run("x", {"x": given})

    assert (type(expected), expected) == (type(actual), actual)


@pytest.mark.parametrize("given", [1.5, 1 + 2j, b"a", {1, 2}, object()])
def test_what_has_no_counterpart_is_refused(given):
    with pytest.raises(feel.FeelTypeError, match="cannot use a Python"):
        run("x", {"x": given}, strict=True)


def test_a_date_that_python_can_hold_stays_one():
    assert [datetime.date(9999, 12, 31), feel.FarDate(10000, 1, 1)] == [
        run('@"9999-12-30" + @"P1D"'),
        run('@"9999-12-31" + @"P1D"'),
    ]


def test_a_known_value_is_not_copied():
    items = [Decimal(1)]

    assert run("x", {"x": items}) is items


def test_strict_mode_names_the_missing_entry():
    with pytest.raises(feel.FeelNameError) as raised:
        run("1 + a.b.c", {"a": {"b": {}}}, strict=True)

    assert (raised.value.name, raised.value.line, raised.value.column) == ("a.b.c", 1, 5)


def test_every_error_leaves_one_diagnostic_in_order():
    evaluation = feel.Evaluation()
    run('[1 / 0,\n "a" < 1]', evaluation=evaluation)

    assert [
        feel.Diagnostic(1, 2, "division by zero"),
        feel.Diagnostic(2, 2, "cannot order string and number"),
    ] == evaluation.diagnostics


def test_no_message_shows_a_value_of_a_fact():
    evaluation = feel.Evaluation()
    facts = {"iban": "FR7630006000011234567890189"}
    for text in ("iban + 1", "iban < 1", "iban(1)", "iban.x", "date(iban)", "iban[5]", "-iban"):
        run(text, facts, evaluation=evaluation)

    assert [one for one in evaluation.diagnostics if "7630" in one.message] == []
    assert len(evaluation.diagnostics) == 7


def test_the_position_counts_from_where_the_text_stands_in_its_file():
    with pytest.raises(feel.FeelSyntaxError) as raised:
        feel.parse("1 +\n  *", line=10, column=20)
    here = raised.value
    with pytest.raises(feel.FeelSyntaxError) as raised:
        feel.parse("1 *", line=10, column=20)

    assert [
        (here.line, here.column),
        (raised.value.line, raised.value.column),
    ] == [(11, 3), (10, 23)]
    assert (
        here.expected,
        here.found,
        str(here),
    ) == ("a value", "'*'", "11:3: expected a value, found '*'")


def test_now_and_today_ask_the_clock_alone():
    evaluation = feel.Evaluation(clock=feel.FixedClock(NOON))

    assert [
        run("string(now())", evaluation=evaluation),
        run("string(today())", evaluation=evaluation),
    ] == ["2026-03-01T12:00:00+01:00", "2026-03-01"]


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (["due date"], "due date + 1", "due date + 1"),
        (["due", "due date"], "due date", "due date"),
        (["due date", "due date limit"], "due date limit", "due date limit"),
        (["a-b"], "a-b - 1", "a-b - 1"),
        ([], "a-b", "a - b"),
        (["a-b"], "a - b", "a - b"),
        (["profit - loss"], "profit - loss", "profit - loss"),
        (["Mike's share"], "Mike's  share", "Mike's share"),
        (["24h rate"], "x", "x"),
        (["fee 2"], "fee 2*2", "fee 2 * 2"),
    ],
)
def test_the_longest_known_name_wins(names, text, expected):
    node = feel.parse(text, names=names)

    assert expected == feel.format_node(node)


def test_a_scope_keeps_entries_apart_from_variables():
    scope = feel.Scope(["x"], members=["open-amount"])

    assert [
        feel.format_node(feel.parse(text, names=scope))
        for text in ("x.open-amount", "open-amount", "x[open-amount > 1]")
    ] == ["x.open-amount", "open - amount", "x[open-amount > 1]"]


def test_functions_of_the_caller_win_over_built_in_ones():
    double = feel.function("sum(n: number) -> number", lambda number: number * 2)

    assert Decimal(8) == run("sum(4)", functions={"sum": double})


def test_types_of_the_caller_are_known_by_name():
    types = {"tAmount": feel.ContextType({"minor": feel.NUMBER})}

    assert run("{minor: 1} instance of tAmount", types=types) is True
    assert run("[{}] instance of list<tAmount>", types=types) is False


def test_every_built_in_name_with_a_space_is_known_to_the_parser():
    assert sorted(BUILTIN_NAMES) == sorted(name for name in BUILTINS if " " in name)


TIGHT = feel.Limits(
    iterations=100, list_length=10, text_length=60, expression_length=200, calls=5, nesting=20
)


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..11 return i",
        "every i in 1..1000 satisfies i > 0",
        "for i in 1..1000000000000000, j in 1..10 return 1",
        "count(concatenate([1,2,3,4,5,6],[1,2,3,4,5,6]))",
        'for i in 1..9 return if i = 1 then "ab" else partial[-1] + partial[-1]',
        'replace("aaaaaaaa", "a", "xxxxxxxxxx")',
        'string join(for i in 1..9 return "12345678", "")',
        "{f: function(n) f(n + 1), x: f(1)}.x",
        "string(for i in 1..9 return if i = 1 then 1 else [partial[-1], partial[-1]])",
        "flatten(for i in 1..9 return if i = 1 then 1 else [partial[-1], partial[-1]])",
    ],
)
def test_an_evaluation_ends_at_its_limits(text):
    evaluation = feel.Evaluation(limits=TIGHT)
    node = feel.parse(text)

    with pytest.raises(feel.FeelLimitError) as raised:
        feel.compile_expression(node)({}, evaluation)

    assert (raised.value.line, raised.value.column >= 1) == (1, True)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 30 + "1" + ")" * 30,
        "1" + " + 1" * 30,
        "-" * 30 + "1",
        "[" * 30,
        "x" + "[1]" * 30,
        "x" + ".y" * 30,
        "if a then " * 21 + "1",
        "x instance of " + "list<" * 30,
        "1 " * 101,
    ],
)
def test_a_text_ends_at_its_limits(text):
    with pytest.raises(feel.FeelLimitError):
        feel.parse(text, limits=TIGHT)


def test_a_long_number_is_refused():
    with pytest.raises(feel.FeelLimitError, match="digits"):
        feel.parse("1" * 2000)


@pytest.mark.parametrize("opening", ["(", "[", "{a: ", "-", "not(", "if x then ", "f(", "1 + ("])
def test_no_text_exhausts_the_stack(opening):
    limits = feel.Limits(nesting=10**6)

    with pytest.raises(feel.FeelError):
        feel.parse(opening * 50_000, limits=limits)


def test_a_value_nested_too_deeply_is_an_error_of_limits():
    deep = run("for i in 1..3000 return [partial[-1]]")

    with pytest.raises(feel.FeelLimitError):
        feel.format_value(deep)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.0"), "0.0"),
        ('a"\\\n', r'"a\"\\\n"'),
        ({"a b": [None]}, "{a b: [null]}"),
        ({"a:b": True}, '{"a:b": true}'),
        (feel.MonthsDuration(-14), "-P1Y2M"),
        (feel.DaysDuration(0), "PT0S"),
        (feel.FarDate(-44, 3, 15), "-0044-03-15"),
    ],
)
def test_a_value_has_one_text(value, expected):
    assert expected == feel.format_value(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("[1..2)", "[1..2)"), ("(<= 2)", "(<= 2)"), ("(!= 2)", "(!= 2)"), ("abs", "function abs")],
)
def test_a_range_or_function_has_one_text(text, expected):
    assert expected == feel.format_value(run(text))
