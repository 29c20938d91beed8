"""Map the elements and attributes of DMN's XML to the records of the model, both ways.

Decides the one table that `read` and `write` follow, in the order of DMN15.xsd. What is not in it
is refused on reading.

>>> [part.field for part in SHAPES[Some].parts]
['source', 'condition']
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Final

from dunning_sdk.dmn.boxed import (
    Annotation,
    AnnotationClause,
    Binding,
    Child,
    Conditional,
    ContextEntry,
    ContextExpression,
    DecisionTable,
    Every,
    FilterExpression,
    ForExpression,
    FunctionDefinition,
    ImportedValues,
    InformationItem,
    InputClause,
    Invocation,
    ListExpression,
    LiteralExpression,
    Node,
    OutputClause,
    Relation,
    Rule,
    Some,
    UnaryTests,
)
from dunning_sdk.dmn.model import (
    AuthorityRequirement,
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Definitions,
    FunctionItem,
    Import,
    InformationRequirement,
    InputData,
    ItemDefinition,
    KnowledgeRequirement,
    KnowledgeSource,
    Reference,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Be a place for elements inside an element.

    Attributes:
        field: Field of the record.
        choices: Record per name of element; one without any holds text.
        many: Whether it holds a tuple.
    """

    field: str
    choices: Mapping[str, type[Node] | None]
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Be what an element may hold.

    Attributes:
        attributes: Field per name of attribute.
        parts: In the order of the standard.
    """

    attributes: Mapping[str, str]
    parts: tuple[Part, ...] = ()


def required(record: type[Node]) -> list[str]:
    """Return the fields that have to be given."""
    return [one.name for one in fields(record) if one.default is MISSING]


def _one(tag: str, field: str, record: type[Node] | None) -> Part:
    return Part(field=field, choices={tag: record})


def _many(tag: str, field: str, record: type[Node]) -> Part:
    return Part(field=field, choices={tag: record}, many=True)


def _shape(*parts: Part, **attributes: str) -> Shape:
    return Shape(attributes={**_NODE, **attributes}, parts=parts)


_NODE: Final = {"id": "id", "label": "label"}
_NAME: Final = {**_NODE, "name": "name"}
_TYPE: Final = {"typeRef": "type_ref"}
_LANGUAGE: Final = {**_TYPE, "expressionLanguage": "language"}
_EXPRESSIONS: Final[Mapping[str, type[Node] | None]] = {
    "literalExpression": LiteralExpression,
    "context": ContextExpression,
    "list": ListExpression,
    "relation": Relation,
    "invocation": Invocation,
    "functionDefinition": FunctionDefinition,
    "conditional": Conditional,
    "filter": FilterExpression,
    "for": ForExpression,
    "some": Some,
    "every": Every,
    "decisionTable": DecisionTable,
}
_ELEMENTS: Final[Mapping[str, type[Node] | None]] = {
    "inputData": InputData,
    "decision": Decision,
    "businessKnowledgeModel": BusinessKnowledgeModel,
    "decisionService": DecisionService,
    "knowledgeSource": KnowledgeSource,
}
KEPT: Final = frozenset(
    {
        *("textAnnotation", "association", "group", "artifact"),
        *("elementCollection", "performanceIndicator", "organizationUnit"),
    }
)
"""Elements of a document that are kept as they were written."""


def _value(field: str) -> Part:
    return Part(field=field, choices=_EXPRESSIONS)


_VARIABLE: Final = _one("variable", "variable", InformationItem)
_KNOWLEDGE: Final = _many("knowledgeRequirement", "knowledge", KnowledgeRequirement)
_AUTHORITY: Final = _many("authorityRequirement", "authority", AuthorityRequirement)
_DECISION: Final = _one("requiredDecision", "decision", Reference)
_INPUT: Final = _one("requiredInput", "input_data", Reference)
_SOURCE: Final = _one("in", "source", Child)
_QUANTIFIED: Final = _shape(
    _SOURCE, _one("satisfies", "condition", Child), **_TYPE, iteratorVariable="variable"
)

SHAPES: Final[Mapping[type[Node], Shape]] = {
    InformationItem: _shape(**_NAME, **_TYPE),
    UnaryTests: _shape(_one("text", "text", None), **_LANGUAGE),
    ImportedValues: _shape(
        _one("importedElement", "element", None),
        **_NAME,
        namespace="namespace",
        locationURI="location",
        importType="import_type",
        expressionLanguage="language",
    ),
    LiteralExpression: _shape(
        _one("text", "text", None), _one("importedValues", "imported", ImportedValues), **_LANGUAGE
    ),
    ContextEntry: _shape(_VARIABLE, _value("value")),
    ContextExpression: _shape(_many("contextEntry", "entries", ContextEntry), **_TYPE),
    ListExpression: _shape(Part(field="items", choices=_EXPRESSIONS, many=True), **_TYPE),
    Relation: _shape(
        _many("column", "columns", InformationItem), _many("row", "rows", ListExpression), **_TYPE
    ),
    Binding: _shape(_one("parameter", "parameter", InformationItem), _value("value")),
    Invocation: _shape(_value("called"), _many("binding", "bindings", Binding), **_TYPE),
    FunctionDefinition: _shape(
        _many("formalParameter", "parameters", InformationItem),
        _value("body"),
        **_TYPE,
        kind="kind",
    ),
    Child: _shape(_value("value"), **_TYPE),
    Conditional: _shape(
        _one("if", "condition", Child),
        _one("then", "consequence", Child),
        _one("else", "alternative", Child),
        **_TYPE,
    ),
    FilterExpression: _shape(_SOURCE, _one("match", "match", Child), **_TYPE),
    ForExpression: _shape(
        _SOURCE, _one("return", "body", Child), **_TYPE, iteratorVariable="variable"
    ),
    Some: _QUANTIFIED,
    Every: _QUANTIFIED,
    InputClause: _shape(
        _one("inputExpression", "expression", LiteralExpression),
        _one("inputValues", "values", UnaryTests),
    ),
    OutputClause: _shape(
        _one("outputValues", "values", UnaryTests),
        _one("defaultOutputEntry", "default", LiteralExpression),
        **_NAME,
        **_TYPE,
    ),
    AnnotationClause: _shape(**_NAME),
    Annotation: _shape(_one("text", "text", None)),
    Rule: _shape(
        _many("inputEntry", "inputs", UnaryTests),
        _many("outputEntry", "outputs", LiteralExpression),
        _many("annotationEntry", "annotations", Annotation),
    ),
    DecisionTable: _shape(
        _many("input", "inputs", InputClause),
        _many("output", "outputs", OutputClause),
        _many("annotation", "annotations", AnnotationClause),
        _many("rule", "rules", Rule),
        **_TYPE,
        hitPolicy="hit_policy",
        aggregation="aggregation",
        preferredOrientation="orientation",
        outputLabel="output_label",
    ),
    Import: _shape(
        **_NAME, namespace="namespace", locationURI="location", importType="import_type"
    ),
    FunctionItem: _shape(
        _many("parameters", "parameters", InformationItem), outputTypeRef="output_type_ref"
    ),
    ItemDefinition: _shape(
        _one("typeRef", "type_ref", None),
        _one("allowedValues", "allowed_values", UnaryTests),
        _one("typeConstraint", "type_constraint", UnaryTests),
        _many("itemComponent", "components", ItemDefinition),
        _one("functionItem", "function", FunctionItem),
        **_NAME,
        typeLanguage="type_language",
        isCollection="is_collection",
    ),
    Reference: _shape(href="href"),
    InformationRequirement: _shape(_DECISION, _INPUT),
    KnowledgeRequirement: _shape(_one("requiredKnowledge", "knowledge", Reference)),
    AuthorityRequirement: _shape(
        _DECISION, _INPUT, _one("requiredAuthority", "authority", Reference)
    ),
    InputData: _shape(_VARIABLE, **_NAME),
    Decision: _shape(
        _one("question", "question", None),
        _one("allowedAnswers", "allowed_answers", None),
        _VARIABLE,
        _many("informationRequirement", "information", InformationRequirement),
        _KNOWLEDGE,
        _AUTHORITY,
        _many("supportedObjective", "objectives", Reference),
        _many("impactedPerformanceIndicator", "indicators", Reference),
        _many("decisionMaker", "makers", Reference),
        _many("decisionOwner", "owners", Reference),
        _many("usingProcess", "processes", Reference),
        _many("usingTask", "tasks", Reference),
        _value("logic"),
        **_NAME,
    ),
    BusinessKnowledgeModel: _shape(
        _VARIABLE,
        _one("encapsulatedLogic", "logic", FunctionDefinition),
        _KNOWLEDGE,
        _AUTHORITY,
        **_NAME,
    ),
    DecisionService: _shape(
        _VARIABLE,
        _many("outputDecision", "outputs", Reference),
        _many("encapsulatedDecision", "encapsulated", Reference),
        _many("inputDecision", "input_decisions", Reference),
        _many("inputData", "input_data", Reference),
        **_NAME,
    ),
    KnowledgeSource: _shape(
        _AUTHORITY,
        _one("type", "type", None),
        _one("owner", "owner", Reference),
        **_NAME,
        locationURI="location",
    ),
    Definitions: _shape(
        _many("import", "imports", Import),
        _many("itemDefinition", "types", ItemDefinition),
        Part(field="elements", choices=_ELEMENTS, many=True),
        **_NAME,
        namespace="namespace",
        expressionLanguage="expression_language",
        typeLanguage="type_language",
        exporter="exporter",
        exporterVersion="exporter_version",
    ),
}
"""What each element may hold, by the record that it becomes."""

XML_NAMES: Final[Mapping[type[Node], str]] = {
    record: tag
    for choices in (_EXPRESSIONS, _ELEMENTS)
    for tag, record in choices.items()
    if record
}
"""The names of expressions and of elements of the requirement graph."""
