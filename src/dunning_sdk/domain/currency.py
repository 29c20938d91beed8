"""Say how many decimals the minor unit of a currency has.

The table is data; what an amount does with it is decided in ``money``.

>>> exponent("EUR"), exponent("JPY"), exponent("TND")
(2, 0, 3)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from dunning_sdk.errors import UnknownCurrencyError, nearest_names

# ISO 4217 list one. Codes without a minor unit (gold, special drawing rights, "no
# currency", test codes) are left out: no invoice is written in them.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_TWO_DECIMALS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK "
    "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO "
    "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
    "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST "
    "XAD XCD XCG YER ZAR ZMW ZWG"
)
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"
# ISO 4217 list three: withdrawn since 2021, and still met in ledgers.
_TWO_DECIMALS_WITHDRAWN = "ANG BGN CUC HRK SLL ZWL"
# The same list: the euro's predecessors, which old statements and specimens are written in.
_NO_DECIMALS_BEFORE_EURO = "BEF ESP GRD ITL LUF PTE"
_TWO_DECIMALS_BEFORE_EURO = "ATS DEM FIM FRF IEP NLG"

EXPONENTS: Final[Mapping[str, int]] = MappingProxyType(
    {
        code: decimals
        for decimals, codes in (
            (0, _NO_DECIMALS),
            (2, _TWO_DECIMALS),
            (2, _TWO_DECIMALS_WITHDRAWN),
            (0, _NO_DECIMALS_BEFORE_EURO),
            (2, _TWO_DECIMALS_BEFORE_EURO),
            (3, _THREE_DECIMALS),
            (4, _FOUR_DECIMALS),
        )
        for code in codes.split()
    }
)


def exponent(currency: str) -> int:
    """Return how many decimals an amount in this currency has.

    Args:
        currency: ISO 4217 code in capitals.

    Returns:
        0, 2, 3 or 4: one major unit is ``10 ** exponent`` minor units.

    Raises:
        UnknownCurrencyError: The code is not in ISO 4217, or has no minor unit.

    Source:
        ISO 4217, list one (current) and list three (withdrawn since 2021, or for the euro).
    """
    decimals = EXPONENTS.get(currency)
    if decimals is None:
        raise _unknown(currency)
    return decimals


def _unknown(currency: str) -> UnknownCurrencyError:
    near = nearest_names(currency, EXPONENTS)
    question = f"Did you mean {' or '.join(near)}? " if near else ""
    return UnknownCurrencyError(
        f"Currency {currency!r} is not an ISO 4217 code",
        hint=f"{question}Write three capital letters, such as EUR",
    )
