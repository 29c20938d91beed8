"""Write amounts for people, and read the amounts people and their files write.

The module decides on marks, groups and signs. Which currency an amount has and how it
is rounded is left to ``money``.

>>> parse_amount("1.234,56", decimal_mark=",")
Decimal('1234.56')
>>> format_minor(1_200_000, decimals=2, currency="EUR", locale="en")
'€12,000.00'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

from dunning_sdk.errors import DomainError, InvalidAmountError

DecimalMark = Literal[",", "."]

NO_BREAK_SPACE: Final = "\u00a0"
NARROW_NO_BREAK_SPACE: Final = "\u202f"
_APOSTROPHES: Final = "'\u2019"
_SPACES: Final = f" {NO_BREAK_SPACE}{NARROW_NO_BREAK_SPACE}\u2009"
_MINUS_SIGN: Final = "\u2212"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    thousands: str
    decimal_mark: DecimalMark
    symbol_first: bool
    symbols: MappingProxyType[str, str]


_STYLES: Final = MappingProxyType(
    {
        "de": _Style(
            thousands=".",
            decimal_mark=",",
            symbol_first=False,
            symbols=MappingProxyType({"EUR": "€", "GBP": "£", "USD": "$"}),
        ),
        "en": _Style(
            thousands=",",
            decimal_mark=".",
            symbol_first=True,
            symbols=MappingProxyType({"EUR": "€", "GBP": "£", "JPY": "¥", "USD": "$"}),
        ),
        "fr": _Style(
            thousands=NARROW_NO_BREAK_SPACE,
            decimal_mark=",",
            symbol_first=False,
            symbols=MappingProxyType({"EUR": "€"}),
        ),
    }
)


def format_minor(minor: int, *, decimals: int, currency: str, locale: str) -> str:
    """Write an amount the way readers of a language expect it.

    Args:
        minor: Amount in minor units.
        decimals: Decimals of the currency.
        currency: ISO 4217 code; shown where the language has no sign of its own for it.
        locale: Language tag; only the language counts, ``fr-BE`` reads like ``fr``.

    Returns:
        The amount with its currency; no blank in it breaks a line.

    Raises:
        DomainError: No style is known for the language.

    Source:
        Unicode CLDR number patterns of de, en and fr; house rule: foreign dollars and
        pounds are written as ISO codes in French, since their signs are ambiguous there.
    """
    style = _STYLES.get(re.split("[-_]", locale, maxsplit=1)[0].lower())
    if style is None:
        raise DomainError(
            f"No way to write amounts is known for locale {locale!r}",
            hint=f"Use one of {', '.join(_STYLES)}",
            code="domain.unknown-locale",
        )
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    whole, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    grouped = f"{int(whole):,}".replace(",", style.thousands)
    number = f"{grouped}{style.decimal_mark}{fraction}" if fraction else grouped
    sign = "-" if minor < 0 else ""
    symbol = style.symbols.get(currency, currency)
    if not style.symbol_first:
        return f"{sign}{number}{NO_BREAK_SPACE}{symbol}"
    return f"{sign}{symbol}{NO_BREAK_SPACE if symbol.isalpha() else ''}{number}"


def parse_amount(text: str, *, decimal_mark: DecimalMark) -> Decimal:
    """Read an amount whose decimal mark is known.

    Digits may be grouped by three, all groups with the same mark: a blank (also the
    unbreakable ones), an apostrophe, or whichever of comma and point is not the decimal
    mark. Anything doubtful is refused rather than guessed.

    Args:
        text: The amount without currency; blanks around it do not count.
        decimal_mark: ``","`` or ``"."``.

    Returns:
        The amount in major units, with as many decimals as were written.

    Raises:
        InvalidAmountError: The text is no such amount. The message does not repeat it,
            since a wrongly mapped column may hold a name or an IBAN.
    """
    match = _pattern(decimal_mark).fullmatch(text.strip())
    if match is None:
        example = "12 000,00" if decimal_mark == "," else "12,000.00"
        raise InvalidAmountError(
            f"The text is not an amount with the decimal mark {decimal_mark!r}",
            hint=f"Write it like {example}, or declare the other decimal mark",
        )
    sign = "-" if match["sign"] in ("-", _MINUS_SIGN) else ""
    digits = re.sub("[^0-9]", "", match["whole"])
    return Decimal(f"{sign}{digits}.{match['fraction'] or ''}")


def _pattern(decimal_mark: DecimalMark) -> re.Pattern[str]:
    other_mark = "." if decimal_mark == "," else ","
    group_marks = re.escape(f"{_SPACES}{_APOSTROPHES}{other_mark}")
    return re.compile(
        rf"(?P<sign>[-+{_MINUS_SIGN}]?)"
        rf"(?P<whole>[0-9]+|[0-9]{{1,3}}(?P<group>[{group_marks}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*)"
        rf"(?:{re.escape(decimal_mark)}(?P<fraction>[0-9]+))?"
    )
