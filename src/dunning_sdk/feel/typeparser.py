"""Parse the types that FEEL writes after ``instance of`` and after parameters.

Decides their grammar (DMN 1.5, 10.3.1.2 rules 65 and 66). Leaves names it does not know to the
evaluator, which may be given item definitions.

>>> str(parse_type(TokenReader("function<list<date and time>, number> -> context<a b: string>")))
'function<list<date and time>, number> -> context<a b: string>'
"""

from typing import Final

from dunning_sdk.feel.lexer import WORD, Scope
from dunning_sdk.feel.tokens import TokenReader
from dunning_sdk.feel.types import (
    NAMED_TYPES,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    SimpleType,
    Type,
)

_TYPE_NAMES: Final = Scope([name for name in NAMED_TYPES if " " in name])


def parse_type(reader: TokenReader) -> Type:
    """Parse the type at the current token.

    Raises:
        FeelSyntaxError: No type stands there.
    """
    reader.enter()
    structured = reader.token.text if _opens(reader) else ""
    if structured:
        reader.take()
        reader.take()
    match structured:
        case "list" | "range":
            of = parse_type(reader)
            reader.expect(">")
            found: Type = ListType(of) if structured == "list" else RangeType(of)
        case "context":
            found = ContextType(dict(reader.separated(lambda: _field(reader), end=">")))
        case "function":
            params = reader.separated(lambda: parse_type(reader), end=">")
            reader.expect("->")
            found = FunctionType(tuple(params), parse_type(reader))
        case _:
            found = _named(reader)
    reader.nesting -= 1
    return found


def _opens(reader: TokenReader) -> bool:
    opener = reader.sees("list", "range", "context", "function")
    return opener and reader.tokens[reader.index + 1].text == "<"


def _field(reader: TokenReader) -> tuple[str, Type]:
    name = reader.declared_name(":")
    reader.expect(":")
    return name, parse_type(reader)


def _named(reader: TokenReader) -> Type:
    known = _TYPE_NAMES.match(reader.tokens, reader.index) or reader.scope.match(
        reader.tokens, reader.index
    )
    if known:
        reader.move(known[1])
        return NAMED_TYPES.get(known[0], SimpleType(known[0]))
    if reader.token.kind != WORD:
        raise reader.unexpected("a type")
    name = reader.take().text
    while reader.accept("."):
        name += f".{reader.known_name()}"
    return NAMED_TYPES.get(name, SimpleType(name))
