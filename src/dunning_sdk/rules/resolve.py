"""Read the files of a book, and lay a book that extends another over it.

The module decides which file is what by its name, and what a child takes from its parent. What
the files say is decided in `load`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from dunning_sdk.errors import BookError, DunningError, Finding
from dunning_sdk.rules.canonical import canonical, merged, with_entry, without
from dunning_sdk.rules.kind import KINDS, PROCEDURE
from dunning_sdk.rules.report import Place, Report
from dunning_sdk.strict_yaml import YamlMapping, YamlScalar, YamlSequence, load

Parents: TypeAlias = Callable[[str], Mapping[str, str]]

BOOK: Final = "book.yaml"
CASES: Final = ".cases.yaml"
_RULE: Final = re.compile(rf"({'|'.join(KINDS)})\.[a-z][a-z0-9]*(-[a-z0-9]+)*(\.cases)?\.yaml")
_INHERITED: Final = (
    *("jurisdiction", "from", "until", "currency"),
    *("reasons", "contacts", "tones", "signals", "functions", "invariants"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of a book.

    Attributes:
        label: For findings.
        text: As stored with the book.
        node: Its tree.
    """

    label: str
    text: str
    node: YamlMapping


@dataclass(slots=True, kw_only=True)
class Resolved:
    """The files of a book with its parents laid under it.

    Attributes:
        sources: By file name; ``book.yaml`` among them unless it could not be read.
        findings: What was wrong.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def resolve(files: Mapping[str, str], *, label: str, parents: Parents | None) -> Resolved:
    """Return the files of a book, parents included.

    Args:
        files: Text by file name.
        label: Of the book, for findings.
        parents: Book id to the files of that book; ``None`` where no book can be extended.
    """
    return _resolve(files, label=label, parents=parents, children=())


def parent_of(files: Mapping[str, str], *, label: str) -> str:
    """Return the id of the book that a book extends; empty for none.

    Raises:
        BookError: Its ``book.yaml`` cannot be read.
    """
    node = load(files[BOOK], f"{label}/{BOOK}") if BOOK in files else None
    named = node.get("extends") if isinstance(node, YamlMapping) else None
    return named.raw if isinstance(named, YamlScalar) and named.value is not None else ""


def _resolve(
    files: Mapping[str, str], *, label: str, parents: Parents | None, children: tuple[str, ...]
) -> Resolved:
    found = _read(files, label)
    book = found.sources.get(BOOK)
    if book is None:
        if BOOK not in files:
            report = Report(file=f"{label}/{BOOK}", findings=found.findings)
            report.add(Place(), "book.missing-file", "The book has no book.yaml")
        return found
    named = book.node.get("extends")
    if isinstance(named, YamlScalar) and named.value is not None:
        above = _parent(named, book, parents=parents, children=children, findings=found.findings)
        if above is not None:
            found.findings.extend(above.findings)
            found.sources = _laid(above.sources, found.sources, found.findings)
    return found


def _read(files: Mapping[str, str], label: str) -> Resolved:
    found = Resolved()
    for name in sorted(name for name in files if name.endswith(".yaml")):
        report = Report(file=f"{label}/{name}", findings=found.findings)
        if name != BOOK and _RULE.fullmatch(name) is None:
            text = "Not the name of a file of a book"
            expected = "book.yaml, KIND.NAME.yaml or KIND.NAME.cases.yaml beside it"
            report.add(Place(), "book.file-name", text, expected=expected, found=name)
            continue
        try:
            node = load(files[name], report.file)
        except BookError as exc:
            found.findings.extend(exc.findings)
            continue
        if isinstance(node, YamlMapping):
            found.sources[name] = Source(label=report.file, text=files[name], node=node)
        else:
            report.add(node, "book.value", "A file of a book holds keys and values")
    return found


def _parent(
    named: YamlScalar,
    book: Source,
    *,
    parents: Parents | None,
    children: tuple[str, ...],
    findings: list[Finding],
) -> Resolved | None:
    report = Report(file=book.label, findings=findings)
    if named.raw in children:
        text = "Books extend each other in a circle"
        report.add(named, "book.circle", text, found=" → ".join((*children, named.raw)))
        return None
    try:
        files = parents(named.raw) if parents else None
    except DunningError as exc:
        report.add(named, "book.unknown-parent", str(exc), found=named.raw)
        return None
    if files is None:
        report.add(named, "book.unknown-parent", "No book can be extended here", found=named.raw)
        return None
    return _resolve(files, label=named.raw, parents=parents, children=(*children, named.raw))


def _laid(
    above: Mapping[str, Source], below: Mapping[str, Source], findings: list[Finding]
) -> dict[str, Source]:
    """Return the files of a parent with those of its child over them."""
    found = dict(above)
    for name, source in below.items():
        if name == BOOK and BOOK in above:
            kept = without(above[BOOK].node, *(set(above[BOOK].node) - set(_INHERITED)))
            found[name] = _written(source, without(merged(kept, source.node), "extends"))
        elif name.startswith(f"{PROCEDURE}.") and "change" in source.node:
            found[name] = _changed(above.get(name), source, findings)
        else:
            found[name] = source
        if name != BOOK and not name.endswith(CASES) and name in above:
            cases = name.removesuffix(".yaml") + CASES
            if cases not in below:
                found.pop(cases, None)
    return found


def _changed(above: Source | None, source: Source, findings: list[Finding]) -> Source:
    """Return a parent's procedure with the steps that a child changes."""
    report = Report(file=source.label, findings=findings)
    change, inherited = source.node["change"], above and above.node.get("steps")
    if not isinstance(inherited, YamlSequence) or not isinstance(change, YamlMapping):
        text = "Key change takes a step id to the fields that differ from the parent's procedure"
        report.add(source.node.key("change"), "book.change", text)
        return source
    steps = {_id(step): step for step in inherited if isinstance(step, YamlMapping)}
    for key, fields in change.entries:
        if key.raw not in steps:
            report.add_unknown(key, what="step", name=key.raw, known=tuple(steps))
        elif isinstance(fields, YamlMapping):
            steps[key.raw] = merged(steps[key.raw], fields)
        else:
            report.add(fields, "book.change", "A change holds the fields of the step that differ")
    listed = YamlSequence(items=tuple(steps.values()), line=change.line, column=change.column)
    whole = merged(above.node, without(source.node, "change")) if above else source.node
    return _written(source, with_entry(whole, "steps", listed))


def _id(step: YamlMapping) -> str:
    named = step.get("id")
    return named.raw if isinstance(named, YamlScalar) else ""


def _written(source: Source, node: YamlMapping) -> Source:
    return Source(label=source.label, text=canonical(node) + "\n", node=node)
