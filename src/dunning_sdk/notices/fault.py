"""Turn what goes wrong while a template is rendered into an error that names its place.

Decides the wording alone. What can be found without rendering is found in `syntax`.
"""

from __future__ import annotations

from typing import Final

from jinja2 import UndefinedError

from dunning_sdk.errors import (
    BookError,
    DomainError,
    ExpressionTypeError,
    Finding,
    UnknownNameError,
)

OUTPUT_CHARACTERS_MAX: Final = 500_000


def too_long(label: str) -> DomainError:
    """Return the error for a notice that grows beyond what any reader would read."""
    return DomainError(
        f"A notice from {label} has more than {OUTPUT_CHARACTERS_MAX} characters",
        hint="Send fewer invoices in one notice, or shorten the template",
    )


def fault_of(exc: Exception, label: str) -> BookError:
    """Return the error for an expression of a template that failed.

    Args:
        exc: What it raised; its traceback leads through the template.
        label: Of the template's file.
    """
    unknown = isinstance(exc, UndefinedError)
    # Type errors speak of types, undefined errors of names; others might repeat a value.
    told = isinstance(exc, TypeError | UndefinedError)
    finding = Finding(
        file=label,
        line=_line_of(exc, label),
        column=1,
        code="template.unknown-name" if unknown else "template.type",
        text=f"{exc}".rstrip(".") if told else f"An expression fails with {type(exc).__name__}",
    )
    return (UnknownNameError if unknown else ExpressionTypeError)(findings=(finding,))


def _line_of(exc: Exception, label: str) -> int:
    line = 1
    frame = exc.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == label:
            line = frame.tb_lineno
        frame = frame.tb_next
    return line
