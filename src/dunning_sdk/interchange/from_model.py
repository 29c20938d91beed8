"""Make a rule book of a DMN model, or say what of it a book cannot hold.

Decides what becomes what, the other way round than `to_model`. Every finding has its place in the
model: those found here, and those that loading the book finds in its names, types and rows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dunning_sdk.dmn.boxed import (
    DecisionTable,
    ListExpression,
    LiteralExpression,
    Node,
    Relation,
)
from dunning_sdk.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    Definitions,
    InputData,
    KnowledgeSource,
)
from dunning_sdk.dmn.read import read_definitions
from dunning_sdk.domain.fact import Fact
from dunning_sdk.interchange import hint
from dunning_sdk.interchange.knowledge import KnowledgeIn
from dunning_sdk.interchange.ledger import Ledger, name_of
from dunning_sdk.interchange.mirror import mirrored
from dunning_sdk.interchange.notation import (
    in_feel,
    in_order,
    list_of,
    mapping_of,
    text_node,
    value_node,
    written_entry,
)
from dunning_sdk.interchange.table_in import Entries, TableIn
from dunning_sdk.interchange.to_model import REASONS, WHEN
from dunning_sdk.interchange.types_in import TypesIn
from dunning_sdk.interchange.word_list import words_in
from dunning_sdk.interchange.yaml_text import yaml_text
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.declaration import FUNCTIONS, read_functions
from dunning_sdk.rules.expression import Scribe, make_scribe
from dunning_sdk.rules.function import Functions
from dunning_sdk.rules.kind import KINDS, PROCEDURE
from dunning_sdk.rules.load import load_resolved
from dunning_sdk.rules.pattern import read_patterns
from dunning_sdk.rules.report import Report
from dunning_sdk.rules.resolve import BOOK, Resolved, Source
from dunning_sdk.rules.vocabulary import vocabulary_of
from dunning_sdk.strict_yaml import YamlMapping, YamlNode

Words = Mapping[str, tuple[str, ...]]

_NAME: Final = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
_RULE: Final = re.compile(rf"({'|'.join(KINDS)})\.{_NAME}")


def import_book(
    data: bytes | str,
    *,
    label: str,
    kind: str = "",
    lossy: bool = False,
    facts: Iterable[Fact] = (),
) -> Book:
    """Return the book that a model says; its ``files`` are the texts of its folder.

    Args:
        data: XML of DMN 1.1 to 1.5.
        label: Name of the model, for findings.
        kind: Of the rules whose names do not begin with one, such as ``guards``.
        lossy: Leave out what only explains, with a warning; what decides is never left out.
        facts: Facts of plugins.

    Raises:
        DmnSyntaxError: It is not DMN.
        DmnLimitError: It is too large.
        BookError: It says what a book cannot hold, or the book has faults.
    """
    definitions = read_definitions(data)
    resolved = Resolved()
    ledger = Ledger(report=Report(file=label, findings=resolved.findings), lossy=lossy)
    head = mirrored(definitions, "book")
    own = read_patterns(mapping_of(head, 1, 1), Report(file=label))
    known = (*facts, *(one.fact for one in own))
    types = TypesIn(definitions, ledger, known)
    reading = _Reading(
        definitions=definitions,
        ledger=ledger,
        kind=kind,
        facts=known,
        types=types,
        knowledge=KnowledgeIn(definitions=definitions, types=types, ledger=ledger),
        resolved=resolved,
    )
    reading.read()
    ledger.unused(definitions.types)
    ledger.close(definitions)
    return load_resolved(resolved, facts=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """Reads one model into the files of a book."""

    definitions: Definitions
    ledger: Ledger
    kind: str
    facts: tuple[Fact, ...]
    types: TypesIn
    knowledge: KnowledgeIn
    resolved: Resolved

    def read(self) -> None:
        """Read all of the model."""
        model = self.definitions
        for wanted in model.imports:
            self.ledger.refuse(wanted, "an import of another model")
        if language := model.expression_language or model.type_language:
            self.ledger.refuse(model, f"expressions in {language}")
        reasons: Relation | None = None
        rules: dict[str, Decision] = {}
        for element in model.elements:
            if isinstance(element, InputData):
                self.types.check_input(element)
            elif isinstance(element, Decision):
                if element.name == REASONS and isinstance(element.logic, Relation):
                    self._check_plain(element)
                    reasons = element.logic
                else:
                    self._keep(element, rules)
            elif not isinstance(element, (BusinessKnowledgeModel, KnowledgeSource)):
                self.ledger.refuse(element, f"a {name_of(element)}")
        self._write(rules, self._head(reasons))

    def _keep(self, decision: Decision, rules: dict[str, Decision]) -> None:
        """Put a decision among the rules, by the id it has there."""
        names = [one for one in (decision.name, decision.id) if _RULE.fullmatch(one)]
        if self.kind:
            names.append(f"{self.kind}.{_slug(decision.name)}")
        if not names:
            expected = "a name such as guards.dispute-open, or the kind of its rules"
            self.ledger.refuse(decision, f"a decision called {decision.name}", expected=expected)
        elif names[0] in rules:
            self.ledger.refuse(decision, f"a second rule {names[0]}")
        else:
            rules[names[0]] = decision

    def _write(self, rules: Mapping[str, Decision], head: Entries) -> None:
        """Put the files of the book among what is resolved."""
        words = words_in(head, (one for one in rules if one.startswith(f"{PROCEDURE}.")))
        files = {BOOK: self._file(head, self.definitions)}
        functions = read_functions(files[BOOK], Report(file=""), facts=self.facts)
        for name, decision in rules.items():
            entries = self._rule(name, decision, words, functions)
            if entries:
                files[f"{name}.yaml"] = self._file(entries, decision)
        label = self.ledger.report.file
        for name, node in sorted(files.items()):
            self.resolved.sources[name] = Source(label=label, text=yaml_text(node), node=node)

    def _file(self, entries: Entries, node: Node) -> YamlMapping:
        return in_order(entries, node.line, node.column)

    def _head(self, reasons: Relation | None) -> Entries:
        model, place = self.definitions, (self.definitions.line, self.definitions.column)
        entries = mirrored(model, "book")
        entries["id"] = text_node(_slug(model.name), *place)
        entries["title"] = text_node(model.description.strip() or model.name, *place)
        entries.setdefault("version", value_node("1", *place))
        self.ledger.read(model, "description")
        functions = self.knowledge.entries()
        if functions is not None:
            entries[FUNCTIONS] = functions
        if reasons is not None:
            entries[REASONS] = mapping_of(self._reasons(reasons), reasons.line, reasons.column)
        return entries

    def _reasons(self, relation: Relation) -> Entries:
        found: Entries = {}
        for row in relation.rows:
            texts = self._entries(relation, row)
            name = _raw(texts.pop("id", None))
            if name in found:
                self.ledger.refuse(row, f"a second reason {name}")
            found[name] = mapping_of(texts, row.line, row.column)
        return found

    def _rule(self, name: str, decision: Decision, words: Words, functions: Functions) -> Entries:
        place, kind = (decision.line, decision.column), name.split(".")[0]
        entries = mirrored(decision, "rule")
        entries["id"] = text_node(name, *place)
        entries["kind"] = text_node(kind, *place)
        entries["title"] = text_node(self._title(decision), *place)
        entries["source"] = text_node(self._source(decision), *place)
        self._check_plain(decision)
        logic = decision.logic
        if isinstance(logic, DecisionTable) and kind != PROCEDURE:
            of = decision.variable.type_ref if decision.variable else ""
            scribe = make_scribe(vocabulary_of(kind, self.facts), Report(file=""), functions)
            return entries | self._table(logic, scribe, kind, words, of=logic.type_ref or of)
        if isinstance(logic, Relation) and kind == PROCEDURE:
            steps = (
                mapping_of(self._entries(logic, row), row.line, row.column) for row in logic.rows
            )
            return entries | {"steps": list_of(steps, logic.line, logic.column)}
        expected = "a relation of steps" if kind == PROCEDURE else "a decision table"
        found = f"a {name_of(logic)} as a rule" if logic else "a decision without logic"
        self.ledger.refuse(logic or decision, found, expected=expected)
        return {}

    def _table(
        self, logic: DecisionTable, scribe: Scribe, kind: str, words: Words, *, of: str
    ) -> Entries:
        return TableIn(
            table=logic,
            type_ref=of,
            kind=kind,
            types=self.types,
            ledger=self.ledger,
            scribe=scribe,
            words=words,
        ).entries()

    def _check_plain(self, decision: Decision) -> None:
        """Report what a decision rests on that is no fact, function of ours or source."""
        for need in decision.information:
            if need.decision is not None:
                self.ledger.refuse(need, "a rule that rests on another decision")
        for knows in decision.knowledge:
            if not self.knowledge.names(knows.knowledge.href):
                self.ledger.refuse(knows, "a rule that rests on something else than a function")

    def _title(self, decision: Decision) -> str:
        self.ledger.read(decision, "description" if decision.description.strip() else "label")
        return decision.description.strip() or decision.label.strip() or decision.name

    def _source(self, decision: Decision) -> str:
        """Return the sources of a rule; the model itself where it names none."""
        known = {
            f"#{one.id}": one
            for one in self.definitions.elements
            if isinstance(one, KnowledgeSource)
        }
        names = []
        for need in decision.authority:
            found = known.get(need.authority.href) if need.authority else None
            if found is None:
                self.ledger.refuse(need, "a rule that rests on something else than a source")
                continue
            self.ledger.read(found)
            names.append(found.name)
        return "; ".join(names) or f"DMN model {self.definitions.name}"

    def _entries(self, relation: Relation, row: ListExpression) -> Entries:
        """Return what a row of a relation holds, by the names of its columns."""
        found: Entries = {}
        if len(row.items) != len(relation.columns):
            self.ledger.refuse(row, "a row with too few or too many cells")
        for column, cell in zip(relation.columns, row.items, strict=False):
            if not isinstance(cell, LiteralExpression):
                self.ledger.refuse(cell, f"a {name_of(cell)} in a cell")
                continue
            node = _entry(cell, is_feel=column.name == WHEN)
            if node is not None:
                found[column.name] = node
        return found


def _entry(cell: LiteralExpression, *, is_feel: bool) -> YamlNode | None:
    usual = written_entry(cell.text, cell.line, cell.column, is_feel=is_feel)
    return hint.as_written(
        cell, usual, lambda node: in_feel(node, is_feel=is_feel) == cell.text.strip()
    )


def _raw(node: YamlNode | None) -> str:
    return getattr(node, "raw", "")


def _slug(name: str) -> str:
    """Return a name as ids are written."""
    found = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
    return found if re.fullmatch(_NAME, found) else f"m-{found}".strip("-")
