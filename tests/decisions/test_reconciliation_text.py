"""Which invoice numbers a text quotes, and what is none though it looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.decisions.number_index import NumberIndex, ReadAs, is_creditor_reference
from dunning_sdk.decisions.remittance import Quote, Reading, Strength, read

NUMBERS = NumberIndex(
    [
        ("r42", "INV-2026-0042", ""),
        ("r43", "INV-2026-0043", ""),
        ("r1042", "1042", ""),
        ("r1043", "1043", ""),
        ("rlong", "0000611365", ""),
        ("rdate", "15032026", ""),
        ("rday", "20260315", ""),
        ("rmonth", "03/2026", ""),
        ("rslip", "SLIP", "090933755493"),
        ("rf", "X7", "RF18539007547034"),
    ]
)


def quoted(text, *, structured=False):
    found = read(NUMBERS, text, structured=structured).quotes
    return [(quote.ids[0], quote.strength.name) for quote in found]


@pytest.mark.parametrize(
    "text",
    [
        "INV-2026-0042",
        "inv-2026-0042",
        "INV20260042",
        "INV 2026 0042",
        "INV/2026/42",
        "INV-2026-00 42",
        "INV-2026-000042",
        "ＩＮＶ－２０２６－００４２",
        "Invoice INV-2026-0042 of 15.03.2026",
        "FACTUREINV20260042MERCI",
        "Facture n° 2026-0042",
        "Rechnung Nr. 2026 0042",
        "1.234,56 EUR INV-2026-0042",
        "INV-2026-0042/15.03.2026",
        "Kd.Nr. 4711, INV-2026-0042",
    ],
)
def test_a_number_is_read_however_it_is_written(text):
    assert quoted(text) == [("r42", "PLAIN")]


@pytest.mark.parametrize(
    "text",
    [
        "1042",
        "facture 1042",
        "FACTURE1042",
        "Rechnung Nr. 1042",
        "Rg.-Nr:1042",
        "inv #1042",
        "N° 1042",
    ],
)
def test_a_short_number_is_read_where_a_label_or_nothing_else_stands_beside_it(text):
    assert quoted(text) == [("r1042", "PLAIN")]


@pytest.mark.parametrize(
    "text",
    [
        "Rate 1042 Mai",
        "Kundennr. 1042",
        "Client no 1042 merci",
        "XY-1042",
        "XY1042 merci",
        "7-1042 merci",
        "1042-7 merci",
        "1042B merci",
        "1042-B merci",
    ],
)
def test_a_short_number_without_a_label_is_weak(text):
    assert quoted(text) == [("r1042", "WEAK")]


@pytest.mark.parametrize(
    "text",
    [
        "91042 merci",
        "INV-2026-10421",
        "le 15.03.2026 merci",
        "le 15/03/26 merci",
        "2026-03-15 merci",
        "total 1042,00 merci",
        "total 1.042,00 merci",
        "1042 EUR merci",
        "EUR 1042 merci",
        "1 042.00 merci",
        "DE89 3704 0044 0532 0130 00 merci",
        "XX12 3456 7890 1234 5678 merci",
        "FR76 3000 6000 0110 4234 5678 954 merci",
        "merci",
        "2026-0042-99",
        "",
    ],
)
def test_a_piece_of_something_else_is_no_number(text):
    assert [found for found in quoted(text) if found[1] != "WEAK"] == []
    assert "r1042" not in dict(quoted(text))
    assert "rdate" not in dict(quoted(text))


def test_a_labelled_number_that_looks_like_a_date_or_an_amount_is_weak():
    assert quoted("facture 15.03.2026 du 1.3.") == [("rdate", "WEAK")]
    assert quoted("facture 1042 EUR") == [("r1042", "WEAK")]


def test_a_date_without_punctuation_needs_a_label():
    assert quoted("am 20260315 gezahlt") == [("rday", "WEAK")]
    assert quoted("Rechnung 20260315 gezahlt") == [("rday", "PLAIN")]


def test_digits_that_are_no_date_of_our_time_are_a_number():
    numbers = NumberIndex([("r1", "18991231", ""), ("r2", "99999999", "")])

    found = read(numbers, "am 18991231 und 99999999 gezahlt").quotes
    assert [quote.strength for quote in found] == [Strength.PLAIN, Strength.PLAIN]


def test_a_month_needs_a_label():
    assert quoted("loyer 03/2026 merci") == [("rmonth", "WEAK")]
    assert quoted("facture 03/2026 merci") == [("rmonth", "PLAIN")]


def test_a_number_does_not_take_the_first_digit_of_an_amount():
    numbers = NumberIndex([("short", "F-2026-1032", ""), ("long", "F-2026-10321", "")])

    assert read(numbers, "F 2026 1032 1.234,56 EUR").quotes[0].ids == ("short",)


@pytest.mark.parametrize(
    "text",
    [
        "INV-2026-0042 INV-2026-0043",
        "inv20260042,inv20260043",
        "INV-2026-0042 et INV-2026-0043",
        "INV-2026-0042/INV-2026-0043",
    ],
)
def test_several_numbers_are_read_from_one_text(text):
    assert quoted(text) == [("r42", "PLAIN"), ("r43", "PLAIN")]


def test_a_label_holds_for_a_list():
    assert quoted("Factures 1042, 1043 du mois") == [("r1042", "PLAIN"), ("r1043", "PLAIN")]
    assert quoted("Factures 1042 et 1043 du mois") == [("r1042", "PLAIN"), ("r1043", "PLAIN")]
    assert quoted("Facture 1042 pour 1043 du mois") == [("r1042", "PLAIN"), ("r1043", "WEAK")]


def test_leading_zeros_do_not_count():
    assert quoted("611365") == [("rlong", "PLAIN")]
    assert quoted("00000611365") == [("rlong", "PLAIN")]


def test_the_letters_a_number_begins_with_may_be_missing_where_a_label_stands():
    assert quoted("Rechnung 20260042") == [("r42", "PLAIN")]
    assert quoted("Zahlung 20260042 danke") == [("r42", "WEAK")]


def test_too_short_an_end_of_a_number_is_nothing():
    numbers = NumberIndex([("r7", "F-7001", "")])

    assert read(numbers, "Zahlung 7001 danke").quotes == ()
    assert read(numbers, "facture 7001 merci").quotes[0].strength is Strength.WEAK


def test_check_digits_prove_a_creditor_reference():
    assert quoted("RF18 5390 0754 7034") == [("rf", "CHECKED")]
    assert quoted("Zahlung RF18539007547034 danke") == [("rf", "CHECKED")]
    assert is_creditor_reference("RF18539007547034")
    assert not is_creditor_reference("RF19539007547034")
    assert not is_creditor_reference("RF18")
    assert not is_creditor_reference("XX18539007547034")
    assert not is_creditor_reference("RF1é539007547034")


def test_a_creditor_reference_may_hold_the_invoice_number():
    numbers = NumberIndex([("r1", "539007547034", "")])

    assert read(numbers, "RF18539007547034").quotes == (
        Quote(("r1",), Strength.CHECKED, ReadAs("539007547034", "539007547034")),
    )


def test_a_creditor_reference_with_a_wrong_check_is_weak():
    numbers = NumberIndex([("r1", "539007547034", "")])

    assert [q.strength for q in read(numbers, "pour RF19 539007547034").quotes] == [Strength.WEAK]


def test_an_unknown_creditor_reference_is_a_stranger():
    assert read(NUMBERS, "RF712348231") == Reading((), (ReadAs("2348231", "2348231"),))


def test_a_structured_field_that_repeats_the_payment_reference_is_checked():
    assert quoted("+++090/9337/55493+++", structured=True) == [("rslip", "CHECKED")]
    assert quoted("+++090/9337/55493+++") == [("rslip", "PLAIN")]


def test_what_is_built_like_our_numbers_and_is_none_is_a_stranger():
    assert read(NUMBERS, "merci INV-2026-0099").strangers == (ReadAs("INV20260099", "INV|2026|99"),)
    assert read(NUMBERS, "client 20269999 merci").strangers == ()
    assert read(NUMBERS, "le 15.04.2026 merci").strangers == ()


@pytest.mark.parametrize(
    "slip", ["INV-2026-0052", "INV-2026-004", "INV-2026-00424", "INV-2062-0042"]
)
def test_near_numbers_are_one_slip_away(slip):
    numbers = NumberIndex([("r42", "INV-2026-0042", "")])

    assert numbers.near(read(numbers, slip).strangers) == {"r42"}


def test_a_single_letter_is_taken_from_a_word_only_where_the_word_announces_a_number():
    numbers = NumberIndex([("r1", "F123456", "")])

    assert read(numbers, "FACTUREF123456").quotes[0].ids == ("r1",)
    assert [quote.strength for quote in read(numbers, "TARIF123456 x").quotes] == [Strength.WEAK]


@given(number=st.from_regex(r"[A-Z]{1,4}-20[0-9]{2}-[0-9]{4,6}", fullmatch=True), noise=st.text())
def test_a_whole_number_is_found_whatever_stands_around_it(number, noise):
    numbers = NumberIndex([("r1", number, "")])
    text = f"{noise} | facture {number} | {noise}"

    assert "r1" in {id for quote in read(numbers, text).quotes for id in quote.ids}


@given(text=st.text(alphabet=st.sampled_from("INV2026-/., 0423RFEUR€n°"), max_size=60))
def test_no_text_breaks_the_reader(text):
    for quote in read(NUMBERS, text).quotes:
        assert quote.ids
