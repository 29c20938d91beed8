"""How much each kind of charge comes to for one act: by law, less what was asked for before.

`charges` decides whether anything may be asked for at all; how late interest is counted is
decided in `law.interest`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from dunning_sdk.decisions.charge import (
    BUSINESS,
    ChargeLaw,
    charge_claim,
    formal_notice_on,
    used_values,
)
from dunning_sdk.domain.charge import ChargeKind, NewCharge
from dunning_sdk.domain.money import Money, zero
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import CurrencyMismatchError, ParameterNotFoundError
from dunning_sdk.law.claim import Mechanism
from dunning_sdk.law.compensation import CONSUMER, Compensation, recovery_compensation
from dunning_sdk.law.interest import late_interest
from dunning_sdk.law.parameter import Value
from dunning_sdk.law.statement import Statement
from dunning_sdk.law.terms import moved_due_on
from dunning_sdk.law.wording import percent
from dunning_sdk.rules.trace import TraceEntry

INTEREST_ENTRY: Final = "law.late-interest"
COMPENSATION_ENTRY: Final = "law.recovery-compensation"
FEE_ENTRY: Final = "law.dunning-fee"

BELOW_FLOOR: Final = "agreed-rate-below-floor"

_SUPPLY: Final = "Supply a sourced value under [[law.values]] in dunning.toml"

Used = dict[tuple[str, date], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the rules of the book ask for together.

    Attributes:
        kinds: Kind to the rule that asks for it and the number of its row.
        fee: In major units; zero for none.
        regime: Late-payment regime; empty for the one between businesses.
        on_stopped_days: Whether days on which a stop held bear interest.
    """

    kinds: Mapping[ChargeKind, tuple[str, int]]
    fee: Decimal
    regime: str
    on_stopped_days: bool


@dataclass(slots=True, kw_only=True)
class Figures:
    """What is found while one act's charges are worked out.

    Attributes:
        receivable: State on the day.
        law: Statutes, jurisdiction and conventions.
        as_of: The day.
        wish: What is asked for.
        new: Amount by kind, less what was asked for before.
        used: Values of the law by kind.
        reasons: Why less is asked for than was wished.
        trace: One entry per figure.
        statement: Of late interest.
        missing: What stopped the interest figure.
    """

    receivable: Receivable
    law: ChargeLaw
    as_of: date
    wish: Wish
    new: dict[ChargeKind, Money] = field(default_factory=dict)
    used: dict[ChargeKind, Used] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    trace: list[TraceEntry] = field(default_factory=list)
    statement: Statement | None = None
    missing: str = ""

    @property
    def regime(self) -> str:
        """Return the late-payment regime asked about."""
        return self.wish.regime or BUSINESS


def work_out(figures: Figures) -> None:
    """Work out each kind asked for; compensation before fees, which it limits.

    Raises:
        LawError: The jurisdiction or its regime is not known.
    """
    law, due_on = figures.law, figures.receivable.due_on
    if moved_due_on(law.statutes, law.jurisdiction, due_on) >= figures.as_of:
        figures.reasons.append("charges-not-overdue")
        return
    wanted = figures.wish.kinds
    if ChargeKind.INTEREST in wanted:
        _interest(figures)
    if ChargeKind.COMPENSATION in wanted or ChargeKind.FEE in wanted:
        limit = _compensation(figures, asked=ChargeKind.COMPENSATION in wanted)
        if ChargeKind.FEE in wanted:
            _fee(figures, limit)


def _interest(figures: Figures) -> None:
    """Take what earlier acts asked for off the interest of all days up to now."""
    receivable, law = figures.receivable, figures.law
    charge = receivable.charge(ChargeKind.INTEREST)
    if charge.is_waived:
        figures.reasons.append("charge-waived")
        return
    from_notice = law.transfer_of(receivable) is Mechanism.SUBROGATION
    from_notice = from_notice or figures.regime == CONSUMER
    if from_notice and formal_notice_on(receivable) is None:
        figures.reasons.append("charges-before-formal-notice")
        return
    claim = charge_claim(
        receivable,
        law,
        as_of=figures.as_of,
        regime=figures.regime,
        on_stopped_days=figures.wish.on_stopped_days,
    )
    statement = late_interest(law.statutes, claim, as_far_as_known=True)
    used = {
        (id, value.period.start): value
        for segment in statement.segments
        for id, value in segment.rate.used
    }
    if statement.missing is not None:
        figures.reasons.append("interest-value-missing")
        figures.missing = f"{statement.missing.message}. {_SUPPLY}"
    if any(claim.agreed_rate not in (None, one.rate.yearly) for one in statement.segments):
        figures.reasons.append(BELOW_FLOOR)
    currency = receivable.amount.currency
    figures.new[ChargeKind.INTEREST] = statement.total - Money(charge.assessed_minor, currency)
    figures.used[ChargeKind.INTEREST] = used
    figures.statement = statement
    before = Money(charge.assessed_minor, currency)
    figures.trace.append(_interest_entry(statement, before, used, missing=figures.missing))


def _interest_entry(
    statement: Statement, asked_before: Money, used: Used, *, missing: str
) -> TraceEntry:
    claim = statement.claim
    return TraceEntry(
        rule=INTEREST_ENTRY,
        inputs={
            "regime": statement.parameter_id,
            "due_on": claim.due_on,
            "until_on": claim.until_on,
            "convention": claim.convention.notation,
            "asked_before": asked_before,
        },
        outcome={
            "total": statement.total,
            "segments": [
                f"{one.period.start} to {one.last_on}: {one.principal} at "
                f"{percent(one.rate.yearly)} %: {one.interest}"
                for one in statement.segments
            ],
            "missing": missing,
        },
        parameters=used_values(used),
    )


def _compensation(figures: Figures, *, asked: bool) -> Money:
    """Add the compensation where it is asked for, and return how much a fee may still add.

    Source:
        House rule: a fee is part of the recovery costs that the fixed sum covers, and what
        exceeds it needs proof (Directive 2011/7/EU, article 6(3)).
    """
    receivable = figures.receivable
    found = _by_law(figures)
    if found is None:
        return zero(receivable.amount.currency)
    before = receivable.charge(ChargeKind.COMPENSATION).assessed_minor
    fees = receivable.charge(ChargeKind.FEE).assessed_minor
    used = {(id, value.period.start): value for id, value in found.used}
    figures.used[ChargeKind.FEE] = used
    left = replace(found.amount, minor=max(found.amount.minor - before - fees, 0))
    if not asked:
        return left
    new = left if not before else zero(left.currency)
    figures.new[ChargeKind.COMPENSATION] = new
    figures.used[ChargeKind.COMPENSATION] = used
    figures.trace.append(
        TraceEntry(
            rule=COMPENSATION_ENTRY,
            inputs={"due_on": receivable.due_on, "regime": found.parameter_id},
            outcome={"amount": found.amount, "new": new},
            parameters=used_values(used),
        )
    )
    return left - new


def _by_law(figures: Figures) -> Compensation | None:
    """Return the compensation the law gives, or ``None`` with the reason why it gives none."""
    receivable, law = figures.receivable, figures.law
    owed = max(receivable.amount.minor - receivable.credited_minor, 0)
    found, reason = None, "law-gives-no-compensation"
    try:
        found = recovery_compensation(
            law.statutes,
            law.jurisdiction,
            Money(owed, receivable.amount.currency),
            due_on=receivable.due_on,
            regime=figures.regime,
            in_own_currency=True,
        )
    except ParameterNotFoundError as problem:
        reason = "compensation-value-missing"
        figures.missing = figures.missing or f"{problem.message}. {_SUPPLY}"
    except CurrencyMismatchError:
        reason = "compensation-in-other-currency"
    if receivable.charge(ChargeKind.COMPENSATION).is_waived:
        found, reason = None, "charge-waived"
    elif not _may_be_held(figures):
        found, reason = None, "compensation-not-assigned"
    if found is None:
        figures.reasons.append(reason)
    return found


def _may_be_held(figures: Figures) -> bool:
    """Tell whether a holder may ask for the compensation; a subrogated one may not, in doubt.

    Source:
        Polish act on late payment, article 10(4); Code civil, article 1346-4.
    """
    law = figures.law
    transfer = law.transfer_of(figures.receivable)
    if transfer is not Mechanism.ASSIGNMENT:
        return transfer is Mechanism.NONE
    code = law.statutes.jurisdiction(law.jurisdiction)
    rule = law.statutes.parameters.get(f"{code}.compensation.assignable")
    return rule is None or rule.at(figures.receivable.due_on).amount is True


def _fee(figures: Figures, limit: Money) -> None:
    """Add the fee of the step, as far as the fixed compensation leaves room for it."""
    if figures.receivable.charge(ChargeKind.FEE).is_waived:
        figures.reasons.append("charge-waived")
        return
    asked = Money.from_major(figures.wish.fee, limit.currency)
    if asked > limit:
        figures.reasons.append("fee-capped-by-law")
    figures.new[ChargeKind.FEE] = min(asked, limit)
    figures.trace.append(
        TraceEntry(
            rule=FEE_ENTRY,
            inputs={"asked": asked, "limit": limit},
            outcome={"amount": figures.new[ChargeKind.FEE]},
            parameters=used_values(figures.used.get(ChargeKind.FEE, {})),
        )
    )


def leave_out_unverified(figures: Figures) -> tuple[tuple[str, date], ...]:
    """Drop the figures that rest on unverified values, and return those values."""
    found: list[tuple[str, date]] = []
    for kind in tuple(figures.new):
        doubtful = figures.law.unverified(figures.used.get(kind, {}))
        if doubtful:
            found.extend(doubtful)
            del figures.new[kind]
            if kind is ChargeKind.INTEREST:
                figures.statement = None
    if found:
        figures.reasons.append("law-unverified")
    return tuple(sorted(set(found)))


def new_charges(figures: Figures) -> tuple[NewCharge, ...]:
    """Return what is asked for the first time, with the ground of each."""
    return tuple(_new(kind, amount, figures) for kind, amount in figures.new.items())


def _new(kind: ChargeKind, amount: Money, figures: Figures) -> NewCharge:
    ground, row = figures.wish.kinds[kind]
    charge = NewCharge(kind=kind, amount=amount, ground=ground, row=row)
    statement = figures.statement if kind is ChargeKind.INTEREST else None
    until_on = statement.accrued_until if statement is not None else None
    return replace(charge, until_on=until_on, parameters=tuple(figures.used.get(kind, {})))
