"""Draw a rule book as a DMN model.

Decides what becomes what. A table becomes a decision table named as its rule; the facts it reads
become input data; its source a knowledge source; a procedure and the reasons become relations; a
function becomes a knowledge model (`knowledge`). Of the rest (`mirror`) nothing is lost:
`from_model` makes a book of the same hash. Cases are no part.

The model decides as the book does, but for three things a modeler cannot be told: results are not
rounded, a field that no row gives is null, and when and in which currency a rule applies is the
caller's to see to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from dunning_sdk.dmn.boxed import (
    DecisionTable,
    InformationItem,
    ListExpression,
    LiteralExpression,
    Relation,
)
from dunning_sdk.dmn.layout import lay_out
from dunning_sdk.dmn.model import (
    AuthorityRequirement,
    Decision,
    Definitions,
    InformationRequirement,
    KnowledgeSource,
    Reference,
)
from dunning_sdk.dmn.table import Aggregation
from dunning_sdk.domain.fact import Fact
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.types import BOOLEAN
from dunning_sdk.interchange import hint
from dunning_sdk.interchange.item_types import ItemTypes
from dunning_sdk.interchange.knowledge import does_ask_known, drawn_functions, knowing
from dunning_sdk.interchange.mirror import NAMESPACE, PREFIX, to_xml
from dunning_sdk.interchange.notation import in_feel, written_entry
from dunning_sdk.interchange.table_out import Drawn, draw_table
from dunning_sdk.rules.book import Book, ProcedureRule, TableRule
from dunning_sdk.rules.canonical import without
from dunning_sdk.rules.cell import Expression
from dunning_sdk.rules.declaration import FUNCTIONS
from dunning_sdk.rules.draft import Draft, read_draft
from dunning_sdk.rules.expression import make_scribe
from dunning_sdk.rules.function import Functions
from dunning_sdk.rules.kind import KINDS, PROCEDURE
from dunning_sdk.rules.model import StepEntry, TableFile, read_model
from dunning_sdk.rules.report import Report
from dunning_sdk.rules.table import words_of
from dunning_sdk.rules.vocabulary import vocabulary_of
from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlSequence, load

REASONS: Final = "reasons"
LANGUAGES: Final = ("en", "fr")
WHEN: Final = "when"

_IN_HEAD: Final = ("id", "title", FUNCTIONS, REASONS)
_IN_RULE: Final = ("id", "kind", "title", "source")
_IN_TABLE: Final = ("inputs", "outputs", "hit_policy", "rows", "otherwise")
"""Keys that stand elsewhere than in the mirror of their file."""


def export_book(book: Book, *, version: str = "", facts: Iterable[Fact] = ()) -> Definitions:
    """Return a book as a model, with a diagram.

    Args:
        book: Whole, as it was loaded.
        version: Of this package, said in the model; empty for none.
        facts: Facts of plugins.
    """
    drawing = _Drawing(book=book, facts=(*facts, *book.facts))
    decisions = [drawing.decision(rule) for rule in book.rules.values()]
    head = _tree(book, "book.yaml")
    kept = without(head, *(_IN_HEAD if book.reasons else _IN_HEAD[:-1]))
    if book.reasons:
        decisions.insert(0, _reasons(head))
    inputs = drawing.types.inputs(_in_order(drawing.read, drawing.facts))
    functions = drawn_functions(book.functions, head, asks_known=drawing.asks_known)
    elements = (*inputs, *drawing.sources.values(), *functions, *decisions)
    return lay_out(
        Definitions(
            id=f"_{book.id}",
            name=book.id,
            description=book.title,
            namespace=f"{NAMESPACE}:{book.id}",
            exporter="dunning_sdk",
            exporter_version=version,
            extensions=(to_xml(kept, name="book"),),
            types=drawing.types.drawn(),
            elements=elements,
            prefixes=((PREFIX, NAMESPACE),),
        )
    )


@dataclass(slots=True, kw_only=True)
class _Drawing:
    """Draws the rules of one book, and keeps what they share."""

    book: Book
    facts: tuple[Fact, ...]
    types: ItemTypes = field(default_factory=ItemTypes)
    sources: dict[str, KnowledgeSource] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    asks_known: bool = False

    def decision(self, rule: TableRule | ProcedureRule) -> Decision:
        """Return the decision that a rule becomes."""
        node = _tree(self.book, f"{rule.id}.yaml")
        logic: DecisionTable | Relation
        moved: tuple[str, ...]
        if isinstance(rule, TableRule):
            drawn = drawn_of(self.book, rule, self.facts)
            logic, moved = draw_table(drawn, self.types), (*_IN_RULE, *_IN_TABLE)
            moved += ("priority",) if drawn.ordered else ()
            moved += () if logic.aggregation is Aggregation.LIST else ("aggregation",)
            read, trees = tuple(rule.reader.readings), list(_trees(drawn.draft))
        else:
            logic, moved = _steps(node), (*_IN_RULE, "steps")
            conditions = list(_conditions(node, self.facts, self.book.functions))
            read = tuple(name for one in conditions for name in one.reads)
            trees = [one.node for one in conditions]
        self.read |= set(read)
        asks = any(does_ask_known(tree) for tree in trees)
        self.asks_known |= asks
        return Decision(
            id=rule.id,
            name=rule.id,
            description=rule.title,
            variable=InformationItem(name=rule.id),
            information=tuple(map(_needs, dict.fromkeys(name.split(".")[0] for name in read))),
            knowledge=knowing(rule.calls, asks_known=asks),
            authority=(AuthorityRequirement(authority=self._source(rule.source)),),
            extensions=(to_xml(without(node, *moved), name="rule"),),
            logic=logic,
        )

    def _source(self, text: str) -> Reference:
        """Return a reference to the knowledge source of a text, the same for the same text."""
        made = KnowledgeSource(id=f"_source_{len(self.sources) + 1}", name=text)
        return Reference(href=f"#{self.sources.setdefault(text, made).id}")


def _tree(book: Book, name: str) -> YamlMapping:
    node = load(book.files[name], name)
    if not isinstance(node, YamlMapping):
        raise AssertionError(f"{name} was read before")
    return node


def drawn_of(book: Book, rule: TableRule, facts: Iterable[Fact] = ()) -> Drawn:
    """Return the table of a rule as its author wrote it.

    Args:
        book: Whose rule it is.
        rule: The rule.
        facts: Facts of plugins.
    """
    node = _tree(book, f"{rule.id}.yaml")
    report = Report(file=rule.file)
    scribe = make_scribe(vocabulary_of(rule.kind, facts), report, book.functions)
    file = read_model(TableFile, node, scribe.report)
    words = words_of(book)
    draft = None if file is None else read_draft(file, node, scribe, words)
    if file is None or draft is None:
        raise AssertionError(f"{scribe.report.file} was read before")
    return Drawn(file=file, node=node, draft=draft, scribe=scribe)


def _in_order(read: Iterable[str], facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield the facts that are read, in the order in which vocabularies list them."""
    known = {
        fact.name: fact for kind in KINDS for fact in vocabulary_of(kind, facts).facts.values()
    }
    names = set(read)
    return (fact for name, fact in known.items() if name in names)


def _needs(name: str) -> InformationRequirement:
    return InformationRequirement(input_data=Reference(href=f"#{name}"))


def _trees(draft: Draft) -> Iterator[n.Node]:
    for one in draft.inputs:
        yield one.expression.node
        yield from (cell.node for cell in one.cells if cell is not None)
    yield from (answer.node for answer in draft.answers())


def _conditions(
    node: YamlMapping, facts: Iterable[Fact], functions: Functions
) -> Iterator[Expression]:
    """Yield the conditions of steps."""
    scribe = make_scribe(vocabulary_of(PROCEDURE, facts), Report(file=""), functions)
    for step in _items(node["steps"]):
        when = step.get("when")
        found = None if when is None else scribe.expression(when, expected=BOOLEAN)
        if found is not None:
            yield found


def _items(node: YamlNode) -> Iterator[YamlMapping]:
    listed = node.items if isinstance(node, YamlSequence) else ()
    return (one for one in listed if isinstance(one, YamlMapping))


def _steps(node: YamlMapping) -> Relation:
    """Return the steps of a procedure; a field that a step does not give is null."""
    steps = list(_items(node["steps"]))
    names = [name for name in StepEntry.model_fields if any(name in step for step in steps)]
    rows = tuple(
        ListExpression(items=tuple(_cell(step.get(name), is_feel=name == WHEN) for name in names))
        for step in steps
    )
    return Relation(columns=tuple(InformationItem(name=name) for name in names), rows=rows)


def _reasons(head: YamlMapping) -> Decision:
    """Return the reasons of a book in all languages."""
    listed = head[REASONS]
    entries = listed.entries if isinstance(listed, YamlMapping) else ()
    rows = tuple(
        ListExpression(items=(_cell(key), *(_cell(texts[one]) for one in LANGUAGES)))
        for key, texts in entries
        if isinstance(texts, YamlMapping)
    )
    columns = tuple(InformationItem(name=name, type_ref="string") for name in ("id", *LANGUAGES))
    return Decision(
        id=f"_{REASONS}",
        name=REASONS,
        variable=InformationItem(name=REASONS),
        logic=Relation(columns=columns, rows=rows),
    )


def _cell(node: YamlNode | None, *, is_feel: bool = False) -> LiteralExpression:
    """Return a cell of a relation, with how its author wrote it where that tells more."""
    if node is None:
        return LiteralExpression(text="null")
    text = in_feel(node, is_feel=is_feel)
    usual = written_entry(text, 1, 1, is_feel=is_feel)
    return LiteralExpression(text=text, attributes=hint.kept(node, usual))
