"""The grounds that the rules of a book may give, in the languages they are read in.

Decides nothing: which rule gives which ground is decided by rules.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A ground an answer may give, in words.

    Attributes:
        id: As rules and decisions name it.
        en: In English.
        fr: In French.
    """

    id: str
    en: str
    fr: str
