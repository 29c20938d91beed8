import pickle
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.currency import EXPONENTS
from dunning_sdk.domain.money import Money, exponent, sum_money, zero
from dunning_sdk.errors import (
    CurrencyMismatchError,
    InvalidAmountError,
    InvalidSplitError,
    UnknownCurrencyError,
)

AMOUNTS = st.builds(Money, st.integers(-(10**15), 10**15), st.sampled_from(sorted(EXPONENTS)))
EUROS = st.builds(Money, st.integers(-(10**15), 10**15), st.just("EUR"))
WEIGHTS = st.lists(
    st.integers(0, 10**6) | st.decimals(0, 1000, allow_nan=False, places=4), min_size=1, max_size=8
).filter(any)


def euros(text):
    return Money.from_major(text, "EUR")


# Making money


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("EUR", 2), ("JPY", 0), ("XPF", 0), ("TND", 3), ("KWD", 3), ("CLF", 4), ("HRK", 2)],
)
def test_each_currency_has_its_decimals(currency, decimals):
    assert exponent(currency) == decimals


@pytest.mark.parametrize("currency", ["EURO", "eur", "", "XXX", "XAU", "EU R"])
def test_what_is_not_a_currency_is_refused(currency):
    with pytest.raises(UnknownCurrencyError):
        exponent(currency)
    with pytest.raises(UnknownCurrencyError):
        Money(1, currency)
    with pytest.raises(UnknownCurrencyError):
        Money.from_major("1", currency)


def test_an_unknown_currency_names_the_nearest():
    with pytest.raises(UnknownCurrencyError) as caught:
        Money(1, "EURO")

    assert str(caught.value).startswith(
        "Currency 'EURO' is not an ISO 4217 code — Did you mean EUR"
    )


@pytest.mark.parametrize("minor", [1.0, Decimal(1), "1", True, None])
def test_money_holds_an_int_and_nothing_like_it(minor):
    with pytest.raises(InvalidAmountError):
        Money(minor, "EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.5", "EUR", 1250),
        ("-0.01", "EUR", -1),
        ("+3", "EUR", 300),
        ("12.500", "EUR", 1250),
        (Decimal("1E+3"), "EUR", 100_000),
        (7, "EUR", 700),
        ("1234", "JPY", 1234),
        ("1.234", "TND", 1234),
        ("0.0001", "CLF", 1),
    ],
)
def test_major_units_become_minor_units(amount, currency, minor):
    assert Money.from_major(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("0.001", "EUR"), ("1.5", "JPY"), (Decimal("1E-9"), "EUR"), (Decimal("1E-99999"), "EUR")],
)
def test_an_amount_that_does_not_fit_is_refused_unless_a_rounding_is_named(amount, currency):
    with pytest.raises(InvalidAmountError, match="decimals"):
        Money.from_major(amount, currency)

    assert isinstance(Money.from_major(amount, currency, rounding=ROUND_HALF_UP), Money)


@pytest.mark.parametrize(
    ("rounding", "minor"), [(ROUND_HALF_UP, 13), (ROUND_HALF_EVEN, 12), (ROUND_DOWN, 12)]
)
def test_the_rounding_named_is_used(rounding, minor):
    assert Money.from_major("0.125", "EUR", rounding=rounding) == Money(minor, "EUR")


@pytest.mark.parametrize(
    "amount",
    [
        *[1.5, True, None, "", "1,5", "1e3", " 1", "1 000", "NaN", "١", "1."],
        *[Decimal("NaN"), Decimal("Infinity"), Decimal("1E+99"), Decimal("1E+999999"), "9" * 41],
    ],
)
def test_what_is_not_a_plain_finite_decimal_is_refused(amount):
    with pytest.raises(InvalidAmountError):
        Money.from_major(amount, "EUR")


@given(money=AMOUNTS)
def test_major_units_and_back_is_the_same_money(money):
    assert Money.from_major(money.major, money.currency) == money
    assert Money.from_major(str(money.major), money.currency) == money
    assert -money.major.as_tuple().exponent == exponent(money.currency)


def test_forty_digits_are_exact():
    money = Money(10**39 + 1, "EUR")

    assert str(money.major) == "1" + "0" * 36 + "0.01"
    assert Money.from_major(money.major, "EUR") == money


# Reckoning


def test_money_adds_subtracts_and_multiplies_by_whole_numbers():
    a, b = euros("10.00"), euros("0.01")

    assert (a + b, a - b, -a, a * 3, 3 * a, abs(-a)) == (
        euros("10.01"),
        euros("9.99"),
        euros("-10.00"),
        euros("30.00"),
        euros("30.00"),
        a,
    )


def test_two_currencies_never_meet():
    a, b = Money(1, "EUR"), Money(1, "USD")
    for meet in (
        lambda: a + b,
        lambda: a - b,
        lambda: a < b,
        lambda: a <= b,
        lambda: a > b,
        lambda: a >= b,
        lambda: max(a, b),
        lambda: sum_money([a, b], "EUR"),
        lambda: sum_money([b], "EUR"),
    ):
        with pytest.raises(CurrencyMismatchError):
            meet()


def test_equal_money_is_one_and_two_currencies_are_not_equal():
    assert Money(1, "EUR") == Money(1, "EUR")
    assert Money(1, "EUR") != Money(1, "USD")
    assert len({Money(1, "EUR"), Money(1, "EUR"), Money(1, "USD")}) == 2


def test_money_is_ordered_within_a_currency():
    less, more = euros("1"), euros("2")

    assert (less < more, less <= more, less > more, less >= more) == (True, True, False, False)
    assert sorted([more, less]) == [less, more]


@pytest.mark.parametrize("other", [1, 1.5, Decimal(1), "1", None])
def test_money_and_bare_numbers_do_not_mix(other):
    money = euros("1")
    for mix in (
        lambda: money + other,
        lambda: money - other,
        lambda: money < other,
        lambda: money <= other,
        lambda: money > other,
        lambda: money >= other,
    ):
        with pytest.raises(TypeError):
            mix()


@pytest.mark.parametrize("factor", [1.5, Decimal("1.5"), True, "2"])
def test_money_is_multiplied_by_whole_numbers_only(factor):
    with pytest.raises(TypeError):
        euros("1") * factor


def test_money_cannot_be_changed():
    with pytest.raises(AttributeError):
        euros("1").minor = 2


def test_sums_start_from_nothing():
    assert zero("EUR") == Money(0, "EUR")
    assert sum_money([], "JPY") == Money(0, "JPY")
    assert sum_money([euros("1"), euros("2.50")], "EUR") == euros("3.50")


def test_money_reads_as_amount_and_currency_and_survives_pickling():
    assert (str(Money(-5, "EUR")), str(Money(5, "JPY")), str(Money(5, "TND"))) == (
        "-0.05 EUR",
        "5 JPY",
        "0.005 TND",
    )
    assert pickle.loads(pickle.dumps(euros("1"))) == euros("1")  # noqa: S301 - our own bytes


# Dividing


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        ("100.00", [1, 1, 1], ["33.34", "33.33", "33.33"]),
        ("0.05", [1, 1, 1], ["0.02", "0.02", "0.01"]),
        ("-0.05", [1, 1, 1], ["-0.02", "-0.02", "-0.01"]),
        ("0.01", [0, 1, 1], ["0.00", "0.01", "0.00"]),
        ("0.03", [1, 5], ["0.01", "0.02"]),
        ("12000.00", [Decimal("8000"), Decimal("4000")], ["8000.00", "4000.00"]),
        ("10.00", [Decimal("0.7"), Decimal("0.3")], ["7.00", "3.00"]),
        ("1.00", [7], ["1.00"]),
        ("0.00", [1, 2], ["0.00", "0.00"]),
    ],
)
def test_an_amount_is_divided_by_largest_remainder_ties_to_the_first(amount, weights, parts):
    assert euros(amount).allocate(weights) == tuple(euros(part) for part in parts)


@pytest.mark.parametrize(
    "weights",
    [[], [0], [0, 0], [1, -1], [0.5, 0.5], [True], ["1"], [Decimal("NaN")], [Decimal("Infinity")]],
)
def test_weights_that_divide_nothing_are_refused(weights):
    with pytest.raises(InvalidSplitError):
        euros("1").allocate(weights)


@given(money=EUROS, weights=WEIGHTS)
def test_parts_sum_to_the_whole(money, weights):
    assert sum_money(money.allocate(weights), "EUR") == money


@given(money=EUROS, weights=WEIGHTS)
def test_no_part_is_a_minor_unit_or_more_from_its_exact_share(money, weights):
    total = sum(map(Decimal, weights))
    for part, weight in zip(money.allocate(weights), weights, strict=True):
        assert abs(part.minor * total - money.minor * Decimal(weight)) < total


@given(money=EUROS, weights=WEIGHTS)
def test_who_weighs_nothing_gets_nothing(money, weights):
    parts = money.allocate([*weights, 0])

    assert parts[-1] == zero("EUR")
    assert parts[:-1] == money.allocate(weights)


@given(money=EUROS, weights=WEIGHTS)
def test_opposites_are_divided_alike(money, weights):
    assert (-money).allocate(weights) == tuple(-part for part in money.allocate(weights))


@given(money=EUROS, weights=WEIGHTS, factor=st.integers(1, 1000))
def test_only_proportions_count(money, weights, factor):
    assert money.allocate([weight * factor for weight in weights]) == money.allocate(weights)


@given(money=EUROS, others=EUROS)
def test_adding_and_taking_away_is_nothing(money, others):
    assert money + others - others == money
    assert (money < others) == (money.minor < others.minor)
