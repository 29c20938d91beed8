"""Walk over the tokens of one text: look, take, expect, and read names.

Decides nothing about the grammar; `parser` and `typeparser` build on it.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final, TypeVar

from dunning_sdk.feel.environment import DEFAULT_LIMITS, Limits
from dunning_sdk.feel.errors import FeelLimitError, FeelSyntaxError
from dunning_sdk.feel.lexer import (
    END,
    PROPERTIES,
    STRING,
    WORD,
    Positions,
    Scope,
    Token,
    is_name_part,
    joined,
    scan,
)

_Found = TypeVar("_Found")

BUILTIN_NAMES: Final = (
    *(
        "string length",
        "upper case",
        "lower case",
        "substring before",
        "substring after",
        "starts with",
    ),
    *("ends with", "string join", "list contains", "list replace", "insert before", "index of"),
    *("distinct values", "date and time", "years and months duration", "round up", "round down"),
    *(
        "round half up",
        "round half down",
        "day of year",
        "day of week",
        "month of year",
        "week of year",
    ),
    *(
        "get value",
        "get entries",
        "context put",
        "context merge",
        "overlaps before",
        "overlaps after",
    ),
    *("finished by", "met by", "started by", "is known"),
)
"""The built-in functions whose names contain a space."""
_BUILTINS: Final = Scope(BUILTIN_NAMES)
_PROPERTIES: Final = Scope(PROPERTIES)


class TokenReader:
    """Stand at one token of a text.

    Args:
        text: The whole text.
        names: Known names, see `lexer.Scope`.
        line: Line where the text begins, counted from 1.
        column: Column where the text begins, counted from 1.
        limits: Bounds on length, nesting and numbers.
    """

    def __init__(
        self,
        text: str,
        *,
        names: Collection[str] | Scope = (),
        line: int = 1,
        column: int = 1,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.positions = Positions(text, line=line, column=column)
        self.tokens = scan(text, positions=self.positions, limits=limits)
        self.scope = names if isinstance(names, Scope) else Scope(names)
        self.index = 0
        self.token = self.tokens[0]
        self.limits = limits
        self.nesting = 0

    def move(self, index: int) -> None:
        """Stand at another token."""
        self.index = index
        self.token = self.tokens[index]

    def take(self) -> Token:
        """Return the current token and step over it."""
        token = self.token
        if token.kind != END:
            self.move(self.index + 1)
        return token

    def sees(self, *texts: str) -> bool:
        """Tell whether the current token is one of these words or symbols."""
        return self.token.text in texts and self.token.kind != STRING

    def accept(self, text: str) -> bool:
        """Step over a word or symbol if it stands here."""
        if self.token.text == text and self.token.kind != STRING:
            self.move(self.index + 1)
            return True
        return False

    def expect(self, text: str) -> None:
        """Step over a word or symbol that has to stand here."""
        if not self.accept(text):
            raise self.unexpected(f"'{text}'")

    def separated(
        self, rule: Callable[[], _Found], *, end: str, first: Iterable[_Found] = ()
    ) -> list[_Found]:
        """Apply a rule between commas until the closing symbol, and step over that."""
        found = list(first)
        while not self.accept(end):
            if found:
                self.expect(",")
            found.append(rule())
        return found

    def enter(self) -> None:
        """Count one more level of nesting.

        Raises:
            FeelLimitError: The text is nested too deeply.
        """
        self.nesting += 1
        if self.nesting > self.limits.nesting:
            line, column = self.position()
            message = f"nested more than {self.limits.nesting} levels deep"
            raise FeelLimitError(message=message, line=line, column=column)

    def position(self) -> tuple[int, int]:
        """Return line and column of the current token."""
        return self.positions.at(self.token.offset)

    def here(self) -> dict[str, int]:
        """Return the current position as the arguments of a node."""
        line, column = self.positions.at(self.token.offset)
        return {"line": line, "column": column}

    def unexpected(self, expected: str) -> FeelSyntaxError:
        """Return the error that something else was expected here."""
        line, column = self.position()
        found = "the end" if self.token.kind == END else f"'{self.token.text}'"
        return FeelSyntaxError(message="", line=line, column=column, expected=expected, found=found)

    def known_name(self) -> str:
        """Read a variable or function: the longest known name, or one word."""
        known = self.scope.match(self.tokens, self.index)
        builtin = _BUILTINS.match(self.tokens, self.index)
        if builtin and (not known or builtin[1] > known[1]):
            known = builtin
        return self._name(known)

    def member_name(self) -> str:
        """Read an entry of a context or a property of a value."""
        known = self.scope.match(self.tokens, self.index, member=True)
        return self._name(known or _PROPERTIES.match(self.tokens, self.index))

    def _name(self, known: tuple[str, int] | None) -> str:
        if known:
            self.move(known[1])
            return known[0]
        if self.token.kind != WORD:
            raise self.unexpected("a name")
        return self.take().text

    def declared_name(self, *ends: str) -> str:
        """Read a new name, of any number of tokens, up to one of the given ends."""
        if self.token.kind != WORD:
            raise self.unexpected("a name")
        start = self.index
        self.take()
        while not self.sees(*ends) and is_name_part(self.token):
            self.take()
        return joined(self.tokens[start : self.index])

    def argument_name_ahead(self) -> bool:
        """Tell whether a name and a colon stand here, as before a named argument."""
        index = self.index
        if self.tokens[index].kind != WORD:
            return False
        while is_name_part(self.tokens[index]):
            index += 1
        return self.tokens[index].text == ":" and self.tokens[index].kind != STRING
