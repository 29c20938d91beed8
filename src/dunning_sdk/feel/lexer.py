"""Cut a FEEL text into tokens, and know names that contain spaces and symbols.

Decides where words, numbers, strings and symbols begin and end, and which run of tokens is one
known name. Leaves the grammar to `parser`.

>>> [token.text for token in scan('due date + 2.5 // comment')]
['due', 'date', '+', '2.5', '']
>>> Scope(["due date", "a+b"]).match(scan("due date + 1"), 0)
('due date', 2)
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from dunning_sdk.feel.environment import DEFAULT_LIMITS, Limits
from dunning_sdk.feel.errors import FeelError, FeelLimitError, FeelSyntaxError

NUMBER: Final = "number"
STRING: Final = "string"
WORD: Final = "word"
SYMBOL: Final = "symbol"
END: Final = "end"

_START = (
    r"?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
_TOKEN: Final = re.compile(
    r"(?P<space>(?:[\s\u0085\u180E\u200B\u2060\uFEFF]|//[^\n]*|/\*.*?\*/)+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    rf"|(?P<word>[{_START}][{_PART}]*)"
    r"|(?P<symbol>\*\*|\.\.|<=|>=|!=|->|[-+*/<>=()\[\]{},:.'@])",
    re.DOTALL,
)
_NAME_SYMBOLS: Final = frozenset({".", "/", "-", "'", "+", "*", "**"})
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
PROPERTIES: Final = ("time offset", "start included", "end included")
"""The properties of values whose names contain a space."""


class Token(NamedTuple):
    """Be one token.

    Attributes:
        kind: `NUMBER`, `STRING`, `WORD`, `SYMBOL` or `END`.
        text: As written; for a string without quotes and with its escapes resolved.
        offset: Characters before it.
        spaced: Whether blank space or a comment stands before it.
    """

    kind: str
    text: str
    offset: int
    spaced: bool


class Positions:
    """Turn offsets within a text into lines and columns of the file around it.

    Args:
        text: The whole text.
        line: Line of its first character, counted from 1.
        column: Column of its first character, counted from 1.
    """

    __slots__ = ("_column", "_line", "_starts")

    def __init__(self, text: str, *, line: int = 1, column: int = 1) -> None:
        self._line = line
        self._column = column
        self._starts = [match.end() for match in re.finditer("\n", text)] if "\n" in text else []

    def at(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset."""
        row = bisect_right(self._starts, offset) if self._starts else 0
        if row == 0:
            return self._line, self._column + offset
        return self._line + row, offset - self._starts[row - 1] + 1


class Scope:
    """Know the names that an expression may use, as far as they are more than one token.

    A vocabulary makes one scope and parses many expressions with it. Names of one word need not
    be known to be parsed. The longest known name wins.

    Args:
        names: Variables and functions.
        members: Entries of contexts, known after a dot and inside a filter; ``None`` means that
            every name may be either.
    """

    __slots__ = ("_members", "_names")

    def __init__(self, names: Collection[str] = (), members: Collection[str] | None = None) -> None:
        self._names = _patterns(names)
        self._members = self._names if members is None else _patterns(members)

    def match(
        self, tokens: Sequence[Token], index: int, *, member: bool = False
    ) -> tuple[str, int] | None:
        """Return the longest known name of several tokens that begins at an index, and its end.

        Args:
            tokens: The tokens of a text.
            index: Where the name has to begin.
            member: Whether an entry of a context is looked for instead of a variable.
        """
        patterns = self._members if member else self._names
        for pattern in patterns.get(tokens[index].text, ()):
            end = index + len(pattern)
            if end < len(tokens) and all(map(_same_token, tokens[index:end], pattern)):
                return joined(pattern), end
        return None

    def with_members_as_names(self) -> "Scope":
        """Return the scope inside a filter, where the entries of the items are variables too."""
        return self._changed(_merged(self._names, self._members), self._members)

    def with_members(self, names: Iterable[str]) -> "Scope":
        """Return the scope with more entries of contexts."""
        return self._changed(self._names, _merged(self._members, _patterns(names)))

    def extended(self, name: str) -> "Scope":
        """Return the scope with one more variable."""
        more = _patterns([name])
        return self._changed(_merged(self._names, more), self._members) if more else self

    def _changed(self, names: "_Patterns", members: "_Patterns") -> "Scope":
        scope = Scope()
        scope._names = names
        scope._members = members
        return scope


_Patterns = dict[str, list[tuple[Token, ...]]]


def _patterns(names: Iterable[str]) -> _Patterns:
    found: _Patterns = {}
    for name in names:
        tokens = () if name.isidentifier() else _name_tokens(name)
        if len(tokens) > 1:
            found.setdefault(tokens[0].text, []).append(tokens)
    for same_start in found.values():
        same_start.sort(key=len, reverse=True)
    return found


def _name_tokens(name: str) -> tuple[Token, ...]:
    try:
        return tuple(scan(name)[:-1])
    except FeelError:  # the key of a context may be any string; no expression can name this one
        return ()


def _merged(left: _Patterns, right: _Patterns) -> _Patterns:
    if not right or left is right:
        return left
    merged = dict(left)
    for start, patterns in right.items():
        merged[start] = sorted([*merged.get(start, ()), *patterns], key=len, reverse=True)
    return merged


def _same_token(found: Token, wanted: Token) -> bool:
    return (
        found.text == wanted.text
        and found.kind == wanted.kind
        and (found.spaced == wanted.spaced or not wanted.offset)
    )


def joined(tokens: Sequence[Token]) -> str:
    """Return the name that tokens spell, with one space wherever there was any."""
    first, *rest = tokens
    return first.text + "".join(f" {token.text}" if token.spaced else token.text for token in rest)


def is_name_part(token: Token) -> bool:
    """Tell whether a token may stand inside a name, after its first word."""
    return token.kind in (WORD, NUMBER) or token.text in _NAME_SYMBOLS


def scan(
    text: str, *, positions: Positions | None = None, limits: Limits = DEFAULT_LIMITS
) -> list[Token]:
    """Cut a text into tokens, the last of kind `END`.

    Args:
        text: The whole text.
        positions: Where it stands, for errors.
        limits: Bounds on its length and on the digits of a number.

    Raises:
        FeelSyntaxError: A character or a string that FEEL does not know.
        FeelLimitError: The text or a number is too long.
    """
    positions = positions or Positions(text)
    if len(text) > limits.expression_length:
        line, column = positions.at(0)
        raise FeelLimitError(
            message=f"a text of more than {limits.expression_length} characters",
            line=line,
            column=column,
        )
    tokens: list[Token] = []
    offset, spaced, length = 0, False, len(text)
    match_at = _TOKEN.match
    while offset < length:
        match = match_at(text, offset)
        if match is None:
            raise _bad_character(text, offset, positions)
        kind = match.lastgroup or ""
        if kind == "space":
            spaced = True
        else:
            tokens.append(Token(kind, _content(kind, match.group()), offset, spaced))
            spaced = False
            if kind == NUMBER and match.end() - offset > limits.number_digits:
                line, column = positions.at(offset)
                message = f"a number of more than {limits.number_digits} digits"
                raise FeelLimitError(message=message, line=line, column=column)
        offset = match.end()
    tokens.append(Token(END, "", length, spaced))
    return tokens


def _content(kind: str, text: str) -> str:
    if kind != STRING:
        return text
    return text[1:-1] if "\\" not in text else _unescaped(text[1:-1])


def _unescaped(text: str) -> str:
    def resolved(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code:
            return chr(min(int(code, 16), 0x10FFFF))
        return _ESCAPED.get(match[3], match[0])

    plain = _ESCAPE.sub(resolved, text)
    if any("\ud800" <= character <= "\udfff" for character in plain):
        return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def _bad_character(text: str, offset: int, positions: Positions) -> FeelSyntaxError:
    line, column = positions.at(offset)
    rest = text[offset:]
    if rest[0] == '"':
        return FeelSyntaxError(
            message="a string without its closing quote", line=line, column=column
        )
    if rest.startswith("/*"):
        return FeelSyntaxError(message="a comment without its end", line=line, column=column)
    return FeelSyntaxError(
        message=f"no FEEL text contains {rest[0]!r} here", line=line, column=column
    )
