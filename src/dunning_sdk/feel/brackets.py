r"""Rewrite what stands for one character in a regular expression of XPath: escapes and brackets.

Decides which characters an escape, a category, a block or a bracket expression stands for (XML
Schema 1.0 part 2, appendix F; XPath and XQuery Functions 3.1, 5.6). A category in brackets stays
blind to case differences of flag ``i``, as the standard has it.

>>> Reader(r"\w-[\d]]", caseless=False).brackets()
'(?:(?![\\p{Nd}])(?:[^\\p{P}\\p{Z}\\p{C}]))'
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dunning_sdk.feel.values import OperandError

_NAME_START: Final = (
    r":A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_NAME: Final = _NAME_START + r"\-.0-9\u00B7\u0300-\u036F\u203F-\u2040"
_SETS: Final = {
    "s": r" \t\n\r",
    "d": r"\p{Nd}",
    "W": r"\p{P}\p{Z}\p{C}",
    "i": _NAME_START,
    "c": _NAME,
}
"""What stands inside brackets for an escape of many characters."""
_COMPLEMENTS: Final = {"S": "s", "D": "d", "w": "W", "I": "i", "C": "c"}
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}
_PLAIN: Final = frozenset("\\|.-^?*+{}()[]$")
_CATEGORY: Final = re.compile(
    "L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?", re.ASCII
)
_CASED: Final = frozenset({"Lu", "Ll", "Lt"})
_BLOCKS: Final = {
    "CombiningMarksforSymbols": "CombiningDiacriticalMarksforSymbols",
    "Greek": "GreekandCoptic",
    "PrivateUse": "PrivateUseArea",
}
"""The blocks that Unicode has renamed since XML Schema 1.0."""


@dataclass(frozen=True, slots=True)
class Characters:
    """Be a set of characters.

    Attributes:
        body: As it stands inside brackets; empty for nothing.
        others: Patterns of one character each that stand beside them.
        negated: Whether all characters but these are meant.
    """

    body: str = ""
    others: Sequence[str] = ()
    negated: bool = False

    def alone(self) -> str:
        """Return the set as a pattern."""
        if not self.others:
            return f"[{'^' if self.negated else ''}{self.body}]"
        choices = "|".join(([f"[{self.body}]"] if self.body else []) + [*self.others])
        return f"(?:(?!{choices}).)" if self.negated else f"(?:{choices})"


class Reader:
    """Read a pattern from left to right.

    Attributes:
        text: The pattern.
        index: Where to read next.
        caseless: Whether flag ``i`` is set.
    """

    def __init__(self, text: str, *, caseless: bool) -> None:
        self.text = text
        self.index = 0
        self.caseless = caseless

    def more(self) -> bool:
        """Tell whether anything is left."""
        return self.index < len(self.text)

    def peek(self) -> str:
        """Return the next character without taking it; empty at the end."""
        return self.text[self.index : self.index + 1]

    def take(self) -> str:
        """Return the next character.

        Raises:
            OperandError: Nothing is left.
        """
        if not self.more():
            raise OperandError("a regular expression that is cut off")
        self.index += 1
        return self.text[self.index - 1]

    def accept(self, text: str) -> bool:
        """Take a text if it comes next, and tell whether it did."""
        if not self.text.startswith(text, self.index):
            return False
        self.index += len(text)
        return True

    def escape(self, character: str) -> Characters:
        r"""Return what the character after a backslash stands for, ``\p`` apart.

        Raises:
            OperandError: XPath knows no such escape.
        """
        if character in _SETS:
            return Characters(_SETS[character])
        if character in _COMPLEMENTS:
            return Characters(_SETS[_COMPLEMENTS[character]], negated=True)
        return Characters(one_character(_single(character)))

    def brackets(self) -> str:
        """Read what follows an opening bracket, its closing one included, and return its pattern.

        Raises:
            OperandError: It is no bracket expression.
        """
        negated = self.accept("^")
        first = self.index
        body: list[str] = []
        others: list[str] = []
        without = ""
        while not self.accept("]"):
            if self.accept("-["):
                without = self.brackets()
                if not self.accept("]"):
                    raise OperandError("something after the characters taken out of brackets")
                break
            self._item(body, others, is_first=self.index == first)
        if not body and not others:
            raise OperandError("empty brackets")
        kept = Characters("".join(body), others, negated).alone()
        return f"(?:(?!{without}){kept})" if without else kept

    def _item(self, body: list[str], others: list[str], *, is_first: bool) -> None:
        character = self.take()
        if character == "\\":
            escaped = self.take()
            if escaped in "pP":
                self._add_category(body, others, negated=escaped == "P")
                return
            if escaped in _SETS or escaped in _COMPLEMENTS:
                found = self.escape(escaped)
                if found.negated:
                    others.append(found.alone())
                else:
                    body.append(found.body)
                return
            character = _single(escaped)
        elif character == "[":
            raise OperandError("a bracket inside brackets")
        elif character == "-" and not is_first and not self.text.startswith("]", self.index):
            raise OperandError("a hyphen between others in brackets, without a backslash")
        body.append(one_character(character) + self._range_end(character))

    def _range_end(self, start: str) -> str:
        following = self.text[self.index : self.index + 2]
        if len(following) < 2 or following[0] != "-" or following[1] in "[]":
            return ""
        self.take()
        end = self.take()
        if end == "\\":
            end = _single(self.take())
        if end < start:
            raise OperandError("a range of characters whose ends are not in order")
        return f"-{one_character(end)}"

    def _add_category(self, body: list[str], others: list[str], *, negated: bool) -> None:
        found = category(self, negated=negated)
        (body if found.startswith("\\") else others).append(found)


def category(reader: Reader, *, negated: bool) -> str:
    r"""Read the braces after ``\p`` or ``\P`` and return the pattern.

    Args:
        reader: Stands before the opening brace.
        negated: Whether it was ``\P``.

    Raises:
        OperandError: The category or block is not known.
    """
    end = reader.text.find("}", reader.index)
    if not reader.accept("{") or end < 0:
        raise OperandError("a category without braces")
    name = reader.text[reader.index : end]
    reader.index = end + 1
    letter = "P" if negated else "p"
    if _CATEGORY.fullmatch(name):
        found = f"\\{letter}{{{name}}}"
        return f"(?-i:{found})" if reader.caseless and name in _CASED else found
    block = name.removeprefix("Is")
    if block == name or not block.replace("-", "").isalnum() or not block.isascii():
        raise OperandError("a category that is not known")
    return f"\\{letter}{{blk={_BLOCKS.get(block, block)}}}"


def one_character(character: str) -> str:
    """Return the pattern of one character, fit for inside and outside of brackets."""
    if character.isascii() and character.isalnum():
        return character
    return f"\\U{ord(character):08x}"


def _single(escaped: str) -> str:
    if escaped in _CONTROLS:
        return _CONTROLS[escaped]
    if escaped in _PLAIN:
        return escaped
    raise OperandError("an escape XPath does not know")
