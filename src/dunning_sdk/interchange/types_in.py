"""Read the types of a model, and hold them to the facts there are.

Decides that an input is a fact, or holds facts, of the vocabulary, with the type and the allowed
values that it has there; a model with an input of its own cannot become a book.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from dunning_sdk.dmn.boxed import Node, UnaryTests
from dunning_sdk.dmn.model import Definitions, InputData, ItemDefinition
from dunning_sdk.domain.fact import Fact
from dunning_sdk.errors import nearest_names
from dunning_sdk.feel import nodes as n
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.feel.parser import parse_unary_tests
from dunning_sdk.interchange.ledger import Ledger
from dunning_sdk.rules.kind import KINDS
from dunning_sdk.rules.vocabulary import vocabulary_of

TYPE: Final = "dmn.type"
_SIMPLE: Final = ("number", "string", "boolean", "date")
_MONEY: Final = ("money", "tmoney")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a type says.

    Attributes:
        base: Its simple type; empty for a structure.
        words: Its allowed values; ``None`` for no list.
        many: Whether it is a collection.
        money: Whether it is called so.
        parts: Type per component.
        item: Where it stands; ``None`` for a type of FEEL.
    """

    base: str = ""
    words: tuple[str, ...] | None = None
    many: bool = False
    money: bool = False
    parts: Mapping[str, "Shape"] = field(default_factory=dict)
    item: ItemDefinition | None = None


class TypesIn:
    """Know the types of one model.

    Args:
        definitions: The model.
        ledger: Where findings go.
        facts: Facts of plugins.
    """

    def __init__(self, definitions: Definitions, ledger: Ledger, facts: Iterable[Fact]) -> None:
        added = tuple(facts)
        self._items = {one.name: one for one in definitions.types}
        self._ledger = ledger
        self._making: list[str] = []
        self._facts = {
            name: fact for kind in KINDS for name, fact in vocabulary_of(kind, added).facts.items()
        }

    def of(self, type_ref: str, place: Node) -> Shape | None:
        """Return what a reference to a type says; ``None`` for none, or with a finding."""
        name = type_ref if type_ref in self._items else type_ref.rpartition(":")[2]
        if name in self._items and name not in self._making:
            self._making.append(name)
            shape = self._of_item(self._items[name])
            self._making.pop()
            return shape
        if name in _SIMPLE:
            return Shape(base=name)
        if name not in ("", "Any"):
            self._ledger.refuse(place, f"the type {type_ref} here", expected=", ".join(_SIMPLE))
        return None

    def check_input(self, data: InputData) -> None:
        """Report where an input is at odds with the facts there are."""
        variable = data.variable
        shape = self.of(variable.type_ref, variable) if variable is not None else None
        self._check(data.name, shape, data)

    def _of_item(self, item: ItemDefinition) -> Shape | None:
        self._ledger.read(item)
        if (
            item.function
            or item.type_language
            or (item.type_constraint and item.type_constraint.text)
        ):
            self._ledger.refuse(item, f"the type {item.name}: it is more than a list of values")
            return None
        words = self.words(item.allowed_values) if item.allowed_values else None
        if item.components:
            parts = {one.name: self._of_item(one) for one in item.components}
            known = {name: one for name, one in parts.items() if one is not None}
            return Shape(parts=known, many=item.is_collection, item=item)
        found = self.of(item.type_ref, item)
        if found is None:
            return None
        money = item.name.lower() in _MONEY or found.money
        if item.name.lower() in _MONEY:
            self._ledger.read(item, "description")
        return replace(
            found,
            words=words or found.words,
            many=item.is_collection or found.many,
            money=money,
            item=item,
        )

    def words(self, values: UnaryTests) -> tuple[str, ...] | None:
        """Return the texts of a list of values; ``None``, with a finding, where it is none."""
        if not values.text.strip():
            return None
        try:
            tree = parse_unary_tests(values.text, line=values.line, column=values.column)
        except FeelError as exc:
            self._ledger.report.add(exc, "book.syntax", f"Not FEEL: {exc.message}")
            return None
        if isinstance(tree, n.UnaryTests) and not tree.negated:
            found = [one.value for one in tree.alternatives if isinstance(one, n.Literal)]
            texts = tuple(one for one in found if isinstance(one, str))
            if len(texts) == len(tree.alternatives):
                return texts
        self._ledger.refuse(values, "these allowed values", expected="a list of texts")
        return None

    def _check(self, name: str, shape: Shape | None, place: Node) -> None:
        fact = self._facts.get(name)
        if fact is None and not any(one.startswith(f"{name}.") for one in self._facts):
            near = next(iter(nearest_names(name, self._facts, limit=1)), None)
            self._ledger.report.add(
                place, "book.unknown-fact", "Unknown fact", found=name, nearest=near
            )
            return
        if fact is not None:
            self._check_fact(fact, shape, place)
            return
        for part, one in (shape.parts if shape else {}).items():
            self._check(f"{name}.{part}", one, one.item or place)

    def _check_fact(self, fact: Fact, shape: Shape | None, place: Node) -> None:
        for node in (place, shape.item if shape else None):
            if node is not None and node.label in (fact.label, fact.label_fr):
                self._ledger.read(node, "label")
        if shape is None:
            return
        if shape.many or shape.base != fact.type:
            text = f"Fact {fact.name} has another type"
            seen = "a collection" if shape.many else shape.base or "a structure"
            self._ledger.report.add(place, TYPE, text, expected=fact.type, found=seen)
        elif shape.words is not None and set(shape.words) != set(fact.values):
            text = f"Fact {fact.name} has other allowed values"
            listed = " | ".join(one or '""' for one in fact.values) or "any text"
            self._ledger.report.add(place, TYPE, text, expected=listed)
