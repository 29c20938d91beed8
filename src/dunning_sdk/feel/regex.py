r"""Translate the regular expressions of XPath, which FEEL uses, to Python's.

Decides flags, character classes and replacement texts (XPath and XQuery Functions 3.1, 5.6).
Leaves matching to `re`: it has no time limit, so a hostile pattern can take long.

>>> pattern(r"[\w-[\d]]+", "").findall("ab12")
['ab']
"""

import re
from typing import Final

from dunning_sdk.feel.values import OperandError

_FLAGS: Final = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE}
_NAME_START: Final = (
    r":A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD"
)
_NAME: Final = _NAME_START + r"\-.0-9\u00B7\u0300-\u036F\u203F-\u2040"
_CLASSES: Final = {"i": _NAME_START, "c": _NAME}
_CATEGORIES: Final = {
    "L": r"[^\W\d_]",
    "Lu": "[A-Z\u00c0-\u00d6\u00d8-\u00de\u0391-\u03a9\u0410-\u042f]",
    "Ll": "[a-z\u00df-\u00f6\u00f8-\u00ff\u03b1-\u03c9\u0430-\u044f]",
    "N": r"\d",
    "Nd": r"\d",
    "P": (
        "[!-#%-*,-/:;?@\\[-\\]_{}\u00a1\u00a7\u00ab\u00b6\u00b7\u00bb\u00bf"
        "\u2010-\u2027\u2030-\u205e]"
    ),
    "Z": r"\s",
    "Zs": r"[^\S\t\n\r]",
    "IsBasicLatin": r"[\x00-\x7f]",
    "IsLatin-1Supplement": r"[\x80-\xff]",
}
"""The categories known so far, as far as `re` can say them."""


def pattern(text: str, flags: str) -> re.Pattern[str]:
    """Return the compiled pattern.

    Args:
        text: An XPath regular expression.
        flags: Any of ``s m i x q``.

    Raises:
        OperandError: The pattern or a flag is not one of XPath.
    """
    if set(flags) - set("smixq"):
        raise OperandError("a flag other than s, m, i, x, q")
    bits = re.RegexFlag(0)
    for flag in flags:
        bits |= _FLAGS.get(flag, re.RegexFlag(0))
    if "q" in flags:
        return re.compile(re.escape(text), bits)
    try:
        return re.compile(
            _Translation(text, spaced="x" in flags, dot_all="s" in flags).done(), bits
        )
    except (re.error, OverflowError, RecursionError):
        raise OperandError("not a regular expression") from None


def replacement(text: str, *, groups: int, literal: bool) -> list[str | int]:
    r"""Return a replacement text as pieces: plain texts and numbers of groups.

    Args:
        text: With ``$1`` for groups, ``\$`` and ``\\`` for the characters themselves.
        groups: How many groups the pattern has.
        literal: Whether the text means itself (flag ``q``).

    Raises:
        OperandError: A ``$`` or a backslash stands alone.
    """
    if literal:
        return [text]
    pieces: list[str | int] = []
    index = 0
    while index < len(text):
        character, following = text[index], text[index + 1 : index + 2]
        if character == "\\" and following in ("\\", "$") and following:
            pieces.append(following)
            index += 2
        elif character == "$" and following.isdigit():
            end = index + 2
            while (
                end < len(text) and text[end].isdigit() and int(text[index + 1 : end + 1]) <= groups
            ):
                end += 1
            pieces.append(int(text[index + 1 : end]))
            index = end
        elif character in "\\$":
            raise OperandError("a $ or a backslash alone in a replacement")
        else:
            pieces.append(character)
            index += 1
    return pieces


class _Translation:
    """Rewrite one pattern, from left to right."""

    def __init__(self, text: str, *, spaced: bool, dot_all: bool) -> None:
        self.text = text
        self.index = 0
        self.spaced = spaced
        self.dot_all = dot_all

    def done(self) -> str:
        pieces = []
        while self.index < len(self.text):
            pieces.append(self._piece())
        return "".join(pieces)

    def _piece(self) -> str:
        character = self._take()
        if character == "\\":
            return self._escape(inside=False)
        if character == "[":
            return self._class()
        if self.spaced and character in " \t\n\r":
            return ""
        if character == "." and not self.dot_all:
            return r"[^\n\r]"
        if character == "(" and self.text.startswith("?", self.index):
            if not self.text.startswith("?:", self.index):
                raise OperandError("a group of a kind XPath does not know")
        elif character in "*+?}" and self.text.startswith("+", self.index):
            raise OperandError("a possessive quantifier, which XPath does not know")
        return character

    def _take(self) -> str:
        if self.index >= len(self.text):
            raise OperandError("not a regular expression")
        self.index += 1
        return self.text[self.index - 1]

    def _escape(self, *, inside: bool) -> str:
        character = self._take()
        if character in "pP":
            return self._category(negated=character == "P", inside=inside)
        if character.lower() in _CLASSES:
            body = _CLASSES[character.lower()]
            if character.isupper():
                return f"[^{body}]"
            return body if inside else f"[{body}]"
        if character in "nrtdDsSwW\\|.?*+(){}-[]^$" or (
            character.isdigit() and character != "0" and not inside
        ):
            return "\\" + character
        raise OperandError("an escape XPath does not know")

    def _category(self, *, negated: bool, inside: bool) -> str:
        end = self.text.find("}", self.index)
        name = self.text[self.index + 1 : end]
        name = "".join(name.split()) if self.spaced else name
        if self._take() != "{" or end < 0 or name not in _CATEGORIES:
            raise OperandError("a category that is not known")
        self.index = end + 1
        body = _CATEGORIES[name]
        if inside:
            if negated or name == "L":
                raise OperandError("a category inside brackets that Python's re cannot say")
            return body[1:-1] if body.startswith("[") else body
        return f"(?:(?!{body}).)" if negated else body

    def _class(self) -> str:
        negated = self.text.startswith("^", self.index)
        if negated:
            self.index += 1
        body, without = "", ""
        while (character := self._take()) != "]":
            if character == "\\":
                body += self._escape(inside=True)
            elif character == "-" and self.text.startswith("[", self.index):
                self.index += 1
                without = self._class()
                if self._take() != "]":
                    raise OperandError("not a regular expression")
                break
            elif character == "[":
                raise OperandError("a bracket inside brackets")
            else:
                body += "\\" + character if character in "&~|" else character
        if not body:
            raise OperandError("empty brackets")
        kept = f"[{'^' if negated else ''}{body}]"
        return f"(?:(?!{without}){kept})" if without else kept
