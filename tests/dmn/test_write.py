"""What is written is DMN 1.5, and reads back as the model that was written."""

import string
from dataclasses import MISSING, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.dmn.boxed import LiteralExpression, Node
from dunning_sdk.dmn.errors import DmnError
from dunning_sdk.dmn.evaluate import compile_model
from dunning_sdk.dmn.layout import lay_out
from dunning_sdk.dmn.model import Definitions
from dunning_sdk.dmn.read import read_definitions
from dunning_sdk.dmn.schema import SHAPES
from dunning_sdk.dmn.table import Aggregation, HitPolicy
from dunning_sdk.dmn.write import write_definitions
from dunning_sdk.dmn.xml_tree import XmlElement, XmlName
from tests.dmn.drawn import DAYS, decision, document
from tests.shared import shared_path

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cn"], min_codepoint=32) | st.sampled_from("\t\n\r"),
    max_size=12,
)
WORD = st.text(string.ascii_letters, min_size=1, max_size=6)
PREFIXES = (("t", "urn:tool"), ("u", "urn:other"))
NAMES = st.builds(
    lambda pair, local: XmlName(pair[1], local, pair[0]),
    st.sampled_from([*PREFIXES, ("t", "urn:clash"), ("", "urn:bare")]),
    WORD,
)
ATTRIBUTES = st.lists(
    st.tuples(NAMES, TEXT), max_size=2, unique_by=lambda pair: (pair[0].namespace, pair[0].local)
).map(tuple)
FOREIGN = st.recursive(
    st.builds(
        XmlElement,
        name=NAMES,
        attributes=ATTRIBUTES,
        content=TEXT.filter(bool).map(lambda text: (text,)) | st.just(()),
    ),
    lambda inner: st.builds(XmlElement, name=NAMES, content=st.lists(inner, max_size=2).map(tuple)),
    max_leaves=3,
)


def choose(record, depth):
    """Return a strategy for records of a class, shallower with each level."""
    shape = SHAPES[record]
    values = {"label": TEXT, "description": TEXT, "attributes": ATTRIBUTES}
    if depth > 2:
        values["extensions"] = st.lists(FOREIGN, max_size=1).map(tuple)
    if record is Definitions:
        values |= {"attributes": st.just(()), "prefixes": st.sampled_from([(), PREFIXES])}
    defaults = {one.name: one.default for one in fields(record)}
    for field in shape.attributes.values():
        values[field] = plain(field, defaults[field])
    for part in shape.parts:
        wanted = [each for each in part.choices.values() if each]
        if not wanted:
            values[part.field] = TEXT
        elif depth > 0 or defaults[part.field] is MISSING:
            if depth <= 0:
                wanted = [LiteralExpression] if LiteralExpression in wanted else wanted
            inner = st.one_of(
                [st.deferred(lambda each=each: choose(each, depth - 1)) for each in wanted]
            )
            if part.many:
                values[part.field] = st.lists(inner, max_size=2).map(tuple)
            else:
                values[part.field] = inner if defaults[part.field] is MISSING else st.none() | inner
    return st.builds(record, **values)


def plain(field, default):
    match field:
        case "is_collection":
            return st.booleans()
        case "hit_policy":
            return st.sampled_from(HitPolicy)
        case "aggregation":
            return st.sampled_from(Aggregation)
        case "language" | "expression_language" | "type_language" | "import_type":
            return st.sampled_from([default, "urn:language"])
        case _:
            return TEXT


@given(choose(Definitions, 4))
def test_a_written_model_reads_back_equal(definitions):
    assert read_definitions(write_definitions(definitions)) == definitions


@given(choose(Definitions, 3))
def test_a_drawn_model_reads_back_equal(definitions):
    drawn = lay_out(definitions)

    assert drawn.diagrams
    assert read_definitions(write_definitions(drawn)) == drawn


def test_every_kind_of_node_can_be_written():
    named = {each.__name__ for each in subclasses(Node)}

    assert named - {each.__name__ for each in SHAPES} == {"Expression", "Element"}


def subclasses(cls):
    for each in cls.__subclasses__():
        yield each
        yield from subclasses(each)


KEPT = """<extensionElements xmlns:v="urn:vendor"><v:box v:at="1"><v:p>mixed <v:b>text</v:b> kept
</v:p></v:box></extensionElements>"""


def test_what_other_tools_keep_is_written_again():
    found = read_definitions(
        document(f'<inputData name="a" xmlns:v="urn:vendor" v:color="red">{KEPT}</inputData>')
    )

    written = write_definitions(found)

    assert read_definitions(written) == found
    assert 'v:color="red"' in written
    assert '<v:box v:at="1">' in written
    assert "<v:p>mixed <v:b>text</v:b> kept\n</v:p>" in written


def test_notes_and_groups_are_written_again():
    note = '<textAnnotation id="n"><text>why</text></textAnnotation>'

    found = read_definitions(document(note, dmn="https://www.omg.org/spec/DMN/20191111/MODEL/"))

    assert '<textAnnotation id="n">\n    <text>why</text>' in write_definitions(found)


def test_a_character_that_xml_cannot_hold_is_refused():
    with pytest.raises(DmnError, match="the character 0x1, which XML cannot hold"):
        write_definitions(Definitions(name="a\x01", namespace="urn:a"))


def test_a_diagram_shows_what_is_required_below_what_requires_it():
    plain_model = read_definitions(
        document(
            DAYS, decision("fee", "days", needs=["days"]), decision("all", "fee", needs=["!fee"])
        )
    )

    (diagram,) = lay_out(plain_model).diagrams[0].children
    shapes = {
        one.attribute("dmnElementRef"): int(one.children[0].attribute("y"))
        for one in diagram.children
        if one.name.local == "DMNShape"
    }
    edges = [
        one.attribute("dmnElementRef") for one in diagram.children if one.name.local == "DMNEdge"
    ]
    assert shapes["days"] > shapes["fee"] > shapes["all"]
    assert edges == ["fee_information_1", "all_information_1"]


def test_a_model_with_a_diagram_keeps_it():
    drawn = lay_out(read_definitions(document(DAYS)))

    assert lay_out(drawn) is drawn


def test_every_shared_model_is_written_as_the_schema_wants_and_reads_back_equal():
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(shared_path("dmn-tck/DMN15.xsd"))))
    for path in sorted(shared_path("dmn-tck").rglob("*.dmn")):
        found = read_definitions(path.read_bytes())
        written = write_definitions(found)
        assert read_definitions(written) == found, path.name
        drawn = write_definitions(lay_out(replace(found, diagrams=())))
        schema.assertValid(etree.fromstring(drawn.encode()))


def test_a_written_model_decides_as_before():
    found = read_definitions(document(DAYS, decision("fee", "days * 2", needs=["days"])))

    again = read_definitions(write_definitions(lay_out(found)))

    assert compile_model(again).evaluate({"days": 4}).values == {"fee": 8}
