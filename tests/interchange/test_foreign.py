"""A model drawn elsewhere becomes a book, or what a book cannot hold is refused with its place."""

import re

import pytest

from dunning_sdk.errors import BookError
from dunning_sdk.interchange.from_model import import_book
from tests.dmn.drawn import NAMESPACE, document, text
from tests.shared import shared_path

TYPES = """\
<itemDefinition name="tReceivable"><itemComponent name="open_amount">
<typeRef>number</typeRef></itemComponent></itemDefinition>"""
INPUT = """\
<inputData id="r" name="receivable"><variable name="receivable" typeRef="tReceivable"/>\
</inputData>"""
HEAD = (
    '<input><inputExpression typeRef="number"><text>receivable.open_amount</text>'
    "</inputExpression></input>"
)
ALLOW = '<output name="allow" typeRef="boolean"/>'
RULES = """\
<rule><inputEntry><text>&lt;= 0</text></inputEntry>\
<outputEntry><text>false</text></outputEntry></rule>
<rule><description>Else</description>
<inputEntry><text>&gt; 0</text></inputEntry><outputEntry><text>true</text></outputEntry></rule>"""
REQUIREMENT = "<{0}Requirement><required{1}/></{0}Requirement>"
NEED = '<informationRequirement><requiredInput href="#r"/></informationRequirement>'


def drawn(*, name="guards.paid", inside="", head=HEAD, outputs=ALLOW, rules=RULES, hit=""):
    """Return a decision with a table."""
    logic = f"<decisionTable {hit}>{head}{outputs}{rules}</decisionTable>"
    return f'<decision id="d" name="{name}">{inside}{NEED}{logic}</decision>'


def findings(*parts, **options):
    """Return what is found, as line, code and what is told."""
    with pytest.raises(BookError) as caught:
        import_book(document(*parts), label="m.dmn", **options)
    return [
        (one.line, one.code, one.text.removeprefix("A book cannot hold "))
        for one in caught.value.findings
        if one.severity == "error"
    ]


def test_a_model_of_facts_becomes_a_book():
    book = import_book(document(TYPES, INPUT, drawn()), label="m.dmn")

    assert (book.id, book.version) == ("m", "1")
    assert (
        book.files["guards.paid.yaml"]
        == """\
id: guards.paid
kind: guards
title: guards.paid
inputs: [receivable.open_amount]
rows:
  - when: {receivable.open_amount: "<= 0"}
    then: {allow: false}
  - when: {receivable.open_amount: "> 0"}
    then: {allow: true}
    note: Else
source: DMN model m
"""
    )


def test_a_title_and_a_source_of_the_model_are_those_of_the_rule():
    source = '<knowledgeSource id="s" name="C. civ. art. 1342"/>'
    inside = (
        "<description>Paid is paid</description><authorityRequirement>"
        '<requiredAuthority href="#s"/></authorityRequirement>'
    )

    book = import_book(document(TYPES, INPUT, source, drawn(inside=inside)), label="m.dmn")

    assert (book.rules["guards.paid"].title, book.rules["guards.paid"].source) == (
        "Paid is paid",
        "C. civ. art. 1342",
    )


def test_the_kind_of_rules_without_one_in_their_name_can_be_said():
    book = import_book(document(TYPES, INPUT, drawn(name="Is it paid?")), label="m", kind="guards")

    assert [*book.rules] == ["guards.is-it-paid"]


def test_a_declared_output_has_the_type_of_its_column():
    words = '<outputValues><text>"soft", "firm"</text></outputValues>'
    types = (
        '<itemDefinition name="tMoney"><typeRef>number</typeRef></itemDefinition>'
        '<itemDefinition name="tTone"><typeRef>string</typeRef><allowedValues>'
        '<text>"soft", "firm"</text></allowedValues></itemDefinition>'
    )
    outputs = (
        f'<output name="tone" typeRef="tTone">{words}</output>'
        '<output name="surplus" typeRef="tMoney"/>'
    )
    rule = (
        '<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>"firm"</text>'
        "</outputEntry><outputEntry><text>receivable.open_amount * 0.1</text></outputEntry></rule>"
    )

    table = drawn(name="charges.fee", outputs=outputs, rules=rule)
    book = import_book(document(TYPES, types, INPUT, table), label="m.dmn")

    written = book.files["charges.fee.yaml"]
    assert "outputs: {tone: [soft, firm], surplus: money}" in written
    assert "then: {tone: firm, surplus: receivable.open_amount * 0.1}" in written


VENDOR = (
    '<extensionElements><v:x xmlns:v="urn:vendor"/></extensionElements>'
    "<question>Is it paid?</question>"
)


def test_what_only_explains_is_refused_unless_it_may_be_left_out():
    parts = (TYPES, INPUT, drawn(inside=VENDOR), "<textAnnotation><text>x</text></textAnnotation>")

    assert findings(*parts) == [
        (5, "dmn.remark", "a question here"),
        (5, "dmn.remark", "what another tool keeps: x"),
        (8, "dmn.remark", "the textAnnotation of a drawing"),
    ]
    book = import_book(document(*parts), label="m.dmn", lossy=True)
    assert [(one.code, one.severity) for one in book.findings] == [("dmn.remark", "warning")] * 3


SECOND = '<output name="chaser"/>'
CELLS = RULES.replace("</rule>", '<outputEntry><text>"x"</text></outputEntry></rule>')
FEE = '<output name="surplus" typeRef="{}"/>'


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (drawn(name="Paid"), (5, "dmn.unsupported", "a decision called Paid")),
        (
            f'<decision name="guards.x">{text("1")}</decision>',
            (5, "dmn.unsupported", "a literal expression as a rule"),
        ),
        ('<decision name="guards.x"/>', (5, "dmn.unsupported", "a decision without logic")),
        (
            '<businessKnowledgeModel name="f"/>',
            (5, "dmn.unsupported", "a function that is not one expression in FEEL"),
        ),
        ('<decisionService name="s"/>', (5, "dmn.unsupported", "a decision service")),
        ('<knowledgeSource name="s"/>', (5, "dmn.remark", "a source of no rule")),
        ('<import name="x" namespace="y"/>', (5, "dmn.unsupported", "an import of another model")),
        ('<inputData name="age"/>', (5, "book.unknown-fact", "Unknown fact")),
        (drawn() + drawn(), (7, "dmn.unsupported", "a second rule guards.paid")),
        (
            drawn(inside=REQUIREMENT.format("information", 'Decision href="#x"')),
            (5, "dmn.unsupported", "a rule that rests on another decision"),
        ),
        (
            drawn(inside=REQUIREMENT.format("knowledge", 'Knowledge href="#x"')),
            (5, "dmn.unsupported", "a rule that rests on something else than a function"),
        ),
        (
            drawn(inside=REQUIREMENT.format("authority", 'Input href="#r"')),
            (5, "dmn.unsupported", "a rule that rests on something else than a source"),
        ),
        (drawn(outputs=SECOND), (5, "book.unknown-field", "Unknown field")),
        (
            drawn(outputs=ALLOW.replace("boolean", "string")),
            (5, "dmn.type", "Result field allow has another type"),
        ),
        (
            drawn(head=HEAD.replace("number", "string")),
            (5, "dmn.type", "Fact receivable.open_amount has another type"),
        ),
        (
            drawn(outputs=ALLOW.replace("boolean", "tNone")),
            (5, "dmn.unsupported", "the type tNone here"),
        ),
        (
            drawn(hit='hitPolicy="COLLECT" aggregation="COUNT"'),
            (5, "dmn.unsupported", "the aggregation count"),
        ),
        (
            drawn(outputs=ALLOW + SECOND),
            (5, "dmn.unsupported", "a row with too few or too many cells"),
        ),
        (
            drawn(rules=RULES.replace("<text>false", "<text>?!")),
            (5, "book.syntax", "Not FEEL: no FEEL text contains '!' here"),
        ),
        (
            drawn(
                rules=RULES.replace("<outputEntry>", '<outputEntry expressionLanguage="urn:js">')
            ),
            (5, "dmn.unsupported", "an expression in urn:js"),
        ),
        (
            drawn(
                head=HEAD.replace(
                    "</input>", "<inputValues><text>[0..9]</text></inputValues></input>"
                )
            ),
            (5, "dmn.unsupported", "these allowed values"),
        ),
        (
            drawn(
                head=HEAD.replace("</input>", '<inputValues><text>"a"</text></inputValues></input>')
            ),
            (5, "dmn.unsupported", "allowed values of an input that its fact has not"),
        ),
        (
            drawn(head=HEAD.replace("<input>", '<input label="How much">')),
            (5, "dmn.remark", "a label here"),
        ),
        (
            drawn(name="charges.fee", outputs=FEE.format("string")),
            (5, "dmn.unsupported", "the output surplus of this type"),
        ),
        (
            '<decision name="reasons"><relation><column name="id"/><row>'
            "<context/></row></relation></decision>",
            (5, "dmn.unsupported", "a context in a cell"),
        ),
        (
            '<decision name="procedure.x"><relation><column name="id"/><row/></relation>'
            "</decision>",
            (5, "dmn.unsupported", "a row with too few or too many cells"),
        ),
        (
            '<itemDefinition name="tX"><functionItem/></itemDefinition>',
            (5, "dmn.remark", "a type that nothing has: tX"),
        ),
    ],
)
def test_what_a_book_cannot_hold_is_refused_with_its_place(part, expected):
    assert expected in findings(TYPES, INPUT, part)


@pytest.mark.parametrize(
    ("types", "told"),
    [
        ("<typeRef>string</typeRef>", "Fact receivable.kind has another type"),
        ("<typeRef>string</typeRef><allowedValues><text>\"x\"</text></allowedValues>",
         "Fact receivable.kind has other allowed values"),
        ("<itemComponent name=\"a\"/>", "Fact receivable.kind has another type"),
        ("<typeRef>string</typeRef><typeConstraint><text>\"x\"</text></typeConstraint>",
         "the type kind: it is more than a list of values"),
        ("<typeRef>string</typeRef><allowedValues><text>not(\"x\")</text></allowedValues>",
         "these allowed values"),
        ("<typeRef>string</typeRef><allowedValues><text>?!</text></allowedValues>",
         "Not FEEL: no FEEL text contains '!' here"),
    ],
)  # fmt: skip
def test_a_type_at_odds_with_the_facts_is_refused(types, told):
    many = ' isCollection="true"' if types == "<typeRef>string</typeRef>" else ""
    item = f'<itemComponent name="kind"{many}>{types}</itemComponent>'

    found = findings(f'<itemDefinition name="tReceivable">{item}</itemDefinition>', INPUT)

    assert any(text.startswith(told) for _, _, text in found), found


def test_a_model_in_another_language_is_refused():
    model = document(TYPES, INPUT, drawn()).replace(
        f'xmlns="{NAMESPACE}"', f'xmlns="{NAMESPACE}" expressionLanguage="urn:js"'
    )

    with pytest.raises(BookError, match="expressions in urn:js"):
        import_book(model, label="m.dmn")


def test_models_of_the_kit_are_refused_with_places():
    paths = sorted(shared_path("dmn-tck").rglob("*.dmn"))[::12]

    assert paths
    for path in paths:
        with pytest.raises(BookError) as caught:
            import_book(path.read_bytes(), label=path.name, kind="charges")
        assert re.match(rf"{path.name}:\d+:\d+: ", str(caught.value.findings[0]))
