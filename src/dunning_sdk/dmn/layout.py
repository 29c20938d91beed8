"""Draw the requirement graph of a model, simply, so that a modeler can show it.

Decides one place per element: in rows, what is required below what requires it, in the order of
the document. Elements and requirements without an id get one, since a diagram refers to ids.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from dunning_sdk.dmn.boxed import Node
from dunning_sdk.dmn.model import (
    DecisionService,
    Definitions,
    Element,
    Reference,
)
from dunning_sdk.dmn.namespace import DC, DI, DIAGRAM
from dunning_sdk.dmn.xml_tree import XmlElement, XmlName

WIDTH: Final = 160
HEIGHT: Final = 60
_STEP_X: Final = 200
_STEP_Y: Final = 120
_MARGIN: Final = 40
_REQUIREMENTS: Final = ("information", "knowledge", "authority")
_TARGETS: Final = ("decision", "input_data", "knowledge", "authority")
_NO_ID: Final = re.compile(r"[^A-Za-z0-9_.-]")


def lay_out(definitions: Definitions) -> Definitions:
    """Return a model with a diagram; one that has a diagram comes back as it is."""
    if definitions.diagrams:
        return definitions
    made = _with_ids(definitions)
    rows = _rows(made)
    shapes = {
        element.id: (
            _MARGIN + at * _STEP_X,
            _MARGIN + (len(rows) - 1 - row) * _STEP_Y,
        )
        for row, elements in enumerate(rows)
        for at, element in enumerate(elements)
    }
    content = (
        *(_shape(element, shapes[element.id]) for element in made.elements),
        *_edges(made, shapes),
    )
    diagram = _element(DIAGRAM, "DMNDiagram", {"id": "_diagram", "name": definitions.name}, content)
    prefixes = dict(definitions.prefixes)
    for prefix, namespace in (("dmndi", DIAGRAM), ("dc", DC), ("di", DI)):
        prefixes.setdefault(prefix, namespace)
    return replace(
        made,
        diagrams=(_element(DIAGRAM, "DMNDI", {}, (diagram,)),),
        prefixes=tuple(prefixes.items()),
    )


def _with_ids(definitions: Definitions) -> Definitions:
    used = {element.id for element in definitions.elements}
    elements = []
    for element in definitions.elements:
        fresh = element.id or _free(f"_{_NO_ID.sub('_', element.name)}", used)
        changes: dict[str, Any] = {"id": fresh}
        for field in _REQUIREMENTS:
            wanted = getattr(element, field, ())
            if wanted:
                changes[field] = tuple(
                    replace(one, id=one.id or _free(f"{fresh}_{field}_{at}", used))
                    for at, one in enumerate(wanted, 1)
                )
        elements.append(replace(element, **changes))
    return replace(definitions, elements=tuple(elements))


def _free(wanted: str, used: set[str]) -> str:
    found, number = wanted, 1
    while found in used:
        number += 1
        found = f"{wanted}_{number}"
    used.add(found)
    return found


def _required(element: Element) -> Iterator[tuple[Node, str]]:
    """Yield each requirement with the id of what it requires, as far as it is not imported."""
    for one in (one for field in _REQUIREMENTS for one in getattr(element, field, ())):
        references = (getattr(one, name, None) for name in _TARGETS)
        href = next((each.href for each in references if isinstance(each, Reference)), "")
        if href.startswith("#"):
            yield one, href[1:]


def _rows(definitions: Definitions) -> Sequence[Sequence[Element]]:
    elements = {element.id: element for element in definitions.elements}
    ranks: dict[str, int] = {}
    for element in definitions.elements:
        _rank(element.id, elements, ranks)
    rows: list[list[Element]] = []
    for element in definitions.elements:
        while len(rows) <= ranks[element.id]:
            rows.append([])
        rows[ranks[element.id]].append(element)
    return rows


def _rank(identity: str, elements: Mapping[str, Element], ranks: dict[str, int]) -> None:
    """Find how many rows an element stands above what it requires; a cycle ends somewhere."""
    pending, opened = [identity], set[str]()
    while pending:
        one = pending[-1]
        below = [wanted for _, wanted in _required(elements[one]) if wanted in elements]
        if one not in ranks and one not in opened:
            opened.add(one)
            pending += [wanted for wanted in below if wanted not in opened]
            continue
        pending.pop()
        ranks.setdefault(one, 1 + max((ranks.get(wanted, 0) for wanted in below), default=-1))


def _shape(element: Element, at: tuple[int, int]) -> XmlElement:
    bounds = {"height": HEIGHT, "width": WIDTH, "x": at[0], "y": at[1]}
    collapsed = {"isCollapsed": "true"} if isinstance(element, DecisionService) else {}
    attributes = {"id": f"{element.id}_shape", "dmnElementRef": element.id, **collapsed}
    return _element(DIAGRAM, "DMNShape", attributes, (_element(DC, "Bounds", bounds),))


def _edges(definitions: Definitions, shapes: Mapping[str, tuple[int, int]]) -> Iterator[XmlElement]:
    for element in definitions.elements:
        for requirement, wanted in _required(element):
            if wanted not in shapes:
                continue
            (from_x, from_y), (to_x, to_y) = shapes[wanted], shapes[element.id]
            yield _element(
                DIAGRAM,
                "DMNEdge",
                {"id": f"{requirement.id}_edge", "dmnElementRef": requirement.id},
                (
                    _element(DI, "waypoint", {"x": from_x + WIDTH // 2, "y": from_y}),
                    _element(DI, "waypoint", {"x": to_x + WIDTH // 2, "y": to_y + HEIGHT}),
                ),
            )


def _element(
    namespace: str,
    local: str,
    attributes: Mapping[str, object],
    content: tuple[XmlElement, ...] = (),
) -> XmlElement:
    prefix = {DIAGRAM: "dmndi", DC: "dc", DI: "di"}[namespace]
    return XmlElement(
        name=XmlName(namespace, local, prefix),
        attributes=tuple((XmlName("", name), str(value)) for name, value in attributes.items()),
        content=content,
    )
