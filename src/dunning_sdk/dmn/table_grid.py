"""Lay a decision table out as lines of cells, the form that accountants keep tables in.

Decides the form: the first cell of a line says what it holds. The first line has the hit policy
and the columns; ``kind`` tells input, output and annotation apart; ``type``, ``values`` and
``default`` may be left out; every other line is a row, numbered or not. Ids, labels and what
other tools keep with a table are no part of the form. `table_csv` and `table_xlsx` read and write
the lines.

>>> lines = [["first", "days", "fee"], ["kind", "input", "output"], ["1", "> 30", "40"]]
>>> fees = table_of([Line(number=at, cells=cells) for at, cells in enumerate(lines, 1)])
>>> lines_of(fees) == lines
True
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from dunning_sdk.dmn.boxed import (
    Annotation,
    AnnotationClause,
    DecisionTable,
    InputClause,
    LiteralExpression,
    OutputClause,
    Rule,
    UnaryTests,
)
from dunning_sdk.dmn.errors import DmnError, DmnSyntaxError
from dunning_sdk.dmn.table import Aggregation, HitPolicy

INPUT: Final = "input"
OUTPUT: Final = "output"
ANNOTATION: Final = "annotation"
HEADS: Final = ("kind", "type", "values", "default")


def no_name(_: int, __: int) -> str:
    """Name no cell: its line is enough."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of cells.

    Attributes:
        number: From 1, as the file counts.
        cells: From the first on.
        columns: Where each cell stands in its line, for messages; 1 where that is not told.
        name: Names a cell by the number of its line and its place from 0, as ``B3``; empty for no
            name.
    """

    number: int
    cells: Sequence[str]
    columns: Callable[[int], int] = field(default=lambda _: 1, repr=False, compare=False)
    name: Callable[[int, int], str] = field(default=no_name, repr=False, compare=False)

    @property
    def head(self) -> str:
        """Return what the line holds, as its first cell says."""
        return self.cells[0].strip().lower()

    def fault(self, message: str, at: int = 0) -> DmnSyntaxError:
        """Return the error about one of its cells."""
        name = self.name(self.number, at)
        said = f"cell {name}: {message}" if name else message
        return DmnSyntaxError(message=said, line=self.number, column=self.columns(at))


def table_of(lines: Sequence[Line]) -> DecisionTable:
    """Return the table that lines hold.

    Args:
        lines: Those that are not blank, in order.

    Raises:
        DmnSyntaxError: They are not of the form; names the line, and the cell where it has a name.
    """
    if not lines:
        raise DmnSyntaxError(message="a table without lines")
    first = lines[0]
    for line in lines:
        if len(line.cells) != len(first.cells):
            message = f"{len(line.cells)} cells, the first line has {len(first.cells)}"
            raise line.fault(message)
    heads = {line.head: line for line in lines[1:] if line.head in HEADS}
    if "kind" not in heads:
        message = "no line 'kind' that says which columns are input, output and annotation"
        raise first.fault(message)
    kinds = [cell.strip().lower() for cell in heads["kind"].cells]
    for at, kind in enumerate(kinds):
        if at and kind not in (INPUT, OUTPUT, ANNOTATION):
            raise heads["kind"].fault(f"'{kind}' is not input, output or annotation", at)
    reader = _Reader(first, heads, kinds)
    policy, aggregation = _policy(first)
    return DecisionTable(
        inputs=tuple(reader.inputs()),
        outputs=tuple(reader.outputs()),
        annotations=tuple(
            AnnotationClause(name=first.cells[at], line=first.number)
            for at in reader.places(ANNOTATION)
        ),
        rules=tuple(reader.rule(line) for line in lines[1:] if line.head not in HEADS),
        hit_policy=policy,
        aggregation=aggregation,
        line=first.number,
    )


def _policy(line: Line) -> tuple[HitPolicy, Aggregation]:
    policy, _, aggregation = line.head.partition(" ")
    try:
        return HitPolicy(policy), Aggregation(aggregation.strip() or Aggregation.LIST)
    except ValueError:
        known = ", ".join(policy.value for policy in HitPolicy)
        message = f"'{line.head}' is no hit policy; known are {known}, and 'collect sum' and alike"
        raise line.fault(message) from None


class _Reader:
    """Cut lines into columns."""

    def __init__(self, first: Line, heads: dict[str, Line], kinds: Sequence[str]) -> None:
        self._first = first
        self._heads = heads
        self._kinds = kinds

    def places(self, kind: str) -> list[int]:
        return [at for at, found in enumerate(self._kinds) if at and found == kind]

    def inputs(self) -> Iterator[InputClause]:
        for at in self.places(INPUT):
            expression = _literal(self._first, at, type_ref=self._head("type", at))
            yield InputClause(
                expression=expression,
                values=self._values(at),
                line=expression.line,
                column=expression.column,
            )

    def outputs(self) -> Iterator[OutputClause]:
        for at in self.places(OUTPUT):
            default = self._head("default", at)
            yield OutputClause(
                name=self._first.cells[at],
                type_ref=self._head("type", at),
                values=self._values(at),
                default=_literal(self._heads["default"], at) if default else None,
                line=self._first.number,
                column=self._first.columns(at),
            )

    def rule(self, line: Line) -> Rule:
        return Rule(
            inputs=tuple(_tests(line, at) for at in self.places(INPUT)),
            outputs=tuple(_literal(line, at) for at in self.places(OUTPUT)),
            annotations=tuple(
                Annotation(text=line.cells[at], line=line.number, column=line.columns(at))
                for at in self.places(ANNOTATION)
            ),
            line=line.number,
        )

    def _head(self, head: str, at: int) -> str:
        return self._heads[head].cells[at] if head in self._heads else ""

    def _values(self, at: int) -> UnaryTests | None:
        return _tests(self._heads["values"], at) if self._head("values", at) else None


def _tests(line: Line, at: int) -> UnaryTests:
    return UnaryTests(text=line.cells[at], line=line.number, column=line.columns(at))


def _literal(line: Line, at: int, *, type_ref: str = "") -> LiteralExpression:
    return LiteralExpression(
        text=line.cells[at], type_ref=type_ref, line=line.number, column=line.columns(at)
    )


def lines_of(table: DecisionTable) -> list[list[str]]:
    """Return a table as lines of cells.

    Raises:
        DmnError: A cell is not in FEEL, or a row has too few or too many cells.
    """
    _check(table)
    policy = table.hit_policy.value
    if table.aggregation is not Aggregation.LIST:
        policy = f"{policy} {table.aggregation.value}"
    ins, outs, notes = table.inputs, table.outputs, table.annotations
    blank = ["" for _ in notes]
    titles = [
        *(one.expression.text for one in ins),
        *(one.name for one in outs),
        *(one.name for one in notes),
    ]
    kinds = [*(INPUT for _ in ins), *(OUTPUT for _ in outs), *(ANNOTATION for _ in notes)]
    types = [*(one.expression.type_ref for one in ins), *(one.type_ref for one in outs)]
    values = [*(_text(one.values) for one in ins), *(_text(one.values) for one in outs)]
    defaults = [*("" for _ in ins), *(_text(one.default) for one in outs)]
    held = [["type", *types, *blank], ["values", *values, *blank], ["default", *defaults, *blank]]
    lines = [[policy, *titles], ["kind", *kinds], *(line for line in held if any(line[1:]))]
    for number, rule in enumerate(table.rules, 1):
        cells = [_text(cell) for cell in _cells(rule)]
        said = [one.text for one in rule.annotations]
        lines.append([str(number), *cells, *said, *blank[len(said) :]])
    return lines


def _check(table: DecisionTable) -> None:
    width = len(table.inputs), len(table.outputs)
    for rule in table.rules:
        if (len(rule.inputs), len(rule.outputs)) != width or len(rule.annotations) > len(
            table.annotations
        ):
            message = "a row with too few or too many cells"
            raise DmnError(message=message, line=rule.line, column=rule.column)
        for cell in _cells(rule):
            if cell.language:
                message = f"a cell in {cell.language}, which a sheet cannot say"
                raise DmnError(message=message, line=cell.line, column=cell.column)


def _cells(rule: Rule) -> tuple[UnaryTests | LiteralExpression, ...]:
    return (*rule.inputs, *rule.outputs)


def _text(cell: UnaryTests | LiteralExpression | None) -> str:
    return cell.text if cell else ""
