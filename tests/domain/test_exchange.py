"""Stated rates: what money in another currency counts for, to the minor unit."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.exchange import Exchange
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import InvalidAmountError
from tests.build import a_payment


def at(rate, currency="EUR"):
    return Exchange(rate=Decimal(rate), currency=currency, source="ECB", on=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("rate", "paid", "counts"),
    [
        ("0.92", Money(1080_00, "USD"), Money(993_60, "EUR")),
        ("0.5", Money(1, "USD"), Money(1, "EUR")),
        ("0.0061", Money(10_000, "JPY"), Money(61_00, "EUR")),
        ("3.25", Money(1_000, "KWD"), Money(3_25, "EUR")),
    ],
)
def test_an_amount_is_converted_with_the_decimals_of_both_currencies(rate, paid, counts):
    assert at(rate).convert(paid) == counts


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity", "0.123456789012345678901"])
def test_what_is_no_rate_is_refused(rate):
    with pytest.raises(InvalidAmountError, match="A rate of exchange is a number above zero"):
        at(rate)


@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_conversion_is_never_off_by_more_than_half_a_minor_unit(minor, rate):
    counted = at(Decimal(rate) / 10_000).convert(Money(minor, "USD"))

    assert abs(Decimal(counted.minor) - Decimal(minor) * rate / 10_000) <= Decimal("0.5")


def test_a_payment_counts_as_what_its_rate_says():
    paid = a_payment(amount=Money(100_00, "USD"), exchange=at("0.92"))

    assert paid.as_counted().amount == Money(92_00, "EUR")
    assert a_payment().as_counted() == a_payment()
