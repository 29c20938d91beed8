"""Keep account of what of a model went into a book, so that nothing is dropped unseen.

Decides what counts as content: what decides, and what explains, such as labels, descriptions,
questions and what other tools keep. Ids, places in a drawing and the direction of a table do not.
What was not read is a finding at its place: an error, or a warning where it only explains and the
caller wants the model all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from dunning_sdk.dmn.boxed import Node
from dunning_sdk.dmn.model import Definitions, ItemDefinition, KnowledgeSource
from dunning_sdk.dmn.schema import SHAPES, XML_NAMES
from dunning_sdk.errors import Severity
from dunning_sdk.interchange.mirror import NAMESPACE
from dunning_sdk.rules.report import Placed, Report

DECIDES: Final = "dmn.unsupported"
EXPLAINS: Final = "dmn.remark"
_TEXTS: Final = {
    "label": "a label",
    "description": "a description",
    "question": "a question",
    "allowed_answers": "allowed answers",
    "output_label": "a label of the output",
    "type": "the type of a source",
    "location": "the place of a source",
    "owner": "the owner of a source",
    "objectives": "objectives",
    "indicators": "indicators",
    "makers": "who makes the decision",
    "owners": "who owns the decision",
    "processes": "processes",
    "tasks": "tasks",
}


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What was read of one model, and what cannot be held.

    Attributes:
        report: Where findings go.
        lossy: Whether what only explains may be left out; it is then a warning.
    """

    report: Report
    lossy: bool = False
    _read: set[tuple[int, str]] = field(default_factory=set)

    def read(self, node: Node, *fields: str) -> None:
        """Note that a node was read, or some of its fields."""
        self._read.update((id(node), name) for name in fields or ("",))

    def refuse(self, place: Placed, what: str, *, expected: str | None = None) -> None:
        """Report what decides and has no place in a book."""
        self.report.add(place, DECIDES, f"A book cannot hold {what}", expected=expected)

    def remark(self, place: Placed, what: str) -> None:
        """Report what explains and has no place in a book."""
        severity: Severity = "warning" if self.lossy else "error"
        self.report.add(place, EXPLAINS, f"A book cannot hold {what}", severity=severity)

    def close(self, definitions: Definitions) -> None:
        """Report all of a model that was not read and only explains."""
        for artifact in definitions.artifacts:
            self.remark(artifact, f"the {artifact.name.local} of a drawing")
        for node in walk(definitions):
            self._close(node)

    def _close(self, node: Node) -> None:
        for element in node.extensions:
            if element.name.namespace != NAMESPACE:
                self.remark(element, f"what another tool keeps: {element.name.local}")
        for name, _ in node.attributes:
            if name.namespace != NAMESPACE:
                self.remark(node, f"what another tool keeps: {name.local}")
        for field_name, what in _TEXTS.items():
            if getattr(node, field_name, None) and (id(node), field_name) not in self._read:
                self.remark(node, f"{what} here")
        if isinstance(node, KnowledgeSource) and (id(node), "") not in self._read:
            self.remark(node, "a source of no rule")

    def unused(self, types: tuple[ItemDefinition, ...]) -> None:
        """Report types that no input and no output has."""
        for one in types:
            if (id(one), "") not in self._read:
                self.remark(one, f"a type that nothing has: {one.name}")


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes in it, in the order of the document."""
    pending = [node]
    while pending:
        one = pending.pop()
        yield one
        inner: list[Node] = []
        for part in SHAPES[type(one)].parts:
            found = getattr(one, part.field)
            inner += [each for each in (found if part.many else (found,)) if isinstance(each, Node)]
        pending += reversed(inner)


def name_of(node: Node) -> str:
    """Return in words which element a node is."""
    tag = XML_NAMES.get(type(node), type(node).__name__)
    return "".join(f" {one.lower()}" if one.isupper() else one for one in tag).strip()
