r"""Split an MT940 or MT942 file into its tags, and check that each statement has the right ones.

Decides which tags a statement needs and in which order they stand; the library that reads their
content checks neither. What the tags say is left to `mt940_statement`.

>>> [tag.name for tag in split_tags(":20:A\n:25:B\n:61:x\ny\n-\n")]
['20', '25', '61']
>>> check_order(split_tags(":20:A\n:61:x\n"), source="a.sta").message
'a.sta:1: :20:: begins a statement without :25:'
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from dunning_sdk.errors import InputError

_TAG: Final = re.compile(r":([0-9]{2}[A-Z]?|NS):")
_BLOCK: Final = re.compile(r"-\}?(\{.*)?|\{[1-5]:.*")
# Place of each tag in a statement; SWIFT MT940 and MT942 message formats.
_RANKS: Final = MappingProxyType(
    {
        "20": 0, "21": 1, "25": 2, "28": 3, "13": 4, "34": 4, "60": 5, "61": 6, "62": 7, "64": 8,
        "65": 8, "90": 8,
    }
)  # fmt: skip
# These stand behind the tag they explain, wherever that is.
_ANYWHERE: Final = frozenset(("86", "NS"))
_ONCE: Final = frozenset(("20", "21", "25", "28", "60", "62"))
_EXPORT_AGAIN: Final = "Ask the bank for the file again; it may have been edited or cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag and its text.

    Attributes:
        name: Such as ``61`` or ``62F``, without colons.
        line: Line of the file it begins on, from 1.
        text: Its lines joined by line feeds, without blanks at their ends.
    """

    name: str
    line: int
    text: str

    @property
    def number(self) -> str:
        """Return the name without its letter: ``62`` for ``62F``."""
        return self.name if self.name == "NS" else self.name[:2]


def split_tags(text: str) -> tuple[Tag, ...]:
    """Return the tags of a file; lines before the first one, and block ends, are left out.

    A line that begins like an unknown tag goes on with the tag before it, as texts do.
    """
    tags: list[tuple[str, int, list[str]]] = []
    for line, content in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        match = _TAG.match(content)
        if match and match[1][:2] in _ANYWHERE.union(_RANKS):
            tags.append((match[1], line, [content[match.end() :].rstrip()]))
        elif tags and not _BLOCK.fullmatch(content.strip()):
            tags[-1][2].append(content.rstrip())
    return tuple(
        Tag(name=name, line=line, text="\n".join(lines).strip()) for name, line, lines in tags
    )


def split_statements(tags: Iterable[Tag]) -> tuple[tuple[Tag, ...], ...]:
    """Return the tags of each statement; each begins with ``:20:``, but for a broken first one."""
    statements: list[list[Tag]] = []
    for tag in tags:
        if tag.name == "20" or not statements:
            statements.append([])
        statements[-1].append(tag)
    return tuple(tuple(statement) for statement in statements)


def check_order(tags: Sequence[Tag], *, source: str) -> InputError | None:
    """Return the first fault in the tags of one statement, or ``None``.

    Args:
        tags: At least one.
        source: Label of the file.
    """
    first = tags[0]
    if first.name != "20":
        return _fault(first, "stands before any :20:, which begins a statement", source)
    if all(tag.name != "25" for tag in tags):
        return _fault(first, "begins a statement without :25:", source)
    last = first
    seen: set[str] = set()
    explains = False
    for tag in tags:
        number = tag.number
        if number == "86" and not explains:
            return _fault(tag, f"explains nothing after :{last.name}:", source)
        if number in _ANYWHERE:
            continue
        if _RANKS[number] < _RANKS[last.number]:
            return _fault(tag, f"may not stand after :{last.name}:", source)
        if number in _ONCE and number in seen:
            return _fault(tag, "stands twice in one statement", source)
        seen.add(number)
        explains = number in ("61", "62", "64", "65", "90")
        last = tag
    return None


def _fault(tag: Tag, problem: str, source: str) -> InputError:
    return InputError(
        problem, hint=_EXPORT_AGAIN, source=source, line=tag.line, field=f":{tag.name}:"
    )
