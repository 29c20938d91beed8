from decimal import Decimal

import pytest

from dunning_sdk.dmn.errors import DmnError, DmnNoRowError
from dunning_sdk.dmn.table import Aggregation, HitPolicy, Input, Output, Row, Table
from dunning_sdk.feel.evaluator import compile_expression, compile_unary_tests
from dunning_sdk.feel.parser import parse, parse_unary_tests


def a_table(rows, *, outputs=("size",), **options):
    """Return a table over ``amount`` whose rows are (cell, output expression, …)."""
    values = options.pop("values", {})
    defaults = options.pop("defaults", {})
    strict = options.get("strict", False)
    return Table(
        inputs=(Input(name="amount", read=lambda scope: scope["amount"]),),
        outputs=tuple(
            Output(
                name=name,
                values=values.get(name, ()),
                default=compile_expression(parse(defaults[name])) if name in defaults else None,
            )
            for name in outputs
        ),
        rows=tuple(
            Row(
                tests=((0, compile_unary_tests(parse_unary_tests(cell), strict=strict)),),
                outputs=tuple(compile_expression(parse(text), strict=strict) for text in texts),
            )
            for cell, *texts in rows
        ),
        **options,
    )


def decided(table, amount):
    return table.decide({"amount": Decimal(amount)})


LADDER = [("<= 10", '"small"'), ("[5..20]", '"medium"'), ("> 15", '"large"')]


def test_unique_gives_the_only_row():
    result = decided(a_table(LADDER), 3)

    assert (result.value, result.rows, result.chosen) == ("small", (1,), (1,))


def test_unique_with_two_rows_is_null_in_standard_mode():
    result = decided(a_table(LADDER), 7)

    assert (result.value, result.rows) == (None, (1, 2))


def test_unique_with_two_rows_raises_in_strict_mode_and_names_them():
    with pytest.raises(DmnError, match="rows 1 and 2 hold at once under unique") as caught:
        decided(a_table(LADDER, strict=True), 7)

    assert caught.value.rows == (1, 2)


def test_any_takes_rows_that_agree():
    rows = [("> 1", '"same"'), ("> 2", '"same"'), ("> 3", '"other"')]
    table = a_table(rows, hit_policy=HitPolicy.ANY)

    assert (decided(table, 3).value, decided(table, 3).rows) == ("same", (1, 2))


def test_any_with_rows_that_differ_is_null_or_raises_naming_those_that_differ():
    rows = [("> 1", '"same"'), ("> 2", '"same"'), ("> 3", '"other"')]

    assert decided(a_table(rows, hit_policy=HitPolicy.ANY), 4).value is None
    with pytest.raises(DmnError, match="rows 1 and 3 hold at once under any and differ") as caught:
        decided(a_table(rows, hit_policy=HitPolicy.ANY, strict=True), 4)
    assert caught.value.rows == (1, 3)


def test_priority_gives_the_output_listed_first():
    order = {"size": ("large", "medium", "small")}
    table = a_table(LADDER, hit_policy=HitPolicy.PRIORITY, values=order)

    assert (decided(table, 7).value, decided(table, 7).chosen) == ("medium", (2,))
    assert (decided(table, 17).value, decided(table, 17).rows) == ("large", (2, 3))


def test_priority_looks_at_the_outputs_in_order():
    rows = [("> 1", '"b"', '"x"'), ("> 2", '"a"', '"y"'), ("> 3", '"a"', '"x"')]
    order = {"first": ("a", "b"), "second": ("x", "y")}
    table = a_table(rows, outputs=("first", "second"), hit_policy=HitPolicy.PRIORITY, values=order)

    assert decided(table, 4).value == {"first": "a", "second": "x"}


def test_an_output_without_a_place_in_the_order_comes_last_or_raises():
    order = {"size": ("large", "small")}

    assert decided(a_table(LADDER, hit_policy=HitPolicy.PRIORITY, values=order), 7).value == "small"
    with pytest.raises(DmnError, match="row 2: size is not among the values"):
        decided(a_table(LADDER, hit_policy=HitPolicy.PRIORITY, values=order, strict=True), 7)


def test_first_gives_the_first_row_and_looks_no_further_at_tests():
    rows = [("> 1", '"yes"'), ('"text" + amount', '"broken"')]
    table = a_table(rows, hit_policy=HitPolicy.FIRST, strict=True)

    assert (decided(table, 4).value, decided(table, 4).rows) == ("yes", (1,))


def test_rule_order_and_collect_list_the_outputs_as_in_the_table():
    for policy in (HitPolicy.RULE_ORDER, HitPolicy.COLLECT):
        assert decided(a_table(LADDER, hit_policy=policy), 7).value == ["small", "medium"]


def test_output_order_lists_the_outputs_by_priority():
    order = {"size": ("large", "medium", "small")}
    table = a_table(LADDER, hit_policy=HitPolicy.OUTPUT_ORDER, values=order)

    assert (decided(table, 7).value, decided(table, 7).chosen) == (["medium", "small"], (2, 1))


@pytest.mark.parametrize(
    ("aggregation", "some", "none"),
    [
        (Aggregation.SUM, Decimal(3), None),
        (Aggregation.MIN, Decimal(1), None),
        (Aggregation.MAX, Decimal(2), None),
        (Aggregation.COUNT, Decimal(2), Decimal(0)),
        (Aggregation.LIST, [Decimal(1), Decimal(2)], None),
    ],
)
def test_collect_aggregates(aggregation, some, none):
    rows = [("> 1", "1"), ("> 2", "2")]
    table = a_table(rows, hit_policy=HitPolicy.COLLECT, aggregation=aggregation)

    assert decided(table, 5).value == some
    assert decided(table, 0).value == none


def test_collect_without_a_row_is_an_empty_list_in_strict_mode():
    table = a_table([("> 1", "1")], hit_policy=HitPolicy.COLLECT, strict=True)

    assert decided(table, 0).value == []


def test_a_sum_of_texts_is_null_or_raises():
    rows = [("> 1", '"a"'), ("> 2", '"b"')]
    options = {"hit_policy": HitPolicy.COLLECT, "aggregation": Aggregation.SUM}

    assert decided(a_table(rows, **options), 5).value is None
    with pytest.raises(DmnError, match="rows 1 and 2: sum needs values of one ordered type"):
        decided(a_table(rows, strict=True, **options), 5)
    with pytest.raises(DmnError, match="row 1: sum"):
        decided(a_table(rows, strict=True, **options), 2)


def test_without_a_row_the_defaults_answer():
    result = decided(a_table(LADDER[:1], defaults={"size": '"none"'}), 50)

    assert (result.value, result.rows, result.outputs) == ("none", (), (("none",),))


def test_defaults_answer_for_a_list_too():
    table = a_table(LADDER[:1], defaults={"size": '"none"'}, hit_policy=HitPolicy.RULE_ORDER)

    assert decided(table, 50).value == ["none"]


def test_without_a_row_or_default_the_answer_is_null_or_raises():
    assert decided(a_table(LADDER[:1]), 50).value is None
    with pytest.raises(DmnNoRowError, match="no row holds"):
        decided(a_table(LADDER[:1], strict=True), 50)


def test_several_outputs_make_a_context():
    table = a_table([("> 1", "1", '"x"')], outputs=("number", "text"))

    assert decided(table, 2).value == {"number": Decimal(1), "text": "x"}
