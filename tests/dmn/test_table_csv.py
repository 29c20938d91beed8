"""Decision tables as CSV: what is written reads back, and faults are named by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.dmn.boxed import (
    Annotation,
    AnnotationClause,
    DecisionTable,
    InputClause,
    LiteralExpression,
    OutputClause,
    Rule,
    UnaryTests,
)
from dunning_sdk.dmn.errors import DmnError, DmnSyntaxError
from dunning_sdk.dmn.table import Aggregation, HitPolicy
from dunning_sdk.dmn.table_csv import read_table_csv, write_table_csv

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\n'), max_size=9
)
FILLED = TEXT.filter(bool)


@st.composite
def tables(draw):
    ins, outs, notes = (draw(st.integers(low, 2)) for low in (0, 1, 0))
    policy = draw(st.sampled_from(HitPolicy))
    cells = st.builds(UnaryTests, text=TEXT)
    values = st.builds(LiteralExpression, text=TEXT)
    several = {"inputs": (ins, cells), "outputs": (outs, values)}
    several["annotations"] = (notes, st.builds(Annotation, text=TEXT))
    rule = st.builds(
        Rule, **{name: st.tuples(*[of] * count) for name, (count, of) in several.items()}
    )
    listed = st.none() | st.builds(UnaryTests, text=FILLED)
    default = st.none() | st.builds(LiteralExpression, text=FILLED)
    heads = st.builds(LiteralExpression, text=TEXT, type_ref=TEXT)
    return DecisionTable(
        inputs=tuple(InputClause(expression=draw(heads), values=draw(listed)) for _ in range(ins)),
        outputs=tuple(
            OutputClause(
                name=draw(TEXT), type_ref=draw(TEXT), values=draw(listed), default=draw(default)
            )
            for _ in range(outs)
        ),
        annotations=tuple(AnnotationClause(name=draw(TEXT)) for _ in range(notes)),
        rules=tuple(draw(st.lists(rule, max_size=3))),
        hit_policy=policy,
        aggregation=draw(st.sampled_from(Aggregation)),
    )


@given(tables(), st.sampled_from(",;\t"))
def test_a_written_table_reads_back_equal(table, delimiter):
    text = write_table_csv(table, delimiter=delimiter)

    assert read_table_csv(text, delimiter=delimiter) == table


def test_a_spreadsheet_with_semicolons_and_blank_lines_is_read():
    found = read_table_csv(
        "\ufeffcollect sum;days;fee;why\r\nkind;input;output;annotation\r\n;;;\r\n"
        "type;number;number;\r\n;> 3;7;late\r\n"
    )

    assert (found.hit_policy, found.aggregation) == (HitPolicy.COLLECT, Aggregation.SUM)
    assert found.inputs[0].expression == LiteralExpression(text="days", type_ref="number")
    assert found.rules[0].annotations == (Annotation(text="late"),)
    assert found.rules[0].line == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a table without lines"),
        ("first,a\n1,2\n", "1:1: no line 'kind'"),
        ("first,a\nkind,inputs\n", "2:1: 'inputs' is not input, output or annotation"),
        ("best,a\nkind,input\n", "1:1: 'best' is no hit policy"),
        ("first,a\nkind,input\n1,2,3\n", "3:1: 3 cells, the first line has 2"),
        ('first,a\nkind,input\n1,"2\n', "3:1: not CSV"),
    ],
)
def test_a_text_that_is_no_table_is_refused_with_its_line(text, message):
    with pytest.raises(DmnSyntaxError) as caught:
        read_table_csv(text)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (Rule(outputs=()), "a row with too few or too many cells"),
        (Rule(outputs=(LiteralExpression(text="1", language="urn:x"),)), "a cell in urn:x"),
    ],
)
def test_what_csv_cannot_hold_is_refused(rule, message):
    table = DecisionTable(outputs=(OutputClause(name="a"),), rules=(rule,))

    with pytest.raises(DmnError, match=message):
        write_table_csv(table)
