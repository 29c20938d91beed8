"""Read the cells of a decision table's file.

The module decides which cells a table may have and what they may answer. Whether the rows
overlap or leave gaps is decided in `coverage`; `table` compiles them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dunning_sdk.dmn.column import Column
from dunning_sdk.dmn.table import HitPolicy
from dunning_sdk.domain.currency import EXPONENTS
from dunning_sdk.domain.fact import Fact
from dunning_sdk.domain.party import CONTACT_ROLES
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.types import BOOLEAN, DATE, NUMBER, EnumType, ListType, Type
from dunning_sdk.rules.cell import Expression, InputCell
from dunning_sdk.rules.expression import Scribe
from dunning_sdk.rules.kind import ANY_CURRENCY, OPEN_KINDS, RESULTS_BY_KIND, ResultField
from dunning_sdk.rules.model import TableFile
from dunning_sdk.rules.report import Report
from dunning_sdk.rules.tree import is_number, leaves, numbers_beside
from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlScalar, YamlSequence

_SIMPLE: Final[Mapping[str, Type]] = {
    "number": NUMBER,
    "money": NUMBER,
    "boolean": BOOLEAN,
    "date": DATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the rules of a book may name.

    Attributes:
        reasons: Ids of its reasons.
        procedures: Ids of its procedures.
        contacts: Roles of persons at a debtor.
        tones: Tones that notices may have.
        currency: Of the book; ``any`` for all.
        templates: Names of notice templates; ``None`` where they are not known.
    """

    reasons: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    contacts: tuple[str, ...] = CONTACT_ROLES
    tones: tuple[str, ...] = ()
    currency: str = ANY_CURRENCY
    templates: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputColumn:
    """One input with the cells below it.

    Attributes:
        name: As written under ``inputs``.
        expression: What is looked at.
        fact: The fact, where the input is one; ``None`` for an expression.
        cells: One per row; ``None`` where the row does not name the input.
        column: The bins.
    """

    name: str
    expression: Expression
    fact: Fact | None
    cells: tuple[InputCell | None, ...] = ()
    column: Column | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A table whose every cell was read.

    Attributes:
        inputs: With their cells.
        rows: Per row the result fields given.
        otherwise: The result fields given when no row holds; ``None`` for no such entry.
        fields: Every result field.
    """

    inputs: tuple[InputColumn, ...]
    rows: tuple[Mapping[str, Expression], ...]
    otherwise: Mapping[str, Expression] | None
    fields: tuple[ResultField, ...]

    def parts(self) -> Iterator[Expression | InputCell]:
        """Yield every expression and cell."""
        for one in self.inputs:
            yield one.expression
            yield from (cell for cell in one.cells if cell is not None)
        yield from self.answers()

    def answers(self) -> Iterator[Expression]:
        """Yield every expression of an answer, row by row."""
        for row in (*self.rows, self.otherwise or {}):
            yield from row.values()


def read_draft(file: TableFile, node: YamlMapping, scribe: Scribe, words: Words) -> Draft | None:
    """Return the cells of a table, or ``None`` with findings.

    Args:
        file: The keys and values.
        node: The same with their places.
        scribe: Reads the cells.
        words: What the rules of the book may name.
    """
    currency = file.currency or words.currency
    check_currency(node, scribe.report)
    fields = _fields(file, node, scribe, words)
    inputs = _inputs(node, scribe)
    if scribe.report.has_errors():
        return None
    draft = _read_rows(node, inputs, fields, scribe)
    _check_currency(draft, scribe, currency)
    return None if scribe.report.has_errors() else draft


def _fields(
    file: TableFile, node: YamlMapping, scribe: Scribe, words: Words
) -> tuple[ResultField, ...]:
    closed = {
        "reasons": EnumType(words.reasons, name="reason"),
        "procedures": EnumType(("", *words.procedures), name="procedure"),
        "contacts": EnumType(("", *words.contacts), name="contact"),
        "tones": EnumType(("", *words.tones), name="tone"),
    }
    known = {one.name: one for one in RESULTS_BY_KIND[file.kind]}
    if file.outputs and file.kind not in OPEN_KINDS:
        text = f"Rules of kind {file.kind} have fixed result fields"
        scribe.report.add(node.key("outputs"), "table.outputs", text, expected=", ".join(known))
    for name in sorted(file.outputs.keys() & known.keys()):
        text = f"Rules of kind {file.kind} have the field {name} already; do not declare it"
        scribe.report.add(node["outputs"], "table.outputs", text)
    for name, said in file.outputs.items():
        type_ = EnumType(tuple(said), name=name) if isinstance(said, list) else _SIMPLE[said]
        known[name] = ResultField(name=name, type=type_, money=said == "money")
    fields = {
        name: replace(one, type=closed[one.words]) if one.words else one
        for name, one in known.items()
    }
    for name, order in file.priority.items():
        place = node["priority"]
        if name not in fields:
            scribe.report.add_unknown(place, what="field", name=name, known=tuple(fields))
        elif unknown := [value for value in order if value not in _values(fields[name])]:
            known_values = _values(fields[name])
            scribe.report.add_unknown(place, what="value", name=unknown[0], known=known_values)
    ordered = file.hit_policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)
    if ordered and not file.priority:
        text = f"Hit policy {file.hit_policy} needs an order of values"
        scribe.report.add(node.key("hit_policy"), "table.priority", text, expected="key priority")
    return tuple(fields.values())


def _values(one: ResultField) -> tuple[str, ...]:
    return one.type.values if isinstance(one.type, EnumType) else ()


def _inputs(node: YamlMapping, scribe: Scribe) -> tuple[InputColumn, ...]:
    found: dict[str, InputColumn] = {}
    listed = node.get("inputs")
    for item in listed.items if isinstance(listed, YamlSequence) else ():
        expression = scribe.input(item)
        if expression is None:
            continue
        name = expression.text
        if name in found:
            scribe.report.add(item, "table.duplicate-input", "An input comes twice", found=name)
        fact = scribe.vocabulary.facts.get(name)
        found[name] = InputColumn(name=name, expression=expression, fact=fact)
    return tuple(found.values())


def _read_rows(
    node: YamlMapping,
    inputs: tuple[InputColumn, ...],
    fields: tuple[ResultField, ...],
    scribe: Scribe,
) -> Draft:
    listed = node.get("rows")
    items = listed.items if isinstance(listed, YamlSequence) else ()
    rows = [row for row in items if isinstance(row, YamlMapping)]
    cells = [_cells(row.get("when"), inputs, scribe) for row in rows]
    otherwise = node.get("otherwise")
    return Draft(
        inputs=tuple(
            replace(one, cells=tuple(row.get(one.name) for row in cells)) for one in inputs
        ),
        rows=tuple(_answers(row["then"], fields, scribe) for row in rows),
        otherwise=None if otherwise is None else _answers(otherwise, fields, scribe),
        fields=fields,
    )


def _cells(
    when: YamlNode | None, inputs: tuple[InputColumn, ...], scribe: Scribe
) -> dict[str, InputCell]:
    types = {one.name: one.expression.type for one in inputs}
    found: dict[str, InputCell] = {}
    for key, node in _entries(when):
        if key.raw not in types:
            near = None if key.raw in scribe.vocabulary else scribe.vocabulary.nearest(key.raw)
            text = "Not among the inputs"
            scribe.report.add(key, "table.not-an-input", text, found=key.raw, nearest=near)
            continue
        cell = scribe.cell(node, type=types[key.raw])
        if cell is not None:
            found[key.raw] = cell
    return found


def _answers(
    node: YamlNode, fields: tuple[ResultField, ...], scribe: Scribe
) -> dict[str, Expression]:
    known = {one.name: one for one in fields}
    found: dict[str, Expression] = {}
    for key, value in _entries(node):
        if key.raw not in known:
            scribe.report.add_unknown(key, what="field", name=key.raw, known=tuple(known))
            continue
        answer = read_answer(value, known[key.raw], scribe)
        if answer is not None:
            found[key.raw] = answer
    given = {key.raw for key, _ in _entries(node)}
    for one in fields:
        if one.required and one.name not in given:
            text = f"Result field {one.name} is missing"
            scribe.report.add(node, "table.missing-field", text)
    return found


def _entries(node: YamlNode | None) -> Sequence[tuple[YamlScalar, YamlNode]]:
    return node.entries if isinstance(node, YamlMapping) else ()


def read_answer(node: YamlNode, one: ResultField, scribe: Scribe) -> Expression | None:
    """Return what a row answers in one field, or ``None`` with findings.

    Args:
        node: Where it stands.
        one: The field.
        scribe: Reads the cell.
    """
    if one.many and isinstance(node, YamlSequence):
        answers = [read_answer(item, replace(one, many=False), scribe) for item in node]
        parts = [answer for answer in answers if answer is not None]
        return Expression(
            text=f"[{', '.join(part.text for part in parts)}]",
            node=n.ListNode(items=tuple(part.node for part in parts)),
            reads=tuple(dict.fromkeys(name for part in parts for name in part.reads)),
            calls=tuple(name for part in parts for name in part.calls),
            type=ListType(one.type),
            line=node.line,
            column=node.column,
        )
    if isinstance(one.type, EnumType):
        return scribe.word(node, type=one.type)
    return scribe.expression(node, expected=one.type)


def check_currency(node: YamlMapping, report: Report) -> None:
    """Report a currency that there is not, under the key ``currency`` of a file."""
    named = node.get("currency")
    if isinstance(named, YamlScalar) and named.raw not in (ANY_CURRENCY, *EXPONENTS):
        report.add_unknown(named, what="currency", name=named.raw, known=tuple(EXPONENTS))


def _check_currency(draft: Draft, scribe: Scribe, currency: str) -> None:
    """Report amounts written as numbers in a table without a currency."""
    if currency != ANY_CURRENCY:
        return
    for node in _amounts(draft, scribe):
        text = "An amount is written as a number, and the rule has no currency"
        scribe.report.add(node, "table.currency", text, expected="key currency, such as EUR")


def _amounts(draft: Draft, scribe: Scribe) -> Iterator[n.Node]:
    money = scribe.vocabulary.amounts
    for one in draft.inputs:
        for cell in one.cells:
            if cell is None:
                continue
            if money & set(one.expression.reads):
                yield from (node for node in n.walk(cell.node) if is_number(node))
            yield from numbers_beside(cell.node, money)
    by_name = {one.name: one for one in draft.fields}
    for row in (*draft.rows, draft.otherwise or {}):
        for name, answer in row.items():
            if by_name[name].money:
                yield from (node for node in leaves(answer.node) if is_number(node))
            yield from numbers_beside(answer.node, money)
