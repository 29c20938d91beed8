"""Find where in the source a YAML event and the text of a scalar stand.

The module decides only on places. A fault inside a longer text, such as an expression of a
rule, is thereby reported at its own line and column and not at that of the whole text.
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml


def position(event: yaml.Event) -> tuple[int, int]:
    """Return the line and column an event starts at, from 1."""
    row, column = _start(event)
    return (row + 1, column + 1)


def text_place(event: yaml.ScalarEvent, lines: Sequence[str]) -> tuple[int | None, int]:
    """Return where the text of a scalar begins, without its quotes.

    Args:
        event: The scalar.
        lines: The whole source, without line ends.

    Returns:
        The line, and the column at which each of its lines begins, from 1. No line when the
        source does not hold the text in one piece (escapes, folded lines).
    """
    row, column = _start(event)
    if event.style in ("|", ">"):
        return _block_place(event, lines, first_row=row + 1)
    column += 1 if event.style else 0
    # A value left out at the end of the text may be placed after its last line.
    if row < len(lines) and lines[row].startswith(event.value, column):
        return (row + 1, column + 1)
    return (None, 1)


def _block_place(
    event: yaml.ScalarEvent, lines: Sequence[str], *, first_row: int
) -> tuple[int | None, int]:
    content = event.value.rstrip("\n").split("\n")
    skipped = next((index for index, line in enumerate(content) if line), 0)
    row, text = first_row + skipped, content[skipped]
    folded = event.style == ">" and len(content) > 1
    if folded or not text or not lines[row].endswith(text):
        return (None, 1)
    return (first_row + 1, len(lines[row]) - len(text) + 1)


def _start(event: yaml.Event) -> tuple[int, int]:
    # PyYAML's parsers always set the mark; its annotations allow for events made by hand.
    mark = event.start_mark
    return (0, 0) if mark is None else (mark.line, mark.column)
