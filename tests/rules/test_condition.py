from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.errors import FactTypeError, MissingFactError
from dunning_sdk.feel.evaluator import compile_expression
from dunning_sdk.feel.parser import parse
from dunning_sdk.rules.tree import edges_of
from tests.rules.sample import PROCEDURE, a_book

DAYS = "receivable.days_overdue"
ENDS = st.integers(-6, 6).map(lambda half: str(half / 2))
ATOMS = st.one_of(
    st.builds(f"{DAYS} {{}} {{}}".format, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), ENDS),
    st.builds(f"{{}} {{}} {DAYS}".format, ENDS, st.sampled_from(["<", "<=", ">", ">="])),
    st.builds(f"{DAYS} between {{}} and {{}}".format, ENDS, ENDS),
    st.builds(f"{DAYS} in ({{}}, > {{}})".format, ENDS, ENDS),
    st.builds(f"{DAYS} in [{{}}..10)".format, ENDS),
)


def condition(text):
    """Return the condition of the second step of the sample procedure."""
    book = a_book(
        {"procedure.short.yaml": PROCEDURE.replace("when: receivable.reminders", f"when: '{text}'")}
    )
    return book.procedures["procedure.short"].steps[1].when


def test_a_condition_holds_or_not():
    found = condition("receivable.days_overdue > 3 and receivable.reminders")

    facts = [{"receivable": {"days_overdue": days, "reminders": True}} for days in (3, 4)]
    assert [found.holds(one) for one in facts] == [False, True]


def test_a_condition_on_a_missing_fact_raises():
    with pytest.raises(MissingFactError, match=r"procedure\.short .* receivable\.reminders"):
        condition("receivable.reminders").holds({"receivable": {}})


def test_a_condition_that_is_neither_true_nor_false_raises():
    with pytest.raises(FactTypeError, match="neither true nor false"):
        condition("if receivable.reminders then true else null").holds(
            {"receivable": {"reminders": False}}
        )


def test_a_condition_that_fails_names_itself():
    with pytest.raises(FactTypeError, match=r"receivable\.open_amount / 0 > 3 failed"):
        condition("receivable.open_amount / 0 > 3").holds({"receivable": {"open_amount": 1}})


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("receivable.days_overdue > 3", {DAYS: (4,)}),
        ("receivable.level > 3", {}),
        ("receivable.days_overdue + 1 > 3", {DAYS: None}),
        ("receivable.days_overdue > receivable.level", {DAYS: None}),
        ("receivable.days_overdue in [1..receivable.level]", {DAYS: None}),
        ("receivable.days_overdue between 1 and receivable.level", {DAYS: None}),
        ("3 < receivable.days_overdue", {DAYS: (4,)}),
        ("as_of > receivable.due_on", {"as_of": None}),
    ],
)
def test_a_condition_knows_the_days_on_which_it_may_change(text, edges):
    assert condition(text).edges == edges


@given(atoms=st.lists(ATOMS, min_size=1, max_size=3), value=st.integers(-10, 10))
def test_a_condition_changes_at_its_edges_only(atoms, value):
    tree = parse(" or ".join(atoms))
    run = compile_expression(tree, strict=True)

    def holds(days):
        return run({"receivable": {"days_overdue": Decimal(days)}})

    assert holds(value) == holds(value - 1) or value in edges_of(tree, DAYS)
