"""Read an amount with its currency from a reply; a bare number is none."""

from collections.abc import Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from dunning_sdk.dialogue.word import Token
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import InvalidAmountError

_CURRENCIES: Final = MappingProxyType(
    {
        "€": "EUR",
        "eur": "EUR",
        "euro": "EUR",
        "euros": "EUR",
        "£": "GBP",
        "gbp": "GBP",
        "pounds": "GBP",
        "$": "USD",
        "usd": "USD",
        "dollars": "USD",
        "chf": "CHF",
        "franken": "CHF",
    }
)


def amount_at(tokens: Sequence[Token], at: int) -> tuple[int, Money | None] | None:
    """Return how many tokens from a place on are an amount, and which; ``None`` where none is.

    The money is ``None`` where it cannot be read, such as ``1,2,3 €``.
    """
    pair = [token.text for token in tokens[at : at + 2]]
    if len(pair) < 2:
        return None
    for currency, number in (pair, pair[::-1]):
        if currency in _CURRENCIES and number[:1].isdigit():
            return 2, money_of(number.rstrip("."), _CURRENCIES[currency])
    return None


def money_of(text: str, currency: str) -> Money | None:
    """Return the amount that digits with marks stand for; ``None`` where they stand for none.

    The last mark before one or two digits is the decimal mark; before three it groups thousands.

    Args:
        text: Such as ``1.200,50`` or ``1,200.50``.
        currency: ISO 4217.
    """
    digits = text.replace(" ", "")
    mark = max(digits.rfind(","), digits.rfind("."))
    whole, decimals = (digits[:mark], digits[mark + 1 :]) if mark >= 0 else (digits, "")
    if len(decimals) == 3:  # a group of thousands
        whole, decimals = whole + decimals, ""
    whole = whole.replace(",", "").replace(".", "")
    if not whole.isdecimal() or not (decimals or "0").isdecimal():
        return None
    try:
        return Money.from_major(Decimal(f"{whole}.{decimals or '0'}"), currency)
    except InvalidAmountError:
        return None
