"""A credit line never promises more than its limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import CurrencyMismatchError, DomainError


def line(limit, in_use, withheld, currency="EUR"):
    return CreditLine(
        debtor_id="D1",
        financier_id="X",
        limit=Money(limit, currency),
        in_use=Money(in_use, "EUR"),
        withheld=Money(withheld, "EUR"),
    )


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_limit_is_what_is_available_in_use_and_withheld(available, in_use, withheld):
    found = line(available + in_use + withheld, in_use, withheld)

    assert found.available.minor == available
    assert found.available + found.in_use + found.withheld == found.limit


@pytest.mark.parametrize(
    ("limit", "in_use", "withheld"), [(100, 101, 0), (100, 60, 41), (100, -1, 0), (100, 0, -1)]
)
def test_a_line_that_promises_more_than_its_limit_is_refused(limit, in_use, withheld):
    with pytest.raises(DomainError, match="Credit line of D1") as caught:
        line(limit, in_use, withheld)

    assert caught.value.hint == "Record the figures the financier reports together."


def test_a_line_is_in_one_currency():
    with pytest.raises(CurrencyMismatchError):
        line(100, 0, 0, currency="CHF")
