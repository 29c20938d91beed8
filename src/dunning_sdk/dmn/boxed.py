"""Be the boxed expressions of DMN: records that say what an author drew.

Decides nothing: `read` makes them, `write` writes them, `logic` compiles them. Two are equal when
they say the same, wherever they stand. An attribute that is left out is empty.
"""

from dataclasses import dataclass, field

from dunning_sdk.dmn.table import Aggregation, HitPolicy
from dunning_sdk.dmn.xml_tree import XmlElement, XmlName


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Be anything that can stand in a model.

    Attributes:
        id: Unique in its document, empty for none.
        label: For readers.
        description: For readers.
        extensions: What tools of others keep with it, as it was written.
        attributes: Attributes of others, as they were written.
        line: Line where it begins, or its FEEL text does, counted from 1.
        column: Column where it begins, or its FEEL text does, counted from 1.
    """

    id: str = ""
    label: str = ""
    description: str = ""
    extensions: tuple[XmlElement, ...] = ()
    attributes: tuple[tuple[XmlName, str], ...] = ()
    line: int = field(default=1, compare=False, repr=False)
    column: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationItem(Node):
    """Be a variable, a parameter or a column: a name with a type."""

    name: str
    type_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaryTests(Node):
    """Be a cell, or the values that are allowed."""

    text: str = ""
    language: str = ""
    type_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression(Node):
    """Be any boxed expression; ``type_ref`` is what its value has to be."""

    type_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedValues(Node):
    """Be values kept elsewhere; kept in the model, and not evaluated."""

    name: str = ""
    namespace: str = ""
    location: str = ""
    import_type: str = ""
    language: str = ""
    element: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralExpression(Expression):
    """Be FEEL text; ``language`` is the URI of another language, if it is not FEEL."""

    text: str = ""
    language: str = ""
    imported: ImportedValues | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextEntry(Node):
    """Be an entry of a context; the last may lack a variable, and is then the result."""

    variable: InformationItem | None = None
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextExpression(Expression):
    """Be a boxed context; later entries see earlier ones."""

    entries: tuple[ContextEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListExpression(Expression):
    """Be a boxed list, or the row of a relation."""

    items: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Expression):
    """Be a table without decisions: a list of contexts, one for each row."""

    columns: tuple[InformationItem, ...] = ()
    rows: tuple[ListExpression, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding(Node):
    """Be an argument of an invocation; without a value it is null."""

    parameter: InformationItem
    value: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation(Expression):
    """Be a call with named arguments."""

    called: Expression | None = None
    bindings: tuple[Binding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionDefinition(Expression):
    """Be a function; ``kind`` is FEEL, Java or PMML."""

    kind: str = "FEEL"
    parameters: tuple[InformationItem, ...] = ()
    body: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Child(Node):
    """Be a part of a conditional, filter or iterator."""

    type_ref: str = ""
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(Expression):
    """Be ``if``, ``then`` and ``else`` in boxes."""

    condition: Child
    consequence: Child
    alternative: Child


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterExpression(Expression):
    """Be the items of a list that match."""

    source: Child
    match: Child


@dataclass(frozen=True, slots=True, kw_only=True)
class ForExpression(Expression):
    """Be ``for`` in boxes."""

    variable: str = ""
    source: Child
    body: Child


@dataclass(frozen=True, slots=True, kw_only=True)
class Some(Expression):
    """Be ``some`` in boxes."""

    variable: str = ""
    source: Child
    condition: Child


@dataclass(frozen=True, slots=True, kw_only=True)
class Every(Expression):
    """Be ``every`` in boxes."""

    variable: str = ""
    source: Child
    condition: Child


@dataclass(frozen=True, slots=True, kw_only=True)
class InputClause(Node):
    """Be an input column of a decision table."""

    expression: LiteralExpression
    values: UnaryTests | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputClause(Node):
    """Be an output column; under priority its values are listed from the highest down."""

    name: str = ""
    type_ref: str = ""
    values: UnaryTests | None = None
    default: LiteralExpression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationClause(Node):
    """Be an annotation column."""

    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation(Node):
    """Be what a rule has in an annotation column."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Node):
    """Be a row: a cell for each input, a value for each output, and annotations."""

    inputs: tuple[UnaryTests, ...] = ()
    outputs: tuple[LiteralExpression, ...] = ()
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTable(Expression):
    """Be a decision table as it is drawn."""

    inputs: tuple[InputClause, ...] = ()
    outputs: tuple[OutputClause, ...] = ()
    annotations: tuple[AnnotationClause, ...] = ()
    rules: tuple[Rule, ...] = ()
    hit_policy: HitPolicy = HitPolicy.UNIQUE
    aggregation: Aggregation = Aggregation.LIST
    orientation: str = "Rule-as-Row"
    output_label: str = ""
