from datetime import date
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.errors import BookSyntaxError
from dunning_sdk.strict_yaml import (
    DEPTH_MAX,
    SIZE_MAX_BYTES,
    YamlMapping,
    YamlSequence,
    load,
    loader,
    position_of,
    to_plain,
)


def plain(text):
    return to_plain(load(text, "book.yaml"))


def findings(text):
    with pytest.raises(BookSyntaxError) as caught:
        load(text, "book.yaml")
    return [(each.line, each.column, each.code) for each in caught.value.findings]


def first_finding(text):
    with pytest.raises(BookSyntaxError) as caught:
        load(text, "book.yaml")
    return str(caught.value.findings[0])


# What a value means


def test_norway_stays_a_text_as_key_and_as_value():
    assert plain("NO: 1\ncountry: NO\n") == {"NO": 1, "country": "NO"}


@pytest.mark.parametrize(
    "text", ["yes", "no", "on", "off", "y", "n", "True", "FALSE", "Null", "NULL", ".nan", ".inf"]
)
def test_words_that_other_readers_convert_stay_text(text):
    assert plain(f"a: {text}") == {"a": text}


def test_true_and_false_are_the_booleans_and_null_is_nothing():
    assert plain("[true, false, null, ~]") == [True, False, None, None]
    assert plain("a:\nb: ''\n") == {"a": None, "b": ""}


@pytest.mark.parametrize("text", ["0.15", "0.1", "-12.50", "+1.0", "0.10", "1.10", "0.0"])
def test_a_decimal_is_exact_and_keeps_its_digits(text):
    value = plain(f"a: {text}")["a"]

    assert isinstance(value, Decimal)
    assert value.as_tuple() == Decimal(text).as_tuple()


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("-7", -7), ("+8", 8), ("12000", 12000)])
def test_an_integer_is_an_int(text, value):
    assert plain(f"a: {text}") == {"a": value}
    assert type(plain(f"a: {text}")["a"]) is int


@pytest.mark.parametrize(
    "text",
    ["12:30", "1e3", "1E-3", "0x1F", "0o17", "1_000", ".5", "5.", "1.0.0"],
)
def test_what_is_not_plainly_a_number_stays_text(text):
    assert plain(f"a: {text}") == {"a": text}


def test_a_day_is_a_date_and_an_instant_is_text():
    assert plain("[2026-01-02, 2026-1-2, 2026-01-02T10:00:00Z, '2026-01-02']") == [
        date(2026, 1, 2),
        "2026-1-2",
        "2026-01-02T10:00:00Z",
        "2026-01-02",
    ]


def test_quoted_values_and_blocks_are_text():
    assert plain("[\"1\", 'true', '0.5']") == ["1", "true", "0.5"]
    assert plain("a: |\n  1\n") == {"a": "1\n"}


def test_keys_are_always_text():
    assert plain("1: a\ntrue: b\n2026-01-01: c\n010: d\n'1 ': e") == {
        "1": "a",
        "true": "b",
        "2026-01-01": "c",
        "010": "d",
        "1 ": "e",
    }


def test_lists_and_mappings_nest():
    text = "rows:\n  - when: {a.b: '> 1'}\n    then: {allow: true}\n  - []\nempty: {}\n"

    assert plain(text) == {
        "rows": [{"when": {"a.b": "> 1"}, "then": {"allow": True}}, []],
        "empty": {},
    }


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter():
    assert plain("\ufeffa: 1\r\nb: x\r\n") == {"a": 1, "b": "x"}


# What is refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", [(3, 1, "yaml.duplicate-key")]),
        ("2026-01-01: 1.5\n2026-01-01: 2\n", [(2, 1, "yaml.duplicate-key")]),
        ("x: {a: 1, 'a': 2}", [(1, 11, "yaml.duplicate-key")]),
        ("account: 010\n", [(1, 10, "yaml.leading-zero")]),
        ("rate: -00.5\n", [(1, 7, "yaml.leading-zero")]),
        (f"a: {'9' * 5000}\n", [(1, 4, "yaml.number")]),
        ("on: 2026-02-30\n", [(1, 5, "yaml.date")]),
        ("a:\n\tb: 1\n", [(2, 1, "yaml.tab")]),
        ("a: 'x\ty'\nb:\t1\n", [(1, 6, "yaml.tab"), (2, 3, "yaml.tab")]),
        ("a: x\x07y\n", [(1, 5, "yaml.character")]),
        ("a: x\u2028y\n", [(1, 5, "yaml.character")]),
        ("a: \ud800\n", [(1, 4, "yaml.character")]),
        ("a: &x 1\nb: *x\n", [(1, 4, "yaml.anchor"), (2, 4, "yaml.alias")]),
        ("a: 1\n*x : 1\n", [(2, 1, "yaml.alias")]),
        ("a: 1\n<<: {b: 2}\n", [(2, 1, "yaml.merge-key")]),
        ("a: !!python/object/apply:os.system [ls]\n", [(1, 4, "yaml.tag")]),
        ("a: !!str 1\n", [(1, 4, "yaml.tag")]),
        ("!x a: 1\n", [(1, 1, "yaml.tag")]),
        ("a: {{ name }}\n", [(1, 5, "yaml.key")]),
        ("? [1]\n: 2\n", [(1, 3, "yaml.key")]),
        ("'': 1\n", [(1, 1, "yaml.key")]),
        ("%YAML 1.1\n---\na: 1\n", [(1, 1, "yaml.directive")]),
        ("%TAG ! tag:x\n---\na: 1\n", [(1, 1, "yaml.directive")]),
        ("a: 1\n---\nb: 2\n", [(2, 1, "yaml.documents")]),
        ("", [(1, 1, "yaml.empty")]),
        ("# only words\n", [(1, 1, "yaml.empty")]),
        ("a: b: c\n", [(1, 5, "yaml.syntax")]),
        ("a: @b\n", [(1, 4, "yaml.syntax")]),
        ("a: [1, 2\nb: 3\n", [(2, 2, "yaml.syntax")]),
        ("%YAML 2.0\n---\n1", [(1, 1, "yaml.syntax")]),
    ],
)
def test_each_fault_is_found_at_its_place(text, expected):
    assert findings(text) == expected


def test_all_faults_of_a_text_are_reported_together():
    text = "a: 010\nb: 2026-13-01\na: &x 1\nc: !t x\nd:\n  e: 1\n  e: 2\nf: [1, 2"

    assert findings(text) == [
        (1, 4, "yaml.leading-zero"),
        (2, 4, "yaml.date"),
        (3, 1, "yaml.duplicate-key"),
        (3, 4, "yaml.anchor"),
        (4, 4, "yaml.tag"),
        (7, 3, "yaml.duplicate-key"),
        (8, 9, "yaml.syntax"),
    ]


def test_a_finding_says_what_to_write_instead():
    assert first_finding("account: 010") == (
        "book.yaml:1:10: yaml.leading-zero: A number begins with zero "
        "(expected quotes around a code, or a number without the zero, found 010)"
    )
    assert first_finding("a: 1\na: 2") == (
        "book.yaml:2:1: yaml.duplicate-key: Key 'a' comes twice; first on line 1"
    )
    assert first_finding("a: b: c") == (
        "book.yaml:1:5: yaml.syntax: Not YAML: mapping values are not allowed here "
        "(expected quotes around a text that holds ': ')"
    )


def test_a_text_over_the_size_limit_is_refused_unread():
    just_right = "a: 1\n#" + "é" * (SIZE_MAX_BYTES // 2 - 3)
    size = len(just_right.encode())

    assert size == SIZE_MAX_BYTES
    assert plain(just_right) == {"a": 1}
    assert findings(just_right + "x") == [(1, 1, "yaml.too-large")]


def test_nesting_over_the_limit_is_refused():
    def nested(levels):
        return "[" * levels + "]" * levels

    assert len(plain(nested(DEPTH_MAX))) == 1
    assert findings(nested(DEPTH_MAX + 1)) == [(1, DEPTH_MAX + 1, "yaml.too-deep")]
    assert findings("[" * 100_000) == [(1, DEPTH_MAX + 1, "yaml.too-deep")]


# Where things stand

TEXT = """\
title: Été
rows:
  - when: {a.b: "> 1"}
    note: |

      if x
      then y
    plain: a + b
    folded: >-
      one line
    long: "two
      lines"
    escaped: "a\\u00e9 + b"
"""


def test_each_node_knows_its_line_and_column():
    tree = load(TEXT, "book.yaml")

    assert isinstance(tree, YamlMapping)
    assert isinstance(tree["rows"], YamlSequence)
    assert [(key.raw, key.line, key.column) for key, _ in tree.entries] == [
        ("title", 1, 1),
        ("rows", 2, 1),
    ]
    assert (tree["title"].line, tree["title"].column) == (1, 8)
    assert (tree["rows"].line, tree["rows"].column) == (3, 3)


@pytest.mark.parametrize(
    ("path", "value_at", "key_at"),
    [
        ([], (1, 1), (1, 1)),
        (["rows", 0], (3, 5), (3, 5)),
        (["rows", 0, "when", "a.b"], (3, 17), (3, 12)),
        (["rows", 0, "when", "missing"], (3, 11), (3, 5)),
        (["rows", 7, "when"], (3, 3), (2, 1)),
        (["rows", "Row", 0, "plain"], (8, 12), (8, 5)),
        (["title", "deeper"], (1, 8), (1, 1)),
    ],
)
def test_a_path_leads_back_to_the_text(path, value_at, key_at):
    tree = load(TEXT, "book.yaml")

    assert position_of(tree, path) == value_at
    assert position_of(tree, path, of_key=True) == key_at


@pytest.mark.parametrize(
    ("name", "word", "expected"),
    [
        ("plain", "b", (8, 16)),
        ("note", "x", (6, 10)),
        ("note", "y", (7, 12)),
        ("folded", "line", (10, 11)),
        ("long", "lines", (11, 11)),
        ("escaped", "b", (13, 14)),
    ],
)
def test_a_word_inside_a_text_has_a_place_where_the_source_holds_it(name, word, expected):
    scalar = load(TEXT, "book.yaml")["rows"][0][name]

    assert scalar.position_at(scalar.raw.index(word)) == expected


def test_a_word_inside_quotes_has_a_place():
    scalar = load("a: '> 10'", "book.yaml")["a"]

    assert (scalar.quoted, scalar.column, scalar.position_at(2)) == (True, 4, (1, 7))


def test_a_scalar_keeps_its_source_text():
    scalar = load("version: 1.10", "book.yaml")["version"]

    assert (scalar.value, scalar.raw, scalar.quoted) == (Decimal("1.10"), "1.10", False)


@pytest.mark.parametrize("text", ["a: |\nb: 1", "a: >\n  one\n  two\n", "a: |\n\n\n", "a:\n  |"])
def test_a_text_that_is_not_in_one_piece_points_at_its_start(text):
    scalar = load(text, "book.yaml")["a"]

    assert scalar.position_at(0) == (scalar.line, scalar.column)


def test_mappings_and_sequences_can_be_walked():
    tree = load("a: 1\nb: [x, z]\n", "book.yaml")

    assert (list(tree), len(tree), "a" in tree, "c" in tree) == (["a", "b"], 2, True, False)
    assert (tree.get("c"), tree.get("a")) == (None, tree["a"])
    assert [item.raw for item in tree["b"]] == ["x", "z"]
    assert (len(tree["b"]), tree["b"][1].raw) == (2, "z")
    with pytest.raises(KeyError):
        tree["c"]
    with pytest.raises(KeyError):
        tree.key("c")


def test_the_slow_parser_reads_the_same_tree(monkeypatch):
    fast = load(TEXT, "book.yaml")
    monkeypatch.setattr(loader, "_FAST_PARSER", yaml.SafeLoader)

    assert load(TEXT, "book.yaml") == fast


# Laws

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9
    ),
    st.dates(),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=12),
)
KEYS = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=6)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def written(value):
    """Write a value as flow YAML: texts in double quotes, all else bare."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(k)}: {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(each) for each in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    bare = {None: "null", True: "true", False: "false"}
    return bare[value] if value is None or isinstance(value, bool) else str(value)


@given(tree=TREES)
def test_what_is_written_is_read(tree):
    read = plain(written(tree))

    assert (read, repr(read)) == (tree, repr(tree))


@given(text=st.text(max_size=60) | st.text("a: -\n[]{}'\"&*!|>%#\t01?,.", max_size=60))
def test_any_text_is_read_or_refused_with_places(text):
    lines = text.count("\n") + text.count("\r") + 1
    try:
        root, found = load(text, "book.yaml"), ()
    except BookSyntaxError as error:
        root, found = None, error.findings

    assert (root is None) == bool(found)
    assert all(1 <= each.line <= lines and each.column >= 1 for each in found)
