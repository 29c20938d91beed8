"""The shape of made-up portfolios: distributions as tables of whole numbers.

Decides how observed figures become a distribution and how a lot falls on a value; whole numbers
only, so that a seed gives the same portfolio on every machine. What is drawn from it is left to
`generator`.

>>> table = spread([(0, 0), (50, 10), (100, 30)])
>>> int(table[0]), int(table[STEPS // 2]), int(table[STEPS])
(0, 10, 30)
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median_low
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dunning_sdk.errors import ConfigError

STEPS: Final = 256
"""Equal steps of probability in a table of quantiles."""

_LATENESS: Final = ((10, -16), (25, -4), (50, 10), (75, 25), (90, 39))
_TERMS: Final = ((10, 2), (25, 7), (50, 30), (75, 30), (90, 45))
_SWING: Final = ((0, -15), (10, -7), (25, -4), (50, 0), (75, 4), (90, 8), (100, 20))
_AMOUNT: Final = (
    (0, 20_00), (10, 95_00), (25, 210_00), (50, 580_00), (75, 1_650_00), (90, 4_700_00),
    (99, 38_000_00), (100, 250_000_00),
)  # fmt: skip
_USUAL: Final = np.array([7, 14, 21, 30, 45, 60, 75, 90, 120], dtype=np.int64)
_UK: Final = Path("uk_payment_practices")
_IBM: Final = Path("ibm_ar/WA_Fn-UseC_-Accounts-Receivable.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What receivables of a made-up portfolio are drawn from.

    Attributes:
        lateness: Quantiles of a debtor's usual days from due date to payment; may be negative.
        swing: Quantiles of the days by which one payment differs from what is usual.
        terms: Quantiles of the days from issue to due date.
        amount: Quantiles of the amount, in minor units.
        disputed_share: Of the receivables, in 1/65536.
        never_share: Of the receivables that are never paid, in 1/65536.
        per_debtor: Receivables of one debtor, on average.
        label: Where the figures come from.
    """

    lateness: NDArray[np.int64]
    swing: NDArray[np.int64]
    terms: NDArray[np.int64]
    amount: NDArray[np.int64]
    disputed_share: int
    never_share: int
    per_debtor: int
    label: str


def built_in() -> Shape:
    """Return the shape used where no data sets are at hand.

    Source:
        Lateness and terms: quantiles over the reports under the Reporting on Payment Practices
        and Performance Regulations 2017 (UK), 2017 to 2026, Open Government Licence v3.0, as
        summed up by Chadhauser/uk-payment-practices (CC BY 4.0). Amounts, swings, and the
        shares disputed (4 %) and never paid (1 %): house rule.
    """
    return Shape(
        lateness=spread(_tailed(_LATENESS)),
        swing=spread(_SWING),
        terms=spread(_tailed(_TERMS, least=0)),
        amount=spread(_AMOUNT),
        disputed_share=65536 * 4 // 100,
        never_share=65536 // 100,
        per_debtor=25,
        label="built in",
    )


def observed(folder: Path) -> Shape:
    """Return the shape of real data sets; they are read where they lie, and nothing is copied.

    Args:
        folder: Holds ``uk_payment_practices`` (statutory reports, summed up) and ``ibm_ar``
            (a ledger of invoices with the days they were settled on).

    Raises:
        ConfigError: A data set is not there, or lacks what is read of it.
    """
    ours = built_in()
    try:
        practice = _quantiles(folder / _UK / "uk_promise_vs_practice.csv")
        said = _quantiles(folder / _UK / "uk_payment_distribution.csv")
        late, disputed = _ledger(folder / _IBM)
    except (OSError, KeyError, ValueError) as exc:
        message = f"The data sets in {folder.name} cannot be read: {type(exc).__name__}"
        hint = "Give the folder that holds uk_payment_practices and ibm_ar, or none."
        raise ConfigError(message, hint=hint) from exc
    swings = sorted(day - median_low(days) for days in late.values() for day in days)
    return Shape(
        lateness=spread(_tailed(practice["days_actual_minus_agreed_terms"])),
        swing=_table(swings),
        terms=spread(_tailed(said["standard_payment_terms_days"], least=0)),
        amount=ours.amount,
        disputed_share=65536 * disputed // len(swings),
        never_share=ours.never_share,
        per_debtor=max(1, len(swings) // len(late)),
        label=f"observed: {_UK.name}, {_IBM.parent.name}",
    )


def spread(points: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Return quantiles at equal steps, straight lines drawn between the points given.

    Args:
        points: Percent and value, both ascending, from 0 to 100 percent.

    Returns:
        ``STEPS + 1`` values, rounded down.
    """
    values: list[int] = []
    for step in range(STEPS + 1):
        place = next(
            n for n, (percent, _) in enumerate(points[1:], 1) if step * 100 <= percent * STEPS
        )
        (before, low), (after, high) = points[place - 1], points[place]
        part = step * 100 - before * STEPS
        values.append(low + (high - low) * part // ((after - before) * STEPS))
    return np.array(values, dtype=np.int64)


def drawn(table: NDArray[np.int64], lots: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the value each lot falls on.

    Args:
        table: Quantiles, as `spread` gives them.
        lots: Evenly spread over 32 bits.
    """
    place = (lots >> np.uint32(24)).astype(np.intp)
    part = (lots & np.uint32(0xFFFFFF)).astype(np.int64)
    low = table[place]
    return low + ((table[place + 1] - low) * part >> 24)


def usual(terms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return payment terms as they are agreed: a usual number of days, not above those given."""
    return _USUAL[np.maximum(np.searchsorted(_USUAL, terms, side="right") - 1, 0)]


def _tailed(
    points: Sequence[tuple[int, int]], *, least: int | None = None
) -> list[tuple[int, int]]:
    """Return points with ends: as far again as the outermost tenths, twice as far above."""
    (low, first), (_, second) = points[:2]
    (_, before), (high, last) = points[-2:]
    bottom = first - (second - first)
    bottom = bottom if least is None else max(bottom, least)
    return (
        [(0, bottom), *points, (100, last + 2 * (last - before))]
        if low and high < 100
        else [*points]
    )


def _quantiles(file: Path) -> dict[str, list[tuple[int, int]]]:
    names = (("p10", 10), ("q1", 25), ("median", 50), ("q3", 75), ("p90", 90))
    return {
        row["measure"]: [(percent, int(row[name])) for name, percent in names]
        for row in _rows(file)
    }


def _ledger(file: Path) -> tuple[dict[str, list[int]], int]:
    """Return the days late of each debtor's payments, negative before, and how many disputed."""
    late: dict[str, list[int]] = defaultdict(list)
    disputed = 0
    for row in _rows(file):
        due, settled = (datetime.strptime(row[name], "%m/%d/%Y") for name in _DATES)  # noqa: DTZ007
        late[row["customerID"]].append((settled - due).days)
        disputed += row["Disputed"] == "Yes"
    return late, disputed


_DATES: Final = ("DueDate", "SettledDate")


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _table(values: Sequence[int]) -> NDArray[np.int64]:
    last = len(values) - 1
    return np.array([values[last * step // STEPS] for step in range(STEPS + 1)], dtype=np.int64)
