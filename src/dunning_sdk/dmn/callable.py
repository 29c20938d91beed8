"""Make functions of FEEL out of boxed functions, knowledge models and decision services.

Decides how their arguments are held to their types, and how deep calls may go.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dunning_sdk.dmn import boxed as b
from dunning_sdk.dmn.item_type import Boundary
from dunning_sdk.dmn.session import Session
from dunning_sdk.dmn.site import Compile, Site
from dunning_sdk.feel.closures import Facts, Local, Run
from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.errors import FeelLimitError
from dunning_sdk.feel.values import Function, OperandError, Parameter, Signature, Value

Body: TypeAlias = Callable[[Mapping[str, Value], Evaluation], Value]
"""Takes the arguments by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Be all of a function but its body.

    Attributes:
        name: For messages; empty for one without a name.
        parameters: Name and boundary of each, in order.
        node: Where it stands.
    """

    name: str
    parameters: Sequence[tuple[str, Boundary]]
    node: b.Node


def header(name: str, items: Sequence[b.InformationItem], node: b.Node, site: Site) -> Header:
    """Return the header of a function with formal parameters.

    Raises:
        DmnModelError: A parameter has an unknown type.
    """
    parameters = [(one.name, site.types.boundary(one.type_ref, one)) for one in items]
    return Header(name=name, parameters=parameters, node=node)


def make_function(of: Header, body: Body) -> Function:
    """Return a function that FEEL can call.

    Args:
        of: Its name and parameters.
        body: What it does.
    """

    def call(caller: Evaluation, *values: Value) -> Value:
        arguments = {}
        for (name, boundary), value in zip(of.parameters, values, strict=True):
            if value is not None and boundary.check and not boundary.check(value, caller):
                raise OperandError(f"the argument '{name}' is not an allowed {boundary.name}")
            arguments[name] = value
        caller.step()
        caller.calls += 1
        try:
            if caller.calls > caller.limits.calls:
                message = f"more than {caller.limits.calls} calls inside each other"
                raise FeelLimitError(message=message, line=of.node.line, column=of.node.column)
            if of.name and isinstance(caller, Session):
                with caller.inside(of.name):
                    return body(arguments, caller)
            return body(arguments, caller)
        finally:
            caller.calls -= 1

    parameters = tuple(
        Parameter(name=name, type=boundary.type, nullable=True) for name, boundary in of.parameters
    )
    return Function(
        name=of.name, signatures=(Signature(parameters=parameters, call=call, contextual=True),)
    )


def compile_function(
    node: b.FunctionDefinition, site: Site, *, compile_logic: Compile, name: str = ""
) -> Run:
    """Return the logic whose value is a boxed function: a closure over the scope it stands in.

    Args:
        node: The function.
        site: Where it stands.
        compile_logic: Compiles its body.
        name: What it is called in messages; empty for none.

    Raises:
        DmnModelError: It names an unknown type; or, in strict mode, it is not in FEEL.
    """
    if node.kind != "FEEL":
        site.notes.external = True
        return site.failed(node, f"a function in {node.kind}, which no engine runs here")
    if node.body is None:
        return site.failed(node, "a function without a body")
    of = header(name, node.parameters, node, site)
    body = compile_logic(node.body, site.knowing(*(each for each, _ in of.parameters)))

    def run(scope: Facts, _: Evaluation) -> Value:
        return make_function(of, lambda given, caller: body(Local(scope, given), caller))

    return run
