"""A stated rate of exchange: what money in another currency counts for.

Decides how an amount is converted. No rate is ever looked up: whoever states one says where it
is from and of which day it is.

>>> stated = Exchange(rate=Decimal("0.92"), currency="EUR", source="ECB", on=date(2026, 3, 11))
>>> str(stated.convert(Money(1080_00, "USD")))
'993.60 EUR'
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from dunning_sdk.domain.money import Money
from dunning_sdk.errors import InvalidAmountError

_WIDE: Final = Context(prec=80)
_RATE_DIGITS_MAX: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A rate as it was stated.

    Attributes:
        rate: Units of ``currency`` for one unit of the money that is converted; above zero.
        currency: ISO 4217, what it is converted to.
        source: Who published it, or which contract sets it.
        on: Day it is of.

    Raises:
        InvalidAmountError: The rate is not a finite number above zero, or has too many digits.
    """

    rate: Decimal
    currency: str
    source: str
    on: date

    def __post_init__(self) -> None:
        """Refuse what is no rate."""
        is_finite = self.rate.is_finite()
        if not is_finite or self.rate <= 0 or len(self.rate.as_tuple().digits) > _RATE_DIGITS_MAX:
            message = "A rate of exchange is a number above zero, of at most 20 digits"
            raise InvalidAmountError(message, hint="Write it like 0.9213.")

    def convert(self, amount: Money) -> Money:
        """Return what an amount counts for.

        Args:
            amount: In any currency.

        Source:
            House rule: rounded half up, once, to the minor unit of ``currency``.
        """
        exact = _WIDE.multiply(amount.major, self.rate)
        return Money.from_major(_WIDE.plus(exact), self.currency, rounding=ROUND_HALF_UP)
