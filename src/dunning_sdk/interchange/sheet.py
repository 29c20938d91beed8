"""Hand the table of a rule to a spreadsheet, and put a table of one into a rule.

Decides what an accountant reads and writes: bare words where a cell takes words, no types but those
of columns that the rule declares. What a rule says beside its table stays as it is. The changed
rule is loaded with its whole book before anything is written; findings name cells of the sheet.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from dunning_sdk.dmn.boxed import (
    Annotation,
    DecisionTable,
    InputClause,
    LiteralExpression,
    OutputClause,
    Rule,
    UnaryTests,
)
from dunning_sdk.dmn.model import Definitions
from dunning_sdk.domain.fact import Fact
from dunning_sdk.errors import BookError, Finding, RecordNotFoundError
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.feel.formatter import quoted
from dunning_sdk.feel.parser import parse
from dunning_sdk.interchange import hint
from dunning_sdk.interchange.item_types import ItemTypes
from dunning_sdk.interchange.ledger import Ledger
from dunning_sdk.interchange.notation import in_order, mapping_of, trimmed
from dunning_sdk.interchange.table_in import Entries, TableIn
from dunning_sdk.interchange.table_out import ORDERED, draw_table
from dunning_sdk.interchange.to_model import drawn_of
from dunning_sdk.interchange.types_in import TypesIn
from dunning_sdk.interchange.word_list import words_in
from dunning_sdk.interchange.yaml_text import yaml_text
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.canonical import canonical, without
from dunning_sdk.rules.declaration import read_functions
from dunning_sdk.rules.expression import make_scribe
from dunning_sdk.rules.kind import OPEN_KINDS, PROCEDURE, RESULTS_BY_KIND
from dunning_sdk.rules.load import load_resolved
from dunning_sdk.rules.pattern import read_patterns
from dunning_sdk.rules.report import Report
from dunning_sdk.rules.resolve import BOOK, Parents, Resolved, Source, resolve
from dunning_sdk.rules.vocabulary import Vocabulary, vocabulary_of
from dunning_sdk.strict_yaml import YamlMapping, YamlNode, to_plain

_TABLE: Final = (
    *("inputs", "outputs", "hit_policy", "aggregation", "priority", "rows", "otherwise"),
)
_DECLARED: Final = ("number", "money", "boolean", "date")
_SPAN: Final = 1_000_000
"""Columns given to one cell, so that a place inside a cell tells the cell."""

NameCell = Callable[[int, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The rule a table is put into.

    Attributes:
        rule_id: Id of the rule.
        files: Texts of its book by file name.
        label: Of the book, for findings.
        parents: Finds the books that it extends.
        templates: Names of the notice templates there are; ``None`` for no check of them.
        facts: Facts of plugins.
    """

    rule_id: str
    files: Mapping[str, str]
    label: str
    parents: Parents | None = None
    templates: Collection[str] | None = None
    facts: tuple[Fact, ...] = ()


def sheet_of(book: Book, rule_id: str, facts: Iterable[Fact] = ()) -> DecisionTable:
    """Return the table of a rule as people read it in a sheet.

    Args:
        book: Whose rule it is.
        rule_id: Its id.
        facts: Facts of plugins.

    Raises:
        RecordNotFoundError: The book has no such rule, or it is no table.
    """
    rule = book.rule(rule_id)
    if not isinstance(rule, TableRule):
        message = f"Rule {rule_id} of book {book.id} is a procedure"
        raise RecordNotFoundError(message, hint="Only tables go to a sheet.")
    known = (*facts, *book.facts)
    drawn = drawn_of(book, rule, known)
    words = vocabulary_of(rule.kind, known)
    table = draw_table(drawn, ItemTypes())
    declared = drawn.node.get("outputs")
    return replace(
        table,
        inputs=tuple(replace(one, label="") for one in table.inputs),
        outputs=tuple(_head(one, declared, words) for one in table.outputs),
        rules=tuple(_bare_row(row, words) for row in table.rules),
        attributes=(),
    )


def _head(one: OutputClause, declared: YamlNode | None, words: Vocabulary) -> OutputClause:
    """Return an output with the type that a rule declares, and no other."""
    node = declared.get(one.name) if isinstance(declared, YamlMapping) else None
    said = to_plain(node) if node is not None else ""
    values = one.values
    if isinstance(said, list) and values is None:
        values = UnaryTests(text=", ".join(map(quoted, said)))
    default = one.default and LiteralExpression(text=_bare(one.default.text, words))
    type_ref = "string" if isinstance(said, list) else str(said)
    return OutputClause(name=one.name, type_ref=type_ref, values=values, default=default)


def _bare_row(row: Rule, words: Vocabulary) -> Rule:
    return Rule(
        inputs=tuple(UnaryTests(text=_bare(cell.text, words)) for cell in row.inputs),
        outputs=tuple(LiteralExpression(text=_bare(cell.text, words)) for cell in row.outputs),
        annotations=row.annotations,
    )


def _bare(text: str, words: Vocabulary) -> str:
    """Return a text without its quotes where it is read as the same word without them."""
    try:
        node = parse(text)
        word = node.value if isinstance(node, n.Literal) else None
        name = parse(word) if isinstance(word, str) and text.startswith('"') else None
    except FeelError:
        return text
    plain = isinstance(word, str) and word not in words and _is_chain(name)
    return str(word) if plain else text


def _is_chain(node: n.Node | None) -> bool:
    """Tell whether a text read as FEEL is one name, perhaps with hyphens or dots in it."""
    match node:
        case n.Name():
            return True
        case n.Path(base=base):
            return _is_chain(base)
        case n.Arithmetic(operator="-", left=left, right=right):
            return _is_chain(left) and _is_chain(right)
        case _:
            return False


def put_sheet(
    table: DecisionTable, target: Target, *, label: str, name_cell: NameCell
) -> tuple[str, Book]:
    """Return the text of a rule with another table, and the book with that rule.

    Args:
        table: As it was read; the place of a node is its row and column.
        target: The rule.
        label: Of the sheet, for findings.
        name_cell: Names a cell by row and column, as ``B3``.

    Raises:
        RecordNotFoundError: The book has no such rule, or it is no table.
        BookError: The table does not fit, with the cells at fault.
    """
    resolved = resolve(target.files, label=target.label, parents=target.parents)
    name = f"{target.rule_id}.yaml"
    source = resolved.sources.get(name)
    if source is None or _is_procedure(name):
        message = f"Book {target.label} has no table {target.rule_id}"
        raise RecordNotFoundError(message, hint="Name a rule that is a table.")
    report = Report(file=label, rule=target.rule_id, findings=resolved.findings)
    entries = _entries(table, target, source.node, resolved, Ledger(report=report))
    kept = without(source.node, *_TABLE)
    node = in_order({key.raw: value for key, value in kept.entries} | entries, 1, 1)
    text = yaml_text(node)
    resolved.sources[name] = Source(label=label, text=text, node=node)
    try:
        return text, load_resolved(resolved, templates=target.templates, facts=target.facts)
    except BookError as exc:
        found = tuple(_in_cell(one, label, name_cell) for one in exc.findings)
        raise type(exc)(str(min(found)), findings=found) from exc


def _entries(
    table: DecisionTable, target: Target, node: YamlMapping, resolved: Resolved, ledger: Ledger
) -> Entries:
    """Return the keys of the rule that the table gives."""
    head, kind = resolved.sources.get(BOOK), target.rule_id.split(".")[0]
    said = {key.raw: one for key, one in head.node.entries} if head is not None else {}
    node_of_head = head.node if head is not None else mapping_of({}, 1, 1)
    own = read_patterns(node_of_head, Report(file=""))
    facts = (*target.facts, *(one.fact for one in own))
    functions = read_functions(node_of_head, Report(file=""), facts=facts)
    procedures = [one.removesuffix(".yaml") for one in resolved.sources if _is_procedure(one)]
    return TableIn(
        table=_spread(_declared(table, node, kind)),
        type_ref="",
        kind=kind,
        types=TypesIn(Definitions(name="", namespace=""), ledger, facts),
        ledger=ledger,
        scribe=make_scribe(vocabulary_of(kind, facts), Report(file=""), functions),
        words=words_in(said, procedures),
    ).entries()


def _is_procedure(name: str) -> bool:
    return name.startswith(f"{PROCEDURE}.") and not name.endswith(".cases.yaml")


def _declared(table: DecisionTable, node: YamlMapping, kind: str) -> DecisionTable:
    """Return a table whose columns say what their rule declares of them."""
    outputs = node.get("outputs")
    known = outputs if isinstance(outputs, YamlMapping) else mapping_of({}, 1, 1)
    fixed = {one.name for one in RESULTS_BY_KIND[kind]}
    is_ordered = table.hit_policy in ORDERED

    def told(one: OutputClause) -> OutputClause:
        said = known.get(one.name)
        text, values = canonical(said) if said is not None else "", one.values
        is_own = kind in OPEN_KINDS and one.name not in fixed
        if values is not None and not is_ordered and (text[:1] == "[" or (is_own and not text)):
            text, values = f"[{values.text}]", None
        elif is_own and not text and one.type_ref in _DECLARED:
            text = one.type_ref
        if not text:
            return one
        attributes = hint.attribute(hint.DECLARED, text)
        return replace(one, type_ref="", values=values, attributes=attributes)

    return replace(table, outputs=tuple(map(told, table.outputs)))


def _spread(table: DecisionTable) -> DecisionTable:
    """Return a table in which the column of a place inside a cell tells the cell."""
    return replace(
        table,
        inputs=tuple(
            replace(one, expression=_literal(one.expression), values=_tests(one.values))
            for one in map(_wide_input, table.inputs)
        ),
        outputs=tuple(
            replace(
                one,
                column=one.column * _SPAN,
                values=_tests(one.values),
                default=one.default and _literal(one.default),
            )
            for one in table.outputs
        ),
        rules=tuple(map(_row, table.rules)),
    )


def _wide_input(one: InputClause) -> InputClause:
    return replace(one, column=one.column * _SPAN)


def _row(row: Rule) -> Rule:
    return replace(
        row,
        column=_SPAN,
        inputs=tuple(found for one in row.inputs if (found := _tests(one))),
        outputs=tuple(map(_literal, row.outputs)),
        annotations=tuple(map(_note, row.annotations)),
    )


def _note(one: Annotation) -> Annotation:
    return replace(one, column=one.column * _SPAN)


def _tests(one: UnaryTests | None) -> UnaryTests | None:
    """Return a cell on one line: a break in it is a blank to FEEL."""
    return one and replace(one, text=_line(one.text), column=one.column * _SPAN)


def _literal(one: LiteralExpression) -> LiteralExpression:
    return replace(one, text=_line(one.text), column=one.column * _SPAN)


def _line(text: str) -> str:
    return " ".join(trimmed(text, 1, 1)[0].splitlines())


def _in_cell(one: Finding, label: str, name_cell: NameCell) -> Finding:
    """Return a finding of the sheet with the cell it is in."""
    if one.file != label:
        return one
    column = max(1, one.column // _SPAN)
    return replace(one, file=f"{label} {name_cell(one.line, column)}", column=column)
