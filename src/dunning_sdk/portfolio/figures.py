"""Be the charges of some rows while they are worked out: rows that agree in all the law asks about.

Records only; `figure` and `compensation` fill them in.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from dunning_sdk.decisions.charge import BUSINESS, ChargeLaw
from dunning_sdk.decisions.charge_figure import Wish
from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.law.claim import Mechanism
from dunning_sdk.portfolio.column import Array, Flags
from dunning_sdk.portfolio.columns import Columns


@dataclass(slots=True, kw_only=True, eq=False)
class Figures:
    """What is asked for by some rows that agree in their terms.

    Attributes:
        columns: The rows.
        law: With their jurisdiction and agreed rate.
        wish: What the book asks for.
        mechanism: How the receivables came to their holder.
        as_of: Day decided for.
        new: Minor units by kind, less what was asked for before.
        asked: By kind, the rows that ask for it.
        reasons: Why less is asked for than was wished, each with its rows, in order.
        doubtful: Rows of which a value of the law is not verified.
        left: Rows that have to be decided one by one.
    """

    columns: Columns
    law: ChargeLaw
    wish: Wish
    mechanism: Mechanism
    as_of: date
    new: dict[ChargeKind, Array] = field(default_factory=dict)
    asked: dict[ChargeKind, Flags] = field(default_factory=dict)
    reasons: list[tuple[str, Flags]] = field(default_factory=list)
    doubtful: Flags
    left: Flags

    @property
    def regime(self) -> str:
        """Return the late-payment regime asked about."""
        return self.wish.regime or BUSINESS

    def say(self, reason: str, rows: Flags) -> None:
        """Note why some rows ask for less."""
        if rows.any():
            self.reasons.append((reason, rows))

    def charge(self, kind: ChargeKind, what: str) -> Array:
        """Return what was asked for of a kind before, as `Charge` has it."""
        return self.columns[f"past.{kind.value}_{what}"].values

    def ask(self, kind: ChargeKind, rows: Flags, minor: Array, doubtful: Flags) -> None:
        """Ask for an amount, unless it rests on a value that is not verified."""
        self.doubtful = self.doubtful | (rows & doubtful)
        self.asked[kind] = rows & ~doubtful
        self.new[kind] = minor


def new_figures(
    columns: Columns, law: ChargeLaw, wish: Wish, mechanism: Mechanism, as_of: date
) -> Figures:
    """Return figures in which nothing is asked for yet."""
    nowhere = np.zeros(columns.size, dtype=np.bool_)
    return Figures(
        columns=columns,
        law=law,
        wish=wish,
        mechanism=mechanism,
        as_of=as_of,
        doubtful=nowhere,
        left=nowhere,
    )
