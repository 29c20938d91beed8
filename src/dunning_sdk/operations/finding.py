"""Be what an examination of an installation found.

The module decides nothing; `setup_check` and `store_check` make these records.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad a finding is."""

    FINE = "fine"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one examination found.

    Attributes:
        about: What was examined.
        verdict: How bad it is.
        text: What was found; ids and numbers, no personal data.
        hint: What to do; empty where nothing is to be done.
    """

    about: str
    verdict: Verdict
    text: str
    hint: str = ""


def fine(about: str, text: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(about=about, verdict=Verdict.FINE, text=text)


def warning(about: str, text: str, hint: str) -> Finding:
    """Return what is not wrong yet, and what to do."""
    return Finding(about=about, verdict=Verdict.WARNING, text=text, hint=hint)


def fault(about: str, text: str, hint: str) -> Finding:
    """Return what is wrong, and what to do."""
    return Finding(about=about, verdict=Verdict.FAULT, text=text, hint=hint)
