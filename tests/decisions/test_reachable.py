"""The largest part that a sum of money can pay, against a search through all parts."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.decisions.reachable import largest_reachable, vat_of
from dunning_sdk.domain.invoice import VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import CurrencyMismatchError, InvalidSplitError

RATES = [Decimal(rate) for rate in ("0", "0.021", "0.055", "0.10", "0.20", "0.27", "0.5")]


def rounded(taxed: int, rate: Decimal) -> int:
    return int((taxed * rate).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def a_row(taxed: int, rate: Decimal, *, off: int = 0, currency: str = "EUR") -> VatSubtotal:
    vat = Money(rounded(taxed, rate) + off, currency)
    category = "S" if rate else "Z"
    return VatSubtotal(category=category, rate=rate, taxable=Money(taxed, currency), vat=vat)


def prices(row: VatSubtotal) -> dict[int, int]:
    """Return what each sound part of a row costs, by its taxable amount: the plain definition."""
    whole, found = row.taxable.minor, {}
    for taxed in range(whole + 1):
        vat = row.vat.minor if taxed == whole else rounded(taxed, row.rate)
        others_vat = row.vat.minor - vat
        off_rate = abs(others_vat - rounded(whole - taxed, row.rate))
        if others_vat >= 0 and (taxed == whole or off_rate < 100):
            found[taxed] = taxed + vat
    return found


def largest_by_search(rows, available: int) -> int:
    totals = {sum(costs) for costs in product(*(prices(row).values() for row in rows))}
    return max(total for total in totals if total <= available)


def cost_of(rows, parts) -> int:
    return sum(prices(row)[part.minor] for row, part in zip(rows, parts, strict=True))


def totals_up_to(rows, last: int):
    """Yield the total found and the total expected for each available sum."""
    sums = {sum(costs) for costs in product(*(prices(row).values() for row in rows))}
    expected = 0
    for available in range(last + 1):
        expected = available if available in sums else expected
        parts = largest_reachable(rows, available=Money(available, "EUR"))
        yield cost_of(rows, parts), expected


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_one_rate_reaches_the_largest_total_for_every_sum(rate):
    row = a_row(120, rate)

    for found, expected in totals_up_to([row], 180):
        assert found == expected


@pytest.mark.parametrize("rates", list(product(RATES, RATES)), ids=str)
def test_two_rates_reach_the_largest_total_for_every_sum(rates):
    for sizes in ((1, 1), (1, 2), (2, 5), (7, 3), (9, 10)):
        rows = [a_row(size, rate) for size, rate in zip(sizes, rates, strict=True)]
        for found, expected in totals_up_to(rows, 30):
            assert found == expected


@pytest.mark.parametrize("off", list(product((-2, -1, 0, 1, 3), repeat=2)), ids=str)
def test_vat_that_is_off_its_rate_still_reaches_the_largest_total(off):
    rows = [a_row(13, RATES[4], off=off[0]), a_row(22, RATES[3], off=off[1])]
    gross = sum(row.taxable.minor + row.vat.minor for row in rows)

    for found, expected in totals_up_to(rows, gross):
        assert found == expected


@given(
    st.lists(
        st.tuples(st.integers(1, 12), st.sampled_from(RATES), st.integers(-3, 3)),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 60),
)
def test_no_larger_total_is_reachable(sketches, available):
    rows = [
        a_row(taxed, rate, off=0 if not rate else max(off, -rounded(taxed, rate)))
        for taxed, rate, off in sketches
    ]

    parts = largest_reachable(rows, available=Money(available, "EUR"))

    assert cost_of(rows, parts) == largest_by_search(rows, available)


@given(
    st.lists(st.tuples(st.integers(2, 10**9), st.sampled_from(RATES)), min_size=2, max_size=6),
    st.data(),
)
def test_two_rates_of_some_size_reach_all_but_the_outermost_sums(sketches, data):
    rows = [a_row(taxed, rate) for taxed, rate in sketches]
    gross = sum(row.taxable.minor + row.vat.minor for row in rows)
    available = data.draw(st.integers(2, gross - 2))

    parts = largest_reachable(rows, available=Money(available, "EUR"))

    reached = sum(p.minor + rounded(p.minor, r.rate) for p, r in zip(parts, rows, strict=True))
    assert reached == available


def test_each_rate_gets_nearly_the_same_share():
    rows = [a_row(600_000, Decimal("0.20")), a_row(436_364, Decimal("0.10"))]

    parts = largest_reachable(rows, available=Money(800_000, "EUR"))

    shares = [part.minor / row.taxable.minor for part, row in zip(parts, rows, strict=True)]
    assert shares == pytest.approx([2 / 3, 2 / 3], abs=0.00001)


def test_a_whole_row_keeps_its_own_vat():
    rows = [a_row(100_00, Decimal("0.20"), off=2), a_row(100_00, Decimal("0"))]

    assert largest_reachable(rows, available=Money(220_01, "EUR")) == (
        Money(100_00, "EUR"),
        Money(99_99, "EUR"),
    )


def test_nothing_is_found_where_no_part_is_small_enough():
    row = a_row(10_00, Decimal("0.5"))

    assert largest_reachable([row], available=Money(1, "EUR")) == (Money(0, "EUR"),)


def test_a_currency_without_decimals_is_divided_too():
    row = a_row(10_000, Decimal("0.10"), currency="JPY")

    assert largest_reachable([row], available=Money(5_000, "JPY")) == (Money(4_545, "JPY"),)


def test_vat_is_rounded_half_up():
    assert vat_of(Money(25, "EUR"), Decimal("0.10")) == Money(3, "EUR")


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (a_row(-100, Decimal("0.20")), "credit note"),
        (a_row(100, Decimal("0.20"), off=-21), "credit note"),
        (a_row(100, Decimal(20)), "fraction 0.20"),
        (a_row(1000, Decimal("0.20"), off=99), "Correct the VAT breakdown"),
        (a_row(1000, Decimal("0"), off=1), "Correct the VAT breakdown"),
    ],
)
def test_a_row_without_two_sound_parts_is_refused_with_advice(row, text):
    with pytest.raises(InvalidSplitError, match=text):
        largest_reachable([row], available=Money(50, "EUR"))


def test_a_currency_with_three_decimals_is_refused():
    row = a_row(10_000, Decimal("0.19"), currency="TND")

    with pytest.raises(InvalidSplitError, match="BR-DEC-19"):
        largest_reachable([row], available=Money(5_000, "TND"))


def test_vat_off_in_a_currency_without_decimals_is_refused():
    row = a_row(10_000, Decimal("0.10"), off=1, currency="JPY")

    with pytest.raises(InvalidSplitError, match="BR-CO-17"):
        largest_reachable([row], available=Money(5_000, "JPY"))


def test_another_currency_is_refused():
    with pytest.raises(CurrencyMismatchError, match="available amount in USD"):
        largest_reachable([a_row(100, Decimal("0.20"))], available=Money(50, "USD"))
