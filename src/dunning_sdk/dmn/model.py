"""Be the records of a DMN model: types, requirement graph, services, imports.

Decides nothing: `read` makes them, `write` writes them, `linking` and `compile` give them meaning.
Boxed expressions are in `boxed`. References between elements are kept as they are written:
``#id``, or ``namespace#id`` for an imported element.
"""

from dataclasses import dataclass

from dunning_sdk.dmn.boxed import (
    Expression,
    FunctionDefinition,
    InformationItem,
    Node,
    UnaryTests,
)
from dunning_sdk.dmn.namespace import MODEL
from dunning_sdk.dmn.xml_tree import XmlElement


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Node):
    """Be the import of another document; its names are written ``name.``."""

    name: str = ""
    namespace: str
    location: str = ""
    import_type: str = MODEL


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionItem(Node):
    """Be the type of a function."""

    parameters: tuple[InformationItem, ...] = ()
    output_type_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDefinition(Node):
    """Be a type, or a component of one.

    Attributes:
        name: How it is referred to, or the name of the component.
        type_ref: The type it narrows.
        allowed_values: What its values, or the items of a collection, have to be.
        type_constraint: What the whole has to be.
        components: The entries of a context.
        function: Set where it is the type of a function.
        type_language: The URI of another type language than FEEL's.
        is_collection: Whether it is a list of what it says otherwise.
    """

    name: str
    type_ref: str = ""
    allowed_values: UnaryTests | None = None
    type_constraint: UnaryTests | None = None
    components: tuple["ItemDefinition", ...] = ()
    function: FunctionItem | None = None
    type_language: str = ""
    is_collection: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Node):
    """Be a reference without a meaning of its own."""

    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationRequirement(Node):
    """Be what a decision needs to know: another decision, or input data."""

    decision: Reference | None = None
    input_data: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeRequirement(Node):
    """Be the function that logic calls."""

    knowledge: Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRequirement(Node):
    """Be on what something rests, for readers."""

    decision: Reference | None = None
    input_data: Reference | None = None
    authority: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element(Node):
    """Be a node of the requirement graph."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData(Element):
    """Be what a caller knows."""

    variable: InformationItem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Element):
    """Be a decision with its logic, or without, when its value is given."""

    question: str = ""
    allowed_answers: str = ""
    variable: InformationItem | None = None
    information: tuple[InformationRequirement, ...] = ()
    knowledge: tuple[KnowledgeRequirement, ...] = ()
    authority: tuple[AuthorityRequirement, ...] = ()
    objectives: tuple[Reference, ...] = ()
    indicators: tuple[Reference, ...] = ()
    makers: tuple[Reference, ...] = ()
    owners: tuple[Reference, ...] = ()
    processes: tuple[Reference, ...] = ()
    tasks: tuple[Reference, ...] = ()
    logic: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessKnowledgeModel(Element):
    """Be a function that decisions share."""

    variable: InformationItem | None = None
    logic: FunctionDefinition | None = None
    knowledge: tuple[KnowledgeRequirement, ...] = ()
    authority: tuple[AuthorityRequirement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionService(Element):
    """Be decisions offered as one function: its input data, then its input decisions, in order."""

    variable: InformationItem | None = None
    outputs: tuple[Reference, ...] = ()
    encapsulated: tuple[Reference, ...] = ()
    input_decisions: tuple[Reference, ...] = ()
    input_data: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeSource(Element):
    """Be an authority, for readers."""

    authority: tuple[AuthorityRequirement, ...] = ()
    type: str = ""
    owner: Reference | None = None
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions(Node):
    """Be one document.

    Attributes:
        name: For readers.
        namespace: By which other documents import it.
        expression_language: The URI of another language than FEEL.
        type_language: The URI of another type language than FEEL's.
        exporter: What wrote the document.
        exporter_version: Its version.
        imports: Other documents it uses.
        types: Item definitions.
        elements: The requirement graph, in the order of the document.
        artifacts: Notes, groups and business context, as they were written.
        diagrams: Where a modeler draws what, as it was written.
        prefixes: Pairs of prefix and namespace known in all of the document.
    """

    name: str
    namespace: str
    expression_language: str = ""
    type_language: str = ""
    exporter: str = ""
    exporter_version: str = ""
    imports: tuple[Import, ...] = ()
    types: tuple[ItemDefinition, ...] = ()
    elements: tuple[Element, ...] = ()
    artifacts: tuple[XmlElement, ...] = ()
    diagrams: tuple[XmlElement, ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()
