"""A book declares functions; what calls them is checked and decides as if it stood there whole."""

from datetime import date
from decimal import Decimal

import pytest

from dunning_sdk.errors import BookError, EvaluationError, MissingFactError
from dunning_sdk.rules.load import load_book
from dunning_sdk.verify.cases import nested
from tests.rules.functions import BOOK, FILES, GUARD, own_book

FACTS = {
    "currency": "EUR", "as_of": date(2026, 3, 1), "receivable.open_amount": Decimal("9.99"),
    "receivable.due_on": date(2026, 1, 1), "receivable.days_overdue": 21, "dispute.amount": 30,
    "dispute.is_open": False, "debtor.country": "FR",
}  # fmt: skip


def decided(book, rule_id, **facts):
    return book.rule(rule_id).decide(nested({**FACTS, **facts}))


def faults(book=BOOK, **files):
    with pytest.raises(BookError) as caught:
        load_book({**FILES, "book.yaml": book, **files}, label="own")
    return [
        (one.file.removeprefix("own/"), one.line, one.column, one.code)
        for one in caught.value.findings
        if one.severity == "error"
    ]


def declared(entry, name="f"):
    """Return a book whose one function is this entry."""
    return f"id: own\nversion: 1\ntitle: Own\nfunctions:\n  {name}: {entry}\n"


def test_cells_inputs_answers_and_conditions_call_the_functions():
    book = own_book()
    disputed = {"receivable.open_amount": Decimal(100), "dispute.is_open": True}
    when = book.procedures["procedure.own"].steps[0].when
    late = decided(book, "scenario.tone").values["tone"]
    weeks = {"receivable.due_on": date(2025, 12, 1)}

    assert decided(book, "guards.small").values["reason"] == "small"
    assert decided(book, "guards.small", **disputed).values["amount"] == Decimal("70.00")
    assert (late, decided(book, "scenario.tone", **weeks).values["tone"]) == ("firm", "firm")
    assert decided(book, "scenario.tone", **{"debtor.country": "BE"}).values["tone"] == "soft"
    assert [when.holds(nested({**FACTS, "receivable.open_amount": n})) for n in (9, 10)] == [
        False,
        True,
    ]


def test_what_a_function_reads_is_what_its_arguments_read():
    book = own_book()
    rule, when = book.rule("guards.small"), book.procedures["procedure.own"].steps[0].when

    assert {"receivable.open_amount", "dispute.amount"} <= rule.reads
    assert when.whole == "not(receivable.open_amount < 10.00)"
    with pytest.raises(MissingFactError, match=r"reads fact dispute\.amount"):
        decided(book, "guards.small", **{"dispute.amount": None, "dispute.is_open": True})


def test_a_cell_that_asks_a_function_about_its_input_is_cut_into_bins():
    rule = own_book().rule("guards.small")

    assert rule.table.inputs[0].column.bins_by_row[0] is not None
    assert rule.columns["receivable.open_amount"][0] == "is_small(?)"


def test_an_overlap_is_found_through_functions():
    text = GUARD.replace("first", "unique").replace(
        "{dispute.is_open: true}", '{receivable.open_amount: "< 12"}'
    )

    assert faults(**{"guards.small.yaml": text}) == [
        ("guards.small.yaml", 9, 5, "table.overlap"),
    ]


def test_a_book_that_extends_it_calls_them_and_changes_them():
    child = {
        "book.yaml": "id: child\nversion: 1\ntitle: Child\nextends: own\n"
        "functions: {least: {body: 25}}",
        "guards.tiny.yaml": GUARD.replace("guards.small", "guards.tiny"),
    }
    book = load_book(child, label="child", parents=lambda _: FILES)

    amount = {"receivable.open_amount": Decimal(20)}
    for name in ("guards.small", "guards.tiny"):
        assert decided(book, name, **amount).values["reason"] == "small"
    assert decided(own_book(), "guards.small", **amount).values["allow"] is True
    again = load_book(book.files, label="again")
    assert (again.hash, again.functions) == (book.hash, book.functions)


def test_the_order_of_parameters_and_the_body_count_for_the_hash():
    one = own_book()
    swapped = own_book(
        "[{name: owed, type: number}, {name: disputed, type: number}]",
        "[{name: disputed, type: number}, {name: owed, type: number}]",
    )
    other = own_book("body: 10.00", "body: 10.01")

    assert len({one.hash, swapped.hash, other.hash}) == 3


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ("{result: number, body: amont}", (5, 29, "book.unknown-name")),
        ("{parameters: [{name: n, type: number}], result: number, body: n + m}",
         (5, 72, "book.unknown-name")),
        ("{result: boolean, body: 1 + 1}", (5, 30, "book.type")),
        ("{result: number, body: 1 +}", (5, 32, "book.syntax")),
        ("{parameters: [{name: n, type: number}], result: number, body: f(n)}",
         (5, 68, "function.recursion")),
        ("{result: number, body: receivable.open_amount}", (5, 29, "book.unknown-name")),
        ("{parameters: [{name: n, type: text}], result: number, body: n}", (5, 36, "book.value")),
        ("{parameters: [{name: n, type: number}], result: number, body: 1}",
         (5, 27, "function.unused-parameter")),
        ("{parameters: [{name: sum, type: number}], result: number, body: sum}",
         (5, 27, "function.hides-builtin")),
        ("{parameters: [{name: Sum, type: number}], result: number, body: Sum}",
         (5, 27, "function.parameter")),
        ("{parameters: [{name: n, type: date}, {name: n, type: date}], result: date, body: n}",
         (5, 50, "function.parameter")),
        ("{result: number}", (5, 6, "book.missing-key")),
        ("{parameters: [{type: number}, n], result: number, body: 1}",
         (5, 20, "book.missing-key")),
        ("number", (5, 6, "book.value")),
        ("{result: number, body: [1]}", (5, 29, "book.cell")),
    ],
)  # fmt: skip
def test_a_fault_of_a_declaration_is_found_at_its_place(entry, place):
    assert faults(declared(entry))[0] == ("book.yaml", *place)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("sum", "function.hides-builtin"),
        ("if", "function.hides-builtin"),
        ("receivable", "function.hides-fact"),
        ("isSmall", "function.name"),
        ("is-small", "function.name"),
    ],
)
def test_a_name_that_hides_another_is_refused(name, code):
    entry = "{result: number, body: 1}"

    assert ("book.yaml", 5, 3, code) in faults(declared(entry, name))


def test_functions_that_call_each_other_in_a_circle_are_refused_each():
    text = declared("{result: number, body: g()}") + "  g: {result: number, body: 1 + f()}\n"

    assert [one[1:] for one in faults(text)[:2]] == [
        (5, 29, "function.recursion"),
        (6, 29, "function.recursion"),
    ]


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("is_smal(?)", (37, "book.unknown-name")),
        ("is_small()", (37, "book.wrong-arguments")),
        ("is_small(?, 3)", (37, "book.wrong-arguments")),
        ("is_small(true)", (46, "book.wrong-type")),
        ("some is_small in [1] satisfies is_small(2)", (68, "book.not-a-function")),
        ("tone_of(1, null)", (37, "book.wrong-type")),
    ],
)
def test_a_wrong_call_is_found_in_its_cell(cell, place):
    text = GUARD.replace("is_small(?)", f'"{cell}"', 1)

    assert faults(**{"guards.small.yaml": text}) == [("guards.small.yaml", 7, *place)]


def test_what_a_function_says_of_a_closed_list_is_found_where_it_is_called():
    book = BOOK.replace('country = "FR"', 'country = "elsewhere"')
    text = FILES["scenario.tone.yaml"].replace("debtor.country)", "contract.kind)")

    assert faults(book, **{"scenario.tone.yaml": text}) == [
        ("scenario.tone.yaml", 7, 19, "book.outside-values")
    ]


def test_a_fault_in_a_function_is_said_once():
    found = faults(BOOK.replace("amount < least()", "amont < least()"))

    assert [(file, code) for file, _, _, code in found if code != "function.unused-parameter"] == [
        ("book.yaml", "book.unknown-name")
    ]


def test_functions_that_no_rule_calls_are_a_warning():
    book = own_book("  least:\n", "  spare: {result: number, body: least()}\n  least:\n")

    assert [(one.code, one.found) for one in book.findings] == [("book.unused-function", "spare")]


def test_a_call_too_large_to_write_out_is_refused():
    many = "".join(
        f"  f{n}: {{result: number, body: f{n + 1}() * f{n + 1}()}}\n" for n in range(20)
    )
    book = BOOK.replace("functions:\n", f"functions:\n{many}  f20: {{result: number, body: 1}}\n")
    text = GUARD.replace("is_small(?)", '"< f0()"', 1)

    assert faults(book, **{"guards.small.yaml": text})[0] == (
        "guards.small.yaml", 7, 39, "book.function-call",
    )  # fmt: skip


def test_what_a_function_cannot_reckon_names_the_row_and_the_call():
    book = own_book("body: max(owed - disputed, 0)", "body: owed / (disputed - 30)")
    facts = {"receivable.open_amount": Decimal(100), "dispute.is_open": True}

    with pytest.raises(EvaluationError, match=r"guards\.small row 2: still_owed\(.* failed"):
        decided(book, "guards.small", **facts)


def test_an_amount_in_a_function_needs_a_currency_where_it_meets_money():
    found = faults(BOOK.replace("currency: EUR\n", ""))

    assert {code for _, _, _, code in found} == {"table.currency"}


def test_functions_that_call_the_same_one_are_no_circle():
    text = declared("{result: number, body: g() + h()}") + "".join(
        f"  {name}: {{result: number, body: {body}}}\n"
        for name, body in (("g", "k()"), ("h", "k()"), ("k", "3"))
    )

    book = load_book({"book.yaml": text}, label="own")

    assert book.functions.reached(["f"]) == {"f", "g", "h", "k"}
