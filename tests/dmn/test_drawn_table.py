"""Drawn decision tables: cells, types, hit policies and defaults, in both modes."""

import pytest

from dunning_sdk.dmn.errors import DmnError, DmnModelError
from dunning_sdk.dmn.evaluate import load_model
from tests.dmn.drawn import DAYS, decision, document, table

LADDER = [("<= 10", "1"), ("[5..20]", "2"), ("> 15", "3")]
VALUES = "<outputValues><text>{}</text></outputValues>"
TYPE = """<itemDefinition name="tSize"><typeRef>string</typeRef>
  <allowedValues><text>"large","small"</text></allowedValues></itemDefinition>"""


def outcome(drawn, days, *, strict=False, types=""):
    model = load_model(document(types, DAYS, decision("a", drawn, needs=["days"])), strict=strict)
    return model.evaluate({"days": days})


def value(drawn, days, **options):
    return outcome(drawn, days, **options).values["a"]


@pytest.mark.parametrize(
    ("policy", "days", "expected"),
    [
        ('hitPolicy="UNIQUE"', 3, 1),
        ('hitPolicy="UNIQUE"', 7, None),
        ('hitPolicy="UNIQUE"', None, None),
        ('hitPolicy="FIRST"', 7, 1),
        ('hitPolicy="ANY"', 7, None),
        ('hitPolicy="RULE ORDER"', 18, [2, 3]),
        ('hitPolicy="COLLECT"', 7, [1, 2]),
        ('hitPolicy="COLLECT" aggregation="SUM"', 18, 5),
        ('hitPolicy="COLLECT" aggregation="MIN"', 7, 1),
        ('hitPolicy="COLLECT" aggregation="MAX"', 7, 2),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 7, 2),
        ('hitPolicy="COLLECT" aggregation="COUNT"', None, 0),
        ('hitPolicy="COLLECT" aggregation="SUM"', None, None),
    ],
)
def test_the_hit_policy_says_what_is_answered(policy, days, expected):
    assert value(table(LADDER, attributes=policy), days) == expected


@pytest.mark.parametrize(
    ("policy", "listed", "expected"),
    [("PRIORITY", "3, 2, 1", 3), ("PRIORITY", "1, 2, 3", 2), ("OUTPUT ORDER", "3, 2, 1", [3, 2])],
)
def test_listed_values_give_the_order(policy, listed, expected):
    drawn = table(LADDER, attributes=f'hitPolicy="{policy}"')
    drawn = drawn.replace('<output name="fee">', f'<output name="fee">{VALUES.format(listed)}')

    assert value(drawn, 18) == expected


def test_the_values_of_the_type_give_the_order_where_none_are_listed():
    drawn = table([("> 1", '"small"'), ("> 2", '"large"')], attributes='hitPolicy="PRIORITY"')

    assert (
        value(drawn.replace('name="fee"', 'name="fee" typeRef="tSize"'), 3, types=TYPE) == "large"
    )


def test_several_outputs_make_a_context():
    drawn = table([("> 1", "1", '"a b"')], outputs=("fee", "reason why"))

    assert value(drawn, 2) == {"fee": 1, "reason why": "a b"}


def test_the_default_holds_where_no_row_does():
    drawn = table([("> 1", "1")], default="days - 1")

    assert (value(drawn, 2), value(drawn, 0)) == (1, -1)
    assert value(drawn, 0, strict=True) == -1


@pytest.mark.parametrize("cell", ["-", "", "> days - 1", "? = days", "not(7)", "odd(?) or even(?)"])
def test_a_cell_may_be_any_unary_test(cell):
    assert value(table([(cell, "1")]), 4) == 1


def test_a_cell_that_is_no_feel_never_holds_and_is_listed():
    found = outcome(table([("> >", "1")]), 4)

    assert found.values == {"a": None}
    assert [fault.message for fault in found.faults] == [
        "expected a value, found '>'",
        "no row holds and the table has no default",
    ]
    with pytest.raises(DmnModelError, match="expected a value"):
        value(table([("> >", "1")]), 4, strict=True)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ('hitPolicy="UNIQUE"', "rows 1, 2 hold at once under unique"),
        ('hitPolicy="ANY"', "rows 1, 2 hold at once under any"),
        ('hitPolicy="COLLECT" aggregation="SUM"', "rows 1, 2: sum needs values of one ordered"),
    ],
)
def test_a_conflict_is_listed_in_standard_mode_and_raises_in_strict_mode(policy, message):
    drawn = table([("> 1", "1"), ("> 2", '"x"')], attributes=policy)

    (fault,) = outcome(drawn, 3).faults
    assert (fault.decision, fault.line, fault.message.startswith(message)) == ("a", 4, True)
    with pytest.raises(DmnError) as caught:
        value(drawn, 3, strict=True)
    assert (caught.value.decision, caught.value.line) == ("a", 5)
    assert caught.value.rows == (1, 2)


def test_an_input_is_held_to_its_type_and_its_listed_values():
    drawn = table([("-", "?")]).replace("?", "1")
    typed = drawn.replace("<inputExpression>", '<inputExpression typeRef="string">')
    listed = drawn.replace(
        "</inputExpression>", "</inputExpression><inputValues><text>[0..5]</text></inputValues>"
    )

    assert [fault.message for fault in outcome(typed, 9).faults] == ["a number that is no string"]
    assert [fault.message for fault in outcome(listed, 9).faults] == [
        "a number that is no value of its column"
    ]
    assert outcome(listed, 5).faults == ()
    with pytest.raises(DmnError, match="a number that is no value of its column"):
        outcome(listed, 9, strict=True)


def test_an_output_is_held_to_its_type_and_its_listed_values():
    drawn = table([("> 1", "7")])

    typed = drawn.replace('<output name="fee">', '<output name="fee" typeRef="string">')
    listed = drawn.replace('<output name="fee">', f'<output name="fee">{VALUES.format("1, 2")}')
    assert [value(each, 2) for each in (drawn, typed, listed)] == [7, None, None]


def test_outputs_without_names_of_their_own_are_refused():
    with pytest.raises(DmnModelError, match="each of several outputs needs a name of its own"):
        value(table([("-", "1", "2")], outputs=("fee", "fee")), 1)


def test_listed_values_that_are_no_feel_are_refused():
    drawn = table([("-", "1")]).replace(
        '<output name="fee">', f'<output name="fee">{VALUES.format("1,")}'
    )

    with pytest.raises(DmnModelError, match="the list of values cannot be read"):
        value(drawn, 1)


@pytest.mark.parametrize(("given", "expected"), [(True, 1), (False, 2), (None, 3)])
def test_what_is_unknown_is_neither_true_nor_false(given, expected):
    drawn = table([("true", "1"), ("false", "2"), ("-", "3")], attributes='hitPolicy="FIRST"')

    model = load_model(
        document(DAYS.replace("number", "boolean"), decision("a", drawn, needs=["days"]))
    )
    assert model.evaluate({"days": given}).values == {"a": expected}
