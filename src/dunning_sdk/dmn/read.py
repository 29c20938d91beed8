"""Read the XML of DMN 1.1 to 1.5 into the records of the model.

Decides what is understood: `schema` lists it. What other tools keep with a model stays with it;
an element or attribute of DMN that is not known is refused with its position. Comments are not
kept.

>>> found = read_definitions('''<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
...   name="fees" namespace="urn:fees"><inputData name="days overdue"/></definitions>''')
>>> found.elements[0].name, found.elements[0].line
('days overdue', 2)
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from dunning_sdk.dmn.boxed import LiteralExpression, Node, UnaryTests
from dunning_sdk.dmn.errors import DmnSyntaxError
from dunning_sdk.dmn.model import Definitions
from dunning_sdk.dmn.namespace import DIAGRAM, FEEL, MODEL, renewed
from dunning_sdk.dmn.schema import KEPT, SHAPES, Part, required
from dunning_sdk.dmn.table import Aggregation, HitPolicy
from dunning_sdk.dmn.xml_tree import (
    DEFAULT_LIMITS,
    XML_NAMESPACE,
    XmlElement,
    XmlLimits,
    XmlName,
    parse_xml,
)


def read_definitions(data: bytes | str, *, limits: XmlLimits = DEFAULT_LIMITS) -> Definitions:
    """Return the model that a document holds.

    Args:
        data: XML of DMN 1.1 to 1.5.
        limits: Bounds on the document.

    Raises:
        DmnSyntaxError: It is not XML, not DMN, or holds what this package does not know.
        DmnLimitError: It passes a limit.
    """
    root = parse_xml(data, limits=limits)
    if renewed(root.name.namespace) != MODEL or root.name.local != "definitions":
        raise _fault(root, f"a DMN document begins with definitions, not with {_said(root)}")
    kept, diagrams, rest = [], [], []
    for child in root.content:
        if isinstance(child, XmlElement) and renewed(child.name.namespace) == DIAGRAM:
            diagrams.append(_renewed(child))
        elif isinstance(child, XmlElement) and _is_model(child) and child.name.local in KEPT:
            kept.append(_renewed(child))
        else:
            rest.append(child)
    found: Definitions = _read(replace(root, content=tuple(rest)), Definitions)
    prefixes = tuple((prefix, renewed(uri)) for prefix, uri in root.declared if prefix)
    return replace(found, artifacts=tuple(kept), diagrams=tuple(diagrams), prefixes=prefixes)


def _read(element: XmlElement, record: type[Node]) -> Any:  # noqa: ANN401 - the record asked for
    shape = SHAPES[record]
    values: dict[str, Any] = {"line": element.line, "column": element.column}
    foreign = []
    for name, value in element.attributes:
        if name.namespace and renewed(name.namespace) != MODEL:
            foreign.append((name, value))
        elif name.local not in shape.attributes:
            raise _fault(element, f"an unknown attribute '{name.local}' of {_said(element)}")
        else:
            field = shape.attributes[name.local]
            values[field] = _attribute(element, name.local, field, value)
    values["attributes"] = tuple(foreign)
    parts = {tag: part for part in shape.parts for tag in part.choices}
    for child in element.content:
        if isinstance(child, XmlElement):
            _add(values, child, parts, record)
        elif child.strip():
            raise _fault(element, f"text inside {_said(element)}, which holds elements only")
    for field in required(record):
        if field not in values:
            raise _fault(element, f"{_said(element)} without {_named(record, field)}")
    return record(**values)


def _add(
    values: dict[str, Any], child: XmlElement, parts: Mapping[str, Part], record: type[Node]
) -> None:
    tag = child.name.local
    if not _is_model(child):
        values["extensions"] = (*values.get("extensions", ()), child)
    elif tag == "extensionElements":
        values["extensions"] = (*values.get("extensions", ()), *child.children)
    elif tag == "description":
        values["description"] = _text(child)
    elif tag not in parts:
        raise _fault(child, f"an unknown element '{tag}'")
    else:
        part = parts[tag]
        wanted = part.choices[tag]
        made = _read(child, wanted) if wanted else _text(child)
        if part.many:
            values[part.field] = (*values.get(part.field, ()), made)
        elif part.field in values:
            raise _fault(child, f"a second element for {_named(record, part.field)}")
        else:
            values[part.field] = made
        if tag == "text" and record in (LiteralExpression, UnaryTests):
            values["line"], values["column"] = child.text_line, child.text_column


def _text(element: XmlElement) -> str:
    foreign = [name for name, _ in element.attributes if name.namespace != XML_NAMESPACE]
    if element.children or foreign:
        raise _fault(element, f"{_said(element)} holds text only")
    return element.text


def _attribute(element: XmlElement, name: str, field: str, value: str) -> Any:  # noqa: ANN401 - as the field is typed
    read = _CODECS.get(field)
    if read is None:
        return value
    try:
        return read(value)
    except (KeyError, ValueError):
        raise _fault(element, f"'{value}' is no {name}") from None


def _language(uri: str) -> str:
    return "" if renewed(uri) == FEEL or uri.lower() == "feel" else uri


_CODECS: Final[Mapping[str, Callable[[str], Any]]] = {
    "is_collection": lambda text: {"true": True, "1": True, "false": False, "0": False}[text],
    "hit_policy": lambda text: HitPolicy(text.lower().replace(" ", "-")),
    "aggregation": lambda text: Aggregation(text.lower()),
    "language": _language,
    "expression_language": _language,
    "type_language": _language,
    "import_type": renewed,
}


def _renewed(element: XmlElement) -> XmlElement:
    """Return an element with the namespaces of DMN 1.5."""
    namespace = renewed(element.name.namespace)
    prefix = "" if namespace == MODEL else element.name.prefix
    content = tuple(
        _renewed(part) if isinstance(part, XmlElement) else part for part in element.content
    )
    declared = tuple((each, renewed(uri)) for each, uri in element.declared if each)
    return replace(
        element,
        name=XmlName(namespace, element.name.local, prefix),
        content=content,
        declared=declared,
    )


def _is_model(element: XmlElement) -> bool:
    return renewed(element.name.namespace) == MODEL


def _said(element: XmlElement) -> str:
    name = element.attribute("name")
    return f"{element.name.local} '{name}'" if name else element.name.local


def _named(record: type[Node], field: str) -> str:
    shape = SHAPES[record]
    tags = [name for name, known in shape.attributes.items() if known == field]
    for part in shape.parts:
        if part.field == field:
            tags.append(next(iter(part.choices)) if len(part.choices) == 1 else "an expression")
    return "".join(tags[:1])


def _fault(element: XmlElement, message: str) -> DmnSyntaxError:
    return DmnSyntaxError(message=message, line=element.line, column=element.column)
