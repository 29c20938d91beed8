"""Write a model as XML of DMN 1.5.

Decides nothing of its own: `schema` says what goes where, in the order of DMN15.xsd, and what was
kept from other tools is written again. A model read back equals the one written.

>>> from dunning_sdk.dmn.model import InputData
>>> fees = Definitions(name="fees", namespace="urn:fees", elements=(InputData(name="days"),))
>>> print(write_definitions(fees))
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="fees" namespace="urn:fees">
  <inputData name="days"/>
</definitions>
<BLANKLINE>
"""

from collections.abc import Iterator
from dataclasses import MISSING, fields

from dunning_sdk.dmn.boxed import LiteralExpression, Node, UnaryTests
from dunning_sdk.dmn.model import Definitions, Import
from dunning_sdk.dmn.namespace import MODEL
from dunning_sdk.dmn.schema import SHAPES, Part
from dunning_sdk.dmn.table import Aggregation, HitPolicy
from dunning_sdk.dmn.xml_text import format_xml
from dunning_sdk.dmn.xml_tree import XmlElement, XmlName


def write_definitions(definitions: Definitions) -> str:
    """Return the XML of a model; `layout.lay_out` adds a diagram to one that has none.

    Raises:
        DmnError: A text holds a character that XML cannot hold.
    """
    root = _written(definitions, "definitions")
    declared = (("", MODEL), *definitions.prefixes)
    content = (*root.content, *definitions.artifacts, *definitions.diagrams)
    return format_xml(
        XmlElement(name=root.name, attributes=root.attributes, content=content, declared=declared)
    )


def _written(node: Node, tag: str) -> XmlElement:
    shape = SHAPES[type(node)]
    defaults = {one.name: one.default for one in fields(node)}
    attributes = [
        (XmlName("", name), _said(value))
        for name, field in shape.attributes.items()
        if (value := getattr(node, field)) != defaults[field]
        or defaults[field] is MISSING
        or (field == "import_type" and isinstance(node, Import))
    ]
    content = [*_about(node)]
    for part in shape.parts:
        content.extend(_part(node, part))
    return XmlElement(
        name=XmlName(MODEL, tag),
        attributes=(*attributes, *node.attributes),
        content=tuple(content),
    )


def _about(node: Node) -> Iterator[XmlElement]:
    if node.description:
        yield _text("description", node.description)
    if node.extensions:
        yield XmlElement(name=XmlName(MODEL, "extensionElements"), content=node.extensions)


def _part(node: Node, part: Part) -> Iterator[XmlElement]:
    found = getattr(node, part.field)
    if isinstance(found, str):
        (tag,) = part.choices
        if found or (tag == "text" and _needs_text(node)):
            yield _text(tag, found)
        return
    names = {record: tag for tag, record in part.choices.items()}
    for one in found if part.many else (found,):
        if one is not None:
            yield _written(one, names[type(one)])


def _needs_text(node: Node) -> bool:
    if isinstance(node, LiteralExpression):
        return node.imported is None
    return isinstance(node, UnaryTests)


def _text(tag: str, text: str) -> XmlElement:
    return XmlElement(name=XmlName(MODEL, tag), content=(text,) if text else ())


def _said(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case HitPolicy():
            return value.value.upper().replace("-", " ")
        case Aggregation():
            return value.value.upper()
        case _:
            return str(value)
