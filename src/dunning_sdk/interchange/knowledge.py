"""Draw the functions of a book as business knowledge models, and read them back.

Decides that a function is a knowledge model with typed parameters and one expression, on which the
decisions that call it rest. ``is known``, which the standard has not, is drawn where it is asked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from dunning_sdk.dmn.boxed import FunctionDefinition, InformationItem, LiteralExpression
from dunning_sdk.dmn.model import (
    BusinessKnowledgeModel,
    Definitions,
    Element,
    KnowledgeRequirement,
    Reference,
)
from dunning_sdk.feel import nodes as n
from dunning_sdk.interchange import hint
from dunning_sdk.interchange.ledger import Ledger
from dunning_sdk.interchange.notation import (
    in_feel,
    list_of,
    mapping_of,
    text_node,
    trimmed,
    written_entry,
)
from dunning_sdk.interchange.types_in import TypesIn
from dunning_sdk.rules.declaration import FUNCTIONS, PARAMETERS
from dunning_sdk.rules.function import BookFunction, Functions
from dunning_sdk.strict_yaml import YamlMapping, YamlNode

IS_KNOWN: Final = "is known"
IS_KNOWN_LOGIC: Final = FunctionDefinition(
    parameters=(InformationItem(name="value"),), body=LiteralExpression(text="value != null")
)
"""What the standard's engines have to be told of our one function that is not of the standard."""

_PREFIX: Final = "_function_"
_IS_KNOWN_ID: Final = "_is_known"


def knowing(names: Iterable[str], *, asks_known: bool) -> tuple[KnowledgeRequirement, ...]:
    """Return what an expression has to know to call functions.

    Args:
        names: Of functions of the book.
        asks_known: Whether it asks ``is known``.
    """
    ids = [_IS_KNOWN_ID] if asks_known else []
    ids += [f"{_PREFIX}{name}" for name in sorted(set(names))]
    return tuple(KnowledgeRequirement(knowledge=Reference(href=f"#{one}")) for one in ids)


def does_ask_known(tree: n.Node) -> bool:
    """Tell whether an expression asks ``is known``."""
    return any(isinstance(one, n.Name) and one.name == IS_KNOWN for one in n.walk(tree))


def drawn_functions(
    functions: Functions, head: YamlMapping, *, asks_known: bool
) -> Iterator[BusinessKnowledgeModel]:
    """Yield a knowledge model for each function of a book, and for ``is known``.

    Args:
        functions: Of the book.
        head: The tree of its ``book.yaml``.
        asks_known: Whether a rule asks ``is known``.
    """
    known = functions.by_name.values()
    if asks_known or any(does_ask_known(one.body) for one in known):
        yield _drawn(_IS_KNOWN_ID, IS_KNOWN, IS_KNOWN_LOGIC)
    listed = head.get(FUNCTIONS)
    for key, node in listed.entries if isinstance(listed, YamlMapping) else ():
        if isinstance(node, YamlMapping):
            yield _function(functions.by_name[key.raw], node)


def _drawn(
    id: str,
    name: str,
    logic: FunctionDefinition,
    *,
    title: str = "",
    knowledge: tuple[KnowledgeRequirement, ...] = (),
    attributes: hint.Attributes = (),
) -> BusinessKnowledgeModel:
    return BusinessKnowledgeModel(
        id=id,
        name=name,
        description=title,
        variable=InformationItem(name=name),
        logic=logic,
        knowledge=knowledge,
        attributes=attributes,
    )


def _function(one: BookFunction, node: YamlMapping) -> BusinessKnowledgeModel:
    text = in_feel(node["body"], is_feel=True)
    body = LiteralExpression(
        text=text,
        type_ref=one.result,
        attributes=hint.kept(node["body"], written_entry(text, 1, 1, is_feel=True)),
    )
    items = tuple(InformationItem(name=name, type_ref=type_) for name, type_ in one.parameters)
    said = [key for key in (PARAMETERS, "title") if key in node and not getattr(one, key)]
    return _drawn(
        f"{_PREFIX}{one.name}",
        one.name,
        FunctionDefinition(parameters=items, body=body),
        title=one.title,
        knowledge=knowing(one.calls, asks_known=does_ask_known(one.body)),
        attributes=hint.attribute(hint.SAID, " ".join(said)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeIn:
    """Reads the knowledge models of one model as functions of a book.

    Attributes:
        definitions: The model.
        types: Its types.
        ledger: Where findings go.
    """

    definitions: Definitions
    types: TypesIn
    ledger: Ledger

    def entries(self) -> YamlMapping | None:
        """Return the functions as they stand in ``book.yaml``; ``None`` for none."""
        found: dict[str, YamlNode] = {}
        for one in self.definitions.elements:
            if isinstance(one, BusinessKnowledgeModel) and not is_known(one):
                self._check_knowledge(one)
                entry = self._entry(one)
                if entry is not None:
                    found[one.name] = entry
        model = self.definitions
        return mapping_of(found, model.line, model.column) if found else None

    def names(self, href: str) -> bool:
        """Tell whether a reference names a knowledge model of this model."""
        return any(
            isinstance(one, BusinessKnowledgeModel) and href == f"#{one.id}"
            for one in self.definitions.elements
        )

    def _check_knowledge(self, one: BusinessKnowledgeModel) -> None:
        for needed in one.knowledge:
            if not self.names(needed.knowledge.href):
                self.ledger.refuse(needed, "a function that rests on something else")
        for source in one.authority:
            self.ledger.remark(source, "the source of a function")

    def _entry(self, one: BusinessKnowledgeModel) -> YamlMapping | None:
        logic = one.logic
        body = logic.body if logic else None
        if logic is None or logic.kind != "FEEL" or not isinstance(body, LiteralExpression):
            self.ledger.refuse(one, "a function that is not one expression in FEEL")
            return None
        if body.language or body.imported:
            self.ledger.refuse(body, "a function in another language")
            return None
        place, said = (one.line, one.column), hint.of(one, hint.SAID).split()
        found: dict[str, YamlNode] = {}
        self.ledger.read(one, "description")
        if one.description.strip() or "title" in said:
            found["title"] = text_node(one.description.strip(), *place)
        if logic.parameters or PARAMETERS in said:
            found[PARAMETERS] = list_of(map(self._parameter, logic.parameters), *place)
        declared = one.variable.type_ref if one.variable else ""
        found["result"] = self._type(body.type_ref or logic.type_ref or declared, body)
        found["body"] = _body(body)
        return mapping_of(found, *place)

    def _parameter(self, item: InformationItem) -> YamlMapping:
        place = (item.line, item.column)
        named = text_node(item.name, *place)
        return mapping_of({"name": named, "type": self._type(item.type_ref, item)}, *place)

    def _type(self, type_ref: str, place: LiteralExpression | InformationItem) -> YamlNode:
        """Return the name of a type; a word that is refused when the book is loaded for none."""
        shape = self.types.of(type_ref, place)
        if shape is None or not shape.base or shape.many:
            expected = "number, string, boolean or date"
            self.ledger.refuse(place, "a function without such types", expected=expected)
        base = shape.base if shape and shape.base else "number"
        return text_node(base, place.line, place.column)


def is_known(element: Element) -> bool:
    """Tell whether an element is our one function that books know by itself."""
    return (
        isinstance(element, BusinessKnowledgeModel)
        and element.name == IS_KNOWN
        and element.logic == IS_KNOWN_LOGIC
    )


def _body(cell: LiteralExpression) -> YamlNode:
    text, line, column = trimmed(cell.text, cell.line, cell.column)
    usual = written_entry(text, line, column, is_feel=True) or text_node(text, line, column)
    found = hint.as_written(cell, usual, lambda node: in_feel(node, is_feel=True) == text)
    return found or usual
