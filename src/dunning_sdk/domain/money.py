"""Money: an integer of minor units and a currency.

The module decides how amounts are added, compared, divided and rounded: exactly, within
one currency, and never by accident. Texts are left to ``amount``, decimals per currency to
``currency``, rates and interest to ``law``.

>>> [str(part) for part in Money(100_00, "EUR").allocate([1, 1, 1])]
['33.34 EUR', '33.33 EUR', '33.33 EUR']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException
from fractions import Fraction
from typing import Final

from dunning_sdk.domain.amount import DecimalMark as DecimalMark
from dunning_sdk.domain.amount import format_minor
from dunning_sdk.domain.amount import parse_amount as parse_amount
from dunning_sdk.domain.currency import exponent as exponent
from dunning_sdk.errors import (
    CurrencyMismatchError,
    InvalidAmountError,
    InvalidSplitError,
)

_DIGITS_MAX: Final = 40
_WIDE: Final = Context(prec=2 * _DIGITS_MAX)
_PLAIN_DECIMAL: Final = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency; immutable and exact.

    Amounts of one currency are ordered; ordering two currencies raises. Equality never
    raises: amounts of two currencies are simply not equal.

    Attributes:
        minor: Amount in minor units, such as cents; may be negative.
        currency: ISO 4217 code.

    Raises:
        UnknownCurrencyError: The currency is not in ISO 4217.
        InvalidAmountError: ``minor`` is not an integer.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is not an integer and what is not a currency."""
        if type(self.minor) is not int:
            raise InvalidAmountError(
                f"Money holds an int of minor units, not {type(self.minor).__name__}",
                hint="Use Money.from_major for an amount in major units",
            )
        exponent(self.currency)

    @classmethod
    def from_major(
        cls, amount: Decimal | int | str, currency: str, *, rounding: str | None = None
    ) -> Money:
        """Make money from an amount in major units.

        Args:
            amount: Such as ``Decimal("12.50")`` or ``"12.50"``; a text has a decimal point,
                no exponent and no groups.
            currency: ISO 4217 code.
            rounding: A rounding of the ``decimal`` module, such as ``ROUND_HALF_UP``, for
                amounts with more decimals than the currency. ``None`` refuses those.

        Raises:
            InvalidAmountError: The amount is not a finite decimal, or needs a rounding.
            UnknownCurrencyError: The currency is not in ISO 4217.
        """
        decimals = exponent(currency)
        exact = _as_decimal(amount)
        try:
            scaled = exact.scaleb(decimals, context=_WIDE)
            whole = scaled.quantize(Decimal(1), rounding=rounding, context=_WIDE)
        except DecimalException as exc:
            raise InvalidAmountError(
                f"An amount has more than {_DIGITS_MAX} digits", hint="Check its unit"
            ) from exc
        if rounding is None and whole != scaled:
            raise InvalidAmountError(
                f"An amount in {currency} has more than {decimals} decimals",
                hint="Name the rounding, or correct the amount",
            )
        return cls(int(whole), currency)

    @property
    def major(self) -> Decimal:
        """Return the amount in major units, with all decimals of its currency.

        >>> Money(1250, "EUR").major
        Decimal('12.50')
        """
        return Decimal(f"{self.minor}E-{exponent(self.currency)}")

    def allocate(self, weights: Sequence[Decimal | int]) -> tuple[Money, ...]:
        """Divide the amount by weights, without losing or inventing a minor unit.

        Each part is first rounded towards zero; the minor units left over go one by one to
        the parts that lost most by that, ties to the first. A weight of zero gets nothing.

        Args:
            weights: Not negative, not all zero; only their proportions count.

        Returns:
            One part per weight, in their order; the parts sum to the whole.

        Raises:
            InvalidSplitError: There is no weight, all are zero, or one is negative, not
                finite, or not an ``int`` or ``Decimal``.

        Source:
            House rule: largest remainder (Hare quota). Negative amounts are divided like
            their opposites.
        """
        shares = _as_fractions(weights)
        total = sum(shares)
        whole = abs(self.minor)
        parts = [whole * share // total for share in shares]
        lost = [whole * share % total for share in shares]
        left_over = whole - sum(parts)
        for index in sorted(range(len(parts)), key=lambda i: -lost[i])[:left_over]:
            parts[index] += 1
        sign = -1 if self.minor < 0 else 1
        return tuple(Money(sign * part, self.currency) for part in parts)

    def format(self, locale: str) -> str:
        """Write the amount for readers of a language: ``fr``, ``en`` or ``de``.

        >>> Money(-12_000_00, "EUR").format("en")
        '-€12,000.00'
        """
        decimals = exponent(self.currency)
        return format_minor(self.minor, decimals=decimals, currency=self.currency, locale=locale)

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor + self._same_currency(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor - self._same_currency(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __mul__(self, factor: int) -> Money:
        if type(factor) is not int:
            return NotImplemented
        return Money(self.minor * factor, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor < self._same_currency(other).minor

    def __le__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor <= self._same_currency(other).minor

    def __gt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor > self._same_currency(other).minor

    def __ge__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor >= self._same_currency(other).minor

    def __str__(self) -> str:
        """Return major units and currency, for messages and logs: ``12000.00 EUR``."""
        return f"{self.major} {self.currency}"

    def _same_currency(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatchError(
                f"An amount in {self.currency} meets an amount in {other.currency}",
                hint="Convert one of them first",
            )
        return other


def zero(currency: str) -> Money:
    """Return no money of a currency."""
    return Money(0, currency)


def sum_money(items: Iterable[Money], currency: str) -> Money:
    """Return the sum of amounts that must all have the given currency.

    Args:
        items: Amounts in any order; may be empty.
        currency: ISO 4217 code of the sum.

    Raises:
        CurrencyMismatchError: One of the amounts has another currency.
    """
    return sum(items, start=zero(currency))


def _as_decimal(amount: Decimal | int | str) -> Decimal:
    if isinstance(amount, str):
        if _PLAIN_DECIMAL.fullmatch(amount) is None:
            raise InvalidAmountError(
                "The text is not a plain decimal number",
                hint="Write it like 12000.00, or read it with parse_amount",
            )
        amount = Decimal(amount)
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int):
        raise InvalidAmountError(
            f"An amount is a Decimal, an int or a text, not {type(amount).__name__}",
            hint="Binary floats cannot hold cents exactly",
        )
    exact = Decimal(amount)
    if not exact.is_finite():
        raise InvalidAmountError("An amount is not a finite number", hint="Correct it")
    if len(exact.as_tuple().digits) > _DIGITS_MAX:
        raise InvalidAmountError(
            f"An amount has more than {_DIGITS_MAX} digits", hint="Check its unit"
        )
    return exact


def _as_fractions(weights: Sequence[Decimal | int]) -> list[Fraction]:
    for weight in weights:
        if isinstance(weight, bool) or not isinstance(weight, Decimal | int):
            raise InvalidSplitError(
                f"A weight is an int or a Decimal, not {type(weight).__name__}",
                hint="Binary floats do not add up; use Decimal",
            )
        if not Decimal(weight).is_finite() or weight < 0:
            raise InvalidSplitError(
                "A weight is negative or not a finite number", hint="Use weights from zero up"
            )
    if not any(weights):
        raise InvalidSplitError(
            "No weight is above zero, so nobody would get the amount",
            hint="Give at least one party a weight",
        )
    return [Fraction(weight) for weight in weights]
