"""A compiled table answers what the table answers, at the ends of intervals and for null too."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.dmn import fast
from dunning_sdk.dmn.column import make_column
from dunning_sdk.dmn.errors import DmnError
from dunning_sdk.dmn.fast import compile_table
from dunning_sdk.dmn.parts import Constant, Entry
from dunning_sdk.dmn.table import Aggregation, HitPolicy, Input, Output, Row, Table
from dunning_sdk.feel import FeelError, compile_unary_tests, parse_unary_tests

NUMBERS = st.integers(-4, 4).map(lambda half: Decimal(half) / 2)
ENDS = NUMBERS.map(str)
RANGES = st.builds(
    lambda ends, opening, closing: f"{opening}{min(ends)}..{max(ends)}{closing}",
    st.sets(NUMBERS, min_size=2, max_size=2),
    st.sampled_from("[("),
    st.sampled_from("])"),
)
COMPARISONS = st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), ENDS)
CELLS = {
    "number": st.one_of(
        st.just("-"),
        ENDS,
        COMPARISONS,
        RANGES,
        st.just("null"),
        st.just("not(null)"),
        st.lists(COMPARISONS, min_size=1, max_size=2).map(lambda one: f"not({', '.join(one)})"),
        st.just("> limit"),
    ),
    "string": st.sampled_from(["-", '"a"', '"a", "b"', 'not("a")', "null", '"c", null', "label"]),
    "boolean": st.sampled_from(["-", "true", "false", "null", "not(true)"]),
    "date": st.sampled_from(["-", '< @"2026-03-01"', '[@"2026-03-01"..@"2026-03-05"]', "null"]),
}
VALUES = {
    "number": st.none() | NUMBERS | st.integers(-3, 3),
    "string": st.sampled_from(["a", "b", "c", "d", None]),
    "boolean": st.sampled_from([True, False, None]),
    "date": st.none() | st.dates(datetime.date(2026, 2, 27), datetime.date(2026, 3, 6)),
}
LIMITS = {"limit": Decimal("0.5"), "label": "b"}
ANSWERS = st.integers(1, 3).map(Decimal)


@st.composite
def tables(draw):
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4))
    count = draw(st.integers(1, 5))
    cells = [draw(st.lists(CELLS[kind], min_size=count, max_size=count)) for kind in kinds]
    trees = [[parse_unary_tests(cell) for cell in column] for column in cells]
    columns = [
        make_column(
            column,
            kind=kind,
            nullable=draw(st.booleans()),
            values=draw(st.sampled_from([(), ("a", "b", "c", "d")])) if kind == "string" else (),
            grain=draw(st.sampled_from([None, Decimal(1)])) if kind == "number" else None,
        )
        for kind, column in zip(kinds, trees, strict=True)
    ]
    width = draw(st.integers(1, 2))
    policy = draw(st.sampled_from(HitPolicy))
    listed = tuple(map(Decimal, (3, 1))) if draw(st.booleans()) else ()
    default = Constant(Decimal(9)) if draw(st.booleans()) else None

    def output():
        value = draw(ANSWERS)
        return Constant(value) if draw(st.integers(0, 4)) else lambda scope: scope["x0"] or value

    table = Table(
        inputs=tuple(
            Input(name=f"x{at}", read=Entry((f"x{at}",)), column=column)
            for at, column in enumerate(columns)
        ),
        outputs=tuple(
            Output(name=f"out {at}", values=listed, default=default) for at in range(width)
        ),
        rows=tuple(
            Row(
                tests=tuple(
                    (at, compile_unary_tests(trees[at][row]))
                    for at, column in enumerate(columns)
                    if column.bins_by_row[row] is None
                ),
                outputs=tuple(output() for _ in range(width)),
            )
            for row in range(count)
        ),
        hit_policy=policy,
        aggregation=draw(st.sampled_from(Aggregation))
        if policy is HitPolicy.COLLECT
        else Aggregation.LIST,
        strict=draw(st.booleans()),
    )
    scopes = draw(
        st.lists(
            st.fixed_dictionaries({f"x{at}": VALUES[kind] for at, kind in enumerate(kinds)}),
            min_size=1,
            max_size=8,
        )
    )
    return table, [scope | LIMITS for scope in scopes]


def outcome(decide, scope):
    try:
        return decide(scope)
    except FeelError as error:
        return type(error), str(error), getattr(error, "rows", ())


@given(tables())
def test_a_compiled_table_answers_what_the_table_answers(made):
    table, scopes = made
    decide = compile_table(table)

    for scope in scopes:
        assert outcome(lambda one: table.decide(one).value, scope) == outcome(decide, scope)


@given(tables())
def test_so_does_one_that_is_decided_by_masks(made):
    table, scopes = made
    decide = fast.by_masks(table)

    for scope in scopes:
        assert outcome(lambda one: table.decide(one).value, scope) == outcome(decide, scope)


def a_table(count, **options):
    """Return a table with so many rows, each for two numbers."""
    cells = [[parse_unary_tests(str(row % 37)) for row in range(count)]]
    cells.append([parse_unary_tests(f"{row}") for row in range(count)])
    inputs = tuple(
        Input(name=name, read=Entry(path), column=make_column(column, kind="number"))
        for name, path, column in zip("xy", (("x",), ("deep", "er", "y")), cells, strict=True)
    )
    rows = tuple(Row(outputs=(Constant(f"row {row}"),)) for row in range(count))
    return Table(inputs=inputs, outputs=(Output(name="out"),), rows=rows, **options)


@pytest.mark.parametrize("count", [1, 10, 300])
def test_a_long_table_is_compiled_as_well(count):
    table = a_table(count)
    decide = compile_table(table)

    for row in range(count):
        scope = {"x": Decimal(row % 37), "deep": {"er": {"y": Decimal(row)}}}
        assert decide(scope) == f"row {row}"


def test_a_table_that_would_become_too_long_is_decided_by_masks(monkeypatch):
    monkeypatch.setattr(fast, "_LEAVES_MAX", 5)
    table = a_table(20, hit_policy=HitPolicy.FIRST)
    decide = compile_table(table)

    assert decide({"x": Decimal(3), "deep": {"er": {"y": Decimal(3)}}}) == "row 3"
    assert decide({"x": Decimal(3), "deep": {"er": {"y": Decimal(4)}}}) is None


def test_an_input_that_decides_nothing_more_is_not_read():
    decide = compile_table(a_table(2))

    assert decide({"x": Decimal(5)}) is None


def test_a_context_of_outputs_is_made_anew_each_time():
    column = make_column([parse_unary_tests("> 0")], kind="number")
    table = Table(
        inputs=(Input(name="x", read=Entry(("x",)), column=column),),
        outputs=(Output(name="a"), Output(name="b")),
        rows=(Row(outputs=(Constant(Decimal(1)), Constant("two"))),),
    )
    decide = compile_table(table)

    first, second = decide({"x": 1}), decide({"x": 1})

    assert first == second == {"a": Decimal(1), "b": "two"}
    assert first is not second


def test_a_conflict_names_its_rows():
    column = make_column([parse_unary_tests("> 0"), parse_unary_tests("> 1")], kind="number")
    table = Table(
        inputs=(Input(name="x", read=Entry(("x",)), column=column),),
        outputs=(Output(name="a"),),
        rows=(Row(outputs=(Constant("one"),)), Row(outputs=(Constant("two"),))),
        strict=True,
    )

    with pytest.raises(DmnError, match="rows 1 and 2") as raised:
        compile_table(table)({"x": 2})

    assert raised.value.rows == (1, 2)
