"""The rows of a stored portfolio: what each receivable has of its own, by columns.

The module decides what stands in a row and what is shared between rows; how shared lists become
columns is decided in `shared`, how they are drawn up in `drafting`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

PROFILE: Final = "profile"
"""Kind of the list that says what is known of a receivable and of who owes it."""
STORY: Final = "story"
"""Kind of the list that says what happened to it: acts, stops, movements, dates of its past."""
KINDS: Final = (PROFILE, STORY)

NUMBERS: Final = (
    "profile", "story", "issued_on", "due_on", "entered_on", "amount_minor", "open_minor",
    "review_on",
)  # fmt: skip
"""The columns of table ``portfolio`` that hold numbers, in its order."""
WIDE: Final = frozenset({"amount_minor", "open_minor"})
"""Those of 64 bits; the others have 32."""
FACT_OF: Final = {
    "issued_on": "receivable.issued_on",
    "due_on": "receivable.due_on",
    "entered_on": "past.entered_on",
    "amount_minor": "receivable.amount",
    "open_minor": "receivable.open_amount",
}
"""The fact that a column of its own holds."""

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Some rows of a portfolio.

    Attributes:
        numbers: By the names of `NUMBERS`: int32, amounts int64 in minor units, days since
            1970-01-01.
        debtor_ids: Who owes; empty where they were not read.
        ids: Of the receivables; empty where they were not read.
        sums: int64 amounts in minor units that stories leave to their rows, row after row; how many
            a row has is said by its story.
        sums_count: How many each row has, where rows are to be written.
        places: Where the database has each row, in its own words; ``None`` for rows not stored.
    """

    numbers: dict[str, Array]
    debtor_ids: Sequence[str] = ()
    ids: Sequence[str] = ()
    sums: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    sums_count: Array | None = None
    places: Any = None

    @property
    def size(self) -> int:
        """Return how many they are."""
        return len(self.numbers["profile"])

    def packed_sums(self) -> list[bytes]:
        """Return the sums of each row as they are stored: 8 bytes each, the lowest first."""
        if self.sums_count is None or not len(self.sums):
            return [b""] * self.size
        packed = self.sums.astype("<i8").tobytes()
        ends = (np.cumsum(self.sums_count) * 8).tolist()
        return [packed[low:high] for low, high in zip([0, *ends[:-1]], ends, strict=True)]


def unpacked_sums(packed: bytes) -> Array:
    """Return sums as numbers."""
    return np.frombuffer(packed, dtype="<i8").astype(np.int64)


def dtype_of(name: str) -> type[np.signedinteger[Any]]:
    """Return the dtype of a column of numbers."""
    return np.int64 if name in WIDE else np.int32
