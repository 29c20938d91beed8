"""XML from outside: what is refused, and how it is walked."""

import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.connectors import xml_safe
from dunning_sdk.connectors.xml_safe import parse_xml
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError, InputError

BILLION_LAUGHS = (
    b"""<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><a>&y;</a>"""
)
OUTSIDE_FILE = (
    b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""
)
OUTSIDE_TYPE = b"""<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>"""


@pytest.mark.parametrize(
    "content",
    [
        BILLION_LAUGHS,
        OUTSIDE_FILE,
        OUTSIDE_TYPE,
        b"<!DOCTYPE a><a/>",
        b"<!-- x --><?p?>\n<!DOCTYPE a><a/>",
        OUTSIDE_FILE.decode().replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16"),
    ],
)
def test_a_document_type_is_refused(content):
    with pytest.raises(InputError, match="declares a document type") as caught:
        parse_xml(content, source="a.xml")

    assert (caught.value.source, caught.value.line) == ("a.xml", 1)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"<a>\n<b>\n</a>", 3),
        (b"<a>&nbsp;</a>", 1),
        (b"<a", 1),
        (b"x", 1),
        (b"", 1),
        (b"<a>\xff\xfe</a>", 1),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", 1),
        (b"<a b='1' b='2'/>", 1),
        (b"<a>" * 300 + b"</a>" * 300, 1),
    ],
)
def test_what_is_not_well_formed_is_an_input_error_with_its_line(content, line):
    with pytest.raises(InputError) as caught:
        parse_xml(content, source="a.xml")

    assert (caught.value.source, caught.value.line) == ("a.xml", line)


def test_a_message_does_not_repeat_the_document():
    with pytest.raises(InputError) as caught:
        parse_xml(b"<Name>Marie Dupont<Name>", source="a.xml")

    assert "Dupont" not in str(caught.value)


def test_a_document_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(xml_safe, "XML_SIZE_MAX", 10)
    with pytest.raises(InputError, match="is larger than"):
        parse_xml(b"<abcdefghijk/>", source="a.xml")


def test_without_lxml_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "lxml", None)
    with pytest.raises(ConfigError, match=r'pip install "dunning-sdk\[einvoice\]"'):
        parse_xml(b"<a/>", source="a.xml")


def test_paths_are_local_names_whatever_the_prefix():
    root = parse_xml(
        b"<x:a xmlns:x='u:1'><x:b><!-- no --><c>1</c></x:b><x:b><c>2</c></x:b></x:a>", source="a"
    )

    assert (root.name, root.namespace) == ("a", "u:1")
    assert [node.text("") for node in root.all("b/c")] == ["1", "2"]
    assert root.text("d", "b/c") == "1"
    assert root.first("b/d") is None
    assert root.attribute("id", at="b") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.50", "12.50"),
        ("12.50000", "12.50"),
        ("+12", "12.00"),
        (".5", "0.50"),
        ("12.", "12.00"),
        ("-0.01", "-0.01"),
    ],
)
def test_amounts_are_taken_exactly(text, expected):
    amount = parse_xml(f"<a><b>{text}</b></a>".encode(), source="a").money("b", "EUR")

    assert amount == Money.from_major(expected, "EUR")


@pytest.mark.parametrize("text", ["12.505", "1e3", "12,50", "NaN", "1" * 31, "0x1", "١"])
def test_other_amounts_are_refused(text):
    root = parse_xml(f"<a>\n<b>{text}</b></a>".encode(), source="a")
    with pytest.raises(InputError, match=r"^a:2: b: ") as caught:
        root.money("b", "EUR")

    assert caught.value.field == "b"


@pytest.mark.parametrize(
    "text",
    ["2026-03-31", "2026-03-31Z", "2026-03-31+02:00", "2026-03-31T23:59:59.123+02:00"],
)
def test_days_are_taken_as_their_own_zone_has_them(text):
    root = parse_xml(f"<a><b> {text} </b></a>".encode(), source="a")

    assert root.day("b") == date(2026, 3, 31)


@pytest.mark.parametrize("text", ["2026-02-30", "20260331", "31.03.2026", "2026-03-31 noon"])
def test_other_days_are_refused(text):
    root = parse_xml(f"<a><b>{text}</b></a>".encode(), source="a")
    with pytest.raises(InputError, match="is not a date"):
        root.day("b")


def test_what_is_absent_is_none_or_named():
    root = parse_xml(b"<a><b/></a>", source="a.xml")

    assert (root.number("b"), root.money("c", "EUR"), root.day("c")) == (None, None, None)
    with pytest.raises(InputError, match=r"^a\.xml:1: c: is missing"):
        root.needed("b/c", "c")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**9))
def test_a_written_amount_is_read_back(amount):
    root = parse_xml(f"<a><b>{amount}</b></a>".encode(), source="a")

    assert root.money("b", "EUR").major == Decimal(amount)
