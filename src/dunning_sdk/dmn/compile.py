"""Compile the requirement graph: every decision and function of a model and of those it imports.

Decides what each element may name (DMN 1.5, 10.4): the variables of what it requires, those of
imported elements under their import's name, and nothing else. A decision that needs itself is
refused; functions may call each other, up to a limit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from dunning_sdk.dmn.boxed import InformationItem
from dunning_sdk.dmn.callable import Header, header, make_function
from dunning_sdk.dmn.errors import DmnError, DmnLimitError, DmnValueError
from dunning_sdk.dmn.item_type import OPEN, Boundary, ItemTypes
from dunning_sdk.dmn.linking import Found, Unit
from dunning_sdk.dmn.logic import compile_logic
from dunning_sdk.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Element,
    InputData,
    Reference,
)
from dunning_sdk.dmn.point import (
    Options,
    Point,
    fault,
    key_of,
    names_in,
    path_of,
    place,
    remembered,
    settle,
)
from dunning_sdk.dmn.session import Decided, Key, Session, named
from dunning_sdk.dmn.site import Notes, Site, fitted
from dunning_sdk.feel.closures import Local, Run
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.lexer import Scope
from dunning_sdk.feel.types import FunctionType
from dunning_sdk.feel.values import Value


def compile_graph(unit: Unit, options: Options) -> Mapping[Key, Point]:
    """Return every element of a model and of those it imports, compiled.

    Raises:
        DmnModelError: A reference means nothing, a decision needs itself, two elements have one
            name, or a type is unknown; in strict mode also: a text is no FEEL.
        DmnLimitError: Requirements or expressions are nested too deeply.
    """
    graph = _Graph(options)
    for _, each in unit.reachable():
        graph.enter(each)
    try:
        for _, each in unit.reachable():
            for element in each.definitions.elements:
                graph.reach(each, element)
    except RecursionError:
        raise DmnLimitError(message="requirements or expressions nested too deeply") from None
    graph.join()
    return graph.points


class _Graph:
    def __init__(self, options: Options) -> None:
        self.points: dict[Key, Point] = {}
        self._options = options
        self._sites: dict[str, Site] = {}
        self._under_way: list[Key] = []
        self._joins: list[Callable[[], None]] = []

    def enter(self, unit: Unit) -> None:
        """Prepare a document."""
        namespace = unit.definitions.namespace
        types = ItemTypes(unit, limits=self._options.limits)
        named_types = types.named()
        known = frozenset(
            name for _, each in unit.reachable() for name in names_in(each.definitions)
        )
        self._sites[namespace] = Site(
            types=types,
            named=named_types,
            scope=Scope(named_types, known),
            notes=Notes(known=known),
            strict=self._options.strict,
            limits=self._options.limits,
            functions=self._options.functions,
        )
        seen: set[str] = set()
        for element in unit.definitions.elements:
            if element.name in seen:
                raise fault(element, "a second element of this name")
            seen.add(element.name)

    def join(self) -> None:
        """Give functions what they require, once all of them are there."""
        for join in self._joins:
            join()

    def reach(self, unit: Unit, element: Element) -> None:
        """Compile an element, what it requires first, so that chains may be long."""
        pending, opened = [(unit, element)], set[Key]()
        while pending:
            each, one = pending[-1]
            key = (each.definitions.namespace, one.name)
            if not isinstance(one, Decision) or key in self.points or key in opened:
                pending.pop()
                self.point(each, one)
                continue
            opened.add(key)
            needed = list(self._required(each, one))
            pending += [(found.unit, found.element) for found in reversed(needed)]
            for found in needed:
                if key_of(found) in opened and key_of(found) not in self.points:
                    self.point(found.unit, found.element)  # a cycle, which it names

    def point(self, unit: Unit, element: Element) -> Point:
        """Return an element compiled, what it requires first."""
        key = (unit.definitions.namespace, element.name)
        if key in self._under_way:
            cycle = [name for _, name in self._under_way[self._under_way.index(key) :]]
            raise fault(element, f"needs itself: {' → '.join([*cycle, element.name])}")
        if key not in self.points:
            self._under_way.append(key)
            try:
                self.points[key] = _MAKERS.get(type(element), _Graph._inert)(self, unit, element)
            except DmnError as error:
                raise named(error, element.name) from error
            finally:
                self._under_way.pop()
        return self.points[key]

    def _inert(self, unit: Unit, element: Element) -> Point:
        return Point(key=(unit.definitions.namespace, element.name), element=element)

    def _input(self, unit: Unit, element: InputData) -> Point:
        point = self._inert(unit, element)
        point.boundary = self._boundary(unit, element.variable)
        point.value = remembered(point.key, lambda session: self._given(point, session))
        return point

    def _given(self, point: Point, session: Session) -> Value:
        """Return what was given for an input, or for a decision whose logic is not asked."""
        element, strict = point.element, self._options.strict
        with session.inside(element.name):
            if point.key in session.given:
                given = session.given[point.key]
                return fitted(given, point.boundary, session, element, strict=strict)
            message = "no value is given"
            if strict:
                raise DmnValueError(message=message, line=element.line, column=element.column)
            session.record(message, line=element.line, column=element.column)
            return None

    def _decision(self, unit: Unit, element: Decision) -> Point:
        point = self._inert(unit, element)
        point.boundary = self._boundary(unit, element.variable)
        needs = list(self._required(unit, element))
        point.needs = tuple(key_of(found) for found in needs)
        values = [(path_of(found), self.point(found.unit, found.element)) for found in needs]
        run = self._logic(unit, element, needs, point)
        strict, name = self._options.strict, element.name

        def decided(session: Session) -> Value:
            if run is None or point.key in session.given:
                return self._given(point, session)
            scope: dict[str, Value] = {}
            for path, needed in values:
                place(scope, path, needed.value(session))
            with session.inside(name):
                value = fitted(run(scope, session), point.boundary, session, element, strict=strict)
                tables = tuple(session.tables)
            session.decided.append(
                Decided(decision=name, namespace=point.key[0], value=value, tables=tables)
            )
            return value

        point.value = remembered(point.key, decided)
        return point

    def _logic(
        self, unit: Unit, element: Decision, needs: Sequence[Found], point: Point
    ) -> Run | None:
        if element.logic is None:
            return None
        site = self._site(unit, needs)
        run = compile_logic(element.logic, site)
        point.external = site.notes.external
        return run

    def _knowledge(self, unit: Unit, element: BusinessKnowledgeModel) -> Point:
        point = self._inert(unit, element)
        logic = element.logic
        if logic is None:
            return point
        needs = list(self._required(unit, element))
        point.needs = tuple(key_of(found) for found in needs)
        site = self._site(unit, needs)
        of = header(element.name, logic.parameters, element, site)
        scope: dict[str, Value] = {}
        if logic.kind == "FEEL" and logic.body is not None:
            run = compile_logic(logic.body, site.knowing(*(name for name, _ in of.parameters)))
        else:
            site.notes.external = logic.kind != "FEEL"
            run = site.failed(element, f"its logic is in {logic.kind} or missing")
        point.external = site.notes.external
        result, strict = self._result(unit, element.variable), self._options.strict

        def body(given: Mapping[str, Value], caller: Evaluation) -> Value:
            return fitted(run(Local(scope, given), caller), result, caller, element, strict=strict)

        self._joins.append(lambda: self._fill(scope, needs))
        return self._function(point, of, body)

    def _service(self, unit: Unit, element: DecisionService) -> Point:
        point = self._inert(unit, element)
        found = {
            part: [unit.find(each.href, node=each) for each in references]
            for part, references in (
                ("given", (*element.input_data, *element.input_decisions)),
                ("outputs", element.outputs),
            )
        }
        inputs = [(path_of(one), key_of(one)) for one in found["given"]]
        outputs = [(path_of(one), key_of(one)) for one in found["outputs"]]
        point.needs = tuple(key for _, key in outputs)
        parameters: list[tuple[str, Boundary]] = []
        for one in found["given"]:
            variable = getattr(one.element, "variable", None)
            parameters.append((".".join(path_of(one)), self._boundary(one.unit, variable)))
        of = Header(name=element.name, parameters=parameters, node=element)
        result, strict = self._result(unit, element.variable), self._options.strict

        def body(arguments: Mapping[str, Value], caller: Evaluation) -> Value:
            session = caller if isinstance(caller, Session) else Session(limits=caller.limits)
            given = {key: arguments[".".join(path)] for path, key in inputs}
            with session.apart(given):
                values = {path[-1]: settle(self.points, key, session) for path, key in outputs}
            value = next(iter(values.values())) if len(outputs) == 1 else values
            return fitted(value, result, session, element, strict=strict)

        return self._function(point, of, body)

    def _function(
        self, point: Point, of: Header, body: Callable[[Mapping[str, Value], Evaluation], Value]
    ) -> Point:
        function = make_function(of, body)
        point.function = function
        point.parameters = tuple(name for name, _ in of.parameters)
        point.value = lambda session: function
        return point

    def _fill(self, scope: dict[str, Value], needs: Iterable[Found]) -> None:
        for found in needs:
            place(scope, path_of(found), self.points[key_of(found)].function)

    def _required(self, unit: Unit, element: Decision | BusinessKnowledgeModel) -> Iterator[Found]:
        references: list[Reference] = [each.knowledge for each in element.knowledge]
        for each in element.information if isinstance(element, Decision) else ():
            references += [one for one in (each.decision, each.input_data) if one]
        for reference in references:
            yield unit.find(reference.href, node=reference)

    def _site(self, unit: Unit, needs: Iterable[Found]) -> Site:
        site = self._sites[unit.definitions.namespace]
        notes = Notes(known=site.notes.known, learned=site.notes.learned)
        names = dict.fromkeys(path_of(found)[0] for found in needs)
        return replace(site, notes=notes).knowing(*names)

    def _boundary(self, unit: Unit, variable: InformationItem | None) -> Boundary:
        if variable is None:
            return OPEN
        return self._sites[unit.definitions.namespace].types.boundary(variable.type_ref, variable)

    def _result(self, unit: Unit, variable: InformationItem | None) -> Boundary:
        """Return what a function has to return: its variable's type, or the result of that."""
        found = self._boundary(unit, variable)
        if isinstance(found.type, FunctionType):
            return Boundary(found.type.result, name=str(found.type.result))
        return found


_MAKERS: Final[Mapping[type[Element], Callable[..., Point]]] = {
    InputData: _Graph._input,
    Decision: _Graph._decision,
    BusinessKnowledgeModel: _Graph._knowledge,
    DecisionService: _Graph._service,
}
