r"""Keep what DMN has no word for as extension elements: a YAML tree as XML, and back.

Decides the form alone. A mapping is ``map``, a list ``list``, a text ``text``; a number, a date,
true, false and null are ``value``, written as in YAML. What stands under a key has it as ``key``.

>>> from dunning_sdk.strict_yaml import load, to_plain
>>> tree = load("limits: Not for consumers.\napplies: {from: 2026-01-01}", "rule.yaml")
>>> found = to_xml(tree, name="rule")
>>> [(one.name.local, one.attribute("key"), one.text) for one in found.children]
[('text', 'limits', 'Not for consumers.'), ('map', 'applies', '')]
>>> to_plain(from_xml(found)) == to_plain(tree)
True
"""

from typing import Final

from dunning_sdk.dmn.boxed import Node
from dunning_sdk.dmn.xml_tree import XmlElement, XmlName
from dunning_sdk.interchange.notation import mapping_of, text_node, value_node
from dunning_sdk.strict_yaml import YamlMapping, YamlNode, YamlScalar, YamlSequence

NAMESPACE: Final = "urn:dunning-sdk:book"
PREFIX: Final = "dunning"
_KEY: Final = XmlName("", "key")


def named(local: str) -> XmlName:
    """Return a name in our own namespace."""
    return XmlName(NAMESPACE, local, PREFIX)


def to_xml(node: YamlNode, *, name: str = "", key: str | None = None) -> XmlElement:
    """Return a tree as an element.

    Args:
        node: The tree.
        name: Of the element; that of its kind where left out.
        key: Under which it stands; ``None`` for none.
    """
    content: tuple[XmlElement | str, ...]
    match node:
        case YamlMapping():
            kind = "map"
            content = tuple(to_xml(value, key=one.raw) for one, value in node.entries)
        case YamlSequence():
            kind, content = "list", tuple(to_xml(item) for item in node)
        case YamlScalar():
            is_text = isinstance(node.value, str)
            said = "null" if node.value is None else node.raw
            kind, content = "text" if is_text else "value", (said,) if said else ()
    return XmlElement(
        name=named(name or kind),
        attributes=() if key is None else ((_KEY, key),),
        content=content,
    )


def from_xml(element: XmlElement) -> YamlNode:
    """Return the tree in an element; what is neither list, text nor value is a mapping."""
    place = (element.line, element.column)
    match element.name.local:
        case "list":
            items = tuple(from_xml(one) for one in element.children)
            return YamlSequence(items=items, line=place[0], column=place[1])
        case "text":
            return text_node(element.text, element.text_line, element.text_column)
        case "value":
            return value_node(element.text, element.text_line, element.text_column)
        case _:
            entries = {
                one.attribute("key") or one.name.local: from_xml(one) for one in element.children
            }
            return mapping_of(entries, *place)


def mirrored(node: Node, name: str) -> dict[str, YamlNode]:
    """Return the keys of a file that have no other place in a model.

    Args:
        node: What the file became.
        name: ``book`` or ``rule``.
    """
    found: dict[str, YamlNode] = {}
    for element in node.extensions:
        if element.name.namespace == NAMESPACE and element.name.local == name:
            tree = from_xml(element)
            entries = tree.entries if isinstance(tree, YamlMapping) else ()
            found |= {key.raw: value for key, value in entries}
    return found
