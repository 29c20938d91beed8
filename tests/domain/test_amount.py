from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.amount import format_minor
from dunning_sdk.domain.money import Money, parse_amount
from dunning_sdk.errors import DomainError, InvalidAmountError

NBSP = "\u00a0"
NARROW = "\u202f"


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (12_000_00, "EUR", "fr", f"12{NARROW}000,00{NBSP}€"),
        (12_000_00, "EUR", "fr-BE", f"12{NARROW}000,00{NBSP}€"),
        (12_000_00, "EUR", "en", "€12,000.00"),
        (12_000_00, "EUR", "en_GB", "€12,000.00"),
        (12_000_00, "EUR", "de", f"12.000,00{NBSP}€"),
        (1_234_567_89, "EUR", "fr", f"1{NARROW}234{NARROW}567,89{NBSP}€"),
        (-5, "EUR", "fr", f"-0,05{NBSP}€"),
        (-5, "EUR", "en", "-€0.05"),
        (0, "EUR", "de", f"0,00{NBSP}€"),
        (99_900, "EUR", "en", "€999.00"),
        (150_000, "JPY", "en", "¥150,000"),
        (150_000, "JPY", "fr", f"150{NARROW}000{NBSP}JPY"),
        (1_234, "TND", "fr", f"1,234{NBSP}TND"),
        (1_234, "TND", "en", f"TND{NBSP}1.234"),
        (12_00, "USD", "fr", f"12,00{NBSP}USD"),
        (12_00, "USD", "en", "$12.00"),
        (12_00, "GBP", "de", f"12,00{NBSP}£"),
    ],
)
def test_readers_see_amounts_the_way_they_write_them(minor, currency, locale, text):
    assert Money(minor, currency).format(locale) == text


@pytest.mark.parametrize("locale", ["it", "", "french"])
def test_a_language_without_a_style_is_refused(locale):
    with pytest.raises(DomainError) as caught:
        Money(1, "EUR").format(locale)

    assert caught.value.code == "domain.unknown-locale"


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [
        ("12 000,00", ",", "12000.00"),
        (f"12{NBSP}000,00", ",", "12000.00"),
        (f"12{NARROW}000,00", ",", "12000.00"),
        ("12.000,00", ",", "12000.00"),
        ("1.234,56", ",", "1234.56"),
        ("1.234.567", ",", "1234567"),
        ("12'000.50", ".", "12000.50"),
        ("12’000.50", ".", "12000.50"),
        ("12,000.00", ".", "12000.00"),
        ("1,234,567.8", ".", "1234567.8"),
        ("12000,00", ",", "12000.00"),
        ("12000", ".", "12000"),
        ("-12,50", ",", "-12.50"),
        ("−12,50", ",", "-12.50"),
        ("+12,50", ",", "12.50"),
        ("  0,05 ", ",", "0.05"),
        ("0.001", ".", "0.001"),
    ],
)
def test_an_amount_is_read_by_its_decimal_mark(text, mark, amount):
    read = parse_amount(text, decimal_mark=mark)

    assert str(read) == amount


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("12,00", "."),
        ("1.23", ","),
        ("1.2345", ","),
        ("1234.567,00", ","),
        ("1.234 567,00", ","),
        ("1,23,456.00", "."),
        ("1.234.56", "."),
        ("12  000,00", ","),
        (",50", ","),
        ("12,", ","),
        ("", ","),
        ("-", ","),
        ("- 5", ","),
        ("5-", ","),
        ("12 €", ","),
        ("EUR 12", "."),
        ("1e3", "."),
        ("NaN", "."),
        ("١٢", "."),
        ("12\n000", ","),
    ],
)
def test_a_doubtful_amount_is_refused(text, mark):
    with pytest.raises(InvalidAmountError):
        parse_amount(text, decimal_mark=mark)


def test_the_message_does_not_repeat_the_text():
    with pytest.raises(InvalidAmountError) as caught:
        parse_amount("FR7630006000011234567890189", decimal_mark=",")

    assert str(caught.value) == (
        "The text is not an amount with the decimal mark ',' — "
        "Write it like 12 000,00, or declare the other decimal mark"
    )


@given(minor=st.integers(-(10**15), 10**15), style=st.sampled_from([("fr", ","), ("de", ",")]))
def test_what_is_written_is_read_again(minor, style):
    locale, mark = style
    number, _, _ = Money(minor, "EUR").format(locale).rpartition(NBSP)

    assert parse_amount(number, decimal_mark=mark) == Money(minor, "EUR").major


@given(minor=st.integers(-(10**15), 10**15))
def test_what_is_written_in_english_is_read_again(minor):
    number = format_minor(minor, decimals=2, currency="EUR", locale="en").replace("€", "")

    assert parse_amount(number, decimal_mark=".") == Decimal(minor) / 100
