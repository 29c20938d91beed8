"""Work out what some rows ask for: interest to the day, compensation and fees, less what was asked.

As `decisions.charges` and `decisions.charge_figure` say it one by one. What rests on a rate that is
not known, or on rounding by segment, is left to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from dunning_sdk.decisions.charge import BUSINESS
from dunning_sdk.decisions.charge_figure import BELOW_FLOOR
from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.law.claim import Mechanism
from dunning_sdk.law.compensation import CONSUMER
from dunning_sdk.portfolio.account import formal_notices, make_account
from dunning_sdk.portfolio.column import NO_DAY, Array, Flags, day_of, number_of
from dunning_sdk.portfolio.compensation import ask_compensation
from dunning_sdk.portfolio.figures import Figures
from dunning_sdk.portfolio.interest import Interest, count_interest
from dunning_sdk.portfolio.lookup import LawOfDay
from dunning_sdk.portfolio.rates import Rates, Terms

UNVERIFIED: Final = "law-unverified"
NEEDED: Final = (
    *("currency", "receivable.amount", "receivable.due_on", "past.credited"),
    *(
        f"past.{kind.value}_{what}"
        for kind in ChargeKind
        for what in ("assessed", "open", "is_waived")
    ),
)
"""Columns that figures are worked out from."""


def work_out(figures: Figures, law: LawOfDay) -> None:
    """Work out each kind asked for; compensation before fees, which it limits.

    Args:
        figures: Written to.
        law: What was looked up before.

    Raises:
        LawError: The jurisdiction or its regime is not known.
    """
    due_on = law.due_dates.moved(figures.columns["receivable.due_on"].values, figures.law)
    overdue = due_on < number_of(figures.as_of)
    figures.say("charges-not-overdue", ~overdue)
    wanted = figures.wish.kinds
    if ChargeKind.INTEREST in wanted and overdue.any():
        _interest(figures, law.rates, due_on, overdue)
    if wanted.keys() - {ChargeKind.INTEREST} and overdue.any():
        ask_compensation(figures, law.compensations, overdue)
    figures.say(UNVERIFIED, figures.doubtful)


def _interest(figures: Figures, rates: Rates, due_on: Array, overdue: Flags) -> None:
    """Take what earlier acts asked for off the interest of all days up to now."""
    waived = overdue & figures.charge(ChargeKind.INTEREST, "is_waived")
    figures.say("charge-waived", waived)
    counts, regime = overdue & ~waived, figures.regime
    notice_on = formal_notices(figures.columns)
    started_on = due_on
    if regime == CONSUMER or figures.mechanism is Mechanism.SUBROGATION:
        figures.say("charges-before-formal-notice", counts & (notice_on == NO_DAY))
        counts = counts & (notice_on != NO_DAY)
        started_on = np.maximum(due_on, np.where(notice_on == NO_DAY, due_on, notice_on))
    if regime == CONSUMER:
        due_on = started_on
    if not counts.any():
        return
    account, beyond = make_account(
        figures.columns,
        due_on,
        started_on,
        number_of(figures.as_of),
        convention=figures.law.convention,
        on_stopped_days=figures.wish.on_stopped_days,
    )
    terms = terms_of(figures)
    found = Counted(size=figures.columns.size)
    for rows, due in _by_due_date(rates, terms, due_on, counts):
        first = int(account.start[rows].min())
        table = rates.table(terms, first, due)
        found.put(rows, count_interest(account.take(rows), table))
    figures.left = figures.left | (counts & (beyond | found.unknown))
    figures.say(BELOW_FLOOR, counts & found.lifted)
    new = found.minor - figures.charge(ChargeKind.INTEREST, "assessed")
    figures.ask(ChargeKind.INTEREST, counts, new, found.doubtful)


def terms_of(figures: Figures) -> Terms:
    """Return what the rates of some rows depend on."""
    agreed, is_bound = figures.law.agreed, figures.mechanism is not Mechanism.SUBROGATION
    counts = agreed is not None and figures.regime == BUSINESS and is_bound
    return Terms(
        jurisdiction=figures.law.jurisdiction,
        regime=figures.regime,
        mechanism=figures.mechanism,
        agreed=agreed.yearly if agreed and counts else None,
    )


@dataclass(slots=True)
class Counted:
    """Interest of some rows, put together."""

    size: int
    minor: Array = field(init=False)
    unknown: Flags = field(init=False)
    doubtful: Flags = field(init=False)
    lifted: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.minor = np.zeros(self.size, dtype=np.int64)
        self.unknown, self.doubtful, self.lifted = np.zeros((3, self.size), dtype=np.bool_)

    def put(self, rows: Array, found: Interest) -> None:
        """Write what was counted of some rows."""
        self.minor[rows] = found.minor
        self.unknown[rows], self.doubtful[rows] = found.unknown, found.doubtful
        self.lifted[rows] = found.lifted


def _by_due_date(
    rates: Rates, terms: Terms, due_on: Array, counts: Flags
) -> Sequence[tuple[Array, date | None]]:
    """Return rows that share one table of rates, with the due date that picks it, if one does."""
    rows = np.flatnonzero(counts)
    if not rates.by_due_date(terms):
        return [(rows, None)]
    return [(rows[due_on[rows] == day], day_of(day)) for day in np.unique(due_on[rows]).tolist()]
