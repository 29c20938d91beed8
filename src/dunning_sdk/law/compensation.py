"""Compute the fixed compensation for recovery costs that one late invoice gives.

The module decides the amount; whether it is asked for is decided by rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.money import Money
from dunning_sdk.errors import CurrencyMismatchError, InvalidAmountError
from dunning_sdk.law.parameter import Confidence, Parameter, Tier, Unit, Value, worst
from dunning_sdk.law.statutes import Statutes, of_topic

TOPIC: Final = "compensation"
CONSUMER: Final = "consumer"
EURO_RATE: Final = "euro-rate"
HOME_CURRENCIES: Final[Mapping[str, str]] = MappingProxyType({"pl": "PLN"})
"""Currency that a jurisdiction's euro rate gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensation:
    """A fixed sum for recovery costs, once for each invoice paid late.

    Attributes:
        amount: In the currency the law names.
        parameter_id: The rule.
        sources: Of each value used.
        confidence: The weakest of theirs.
        limits: What the rule does not cover; may be empty.
        used: Id of the parameter and value, of each value used, the rule's first.
    """

    amount: Money
    parameter_id: str
    sources: tuple[str, ...]
    confidence: Confidence
    limits: str
    used: tuple[tuple[str, Value], ...]


def recovery_compensation(
    statutes: Statutes,
    jurisdiction: str,
    principal: Money,
    *,
    due_on: date,
    regime: str,
    in_own_currency: bool = False,
) -> Compensation | None:
    """Return the compensation for one invoice.

    Args:
        statutes: What is known of the law.
        jurisdiction: Code of the law that governs the invoice.
        principal: Open amount with VAT, not negative.
        due_on: Due date; picks the value.
        regime: Late-payment regime; a consumer owes no compensation.
        in_own_currency: Whether it is converted into the principal's currency, at the rate that
            the law names.

    Returns:
        ``None`` where the law gives none.

    Raises:
        LawError: The jurisdiction is unknown.
        ParameterNotFoundError: No value is known for the due date.
        InvalidAmountError: The principal is negative.
        CurrencyMismatchError: The scale is in another currency than the principal, or the law
            names no rate to convert at.

    Source:
        Directive 2011/7/EU, article 6; Code de commerce, article D441-5; United Kingdom, Late
        Payment of Commercial Debts (Interest) Act 1998, section 5A.
    """
    code = statutes.jurisdiction(jurisdiction)
    if principal.minor < 0:
        raise InvalidAmountError("The principal is negative", hint="Give what is still owed.")
    known = {item.name: item for item in of_topic(statutes.parameters.values(), code, TOPIC)}
    rule = known.get(regime) or known.get("fixed") or known.get("scale")
    if regime == CONSUMER or rule is None:
        return None
    limiting = [known[name] for name in ("minimum", "maximum") if name in known]
    bounds = [one.at(due_on) for one in limiting]
    own = rule.at(due_on)
    found = Compensation(
        amount=_amount(rule, own, bounds, principal),
        parameter_id=rule.id,
        sources=tuple(value.source for value in (own, *bounds)),
        confidence=worst(value.confidence for value in (own, *bounds)),
        limits=rule.limits,
        used=((rule.id, own), *zip((one.id for one in limiting), bounds, strict=True)),
    )
    return _converted(found, known, principal.currency, due_on) if in_own_currency else found


def _converted(
    found: Compensation, known: Mapping[str, Parameter], currency: str, due_on: date
) -> Compensation:
    """Return a compensation in the currency of the invoice, at the rate the law names.

    Source:
        Polish act on late payment, article 10: the rate of the last working day of the month
        before the one in which the claim falls due.
    """
    if found.amount.currency == currency:
        return found
    rule = known.get(EURO_RATE)
    if rule is None or HOME_CURRENCIES.get(rule.jurisdiction) != currency:
        raise CurrencyMismatchError(
            f"{found.parameter_id} is in {found.amount.currency}, the invoice in {currency}",
            hint="Ask for it by hand.",
        )
    value = rule.at(due_on)
    major = found.amount.major * Decimal(value.amount or 0)  # type: ignore[arg-type]  # a number
    return replace(
        found,
        amount=Money.from_major(major, currency, rounding=ROUND_HALF_UP),
        sources=(*found.sources, value.source),
        confidence=worst((found.confidence, value.confidence)),
        used=(*found.used, (rule.id, value)),
    )


def _amount(rule: Parameter, own: Value, bounds: list[Value], principal: Money) -> Money:
    if isinstance(own.amount, tuple):
        if principal.currency != rule.principal_currency:
            raise CurrencyMismatchError(
                f"{rule.id} counts a principal in {rule.principal_currency}, "
                f"and it is in {principal.currency}",
                hint="Convert the principal first.",
            )
        of = _by_bracket if rule.unit is Unit.PERCENT_BY_BRACKET else _by_size
        major = of(own.amount, principal.major)
    else:
        major = Decimal(own.amount or 0)
    limits = [Decimal(value.amount) for value in bounds if isinstance(value.amount, Decimal)]
    if limits:
        least, most = limits
        major = min(max(major, least), most)
    return Money.from_major(major, rule.currency, rounding=ROUND_HALF_UP)


def _by_size(tiers: tuple[Tier, ...], principal: Decimal) -> Decimal:
    """Return the amount of the tier a principal lies in."""
    return next(
        tier.amount
        for tier in tiers
        if tier.limit is None
        or principal < tier.limit
        or (tier.inclusive and principal == tier.limit)
    )


def _by_bracket(tiers: tuple[Tier, ...], principal: Decimal) -> Decimal:
    """Return the sum of each bracket's share of a principal."""
    total, below = Decimal(0), Decimal(0)
    for tier in tiers:
        upper = principal if tier.limit is None else min(tier.limit, principal)
        total += max(upper - below, Decimal(0)) * tier.amount
        below = upper
    return total
