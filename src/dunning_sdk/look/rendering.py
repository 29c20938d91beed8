"""Render the templates of packages into pages.

Decides that everything a template is given is text until it says otherwise, that a name nobody
gave is a fault and not a blank, and that a template speaks one language. What is on a page is
decided by the templates and by whoever calls `Look.render`.

>>> look = Look(("look",))
>>> page = look.render("look/error.html", language="fr", title="Introuvable", code="look.not-found",
...                    says="Il n'y a pas de <page> ici.", hint="", **BARE)
>>> "pas de &lt;page&gt; ici" in page
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from starlette.responses import HTMLResponse

from dunning_sdk.look.parts import kind_of
from dunning_sdk.look.statics import Assets
from dunning_sdk.look.tongue import filters_of
from dunning_sdk.look.words import LANGUAGES, Words, load_words

BARE: Final[Mapping[str, Any]] = MappingProxyType(
    {"theme": "", "navigation": (), "who": "", "csrf": "", "here": "", "said": ""}
)
"""What `look/page.html` needs beside its blocks, for a page that nobody is signed in to.

``theme``: ``light``, ``dark`` or empty for the browser's own; ``navigation``: `Link` records;
``who``: the name of the one signed in; ``csrf``: the token of forms; ``here``: the path and query
of the page, for coming back; ``said``: a message on what was just done.
"""


class Look:
    """The templates, words and files of packages.

    Args:
        packages: Names below ``dunning_sdk``, ``look`` among them; each may have ``templates``,
            ``words`` and ``static``.
        at: Where the application is mounted, such as ``/console``; begins every address.
    """

    def __init__(self, packages: Iterable[str], *, at: str = "") -> None:
        names = tuple(packages)
        self.at = at
        self.assets = Assets(names, at=at)
        self.words: Mapping[str, Words] = load_words(names)
        self._environments = {
            language: self._environment(names, self.words[language]) for language in LANGUAGES
        }

    def render(self, template: str, /, *, language: str, **names: object) -> str:
        """Return a page, or the part of one that a request asked for.

        Args:
            template: Its package and path: ``console/work.html``.
            language: One of `words.LANGUAGES`.
            **names: What it may name.

        Raises:
            jinja2.TemplateError: The template names what it was not given; a fault of ours.
        """
        return self._environments[language].get_template(template).render(names)

    def answer(
        self, template: str, /, *, language: str, status: int = 200, **names: object
    ) -> HTMLResponse:
        """Return a page as an answer; arguments as in `render`."""
        page = self.render(template, language=language, **names)
        return HTMLResponse(page, status_code=status, headers={"content-language": language})

    def _environment(self, packages: tuple[str, ...], words: Words) -> Environment:
        loaders = {
            name: PackageLoader(f"dunning_sdk.{name}")
            for name in packages
            if (resources.files("dunning_sdk") / name / "templates").is_dir()
        }
        made = Environment(
            loader=PrefixLoader(loaders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        made.filters.update(filters_of(words.language))
        made.globals.update(
            t=words.say,
            tn=words.count,
            has_word=words.has,
            href=self.assets.href,
            at=self.at,
            kind_of=kind_of,
            language=words.language,
            languages=LANGUAGES,
        )
        return made
