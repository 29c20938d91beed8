"""Draw the table of a rule as a decision table.

Decides the columns: those of the fields that a row gives, or that the rule declares. Inputs are
labelled as the vocabulary labels their facts; what a row does not give is null.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from dunning_sdk.dmn.table import Aggregation, HitPolicy
from dunning_sdk.feel.formatter import quoted
from dunning_sdk.feel.types import NUMBER, EnumType, ListType, Type
from dunning_sdk.interchange import hint
from dunning_sdk.interchange.item_types import ItemTypes
from dunning_sdk.interchange.notation import IsWord, written_answer, written_cell
from dunning_sdk.rules.canonical import canonical
from dunning_sdk.rules.cell import Expression
from dunning_sdk.rules.draft import Draft, InputColumn
from dunning_sdk.rules.expression import Scribe
from dunning_sdk.rules.kind import ResultField
from dunning_sdk.rules.model import TableFile
from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlSequence

NOTE: Final = "note"
ORDERED: Final = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})
AGGREGATED: Final = frozenset({Aggregation.SUM, Aggregation.MIN, Aggregation.MAX})


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A table of a rule book, read.

    Attributes:
        file: The keys and values.
        node: The same as they are written.
        draft: The cells.
        scribe: What read them.
    """

    file: TableFile
    node: YamlMapping
    draft: Draft
    scribe: Scribe

    @property
    def columns(self) -> tuple[ResultField, ...]:
        """Return the result fields that have a column; at least one."""
        given = {name for row in (*self.draft.rows, self.draft.otherwise or {}) for name in row}
        shown = given | {*self.file.outputs} | ({*self.file.priority} if self.ordered else set())
        found = tuple(one for one in self.draft.fields if one.name in shown)
        return found or self.draft.fields[:1]

    @property
    def ordered(self) -> bool:
        """Tell whether the table ranks its answers."""
        return HitPolicy(self.file.hit_policy) in ORDERED

    @property
    def aggregation(self) -> Aggregation:
        """Return what the standard's own aggregation makes of the rows that hold."""
        said, columns = Aggregation(self.file.aggregation), self.columns
        single = len(columns) == 1 and columns[0].type == NUMBER
        known = said in AGGREGATED and HitPolicy(self.file.hit_policy) is HitPolicy.COLLECT
        always = all(columns[0].name in row for row in self.draft.rows)
        return said if known and single and always else Aggregation.LIST


def draw_table(drawn: Drawn, types: ItemTypes) -> DecisionTable:
    """Return the decision table.

    Args:
        drawn: What the author wrote.
        types: Where the types of its columns are collected.
    """
    rows = [row for row in _items(drawn.node.get("rows")) if isinstance(row, YamlMapping)]
    noted = any(row.note for row in drawn.file.rows)
    said = [key for key in ("inputs", "outputs", "rows") if not _given(drawn.node.get(key))]
    said += ["hit_policy"] if HitPolicy(drawn.file.hit_policy) is HitPolicy.UNIQUE else []
    return DecisionTable(
        inputs=tuple(_input(one) for one in drawn.draft.inputs),
        outputs=tuple(_output(one, drawn, types) for one in drawn.columns),
        annotations=(AnnotationClause(name=NOTE),) if noted else (),
        rules=tuple(_rule(at, row, drawn, noted=noted) for at, row in enumerate(rows)),
        hit_policy=HitPolicy(drawn.file.hit_policy),
        aggregation=drawn.aggregation,
        attributes=hint.attribute(hint.SAID, _said(drawn.node, said)),
    )


def _given(node: YamlNode | None) -> bool:
    return isinstance(node, (YamlMapping, YamlSequence)) and len(node) > 0


def _said(node: YamlMapping, keys: Sequence[str]) -> str:
    """Return the keys that are written although they say nothing."""
    return " ".join(key for key in keys if key in node)


def _items(node: YamlNode | None) -> Iterator[YamlNode]:
    return iter(node if isinstance(node, YamlSequence) else ())


def _input(one: InputColumn) -> InputClause:
    type_ref = "" if isinstance(one.expression.type, (EnumType, ListType)) else _base(one)
    expression = LiteralExpression(text=one.name, type_ref=type_ref)
    return InputClause(expression=expression, label=one.fact.label if one.fact else "")


def _base(one: InputColumn) -> str:
    return one.fact.type if one.fact else ""


def _output(one: ResultField, drawn: Drawn, types: ItemTypes) -> OutputClause:
    order = drawn.file.priority.get(one.name, ()) if drawn.ordered else ()
    default = None
    if drawn.draft.otherwise is not None:
        default = _answer(one, drawn.draft.otherwise, drawn.node["otherwise"], drawn)
    return OutputClause(
        name=one.name,
        type_ref=types.of_field(one, ordered=drawn.ordered),
        values=UnaryTests(text=", ".join(map(quoted, order))) if order else None,
        default=default,
        attributes=hint.attribute(hint.DECLARED, _declared(one, drawn)),
    )


def _declared(one: ResultField, drawn: Drawn) -> str:
    """Return what a rule declares of a field, where the type of the column does not tell it."""
    outputs = drawn.node.get("outputs")
    if one.name not in drawn.file.outputs or not isinstance(outputs, YamlMapping):
        return ""
    untold = drawn.ordered and isinstance(one.type, EnumType)
    return canonical(outputs[one.name]) if untold else ""


def _rule(at: int, row: YamlMapping, drawn: Drawn, *, noted: bool) -> Rule:
    when, then = row.get("when"), row["then"]
    note = drawn.file.rows[at].note
    empty = [] if _given(when) else ["when"]
    empty += [] if note else [NOTE]
    return Rule(
        inputs=tuple(_cell(one, at, when, drawn.scribe) for one in drawn.draft.inputs),
        outputs=tuple(_answer(one, drawn.draft.rows[at], then, drawn) for one in drawn.columns),
        annotations=(Annotation(text=note),) if noted else (),
        attributes=hint.attribute(hint.SAID, _said(row, empty)),
    )


def _cell(one: InputColumn, at: int, when: YamlNode | None, scribe: Scribe) -> UnaryTests:
    cell = one.cells[at]
    if cell is None or not isinstance(when, YamlMapping):
        return UnaryTests(text="-")
    usual = written_cell(cell.text, 1, 1, words_of(scribe, one.expression.type))
    return UnaryTests(text=cell.text, attributes=hint.kept(when[one.name], usual))


def _answer(
    one: ResultField, answers: Mapping[str, Expression], node: YamlNode, drawn: Drawn
) -> LiteralExpression:
    found = answers.get(one.name)
    if found is None or not isinstance(node, YamlMapping):
        return LiteralExpression(text="null")
    usual = written_answer(found.text, 1, 1, words_of(drawn.scribe, one.type))
    return LiteralExpression(text=found.text, attributes=hint.kept(node[one.name], usual))


def words_of(scribe: Scribe, type: Type) -> IsWord:
    """Return what tells whether a text stands for itself in a cell of a type."""
    return lambda text: scribe.is_word(text, type=type)
