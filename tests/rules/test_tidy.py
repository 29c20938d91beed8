"""Rows that could be said shorter are warnings, unless a note says why they are apart."""

import pytest

from tests.rules.sample import a_book

HEAD = "id: guards.x\nkind: guards\ntitle: T\nsource: House rule\ncurrency: EUR\n"
LEVELS = "inputs: [receivable.level]\n"
YES, NO = "then: {allow: true}", "then: {allow: false}"


def warnings(table):
    found = a_book({"guards.x.yaml": HEAD + table}).findings
    return [(one.code, one.rows) for one in found if one.rule == "guards.x"]


def rows(*cells, policy="first", last=YES):
    lines = [f"  - {{when: {{receivable.level: '{cell}'}}, {then}}}" for cell, then in cells]
    return f"hit_policy: {policy}\n{LEVELS}rows:\n" + "\n".join(lines) + f"\notherwise: {{{last}}}"


def table(*cells, policy="first"):
    return rows(*cells, policy=policy).replace("{then: {allow: true}}", "{allow: true}")


@pytest.mark.parametrize(
    ("cells", "policy", "found"),
    [
        ([("1", NO), ("2", NO)], "unique", [("table.mergeable", (1, 2))]),
        ([("1", NO), ("3", NO)], "unique", []),
        ([("1", NO), ("2", YES)], "unique", []),
        ([("[1..2]", NO), ("[1..4]", NO)], "any", [("table.subsumed", (2, 1))]),
        ([("[1..4]", NO), ("[1..4]", NO)], "any", [("table.subsumed", (1, 2))]),
        ([("[1..2]", NO), ("[1..4]", NO)], "first", [("table.subsumed", (2, 1))]),
        ([("1", NO), ("2", YES), ("[1..4]", NO)], "first", [("table.subsumed", (3, 1))]),
        ([("1", NO), ("[1..2]", YES), ("[1..4]", NO)], "first", []),
        ([("1", NO), ("[2..3]", YES), ("[2..4]", NO)], "first", []),
        ([("> 1", NO), ("> 1", NO)], "collect", [("table.subsumed", (1, 2))]),
        ([("> 1", NO), ("> 2", NO)], "collect", []),
    ],
)
def test_rows_that_say_the_same_are_found(cells, policy, found):
    assert warnings(table(*cells, policy=policy)) == found


def test_a_note_keeps_rows_apart():
    text = table(("1", NO), ("2", f"{NO}, note: art. 2"), policy="unique")

    assert warnings(text) == []


def test_a_cell_that_cannot_be_told_makes_no_row_needless():
    text = table(("> receivable.cycle", NO), ("> 2", NO), policy="first")

    assert warnings(text) == []


def test_the_merged_cell_is_shown():
    (found,) = a_book({"guards.x.yaml": HEAD + table(("1", NO), ("2", NO))}).findings

    assert found.text == (
        "Rows 1 and 2 can be one: they differ in receivable.level only, together [1..2]"
    )


def test_a_declared_field_that_no_row_gives_is_found():
    text = (
        "id: charges.x\nkind: charges\ntitle: T\nsource: House rule\n"
        "outputs: {extra: money, tone: [soft]}\nrows: [{then: {tone: soft}}]"
    )

    found = a_book({"charges.x.yaml": text}).findings

    assert [(one.code, one.line, one.column) for one in found] == [("table.idle-output", 5, 11)]


def test_words_of_a_closed_list_can_be_merged_wherever_they_stand():
    text = (
        "inputs: [contract.kind]\nrows:\n"
        "  - {when: {contract.kind: full}, then: {allow: false}}\n"
        "  - {when: {contract.kind: unmanaged}, then: {allow: false}}\n"
        "otherwise: {allow: true}\n"
    )

    assert warnings(text) == [("table.mergeable", (1, 2))]


def test_a_row_that_cannot_be_told_is_never_called_double():
    row = ("> receivable.cycle", NO)

    assert warnings(table(row, row, policy="collect")) == []
