"""Compile a decision table out of its file.

The module decides how cells become tests and bins, and how an expression that fails names its
row. Which cells there may be is decided in `draft`, which rows are at odds in `coverage`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeAlias

from dunning_sdk.dmn.cell import Kind
from dunning_sdk.dmn.column import make_column
from dunning_sdk.dmn.parts import Constant, Entry
from dunning_sdk.dmn.table import Aggregation, HitPolicy, Input, Output, Row, Table
from dunning_sdk.domain.currency import EXPONENTS
from dunning_sdk.domain.fact import WHOLE_UNITS
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.feel.types import BOOLEAN, DATE, NUMBER, STRING, EnumType, Type
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.cell import Expression, InputCell
from dunning_sdk.rules.coverage import check_coverage
from dunning_sdk.rules.draft import Draft, InputColumn, Words, read_draft
from dunning_sdk.rules.expression import Scribe
from dunning_sdk.rules.kind import ANY_CURRENCY
from dunning_sdk.rules.model import TableFile
from dunning_sdk.rules.reader import Reader, Reading, make_reader
from dunning_sdk.rules.tidy import check_tidiness
from dunning_sdk.rules.tree import texts_in
from dunning_sdk.rules.vocabulary import MONEY_UNIT
from dunning_sdk.strict_yaml import YamlMapping


def words_of(book: Book) -> Words:
    """Return what the rules of a book that was read may name."""
    return Words(
        reasons=tuple(book.reasons),
        procedures=tuple(book.procedures),
        contacts=book.contacts,
        tones=book.tones,
        currency=book.currency,
    )


Read: TypeAlias = Callable[[Mapping[str, Any]], Any]
Test: TypeAlias = Callable[[Mapping[str, Any], Any], Any]


def read_table(
    file: TableFile, node: YamlMapping, scribe: Scribe, words: Words
) -> TableRule | None:
    """Return the table in a file, or ``None`` with findings.

    Args:
        file: The keys and values.
        node: The same with their places.
        scribe: Reads the cells.
        words: What the rules of the book may name.
    """
    draft = read_draft(file, node, scribe, words)
    if draft is None:
        return None
    currency = file.currency or words.currency
    draft = replace(draft, inputs=tuple(_with_column(one, currency) for one in draft.inputs))
    check_coverage(draft, HitPolicy(file.hit_policy), node, scribe.report)
    check_tidiness(draft, HitPolicy(file.hit_policy), node, scribe.report)
    return None if scribe.report.has_errors() else _compiled(file, draft, scribe, currency)


def _compiled(file: TableFile, draft: Draft, scribe: Scribe, currency: str) -> TableRule:
    reader = make_reader(file.id, _readings(draft, scribe, currency))
    return TableRule(
        **file.head(),
        file=scribe.report.file,
        table=_table(file, draft, reader),
        fields=draft.fields,
        reader=reader,
        currency=currency,
        aggregation=Aggregation(file.aggregation),
        rounding=f"ROUND_{file.rounding.upper()}",
        edges=_edges(draft, scribe),
        columns={
            one.name: tuple("-" if cell is None else cell.text for cell in one.cells)
            for one in draft.inputs
        },
        words=frozenset(word for answer in draft.answers() for word in texts_in(answer.node)),
        calls=frozenset(name for one in draft.parts() for name in one.calls),
    )


def _table(file: TableFile, draft: Draft, reader: Reader) -> Table:
    given = {name for row in (*draft.rows, draft.otherwise or {}) for name in row}
    names = [one.name for one in draft.fields if one.name in given]
    return Table(
        inputs=tuple(_input(one, reader) for one in draft.inputs),
        outputs=tuple(
            Output(
                name=name,
                values=tuple(file.priority.get(name, ())),
                default=None
                if draft.otherwise is None
                else _run(draft.otherwise.get(name), reader, row=None),
            )
            for name in names
        ),
        rows=tuple(
            Row(
                tests=tuple(_tests(draft.inputs, at, reader)),
                outputs=tuple(_run(row.get(name), reader, row=at + 1) for name in names),
            )
            for at, row in enumerate(draft.rows)
        ),
        hit_policy=HitPolicy(file.hit_policy),
        strict=True,
    )


def _readings(draft: Draft, scribe: Scribe, currency: str) -> Iterable[Reading]:
    facts = scribe.vocabulary
    for one in draft.inputs:
        text = "" if one.fact else one.name
        yield from (Reading(fact=facts[name], expression=text) for name in one.expression.reads)
    for one in draft.inputs:
        for at, cell in enumerate(one.cells):
            for name in cell.reads if cell else ():
                yield Reading(fact=facts[name], row=at + 1, expression=cell.text if cell else "")
    for at, row in enumerate((*draft.rows, draft.otherwise or {})):
        number = at + 1 if at < len(draft.rows) else None
        for answer in row.values():
            for name in answer.reads:
                yield Reading(fact=facts[name], row=number, expression=answer.text)
    money = {one.name for one in draft.fields if one.money}
    given = {name for row in (*draft.rows, draft.otherwise or {}) for name in row}
    if currency != ANY_CURRENCY or money & given:
        yield Reading(fact=facts["currency"])


def _input(one: InputColumn, reader: Reader) -> Input:
    column = one.column if _kind_of(one.expression.type) else None
    if one.fact is None:
        return Input(name=one.name, read=_run(one.expression, reader, row=None), column=column)
    read = Entry(tuple(one.name.split(".")))
    asked = any(cell is not None for cell in one.cells)
    if one.fact.nullable and asked and column is not None and not column.asks_null:
        return Input(name=one.name, read=_known(read, one.name, reader), column=column)
    return Input(name=one.name, read=read, column=column)


def _known(read: Read, name: str, reader: Reader) -> Read:
    def known(scope: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a FEEL value
        value = read(scope)
        if value is None:
            raise reader.missing(name)
        return value

    return known


def _tests(inputs: Sequence[InputColumn], row: int, reader: Reader) -> Iterable[tuple[int, Test]]:
    for at, one in enumerate(inputs):
        cell = one.cells[row]
        if cell is not None and one.column is not None and one.column.bins_by_row[row] is None:
            yield at, _test(cell, reader, row + 1)


def _test(cell: InputCell, reader: Reader, row: int) -> Test:
    inner = cell.test()

    def test(scope: Mapping[str, Any], value: Any) -> Any:  # noqa: ANN401 - a FEEL value
        try:
            return inner(scope, value)
        except FeelError as exc:
            reader.failed(exc, row=row, text=cell.text)

    return test


def _run(answer: Expression | None, reader: Reader, *, row: int | None) -> Read:
    if answer is None:
        return Constant(None)
    if isinstance(answer.node, n.Literal):
        return Constant(answer.node.value)
    inner = answer.run()
    if isinstance(answer.node, n.ListNode) and not answer.reads:
        return Constant(inner({}))

    def run(scope: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a FEEL value
        try:
            return inner(scope)
        except FeelError as exc:
            reader.failed(exc, row=row, text=answer.text)

    return run


def _edges(draft: Draft, scribe: Scribe) -> dict[str, tuple[int, ...] | None]:
    """Return the edges of each day-valued fact that the table reads."""
    edges: dict[str, tuple[int, ...] | None] = {}
    for one in draft.inputs:
        if one.fact is not None and one.fact.daily and one.column is not None:
            edges[one.name] = one.column.edges()
    elsewhere = [
        *(name for one in draft.inputs if one.fact is None for name in one.expression.reads),
        *(name for one in draft.inputs for cell in one.cells if cell for name in cell.reads),
        *(name for answer in draft.answers() for name in answer.reads),
    ]
    edges.update({name: None for name in elsewhere if scribe.vocabulary[name].daily})
    return edges


def _with_column(one: InputColumn, currency: str) -> InputColumn:
    fact, grain, kind = one.fact, None, _kind_of(one.expression.type)
    if fact is not None and fact.unit in WHOLE_UNITS:
        grain = Decimal(1)
    elif fact is not None and fact.unit == MONEY_UNIT and currency in EXPONENTS:
        grain = Decimal(1).scaleb(-EXPONENTS[currency])
    type_ = one.expression.type
    column = make_column(
        [None if cell is None else cell.node for cell in one.cells],
        kind=kind or "string",
        values=type_.values if isinstance(type_, EnumType) else (),
        grain=grain,
        nullable=fact is None or fact.nullable,
    )
    return replace(one, column=column)


def _kind_of(type: Type) -> Kind | None:
    """Return how values of a type are cut into bins; ``None`` where they cannot be."""
    if isinstance(type, EnumType):
        return "string"
    kinds: tuple[tuple[Type, Kind], ...] = (
        (STRING, "string"),
        (NUMBER, "number"),
        (DATE, "date"),
        (BOOLEAN, "boolean"),
    )
    return next((kind for known, kind in kinds if known == type), None)
