"""Read the cases of the DMN Technology Compatibility Kit, and compare what is expected.

Decides how the kit writes values, and when an answer equals one: numbers to eight decimals, as
the kit's own numbers are rounded; everything else exactly, a time with the same offset or zone.
Leaves running to `tck`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dunning_sdk.dmn.xml_tree import XmlElement, parse_xml
from dunning_sdk.feel.durations import parse_duration
from dunning_sdk.feel.temporal import parse_date, parse_date_time, parse_time
from dunning_sdk.feel.values import NUMBERS, Value, equal

TEST_CASES: Final = "http://www.omg.org/spec/DMN/20160719/testcase"
_SCHEMA: Final = "http://www.w3.org/2001/XMLSchema-instance"
_PRECISION: Final = Decimal("1e-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class TckResult:
    """Be one expected result of a case.

    Attributes:
        name: Of the decision.
        expected: Its value.
    """

    name: str
    expected: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TckCase:
    """Be one case.

    Attributes:
        id: Unique in its file.
        model: Name of the file of its model.
        facts: Value per input.
        service: Name of the decision service or function to invoke; empty to ask the decisions.
        results: What is expected.
    """

    id: str
    model: str
    facts: Mapping[str, Value]
    service: str
    results: tuple[TckResult, ...]

    @property
    def expects_null(self) -> bool:
        """Tell whether null is all that is expected."""
        return all(result.expected is None for result in self.results)


def read_cases(data: bytes) -> tuple[TckCase, ...] | None:
    """Return the cases of a file, or ``None`` if it is no file of cases.

    Raises:
        DmnSyntaxError: It is not XML.
        ValueError: A value is not written as its type says.
    """
    root = parse_xml(data)
    if root.name.local != "testCases" or root.name.namespace != TEST_CASES:
        return None
    model = next((one.text.strip() for one in _named(root, "modelName")), "")
    return tuple(_case(one, model) for one in _named(root, "testCase"))


def _case(element: XmlElement, model: str) -> TckCase:
    kind = element.attribute("type") or "decision"
    invoked = element.attribute("invocableName") or ""
    results = []
    for one in _named(element, "resultNode"):
        expected = _named(one, "expected")
        value = _value(expected[0]) if expected else None
        results.append(TckResult(name=one.attribute("name") or "", expected=value))
    if kind != "decision" and not invoked and results:
        invoked = results[0].name
    return TckCase(
        id=element.attribute("id") or element.attribute("name") or "",
        model=model,
        facts={one.attribute("name") or "": _value(one) for one in _named(element, "inputNode")},
        service=invoked if kind != "decision" else "",
        results=tuple(results),
    )


def _named(element: XmlElement, local: str) -> list[XmlElement]:
    return [one for one in element.children if one.name.local == local]


def _value(element: XmlElement) -> Value:
    """Return what an element holds: a value, a list, or components."""
    if _is_nil(element):
        return None
    for one in element.children:
        if one.name.local == "value":
            return _simple(one)
        if one.name.local == "list":
            return None if _is_nil(one) else [_value(item) for item in _named(one, "item")]
    components = _named(element, "component")
    return {one.attribute("name") or "": _value(one) for one in components} if components else None


def _is_nil(element: XmlElement) -> bool:
    return element.attribute("nil", _SCHEMA) in ("true", "1")


def _simple(element: XmlElement) -> Value:
    if _is_nil(element):
        return None
    text = element.text
    kind = (element.attribute("type", _SCHEMA) or "string").rpartition(":")[2]
    match kind:
        case "string":
            return text
        case "boolean":
            return text.strip() in ("true", "1")
        case "date":
            return parse_date(text.strip())
        case "time":
            return parse_time(text.strip())
        case "dateTime":
            return parse_date_time(text.strip())
        case "duration" | "dayTimeDuration" | "yearMonthDuration":
            return parse_duration(text.strip())
        case _:
            return NUMBERS.create_decimal(text.strip())


def same(found: Value, expected: Value) -> bool:
    """Tell whether an answer is the expected one."""
    if isinstance(expected, Decimal):
        return isinstance(found, Decimal) and abs(found - expected) <= _PRECISION
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(map(same, found, expected))
        )
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and found.keys() == expected.keys()
            and all(same(found[name], value) for name, value in expected.items())
        )
    return equal(found, expected) is True and str(found) == str(expected)
