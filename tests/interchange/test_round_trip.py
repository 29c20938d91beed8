"""A book drawn as a model and read back is the same book, and the model decides as it does."""

from decimal import Decimal

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from dunning_sdk.dmn.evaluate import compile_model, load_model
from dunning_sdk.dmn.read import read_definitions
from dunning_sdk.dmn.write import write_definitions
from dunning_sdk.errors import BookError, DunningError
from dunning_sdk.feel.types import ContextType
from dunning_sdk.installation.library import open_library
from dunning_sdk.interchange.from_model import import_book
from dunning_sdk.interchange.to_model import export_book
from dunning_sdk.rules.book import TableRule
from dunning_sdk.rules.load import load_book
from dunning_sdk.verify.cases import nested
from tests.rules.sample import BOOK, FILES
from tests.shared import ROOT, shared_path

LIBRARY = open_library()
CALENDARS = sorted((ROOT / "examples" / "calendars").glob("*/book.yaml"))
BOOKS = [*sorted(LIBRARY.registered), *(str(path.parent) for path in CALENDARS)]


def there_and_back(book):
    """Return a book by way of a model's text and, from there, by way of its own files."""
    found = import_book(write_definitions(export_book(book)), label="book.dmn")
    return found, load_book(found.files, label="written")


def assert_same(one, other):
    assert one.hash == other.hash
    assert one.reasons == other.reasons
    assert invariants(one) == invariants(other)


def invariants(book):
    return {each.id: (each.title, each.about, each.holds.text) for each in book.invariants}


@pytest.mark.parametrize("name", BOOKS)
def test_a_shipped_book_comes_back_whole(name):
    book = LIBRARY.load(name)

    drawn, written = there_and_back(book)

    assert_same(book, drawn)
    assert_same(book, written)


def test_a_book_of_every_kind_comes_back_whole():
    book = load_book(FILES, label="sample")

    for found in there_and_back(book):
        assert_same(book, found)
        assert (found.id, found.version, found.title) == (book.id, book.version, book.title)
        assert (found.jurisdiction, found.start_on) == (book.jurisdiction, book.start_on)


def test_a_drawn_book_is_as_the_schema_of_the_standard_wants():
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(shared_path("dmn-tck/DMN15.xsd"))))
    books = [LIBRARY.load(name) for name in sorted(LIBRARY.registered)]

    for book in (*books, load_book(FILES, label="sample")):
        schema.assertValid(etree.fromstring(write_definitions(export_book(book)).encode()))


CELLS = {
    "dispute.is_open": ["true", '"true"', "not(true)", '"-"'],
    "receivable.days_overdue": ["3", "+3", '">3"', '"> 3"', "[1, 2]", '"[1..7]"', '"not(4)"', "-3"],
    "contract.kind": ["full", "[full]", '["", full]', '\'"full", "unmanaged"\'', '"not(\\"\\")"'],
    "debtor.country": ["FR", "[FR, BE]", "'\"two words\"'"],
    "receivable.due_on": ["2026-03-01", "'date(\"2026-03-01\")'", "'< date(\"2026-03-01\")'"],
    "receivable.open_amount": ["10.00", '">= 10.0"', '"> dispute.amount"'],
}
FIELDS = {
    "surplus": ["40", "40.00", '"40"', "-1.5", "receivable.open_amount*0.1", "null"],
    "tone": ["soft", '"\\"soft\\""', '"if dispute.is_open then \\"soft\\" else \\"firm\\""'],
    "until": ["2026-03-01", "receivable.due_on", "'date(\"2026-03-01\")'"],
    "final": ["true", "false", "'dispute.is_open'"],
    "reasons": ["a-reason", "[]", "[a-reason, b-reason]", "[a-reason]", "null"],
}
HEAD = """\
id: charges.made
kind: charges
title: A table made up
source: A; B
inputs: [{inputs}]
outputs: {{surplus: money, tone: [soft, firm], until: date, final: boolean}}
"""
REASONS = "reasons:\n  a-reason: {en: A., fr: A.}\n  b-reason: {en: 'B: \"x\"', fr: B.}\n"
MADE = f"id: made\nversion: 1.10\ntitle: Made up\ncurrency: EUR\n{REASONS}"
POLICIES = ["collect", "rule-order", "first", "any"]


def mapping(choices):
    """Return a strategy for a mapping in YAML: some of the keys, each with one of its cells."""
    some = st.lists(st.sampled_from(sorted(choices)), unique=True, max_size=3)
    return some.flatmap(
        lambda keys: st.tuples(*(st.sampled_from(choices[key]) for key in keys)).map(
            lambda cells: (
                "{" + ", ".join(f"{k}: {c}" for k, c in zip(keys, cells, strict=True)) + "}"
            )
        )
    )


ROW = st.builds(
    lambda when, then, note: f"  - {{{when}then: {then}{note}}}\n",
    st.one_of(st.just(""), mapping(CELLS).map(lambda cells: f"when: {cells}, ")),
    mapping(FIELDS),
    st.sampled_from(["", ', note: ""', ", note: 'why: \"so\"'"]),
)
TABLE = st.builds(
    lambda rows, policy, otherwise: (
        HEAD.format(inputs=", ".join(CELLS)) + policy + f"rows:\n{''.join(rows)}" + otherwise
    ),
    st.lists(ROW, min_size=1, max_size=4),
    st.sampled_from(POLICIES).map(lambda policy: f"hit_policy: {policy}\n"),
    st.sampled_from(["", "otherwise: {}\n"]) | mapping(FIELDS).map(lambda m: f"otherwise: {m}\n"),
)


@given(TABLE)
@settings(max_examples=40, deadline=None)
def test_however_a_cell_is_written_it_comes_back_as_written(table):
    try:
        book = load_book({"book.yaml": MADE, "charges.made.yaml": table}, label="made")
    except DunningError:
        reject()  # rows at odds: no book, hence nothing to draw

    for found in there_and_back(book):
        assert_same(book, found)


def filled(type_, value):
    """Return a fact with null for each part that a case leaves out."""
    if isinstance(type_, ContextType):
        return {name: filled(of, (value or {}).get(name)) for name, of in type_.fields.items()}
    return value


def shown(values):
    """Return the answers without what says nothing, lists as lists."""
    plain = {name: list(one) if isinstance(one, tuple) else one for name, one in values.items()}
    return {name: one for name, one in plain.items() if one not in (None, "", [])}


def table_cases():
    for name in sorted(LIBRARY.registered):
        book = LIBRARY.load(name)
        taken_over = LIBRARY.load("safeguards").rules if name != "safeguards" else {}
        for rule in book.rules.values():
            if isinstance(rule, TableRule) and rule.id not in taken_over:
                yield pytest.param(name, rule.id, id=f"{name}-{rule.id}")


@pytest.mark.parametrize(("name", "rule_id"), list(table_cases()))
def test_the_model_decides_as_the_book_does(name, rule_id):
    book = LIBRARY.load(name)
    rule = book.rules[rule_id]
    model = compile_model(read_definitions(write_definitions(export_book(book))))
    types = model.input_types()
    cases = [case for case in book.cases[rule_id].cases if not case.error]

    assert cases
    for case in cases:
        facts = nested({"as_of": case.as_of, **case.facts})
        expected = rule.decide(facts)
        seen = {each: filled(of, facts.get(each)) for each, of in types.items()}
        found = model.evaluate(seen, decisions=[rule_id])
        assert found.faults == ()
        assert found.decided[0].tables[0].chosen == expected.decided
        assert as_answered(rule, found.values[rule_id]) == shown(expected.values)


def as_answered(rule, found):
    """Return what a model answers as a book does: rows together, what is not given left out."""
    rows = found if isinstance(found, list) else [found]
    name = rule.table.outputs[0].name
    many = {one.name for one in rule.fields if one.many}
    answers = {}
    for row in [one if isinstance(one, dict) else {name: one} for one in rows]:
        for each, value in row.items():
            if each in many:
                answers[each] = [*answers.get(each, []), *(value or [])]
            elif answers.get(each) is None:
                answers[each] = value
    defaults = {one.name: one.default for one in rule.fields}
    return shown(defaults | {each: one for each, one in answers.items() if one is not None})


def test_a_procedure_is_a_decision_that_lists_its_steps():
    model = load_model(write_definitions(export_book(LIBRARY.load("fast-payment"))))

    steps = model.evaluate({}, decisions=["procedure.fast-payment"]).values

    found = steps["procedure.fast-payment"]
    assert [(one["id"], one["offset"]) for one in found][:2] == [
        ("before-due", Decimal(-7)),
        ("due-today", Decimal(0)),
    ]
    assert found[0]["channel"] == ["email", "letter"]


def test_whether_a_fact_is_known_is_asked_by_a_function_of_the_model():
    rule = """\
id: guards.made
kind: guards
title: A guard
source: House rule
inputs: [is known(debtor.country)]
rows:
  - {when: {is known(debtor.country): true}, then: {allow: true}}
  - {when: {is known(debtor.country): false}, then: {allow: false}}
"""
    files = {
        "book.yaml": BOOK.replace("reasons:", "limits: none\nreasons:"),
        "guards.made.yaml": rule,
    }
    book = load_book(files, label="made")

    text = write_definitions(export_book(book))

    assert '<businessKnowledgeModel id="_is_known" name="is known">' in text
    assert import_book(text, label="x").hash == book.hash
    answer = load_model(text).evaluate({"debtor": {"country": None}}).values["guards.made"]
    assert answer is False


def test_what_was_changed_in_a_modeler_counts_and_not_how_it_was_written():
    table = """\
id: guards.made
kind: guards
title: A
source: B
inputs: [receivable.level]
rows:
  - {when: {receivable.level: ">3"}, then: {allow: true}}
otherwise: {allow: false}
"""
    book = load_book({"book.yaml": MADE, "guards.made.yaml": table}, label="made")
    text = write_definitions(export_book(book))
    assert """dunning:written='"&gt;3"'""" in text

    changed = import_book(text.replace("<text>&gt; 3</text>", "<text>&gt; 4</text>"), label="x")

    assert '{receivable.level: "> 4"}' in changed.files["guards.made.yaml"]


RANKED = """\
id: scenario.made
kind: scenario
title: A
source: B
inputs: [receivable.level]
outputs: {mood: [soft, firm]}
hit_policy: POLICY
priority: {mood: [firm, soft]}
rows:
  - {when: {receivable.level: ">3"}, then: {mood: firm}}
  - {when: {receivable.level: ">1"}, then: {mood: soft, reasons: a-reason}}
otherwise: {mood: soft}
"""


@pytest.mark.parametrize("policy", ["priority", "output-order", "collect"])
def test_an_order_of_answers_comes_back_whether_the_table_ranks_or_not(policy):
    files = {"book.yaml": MADE, "scenario.made.yaml": RANKED.replace("POLICY", policy)}
    book = load_book(files, label="made")

    for found in there_and_back(book):
        assert_same(book, found)


def test_a_spoiled_note_of_how_a_cell_was_written_counts_for_nothing():
    files = {"book.yaml": MADE, "scenario.made.yaml": RANKED.replace("POLICY", "priority")}
    text = write_definitions(export_book(load_book(files, label="made")))
    kept = """dunning:written='"&gt;3"'"""
    assert kept in text

    found = import_book(text.replace(kept, 'dunning:written="["'), label="made")

    assert 'receivable.level: "> 3"' in found.files["scenario.made.yaml"]


def test_a_spoiled_declaration_is_refused():
    files = {"book.yaml": MADE, "scenario.made.yaml": RANKED.replace("POLICY", "priority")}
    text = write_definitions(export_book(load_book(files, label="made")))
    kept = """dunning:declared='["soft", "firm"]'"""
    assert kept in text

    with pytest.raises(BookError) as caught:
        import_book(text.replace(kept, 'dunning:declared="["'), label="made")
    assert "A book cannot hold the declaration [" in {one.text for one in caught.value.findings}
