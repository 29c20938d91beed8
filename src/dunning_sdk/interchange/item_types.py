"""Draw the facts and the answers of a book as types of DMN.

Decides how a dotted name becomes a structure: ``receivable.open_amount`` is a component of the type
of the input ``receivable``. Amounts have a type of their own, closed lists their allowed values,
and a list of words is a collection. Only facts that a rule reads are drawn.

>>> from dunning_sdk.domain.fact import Fact
>>> days = Fact(name="receivable.days", type="number", label="Days", label_fr="Jours")
>>> drawn = ItemTypes()
>>> drawn.inputs([days])[0].variable.type_ref, drawn.drawn()[0].components[0].name
('tReceivable', 'days')
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from dunning_sdk.dmn.boxed import InformationItem, UnaryTests
from dunning_sdk.dmn.model import InputData, ItemDefinition
from dunning_sdk.domain.fact import Fact
from dunning_sdk.feel.formatter import quoted
from dunning_sdk.feel.types import EnumType
from dunning_sdk.rules.kind import ResultField
from dunning_sdk.rules.vocabulary import MONEY_UNIT

MONEY: Final = "tMoney"


class ItemTypes:
    """Collect the item definitions of one model, each once."""

    def __init__(self) -> None:
        self._drawn: dict[str, ItemDefinition] = {}

    def drawn(self) -> tuple[ItemDefinition, ...]:
        """Return all of them, in the order they were met."""
        return tuple(self._drawn.values())

    def inputs(self, facts: Iterable[Fact]) -> tuple[InputData, ...]:
        """Return an input for each first part of the names of facts."""
        tree: dict[str, Any] = {}
        for fact in facts:
            *above, last = fact.name.split(".")
            place = tree
            for part in above:
                place = place.setdefault(part, {})
            place[last] = fact
        return tuple(
            InputData(
                id=name,
                name=name,
                label=entry.label if isinstance(entry, Fact) else "",
                variable=InformationItem(name=name, type_ref=self._root(name, entry)),
            )
            for name, entry in tree.items()
        )

    def of_field(self, field: ResultField, *, ordered: bool) -> str:
        """Return the name of the type of a result field.

        Args:
            field: The field.
            ordered: Whether the table ranks its answers: there, allowed values would be taken
                for an order, so that a closed list is drawn as a text.
        """
        if not isinstance(field.type, EnumType):
            return self._money() if field.money else str(field.type)
        if ordered:
            return "" if field.many else "string"
        name = self._named(field.name.removesuffix("s") if field.many else field.name)
        one = self._add(_words(name, field.type.values))
        if not field.many:
            return one
        many = ItemDefinition(name=self._named(field.name), type_ref=one, is_collection=True)
        return self._add(many)

    def _root(self, name: str, entry: Fact | Mapping[str, Any]) -> str:
        if isinstance(entry, Fact) and not entry.values:
            return self._of_fact(entry)
        return self._add(self._part(entry, self._named(name)))

    def _part(self, entry: Fact | Mapping[str, Any], name: str) -> ItemDefinition:
        if not isinstance(entry, Fact):
            parts = tuple(self._part(part, each) for each, part in entry.items())
            return ItemDefinition(name=name, components=parts)
        if entry.values:
            return replace(_words(name, entry.values), label=entry.label)
        return ItemDefinition(name=name, type_ref=self._of_fact(entry), label=entry.label)

    def _of_fact(self, fact: Fact) -> str:
        return self._money() if fact.unit == MONEY_UNIT else fact.type

    def _money(self) -> str:
        said = "An amount in major units of the currency"
        return self._add(ItemDefinition(name=MONEY, type_ref="number", description=said))

    def _named(self, name: str) -> str:
        return "t" + "".join(part[:1].upper() + part[1:] for part in name.split("_"))

    def _add(self, item: ItemDefinition) -> str:
        """Return the name under which a type stands: its own, or one with a number."""
        name, number = item.name, 1
        while self._drawn.setdefault(name, replace(item, name=name)) != replace(item, name=name):
            number += 1
            name = f"{item.name}{number}"
        return name


def _words(name: str, values: Iterable[str]) -> ItemDefinition:
    listed = UnaryTests(text=", ".join(map(quoted, values)))
    return ItemDefinition(name=name, type_ref="string", allowed_values=listed)
