"""Fixed compensation and fees by columns: as `decisions.charge_figure` works them out."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from dunning_sdk.decisions.charge import ChargeLaw
from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import CurrencyMismatchError, ParameterNotFoundError
from dunning_sdk.law.claim import Mechanism
from dunning_sdk.law.compensation import recovery_compensation
from dunning_sdk.portfolio.column import Array, Flags, day_of
from dunning_sdk.portfolio.figures import Figures

_NONE: Final = "law-gives-no-compensation"
_MISSING: Final = "compensation-value-missing"
_CURRENCY: Final = "compensation-in-other-currency"


@dataclass(frozen=True, slots=True)
class Given:
    """What the law gives for one due date.

    Attributes:
        minor: In minor units.
        reason: Why nothing is given; empty where something is.
        is_doubtful: Whether it rests on a value that is not verified.
        by_size: Whether it depends on what is owed.
    """

    minor: int = 0
    reason: str = ""
    is_doubtful: bool = False
    by_size: bool = False


@dataclass(slots=True)
class Compensations:
    """What the law gives, by what it depends on; not shared by threads."""

    _known: dict[tuple[object, ...], Given] = field(default_factory=dict)

    def of(self, figures: Figures, due_on: int, owed: int, currency: str) -> Given:
        """Return the compensation for one receivable.

        Args:
            figures: Law, regime and mechanism.
            due_on: Due date as agreed, as a day number.
            owed: What is owed, in minor units.
            currency: Of it.

        Raises:
            LawError: The jurisdiction is not known.
        """
        key = (figures.law.jurisdiction, figures.regime, figures.mechanism, currency, due_on)
        found = self._known.get(key)
        if found is None or found.by_size:
            found = self._known.get((*key, owed))
        if found is None:
            found = _worked_out(figures, due_on, Money(owed, currency))
            self._known[(*key, owed) if found.by_size else key] = found
            self._known[key] = found
        return found


def _worked_out(figures: Figures, due_on: int, owed: Money) -> Given:
    law, due = figures.law, day_of(due_on)
    if not _may_be_held(law, figures.mechanism, due_on):
        return Given(reason="compensation-not-assigned")
    try:
        found = recovery_compensation(
            law.statutes,
            law.jurisdiction,
            owed,
            due_on=due,
            regime=figures.regime,
            in_own_currency=True,
        )
    except ParameterNotFoundError:
        return Given(reason=_MISSING)
    except CurrencyMismatchError:
        return Given(reason=_CURRENCY)
    if found is None:
        return Given(reason=_NONE)
    value = law.statutes.parameters[found.parameter_id].at(due)
    used = {(id, one.period.start): one for id, one in found.used}
    return Given(
        minor=found.amount.minor,
        is_doubtful=bool(law.unverified(used)),
        by_size=isinstance(value.amount, tuple),
    )


def _may_be_held(law: ChargeLaw, mechanism: Mechanism, due_on: int) -> bool:
    """Tell whether a holder may ask for the compensation; a subrogated one may not, in doubt."""
    if mechanism is not Mechanism.ASSIGNMENT:
        return mechanism is Mechanism.NONE
    code = law.statutes.jurisdiction(law.jurisdiction)
    rule = law.statutes.parameters.get(f"{code}.compensation.assignable")
    return rule is None or rule.at(day_of(due_on)).amount is True


def ask_compensation(figures: Figures, known: Compensations, overdue: Flags) -> None:
    """Ask for the compensation and the fee, as far as they are wished for.

    Args:
        figures: Written to.
        known: What the law gives.
        overdue: Rows past their due date.

    Raises:
        LawError: The jurisdiction is not known.

    Source:
        House rule: a fee is part of the recovery costs that the fixed sum covers, and what
        exceeds it needs proof (Directive 2011/7/EU, article 6(3)).
    """
    wanted = figures.wish.kinds
    amount, has, doubtful = _by_law(figures, known, overdue)
    before = figures.charge(ChargeKind.COMPENSATION, "assessed")
    fees = figures.charge(ChargeKind.FEE, "assessed")
    left = np.where(has, np.maximum(amount - before - fees, 0), 0)
    if ChargeKind.COMPENSATION in wanted:
        new = np.where(before == 0, left, 0)
        figures.ask(ChargeKind.COMPENSATION, has, new, doubtful)
        left = left - new
    if ChargeKind.FEE in wanted:
        _ask_fee(figures, overdue, left, doubtful)


def _by_law(figures: Figures, known: Compensations, overdue: Flags) -> tuple[Array, Flags, Flags]:
    """Return the compensation of each row, where it may be asked for, and where it is in doubt."""
    columns, size = figures.columns, figures.columns.size
    owed = np.maximum(columns["receivable.amount"].values - columns["past.credited"].values, 0)
    due_on = columns["receivable.due_on"].values
    waived = overdue & figures.charge(ChargeKind.COMPENSATION, "is_waived")
    amount = np.zeros(size, dtype=np.int64)
    has, doubtful = np.zeros((2, size), dtype=np.bool_)
    reasons: dict[str, Flags] = {"charge-waived": waived}
    currency = columns["currency"].value(0)
    rows = np.flatnonzero(overdue & ~waived)
    days, place = np.unique(due_on[rows], return_inverse=True)
    first = np.zeros(len(days), dtype=np.int64)
    first[place] = rows
    given = [
        known.of(figures, day, int(owed[at]), currency)
        for day, at in zip(days.tolist(), first.tolist(), strict=True)
    ]
    if any(one.by_size for one in given):
        given = [known.of(figures, int(due_on[row]), int(owed[row]), currency) for row in rows]
        place = np.arange(len(rows))
    amount[rows] = np.array([one.minor for one in given], dtype=np.int64)[place]
    has[rows] = np.array([not one.reason for one in given], dtype=np.bool_)[place]
    doubtful[rows] = np.array([one.is_doubtful for one in given], dtype=np.bool_)[place]
    for reason in dict.fromkeys(one.reason for one in given if one.reason):
        why = np.zeros(size, dtype=np.bool_)
        why[rows] = np.array([one.reason == reason for one in given])[place]
        reasons[reason] = why
    for reason, which in reasons.items():
        figures.say(reason, which)
    return amount, has, doubtful


def _ask_fee(figures: Figures, overdue: Flags, limit: Array, doubtful: Flags) -> None:
    """Ask for the fee of the step, as far as the fixed compensation leaves room for it."""
    waived = overdue & figures.charge(ChargeKind.FEE, "is_waived")
    figures.say("charge-waived", waived)
    asks = overdue & ~waived
    currency: str = figures.columns["currency"].value(0)
    fee = Money.from_major(figures.wish.fee, currency).minor
    figures.say("fee-capped-by-law", asks & (fee > limit))
    figures.ask(ChargeKind.FEE, asks, np.minimum(fee, limit), doubtful)
