"""Every fault of a book is found when it is loaded, and all are reported together.

In the texts of these tests ``¤`` marks where the finding must be; it is taken out first.
"""

import pytest

from dunning_sdk.dmn import analysis
from dunning_sdk.errors import (
    BookError,
    BookSyntaxError,
    ExpressionTypeError,
    TableError,
    UnknownNameError,
)
from dunning_sdk.rules.load import load_book
from tests.rules.sample import BOOK, CASES, GUARDS, MANDATE, PROCEDURE, a_book

TABLE = "id: guards.x\nkind: guards\ntitle: T\nsource: House rule\ncurrency: any\n"


def findings_of(files, **options):
    """Return the findings of the sample book with some files replaced, as text."""
    with pytest.raises(BookError) as caught:
        a_book(files, **options)
    errors = [found for found in caught.value.findings if found.severity == "error"]
    return [str(found).removeprefix("sample/") for found in errors]


def marked(text):
    """Return a text without its mark, and its place as ``line:column``; without one, 1:1."""
    before, mark, after = text.partition("¤")
    if not mark:
        return text, "1:1"
    line_start = before.rfind("\n") + 1
    return before + after, f"{before.count(chr(10)) + 1}:{len(before) - line_start + 1}"


def assert_found(name, text, finding, **options):
    """Assert that a file of the sample book has one fault, at the mark."""
    text, place = marked(text)

    assert findings_of({name: text}, **options) == [f"{name}:{place}: {finding}"]


def unplaced(finding):
    """Return a finding as text, without its file and place."""
    return str(finding).partition(": ")[2]


def guard(when, then="{allow: true}", inputs="receivable.days_overdue"):
    """Return a table with one row and an ``otherwise``; the row is on line 8."""
    return (
        f"inputs: [{inputs}]\nrows:\n  - {{when: {when}, then: {then}}}\notherwise: {{allow: true}}"
    )


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "inputs: [¤receivable.days_late]",
            "book.unknown-fact: Unknown fact "
            "(found receivable.days_late; did you mean receivable.days_overdue?)",
        ),
        (
            guard("{receivable.days_overdue: '> ¤receivable.levle'}"),
            "book.unknown-entry: receivable has no entry 'levle' "
            "(did you mean receivable.level?)",
        ),
        (
            guard("{receivable.days_overdue: '> ¤recievable.level'}"),
            "book.unknown-name: unknown name 'recievable' (did you mean receivable?)",
        ),
        (
            guard("{contract.kind: ¤ful}", inputs="contract.kind"),
            'book.unknown-value: Unknown value of contract.kind (expected one of "", full, '
            "balance_purchase, confidential, unmanaged, found ful; did you mean full?)",
        ),
        (
            guard("{contract.kind: 'not(¤\"fulll\")'}", inputs="contract.kind"),
            "book.outside-values: 'fulll' is none of the allowed values "
            "(did you mean full?)",
        ),
        (
            guard("{receivable.days_overdue: '¤\"ten\"'}"),
            "book.wrong-type: cannot compare number and string by '='",
        ),
        (
            guard("{receivable.days_overdue: '> ¤> 3'}"),
            "book.syntax: Not FEEL (expected a value, found '>')",
        ),
        (
            guard("{receivable.days_overdue: ¤}"),
            "book.empty-cell: A cell is empty (expected a value, or - for any)",
        ),
        (
            guard("{receivable.days_overdue: ¤{a: 1}}"),
            "book.cell: A cell holds one value (found a mapping)",
        ),
        (
            guard("{receivable.days_overdue: ¤[]}"),
            "book.cell: A list holds plain alternatives, at least one "
            "(expected one text with the whole condition)",
        ),
        (
            guard("{receivable.days_overdue: ¤[1, '-']}"),
            "book.cell: A list holds plain alternatives, at least one "
            "(expected one text with the whole condition)",
        ),
        (
            guard("{¤dispute.is_open: true}"),
            "table.not-an-input: Not among the inputs (found dispute.is_open)",
        ),
        (
            guard("{¤receivable.days_overdu: 3}"),
            "table.not-an-input: Not among the inputs "
            "(found receivable.days_overdu; did you mean receivable.days_overdue?)",
        ),
        (
            guard("{}", "{allow: true, reason: ¤disputd}"),
            "book.unknown-value: Unknown value of reason (expected one of quote-unsigned, "
            "debtor-not-covered, disputed, disputed-in-part, ask-for-a-deposit, "
            "found disputd; did you mean disputed?)",
        ),
        (
            guard("{}", "{allow: true, ¤reasn: disputed}"),
            "book.unknown-field: Unknown field "
            "(expected one of allow, amount, reason, found reasn; did you mean reason?)",
        ),
        (
            guard("{}", "¤{reason: disputed}"),
            "table.missing-field: Result field allow is missing",
        ),
        (
            guard("{}", "{allow: ¤1}"),
            "book.type: An expression has the wrong type "
            "(expected boolean, found number)",
        ),
        (
            guard("{}", "{allow: true, amount: ¤receivable.due_on}"),
            "book.type: An expression has the wrong type (expected number, found date)",
        ),
        (
            guard("{}", "{allow: true, amount: ¤5}"),
            "table.currency: An amount is written as a number, and the rule has no "
            "currency (expected key currency, such as EUR)",
        ),
        (
            guard("{}", "{allow: true, amount: if dispute.is_open then 0 else ¤5}"),
            "table.currency: An amount is written as a number, and the rule has no "
            "currency (expected key currency, such as EUR)",
        ),
        (
            guard("{receivable.open_amount: '> ¤100'}", inputs="receivable.open_amount"),
            "table.currency: An amount is written as a number, and the rule has no "
            "currency (expected key currency, such as EUR)",
        ),
        (
            guard("{}", "{allow: receivable.open_amount between 0 and ¤50}"),
            "table.currency: An amount is written as a number, and the rule has no "
            "currency (expected key currency, such as EUR)",
        ),
        (
            "¤outputs: {fee: money}\nrows: [{then: {allow: true}}]",
            "table.outputs: Rules of kind guards have fixed result fields "
            "(expected allow, amount, reason)",
        ),
        (
            "¤hit_policy: priority\nrows: [{then: {allow: true}}]",
            "table.priority: Hit policy priority needs an order of values "
            "(expected key priority)",
        ),
        (
            "priority: ¤{alow: [a]}\nrows: [{then: {allow: true}}]",
            "book.unknown-field: Unknown field "
            "(expected one of allow, amount, reason, found alow; did you mean allow?)",
        ),
        (
            "hit_policy: priority\npriority: ¤{reason: [disputd]}\nrows: [{then: {allow: true}}]",
            "book.unknown-value: Unknown value (expected one of quote-unsigned, "
            "debtor-not-covered, disputed, disputed-in-part, ask-for-a-deposit, "
            "found disputd; did you mean disputed?)",
        ),
        (
            "inputs: [receivable.level, ¤receivable.level]\nrows: [{then: {allow: true}}]",
            "table.duplicate-input: An input comes twice (found receivable.level)",
        ),
        (
            "hit_policy: ¤frist\nrows: [{then: {allow: true}}]",
            "book.value: Key 'hit_policy' has a value that is not allowed "
            "(expected 'unique', 'any', 'priority', 'first', 'rule-order', 'output-order' or "
            "'collect', found frist; did you mean first?)",
        ),
        (
            "¤row: []",
            "book.unknown-key: Unknown key (found row; did you mean rows?)",
        ),
        (
            "rows: [{¤wen: {}, then: {allow: true}}]",
            "book.unknown-key: Unknown key "
            "(expected one of when, then, note, found wen; did you mean when?)",
        ),
        ("rows: [¤{when: {}}]", "book.missing-key: Key 'then' is missing"),
        (
            "rows: ¤3",
            "book.value: Key 'rows': Input should be a valid list (found 3)",
        ),
    ],
)  # fmt: skip
def test_a_fault_in_a_table_is_found_at_its_place(text, finding):
    assert_found("guards.x.yaml", TABLE + text, finding)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "inputs: [receivable.days_overdue]\nrows:\n"
            '  - {when: {receivable.days_overdue: "<= 3"}, then: {allow: true}}\n'
            '  - ¤{when: {receivable.days_overdue: ">= 3"}, then: {allow: true}}\n',
            "table.overlap: Rows 1 and 2 hold at once under unique, "
            "as for receivable.days_overdue = 3",
        ),
        (
            "hit_policy: any\ninputs: [contract.kind, dispute.is_open]\nrows:\n"
            "  - {when: {dispute.is_open: true}, then: {allow: true}}\n"
            "  - ¤{when: {contract.kind: full}, then: {allow: false}}\n"
            "otherwise: {allow: true}",
            "table.overlap: Rows 1 and 2 hold at once under any and differ, "
            "as for contract.kind = full, dispute.is_open = true",
        ),
        (
            "hit_policy: first\ninputs: [receivable.days_overdue]\nrows:\n"
            '  - {when: {receivable.days_overdue: "<= 3"}, then: {allow: true}}\n'
            '  - ¤{when: {receivable.days_overdue: "[1..2]"}, then: {allow: true}}\n'
            "otherwise: {allow: true}",
            "table.unreachable: Row 2 is never reached: row 1 holds whenever it does",
        ),
        (
            "inputs: [receivable.days_overdue]\nrows:\n"
            '  - {when: {receivable.days_overdue: ¤"[5..4]"}, then: {allow: true}}\n'
            "otherwise: {allow: true}",
            "table.empty-row: Row 1 never holds: no value of receivable.days_overdue fits [5..4]",
        ),
        (
            "inputs: [receivable.days_overdue, as_of]\n¤rows:\n"
            '  - {when: {receivable.days_overdue: "<= 3"}, then: {allow: true}}\n'
            '  - {when: {receivable.days_overdue: "> 4"}, then: {allow: true}}\n',
            "table.gap: No row holds where receivable.days_overdue is 4; add a row, or otherwise",
        ),
        (
            "inputs: [as_of, contract.kind]\n¤rows:\n"
            "  - {when: {as_of: 2026-01-01, contract.kind: full}, then: {allow: true}}\n",
            "table.gap: No row holds where "
            'contract.kind is "", balance_purchase, confidential, unmanaged; '
            "or where as_of is < 2026-01-01, >= 2026-01-02; add a row, or otherwise",
        ),
        ("¤rows: []", "table.gap: No row holds; add a row, or otherwise"),
    ],
)
def test_rows_at_odds_are_found_with_an_example(text, finding):
    assert_found("guards.x.yaml", TABLE + text, finding)


def test_a_gap_of_one_cent_is_found_where_the_currency_is_known():
    rows = (
        "inputs: [receivable.open_amount]\nrows:\n"
        '  - {{when: {{receivable.open_amount: "<= 100"}}, then: {{allow: true}}}}\n'
        '  - {{when: {{receivable.open_amount: "> {}"}}, then: {{allow: true}}}}\n'
    )
    table = TABLE.replace("currency: any", "currency: EUR")

    assert findings_of({"guards.x.yaml": table + rows.format("100.01")}) == [
        "guards.x.yaml:7:1: table.gap: No row holds where receivable.open_amount is 100.01; "
        "add a row, or otherwise"
    ]
    assert "guards.x" in a_book({"guards.x.yaml": table + rows.format("100")}).rules


def test_what_cannot_be_told_is_a_warning_that_says_so():
    text = (
        "inputs: [receivable.open_amount, dispute.amount, dispute.is_open]\nrows:\n"
        '  - {when: {receivable.open_amount: "> dispute.amount"}, then: {allow: true}}\n'
        '  - {when: {dispute.amount: "<= 0"}, then: {allow: true}}\n'
    )

    found = a_book({"guards.x.yaml": TABLE + text}).findings
    assert [unplaced(one) for one in found] == [
        "table.idle-input: Input dispute.is_open constrains no row",
        "table.gap-unknown: Whether a row always holds cannot be told: a cell is opaque; "
        "add otherwise",
        "table.overlap-unknown: Rows 1 and 2 may hold at once under unique: a cell is opaque",
    ]
    assert {one.severity for one in found} == {"warning"}


def test_a_table_too_large_to_search_for_gaps_is_a_warning(monkeypatch):
    monkeypatch.setattr(analysis, "GAP_STEPS_MAX", 0)
    row = "{when: {dispute.is_open: '-'}, then: {allow: true}}"
    text = f"inputs: [dispute.is_open]\nhit_policy: any\nrows: [{row}, {row}]"

    found = a_book({"guards.x.yaml": TABLE + text}).findings

    assert "cannot be told: the table is too large" in " ".join(map(str, found))


STEP = "id: procedure.x\nkind: procedure\ntitle: T\nsource: House rule\nsteps:\n"
FIRST = "  - {id: one, level: 2, template: overdue}\n"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            FIRST + FIRST.replace("one", "¤one"),
            "procedure.duplicate-step: Two steps have the same id",
        ),
        (
            FIRST + "  - {id: two, level: ¤1, template: overdue}",
            "procedure.level: The level falls (expected at least 2, found 1)",
        ),
        (
            FIRST + "  - {id: two, level: 2, template: overdue, after: ¤on}",
            "book.unknown-step: Unknown step (expected one, found on; did you mean one?)",
        ),
        (
            "  - {id: two, level: 2, template: overdue, after: ¤one}\n" + FIRST,
            "procedure.later-step: Key after names a step that does not come earlier "
            "(found one)",
        ),
        (
            FIRST + "  - {id: two, level: 2, template: overdue, anchor: ¤du_on}",
            "book.unknown-step: Unknown step (expected one of one, due_on, issued_on, "
            "entered_overdue, end_of_month, found du_on; did you mean due_on?)",
        ),
        (
            "  - {id: two, level: 2, template: overdue, anchor: ¤two}",
            "procedure.later-step: Key anchor names a step that does not come earlier "
            "(found two)",
        ),
        (
            "  - {id: ¤one, level: 2}",
            "procedure.template: Step one sends a notice and names no template "
            "(expected key template)",
        ),
        (
            "  - {id: one, level: 2, template: ¤overdu}",
            "book.unknown-template: Unknown template (expected one of before-due, "
            "formal-notice, overdue, found overdu; did you mean overdue?)",
        ),
        (
            "  - {id: one, level: 2, template: overdue, repeat_max: ¤3}",
            "procedure.repeat: Key repeat_max stands without repeat_every_days",
        ),
        (
            "  - {id: one, level: 2, template: overdue, grants_days: ¤8}",
            "procedure.grants: Only a step with legal effect grants days "
            "(expected legal_effect: true)",
        ),
        (
            "  - {id: one, level: 2, template: overdue, channel: ¤emial}",
            "book.value: Key 'channel' has a value that is not allowed (expected 'chosen', "
            "'email', 'registered-email', 'letter', 'registered-letter', 'sms', 'whatsapp', "
            "'telegram', 'messenger', 'link' or 'phone', found emial; did you mean email?)",
        ),
        (
            "  - {id: one, level: 2, template: overdue, when: ¤receivable.level}",
            "book.type: An expression has the wrong type (expected boolean, found number)",
        ),
        (
            "  - {id: one, level: 2, template: overdue, offset: ¤1.5}",
            "book.value: Key 'steps.offset': Input should be a valid integer (found 1.5)",
        ),
        (
            FIRST + "options: {calendar: ¤FX}",
            "book.unknown-calendar: No calendar is known for 'FX' (found FX)",
        ),
        (
            FIRST + "options: {¤calender: FR}",
            "book.unknown-key: Unknown key (found calender; did you mean calendar?)",
        ),
    ],
)  # fmt: skip
def test_a_fault_in_a_procedure_is_found_at_its_place(text, finding):
    templates = {"before-due", "overdue", "formal-notice"}

    assert_found("procedure.x.yaml", STEP + text, finding, templates=templates)


def test_suspicious_steps_are_warnings():
    text = (
        FIRST
        + "  - {id: two, level: 2, template: overdue, anchor: one, offset: -5}\n"
        + "  - {id: three, level: 3, template: overdue, anchor: issued_on, offset: 5}\n"
        + "  - {id: four, level: 4, template: overdue, legal_effect: true, needs_approval: false}\n"
    )

    found = a_book({"procedure.x.yaml": STEP + text}).findings

    assert [unplaced(one) for one in found] == [
        "procedure.order: Step two falls before step one; is a sign reversed?",
        "procedure.approval: Step four has legal effect and no person approves it",
    ]


@pytest.mark.parametrize(
    ("name", "text", "finding"),
    [
        (
            "guard.x.yaml",
            TABLE,
            "guard.x.yaml: book.file-name: Not the name of a file of a book (expected "
            "book.yaml, KIND.NAME.yaml or KIND.NAME.cases.yaml beside it, found guard.x.yaml)",
        ),
        (
            "rules/guards.x.yaml",
            TABLE,
            "rules/guards.x.yaml: book.file-name: Not the name of a file of a book (expected "
            "book.yaml, KIND.NAME.yaml or KIND.NAME.cases.yaml beside it, "
            "found rules/guards.x.yaml)",
        ),
        (
            "guards.y.yaml",
            TABLE.replace("guards.x", "¤guards.x") + "rows: [{then: {allow: true}}]",
            "guards.y.yaml: book.file-name: The id does not fit the name of the file "
            "(expected guards.y, found guards.x)",
        ),
        (
            "mandate.x.yaml",
            TABLE.replace("guards.x", "mandate.x").replace("kind: ", "kind: ¤"),
            "mandate.x.yaml: book.file-name: The kind does not fit the name of the file "
            "(expected mandate, found guards)",
        ),
        (
            "guards.x.yaml",
            TABLE + "applies: {jurisdiction: ¤DE}\nrows: [{then: {allow: true}}]",
            "guards.x.yaml: book.jurisdiction-unread: Deciding does not read the jurisdiction of "
            "a rule; ask for debtor.country in a row (expected FR, found DE)",
        ),
        (
            "guards.x.yaml",
            "- a list",
            "guards.x.yaml: book.value: A file of a book holds keys and values",
        ),
        (
            "guards.x.cases.yaml",
            CASES.replace("dispute-open", "x"),
            "guards.x.cases.yaml: case.no-rule: There is no rule beside these cases",
        ),
        (
            "book.yaml",
            None,
            "book.yaml: book.missing-file: The book has no book.yaml",
        ),
        (
            "book.yaml",
            BOOK.replace("title:", "titel:"),
            "book.yaml: book.missing-key: Key 'title' is missing",
        ),
        (
            "book.yaml",
            BOOK + "extends: ¤parent",
            "book.yaml: book.unknown-parent: No book can be extended here (found parent)",
        ),
        (
            "book.yaml",
            BOOK.replace("EUR", "¤EUE"),
            "book.yaml: book.unknown-currency: Unknown currency (found EUE; did you mean EUR?)",
        ),
    ],
)
def test_a_fault_in_the_book_is_found(name, text, finding):
    text, place = marked(text or "")

    found = findings_of({name: text or None})
    assert f"{name}:{place}: {finding.removeprefix(f'{name}: ')}" in found


def test_a_book_faulty_itself_does_not_hide_its_reasons():
    assert len(findings_of({"book.yaml": BOOK.replace("id: sample", "id: Sample")})) == 1


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "[{name: a, facts: {¤dispute.is_opn: true}, expect: {allow: true}}]",
            "book.unknown-fact: Unknown fact (found dispute.is_opn; did you mean dispute.is_open?)",
        ),
        (
            "[{name: a, facts: {dispute.is_open: ¤3}, expect: {allow: true}}]",
            "case.fact-type: Fact dispute.is_open has a wrong value (expected boolean)",
        ),
        (
            "[{name: a, facts: {contract.kind: ¤ful}, expect: {allow: true}}]",
            "case.fact-type: Fact contract.kind has a wrong value "
            '(expected "" | full | balance_purchase | confidential | unmanaged)',
        ),
        ("[¤{name: a}]", "case.expect: A case has either expect or error"),
        (
            "[{name: a, expect: {b: 1}}, {name: ¤a, expect: {b: 1}}]",
            "case.duplicate: Two cases have the same name (found a)",
        ),
    ],
)
def test_a_fault_in_a_case_is_found_at_its_place(text, finding):
    cases = f"rule: guards.dispute-open\nas_of: 2026-03-01\ncases: {text}"

    assert_found("guards.dispute-open.cases.yaml", cases, finding)


def test_cases_of_another_rule_are_found():
    cases = CASES.replace("rule: guards.dispute-open", "rule: guards.dispute")

    assert findings_of({"guards.dispute-open.cases.yaml": cases}) == [
        "guards.dispute-open.cases.yaml:1:7: book.file-name: The rule does not fit the name of "
        "the file (expected guards.dispute-open, found guards.dispute)"
    ]


def test_all_faults_of_all_files_are_reported_together():
    found = findings_of(
        {
            "guards.dispute-open.yaml": GUARDS.replace("dispute.amount]", "dispute.sum]"),
            "mandate.contract.yaml": MANDATE.replace("chaser: creditor", "chaser: me", 1),
            "procedure.short.yaml": PROCEDURE.replace("level: 6", "level: 0"),
            "eligibility.cover.yaml": "a: 1\na: 2\n",
        }
    )

    assert [one.split(": ")[1] for one in found] == [
        "yaml.duplicate-key",
        "book.unknown-fact",
        "book.unknown-value",
        "procedure.level",
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a: 1\na: 2", BookSyntaxError),
        (TABLE + guard("{receivable.days_overdue: '> >'}"), BookSyntaxError),
        (TABLE + "inputs: [receivable.days_late]", UnknownNameError),
        (TABLE + guard("{}", "{allow: 1}"), ExpressionTypeError),
        (TABLE + "rows: []", TableError),
        (TABLE + "rows: 3", BookError),
    ],
)
def test_the_error_is_of_the_kind_that_all_faults_share(text, kind):
    with pytest.raises(BookError) as caught:
        load_book({"book.yaml": BOOK, "guards.x.yaml": text}, label="b")

    assert type(caught.value) is kind
    assert str(caught.value).startswith("b/guards.x.yaml:")


def test_the_message_names_the_first_fault_and_counts_the_others():
    text = guard("{receivable.days_overdue: '> >', a: 1}", "{b: 1}")

    with pytest.raises(BookError, match=r"^b/guards\.x\.yaml:8:\d+: .* \(and 3 more\)$"):
        load_book({"book.yaml": BOOK, "guards.x.yaml": TABLE + text}, label="b")


def test_a_reason_that_no_rule_gives_is_a_warning():
    extra = BOOK + "  spare: {en: Spare., fr: Libre.}\n"

    (found,) = a_book({"book.yaml": extra}).findings

    assert str(found) == (
        "sample/book.yaml:14:3: book.unused-reason: No rule gives this reason (found spare)"
    )
    assert a_book().findings == ()


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            guard("{}", "{allow: ¤[true]}"),
            "book.cell: A cell holds one value (found a list)",
        ),
        (
            guard("{}", "{allow: true and¤}"),
            "book.syntax: Not FEEL (expected a value, found the end)",
        ),
        (
            guard("{}", "{allow: true, reason: ¤1 + 1}"),
            "book.type: An expression has the wrong type (expected quote-unsigned | "
            "debtor-not-covered | disputed | disputed-in-part | ask-for-a-deposit, found number)",
        ),
        (
            guard("{}", '{allow: true, reason: ¤\'if dispute.is_open then "disputed" else "x"\'}'),
            "book.type: An expression has the wrong type (expected quote-unsigned | "
            "debtor-not-covered | disputed | disputed-in-part | ask-for-a-deposit, "
            "found disputed, x)",
        ),
        (
            guard("{}", "{allow: ¤abss(receivable.level)}"),
            "book.unknown-name: unknown name 'abss' (did you mean abs?)",
        ),
    ],
)
def test_a_fault_in_an_answer_is_found_at_its_place(text, finding):
    assert_found("guards.x.yaml", TABLE + text, finding)


def test_a_step_cannot_have_the_name_of_an_anchor():
    found = "Key 'steps.id': String should match pattern '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'"

    text = STEP + FIRST.replace("one", "¤due_on")
    assert_found("procedure.x.yaml", text, f"book.value: {found} (found due_on)")


def test_a_row_that_never_holds_is_said_once():
    text = (
        "hit_policy: first\ninputs: [receivable.level]\nrows:\n"
        "  - {when: {receivable.level: '>= 0'}, then: {allow: true}}\n"
        "  - {when: {receivable.level: ¤'[5..4]'}, then: {allow: true}}\n"
        "otherwise: {allow: true}\n"
    )

    finding = "table.empty-row: Row 2 never holds: no value of receivable.level fits [5..4]"
    assert_found("guards.x.yaml", TABLE + text, finding)


def test_a_faulty_file_of_cases_is_found():
    assert_found(
        "guards.dispute-open.cases.yaml",
        CASES.replace("facts:", "¤fact:", 1),
        "book.unknown-key: Unknown key (expected one of rule, as_of, facts, cases, found fact; "
        "did you mean facts?)",
    )


def test_a_book_file_that_is_no_yaml_is_found():
    assert findings_of({"book.yaml": "a: 1\na: 2"}) == [
        "book.yaml:2:1: yaml.duplicate-key: Key 'a' comes twice; first on line 1"
    ]


FIRST_OF = (
    "hit_policy: first\ninputs: [receivable.level]\nrows:\n"
    '  - {when: {receivable.level: "<= 3"}, then: {allow: true}}\n'
    '  - {when: {receivable.level: "> 3"}, then: {allow: false}}\n'
    '  - ¤{when: {receivable.level: "[1..9]"}, then: {allow: true}}\n'
)


def test_a_row_that_several_rows_cover_together_is_found():
    text, place = marked(TABLE + FIRST_OF)
    with pytest.raises(BookError) as caught:
        a_book({"guards.x.yaml": text})

    (found,) = caught.value.findings
    assert f"{found.line}:{found.column}" == place
    assert found.text == ("Row 3 is never reached: one of rows 1 and 2 holds whenever it does")
    assert (found.rows, found.example) == ((1, 2, 3), "{receivable.level: 1}")


def covered(rows):
    """Return a table under first whose rows have these conditions."""
    head = "inputs: [receivable.level, dispute.is_open]\nhit_policy: first\nrows:\n"
    lines = [f"  - {{when: {{{when}}}, then: {{allow: true}}}}\n" for when in rows]
    return TABLE + head + "".join(lines) + "otherwise: {allow: true}\n"


def test_a_search_for_what_covers_a_row_is_given_up_with_a_warning(monkeypatch):
    monkeypatch.setattr(analysis, "GAP_STEPS_MAX", 0)
    rows = ['receivable.level: "<= 4"', 'receivable.level: ">= 2"', "dispute.is_open: true"]

    found = a_book({"guards.x.yaml": covered(rows)}).findings

    assert "table.unreachable-unknown" in [one.code for one in found]


def test_rows_that_do_not_overlap_are_counted_where_the_search_is_given_up(monkeypatch):
    monkeypatch.setattr(analysis, "GAP_STEPS_MAX", 0)
    rows = ['receivable.level: "<= 4"', 'receivable.level: "> 4"', "dispute.is_open: true"]
    with pytest.raises(BookError) as caught:
        a_book({"guards.x.yaml": covered(rows)})

    (found,) = caught.value.findings
    assert (found.code, found.rows) == ("table.unreachable", (1, 2, 3))
    a_book({"guards.x.yaml": covered(['receivable.level: "<= 4"', "dispute.is_open: true"])})


def test_an_input_that_is_no_fact_is_left_out_of_the_example():
    text = (
        "inputs: [receivable.level * 2, dispute.is_open]\nrows:\n"
        '  - {when: {receivable.level * 2: "<= 3", dispute.is_open: true}, then: {allow: true}}\n'
    )
    with pytest.raises(BookError) as caught:
        a_book({"guards.x.yaml": TABLE + text})

    assert caught.value.findings[0].example.startswith("{dispute.is_open: ")


def test_a_declared_field_that_the_kind_has_already_is_found():
    text = (
        "id: charges.x\nkind: charges\ntitle: T\nsource: House rule\ncurrency: EUR\n"
        "outputs: ¤{fee: money}\nrows: [{then: {fee: 0}}]"
    )

    assert_found(
        "charges.x.yaml",
        text,
        "table.outputs: Rules of kind charges have the field fee already; do not declare it",
    )
