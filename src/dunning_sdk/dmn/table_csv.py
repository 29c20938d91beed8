"""Read and write a decision table as CSV, the form that accountants keep tables in.

Decides the form: the first cell of a line says what it holds. The first line has the hit policy
and the columns; ``kind`` tells input, output and annotation apart; ``type``, ``values`` and
``default`` may be left out; every other line is a row, numbered or not. Ids, labels and what
other tools keep with a table are no part of the form.

>>> fees = read_table_csv('''first,days,fee
... kind,input,output
... 1,> 30,40
... 2,-,0
... ''')
>>> fees.hit_policy.value, [rule.inputs[0].text for rule in fees.rules]
('first', ['> 30', '-'])
>>> print(write_table_csv(fees), end="")
first,days,fee
kind,input,output
1,> 30,40
2,-,0
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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

if TYPE_CHECKING:
    import _csv

INPUT: Final = "input"
OUTPUT: Final = "output"
ANNOTATION: Final = "annotation"
_HEADS: Final = ("kind", "type", "values", "default")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: Sequence[str]

    @property
    def head(self) -> str:
        return self.cells[0].strip().lower()


def read_table_csv(text: str, *, delimiter: str = "") -> DecisionTable:
    """Return the table that a CSV text holds.

    Args:
        text: The whole text.
        delimiter: What parts cells; where left out, the comma, semicolon or tab that the first
            line has most of.

    Raises:
        DmnSyntaxError: It is not of the form; names the line.
    """
    lines = list(_lines(text.removeprefix("\ufeff"), delimiter))
    if not lines:
        raise DmnSyntaxError(message="a table without lines")
    first, heads = lines[0], {line.head: line for line in lines[1:] if line.head in _HEADS}
    if "kind" not in heads:
        message = "no line 'kind' that says which columns are input, output and annotation"
        raise _fault(first, message)
    kinds = [cell.strip().lower() for cell in heads["kind"].cells]
    for kind in kinds[1:]:
        if kind not in (INPUT, OUTPUT, ANNOTATION):
            raise _fault(heads["kind"], f"'{kind}' is not input, output or annotation")
    reader = _Reader(first, heads, kinds)
    policy, aggregation = _policy(first)
    return DecisionTable(
        inputs=tuple(reader.inputs()),
        outputs=tuple(reader.outputs()),
        annotations=tuple(
            AnnotationClause(name=first.cells[at], line=first.number)
            for at in reader.places(ANNOTATION)
        ),
        rules=tuple(reader.rule(line) for line in lines[1:] if line.head not in _HEADS),
        hit_policy=policy,
        aggregation=aggregation,
        line=first.number,
    )


def _lines(text: str, delimiter: str) -> Iterator[_Line]:
    """Yield the lines that are not blank, each as wide as the first."""
    head = text.partition("\n")[0]
    chosen = delimiter or max(",;\t", key=head.count)
    width = 0
    for line in _cut(csv.reader(io.StringIO(text, newline=""), delimiter=chosen, strict=True)):
        width = width or len(line.cells)
        if len(line.cells) != width:
            raise _fault(line, f"{len(line.cells)} cells, the first line has {width}")
        yield line


def _cut(reader: "_csv.Reader") -> Iterator[_Line]:
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _Line(number, cells)
            number = reader.line_num + 1
    except csv.Error as error:
        raise DmnSyntaxError(message=f"not CSV: {error}", line=number) from None


def _policy(line: _Line) -> tuple[HitPolicy, Aggregation]:
    policy, _, aggregation = line.head.partition(" ")
    try:
        return HitPolicy(policy), Aggregation(aggregation.strip() or Aggregation.LIST)
    except ValueError:
        known = ", ".join(policy.value for policy in HitPolicy)
        message = f"'{line.head}' is no hit policy; known are {known}, and 'collect sum' and alike"
        raise _fault(line, message) from None


class _Reader:
    """Cut lines into columns."""

    def __init__(self, first: _Line, heads: dict[str, _Line], kinds: Sequence[str]) -> None:
        self._first = first
        self._heads = heads
        self._kinds = kinds

    def places(self, kind: str) -> list[int]:
        return [at for at, found in enumerate(self._kinds) if at and found == kind]

    def inputs(self) -> Iterator[InputClause]:
        for at in self.places(INPUT):
            expression = LiteralExpression(
                text=self._first.cells[at], type_ref=self._head("type", at), line=self._first.number
            )
            yield InputClause(
                expression=expression, values=self._values(at), line=self._first.number
            )

    def outputs(self) -> Iterator[OutputClause]:
        for at in self.places(OUTPUT):
            default = self._head("default", at)
            yield OutputClause(
                name=self._first.cells[at],
                type_ref=self._head("type", at),
                values=self._values(at),
                default=LiteralExpression(text=default, line=self._heads["default"].number)
                if default
                else None,
                line=self._first.number,
            )

    def rule(self, line: _Line) -> Rule:
        at = {kind: self.places(kind) for kind in (INPUT, OUTPUT, ANNOTATION)}
        cell = line.cells
        return Rule(
            inputs=tuple(UnaryTests(text=cell[each], line=line.number) for each in at[INPUT]),
            outputs=tuple(
                LiteralExpression(text=cell[each], line=line.number) for each in at[OUTPUT]
            ),
            annotations=tuple(
                Annotation(text=cell[each], line=line.number) for each in at[ANNOTATION]
            ),
            line=line.number,
        )

    def _head(self, head: str, at: int) -> str:
        return self._heads[head].cells[at] if head in self._heads else ""

    def _values(self, at: int) -> UnaryTests | None:
        text = self._head("values", at)
        return UnaryTests(text=text, line=self._heads["values"].number) if text else None


def write_table_csv(table: DecisionTable, *, delimiter: str = ",") -> str:
    """Return a table as CSV.

    Args:
        table: As it was drawn.
        delimiter: What parts cells.

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
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(lines)
    return out.getvalue()


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
                message = f"a cell in {cell.language}, which CSV cannot say"
                raise DmnError(message=message, line=cell.line, column=cell.column)


def _cells(rule: Rule) -> tuple[UnaryTests | LiteralExpression, ...]:
    return (*rule.inputs, *rule.outputs)


def _text(cell: UnaryTests | LiteralExpression | None) -> str:
    return cell.text if cell else ""


def _fault(line: _Line, message: str) -> DmnSyntaxError:
    return DmnSyntaxError(message=message, line=line.number)
