"""Say which template language notices are written in, and which names a template uses.

Decides what a template may do: print what it was given, choose with ``if``, repeat with
``for``. Calls, assignments, imports and macros are refused, so a template can neither run code
nor run for ever. All of it is found before anything is rendered. What the names hold is decided
in `context`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from types import CodeType, NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import SandboxedEnvironment

from dunning_sdk.domain.money import Money
from dunning_sdk.errors import BookSyntaxError, Finding, UnknownNameError, nearest_names
from dunning_sdk.notices.context import NoticeContext

SOURCE_CHARACTERS_MAX: Final = 100_000
LOOP_DEPTH_MAX: Final = 2

_ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem,
    nodes.Filter, nodes.Test, nodes.If, nodes.For, nodes.Const, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Concat, nodes.Add, nodes.Sub,
    nodes.Neg, nodes.Tuple, nodes.List,
)  # fmt: skip
_TESTS: Final = ("defined", "none", "eq", "ne", "gt", "ge", "lt", "le", "in", "odd", "even")
_PLAIN_FILTERS: Final = ("first", "last", "length", "upper", "lower", "capitalize", "join", "abs")
_ELEMENT_FILTERS: Final = ("first", "last")
# Control characters, marks that turn the direction of text round, and the private characters
# that enclose a block or mark a line of tags.
_UNPRINTED: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ue000-\ue002]"
)
_TAG_LINE: Final = re.compile(r"^[ \t]*(?:\{%(?:[^%\n]|%(?!\}))*%\}[ \t]*)+$", re.MULTILINE)
_MARKED_LINE: Final = re.compile(r"^[ \t]*(?:\ue002[ \t]*)+\n?", re.MULTILINE)
_BREAKS: Final = re.compile("[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]+")


class BlockMark(str):
    """The place of a block in a rendered body; data can never look like one."""

    __slots__ = ()


_INVOICES: Final = BlockMark("\ue000invoices\ue001")
_PAYMENT: Final = BlockMark("\ue000payment\ue001")
_SIGNATURE: Final = BlockMark("\ue000signature\ue001")
_CHARGES: Final = BlockMark("\ue000charges\ue001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The blocks a body may place: ``{{ block.invoices }}`` and so on.

    Attributes:
        invoices: Table of the items, with total and charges.
        charges: How interest comes about, and what charges rest on; nothing without charges.
        payment: Where and how to pay.
        signature: Who writes, and whom to answer.
    """

    invoices: BlockMark = _INVOICES
    payment: BlockMark = _PAYMENT
    signature: BlockMark = _SIGNATURE
    charges: BlockMark = _CHARGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A paragraph or a block of a rendered body.

    Attributes:
        kind: ``paragraph``, ``invoices``, ``charges``, ``payment`` or ``signature``.
        lines: The lines of a paragraph; empty for blocks.
    """

    kind: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A name a template uses.

    Attributes:
        path: The name and its attributes, such as ``debtor.name``; items of a list are named
            by the list: ``items.invoice_number``.
        line: From 1.
    """

    path: str
    line: int


def plain_text(text: str) -> str:
    """Return data as one line without anything that is not printed."""
    return _UNPRINTED.sub("", _BREAKS.sub(" ", text))


def mark_tag_lines(source: str) -> str:
    """Return a template whose lines of nothing but tags can be told in what it renders."""
    return _TAG_LINE.sub(lambda line: f"{line.group()}\ue002", source)


def without_tag_lines(rendered: str) -> str:
    """Return what was rendered without the lines that only held tags."""
    return _MARKED_LINE.sub("", rendered)


def environment(*, html: bool) -> SandboxedEnvironment:
    """Return the sandbox templates run in, without any filter of a language.

    Args:
        html: Whether what is printed is escaped for HTML.
    """
    made = SandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=html,
        finalize=_printed,
        cache_size=0,
        optimized=False,
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _PLAIN_FILTERS}
    made.tests = {name: made.tests[name] for name in _TESTS}
    return made


def compile_checked(
    sandbox: SandboxedEnvironment, source: str, *, label: str, extra: Mapping[str, object]
) -> tuple[CodeType, tuple[Use, ...]]:
    """Return a template's code and the names it uses, or refuse it with all that is wrong in it.

    Args:
        sandbox: With the filters the template may use.
        source: The template.
        label: Of its file, for messages.
        extra: Names beside those of `NoticeContext`, with their types.

    Raises:
        BookSyntaxError: It is not in the template language.
        UnknownNameError: It names something there is not; all such names are reported.
    """
    tree = tree_of(sandbox, source, label=label)
    # Only now: compiling computes what is constant, and that could take for ever.
    with _as_findings(label):
        code = sandbox.compile(source, label, label)
    uses = tuple(_uses(tree, {}))
    roots = {**_attributes(NoticeContext), **extra}
    faults = [_unknown(use, roots, label=label, source=source) for use in uses]
    unknown = tuple(fault for fault in faults if fault is not None)
    if unknown:
        raise UnknownNameError(findings=unknown)
    return code, uses


def tree_of(sandbox: SandboxedEnvironment, source: str, *, label: str) -> nodes.Template:
    """Return a template as a tree, refusing what templates may not do.

    Raises:
        BookSyntaxError: It is not in the template language.
    """
    with _as_findings(label):
        tree = sandbox.parse(source, label, label)
    forbidden = list(_forbidden(tree)) or list(_too_long(source))
    if forbidden:
        raise BookSyntaxError(
            findings=tuple(
                Finding(file=label, line=line, column=1, code="template.forbidden", text=text)
                for line, text in forbidden
            )
        )
    return tree


def _printed(value: object) -> object:
    """Return what an expression prints; amounts, dates and nothing need a filter or an if."""
    if isinstance(value, BlockMark | Undefined):
        return value
    if isinstance(value, str):
        # Markup that the sandbox's own escaping made stays markup.
        return type(value)(plain_text(value))
    if type(value) is int:
        return value
    wanted = "| money" if isinstance(value, Money) else "| date, or an if around it"
    raise TypeError(f"a {type(value).__name__} is printed; write {wanted}")


@contextmanager
def _as_findings(label: str) -> Iterator[None]:
    """Turn what the template engine says of a source into an error with its place."""
    try:
        yield
    except TemplateSyntaxError as exc:
        text = (exc.message or "This is no template").rstrip(".")
        finding = Finding(file=label, line=exc.lineno, column=1, code="template.syntax", text=text)
        raise BookSyntaxError(findings=(finding,)) from exc
    except RecursionError as exc:
        text = "An expression is nested too deep"
        finding = Finding(file=label, line=1, column=1, code="template.syntax", text=text)
        raise BookSyntaxError(findings=(finding,)) from exc


def _too_long(source: str) -> Iterator[tuple[int, str]]:
    if len(source) > SOURCE_CHARACTERS_MAX:
        yield 1, f"A template has at most {SOURCE_CHARACTERS_MAX} characters"


def _forbidden(node: nodes.Node, depth: int = 0) -> Iterator[tuple[int, str]]:
    if not isinstance(node, _ALLOWED):
        yield node.lineno, f"A template may not use {type(node).__name__.lower()}"
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        yield node.lineno, "A template may not use names that begin with an underscore"
    if isinstance(node, nodes.For):
        depth += 1
        if node.recursive or depth > LOOP_DEPTH_MAX:
            yield node.lineno, f"Loops nest at most {LOOP_DEPTH_MAX} deep"
    for child in node.iter_child_nodes():
        yield from _forbidden(child, depth)


def _uses(node: nodes.Node, aliases: Mapping[str, str]) -> Iterator[Use]:
    """Yield the names used below a node; ``aliases`` has what loop variables stand for."""
    if isinstance(node, nodes.For):
        yield from _uses(node.iter, aliases)
        inner = {**aliases, "loop": ""}
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = path_of(node.iter, aliases) or ""
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            yield from _uses(child, inner)
        return
    path = path_of(node, aliases)
    if path:
        yield Use(path=path, line=node.lineno)
    elif path is None:
        for child in node.iter_child_nodes():
            yield from _uses(child, aliases)


def path_of(node: nodes.Node, aliases: Mapping[str, str]) -> str | None:
    """Return the dotted name a node stands for; empty where it cannot be told statically."""
    if isinstance(node, nodes.Name):
        return aliases.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        owner = path_of(node.node, aliases)
        return f"{owner}.{node.attr}" if owner else owner
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return path_of(node.node, aliases)
    if isinstance(node, nodes.Filter) and node.name in _ELEMENT_FILTERS and node.node:
        return path_of(node.node, aliases)
    return None


def _unknown(use: Use, roots: Mapping[str, object], *, label: str, source: str) -> Finding | None:
    known: Mapping[str, object] = roots
    for name in use.path.split("."):
        if name not in known:
            near = nearest_names(name, known, limit=1)
            line = source.splitlines()[use.line - 1]
            return Finding(
                file=label,
                line=use.line,
                column=line.find(name) + 1 or 1,
                code="template.unknown-name",
                text=f"Nothing is called {use.path}",
                nearest=near[0] if near else None,
            )
        kind = _element(known[name])
        if not is_dataclass(kind):
            return None
        known = _attributes(kind)
    return None


def _element(kind: object) -> object:
    """Return the type without ``None``, and of a list the type of its elements."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(part for part in get_args(kind) if part is not NoneType)
    return get_args(kind)[0] if get_origin(kind) is tuple else kind


# Any: a dataclass may be of any type.
def _attributes(record: Any) -> dict[str, object]:  # noqa: ANN401
    hints = get_type_hints(record)
    found: dict[str, object] = {field.name: hints[field.name] for field in fields(record)}
    for name in dir(record):
        member = getattr(record, name)
        if isinstance(member, property) and member.fget and not name.startswith("_"):
            found[name] = get_type_hints(member.fget)["return"]
    return found
