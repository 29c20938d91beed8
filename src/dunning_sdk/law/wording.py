"""Write parameters and statements for readers: texts and plain data, no layout.

The module decides what is shown of a value and of a statement; tables and JSON are left to
``cli``.
"""

from __future__ import annotations

from decimal import Decimal

from dunning_sdk.law.parameter import Amount, Confidence, Parameter, Unit, Value
from dunning_sdk.law.reading import PERCENTAGES
from dunning_sdk.law.statement import BASIS, Imputation, Segment, Statement
from dunning_sdk.law.time_limit import TimeLimit


def percent(fraction: Decimal) -> str:
    """Return a fraction as a percentage with at least two decimals.

    >>> percent(Decimal("0.1215")), percent(Decimal("0.1"))
    ('12.15', '10.00')
    """
    number = (fraction * 100).normalize()
    exponent = number.as_tuple().exponent
    return f"{number:.2f}" if not isinstance(exponent, int) or exponent >= -2 else f"{number:f}"


def amount_text(parameter: Parameter, amount: Amount | None) -> str:
    """Return a value in the words of its unit; a repealed one as ``repealed``."""
    if amount is None:
        return "repealed"
    if isinstance(amount, bool):
        return "yes" if amount else "no"
    if isinstance(amount, tuple):
        return "; ".join(
            f"{_limit(tier.limit, inclusive=tier.inclusive, money=parameter.principal_currency)}: "
            f"{_number(parameter, tier.amount)}"
            for tier in amount
        )
    return _number(parameter, amount)


def mark(confidence: Confidence) -> str:
    """Return the letter of a confidence; C and D say that they are unverified."""
    return str(confidence) if confidence.verified else f"{confidence} (unverified)"


def value_data(parameter: Parameter, value: Value) -> dict[str, object]:
    """Return a dated value as plain data; ``until`` is the first day it does not hold."""
    has_end = value.period.end.year < 9999
    return {
        "from": value.period.start.isoformat(),
        "until": value.period.end.isoformat() if has_end else None,
        "value": amount_text(parameter, value.amount),
        "source": value.source,
        "confidence": str(value.confidence),
        "verified": value.confidence.verified,
        "origin": value.origin,
    }


def parameter_data(parameter: Parameter, values: tuple[Value, ...]) -> dict[str, object]:
    """Return a parameter and some of its values as plain data."""
    return {
        "id": parameter.id,
        "title": parameter.title,
        "unit": str(parameter.unit),
        "selector": str(parameter.selector),
        "mode": parameter.mode and str(parameter.mode),
        "reference": parameter.reference or None,
        "verified_on": parameter.verified_on.isoformat(),
        "lawyer_validated": parameter.lawyer_validated,
        "limits": parameter.limits or None,
        "values": [value_data(parameter, value) for value in values],
    }


def statement_data(statement: Statement) -> dict[str, object]:
    """Return a statement as plain data: amounts in major units, rates in percent."""
    claim = statement.claim
    return {
        "jurisdiction": claim.jurisdiction.upper(),
        "regime": statement.parameter_id.rpartition(".")[2],
        "parameter": statement.parameter_id,
        "mechanism": str(claim.mechanism),
        "currency": claim.principal.currency,
        "principal": str(claim.principal.major),
        "due_on": claim.due_on.isoformat(),
        "until_on": claim.until_on.isoformat(),
        "convention": claim.convention.notation,
        "rounding": str(claim.rounding),
        "basis": BASIS,
        "days": statement.days,
        "total": str(statement.total.major),
        "segments": [_segment(segment) for segment in statement.segments],
        "payments": [_imputation(imputation) for imputation in statement.imputations],
        "principal_open": str(statement.principal_open.major),
        "interest_open": str(statement.interest_open.major),
        "surplus": str(statement.surplus.major),
        "accrued_until": statement.accrued_until.isoformat(),
        "confidence": str(statement.confidence),
        "verified": statement.confidence.verified,
        "lawyer_validated": statement.lawyer_validated,
        "assumptions": list(statement.assumptions),
    }


def limit_data(limit: TimeLimit) -> dict[str, object]:
    """Return a time limit as plain data."""
    return {
        "parameter": limit.parameter_id,
        "title": limit.title,
        "from": limit.from_on.isoformat(),
        "ends_on": limit.ends_on.isoformat(),
        "nominal_on": limit.nominal_on.isoformat(),
        "confidence": str(limit.confidence),
        "verified": limit.confidence.verified,
        "unverified": list(limit.unverified),
        "sources": list(limit.sources),
        "limits": limit.limits or None,
    }


def _segment(segment: Segment) -> dict[str, object]:
    rate = segment.rate
    return {
        "first_on": segment.period.start.isoformat(),
        "last_on": segment.last_on.isoformat(),
        "days": segment.period.days,
        "principal": str(segment.principal.major),
        "rate_pct": percent(rate.yearly),
        "interest": str(segment.interest.major),
        "reference_on": rate.reference_on.isoformat(),
        "sources": list(rate.sources),
        "origins": list(rate.origins),
        "confidence": str(rate.confidence),
        "verified": rate.confidence.verified,
    }


def _imputation(imputation: Imputation) -> dict[str, object]:
    return {
        "on": imputation.on.isoformat(),
        "amount": str(imputation.amount.major),
        "to_interest": str(imputation.to_interest.major),
        "to_principal": str(imputation.to_principal.major),
        "surplus": str(imputation.surplus.major),
    }


def _limit(limit: Decimal | None, *, inclusive: bool, money: str) -> str:
    if limit is None:
        return "above"
    return f"{'up to' if inclusive else 'below'} {limit:f} {money}"


def _number(parameter: Parameter, number: Decimal) -> str:
    unit = parameter.unit
    if unit in PERCENTAGES:
        return percent(number) + (" points" if unit is Unit.POINTS else " %")
    if unit in (Unit.MONEY, Unit.MONEY_BY_PRINCIPAL):
        return f"{number:f} {parameter.currency}"
    return f"{number:f} {unit}"
