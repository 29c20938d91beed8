"""What a template could name, found before any notice is written."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.notices.render import Renderer
from dunning_sdk.notices.sample import sample_context
from dunning_sdk.notices.telling import check_templates, find_named, find_unmentioned
from dunning_sdk.notices.templates import load_shipped
from tests.acceptance.program import dunning
from tests.decisions.book import a_book

SHIPPED = load_shipped()


def own(body, **texts):
    """Return the shipped templates with one more, ``en/own.txt``."""
    mine = {"en/own.txt": f"Subject: Invoices\n\n{body}\n", **texts}
    return SHIPPED.overlay(mine, origin="mine")


def places(findings):
    return [f"{one.file}:{one.line}:{one.column}: {one.text.split(' ')[0]}" for one in findings]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{{ assignee.name }}", ["mine/en/own.txt:3:13: assignee.name"]),
        ("Pay {{ assignment_mention | upper }}", ["mine/en/own.txt:3:8: assignment_mention"]),
        (
            "{% for one in [assignee] %}{{ one.name }}{% endfor %}",
            ["mine/en/own.txt:3:16: assignee"],
        ),
        ("{{ never_named | join }}", ["mine/en/own.txt:3:4: never_named"]),
        (
            "{% if debtor_told %}a{% else %}{{ assignee.name }}{% endif %}",
            ["mine/en/own.txt:3:44: assignee.name"],
        ),
        (
            "{% if portal_link %}{{ assignment_mention }}{% endif %}",
            ["mine/en/own.txt:3:24: assignment_mention"],
        ),
        ("{{ assignee.name if portal_link else 1 }}", ["mine/en/own.txt:3:13: assignee.name"]),
        (
            "{% if not assignee or portal_link %}{{ assignee.name }}{% endif %}",
            ["mine/en/own.txt:3:49: assignee.name"],
        ),
        ("{% if debtor_told %}{{ assignee.name }}{% endif %}", []),
        ("{% if assignee and portal_link %}{{ assignee.name }}{% endif %}", []),
        ("{% if not debtor_told %}a{% elif assignee %}{{ assignee.name }}{% endif %}", []),
        ("{{ assignee.name if debtor_told else 1 }}", []),
        ("{{ debtor_told and assignee.name }}", []),
        ("{% if assignee %}told{% else %}{{ debtor.name }}{% endif %}", []),
    ],
)
def test_no_template_names_the_assignee_to_a_debtor_who_is_not_told(body, expected):
    found = find_named(own(body), "own", why="a row")

    assert places(found) == expected


@pytest.mark.parametrize(
    ("body", "is_mentioned"),
    [
        ("{{ block.payment }}", True),
        ("{{ assignment_mention }}", True),
        ("{% if debtor_told %}{{ assignment_mention }}{% endif %}", True),
        ("{% if account %}{{ block.payment }}{% else %}{{ assignment_mention }}{% endif %}", True),
        ("{% if account %}{{ block.payment }}{% endif %}", False),
        ("{% for item in items %}{{ block.payment }}{% endfor %}", False),
        ("{% if not debtor_told %}{{ block.payment }}{% endif %}", False),
        ("{{ block.invoices }}", False),
    ],
)
def test_a_debtor_who_is_told_reads_the_mention_whatever_holds(body, is_mentioned):
    found = list(find_unmentioned(own(body), "own", why="a row"))

    assert (found == []) is is_mentioned


def test_layouts_are_held_to_it_too():
    layout = SHIPPED.text("layout.html")
    without = layout.replace("{{ assignment_mention }}", "")
    betraying = layout.replace("<body", "{{ words.assignment_mention }}<body")
    body = "{{ block.payment }}"

    found = find_unmentioned(own(body, **{"layout.html": without}), "own", why="a row")
    named = find_named(own(body, **{"layout.html": betraying}), "own", why="a row")

    assert [one.file for one in found] == ["mine/layout.html"]
    assert places(named) == ["mine/layout.html:8:10: words.assignment_mention"]


LEAVES = st.sampled_from(
    ("{{ block.payment }}", "{{ assignment_mention }}", "x", "{{ block.invoices }}")
)
CONDITIONS = st.sampled_from(
    (
        "debtor_told",
        "not debtor_told",
        "account",
        "portal_link and debtor_told",
        "assignee or account",
    )
)


def branch(inner):
    return st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, CONDITIONS, inner, inner)


TEMPLATES = st.recursive(
    LEAVES, lambda inner: branch(inner) | st.builds("{}\n\n{}".format, inner, inner), max_leaves=6
)


@settings(max_examples=60)
@given(TEMPLATES, st.booleans(), st.booleans())
def test_what_is_found_sound_is_never_refused_when_it_is_written(body, account, link):
    texts = own(body)
    told = replace(sample_context("confirmation", language="en"), template="own", recipient=None)
    told = replace(
        told,
        account=told.account if account else None,
        portal_link="https://portal.example" if link else "",
    )
    untold = replace(
        sample_context("before-due", language="en"),
        template="own",
        portal_link=told.portal_link,
        never_named=("Exemple Finance SA",),
    )
    if not list(find_unmentioned(texts, "own", why="a row")):
        said = Renderer(texts).render(told).text.replace("\n", " ")
        assert told.assignment_mention in said
    if not list(find_named(texts, "own", why="a row")):
        assert "Exemple" not in Renderer(texts).render(untold).text


MANDATE = """\
id: mandate.kinds
kind: mandate
title: Who is told
inputs: [contract.kind]
hit_policy: first
rows:
  - when: {contract.kind: unmanaged}
    then: {chaser: creditor, collects: creditor, debtor_told: true, letterhead: creditor,
      procedure: procedure.all}
  - when: {contract.kind: confidential}
    then: {chaser: creditor, collects: creditor, debtor_told: false, letterhead: creditor,
      procedure: procedure.all}
otherwise: {chaser: creditor, collects: financier, debtor_told: false, letterhead: creditor}
"""
PROCEDURE = """\
id: procedure.all
kind: procedure
title: One notice
steps: [{id: own, level: 1, channel: email, template: own}]
"""


def test_each_kind_of_contract_is_held_to_its_own_rule():
    book = a_book(MANDATE, PROCEDURE)

    found = check_templates(own("{{ assignee.name }}"), book)

    assert [(one.code, one.text.partition(": ")[2]) for one in found] == [
        ("template.no-mention", 'mandate.kinds row 1, contract kind "unmanaged"'),
        ("template.names-assignment", 'mandate.kinds row 2, contract kind "confidential"'),
    ]


def test_the_program_finds_it_in_a_book_with_templates_of_its_own(tmp_path):
    files = {
        "book/book.yaml": 'id: b\nversion: "1"\ntitle: B\nsource: House rule\n',
        "book/mandate.kinds.yaml": f"{MANDATE}source: House rule\n",
        "book/procedure.all.yaml": f"{PROCEDURE}source: House rule\n",
        "texts/en/own.txt": "Subject: S\n\n{{ block.payment }}\n\nAsk {{ assignee.name }}.\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    result = dunning(tmp_path, "check", "book", "--templates", "texts", code=2)

    assert "error: texts/en/own.txt:5:17: template.names-assignment: assignee.name" in result.out
    assert "error: book/mandate.kinds.yaml:13:" in result.out
    assert "mandate.names-assignee" in result.out
