r"""Rewrite a regular expression of XPath as one that the package `regex` reads.

Decides the grammar: XML Schema 1.0 part 2, appendix F, as changed by XPath and XQuery Functions
3.1, 5.6. Whatever is not in it is an error, and every construct is rewritten by its meaning there
(``\d`` is any decimal digit of Unicode, ``$`` the very end). Leaves brackets to `brackets` and
compiling, matching and its time to `regex`.

>>> rewrite("^a$", flags="", limits=Limits())
'\\Aa\\Z'
"""

import re
from typing import Final, NamedTuple

from dunning_sdk.feel.brackets import Reader, category, one_character
from dunning_sdk.feel.environment import Limits
from dunning_sdk.feel.errors import FeelLimitError
from dunning_sdk.feel.values import OperandError

_QUANTITY: Final = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_QUANTIFIERS: Final = {"?": 1, "*": 1, "+": 2}
"""How many copies of what it follows the package `regex` keeps for a quantifier."""
_LINE_START: Final = r"(?:\A|(?<=\n)(?!\Z))"
_LINE_END: Final = r"(?=\n|\Z)"
_SPACES: Final = " \t\n\r"


class _Piece(NamedTuple):
    text: str
    size: int


def rewrite(text: str, *, flags: str, limits: Limits) -> str:
    """Return the pattern for `regex`, to be compiled with ``DOTALL`` and ``VERSION0``.

    Args:
        text: As XPath writes it.
        flags: Any of ``s m i x``.
        limits: Bound its nesting and its size once counted repetitions are written out.

    Raises:
        OperandError: The text is not in the grammar.
        FeelLimitError: It is nested too deeply or too large.
    """
    spaceless = _without_spaces(text) if "x" in flags else text
    rewriting = _Rewriting(spaceless, flags=flags, limits=limits)
    found = rewriting.alternatives()
    if rewriting.more():
        raise OperandError("a regular expression with a closing parenthesis too many")
    return found.text


def _without_spaces(text: str) -> str:
    # Flag x takes white space out before anything is read, but not out of brackets.
    kept, depth, escaped = [], 0, False
    for character in text:
        if depth == 0 and character in _SPACES:
            continue
        kept.append(character)
        depth += 0 if escaped else {"[": 1, "]": -1}.get(character, 0)
        escaped = character == "\\" and not escaped
    return "".join(kept)


class _Rewriting(Reader):
    """Read one pattern from left to right, and write it anew."""

    def __init__(self, text: str, *, flags: str, limits: Limits) -> None:
        super().__init__(text, caseless="i" in flags)
        self.flags = flags
        self.limits = limits
        self.depth = 0
        self.opened = 0
        self.closed: set[int] = set()

    def alternatives(self) -> _Piece:
        """Read branches up to a closing parenthesis or the end."""
        self.depth += 1
        if self.depth > self.limits.nesting:
            raise FeelLimitError(message=f"groups nested more than {self.limits.nesting} deep")
        branches = [self._branch()]
        while self.accept("|"):
            branches.append(self._branch())
        self.depth -= 1
        return self._sized("|".join(one.text for one in branches), sum(b.size for b in branches))

    def _branch(self) -> _Piece:
        pieces = []
        while self.more() and self.peek() not in "|)":
            pieces.append(self._quantified(self._atom()))
        return self._sized("".join(one.text for one in pieces), sum(one.size for one in pieces))

    def _sized(self, text: str, size: int) -> _Piece:
        if size > self.limits.pattern_size:
            raise FeelLimitError(
                message=f"a regular expression of a size of more than {self.limits.pattern_size}"
            )
        return _Piece(text, size)

    def _quantified(self, atom: _Piece) -> _Piece:
        sign = self.peek()
        if sign and sign in _QUANTIFIERS:
            self.take()
            copies = _QUANTIFIERS[sign]
        elif sign == "{":
            sign, copies = self._quantity()
        else:
            return atom
        lazy = "?" if self.accept("?") else ""
        return self._sized(f"(?:{atom.text}){sign}{lazy}", atom.size * copies)

    def _quantity(self) -> tuple[str, int]:
        match = _QUANTITY.match(self.text, self.index)
        if match is None:
            raise OperandError("a repetition that is not {n}, {n,} or {n,m}")
        self.index = match.end()
        least, comma, most = match.groups()
        if max(len(least), len(most or "")) > len(str(self.limits.pattern_size)):
            raise FeelLimitError(message=f"more than {self.limits.pattern_size} repetitions")
        if most and int(most) < int(least):
            raise OperandError("a repetition whose ends are not in order")
        return f"{{{least}{comma or ''}{most or ''}}}", int(least) + 1

    def _atom(self) -> _Piece:
        character = self.take()
        match character:
            case "(":
                return self._group()
            case "[":
                return _Piece(self.brackets(), 2)
            case "\\":
                return self._escape()
            case ".":
                return _Piece("." if "s" in self.flags else r"[^\n\r]", 1)
            case "^":
                return _Piece(_LINE_START if "m" in self.flags else r"\A", 1)
            case "$":
                return _Piece(_LINE_END if "m" in self.flags else r"\Z", 1)
            case "?" | "*" | "+" | "{" | "}" | "]":
                raise OperandError(f"a {character} that nothing stands before or opens")
            case _:
                return _Piece(one_character(character), 1)

    def _group(self) -> _Piece:
        if self.accept("?"):
            if not self.accept(":"):
                raise OperandError("a group of a kind XPath does not know")
            number, opening = 0, "(?:"
        else:
            self.opened += 1
            number, opening = self.opened, "("
        inside = self.alternatives()
        if not self.accept(")"):
            raise OperandError("a group that is not closed")
        self.closed.add(number)
        return self._sized(f"{opening}{inside.text})", inside.size + 1)

    def _escape(self) -> _Piece:
        if self.peek() in tuple("123456789"):
            return self._back_reference()
        character = self.take()
        if character in "pP":
            return _Piece(category(self, negated=character == "P"), 1)
        return _Piece(self.escape(character).alone(), 1)

    def _back_reference(self) -> _Piece:
        number = int(self.take())
        # More digits belong to it as long as that many groups were opened before.
        while self.peek() in tuple("0123456789") and number * 10 + int(self.peek()) <= self.opened:
            number = number * 10 + int(self.take())
        if number not in self.closed:
            raise OperandError("a back-reference to a group that is not closed before it")
        return _Piece(f"(?({number})\\{number}|)", 2)
