"""Find where something stands in the files of a book.

The module decides only places. A rule that was laid together from a parent's and a child's file
has none but its file.
"""

from collections.abc import Sequence
from typing import Any

from dunning_sdk.errors import Finding, Severity
from dunning_sdk.rules.book import Book, Rule
from dunning_sdk.strict_yaml import YamlNode, load, position_of


def tree_of(book: Book, rule: Rule) -> YamlNode:
    """Return the tree of a rule's file, as the book keeps it."""
    return load(book.files[f"{rule.id}.yaml"], rule.file)


def finding_at(
    book: Book,
    rule: Rule,
    path: Sequence[str | int],
    *,
    code: str,
    text: str,
    example: str = "",
    severity: Severity = "warning",
) -> Finding:
    """Return a finding at a path of a rule's file.

    Args:
        book: Keeps the file.
        rule: Whose file.
        path: Keys and places from the top, as far as they are there.
        code: Kind of fault.
        text: What is wrong.
        example: Facts as one line of YAML.
        severity: Weight.
    """
    node: Any = tree_of(book, rule)
    laid_together = book.files[f"{rule.id}.yaml"].startswith("{")
    there: list[str | int] = []
    for part in () if laid_together else path:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
        there.append(part)
    line, column = position_of(tree_of(book, rule), there) if there else (1, 1)
    return Finding(
        file=rule.file,
        line=line,
        column=column,
        code=code,
        text=text,
        rule=rule.id,
        severity=severity,
        example=example,
    )
