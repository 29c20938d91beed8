"""Make Python functions of syntax nodes, so that nothing an author wrote is ever executed as text.

Decides how a generated function gets its constants: by number, from a function around it.
Names, texts and numbers of an author are values there, never part of the code. The functions see
no built-in name of Python. Leaves to `codegen`, and to `dmn.fast`, what they do.

>>> pool = Pool()
>>> double = [give(ast.BinOp(read("x"), ast.Mult(), pool.constant(2)))]
>>> make_function(["x"], double, pool)(21)
42
"""

import ast
from collections.abc import Callable, Sequence
from types import CodeType, FunctionType
from typing import Any

_SKELETON = "def make():\n    def made(): pass\n    return made\n"
_COMPARISONS: dict[str, type[ast.cmpop]] = {
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "=": ast.Eq,
    "!=": ast.NotEq,
    "is": ast.Is,
    "is not": ast.IsNot,
}


class Pool:
    """Hold the constants of a function that is being made, each once."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._places: dict[int, int] = {}

    def constant(self, value: object) -> ast.expr:
        """Return what reads a value in the function; a value may be a function as well."""
        if value is None or value is True or value is False:
            return ast.Constant(value)
        if id(value) not in self._places:
            self._places[id(value)] = len(self.values)
            self.values.append(value)
        return read(f"c{self._places[id(value)]}")


def read(name: str) -> ast.expr:
    """Return what reads a local variable."""
    return ast.Name(name, ast.Load())


def assign(name: str, value: ast.expr) -> ast.stmt:
    """Return what sets a local variable."""
    return ast.Assign([ast.Name(name, ast.Store())], value)


def give(value: ast.expr) -> ast.stmt:
    """Return what ends the function with a value."""
    return ast.Return(value)


def call(function: ast.expr, *arguments: ast.expr) -> ast.expr:
    """Return a call."""
    return ast.Call(function, list(arguments), [])


def entry(value: ast.expr, key: ast.expr) -> ast.expr:
    """Return ``value[key]``."""
    return ast.Subscript(value, key, ast.Load())


def compare(left: ast.expr, operator: str, right: ast.expr) -> ast.expr:
    """Return a comparison by an operator of FEEL, or by ``is`` or ``is not``."""
    return ast.Compare(left, [_COMPARISONS[operator]()], [right])


def choose(test: ast.expr, then: list[ast.stmt], otherwise: Sequence[ast.stmt] = ()) -> ast.stmt:
    """Return an ``if``."""
    return ast.If(test, then, list(otherwise))


def attempt(body: list[ast.stmt], errors: ast.expr, otherwise: list[ast.stmt]) -> ast.stmt:
    """Return a ``try`` that does something else when one of the errors is raised."""
    return ast.Try(body, [ast.ExceptHandler(errors, None, otherwise)], [], [])


def make_function(
    parameters: Sequence[str],
    body: list[ast.stmt],
    pool: Pool,
    *,
    defaults: Sequence[ast.expr] = (),
) -> Callable[..., Any]:
    """Return the function.

    Args:
        parameters: Names of its parameters, positional only.
        body: What it does.
        pool: The constants it reads.
        defaults: Of the last parameters.
    """
    module = ast.parse(_SKELETON)
    outer = module.body[0]
    inner = outer.body[0] if isinstance(outer, ast.FunctionDef) else None
    if not isinstance(outer, ast.FunctionDef) or not isinstance(inner, ast.FunctionDef):
        raise TypeError("the skeleton is two functions")
    outer.args.args = [ast.arg(f"c{place}") for place in range(len(pool.values))]
    inner.args.posonlyargs = [ast.arg(name) for name in parameters]
    inner.args.defaults = list(defaults)
    inner.body = body
    compiled = compile(ast.fix_missing_locations(module), "<generated>", "exec")
    code = next(one for one in compiled.co_consts if isinstance(one, CodeType))
    made: Callable[..., Any] = FunctionType(code, {"__builtins__": {}})(*pool.values)
    return made
