"""Read XML as plain trees, refusing all that could harm the reader.

Decides what XML is taken: no document type, hence no entity and nothing to fetch, and bounds on
size, depth and number of elements. Leaves the meaning of the elements to `read`.

>>> root = parse_xml('<a xmlns="urn:x"><b n="1">text</b></a>')
>>> root.children[0].attribute("n"), root.children[0].text
('1', 'text')
"""

from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from dunning_sdk.dmn.errors import DmnLimitError, DmnSyntaxError

XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlLimits:
    """Bound what one document may hold.

    Attributes:
        size: Bytes of the document.
        depth: Levels of elements inside each other.
        elements: Elements altogether.
    """

    size: int = 20_000_000
    depth: int = 100
    elements: int = 500_000


DEFAULT_LIMITS: Final = XmlLimits()


@dataclass(frozen=True, slots=True)
class XmlName:
    """Be the name of an element or attribute; the prefix is no part of it.

    Attributes:
        namespace: Empty for none.
        local: What stands after the prefix.
        prefix: As it was written, for writing it again.
    """

    namespace: str
    local: str
    prefix: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlElement:
    """Be an element with all that is in it, comments and blank space between elements apart.

    Attributes:
        name: Its name.
        attributes: Pairs of name and value, in the order they were written.
        content: The elements and texts in it; blank text stands only where there is no element.
        declared: Pairs of prefix and namespace that it declares.
        line: Line where it begins, counted from 1.
        column: Column where it begins, counted from 1.
        text_line: Line where its text begins.
        text_column: Column where its text begins.
    """

    name: XmlName
    attributes: tuple[tuple[XmlName, str], ...] = ()
    content: tuple["XmlElement | str", ...] = ()
    declared: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)
    line: int = field(default=1, compare=False, repr=False)
    column: int = field(default=1, compare=False, repr=False)
    text_line: int = field(default=1, compare=False, repr=False)
    text_column: int = field(default=1, compare=False, repr=False)

    @property
    def children(self) -> tuple["XmlElement", ...]:
        """Return the elements in it."""
        return tuple(part for part in self.content if isinstance(part, XmlElement))

    @property
    def text(self) -> str:
        """Return the characters in it, without those of elements in it."""
        return "".join(part for part in self.content if isinstance(part, str))

    def attribute(self, local: str, namespace: str = "") -> str | None:
        """Return the value of an attribute, or ``None``."""
        wanted = XmlName(namespace, local)
        return next((value for name, value in self.attributes if name == wanted), None)


class _Open:
    """Collect one element until it ends."""

    __slots__ = ("attributes", "content", "declared", "name", "place", "text_place")

    def __init__(self, name: XmlName, place: tuple[int, int]) -> None:
        self.name = name
        self.place = place
        self.text_place: tuple[int, int] | None = None
        self.attributes: tuple[tuple[XmlName, str], ...] = ()
        self.declared: tuple[tuple[str, str], ...] = ()
        self.content: list[XmlElement | str] = []

    def add(self, text: str) -> None:
        if self.content and isinstance(self.content[-1], str):
            self.content[-1] += text
        else:
            self.content.append(text)

    def closed(self) -> XmlElement:
        content = self.content
        if any(isinstance(part, XmlElement) for part in content):
            content = [part for part in content if not isinstance(part, str) or part.strip()]
        line, column = self.text_place or self.place
        return XmlElement(
            name=self.name,
            attributes=self.attributes,
            content=tuple(content),
            declared=self.declared,
            line=self.place[0],
            column=self.place[1],
            text_line=line,
            text_column=column,
        )


class _Builder:
    """Build the tree of one document."""

    def __init__(self, limits: XmlLimits, encoding: str | None) -> None:
        self._limits = limits
        self._count = 0
        self._open: list[_Open] = []
        self._declared: list[tuple[str, str]] = []
        self.root: XmlElement | None = None
        self.parser = expat.ParserCreate(encoding, " ")
        self.parser.namespace_prefixes = True
        self.parser.ordered_attributes = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartNamespaceDeclHandler = self._declare
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _place(self) -> tuple[int, int]:
        return self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1

    def _refuse(self, *_: object) -> None:
        line, column = self._place()
        message = "a document type is refused: it could define entities or fetch files"
        raise DmnSyntaxError(message=message, line=line, column=column)

    def _declare(self, prefix: str | None, namespace: str | None) -> None:
        self._declared.append((prefix or "", namespace or ""))

    def _start(self, name: str, attributes: list[str]) -> None:
        line, column = self._place()
        self._count += 1
        if len(self._open) >= self._limits.depth:
            message = f"elements nested more than {self._limits.depth} levels deep"
            raise DmnLimitError(message=message, line=line, column=column)
        if self._count > self._limits.elements:
            message = f"more than {self._limits.elements} elements"
            raise DmnLimitError(message=message, line=line, column=column)
        element = _Open(_name(name), (line, column))
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        element.attributes = tuple((_name(key), value) for key, value in pairs)
        element.declared, self._declared = tuple(self._declared), []
        self._open.append(element)

    def _end(self, _: str) -> None:
        element = self._open.pop().closed()
        if self._open:
            self._open[-1].content.append(element)
        else:
            self.root = element

    def _characters(self, text: str) -> None:
        element = self._open[-1]
        element.text_place = element.text_place or self._place()
        element.add(text)


def _name(text: str) -> XmlName:
    parts = text.split(" ")
    if len(parts) == 1:
        return XmlName("", text)
    return XmlName(parts[0], parts[1], parts[2] if len(parts) > 2 else "")


def parse_xml(data: bytes | str, *, limits: XmlLimits = DEFAULT_LIMITS) -> XmlElement:
    """Return the root of a document.

    Args:
        data: The document; bytes say their encoding themselves, as XML does.
        limits: Bounds on it.

    Raises:
        DmnSyntaxError: It is not XML, or has a document type.
        DmnLimitError: It passes a limit.
    """
    encoding = "utf-8" if isinstance(data, str) else None
    content = data.encode("utf-8", "replace") if isinstance(data, str) else data
    if len(content) > limits.size:
        raise DmnLimitError(message=f"a document of more than {limits.size} bytes")
    builder = _Builder(limits, encoding)
    try:
        builder.parser.Parse(content, True)
    except expat.ExpatError as error:
        message = f"not XML: {expat.ErrorString(error.code)}"
        raise DmnSyntaxError(message=message, line=error.lineno, column=error.offset + 1) from None
    except (LookupError, ValueError):
        raise DmnSyntaxError(message="not XML: its encoding is unknown") from None
    if builder.root is None:
        raise DmnSyntaxError(message="not XML: no element")
    return builder.root
