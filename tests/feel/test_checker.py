"""What the checker finds, what it lets pass, and which type it gives."""

import pytest

from dunning_sdk import feel

TYPES = {
    "amount": feel.NUMBER,
    "due date": feel.DATE,
    "reason": feel.EnumType(("paid", "disputed")),
    "receivable": feel.ContextType({"open amount": feel.NUMBER, "is_open": feel.BOOLEAN}),
    "lines": feel.ListType(feel.ContextType({"net": feel.NUMBER, "on": feel.DATE})),
    "anything": feel.ANY,
    "fee": feel.FunctionType((feel.NUMBER, feel.DATE), feel.NUMBER),
}
SCOPE = feel.Scope(["due date", "open amount"])
PAID, DISPUTED = feel.EnumType(("paid",)), feel.EnumType(("disputed",))


def check(text):
    return feel.check(feel.parse(text, names=SCOPE), TYPES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount * 2 + receivable.open amount", feel.NUMBER),
        ("due date + @'P3D'".replace("'", '"'), feel.DATE),
        ("due date - due date", feel.DAYS_DURATION),
        ('"a" + string(amount)', feel.STRING),
        ("due date.year", feel.NUMBER),
        ("amount > 3 and receivable.is_open", feel.BOOLEAN),
        ("sum(lines.net)", feel.NUMBER),
        ("lines[net > 3].on", feel.ListType(feel.DATE)),
        ("lines[1].net", feel.NUMBER),
        ("max(lines.on)", feel.DATE),
        ("for l in lines return l.net", feel.ListType(feel.NUMBER)),
        ("for i in 1..3 return i", feel.ListType(feel.NUMBER)),
        ("some l in lines satisfies l.net > amount", feel.BOOLEAN),
        ("{a: amount, b: a + 1}.b", feel.NUMBER),
        ('if amount > 1 then "paid" else "disputed"', TYPES["reason"]),
        ("if amount > 1 then amount else null", feel.NUMBER),
        ("fee(amount, due date)", feel.NUMBER),
        ("[1, 2]", feel.ListType(feel.NUMBER)),
        ('[1, "a"]', feel.ListType(feel.ANY)),
        ("[1..amount]", feel.RangeType(feel.NUMBER)),
        ("amount in [1..9]", feel.BOOLEAN),
        ("amount between 1 and 2", feel.BOOLEAN),
        ("function(x: number) x", feel.FunctionType((feel.NUMBER,), feel.NUMBER)),
        ("anything.at.all + 1", feel.NUMBER),
        ("anything = 1 or anything = reason", feel.BOOLEAN),
        ("is known(receivable.open amount)", feel.BOOLEAN),
        ("reason instance of string", feel.BOOLEAN),
        ("count(amount)", feel.NUMBER),
        ("date and time(due date, @'10:00:00')".replace("'", '"'), feel.DATE_TIME),
    ],
)
def test_a_right_expression_has_a_type(text, expected):
    assert feel.Checked(expected, ()) == check(text)


@pytest.mark.parametrize(
    ("text", "code", "column", "nearest"),
    [
        ("amonut + 1", "unknown-name", 1, "amount"),
        ("1 + xyzzy", "unknown-name", 5, None),
        ("receivable.open_amount", "unknown-entry", 1, "receivable.open amount"),
        ("lines.nett", "unknown-entry", 1, "lines.net"),
        ("due date.hour", "unknown-entry", 1, None),
        ("amount.cents", "unknown-entry", 1, None),
        ('amount = "5"', "wrong-type", 1, None),
        ('not(amount < "5")', "wrong-type", 5, None),
        ("amount + due date", "wrong-type", 1, None),
        ("-reason", "wrong-type", 1, None),
        ("receivable.is_open < true", "wrong-type", 1, None),
        ("amount and true", "wrong-type", 1, None),
        ("if amount then 1 else 2", "wrong-type", 4, None),
        ("some l in lines satisfies l.net", "wrong-type", 27, None),
        ('lines["a"]', "wrong-type", 7, None),
        ("amount between 1 and due date", "wrong-type", 22, None),
        ('amount in ["a".."b"]', "wrong-type", 11, None),
        ('amount in < "a"', "wrong-type", 13, None),
        ('[1.."a"]', "wrong-type", 1, None),
        ('reason = "payd"', "outside-values", 1, "paid"),
        ('reason in ("paid", "xyzzy")', "outside-values", 20, None),
        ("substring(amount, 1)", "wrong-type", 11, None),
        ("upper case(null)", "wrong-type", 12, None),
        ('substring("a")', "wrong-arguments", 1, None),
        ('substring(text: "a", start position: 1)', "wrong-arguments", 1, None),
        ("fee(amount)", "wrong-arguments", 1, None),
        ("fee(amount, amount)", "wrong-type", 13, None),
        ("amount(1)", "not-a-function", 1, None),
        ("summ(lines.net)", "unknown-name", 1, "sum"),
    ],
)
def test_a_wrong_expression_has_one_problem_with_its_place(text, code, column, nearest):
    (problem,) = check(text).problems

    assert (code, 1, column, nearest) == (
        problem.code,
        problem.line,
        problem.column,
        problem.nearest,
    )


@pytest.mark.parametrize(
    ("cell", "given"),
    [
        ("-", feel.NUMBER),
        ("< 5", feel.NUMBER),
        ('"paid", "disputed"', TYPES["reason"]),
        ('not("paid")', TYPES["reason"]),
        ('["paid", "disputed"]', feel.STRING),
        ("[1..5], > amount", feel.NUMBER),
        ("? > 3 and amount < 2", feel.NUMBER),
        ("amount > 3", feel.DATE),
        ("true", feel.BOOLEAN),
        ("null", feel.DATE),
        ('< date("2026-01-01")', feel.DATE),
        ("lines.net", feel.NUMBER),
        ("[[1..2], [3..4]]", feel.NUMBER),
    ],
)
def test_a_right_cell_has_no_problem(cell, given):
    node = feel.parse_unary_tests(cell, names=SCOPE)

    assert feel.check_unary_tests(node, given, TYPES).problems == ()


@pytest.mark.parametrize(
    ("cell", "given", "code", "column", "found"),
    [
        ("< 5", feel.STRING, "wrong-type", 3, "number"),
        ('"a"', feel.NUMBER, "wrong-type", 1, "string"),
        ("[1..5]", feel.DATE, "wrong-type", 1, "number"),
        ("< true", feel.BOOLEAN, "wrong-type", 3, "boolean"),
        ('"paid", "payd"', TYPES["reason"], "outside-values", 9, "payd"),
        ('not("payd")', TYPES["reason"], "outside-values", 5, "payd"),
        ('? = "payd"', TYPES["reason"], "outside-values", 1, "payd"),
        ("> amonut", feel.NUMBER, "unknown-name", 3, "amonut"),
        ("[1, 2]", feel.STRING, "wrong-type", 1, "number"),
        ("due date", feel.NUMBER, "wrong-type", 1, "date"),
    ],
)
def test_a_wrong_cell_has_one_problem_with_its_place(cell, given, code, column, found):
    node = feel.parse_unary_tests(cell, names=SCOPE)
    (problem,) = feel.check_unary_tests(node, given, TYPES).problems

    assert (code, column, found) == (problem.code, problem.column, problem.found)


def test_a_problem_says_what_was_expected_and_what_is_near():
    (problem,) = check('reason = "payd"').problems

    assert (problem.expected, problem.found, problem.nearest) == ("paid, disputed", "payd", "paid")
    assert problem.message == "'payd' is none of the allowed values; did you mean 'paid'?"


def test_functions_of_the_caller_are_known():
    days = feel.function("days(n: number) -> days and time duration", lambda n: n)
    node = feel.parse('due date + days("3")', names=SCOPE)
    (problem,) = feel.check(node, TYPES, functions={"days": days}).problems

    assert (problem.code, problem.column) == ("wrong-type", 17)


@pytest.mark.parametrize(
    ("found", "expected", "answer"),
    [
        (feel.NUMBER, feel.ANY, True),
        (feel.NULL, feel.NUMBER, True),
        (feel.ANY, feel.NUMBER, False),
        (PAID, feel.STRING, True),
        (feel.STRING, PAID, False),
        (PAID, feel.EnumType(("paid", "disputed")), True),
        (DISPUTED, PAID, False),
        (feel.ListType(feel.NUMBER), feel.ListType(feel.ANY), True),
        (feel.ListType(feel.NUMBER), feel.ListType(feel.STRING), False),
        (feel.RangeType(feel.DATE), feel.RangeType(feel.DATE), True),
        (feel.ContextType({"a": feel.NUMBER, "b": feel.DATE}), feel.CONTEXT, True),
        (feel.ContextType({"a": feel.NUMBER}), feel.ContextType({"a": feel.ANY}), True),
        (feel.ContextType({"a": feel.NUMBER}), feel.ContextType({"b": feel.ANY}), False),
        (TYPES["fee"], feel.FUNCTION, True),
        (feel.FunctionType((feel.ANY,), PAID), feel.FunctionType((PAID,), feel.STRING), True),
        (feel.FunctionType((PAID,), PAID), feel.FunctionType((feel.ANY,), PAID), False),
        (feel.FunctionType((), PAID), feel.FunctionType((PAID,), PAID), False),
    ],
)
def test_conformance_of_types(found, expected, answer):
    assert answer is feel.conforms_to(found, expected)
