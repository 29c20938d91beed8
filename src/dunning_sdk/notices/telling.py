"""Find templates that name an assignment to a debtor not told of it, or hide it from one who was.

Decides by the template alone, before any notice is written: what may be named is followed through
every branch, loop and alias. The language has no macros, includes or calls, so nothing is hidden
from that. Whether a finished notice keeps to it is decided once more, by its words, in
`discretion`. Letters are set from the same parts and are not looked into here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jinja2 import nodes

from dunning_sdk.errors import BookError, Finding
from dunning_sdk.notices.language import filters_of, language_of
from dunning_sdk.notices.syntax import environment, path_of, tree_of
from dunning_sdk.notices.templates import TemplateSet, piece_of
from dunning_sdk.rules.book import Book
from dunning_sdk.verify.assignments import addressings

NAMING: Final = frozenset({"assignee", "assignment_mention", "never_named"})
"""Names that say to whom a receivable was assigned, or that it was."""

_TOLD: Final = ("debtor_told", "assignee", "assignment_mention")
_MENTIONS: Final = frozenset({"assignment_mention", "block.payment"})
_LAYOUTS: Final = ("layout.txt", "layout.html")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is taken as true while a template is followed.

    Attributes:
        told: Whether the debtor was told.
        part: Kind of the part a layout sets; empty outside of layouts.
    """

    told: bool
    part: str = ""


def check_templates(templates: TemplateSet, book: Book) -> Iterator[Finding]:
    """Yield what is wrong with the templates that a book's notices are written with.

    That is what is no template at all, what names an assignment to a debtor who is not told of
    it, and what may keep the mention from one who is.

    Args:
        templates: The shipped ones, overlaid by a host's.
        book: Whose mandates say who is told, and whose procedures name templates.
    """
    for one in addressings(book):
        if not any(one.template in templates.names(code) for code in templates.languages):
            continue  # reported with the step that names it
        try:
            if one.told is not True:
                yield from find_named(templates, one.template, why=one.why)
            if one.told is not False:
                yield from find_unmentioned(templates, one.template, why=one.why)
        except BookError as problem:
            yield from problem.findings


def find_named(templates: TemplateSet, name: str, *, why: str) -> Iterator[Finding]:
    """Yield where a notice could name the assignment to a debtor who was not told of it.

    Args:
        templates: Which hold the template, in one language or more.
        name: Of the template.
        why: Which mandate keeps it from him, for messages.
    """
    for path, pieces in _sources(templates, name):
        for piece in pieces:
            tree, source = _tree(templates, path, piece)
            for line, used in _named(tree, _Known(told=False)):
                yield Finding(
                    file=templates.label(path),
                    line=line,
                    column=source[line - 1].find(used.split(".")[-1]) + 1 or 1,
                    code="template.names-assignment",
                    text=f"{used} is named to a debtor who is not told of the assignment: {why}",
                )


def find_unmentioned(templates: TemplateSet, name: str, *, why: str) -> Iterator[Finding]:
    """Yield where a notice could leave out the mention that a debtor who was told is owed.

    Args:
        templates: Which hold the template, in one language or more.
        name: Of the template.
        why: Which mandate tells him, for messages.
    """
    for path, pieces in _sources(templates, name):
        known = _Known(told=True, part="payment" if "layout" in pieces else "")
        trees = [_tree(templates, path, piece)[0] for piece in pieces if piece != "subject"]
        if not all(_always(tree.body, known) for tree in trees):
            yield Finding(
                file=templates.label(path),
                line=1,
                column=1,
                code="template.no-mention",
                text=f"The mention of the assignment may be missing, which is owed: {why}",
                expected="{{ block.payment }} or {{ assignment_mention }} whatever holds",
            )


def _sources(templates: TemplateSet, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the texts that make up a notice in each language that has it, with their pieces."""
    layouts = list(_LAYOUTS)
    for language in templates.languages:
        if name in templates.names(language):
            yield f"{language}/{name}.txt", ("subject", "body")
            own = f"{language}/{name}.html"
            if own in templates.texts:
                layouts.append(own)
    yield from ((path, ("layout",)) for path in layouts)


def _tree(templates: TemplateSet, path: str, piece: str) -> tuple[nodes.Template, list[str]]:
    label = templates.label(path)
    source = piece_of(templates.text(path), piece, label=label)
    code = path.split("/")[0] if "/" in path else templates.languages[0]
    sandbox = environment(html=False)
    sandbox.filters.update(filters_of(language_of(templates, code)))
    return tree_of(sandbox, source, label=label), templates.text(path).splitlines()


def _named(node: nodes.Node, known: _Known) -> Iterator[tuple[int, str]]:
    """Yield line and name of all that names the assignment below a node, as far as it is reached.

    What is only asked for, in a condition, is not named by that.
    """
    if isinstance(node, nodes.If):
        for branch in _branches(node, known):
            for child in branch:
                yield from _named(child, known)
        return
    if isinstance(node, nodes.CondExpr):
        holds = _holds(node.test, known)
        chosen: list[nodes.Node] = [node.expr1] if holds is not False else []
        chosen += [node.expr2] if holds is not True and node.expr2 else []
    elif isinstance(node, nodes.And) and _holds(node.left, known) is False:
        return
    else:
        used = _name_used(node)
        if used:
            yield node.lineno, used
            return
        chosen = list(node.iter_child_nodes())
    for child in chosen:
        yield from _named(child, known)


def _name_used(node: nodes.Node) -> str:
    """Return the name by which a node names the assignment; empty if it does not."""
    path = path_of(node, {}) or ""
    if NAMING & set(path.split(".")):
        return path
    if not isinstance(node, nodes.Getitem):
        return ""
    key = node.arg.value if isinstance(node.arg, nodes.Const) else None
    is_words = path_of(node.node, {}) == "words" and not isinstance(key, str)
    return "assignment_mention" if key in NAMING or is_words else ""


def _branches(node: nodes.If, known: _Known) -> Iterator[list[nodes.Node]]:
    """Yield the bodies of an ``if`` that may be reached."""
    pending: list[nodes.If] = [node, *node.elif_]
    for one in pending:
        holds = _holds(one.test, known)
        if holds is not False:
            yield one.body
        if holds is True:
            return
    yield node.else_


def _always(body: list[nodes.Node], known: _Known) -> bool:
    """Tell whether some nodes print the mention, or place what holds it, whatever holds."""
    return any(_prints(node, known) for node in body)


def _prints(node: nodes.Node, known: _Known) -> bool:
    match node:
        case nodes.Output():
            return any((path_of(one, {}) or "") in _MENTIONS for one in node.nodes)
        case nodes.If():
            return all(_always(branch, known) for branch in _branches(node, known))
        case nodes.For() if known.part and path_of(node.iter, {}) == "parts":
            return _always(node.body, known)
        case _:
            return False


def _holds(test: nodes.Node, known: _Known) -> bool | None:
    """Return whether a condition holds; ``None`` where that cannot be told."""
    match test:
        case nodes.Not():
            inner = _holds(test.node, known)
            return None if inner is None else not inner
        case nodes.And() | nodes.Or():
            sides = (_holds(test.left, known), _holds(test.right, known))
            decides = isinstance(test, nodes.Or)
            if decides in sides:
                return decides
            return None if None in sides else not decides
        case nodes.Name():
            return known.told if test.name in _TOLD else None
        case nodes.Compare():
            return _compared(test, known)
        case _:
            return None


def _compared(test: nodes.Compare, known: _Known) -> bool | None:
    """Return whether a part is of the kind it is compared with."""
    operand = test.ops[0]
    is_kind = known.part and (path_of(test.expr, {}) or "").endswith("part.kind")
    if not is_kind or operand.op != "eq" or not isinstance(operand.expr, nodes.Const):
        return None
    return bool(operand.expr.value == known.part)
