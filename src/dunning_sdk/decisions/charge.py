"""What may be asked for beside the principal: the records, and what they are computed on.

`charge_claim` turns a receivable's movements into the claim that late interest is computed on;
which charges are asked for is decided in `charges`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.domain.charge import ChargeKind, Movement, MovementKind, NewCharge
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.period import Period
from dunning_sdk.domain.receivable import ActStatus, Receivable, StopReason
from dunning_sdk.law.claim import Claim, Convention, Mechanism, Order, PartPayment, Rounding
from dunning_sdk.law.compensation import CONSUMER
from dunning_sdk.law.parameter import Value
from dunning_sdk.law.statement import Statement
from dunning_sdk.law.statutes import Statutes
from dunning_sdk.law.terms import moved_due_on
from dunning_sdk.rules.trace import TraceEntry

_PAUSING: Final = frozenset({StopReason.INSOLVENT, StopReason.WRITTEN_OFF})
BUSINESS: Final = "business"
"""The late-payment regime between businesses, in which a contract may set the rate."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedRate:
    """A late-payment rate that the contract sets.

    Attributes:
        yearly: Fraction per year.
        source: Where it was agreed, such as an article of the general terms.
    """

    yearly: Decimal
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLaw:
    """What the law, and those who run the engine, say about charges.

    Attributes:
        statutes: What is known of the law.
        jurisdiction: Whose law governs; empty where that is not known, and then nothing is
            asked for.
        transfer: How a financed receivable came to its holder; ``None`` where that is not
            known, and then nothing is asked for on it.
        convention: Which end day bears interest.
        rounding: Where interest is rounded.
        confirmed: Ids of unverified parameters that a person confirmed.
        agreed: Rate the contract sets; ``None`` where it sets none.
    """

    statutes: Statutes
    jurisdiction: str
    transfer: Mechanism | None = None
    convention: Convention = Convention.AFTER_DUE
    rounding: Rounding = Rounding.ONCE
    confirmed: frozenset[str] = frozenset()
    agreed: AgreedRate | None = None

    def transfer_of(self, receivable: Receivable) -> Mechanism | None:
        """Return how a receivable came to its holder; ``None`` where that is not known."""
        return self.transfer if receivable.is_financed else Mechanism.NONE

    def unverified(self, used: Mapping[tuple[str, date], Value]) -> tuple[tuple[str, date], ...]:
        """Return which of the values used are neither verified nor confirmed, sorted."""
        return tuple(
            sorted(
                key
                for key, value in used.items()
                if not value.confidence.verified and key[0] not in self.confirmed
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """What an act asks for beside the principal, and why not more.

    Attributes:
        interest: Late interest to the day, what was asked for before and is unpaid among it;
            ``None`` where none is asked for.
        compensation: Fixed sum for recovery costs, in the same way.
        fee: Dunning fee, in the same way.
        new: What is asked for the first time.
        statement: Every day that bears interest, from the first one on; ``None`` without any.
        reasons: Ids that say why less is asked for; see ``docs/reasons.md``.
        missing: Which value of the law stopped the interest figure, and what to do; may be
            empty.
        unverified: Values of the law no source supports and no person confirmed.
        trace: The rules, and each value of the law with its date and source.
    """

    interest: Money | None = None
    compensation: Money | None = None
    fee: Money | None = None
    new: tuple[NewCharge, ...] = ()
    statement: Statement | None = None
    reasons: tuple[str, ...] = ()
    missing: str = ""
    unverified: tuple[tuple[str, date], ...] = ()
    trace: tuple[TraceEntry, ...] = field(default=())

    def amounts(self) -> dict[ChargeKind, Money]:
        """Return what is asked for, by kind; a kind that is not asked for is left out."""
        asked = {
            ChargeKind.INTEREST: self.interest,
            ChargeKind.COMPENSATION: self.compensation,
            ChargeKind.FEE: self.fee,
        }
        return {kind: amount for kind, amount in asked.items() if amount is not None}


def charge_claim(
    receivable: Receivable, law: ChargeLaw, *, as_of: date, regime: str, on_stopped_days: bool
) -> Claim:
    """Return the claim that late interest is computed on, from the due date on.

    It is always the whole claim: what earlier acts asked for is taken off the total, so no day
    is counted twice, and what became known late is put right. Credit notes lower the principal
    from the start, since what was credited was never owed.

    Args:
        receivable: State on ``as_of``, overdue.
        law: Whose transfer is known.
        as_of: Last day counted.
        regime: Name of a late-payment regime.
        on_stopped_days: Whether days on which a stop held bear interest; insolvency and a
            write-off end it all the same.

    Source:
        House rule: in doubt, a day bears no interest; of a consumer, from formal notice on alone
        (Code civil, article 1344-1; elsewhere the same). Code de commerce, article L622-28, for
        insolvency. Code civil, article 1346-4: a subrogated holder has what was agreed with the
        creditor only where it was agreed with him too, which is not known here.
    """
    due_on = moved_due_on(law.statutes, law.jurisdiction, receivable.due_on)
    notice_on = formal_notice_on(receivable)
    if regime == CONSUMER and notice_on is not None:
        due_on = max(due_on, notice_on)
    early = [one for one in receivable.movements if one.on < due_on]
    late = [one for one in receivable.movements if one.on >= due_on]
    moved = sum(one.minor if one.kind is MovementKind.RETURNED else -one.minor for one in early)
    credited = sum(one.minor for one in late if one.kind is MovementKind.CREDITED)
    currency = receivable.amount.currency
    mechanism = law.transfer_of(receivable) or Mechanism.NONE
    is_by_contract = regime == BUSINESS and mechanism is not Mechanism.SUBROGATION
    agreed = law.agreed if is_by_contract else None
    return Claim(
        jurisdiction=law.jurisdiction,
        regime=regime,
        principal=Money(max(receivable.amount.minor + moved - credited, 0), currency),
        due_on=due_on,
        until_on=as_of,
        payments=_parts(late, MovementKind.PAID, currency),
        taken_back=_parts(late, MovementKind.RETURNED, currency),
        pauses=_pauses(receivable, as_of, whole=not on_stopped_days),
        order=Order.PRINCIPAL_FIRST,
        convention=law.convention,
        rounding=law.rounding,
        agreed_rate=agreed.yearly if agreed else None,
        agreed_in=agreed.source if agreed else "",
        lifts_to_floor=True,
        mechanism=mechanism,
        formal_notice_on=notice_on,
    )


def formal_notice_on(receivable: Receivable) -> date | None:
    """Return the day of the first formal notice that was done; ``None`` if none was."""
    days = (
        act.on
        for act in receivable.acts
        if act.legal_effect and act.is_notice and act.status is ActStatus.DONE
    )
    return min(days, default=None)


def with_figures(charges: Charges, receivable: Receivable) -> Charges:
    """Return charges with what was asked for before and is unpaid added to each kind asked for."""
    carried = {
        kind: Money(receivable.charge(kind).open_minor, receivable.amount.currency) + amount
        for kind, amount in charges.amounts().items()
    }
    asked = {kind: amount for kind, amount in carried.items() if amount.minor}
    return replace(
        charges,
        interest=asked.get(ChargeKind.INTEREST),
        compensation=asked.get(ChargeKind.COMPENSATION),
        fee=asked.get(ChargeKind.FEE),
    )


def used_values(values: Mapping[tuple[str, date], Value]) -> dict[str, Any]:
    """Return values of the law as a trace holds them: by parameter, one entry per first day."""
    found: dict[str, Any] = {}
    for (id, start), value in values.items():
        entry = {
            "from": start,
            "value": value.amount,
            "source": value.source,
            "confidence": str(value.confidence),
            "origin": value.origin,
        }
        found.setdefault(id, []).append(entry)
    return found


def _parts(movements: list[Movement], kind: MovementKind, currency: str) -> tuple[PartPayment, ...]:
    return tuple(
        PartPayment(on=one.on, amount=Money(one.minor, currency))
        for one in movements
        if one.kind is kind
    )


def _pauses(receivable: Receivable, as_of: date, *, whole: bool) -> tuple[Period, ...]:
    ends = as_of + _DAY
    return tuple(
        Period(stop.placed_on, max(min(stop.free_on or ends, ends), stop.placed_on))
        for stop in receivable.stops
        if (stop.holds_back if whole else stop.reason in _PAUSING) and stop.placed_on < ends
    )
