"""Put a context into a template: subject, plain text, HTML and the parts of a letter.

Decides how a rendered body becomes parts, and that what was given as data stays data: it makes
no paragraph, no block, no markup and no header. Which names and statements a template may use is
decided in `syntax`, the words around the parts in the layouts.

>>> from dunning_sdk.notices.sample import sample_context
>>> from dunning_sdk.notices.templates import load_shipped
>>> renderer = Renderer(load_shipped())
>>> renderer.render(sample_context("before-due", language="en")).subject
'2 invoices to pay, the first falls due in 7 days'
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from dunning_sdk.errors import DunningError
from dunning_sdk.notices.context import NoticeContext
from dunning_sdk.notices.discretion import check_discretion
from dunning_sdk.notices.fault import OUTPUT_CHARACTERS_MAX, fault_of, too_long
from dunning_sdk.notices.language import Language, filters_of, language_of
from dunning_sdk.notices.syntax import (
    Blocks,
    Part,
    Use,
    compile_checked,
    environment,
    mark_tag_lines,
    plain_text,
    without_tag_lines,
)
from dunning_sdk.notices.templates import TemplateSet, piece_of

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

SUBJECT_CHARACTERS_MAX: Final = 200
TEXT_WIDTH: Final = 76
TEXT_LAYOUT: Final = "layout.txt"
HTML_LAYOUT: Final = "layout.html"
SHORT_LAYOUT: Final = "short.txt"

_Pairs: TypeAlias = tuple[tuple[str, str], ...]

_BLOCK: Final = re.compile("\ue000(\\w+)\ue001")
_EXTRA_NAMES: Final = {"block": Blocks}
_LAYOUT_NAMES: Final = {
    "parts": tuple[Part, ...], "subject": str, "qr": str, "words": Mapping[str, str],
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedNotice:
    """A notice in words.

    Attributes:
        subject: One line.
        text: Plain text, complete by itself.
        html: The same in HTML.
        parts: The paragraphs and blocks in their order, for a letter.
        language: The words it was written with.
    """

    subject: str
    text: str
    html: str
    parts: tuple[Part, ...]
    language: Language


class Renderer:
    """Renders the templates of one set; compiles each of them once."""

    def __init__(self, templates: TemplateSet) -> None:
        self._templates = templates
        self._languages: dict[str, Language] = {}
        self._compiled: dict[tuple[str, str, str], tuple[Template, tuple[Use, ...]]] = {}

    def render(self, context: NoticeContext, *, qr: str = "") -> RenderedNotice:
        """Render one notice.

        Args:
            context: What the template may name.
            qr: Name of the attachment that holds the payment's QR code; empty for none.

        Raises:
            UnknownNameError: There is no such template, or it names something there is not.
            BookSyntaxError: The template is not in the template language.
            ExpressionTypeError: It prints or compares values of types that do not fit.
            DomainError: The notice would name what it must not, or is far too long.
        """
        language = self.language(context.language)
        path = f"{context.language}/{context.template}.txt"
        names = _names(context)
        own = {**names, "block": Blocks()}
        subject = _one_line(self._run(path, "subject", own))
        parts = tuple(_parts(self._run(path, "body", own)))
        around = {**names, "subject": subject, "qr": qr, "words": language.words}
        override = f"{context.language}/{context.template}.html"
        layout = override if override in self._templates.texts else HTML_LAYOUT
        wrapped = tuple(_wrapped(part) for part in parts)
        rendered = RenderedNotice(
            subject=subject,
            text=self._run(
                TEXT_LAYOUT, "layout", {**around, "parts": wrapped}, context.language
            ).strip("\n")
            + "\n",
            html=self._run(layout, "layout", {**around, "parts": parts}, context.language),
            parts=parts,
            language=language,
        )
        check_discretion(context, subject=subject, bodies=(rendered.text, rendered.html))
        return rendered

    def short(self, context: NoticeContext, *, subject: str) -> str:
        """Return a notice as a text message: one paragraph that says what is asked for.

        A file ``LANGUAGE/NAME.short`` replaces the layout for one template.

        Args:
            context: What the template may name.
            subject: As `render` returned it.

        Raises:
            DunningError: As in `render`.
        """
        own = f"{context.language}/{context.template}.short"
        layout = own if own in self._templates.texts else SHORT_LAYOUT
        words = self.language(context.language).words
        names = {**_names(context), "subject": subject, "words": words, "parts": (), "qr": ""}
        text = " ".join(plain_text(self._run(layout, "layout", names, context.language)).split())
        check_discretion(context, subject=subject, bodies=(text, text))
        return text

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages that have words, sorted."""
        return self._templates.languages

    def language_of(self, template: str, wanted: Iterable[str]) -> str:
        """Return the first of the languages wanted that a template is written in.

        Raises:
            UnknownNameError: It is written in none of them.
        """
        return self._templates.pick_language(template, [one for one in wanted if one])

    def language(self, code: str) -> Language:
        """Return the words of a language."""
        if code not in self._languages:
            self._languages[code] = language_of(self._templates, code)
        return self._languages[code]

    def variables_of(self, language: str, name: str) -> frozenset[str]:
        """Return every name the subject and body of a template use, without rendering it.

        A block stands as ``block.payment``; the items of a list are named by the list, as in
        ``items.invoice_number``.

        Raises:
            DunningError: As in `render`.
        """
        path = f"{language}/{name}.txt"
        uses = (
            *self._template(path, "subject", language)[1],
            *self._template(path, "body", language)[1],
        )
        return frozenset(use.path for use in uses)

    def _run(self, path: str, piece: str, names: Mapping[str, object], language: str = "") -> str:
        template, _ = self._template(path, piece, language or path.split("/")[0])
        written: list[str] = []
        length = 0
        try:
            for chunk in template.generate(names):
                length += len(chunk)
                written.append(chunk)
                if length > OUTPUT_CHARACTERS_MAX:
                    raise too_long(self._templates.label(path))
        except DunningError:
            raise
        # Whatever a template's expressions raise is the template's fault, and is put to it.
        except Exception as exc:
            raise fault_of(exc, self._templates.label(path)) from exc
        return without_tag_lines("".join(written))

    def _template(self, path: str, piece: str, language: str) -> tuple[Template, tuple[Use, ...]]:
        key = (path, piece, language)
        if key not in self._compiled:
            label = self._templates.label(path)
            source = mark_tag_lines(piece_of(self._templates.text(path), piece, label=label))
            sandbox = self._sandbox(language, html=path.endswith(".html"))
            extra = _LAYOUT_NAMES if piece == "layout" else _EXTRA_NAMES
            code, uses = compile_checked(sandbox, source, label=label, extra=extra)
            template = sandbox.template_class.from_code(sandbox, code, {}, None)
            self._compiled[key] = (template, uses)
        return self._compiled[key]

    def _sandbox(self, code: str, *, html: bool) -> SandboxedEnvironment:
        language = self.language(code)
        sandbox = environment(html=html)
        sandbox.filters.update(filters_of(language))
        return sandbox


def renderer_of(templates: TemplateSet) -> Renderer:
    """Return the renderer of a set: the same for the same texts, whichever engine asks."""
    return _shared(tuple(sorted(templates.texts.items())), tuple(sorted(templates.labels.items())))


@lru_cache(maxsize=8)
def _shared(texts: _Pairs, labels: _Pairs) -> Renderer:
    return Renderer(TemplateSet(texts=dict(texts), labels=dict(labels)))


def render(context: NoticeContext, templates: TemplateSet, *, qr: str = "") -> RenderedNotice:
    """Render one notice; errors as in `Renderer.render`."""
    return renderer_of(templates).render(context, qr=qr)


def _names(context: NoticeContext) -> dict[str, object]:
    own = [field.name for field in fields(context)]
    derived = [name for name, member in vars(type(context)).items() if isinstance(member, property)]
    return {name: getattr(context, name) for name in (*own, *derived)}


def _one_line(text: str) -> str:
    line = re.sub(" {2,}", " ", plain_text(text)).strip(" ")
    return line if len(line) <= SUBJECT_CHARACTERS_MAX else line[: SUBJECT_CHARACTERS_MAX - 1] + "…"


def _parts(body: str) -> Iterator[Part]:
    for paragraph in re.split(r"\n[ \t]*\n", body):
        for index, piece in enumerate(_BLOCK.split(paragraph)):
            if index % 2:
                yield Part(kind=piece)
            elif piece.strip(" \n"):
                # Line ends inside a paragraph are blanks, but before an entry of a list.
                flowing = re.sub(r" *\n *(?!- )", " ", piece.strip(" \n"))
                yield Part(kind="paragraph", lines=tuple(re.split(r" *\n *", flowing)))


def _wrapped(part: Part) -> Part:
    rows: list[str] = []
    for line in part.lines:
        hanging = "  " if line.startswith("- ") else ""
        rows += textwrap.wrap(
            line,
            TEXT_WIDTH,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return replace(part, lines=tuple(rows))
