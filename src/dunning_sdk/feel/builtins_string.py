"""Be the built-in functions on strings, and those that make strings.

Decides what DMN 1.5, 10.3.4.3 says. A character is a Unicode code point; positions count from 1.

>>> substring("foobar", Decimal(-2), Decimal(1))
'a'
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from dunning_sdk.feel.environment import Evaluation
from dunning_sdk.feel.formatter import format_value
from dunning_sdk.feel.regex import Pattern
from dunning_sdk.feel.signatures import function
from dunning_sdk.feel.values import Function, OperandError, Value


def substring(text: str, start: Decimal, length: Decimal | None = None) -> str:
    """Return a part of a string; a negative start counts from the end."""
    first = int(start)
    if first == 0 or abs(first) > len(text) or (length is not None and int(length) < 1):
        raise OperandError("a part outside the string")
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin:] if length is None else text[begin : begin + int(length)]


def substring_before(text: str, match: str) -> str:
    """Return what stands before the first occurrence, nothing when there is none."""
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


def substring_after(text: str, match: str) -> str:
    """Return what stands after the first occurrence, nothing when there is none."""
    if not match:
        return text
    return text.partition(match)[2]


def contains(text: str, match: str) -> bool:
    """Tell whether one string occurs in another."""
    return match in text


def matches(evaluation: Evaluation, text: str, pattern: str, flags: str | None = None) -> bool:
    """Tell whether a regular expression occurs in a string."""
    return Pattern(pattern, flags or "", evaluation).occurs_in(text)


def replace(
    evaluation: Evaluation, text: str, pattern: str, replacement: str, flags: str | None = None
) -> str:
    """Replace every occurrence of a regular expression."""
    return Pattern(pattern, flags or "", evaluation).replace(text, replacement)


def split(evaluation: Evaluation, text: str, delimiter: str) -> list[Value]:
    """Return the parts of a string between the occurrences of a regular expression."""
    parts = Pattern(delimiter, "", evaluation).split(text)
    evaluation.step(len(parts))
    return [*parts]


def string_join(
    evaluation: Evaluation, texts: list[str | None], delimiter: str | None = None
) -> str:
    """Return the strings of a list in a row, nulls left out."""
    known = [text for text in texts if text is not None]
    evaluation.check_text(sum(map(len, known)) + len(delimiter or "") * len(known))
    return (delimiter or "").join(known)


def string_of(evaluation: Evaluation, value: Value) -> str | None:
    """Return a value as text, a string as it is, null as null."""
    if value is None:
        return None
    evaluation.check_text(_least_length(value, evaluation.limits.text_length))
    return value if isinstance(value, str) else format_value(value)


def _least_length(value: Value, most: int) -> int:
    # One list may stand in another many times over: what is short to keep can be long to write.
    length, pending = 0, [value]
    while pending and length <= most:
        current = pending.pop()
        length += len(current) if isinstance(current, str) else 1
        if isinstance(current, (list, dict)):
            pending.extend(current.values() if isinstance(current, dict) else current)
    return length


FUNCTIONS: Final[Mapping[str, Function]] = {
    "substring": function(
        "substring(string: string, start position: number, length?: number) -> string", substring
    ),
    "string length": function(
        "string length(string: string) -> number", lambda text: Decimal(len(text))
    ),
    "upper case": function("upper case(string: string) -> string", str.upper),
    "lower case": function("lower case(string: string) -> string", str.lower),
    "substring before": function(
        "substring before(string: string, match: string) -> string", substring_before
    ),
    "substring after": function(
        "substring after(string: string, match: string) -> string", substring_after
    ),
    "contains": function("contains(string: string, match: string) -> boolean", contains),
    "starts with": function(
        "starts with(string: string, match: string) -> boolean", str.startswith
    ),
    "ends with": function("ends with(string: string, match: string) -> boolean", str.endswith),
    "matches": function(
        "matches(input: string, pattern: string, flags?: string?) -> boolean",
        matches,
        contextual=True,
    ),
    "replace": function(
        "replace(input: string, pattern: string, replacement: string, flags?: string?) -> string",
        replace,
        contextual=True,
    ),
    "split": function(
        "split(string: string, delimiter: string) -> list<string>", split, contextual=True
    ),
    "string join": function(
        "string join(list: list<string>, delimiter?: string?) -> string",
        string_join,
        contextual=True,
    ),
    "string": function("string(from: Any) -> string", string_of, contextual=True),
}
