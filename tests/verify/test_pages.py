"""The page of a book says what the book does, and no more."""

import re
from pathlib import Path

import pytest

from dunning_sdk.installation.library import open_library
from dunning_sdk.plugins import ShippedBooks
from dunning_sdk.rules.load import load_book
from dunning_sdk.verify.pages import book_page

DOCS = Path(__file__).parents[2] / "docs" / "books"

BOOK = """\
id: small
version: "2.1"
title: A small book
jurisdiction: FR
from: 2026-01-01
until: 2027-01-01
source: A contract
limits: Covers little.
reasons:
  disputed: {en: It is disputed., fr: Elle est contestée.}
"""

GUARD = """\
id: guards.dispute-open
kind: guards
title: Nothing is asked for while it is disputed
applies: {from: 2026-02-01}
inputs: [dispute.is_open, debtor.country]
hit_policy: first
rows:
  - when: {dispute.is_open: true, debtor.country: 'not("A|B")'}
    then: {allow: false, reason: disputed}
    note: Only here.
otherwise: {allow: 'debtor.country = "FR"'}
source: House rule
limits: Judges nothing.
"""

GUARD_CASES = """\
rule: guards.dispute-open
as_of: 2026-03-02
facts: {currency: EUR, debtor.country: FR}
cases:
  - name: no dispute
    facts: {dispute.is_open: false}
    expect: {allow: true, reason: ""}
  - name: a dispute
    facts: {dispute.is_open: true}
    expect: {allow: false, reason: disputed}
"""

PROCEDURE = """\
id: procedure.short
kind: procedure
title: Two steps
options: {hush: true, spacing_days: 2}
steps:
  - {id: one, level: 1, offset: -7, window_days: 1, channel: [email, sms], template: a}
  - id: two
    level: 2
    anchor: one
    offset: 9
    repeat_every_days: 5
    repeat_max: 3
    day_shift: modified_following
    interval_days: 2
    when: receivable.reminders
    actor: creditor
    action: host_event
  - {id: three, level: 3, anchor: issued_on, offset: 60, after: two, action: placement,
     legal_effect: true, grants_days: 8}
source: House rule
"""

PROCEDURE_CASES = """\
rule: procedure.short
as_of: 2026-03-02
facts: {receivable.issued_on: 2026-03-02, receivable.due_on: 2026-04-01}
cases:
  - name: the first
    on: [2026-03-25]
    expect: {steps: {2026-03-25: one}}
  - name: none
    facts: {block.is_open: true}
    expect: {steps: {}}
"""

FILES = {
    "book.yaml": BOOK,
    "guards.dispute-open.yaml": GUARD,
    "guards.dispute-open.cases.yaml": GUARD_CASES,
    "procedure.short.yaml": PROCEDURE,
    "procedure.short.cases.yaml": PROCEDURE_CASES,
}


def lines(files: dict[str, str] = FILES, **options: list[str]) -> list[str]:
    """Return the lines of a book's page."""
    return book_page(load_book(files, label="small"), **options).splitlines()


def test_a_page_begins_with_what_the_book_is() -> None:
    assert [line for line in lines()[:6] if line] == [
        "A small book. Version 2.1. Applies in FR from 2026-01-01 until before 2027-01-01.",
        "Source: A contract.",
        "Limits: Covers little.",
    ]


def test_a_table_has_a_column_per_input_and_per_answer() -> None:
    found = lines(own=["guards.dispute-open"])

    start = found.index("## `guards.dispute-open`")
    assert found[start:] == [
        "## `guards.dispute-open`",
        "",
        "Nothing is asked for while it is disputed. Applies from 2026-02-01.",
        "",
        "The first row that holds decides.",
        "",
        "|  | dispute.is_open | debtor.country | allow | reason | note |",
        "|---|---|---|---|---|---|",
        r'| 1 | `true` | `not("A\|B")` | false | disputed | Only here. |',
        '| otherwise |  |  | `debtor.country = "FR"` |  |  |',
        "",
        "- Hits: a dispute (row 1): allow = false, reason = disputed.",
        "- Does not hit: no dispute: allow = true, reason = none.",
        "",
        "- `disputed`: It is disputed. / Elle est contestée.",
        "",
        "Source: House rule.",
        "",
        "Limits: Judges nothing.",
    ]


def test_a_procedure_has_a_row_per_step_with_what_is_special_about_it() -> None:
    found = lines(own=["procedure.short"])

    start = found.index("## `procedure.short`")
    assert found[start + 4 :] == [
        "Options: `hush: true`, `spacing_days: 2`.",
        "",
        "| step | level | day | what | channel | template | besides |",
        "|---|---|---|---|---|---|---|",
        "| `one` | 1 | -7 | notice | email, else sms | a | may go up to 1 day late |",
        "| `two` | 2 | +9 from one, then every 5 days, 3 in all | host event |  |  "
        "| at least 2 days after the act before; where `receivable.reminders`; by the creditor; "
        "moved to a business day (modified following) |",
        "| `three` | 3 | +60 from the invoice date | placement |  |  "
        "| has legal effect; a person approves it; after two; grants 8 days |",
        "",
        "- Hits: the first. First seen on 2026-03-02; receivable.issued_on 2026-03-02, "
        "receivable.due_on 2026-04-01. Runs on 2026-03-25. Then one on 2026-03-25.",
        "- Does not hit: none. First seen on 2026-03-02; receivable.issued_on 2026-03-02, "
        "receivable.due_on 2026-04-01, block.is_open true. Then nothing.",
        "",
        "Source: House rule.",
    ]


def test_rules_of_another_book_are_only_named() -> None:
    found = lines(own=["procedure.short"])

    assert "Taken over from another book: `guards.dispute-open`." in found
    assert "## `guards.dispute-open`" not in found


def test_a_rule_without_cases_has_no_examples() -> None:
    files = {name: text for name, text in FILES.items() if not name.endswith(".cases.yaml")}

    assert not [line for line in lines(files) if line.startswith("- Hits")]


def test_where_every_case_hits_two_ways_are_shown() -> None:
    without_otherwise = GUARD.replace("otherwise: {allow: 'debtor.country = \"FR\"'}\n", "")
    two_rows = without_otherwise.replace(
        "source:", "  - when: {}\n    then: {allow: true}\nsource:"
    )

    found = lines(FILES | {"guards.dispute-open.yaml": two_rows})

    assert "- Hits: no dispute (row 2): allow = true, reason = none." in found
    assert "- Hits another way: a dispute (row 1): allow = false, reason = disputed." in found


def test_the_calendar_is_changed_in_two_lines_as_the_page_says() -> None:
    page = (DOCS / "fast-payment.md").read_text(encoding="utf-8")
    files = dict(re.findall(r"<!-- (\S+\.yaml) -->\n```yaml\n(.*?)```", page, re.DOTALL))

    child = load_book(files, label="our-fast-payment", parents=open_library().files)

    steps = child.procedures["procedure.fast-payment"].steps
    assert [step.offset for step in steps] == [-7, 0, 4, 8, 25, 35]


@pytest.mark.parametrize("name", sorted(ShippedBooks().dunning_register_rule_books()))
def test_every_shipped_book_has_a_page_that_is_up_to_date(name: str) -> None:
    library = open_library()
    own = [file.removesuffix(".yaml") for file in library.files(name)]

    page = book_page(library.load(name), own=own)

    assert page in (DOCS / f"{name}.md").read_text(encoding="utf-8")
