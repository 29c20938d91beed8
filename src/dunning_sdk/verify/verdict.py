"""Hold what the prover found about one invariant.

The module decides nothing; `prove` and `machine` fill these in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """What is known of an invariant."""

    PROVED = "proved"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was found about one invariant and the rules it is about.

    Attributes:
        invariant: Its id.
        title: One line for people.
        about: Id of the rule, or the kind of the rules that answer together.
        status: What is known.
        message: What is wrong, or could not be said; empty for a proof.
        facts: Of the counterexample, by dotted name; empty without one.
        outcome: What the rules answer there; empty without one, or where they raise.
        case: The counterexample as a file of cases that fails; empty where none can be written.
        opaque: What could not be said to the prover.
        is_real: Whether the rules themselves broke the invariant on those facts.
        file: Where the invariant stands, or the procedure it is about.
        line: There, from 1.
        column: There, from 1.
    """

    invariant: str
    title: str
    about: str
    status: Status
    message: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)
    case: str = ""
    opaque: tuple[str, ...] = ()
    is_real: bool = False
    file: str = ""
    line: int = 1
    column: int = 1

    @property
    def place(self) -> str:
        """Return file, line and column as one text."""
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def is_proved(self) -> bool:
        """Tell whether it is true whatever the facts."""
        return self.status is Status.PROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class BookProof:
    """What was found about a book.

    Attributes:
        book: Id of the book.
        proofs: One per invariant and what it is about, in the order of the book.
        opaque: Everything in its tables that could not be said to the prover.
    """

    book: str
    proofs: tuple[Proof, ...]
    opaque: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Tell whether there is something to prove and all of it is proved."""
        return bool(self.proofs) and all(one.is_proved for one in self.proofs)
