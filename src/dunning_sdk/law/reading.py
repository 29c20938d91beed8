"""Read the text of law files: strict, with a place for every fault.

The module decides which fields a law file has, turns percent into fractions once, and works out
how long each value holds. Reading the files themselves is left to ``engine``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dunning_sdk.domain.period import Period, end_of_month
from dunning_sdk.errors import BookSyntaxError, Finding
from dunning_sdk.law.parameter import (
    Amount,
    Confidence,
    Holds,
    Mode,
    Parameter,
    Selector,
    Tier,
    Unit,
    Value,
    half_year_end,
)
from dunning_sdk.strict_yaml import YamlNode, load, position_of, to_plain

PERCENTAGES: Final = (Unit.PERCENT_PER_YEAR, Unit.POINTS, Unit.PERCENT_BY_BRACKET)
_SCALES: Final = (Unit.MONEY_BY_PRINCIPAL, Unit.PERCENT_BY_BRACKET)
_RATE_DECIMALS_MAX: Final = 8

Number = Annotated[Decimal | int, Field(union_mode="smart")]


class _Door(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class TierText(_Door):
    """One line of a scale, as written."""

    up_to: Number | None = None
    below: Number | None = None
    amount: Number


class ValueText(_Door):
    """One dated value, as written."""

    start: date = Field(alias="from")
    value: bool | Number | list[TierText] | None
    source: str = Field(min_length=3)
    confidence: Confidence | None = Field(default=None, strict=False)


class ParameterText(_Door):
    """One parameter, as written."""

    id: str = Field(pattern=r"^[a-z]{2}(\.[a-z0-9]+(-[a-z0-9]+)*){2}$")
    title: str = Field(min_length=3)
    unit: Unit = Field(strict=False)
    selector: Selector = Field(strict=False)
    mode: Mode | None = Field(default=None, strict=False)
    reference: str = ""
    reference_on: Annotated[str, Field(pattern="^(first_day|day_before)$")] = "first_day"
    round_up_to: Number | None = None
    currency: str = ""
    principal_currency: str = ""
    holds: Holds = Field(default=Holds.UNTIL_CHANGED, strict=False)
    known_before: date | None = None
    verified_on: date
    confidence: Confidence = Field(strict=False)
    lawyer_validated: bool
    limits: str = ""
    values: list[ValueText] = Field(min_length=1)


class LawFile(_Door):
    """The parameters of one topic in one jurisdiction, as written."""

    jurisdiction: str
    topic: str
    parameters: list[ParameterText] = Field(min_length=1)


def read_parameters(text: str, label: str) -> tuple[Parameter, ...]:
    """Return the parameters of one file.

    Args:
        text: YAML, as STYLE 6.9 describes it.
        label: Name of the file, for findings.

    Raises:
        BookSyntaxError: With a finding, with its place, for every fault.
    """
    tree = load(text, label)
    try:
        file = LawFile.model_validate(to_plain(tree))
    except ValidationError as problem:
        findings = tuple(
            _finding(tree, label, error["loc"], error["msg"]) for error in problem.errors()
        )
        raise BookSyntaxError(findings=findings) from problem
    faults = [
        fault
        for index, item in enumerate(file.parameters)
        for fault in _check(item, prefix=f"{file.jurisdiction}.{file.topic}.", index=index)
    ]
    if faults:
        raise BookSyntaxError(findings=tuple(_finding(tree, label, *fault) for fault in faults))
    return tuple(_parameter(item) for item in file.parameters)


def to_fraction(unit: Unit, number: Decimal | int) -> Decimal:
    """Return a number in the unit the program computes with: a percentage as a fraction."""
    return Decimal(number) / 100 if unit in PERCENTAGES else Decimal(number)


def value_end(parameter: Parameter, start: date) -> date:
    """Return the day after the last one on which a value holds that nothing follows."""
    if parameter.holds is Holds.MONTH:
        return end_of_month(start) + timedelta(days=1)
    if parameter.holds is Holds.HALF_YEAR:
        return half_year_end(start)
    if parameter.holds is Holds.YEAR:
        return date(start.year + 1, 1, 1)
    if parameter.known_before is None:
        return date.max
    return parameter.known_before if start < parameter.known_before else half_year_end(start)


def _finding(tree: YamlNode, label: str, loc: Iterable[str | int], text: str) -> Finding:
    line, column = position_of(tree, tuple(loc))
    return Finding(file=label, line=line, column=column, code="law.data", text=text)


def _check(
    item: ParameterText, *, prefix: str, index: int
) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """Yield what is wrong with one parameter, with the way to its place."""
    here: tuple[str | int, ...] = ("parameters", index)
    if not item.id.startswith(prefix):
        yield (*here, "id"), f"The id does not begin with {prefix}"
    if bool(item.currency) != (item.unit in (Unit.MONEY, *_SCALES)):
        yield here, "Amounts of money have a currency, and nothing else has one"
    if item.unit in (Unit.POINTS, Unit.TIMES) and not item.reference:
        yield here, f"A value in {item.unit} has a reference"
    for at, (before, after) in enumerate(pairwise(item.values), start=1):
        if before.start >= after.start:
            yield (*here, "values", at, "from"), "The dates do not ascend"
    for at, value in enumerate(item.values):
        if problem := _value_fault(item.unit, value.value):
            yield (*here, "values", at, "value"), problem


def _value_fault(unit: Unit, value: bool | Decimal | int | list[TierText] | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) != (unit is Unit.YES_NO):
        return f"The value is no {unit}"
    if isinstance(value, list) != (unit in _SCALES):
        return f"The value is no {unit}"
    if isinstance(value, list):
        limited = [(tier.up_to is None) != (tier.below is None) for tier in value]
        good = all(limited[:-1]) and not limited[-1] if limited else False
        return "" if good else "Every tier but the last has up_to or below"
    return "" if isinstance(value, bool) else _number_fault(unit, value)


def _number_fault(unit: Unit, number: Decimal | int) -> str:
    if unit in (Unit.DAYS, Unit.MONTHS, Unit.YEARS) and not isinstance(number, int):
        return f"A value in {unit} is a whole number"
    exponent = to_fraction(unit, number).as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _RATE_DECIMALS_MAX:
        return f"A fraction has at most {_RATE_DECIMALS_MAX} decimals"
    return ""


def _parameter(item: ParameterText) -> Parameter:
    bare = Parameter(
        id=item.id,
        title=item.title,
        unit=item.unit,
        selector=item.selector,
        mode=item.mode,
        reference=item.reference,
        reference_day_before=item.reference_on == "day_before",
        round_up_to=None
        if item.round_up_to is None
        else to_fraction(Unit.POINTS, item.round_up_to),
        currency=item.currency,
        principal_currency=item.principal_currency or item.currency,
        holds=item.holds,
        known_before=item.known_before,
        verified_on=item.verified_on,
        confidence=item.confidence,
        lawyer_validated=item.lawyer_validated,
        limits=item.limits,
        values=(),
    )
    starts = [value.start for value in item.values[1:]]
    values = tuple(
        _value(bare, value, following)
        for value, following in zip(item.values, [*starts, date.max], strict=True)
    )
    return replace(bare, values=values)


def _value(parameter: Parameter, text: ValueText, following: date) -> Value:
    end = following
    if following == date.max or parameter.holds is not Holds.UNTIL_CHANGED:
        end = min(following, value_end(parameter, text.start))
    return Value(
        period=Period(text.start, end),
        amount=_amount(parameter.unit, text.value),
        source=text.source,
        confidence=text.confidence or parameter.confidence,
    )


def _amount(unit: Unit, value: bool | Decimal | int | list[TierText] | None) -> Amount | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list):
        return tuple(_tier(unit, tier) for tier in value)
    return to_fraction(unit, value)


def _tier(unit: Unit, tier: TierText) -> Tier:
    limit = tier.below if tier.up_to is None else tier.up_to
    return Tier(
        limit=None if limit is None else Decimal(limit),
        inclusive=tier.up_to is not None,
        amount=to_fraction(unit, tier.amount),
    )
