"""Boxed expressions mean what the same FEEL text means."""

import pytest

from dunning_sdk.dmn.errors import DmnError, DmnModelError
from dunning_sdk.dmn.evaluate import load_model
from tests.dmn.drawn import decision, document, text


def value(boxes, *, strict=False):
    return load_model(document(decision("a", boxes)), strict=strict).evaluate({}).values["a"]


def context(*entries):
    return f"<context>{''.join(entries)}</context>"


def entry(name, boxes, of=""):
    typed = f' typeRef="{of}"' if of else ""
    variable = f'<variable name="{name}"{typed}/>' if name else ""
    return f"<contextEntry>{variable}{boxes}</contextEntry>"


def part(tag, feel):
    return f"<{tag}>{text(feel)}</{tag}>"


def call(name, **arguments):
    bindings = "".join(
        f'<binding><parameter name="{key}"/>{text(feel)}</binding>'
        for key, feel in arguments.items()
    )
    return f"<invocation>{text(name)}{bindings}</invocation>"


def function(feel, *parameters, result=""):
    given = "".join(f'<formalParameter name="{each}" typeRef="number"/>' for each in parameters)
    return f"<functionDefinition>{given}{text(feel, result)}</functionDefinition>"


def conditional(condition):
    return (
        f"<conditional>{part('if', condition)}{part('then', '1')}{part('else', '2')}</conditional>"
    )


def filtered(source, match):
    return f"<filter>{part('in', source)}{part('match', match)}</filter>"


def loop(source, body):
    return f'<for iteratorVariable="each one">{part("in", source)}{part("return", body)}</for>'


def quantified(kind, source, condition):
    inside = part("in", source) + part("satisfies", condition)
    return f'<{kind} iteratorVariable="x">{inside}</{kind}>'


RELATION = (
    '<relation><column name="a"/><column name="b" typeRef="string"/>'
    f"<row>{text('1')}{text('2')}</row>"
    f"<row>{text('3')}{text(chr(34) + 'x' + chr(34))}</row></relation>"
)


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        (
            context(entry("due date", text("1")), entry("b", text("due date + 1"))),
            {"due date": 1, "b": 2},
        ),
        (context(entry("a", text("1")), entry("", text("a + 1"))), 2),
        (context(entry("a", text('"x"'), of="number")), {"a": None}),
        (f"<list>{text('1')}{text('[2]')}</list>", [1, [2]]),
        ("<list/>", []),
        (RELATION, [{"a": 1, "b": None}, {"a": 3, "b": "x"}]),
        (context(entry("f", function("n * 2", "n")), entry("", call("f", n="4"))), 8),
        (context(entry("f", function("n * 2", "n")), entry("", call("f", m="4"))), None),
        (context(entry("f", function("n * 2", "n")), entry("", call("f", n='"x"'))), None),
        (context(entry("f", function("n", "n", result="string")), entry("", text("f(1)"))), None),
        (
            context(
                entry("f", function("if n = 0 then 0 else f(n - 1)", "n")), entry("", text("f(9)"))
            ),
            0,
        ),
        (call("abs", n="-4"), 4),
        (call("number", **{"from": '"1"'}), 1),
        (conditional("true"), 1),
        (conditional("null"), 2),
        (conditional('"x"'), None),
        (filtered("[1, 2, 3]", "item > 1"), [2, 3]),
        (filtered("[{a b: 1}, {a b: 2}]", "a b > 1"), [{"a b": 2}]),
        (filtered("[5, 6]", "-1"), 6),
        (filtered("[]", "item > 1"), []),
        (filtered("[1]", '"x"'), None),
        (loop("1..3", "each one * 2"), None),
        (loop("[1, 2]", "each one * 2"), [2, 4]),
        (loop("[1, 2, 3]", "if count(partial) = 0 then 1 else partial[-1] * each one"), [1, 2, 6]),
        (loop("null", "1"), None),
        (quantified("some", "[1, 2]", "x > 1"), True),
        (quantified("every", "[1, 2]", "x > 1"), False),
        (quantified("every", "[]", "x > 1"), True),
        (quantified("some", "[1]", '"x"'), None),
        ("<literalExpression/>", None),
        (
            '<literalExpression expressionLanguage="urn:python"><text>1</text></literalExpression>',
            None,
        ),
    ],
)
def test_boxes_have_the_value_of_the_same_text(boxes, expected):
    assert value(boxes) == expected


def test_a_value_deep_in_boxes_is_held_to_its_type():
    nested = loop("[1]", "1").replace("<in>", '<in typeRef="string">')

    assert value(nested) is None


def test_a_filter_over_nothing_asks_for_no_entry_even_in_strict_mode():
    assert value(filtered("[]", "item.a > 1"), strict=True) == []


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        (conditional('"x"'), "the condition of if is string, not boolean"),
        (filtered("[{}]", "item.a > 1"), "no entry 'a' in the context"),
        (loop("null", "1"), "cannot iterate over null"),
        (call("abs", n='"x"'), "cannot be called with string"),
    ],
)
def test_in_strict_mode_boxes_raise_where_the_text_would(boxes, message):
    with pytest.raises(DmnError, match=message) as caught:
        value(boxes, strict=True)

    assert (caught.value.decision, caught.value.line) == ("a", 2)


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        (RELATION.replace(text("1") + text("2"), text("1")), "a row of 1 cells in a relation of 2"),
        ("<invocation/>", "an invocation that calls nothing"),
        ("<functionDefinition/>", "a function without a body"),
        ("<literalExpression/>", "an expression without text"),
        ('<functionDefinition kind="PMML"/>', "a function in PMML"),
    ],
)
def test_in_strict_mode_boxes_without_meaning_are_refused_when_loaded(boxes, message):
    with pytest.raises(DmnModelError, match=message):
        value(boxes, strict=True)
    assert value(boxes) is None or "function" in boxes or "relation" in boxes
