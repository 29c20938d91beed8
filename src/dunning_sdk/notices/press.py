"""Print data with a typst template as PDF/A; the bytes depend on nothing but the two.

Decides what every document shares: the standard, the time in it, the fonts, and what becomes of a
fault. What a document says is decided by who makes the data, how it looks by the template, which
gets every text as data and never as markup.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from dunning_sdk.errors import (
    BookSyntaxError,
    ConfigError,
    DomainError,
    DunningError,
    Finding,
)
from dunning_sdk.notices.syntax import plain_text
from dunning_sdk.notices.templates import TemplateSet

if TYPE_CHECKING:
    import typst

_STANDARD: Final = "a-2b"
_NOON: Final = time(12, 0, tzinfo=UTC)
_PLACE: Final = re.compile(r":(\d+):(\d+)")

# JSON has no finite type; typst reads it as it is.
Data = dict[str, Any]


def has_press() -> bool:
    """Tell whether documents can be printed: whether the extra ``letters`` is installed."""
    return find_spec("typst") is not None


class Press:
    """Prints documents with one template; reads its fonts once.

    Args:
        templates: Where the template is.
        template: Its file name.
        font_folders: Folders with fonts beside the built-in ones, for scripts these lack. The
            fonts of the machine are never used, so that a document looks the same everywhere.

    Raises:
        ConfigError: The extra ``letters`` is not installed.
    """

    def __init__(
        self, templates: TemplateSet, template: str, *, font_folders: tuple[str, ...] = ()
    ) -> None:
        self._source = templates.text(template).encode()
        self._template = template
        self._label = templates.label(template)
        self._compiler = _compiler(font_folders)

    def printed(self, data: Data, on: date) -> bytes:
        """Return one document as PDF/A-2b.

        Args:
            data: JSON values; each text is one line of what may be printed.
            on: Day that is written into the document.

        Raises:
            DomainError: A text has a character that no font has.
            BookSyntaxError: The template is not in order.
        """
        import typst

        try:
            pdf = self._compiler.compile(
                input=self._source,
                format="pdf",
                sys_inputs={"data": json.dumps(cleaned(data), ensure_ascii=False)},
                pdf_standards=[_STANDARD],
                timestamp=datetime.combine(on, _NOON),
            )
        except typst.TypstError as exc:
            raise _fault(exc, self._label) from exc
        if not isinstance(pdf, bytes):
            raise DomainError("A document has no pages", hint=f"Correct {self._template}")
        return pdf


def cleaned(value: Any) -> Any:  # noqa: ANN401  # JSON, of any depth
    """Return data with every text as one line without anything that is not printed."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, list):
        return [cleaned(entry) for entry in value]
    if isinstance(value, dict):
        return {name: cleaned(entry) for name, entry in value.items()}
    return value


def _compiler(font_folders: tuple[str, ...]) -> typst.Compiler:
    try:
        import typst
    except ImportError as exc:
        raise ConfigError(
            "Letters cannot be set: typst is not installed",
            hint="Run: pip install 'dunning-sdk[letters]'",
        ) from exc
    return typst.Compiler(font_paths=list(font_folders), ignore_system_fonts=True)


def _fault(exc: typst.TypstError, label: str) -> DunningError:
    if "could not be displayed" in exc.message:
        return DomainError(
            "A letter holds a character that none of the fonts has",
            hint="Give a folder with a font for that script (font_folders), or use e-mail",
        )
    place = _PLACE.search(exc.diagnostic)
    line, column = (int(place[1]), int(place[2])) if place else (1, 1)
    text = exc.message.rstrip(".") or "The letter's template does not compile"
    finding = Finding(file=label, line=line, column=column, code="template.letter", text=text)
    return BookSyntaxError(findings=(finding,))
