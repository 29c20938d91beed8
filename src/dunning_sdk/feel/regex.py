r"""Match, replace and split by the regular expressions of XPath, within bounded time.

Decides flags, replacement texts and what running out of time means. Leaves the grammar to
`pattern`; matching is done by the package `regex`, which, unlike Python's `re`, can be told how
long it may take. It is imported when the first expression asks for it.

>>> from dunning_sdk.feel.environment import Evaluation
>>> Pattern("(a)(b)?", "", Evaluation()).replace("abac", "[$2$1]")
'[ba][a]c'
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, TypeVar

from dunning_sdk.feel.environment import Evaluation, Limits
from dunning_sdk.feel.pattern import rewrite
from dunning_sdk.feel.values import OperandError

if TYPE_CHECKING:
    import regex

_FLAGS: Final = frozenset("smixq")
_DIGITS: Final = tuple("0123456789")
_FIRST_US: Final = 500
"""What a match may take at first, in microseconds."""
_COMPILING_US: Final = 200
_COMPILING_US_EACH: Final = 5
"""About what compiling a pattern costs, and each of its characters, in microseconds."""
_PATTERNS_KEPT: Final = 64
_Found = TypeVar("_Found")


class Pattern:
    """Be a compiled regular expression, for one evaluation."""

    def __init__(self, text: str, flags: str, evaluation: Evaluation) -> None:
        """Compile a pattern.

        Args:
            text: As XPath writes it.
            flags: Any of ``s m i x q``.
            evaluation: Bounds its size and the time of all matching.

        Raises:
            OperandError: The pattern or a flag is not one of XPath.
            FeelLimitError: The pattern is too large.
        """
        if not set(flags) <= _FLAGS:
            raise OperandError("a flag other than s, m, i, x, q")
        self._evaluation = evaluation
        self._is_literal = "q" in flags
        self._compiled = _compiled(text, flags, evaluation)

    def occurs_in(self, text: str) -> bool:
        """Tell whether it matches a part of a text.

        Raises:
            FeelLimitError: That takes too long.
        """
        return self._timed(lambda seconds: self._compiled.search(text, timeout=seconds) is not None)

    def split(self, text: str) -> list[str]:
        """Return the parts of a text between the matches.

        Raises:
            OperandError: It matches the empty string.
            FeelLimitError: That takes too long.
        """
        self._refuse_empty()

        def parts(seconds: float) -> Iterator[str]:
            end = 0
            for match in self._compiled.finditer(text, timeout=seconds):
                yield text[end : match.start()]
                end = match.end()
            yield text[end:]

        return self._timed(lambda seconds: list(parts(seconds)))

    def replace(self, text: str, replacement: str) -> str:
        r"""Return a text with every match replaced.

        Args:
            text: What to look through.
            replacement: With ``$1`` for what a group matched and ``$0`` for the whole; ``\$`` and
                ``\\`` for the characters themselves. With flag ``q`` it means itself.

        Raises:
            OperandError: It matches the empty string, or the replacement is malformed.
            FeelLimitError: That takes too long, or the text would become too long.

        Source:
            XPath and XQuery Functions 3.1, 5.6.4.
        """
        self._refuse_empty()
        groups = self._compiled.groups
        pieces = [replacement] if self._is_literal else list(_pieces(replacement, groups=groups))

        def made(seconds: float) -> str:
            kept: list[str] = []
            length = end = 0
            for match in self._compiled.finditer(text, timeout=seconds):
                kept.append(text[end : match.start()])
                kept += [one if isinstance(one, str) else match[one] or "" for one in pieces]
                length += sum(map(len, kept[-len(pieces) - 1 :]))
                self._evaluation.check_text(length)
                end = match.end()
            self._evaluation.check_text(length + len(text) - end)
            return "".join([*kept, text[end:]])

        return self._timed(made)

    def _refuse_empty(self) -> None:
        if self.occurs_in(""):
            raise OperandError("a pattern that occurs in the empty string")

    def _timed(self, run: Callable[[float], _Found]) -> _Found:
        # No clock is read here: a match is tried for ever longer, and what it was cut off after is
        # what it has cost.
        microseconds = _FIRST_US
        while True:
            try:
                return run(microseconds / 1_000_000)
            except TimeoutError:
                self._evaluation.spend(microseconds)
                microseconds *= 2


def _compiled(text: str, flags: str, evaluation: Evaluation) -> "regex.Pattern[str]":
    known = evaluation.patterns
    if (text, flags) not in known:
        evaluation.spend(_COMPILING_US + len(text) * _COMPILING_US_EACH)
        if len(known) >= _PATTERNS_KEPT:
            known.pop(next(iter(known)))
        known[text, flags] = _compile(text, flags, evaluation.limits)
    found: regex.Pattern[str] = known[text, flags]
    return found


def _compile(text: str, flags: str, limits: Limits) -> "regex.Pattern[str]":
    import regex

    bits = regex.DOTALL | regex.VERSION0 | (regex.IGNORECASE if "i" in flags else 0)
    if "q" in flags:
        return regex.compile(regex.escape(text, special_only=False), bits)
    try:
        return regex.compile(rewrite(text, flags=flags, limits=limits), bits)
    except regex.error:
        raise OperandError("a block of characters that is not known") from None


def _pieces(text: str, *, groups: int) -> Iterator[str | int]:
    """Yield a replacement text as plain texts and numbers of groups."""
    index = 0
    while index < len(text):
        character, following = text[index], text[index + 1 : index + 2]
        if character == "\\" and following in ("\\", "$"):
            yield following
            index += 2
        elif character == "$" and following in _DIGITS:
            index += 1
            end = index + 1
            # More digits belong to the number as long as there are that many groups.
            while text[end : end + 1] in _DIGITS and int(text[index : end + 1]) <= groups:
                end += 1
            number = int(text[index:end])
            yield number if number <= groups else ""
            index = end
        elif character in "\\$":
            raise OperandError("a $ or a backslash alone in a replacement")
        else:
            yield character
            index += 1
