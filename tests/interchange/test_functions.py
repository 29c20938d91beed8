"""The functions of a book are knowledge models of its model, and stand in sheets of its tables."""

from decimal import Decimal

import pytest

from dunning_sdk.dmn.evaluate import load_model
from dunning_sdk.dmn.read import read_definitions
from dunning_sdk.dmn.table_csv import read_table_csv, write_table_csv
from dunning_sdk.dmn.write import write_definitions
from dunning_sdk.errors import BookError
from dunning_sdk.interchange.from_model import import_book
from dunning_sdk.interchange.sheet import Target, put_sheet, sheet_of
from dunning_sdk.interchange.to_model import export_book
from dunning_sdk.rules.load import load_book
from tests.dmn.drawn import document
from tests.interchange.test_foreign import INPUT, TYPES, drawn, findings
from tests.rules.functions import FILES, own_book
from tests.shared import shared_path

KNOWS = '<knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>'
SMALL = """\
<businessKnowledgeModel id="f" name="is_small"><description>Small</description>
<variable name="is_small"/><encapsulatedLogic><formalParameter name="amount" typeRef="number"/>
<literalExpression{0}><text>amount &lt;= 0</text></literalExpression></encapsulatedLogic>
</businessKnowledgeModel>"""
CALL = """\
<rule><inputEntry><text>-</text></inputEntry>
<outputEntry><text>not(is_small(receivable.open_amount))</text></outputEntry></rule>"""


def model_of(book):
    return write_definitions(export_book(book))


def test_a_book_with_functions_comes_back_whole():
    book = own_book()

    found = import_book(model_of(book), label="own.dmn")

    assert (found.hash, found.functions) == (book.hash, book.functions)
    assert load_book(found.files, label="written").hash == book.hash


def test_what_a_function_says_idly_comes_back_as_it_was_said():
    odd = own_book("    result: number\n    body: 10.00", "    parameters: []\n    title: ''\n"
                   "    result: number\n    body: '10.00'")  # fmt: skip

    assert import_book(model_of(odd), label="own.dmn").hash == odd.hash != own_book().hash


def test_the_model_of_a_book_with_functions_decides_as_the_book_does():
    facts = {
        "receivable": {"open_amount": Decimal(100), "due_on": None, "days_overdue": 21},
        "dispute": {"is_open": True, "amount": Decimal(30)},
        "debtor": {"country": "FR"},
        "as_of": None,
        "currency": "EUR",
    }
    model = load_model(model_of(own_book()), strict=False)

    assert model.evaluate(facts).values["guards.small"]["amount"] == Decimal(70)


def test_the_model_of_a_book_with_functions_is_as_the_schema_wants():
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(shared_path("dmn-tck/DMN15.xsd"))))

    schema.assertValid(etree.fromstring(model_of(own_book()).encode()))


def test_a_decision_rests_on_the_functions_it_calls_and_these_on_theirs():
    needs = {
        one.name: [each.knowledge.href for each in one.knowledge]
        for one in read_definitions(model_of(own_book())).elements
        if getattr(one, "knowledge", ())
    }

    assert needs == {
        "guards.small": ["#_function_is_small", "#_function_still_owed"],
        "procedure.own": ["#_function_is_small"],
        "scenario.tone": [
            "#_is_known", "#_function_least", "#_function_tone_of", "#_function_weeks_after",
        ],
        "is_small": ["#_function_least"],
        "tone_of": ["#_is_known"],
    }  # fmt: skip


def test_a_function_drawn_elsewhere_becomes_one_of_the_book():
    table = drawn(inside=KNOWS, rules=CALL)
    book = import_book(
        document(TYPES, INPUT, SMALL.format(' typeRef="boolean"'), table), label="m.dmn"
    )

    assert book.functions.by_name["is_small"].heading == "is_small(amount: number): boolean"
    assert book.rule("guards.paid").decide(
        {"receivable": {"open_amount": Decimal(0)}, "currency": "EUR"}
    ).values["allow"] is False  # fmt: skip


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (SMALL.format(""), "a function without such types"),
        (SMALL.format(' expressionLanguage="urn:js" typeRef="boolean"'),
         "a function in another language"),
        (SMALL.replace("</variable>", "").format(' typeRef="boolean"').replace(
            "<encapsulatedLogic>", '<knowledgeRequirement><requiredKnowledge href="#r"/>'
            "</knowledgeRequirement><encapsulatedLogic>"),
         "a function that rests on something else"),
    ],
)  # fmt: skip
def test_a_function_that_a_book_cannot_hold_is_refused(model, told):
    assert told in [text for _, _, text in findings(TYPES, INPUT, model)]


def test_a_table_that_calls_functions_goes_to_a_sheet_and_comes_back():
    text = write_table_csv(sheet_of(own_book(), "guards.small"))
    target = Target(rule_id="guards.small", files=FILES, label="own")

    back, book = put_sheet(
        read_table_csv(text, places=True), target, label="t.csv", name_cell=lambda *_: "B2"
    )

    assert "is_small(?)" in text
    assert "is_small(?)" in back
    assert book.hash == own_book().hash


def test_a_wrong_call_in_a_sheet_is_found_in_its_cell():
    text = write_table_csv(sheet_of(own_book(), "guards.small")).replace("is_small(?)", "small(?)")
    target = Target(rule_id="guards.small", files=FILES, label="own")

    with pytest.raises(BookError) as caught:
        put_sheet(read_table_csv(text, places=True), target, label="t.csv",
                  name_cell=lambda row, column: f"{'ABC'[column - 1]}{row}")  # fmt: skip
    assert [(one.file, one.nearest) for one in caught.value.findings] == [("t.csv B5", "is_small")]
