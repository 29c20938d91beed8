"""Write plain trees as XML.

Decides the form: elements on lines of their own, text as it is, and one meaning for each prefix
in a tag.

>>> from dunning_sdk.dmn.xml_tree import parse_xml
>>> print(format_xml(parse_xml('<a xmlns="urn:x"><b n="1">text</b></a>')), end="")
<?xml version="1.0" encoding="UTF-8"?>
<a xmlns="urn:x">
  <b n="1">text</b>
</a>
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from dunning_sdk.dmn.errors import DmnError
from dunning_sdk.dmn.xml_tree import XML_NAMESPACE, XmlElement, XmlName

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def format_xml(root: XmlElement) -> str:
    """Return a document with its elements on lines of their own, two spaces for each level.

    Raises:
        DmnError: A text contains a character that XML cannot hold.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', *_lines(root, "", {"xml": XML_NAMESPACE})]
    text = "\n".join(lines) + "\n"
    if found := _FORBIDDEN.search(text):
        message = f"a text contains the character {ord(found[0]):#x}, which XML cannot hold"
        raise DmnError(message=message)
    return text


def _lines(element: XmlElement, indent: str, scope: Mapping[str, str]) -> Iterator[str]:
    name, tag, scope = _tag(element, scope)
    if not element.content:
        yield f"{indent}<{tag}/>"
    elif any(isinstance(part, str) for part in element.content):
        yield f"{indent}<{tag}>{_inline(element, scope)}</{name}>"
    else:
        yield f"{indent}<{tag}>"
        for child in element.children:
            yield from _lines(child, indent + "  ", scope)
        yield f"{indent}</{name}>"


def _inline(element: XmlElement, scope: Mapping[str, str]) -> str:
    parts = []
    for part in element.content:
        if isinstance(part, str):
            parts.append(escape(part, {"\r": "&#13;"}))
        else:
            name, tag, inner = _tag(part, scope)
            parts.append(f"<{tag}>{_inline(part, inner)}</{name}>")
    return "".join(parts)


def _tag(element: XmlElement, outer: Mapping[str, str]) -> tuple[str, str, Mapping[str, str]]:
    """Return the name as written, all of the opening tag, and the prefixes known inside."""
    scope = _Prefixes(outer)
    for prefix, namespace in element.declared:
        scope.declare(prefix, namespace)
    name = scope.written(element.name, is_attribute=False)
    given = [(scope.written(key, is_attribute=True), value) for key, value in element.attributes]
    declared = [
        (f"xmlns:{prefix}" if prefix else "xmlns", namespace)
        for prefix, namespace in scope.fresh.items()
    ]
    parts = [name, *(f"{key}={quoteattr(value)}" for key, value in (*declared, *given))]
    return name, " ".join(parts), scope.known


class _Prefixes:
    """Find the prefixes of one tag; one prefix has one meaning in it."""

    def __init__(self, outer: Mapping[str, str]) -> None:
        self.known = dict(outer)
        self.fresh: dict[str, str] = {}
        self._used: set[str] = set()

    def declare(self, prefix: str, namespace: str) -> None:
        """Say what a prefix means here."""
        if self.known.get(prefix, "") != namespace:
            self.known[prefix] = self.fresh[prefix] = namespace

    def written(self, name: XmlName, *, is_attribute: bool) -> str:
        """Return a name with a prefix that means its namespace."""
        if is_attribute and not name.namespace:
            return name.local
        wanted = name.prefix if name.namespace else ""
        if is_attribute and not wanted:
            wanted = "ns"
        prefix, number = wanted, 0
        while prefix in self._used and self.known.get(prefix, "") != name.namespace:
            number += 1
            prefix = f"{wanted or 'ns'}{number}"
        self.declare(prefix, name.namespace)
        self._used.add(prefix)
        return f"{prefix}:{name.local}" if prefix else name.local
