"""Read a decision table as the table of a rule.

Decides what its columns and cells are in YAML. Whether names, types and rows fit is found when the
book is loaded, which gives the place in the model as well; here is found what has no place in YAML.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from dunning_sdk.dmn.boxed import (
    DecisionTable,
    InputClause,
    LiteralExpression,
    OutputClause,
    Rule,
    UnaryTests,
)
from dunning_sdk.dmn.table import Aggregation, HitPolicy
from dunning_sdk.errors import BookError
from dunning_sdk.feel.types import ANY, BOOLEAN, DATE, NUMBER, EnumType, ListType, Type
from dunning_sdk.interchange import hint
from dunning_sdk.interchange.ledger import Ledger
from dunning_sdk.interchange.notation import (
    list_of,
    mapping_of,
    placed,
    text_node,
    trimmed,
    written_answer,
    written_cell,
)
from dunning_sdk.interchange.table_out import AGGREGATED, NOTE, ORDERED, words_of
from dunning_sdk.interchange.types_in import TYPE, Shape, TypesIn
from dunning_sdk.rules.draft import read_answer
from dunning_sdk.rules.expression import Scribe
from dunning_sdk.rules.kind import OPEN_KINDS, RESULTS_BY_KIND, ResultField
from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlSequence, load, to_plain

Entries = dict[str, YamlNode]
_SIMPLE: Final = {"number": NUMBER, "boolean": BOOLEAN, "date": DATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """An output with what its rule says of it."""

    field: ResultField
    clause: OutputClause
    declared: YamlNode | None = None


@dataclass(slots=True, kw_only=True)
class TableIn:
    """Reads one table.

    Attributes:
        table: As it was drawn.
        type_ref: Type of what it answers; empty for none.
        kind: Of the rule.
        types: The types of the model.
        ledger: Where findings go.
        scribe: Reads cells of this kind of rule; its own findings count for nothing.
        words: Texts per closed list of the book, from `words_in`.
    """

    table: DecisionTable
    type_ref: str
    kind: str
    types: TypesIn
    ledger: Ledger
    scribe: Scribe
    words: Mapping[str, tuple[str, ...]]
    _inputs: list[tuple[str, Type]] = field(default_factory=list)
    _columns: list[_Column] = field(default_factory=list)

    def entries(self) -> Entries:
        """Return the keys of the rule that the table gives."""
        table = self.table
        found: Entries = {}
        place = (table.line, table.column)
        self._inputs = [self._input(one) for one in table.inputs]
        self._columns = [self._column(one) for one in table.outputs]
        if table.inputs:
            names = [one.expression for one in table.inputs]
            found["inputs"] = list_of(
                (text_node(*trimmed(one.text, one.line, one.column)) for one in names), *place
            )
        declared = {one.clause.name: one.declared for one in self._columns if one.declared}
        if declared:
            found["outputs"] = mapping_of(declared, *place)
        found |= self._policy()
        found["rows"] = list_of(filter(None, map(self._row, table.rules)), *place)
        found |= self._otherwise()
        return self._with_said(found)

    def _policy(self) -> Entries:
        table, found = self.table, Entries()
        place = (table.line, table.column)
        if table.hit_policy is not HitPolicy.UNIQUE:
            found["hit_policy"] = text_node(table.hit_policy.value, *place)
        if table.aggregation is not Aggregation.LIST:
            found["aggregation"] = text_node(table.aggregation.value, *place)
            if table.aggregation not in AGGREGATED:
                self.ledger.refuse(table, f"the aggregation {table.aggregation.value}")
        ranked = [one for one in self._columns if one.clause.values and self._ordered]
        orders = {one.clause.name: self._order(one.clause) for one in ranked}
        if orders:
            found["priority"] = mapping_of(orders, *place)
        return found

    @property
    def _ordered(self) -> bool:
        return self.table.hit_policy in ORDERED

    def _order(self, clause: OutputClause) -> YamlSequence:
        values = clause.values or UnaryTests()
        texts = self.types.words(values) or ()
        place = (values.line, values.column)
        return list_of((text_node(text, *place) for text in texts), *place)

    def _input(self, clause: InputClause) -> tuple[str, Type]:
        expression = clause.expression
        self._check_language(expression)
        text, line, column = trimmed(expression.text, expression.line, expression.column)
        found = self.scribe.input(text_node(text, line, column))
        fact = self.scribe.vocabulary.facts.get(text)
        if fact is not None and clause.label in (fact.label, fact.label_fr):
            self.ledger.read(clause, "label")
        shape = self.types.of(expression.type_ref, expression)
        if fact is not None and shape is not None and shape.base != fact.type:
            text = f"Fact {fact.name} has another type"
            self.ledger.report.add(expression, TYPE, text, expected=fact.type, found=shape.base)
        listed = self.types.words(clause.values) if clause.values else None
        if clause.values and listed and not (fact and set(listed) == set(fact.values)):
            self.ledger.refuse(clause.values, "allowed values of an input that its fact has not")
        return text, found.type if found is not None else ANY

    def _column(self, clause: OutputClause) -> _Column:
        fixed = {one.name: one for one in RESULTS_BY_KIND[self.kind]}
        shape = self._shape(clause)
        declared = self._declared(clause, shape, known=clause.name in fixed)
        if declared is not None:
            said = to_plain(declared)
            type_ = EnumType(tuple(said)) if isinstance(said, list) else _SIMPLE.get(str(said))
            field = ResultField(name=clause.name, type=type_ or NUMBER, money=said == "money")
            return _Column(field=field, clause=clause, declared=declared)
        field = fixed.get(clause.name, ResultField(name=clause.name, type=ANY))
        if field.words:
            field = replace(field, type=EnumType(self.words[field.words], name=field.name))
        if clause.name not in fixed:
            known = ", ".join(fixed)
            self.ledger.report.add(
                clause, "book.unknown-field", "Unknown field", found=clause.name, expected=known
            )
        self._check_field(field, shape, clause)
        return _Column(field=field, clause=clause)

    def _shape(self, clause: OutputClause) -> Shape | None:
        """Return the type of an output: its own, or that of its part of the whole answer."""
        whole = self.types.of(self.type_ref, self.table) if self.type_ref else None
        if clause.type_ref or whole is None:
            return self.types.of(clause.type_ref, clause)
        return whole if not whole.parts else whole.parts.get(clause.name)

    def _declared(
        self, clause: OutputClause, shape: Shape | None, *, known: bool
    ) -> YamlNode | None:
        place = (clause.line, clause.column)
        if text := hint.of(clause, hint.DECLARED):
            try:
                return placed(load(text, hint.DECLARED), *place)
            except BookError:
                self.ledger.refuse(clause, f"the declaration {text}")
        if known or self.kind not in OPEN_KINDS:
            return None
        if shape is not None and shape.words is not None:
            return list_of((text_node(word, *place) for word in shape.words), *place)
        if shape is not None and shape.base in _SIMPLE and not shape.many:
            return text_node("money" if shape.money else shape.base, *place)
        expected = "number, tMoney, boolean, date, or a list of texts"
        self.ledger.refuse(clause, f"the output {clause.name} of this type", expected=expected)
        return text_node("number", *place)

    def _check_field(self, field: ResultField, shape: Shape | None, clause: OutputClause) -> None:
        """Report allowed values, and a type, that are not those of the field."""
        wanted = field.type.of if isinstance(field.type, ListType) else field.type
        listed = [shape.words if shape is not None else None]
        if clause.values and not self._ordered:
            listed.append(self.types.words(clause.values))
        if not isinstance(wanted, EnumType):
            base = shape.base if shape is not None and wanted is not ANY else str(wanted)
            if base != str(wanted):
                text = f"Result field {field.name} has another type"
                self.ledger.report.add(clause, TYPE, text, expected=str(wanted), found=base)
            return
        for words in listed:
            if words is not None and set(words) != set(wanted.values):
                text = f"Result field {field.name} has other allowed values"
                said = " | ".join(one or '""' for one in wanted.values)
                self.ledger.report.add(clause, TYPE, text, expected=said or "none")

    def _row(self, rule: Rule) -> YamlMapping | None:
        table, place = self.table, (rule.line, rule.column)
        if (len(rule.inputs), len(rule.outputs)) != (len(table.inputs), len(table.outputs)):
            self.ledger.refuse(rule, "a row with too few or too many cells")
            return None
        cells = zip(self._inputs, rule.inputs, strict=True)
        when = {name: self._cell(cell, type_) for (name, type_), cell in cells}
        said = {name: node for name, node in when.items() if node is not None}
        entries: Entries = {"when": mapping_of(said, *place)} if said else {}
        entries["then"] = self._then(rule.outputs, place)
        note = self._note(rule)
        if note is not None:
            entries[NOTE] = note
        for key in hint.of(rule, hint.SAID).split():
            empty = text_node("", *place) if key == NOTE else mapping_of({}, *place)
            entries.setdefault(key, empty)
        return mapping_of(entries, *place)

    def _note(self, rule: Rule) -> YamlNode | None:
        texts = [(one.text, one) for one in rule.annotations if one.text.strip()]
        if rule.description.strip():
            texts.append((rule.description, rule))  # type: ignore[arg-type]  # a node as well
            self.ledger.read(rule, "description")
        for _, node in texts[1:]:
            self.ledger.remark(node, "a second note of a row")
        return text_node(texts[0][0], texts[0][1].line, texts[0][1].column) if texts else None

    def _then(
        self, cells: Sequence[LiteralExpression | None], place: tuple[int, int]
    ) -> YamlMapping:
        pairs = zip(self._columns, cells, strict=True)
        answers = {one.field.name: self._answer(cell, one.field) for one, cell in pairs if cell}
        return mapping_of({k: node for k, node in answers.items() if node is not None}, *place)

    def _cell(self, cell: UnaryTests, type_: Type) -> YamlNode | None:
        self._check_language(cell)
        usual = written_cell(cell.text, cell.line, cell.column, words_of(self.scribe, type_))

        def says(node: YamlNode) -> bool:
            found = self.scribe.cell(node, type=type_)
            return found is not None and found.text == cell.text.strip()

        return hint.as_written(cell, usual, says)

    def _answer(self, cell: LiteralExpression, field: ResultField) -> YamlNode | None:
        self._check_language(cell)
        is_word = words_of(self.scribe, field.type)
        usual = written_answer(cell.text, cell.line, cell.column, is_word)

        def says(node: YamlNode) -> bool:
            found = read_answer(node, field, self.scribe)
            return found is not None and found.text == cell.text

        return hint.as_written(cell, usual, says)

    def _otherwise(self) -> Entries:
        defaults = [one.default for one in self.table.outputs]
        if not any(defaults):
            return {}
        return {"otherwise": self._then(defaults, (self.table.line, self.table.column))}

    def _check_language(self, cell: UnaryTests | LiteralExpression) -> None:
        imported = isinstance(cell, LiteralExpression) and cell.imported is not None
        if cell.language or imported:
            self.ledger.refuse(cell, f"an expression in {cell.language or 'another document'}")

    def _with_said(self, found: Entries) -> Entries:
        """Return the keys with those that were written although they say nothing."""
        place = (self.table.line, self.table.column)
        said = hint.of(self.table, hint.SAID).split()
        empty: Entries = {
            "inputs": list_of((), *place),
            "outputs": mapping_of({}, *place),
            "hit_policy": text_node(HitPolicy.UNIQUE.value, *place),
            "rows": list_of((), *place),
        }
        if not self.table.rules and "rows" not in said:
            del found["rows"]
        return found | {key: empty[key] for key in said if key in empty and key not in found}
