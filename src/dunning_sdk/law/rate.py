"""Work out a late-payment rate: reference rate and margin, of one half-year.

The module decides which value of each parameter makes up a rate; which days bear it is decided
in ``interest``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from dunning_sdk.errors import LawError
from dunning_sdk.law.parameter import (
    Confidence,
    Parameter,
    Selector,
    Unit,
    Value,
    half_year_start,
    worst,
)
from dunning_sdk.law.statutes import Statutes

SCALE: Final = 10**8
"""Parts that ``Rate.scaled`` counts a fraction in."""

FLOOR: Final = "contract-floor"
CONTRACT: Final = "The contract"

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A late-payment rate and what it is made of.

    Attributes:
        parameter_id: The rule.
        yearly: Fraction per year of 365 days, such as ``Decimal("0.1215")``.
        scaled: The same, as an integer of `SCALE` parts.
        reference_on: Day the reference rate was looked up on.
        margin_on: Day the rule's own value was looked up on.
        sources: Of each value used, the rule's first.
        origins: Who supplied each of them.
        used: Id of the parameter and value, of each value used, the rule's first.
        confidence: The weakest of theirs.
    """

    parameter_id: str
    yearly: Decimal
    scaled: int
    reference_on: date
    margin_on: date
    sources: tuple[str, ...]
    origins: tuple[str, ...]
    used: tuple[tuple[str, Value], ...]
    confidence: Confidence


def rate_of(
    statutes: Statutes, parameter: Parameter, on: date, *, contract_on: date | None = None
) -> Rate:
    """Return the rate that a late-payment parameter gives for a day.

    Args:
        statutes: What is known of the law.
        parameter: The rule, one of theirs.
        on: Day that bears interest; for a fixed rate, the day it is fixed on.
        contract_on: When the contract was made; ``None`` takes ``on`` for it. It counts only
            where the contract date picks the value.

    Raises:
        ParameterNotFoundError: A value is not known; names the half-year that is missing.
        ParameterNotInForceError: The law was repealed.
        LawError: The parameter is no rate.

    Source:
        Directive 2011/7/EU, article 3(2): the reference rate of 1 January and 1 July holds for
        the half-year.
    """
    half = half_year_start(on)
    margin_on = _margin_on(parameter, on, half, contract_on)
    key = (parameter.id, half, margin_on)
    found = statutes.rates.get(key)
    if found is None:
        found = statutes.rates[key] = _work_out(statutes, parameter, half, margin_on)
    return found


def agreed_rate(
    statutes: Statutes,
    parameter: Parameter,
    yearly: Decimal,
    on: date,
    *,
    source: str = CONTRACT,
    lift: bool = False,
) -> Rate:
    """Return a rate that the contract sets, held against the floor of the law.

    Args:
        statutes: What is known of the law.
        parameter: The rule that the contract stands in for.
        yearly: Fraction per year, with at most eight decimals.
        on: Day that bears interest.
        source: Where it was agreed.
        lift: Whether a rate below the floor gives way to the lower of the floor and the rate of
            the law, instead of being refused.

    Raises:
        LawError: The rate lies below what a contract may set on that day.
        ParameterNotFoundError: The floor of that day is not known.

    Source:
        Code de commerce, article L441-10 II: not below three times the legal rate. House rule for
        what counts instead: the least that either reading of a forbidden clause gives.
    """
    floor = statutes.parameters.get(f"{parameter.jurisdiction}.{parameter.topic}.{FLOOR}")
    least = rate_of(statutes, floor, on) if floor is not None else None
    if least is not None and yearly < least.yearly:
        if lift:
            return _instead(least, rate_of(statutes, parameter, on), source)
        raise LawError(
            f"The agreed rate lies below {least.yearly * 100:.2f} %, the least a contract may set "
            f"on {on}",
            hint="Leave it out to count by the law, or have a lawyer look at the contract.",
            parameter_id=least.parameter_id,
        )
    return Rate(
        parameter_id=parameter.id,
        yearly=yearly,
        scaled=int(yearly * SCALE),
        reference_on=least.reference_on if least else on,
        margin_on=on,
        sources=(source, *(least.sources if least else ())),
        origins=("contract", *(least.origins if least else ())),
        used=least.used if least else (),
        confidence=least.confidence if least else Confidence.A,
    )


def _instead(floor: Rate, by_law: Rate, agreed_in: str) -> Rate:
    """Return what counts where the contract sets less than it may."""
    chosen = min(floor, by_law, key=lambda rate: rate.yearly)
    return replace(
        chosen,
        sources=(*chosen.sources, f"instead of the lower rate of: {agreed_in}"),
        origins=(*chosen.origins, "contract"),
        used=tuple(dict.fromkeys((*chosen.used, *floor.used))),
        confidence=worst((floor.confidence, chosen.confidence)),
    )


def _margin_on(parameter: Parameter, on: date, half: date, contract_on: date | None) -> date:
    if parameter.selector is Selector.HALF_YEAR:
        return half
    if parameter.selector is Selector.CONTRACT_DATE:
        return contract_on or on
    return on


def _work_out(statutes: Statutes, parameter: Parameter, half: date, margin_on: date) -> Rate:
    own = parameter.at(margin_on)
    reference_on = half - _DAY if parameter.reference_day_before else half
    base, referred = _referred(statutes, parameter, reference_on)
    used = ((parameter.id, own), *referred)
    yearly = _combined(parameter, own, base)
    if parameter.round_up_to is not None:
        steps = (yearly / parameter.round_up_to).to_integral_value(ROUND_CEILING)
        yearly = steps * parameter.round_up_to
    return Rate(
        parameter_id=parameter.id,
        yearly=yearly,
        scaled=int(yearly * SCALE),
        reference_on=reference_on,
        margin_on=margin_on,
        sources=tuple(value.source for _, value in used),
        origins=tuple(value.origin for _, value in used),
        used=used,
        confidence=worst(value.confidence for _, value in used),
    )


def _referred(
    statutes: Statutes, parameter: Parameter, on: date
) -> tuple[Decimal, tuple[tuple[str, Value], ...]]:
    """Return the rate a rule refers to on a day, a published one or another rule's."""
    if not parameter.reference:
        return Decimal(0), ()
    reference = statutes.parameter(parameter.reference)
    if reference.mode is not None:
        rate = rate_of(statutes, reference, on)
        return rate.yearly, rate.used
    value = reference.at(on)
    amount = value.amount if isinstance(value.amount, Decimal) else Decimal(0)
    return amount, ((reference.id, value),)


def _combined(parameter: Parameter, own: Value, base: Decimal) -> Decimal:
    amount = own.amount if isinstance(own.amount, Decimal) else Decimal(0)
    if parameter.unit is Unit.PERCENT_PER_YEAR and not parameter.reference:
        return amount
    if parameter.unit is Unit.POINTS:
        return base + amount
    if parameter.unit is Unit.TIMES:
        return base * amount
    raise LawError(
        f"Parameter {parameter.id} is no rate but counts {parameter.unit}",
        hint="Ask for a parameter of the topic late-payment.",
        parameter_id=parameter.id,
    )
