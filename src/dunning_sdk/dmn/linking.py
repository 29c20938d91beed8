"""Join a document with those it imports, and find the elements that references mean.

Decides what a reference means and by which path of import names an element is called. Leaves to
the caller where an imported document comes from.

>>> from dunning_sdk.dmn.read import read_definitions
>>> unit = link(read_definitions('''<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"
...   name="fees" namespace="urn:fees"><inputData id="d" name="days"/></definitions>'''))
>>> unit.find("#d").element.name
'days'
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from dunning_sdk.dmn.boxed import Node
from dunning_sdk.dmn.errors import DmnModelError
from dunning_sdk.dmn.model import Definitions, Element, Import
from dunning_sdk.dmn.namespace import MODEL
from dunning_sdk.dmn.read import read_definitions

IMPORT_DEPTH_MAX: Final = 8

Resolver: TypeAlias = Callable[[Import], Definitions | bytes | str | None]
"""Returns the document that an import means, or ``None`` if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unit:
    """Be one document with those it imports.

    Attributes:
        definitions: The document.
        imports: The imported documents by the names they are imported by.
        elements: The elements of the document by id.
    """

    definitions: Definitions
    imports: Mapping[str, "Unit"]
    elements: Mapping[str, Element] = field(default_factory=dict)

    def find(self, href: str, *, node: Node | None = None) -> "Found":
        """Return the element that a reference means.

        Args:
            href: ``#id`` or ``namespace#id``.
            node: Where it stands, for the error.

        Raises:
            DmnModelError: It means nothing.
        """
        namespace, _, identity = href.rpartition("#")
        for path, unit in self.reachable():
            if namespace in ("", unit.definitions.namespace) and identity in unit.elements:
                return Found(unit=unit, element=unit.elements[identity], path=path)
            if not namespace:
                break
        line, column = (node.line, node.column) if node else (1, 1)
        raise DmnModelError(
            message=f"a reference to '{href}', which is no element of the model or its imports",
            line=line,
            column=column,
        )

    def reachable(self) -> Iterator[tuple[tuple[str, ...], "Unit"]]:
        """Yield this document and all it imports, each once by the shortest path of names."""
        pending: deque[tuple[tuple[str, ...], Unit]] = deque([((), self)])
        seen = {self}
        while pending:
            path, unit = pending.popleft()
            yield path, unit
            for name, each in unit.imports.items():
                if each not in seen:
                    seen.add(each)
                    pending.append(((*path, name), each))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Be an element with the document it is in.

    Attributes:
        unit: The document.
        element: The element.
        path: The import names that lead to the document; empty for the document itself.
    """

    unit: Unit
    element: Element
    path: tuple[str, ...]


def link(definitions: Definitions, *, resolver: Resolver | None = None) -> Unit:
    """Return a document with all it imports.

    Args:
        definitions: The document.
        resolver: Finds imported documents.

    Raises:
        DmnModelError: An import is not found, is not DMN, leads back to its importer, or is nested
            too deeply; or two elements have the same id.
        DmnSyntaxError: An imported document is not DMN.
    """
    return _Linker(resolver).linked(definitions, ())


class _Linker:
    def __init__(self, resolver: Resolver | None) -> None:
        self._resolver = resolver
        self._known: dict[str, Unit] = {}

    def linked(self, definitions: Definitions, importers: tuple[str, ...]) -> Unit:
        imports = {}
        for each in definitions.imports:
            if each.name in imports:
                raise _fault(each, f"a second import named '{each.name}'")
            imports[each.name] = self._imported(each, (*importers, definitions.namespace))
        elements: dict[str, Element] = {}
        for element in definitions.elements:
            if element.id and element.id in elements:
                raise _fault(element, f"a second element with the id '{element.id}'")
            if element.id:
                elements[element.id] = element
        return Unit(definitions=definitions, imports=imports, elements=elements)

    def _imported(self, each: Import, importers: tuple[str, ...]) -> Unit:
        if each.import_type != MODEL:
            raise _fault(each, f"an import of {each.import_type}, only DMN can be imported")
        if len(importers) > IMPORT_DEPTH_MAX:
            raise _fault(each, f"imports nested more than {IMPORT_DEPTH_MAX} deep")
        if each.namespace in importers:
            raise _fault(each, f"'{each.name}' imports what it is imported by")
        if each.namespace not in self._known:
            found = self._resolver(each) if self._resolver else None
            if found is None:
                raise _fault(each, f"the imported model '{each.namespace}' is not found")
            if not isinstance(found, Definitions):
                found = read_definitions(found)
            if found.namespace != each.namespace:
                message = f"the model found for '{each.namespace}' is '{found.namespace}'"
                raise _fault(each, message)
            self._known[each.namespace] = self.linked(found, importers)
        return self._known[each.namespace]


def _fault(node: Node, message: str) -> DmnModelError:
    return DmnModelError(message=message, line=node.line, column=node.column)
