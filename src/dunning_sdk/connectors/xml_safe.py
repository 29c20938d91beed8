"""Parse XML that comes from outside, and walk it by plain names.

Decides what XML is accepted: no document type, hence no entities; nothing is fetched; size and
depth are limited. What the elements mean is left to the readers.

>>> root = parse_xml(b"<a><b c='1'> x </b><b/></a>", source="a.xml")
>>> root.text("b"), root.attribute("c", at="b"), len(root.all("b"))
('x', '1', 2)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import TYPE_CHECKING, Final

from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError, DomainError, InputError

if TYPE_CHECKING:
    from lxml import etree

XML_SIZE_MAX: Final = 64 * 1024 * 1024

_DECIMAL: Final = re.compile(r"[-+]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})")
_ISO_DAY: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.,]+)?(Z|[-+][0-9]{2}:?[0-9]{2})?"
)


@dataclass(frozen=True, slots=True)
class XmlNode:
    """An element, with paths of local names: ``"Party/Name"``.

    Attributes:
        element: The element itself.
        source: Label of the file, for messages.
    """

    element: etree._Element
    source: str

    @property
    def name(self) -> str:
        """Return the local name."""
        return _local(self.element)

    @property
    def namespace(self) -> str:
        """Return the namespace; empty where there is none."""
        tag = str(self.element.tag)
        return tag[1:].partition("}")[0] if tag.startswith("{") else ""

    def all(self, path: str) -> list[XmlNode]:
        """Return every element on a path, in document order; the empty path is the element."""
        found = [self.element]
        for name in filter(None, path.split("/")):
            found = [child for parent in found for child in parent if _local(child) == name]
        return [XmlNode(element, self.source) for element in found]

    def first(self, path: str) -> XmlNode | None:
        """Return the first element on a path, or ``None``."""
        return next(iter(self.all(path)), None)

    def text(self, *paths: str) -> str:
        """Return the first text found on one of the paths, without blanks around it.

        Args:
            paths: In order of preference; the empty path is the element itself.
        """
        nodes = (node for path in paths for node in self.all(path))
        texts = ((node.element.text or "").strip() for node in nodes)
        return next((text for text in texts if text), "")

    def attribute(self, name: str, *, at: str) -> str:
        """Return an attribute of the first element on a path; empty where there is none."""
        node = self.first(at)
        return "" if node is None else str(node.element.get(name) or "").strip()

    def fault(self, problem: str, hint: str, *, field: str = "") -> InputError:
        """Return the error that this element has; the caller raises it.

        Args:
            problem: What is wrong.
            hint: What to do.
            field: Name of the element at fault, where it is another than this one.
        """
        return InputError(
            problem,
            hint=hint,
            source=self.source,
            line=getattr(self.element, "sourceline", None) or 1,
            field=field.rpartition("/")[2] or self.name,
        )

    def needed(self, *paths: str) -> str:
        """Return the text on one of the paths; raises where there is none."""
        text = self.text(*paths)
        if not text:
            raise self.missing(paths[0])
        return text

    def missing(self, path: str) -> InputError:
        """Return the error that there is nothing on a path; the caller raises it."""
        return self.fault("is missing", "Ask the sender to correct the document", field=path)

    def number(self, path: str) -> Decimal | None:
        """Return the number on a path, or ``None`` where there is none."""
        text = self.text(path)
        if not text:
            return None
        if not _DECIMAL.fullmatch(text):
            hint = "Ask the sender to correct the document"
            raise self._at(path).fault("is not a number", hint)
        return Decimal(text)

    def money(self, path: str, currency: str) -> Money | None:
        """Return the amount on a path, exactly; ``None`` where there is none.

        Decimals beyond those of the currency must be zero: nothing is rounded in reading.
        """
        number = self.number(path)
        if number is None:
            return None
        try:
            return Money.from_major(number, currency)
        except DomainError as exc:
            raise self._at(path).fault(exc.message, exc.hint or "Correct it") from exc

    def day(self, path: str) -> date | None:
        """Return the day of an ISO 8601 date or time on a path, as its own zone has it."""
        text = self.text(path)
        if not text:
            return None
        match = _ISO_DAY.fullmatch(text)
        try:
            return date.fromisoformat(match[1] if match else "")
        except ValueError:
            hint = "Write it like 2026-03-31"
            raise self._at(path).fault("is not a date", hint) from None

    def _at(self, path: str) -> XmlNode:
        return next((node for node in self.all(path) if node.text("")), self)


def parse_xml(content: bytes, *, source: str) -> XmlNode:
    """Return the root element of a document.

    Args:
        content: The file.
        source: Its label, for messages.

    Raises:
        InputError: It is too large, is not well-formed, or declares a document type.
        ConfigError: lxml is not installed.
    """
    etree = _lxml_etree()
    if len(content) > XML_SIZE_MAX:
        limit = f"is larger than {XML_SIZE_MAX // 1024 // 1024} MiB"
        raise InputError(limit, hint="Split it", source=source)
    # Without zero bytes UTF-16 reads like ASCII; a document type is refused before it is parsed.
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise _document_type(source)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as exc:
        # The parser's own words may quote the document, so only the place is told.
        hint = "Export it again; it may have been cut"
        line = exc.lineno or 1
        raise InputError("is not well-formed XML", hint=hint, source=source, line=line) from exc
    except (etree.LxmlError, ValueError, LookupError) as exc:
        raise InputError("is not XML", hint="Export it again", source=source, line=1) from exc
    if root.getroottree().docinfo.internalDTD is not None:
        raise _document_type(source)
    return XmlNode(root, source)


def _document_type(source: str) -> InputError:
    hint = "Remove the DOCTYPE; no invoice or statement format has one"
    return InputError("declares a document type", hint=hint, source=source, line=1)


def _lxml_etree() -> ModuleType:
    try:
        from lxml import etree
    except ImportError as exc:
        raise ConfigError(
            "XML files need lxml, which is not installed",
            hint='Run: pip install "dunning-sdk[einvoice]"',
        ) from exc
    return etree


def _local(element: etree._Element) -> str:
    tag = element.tag
    return str(tag).rpartition("}")[2]
