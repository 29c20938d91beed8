"""A drawn table decides by its bins as it does by testing every cell, nulls and faults included."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.dmn.errors import DmnError
from dunning_sdk.dmn.evaluate import load_model
from dunning_sdk.feel.errors import FeelError
from tests.dmn.drawn import decision, document, table

INPUTS = "".join(f'<inputData id="{name}" name="{name}"><variable name="{name}"/></inputData>'
                 for name in ("n", "s"))  # fmt: skip
NUMBERS = ["-", "3", "> 3", "<= 3", "[1..5)", "(3..5]", "not(3)", "1, 5", "< 1, > 4"]
WORDS = ["-", '"a"', '"a", "b"', 'not("b")', 'not("a", "c")']
POLICIES = ["UNIQUE", "ANY", "FIRST", "RULE ORDER", "COLLECT", "PRIORITY"]


def opaque(cell):
    """Return a cell that says the same and names no constant."""
    for number in ("1", "3", "4", "5"):
        cell = cell.replace(number, f"({number} + 0)")
    for word in ('"a"', '"b"', '"c"'):
        cell = cell.replace(word, f'({word} + "")')
    return cell


def answer(rows, policy, facts, *, strict):
    """Return what a table answers: its value, the rows taken, and what became null."""
    drawn = table(rows, inputs=("n", "s"), attributes=f'hitPolicy="{policy}"')
    text = document(INPUTS, decision("d", drawn, needs=["n", "s"]))
    try:
        outcome = load_model(text, strict=strict).evaluate(facts)
    except (DmnError, FeelError) as error:
        return type(error), error.message
    found = outcome.decided[-1].tables[0]
    return outcome.values, found.chosen, [(one.decision, one.message) for one in outcome.faults]


@given(
    st.lists(
        st.tuples(st.sampled_from(NUMBERS), st.sampled_from(WORDS), st.sampled_from(["1", "2"])),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(POLICIES),
    st.sampled_from([Decimal(text) for text in ("0", "1", "3", "3.5", "4", "5")] + [None, "x"]),
    st.sampled_from(["a", "b", "c", None, Decimal(3)]),
    st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_bins_and_tests_agree(rows, policy, number, word, strict):
    facts = {"n": number, "s": word}
    tested = [(opaque(one), opaque(other), value) for one, other, value in rows]

    assert answer(rows, policy, facts, strict=strict) == answer(
        tested, policy, facts, strict=strict
    )
