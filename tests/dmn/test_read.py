"""XML of DMN is read whole, in every version, and nothing harmful or unknown passes."""

import pytest

from dunning_sdk.dmn.boxed import DecisionTable
from dunning_sdk.dmn.errors import DmnLimitError, DmnSyntaxError
from dunning_sdk.dmn.read import read_definitions
from dunning_sdk.dmn.table import Aggregation, HitPolicy
from dunning_sdk.dmn.xml_tree import XmlLimits
from tests.dmn.drawn import DAYS, decision, document, table
from tests.shared import shared_path

VERSIONS = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{f"&{inner};" * 10}">'
        for inner, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@pytest.mark.parametrize("dmn", VERSIONS)
def test_every_version_is_read_alike(dmn):
    parts = (DAYS, decision("fee", "days * 2", needs=["days"]))

    assert read_definitions(document(*parts, dmn=dmn)) == read_definitions(document(*parts))


def test_a_feel_text_knows_where_it_stands():
    found = read_definitions(
        document(decision("fee", "<literalExpression>\n  <text>1 +</text></literalExpression>"))
    )

    logic = found.elements[0].logic
    assert (logic.text, logic.line, logic.column) == ("1 +", 3, 9)


def test_a_decision_table_is_read_with_its_policy():
    drawn = table([("> 3", "1")], attributes='hitPolicy="COLLECT" aggregation="SUM"')

    (found,) = read_definitions(document(decision("fee", drawn))).elements

    assert isinstance(found.logic, DecisionTable)
    assert found.logic.hit_policy is HitPolicy.COLLECT
    assert found.logic.aggregation is Aggregation.SUM
    assert found.logic.rules[0].inputs[0].text == "> 3"


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("<decision name='a'><logic/></decision>", "3:4: an unknown element 'logic'"),
        ("<decision name='a' urgent='1'/>", "2:1: an unknown attribute 'urgent' of decision 'a'"),
        ("<decision/>", "2:1: decision without name"),
        ("<inputData name='a'>words</inputData>", "2:1: text inside inputData 'a', which holds"),
        (
            "<decision name='a'><decisionTable hitPolicy='BEST'/></decision>",
            "2:20: 'BEST' is no hitPolicy",
        ),
        (
            "<decision name='a'><conditional/></decision>",
            "2:20: conditional without if",
        ),
        (
            "<decision name='a'><list/><list/></decision>",
            "2:27: a second element for an expression",
        ),
        ("<inputData name='a'><description><b/></description></inputData>", "holds text only"),
    ],
)
def test_what_is_not_known_is_refused_with_its_position(part, message):
    with pytest.raises(DmnSyntaxError) as caught:
        read_definitions(document(part.replace("<logic", "\n   <logic")))

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (BOMB + document(DAYS), "a document type is refused"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd">' + document(DAYS), "a document type is refused"),
        ('<!DOCTYPE x PUBLIC "a" "http://127.0.0.1/x.dtd">' + document(), "a document type"),
        (document("&xxe;"), "not XML: undefined entity"),
        (document(DAYS)[:-5], "not XML: unclosed token"),
        ("", "not XML: no element found"),
        (b"\xff\xfe\x00", "not XML"),
        (b'<?xml version="1.0" encoding="x-none"?><a/>', "not XML: its encoding is unknown"),
        ("<html/>", "begins with definitions, not with html"),
    ],
)
def test_hostile_and_broken_documents_are_refused(data, message):
    with pytest.raises(DmnSyntaxError) as caught:
        read_definitions(data)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (document("<a>" * 200 + "</a>" * 200), "nested more than 100 levels deep"),
        (document("<a>" * 1_000_000), "nested more than 100 levels deep"),
        (document("<a/>" * 2_000), "more than 1000 elements"),
        (document("<!--" + "x" * 3_000_000 + "-->"), "more than 2000000 bytes"),
    ],
)
def test_limits_of_size_and_depth_hold(data, message):
    with pytest.raises(DmnLimitError) as caught:
        read_definitions(
            data, limits=XmlLimits(size=2_000_000 if "x" * 99 in data else 10**7, elements=1000)
        )

    assert message in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_document_says_its_encoding(encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    text = head + document('<inputData name="échéance"/>')

    (found,) = read_definitions(text.encode(encoding)).elements

    assert found.name == "échéance"


def test_every_shared_model_is_read():
    paths = sorted(shared_path("dmn-tck").rglob("*.dmn"))

    assert [path.name for path in paths if not read_definitions(path.read_bytes()).elements] == []
    assert len(paths) > 100
