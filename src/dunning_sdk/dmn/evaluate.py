"""Decide by a DMN model.

Decides how facts meet the inputs of a model, and what a caller is told about an evaluation. A
model is compiled once and evaluated many times; it keeps no state between.

>>> model = load_model('''<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"
...   name="fees" namespace="urn:fees">
...   <inputData id="d" name="days"><variable name="days" typeRef="number"/></inputData>
...   <decision name="fee"><variable name="fee" typeRef="number"/>
...     <informationRequirement><requiredInput href="#d"/></informationRequirement>
...     <literalExpression><text>if days > 30 then 40 else 0</text></literalExpression>
...   </decision></definitions>''')
>>> model.evaluate({"days": 31}).values
{'fee': Decimal('40')}
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dunning_sdk.dmn.compile import compile_graph
from dunning_sdk.dmn.errors import DmnLimitError, DmnValueError
from dunning_sdk.dmn.linking import Resolver, Unit, link
from dunning_sdk.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Definitions,
    Element,
    InputData,
)
from dunning_sdk.dmn.point import Options, Point, settle
from dunning_sdk.dmn.read import read_definitions
from dunning_sdk.dmn.session import Decided, Fault, Key, Session, named
from dunning_sdk.dmn.xml_tree import DEFAULT_LIMITS as XML_LIMITS
from dunning_sdk.dmn.xml_tree import XmlLimits
from dunning_sdk.feel.environment import DEFAULT_LIMITS, Clock, Limits
from dunning_sdk.feel.errors import FeelError
from dunning_sdk.feel.eval_calls import call_function
from dunning_sdk.feel.types import Type
from dunning_sdk.feel.values import Function, OperandError, Value, admit


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Be what an evaluation found.

    Attributes:
        values: Value per decision, function or service that was asked for.
        decided: Every decision that was decided, in order, with its tables.
        faults: Every null born of an error, in order.
    """

    values: Mapping[str, Value]
    decided: tuple[Decided, ...]
    faults: tuple[Fault, ...]


class Model:
    """Be a compiled model; made by `load_model` and `compile_model`.

    Attributes:
        definitions: The model as it was read.
        strict: Whether an error raises instead of being null.
    """

    def __init__(self, unit: Unit, options: Options) -> None:
        self.definitions = unit.definitions
        self.strict = options.strict
        self._limits = options.limits
        self._unit = unit
        self._points = compile_graph(unit, options)

    def names(self, kind: type[Element]) -> tuple[str, ...]:
        """Return the names of the elements of a kind, as `Decision`, in order of the document."""
        return tuple(one.name for one in self.definitions.elements if isinstance(one, kind))

    def input_types(self) -> Mapping[str, Type]:
        """Return the type of each input, those of imported models as ``import.name``."""
        return {".".join(path): self._points[key].boundary.type for path, key in self._inputs()}

    def evaluate(
        self,
        facts: Mapping[str, object],
        *,
        decisions: Sequence[str] = (),
        clock: Clock | None = None,
    ) -> Outcome:
        """Return what decisions decide.

        Args:
            facts: Value per input by its name; those of an imported model in a mapping under its
                import's name, or by their own name where only one model has it. A decision
                without logic takes its value from here too.
            decisions: Names of decisions; empty for all of the document.
            clock: Answers ``now()`` and ``today()``.

        Raises:
            DmnValueError: A decision is unknown, or a fact is no value of FEEL; in strict mode
                also: an unknown or missing fact, a wrong type, or an error of an expression.
            DmnError: In strict mode: a table has no answer.
            DmnLimitError: A limit was passed.
        """
        asked = [self._point(name, Decision) for name in decisions or self.names(Decision)]
        session = Session(given=self._given(facts), clock=clock, limits=self._limits)
        try:
            values = {one.element.name: settle(self._points, one.key, session) for one in asked}
        except RecursionError:
            raise DmnLimitError(message="nested too deeply") from None
        return _outcome(values, session)

    def invoke(
        self, name: str, arguments: Mapping[str, object], *, clock: Clock | None = None
    ) -> Outcome:
        """Return what a business knowledge model or a decision service returns.

        Args:
            name: Its name.
            arguments: Value per parameter; one left out is null.
            clock: As for `evaluate`.

        Raises:
            DmnValueError: It is unknown, or an argument is no value of FEEL; in strict mode also:
                arguments that do not fit.
            DmnError: As for `evaluate`.
        """
        point = self._point(name, BusinessKnowledgeModel, DecisionService)
        session = Session(clock=clock, limits=self._limits)
        given = {key: _admitted(key, value) for key, value in arguments.items()}
        if self.strict and given.keys() != set(point.parameters):
            message = f"takes the arguments {', '.join(point.parameters) or 'none'}"
            raise DmnValueError(message=message, decision=name)
        value: Value = None
        try:
            if point.function is not None:
                value = call_function(
                    point.function, list(given.values()), names=list(given), evaluation=session
                )
        except OperandError as error:
            if self.strict:
                raise DmnValueError(message=str(error), decision=name) from error
            with session.inside(name):
                session.record(str(error), line=point.element.line, column=point.element.column)
        except FeelError as error:
            raise named(error, name) from error
        except RecursionError:
            raise DmnLimitError(message="nested too deeply", decision=name) from None
        return _outcome({name: value}, session)

    def needs_external(self, name: str) -> bool:
        """Tell whether a decision or function rests on a function of another language."""
        pending, seen = [self._point(name, Element).key], set()
        while pending:
            key = pending.pop()
            if self._points[key].external:
                return True
            if key not in seen:
                seen.add(key)
                pending += self._points[key].needs
        return False

    def _point(self, name: str, *kinds: type[Element]) -> Point:
        point = self._points.get((self.definitions.namespace, name))
        if point is None or not isinstance(point.element, kinds):
            said = " or ".join(_SAID.get(kind, "element") for kind in kinds)
            raise DmnValueError(message=f"the model has no {said} of this name", decision=name)
        return point

    def _given(self, facts: Mapping[str, object]) -> Mapping[Key, Value]:
        given: dict[Key, Value] = {}
        used: set[str] = set()
        for path, key in self._inputs():
            found: object = facts
            for name in path:
                found = found.get(name, _ABSENT) if isinstance(found, Mapping) else _ABSENT
            if found is _ABSENT and path[-1] in facts and key not in given:
                found, path = facts[path[-1]], path[-1:]
            if found is not _ABSENT:
                used.add(path[0])
                given[key] = _admitted(path[-1], found)
        if self.strict and (unknown := sorted(facts.keys() - used)):
            raise DmnValueError(message="the model has no input of this name", decision=unknown[0])
        return given

    def _inputs(self) -> Iterator[tuple[tuple[str, ...], Key]]:
        for path, unit in self._unit.reachable():
            for one in unit.definitions.elements:
                if isinstance(one, InputData) or (isinstance(one, Decision) and not one.logic):
                    yield (*path, one.name), (unit.definitions.namespace, one.name)


_ABSENT = object()
_SAID: Mapping[type[Element], str] = {
    Decision: "decision",
    BusinessKnowledgeModel: "business knowledge model",
    DecisionService: "decision service",
}


def _admitted(name: str, value: object) -> Value:
    try:
        return admit(value)
    except (OperandError, ValueError, ArithmeticError) as error:
        raise DmnValueError(message=str(error), decision=name) from error


def _outcome(values: Mapping[str, Value], session: Session) -> Outcome:
    return Outcome(values=values, decided=tuple(session.decided), faults=tuple(session.faults))


def compile_model(
    definitions: Definitions,
    *,
    resolver: Resolver | None = None,
    strict: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    functions: Mapping[str, Function] | None = None,
) -> Model:
    """Return a model ready to decide.

    Args:
        definitions: What `read_definitions` returned.
        resolver: Finds imported documents.
        strict: Whether an error raises. Otherwise it is null, and the outcome lists it.
        limits: Bounds on texts and evaluations.
        functions: Functions by name that texts may call besides those of FEEL.

    Raises:
        DmnModelError: The model cannot be evaluated: a reference to nothing, a cycle, an unknown
            type; in strict mode also: a text that is no FEEL.
        DmnSyntaxError: An imported document is not DMN.
    """
    options = Options(strict=strict, limits=limits, functions=functions or {})
    return Model(link(definitions, resolver=resolver), options)


def load_model(
    data: bytes | str,
    *,
    resolver: Resolver | None = None,
    strict: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    xml_limits: XmlLimits = XML_LIMITS,
) -> Model:
    """Return the model that a document holds, ready to decide.

    Args:
        data: XML of DMN 1.1 to 1.5.
        resolver: As for `compile_model`.
        strict: As for `compile_model`.
        limits: As for `compile_model`.
        xml_limits: Bounds on the document.

    Raises:
        DmnSyntaxError: It is not DMN.
        DmnModelError: As for `compile_model`.
        DmnLimitError: The document passes a limit.
    """
    definitions = read_definitions(data, limits=xml_limits)
    return compile_model(definitions, resolver=resolver, strict=strict, limits=limits)
