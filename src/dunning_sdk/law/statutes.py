"""Ask the law: the value of a parameter on a day, or its values over a period.

The module decides which parameters there are and what a host may add to them; nothing is ever
extrapolated. What a rate is made of is decided in ``rate``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from dunning_sdk.domain.calendar import add_months
from dunning_sdk.domain.period import Period
from dunning_sdk.errors import (
    BookSyntaxError,
    Finding,
    LawError,
    ParameterNotFoundError,
    nearest_names,
)
from dunning_sdk.law.parameter import Confidence, Holds, Parameter, Value
from dunning_sdk.law.reading import read_parameters, to_fraction, value_end

if TYPE_CHECKING:
    from dunning_sdk.law.rate import Rate

ALIASES: Final[Mapping[str, str]] = MappingProxyType({"uk": "gb"})
"""Other codes for a jurisdiction; the United Kingdom is GB in ISO 3166-1."""

SHARED: Final = "eu"
"""The jurisdiction whose parameters others refer to; it has no late-payment rate of its own."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statutes:
    """All parameters known.

    Attributes:
        parameters: By id.
        jurisdictions: Codes of all jurisdictions but the shared one, sorted.
        rates: Rates already worked out, by parameter and dates; filled by ``rate``.
    """

    parameters: Mapping[str, Parameter]
    jurisdictions: tuple[str, ...] = field(init=False)
    rates: dict[tuple[str, date, date], Rate] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """List the jurisdictions."""
        codes = {item.jurisdiction for item in self.parameters.values()} - {SHARED}
        object.__setattr__(self, "jurisdictions", tuple(sorted(codes)))

    def jurisdiction(self, code: str) -> str:
        """Return the code of a jurisdiction as the parameters write it.

        Raises:
            LawError: Nothing is known of it.
        """
        found = ALIASES.get(code.lower(), code.lower())
        if found not in self.jurisdictions:
            known = ", ".join(name.upper() for name in self.jurisdictions)
            raise LawError(f"No law is known for jurisdiction {code!r}", hint=f"Known: {known}.")
        return found

    def parameter(self, id: str) -> Parameter:
        """Return a parameter with all its values.

        Raises:
            ParameterNotFoundError: There is none of this id.
        """
        code, dot, rest = id.partition(".")
        found = self.parameters.get(f"{ALIASES.get(code, code)}{dot}{rest}")
        if found is None:
            near = nearest_names(id, self.parameters)
            hint = f"Did you mean {' or '.join(near)}?" if near else "See docs/law/README.md."
            raise ParameterNotFoundError(
                f"No parameter of the law is called {id!r}", hint=hint, parameter_id=id
            )
        return found

    def at(self, id: str, on: date) -> Value:
        """Return the value of a parameter on a day; errors as in `Parameter.at`."""
        return self.parameter(id).at(on)

    def segments(self, id: str, start: date, end: date) -> tuple[Value, ...]:
        """Return the values of a parameter over a period, each cut to its days in it.

        Args:
            id: Of the parameter.
            start: First day (inclusive).
            end: Last day (exclusive), not before ``start``.

        Returns:
            Ascending, without gap; their days sum to those of the period.

        Raises:
            ParameterNotFoundError: A day of the period has no known value.
            ParameterNotInForceError: The law was repealed on one of its days.
            InvalidPeriodError: ``end`` lies before ``start``.
        """
        parameter = self.parameter(id)
        found = []
        while (rest := Period(start, end)).days:
            value = parameter.at(start)
            start = min(value.period.end, end)
            found.append(replace(value, period=Period(rest.start, start)))
        return tuple(found)

    def with_value(
        self, id: str, start: date, number: Decimal | int, *, source: str, origin: str = "host"
    ) -> Statutes:
        """Return statutes with one more value, which a host answers for.

        Args:
            id: Of the parameter.
            start: First day it holds; replaces a value that starts on the same day.
            number: In the parameter's unit as files write it: percent, not a fraction.
            source: Act and article, or who published it; not empty.
            origin: The host's label, shown wherever the value is used.

        Returns:
            New statutes; these stay as they are. The value holds to the end of its half-year or
            year where the parameter is a series, else until the next one.

        Raises:
            ParameterNotFoundError: There is no parameter of this id.
            LawError: The source is empty, or the parameter is no plain number.
        """
        parameter = self.parameter(id)
        if not source.strip():
            raise LawError(f"A value for {id} has no source", hint="Name act and article.")
        if not isinstance(parameter.values[0].amount, Decimal):
            raise LawError(f"{id} is no number", hint="Only plain numbers can be supplied.")
        later = [value.period.start for value in parameter.values if value.period.start > start]
        value = Value(
            period=Period(start, min([value_end(parameter, start), *later])),
            amount=to_fraction(parameter.unit, number),
            source=source,
            confidence=Confidence.B,
            origin=origin,
        )
        kept = [_cut(old, start) for old in parameter.values if old.period.start != start]
        values = tuple(sorted([*kept, value], key=lambda one: one.period.start))
        changed = dict(self.parameters) | {parameter.id: replace(parameter, values=values)}
        return Statutes(parameters=MappingProxyType(changed))

    def stale(self, as_of: date) -> tuple[Parameter, ...]:
        """Return what nobody compared with its sources for a year, and series that ran out.

        Args:
            as_of: Day decided for.

        Returns:
            In the order of ids. A series has run out when it has no value on ``as_of``.
        """
        return tuple(
            item
            for _, item in sorted(self.parameters.items())
            if add_months(item.verified_on, 12) < as_of or _ran_out(item, as_of)
        )


def read_statutes(texts: Mapping[str, str]) -> Statutes:
    """Return the statutes that some texts make up.

    Args:
        texts: YAML by label.

    Raises:
        BookSyntaxError: A text has findings, two parameters share an id, or a reference leads
            nowhere.
    """
    found: dict[str, Parameter] = {}
    for label, text in texts.items():
        for parameter in read_parameters(text, label):
            if parameter.id in found:
                raise _fault(label, f"Parameter {parameter.id} is there twice")
            found[parameter.id] = parameter
    for parameter in found.values():
        if parameter.reference and parameter.reference not in found:
            raise _fault(parameter.id, f"No parameter is called {parameter.reference}")
    return Statutes(parameters=MappingProxyType(found))


def of_topic(parameters: Iterable[Parameter], jurisdiction: str, topic: str) -> list[Parameter]:
    """Return the parameters of one topic in one jurisdiction, in the order of their text."""
    return [item for item in parameters if (item.jurisdiction, item.topic) == (jurisdiction, topic)]


def _cut(value: Value, end: date) -> Value:
    """Return a value that ends where another begins."""
    if value.period.start < end < value.period.end:
        return replace(value, period=Period(value.period.start, end))
    return value


def _ran_out(parameter: Parameter, as_of: date) -> bool:
    """Tell whether a series has no value; one of months is for the host to supply."""
    is_shipped = parameter.is_series and parameter.holds is not Holds.MONTH
    return is_shipped and all(as_of >= value.period.end for value in parameter.values)


def _fault(label: str, text: str) -> BookSyntaxError:
    return BookSyntaxError(
        findings=(Finding(file=label, line=1, column=1, code="law.data", text=text),)
    )
