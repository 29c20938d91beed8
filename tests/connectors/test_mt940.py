"""MT940: tags and their order, marks, structured texts, and damaged samples."""

import logging
import sys
from contextlib import contextmanager
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dunning_sdk.connectors.mt940_tags import check_order, split_statements, split_tags
from dunning_sdk.connectors.statement_files import StatementSource, read_statements
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import ConfigError, InputError
from tests.connectors.test_einvoice_files import damaged
from tests.contracts.connector_contract import PaymentSourceContract, check_problems
from tests.shared import shared_path

IBAN = "DE89370400440532013000"
HEAD = f":20:STARTUMS\n:25:{IBAN}EUR\n:28C:7/1\n:60F:C260301EUR10,00\n"
TAIL = ":62F:C260331EUR110,00\n-\n"
ENTRY = ":61:2603030303CR100,00NTRFNONREF//B-1\n"
DETAILS = (
    ":86:166?00GUTSCHRIFT?20EREF+E-1?21SVWZ+Rechnung F-1 vom ?2201.03.2026?30COBADEFFXXX\n"
    "?31FR7630006000011234567890189?32Erika Muster?33mann GmbH?70ignored\n"
)


def read_all(text):
    return read_statements(text.encode(), source="b.sta")


def read(*entries):
    (statement,) = read_all(HEAD + "".join(entries) + TAIL)
    return statement


class TestContract(PaymentSourceContract):
    @pytest.fixture
    def open_source(self, tmp_path):
        bad = ENTRY.replace("260303", "263303")
        text = HEAD + ENTRY + DETAILS + bad + ENTRY + DETAILS + TAIL + ":20:X\n"
        (tmp_path / "b.sta").write_text(text, encoding="utf-8")
        return lambda: StatementSource(tmp_path)


def test_a_credit_is_a_payment():
    statement = read(ENTRY, DETAILS)
    (payment,) = statement.payments

    assert payment == Payment(
        id=payment.id,
        received_on=date(2026, 3, 3),
        amount=Money(100_00, "EUR"),
        payer_name="Erika Mustermann GmbH",
        payer_iban="FR7630006000011234567890189",
        reference="Rechnung F-1 vom 01.03.2026",
        end_to_end_id="E-1",
        account_iban=IBAN,
    )
    assert statement.complete_until == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("mark", "entry_type", "code", "kind"),
    [
        ("C", "NTRF", "166", PaymentKind.CREDIT_TRANSFER),
        ("C", "NDDT", "171", PaymentKind.DIRECT_DEBIT),
        ("C", "NTRF", "159", PaymentKind.OTHER),
        ("C", "NRTI", "166", PaymentKind.OTHER),
        ("RD", "NTRF", "116", PaymentKind.OTHER),
        ("RC", "NTRF", "166", PaymentKind.RETURN),
        ("D", "NDDT", "109", PaymentKind.RETURN),
        ("D", "NRTI", "005", PaymentKind.RETURN),
        ("D", "NTRF", "116", None),
    ],
)
def test_the_mark_and_the_banks_codes_tell_the_kind(mark, entry_type, code, kind):
    line = f":61:260303{mark}R100,00{entry_type}K-1//B-1\n:86:{code}?20x\n"
    statement = read(line)

    assert [payment.kind for payment in statement.payments] == ([kind] if kind else [])
    assert statement.skipped == (0 if kind else 1)


def test_a_return_says_what_it_returns():
    by_customer = read(":61:260303RC100,00NTRFK-1//B-1\n:86:166?20x\n").payments
    by_end_to_end = read(":61:260303D100,00NTRFNONREF//B-1\n:86:109?20EREF+E-9\n").payments
    by_bank = read(":61:260303RC100,00NTRFNONREF//B-1\n:86:166?20x\n").payments

    assert [p[0].returns for p in (by_customer, by_end_to_end, by_bank)] == ["K-1", "E-9", "B-1"]


def test_who_the_money_is_really_from_is_kept():
    details = ":86:166?20SVWZ+F-1ABWA+Tochter AG?32Mutter AG\n"
    (payment,) = read(ENTRY, details).payments
    (alone,) = read(ENTRY, details.replace("?32Mutter AG", "")).payments

    assert (payment.payer_name, payment.reference) == ("Mutter AG", "F-1 Tochter AG")
    assert (alone.payer_name, alone.reference) == ("Tochter AG", "F-1")


def test_free_text_is_taken_whole_and_in_one_line():
    text = "x" * 700
    (payment,) = read(ENTRY, f":86:FACTUUR 1\n NR 2\n{text}\n").payments

    assert payment.reference == f"FACTUUR 1 NR 2 {text}"


def test_without_details_the_supplement_of_the_entry_is_taken():
    (payment,) = read(ENTRY.rstrip() + "\nVIREMENT F-1\n").payments

    assert payment.reference == "VIREMENT F-1"


def test_what_explains_the_balance_belongs_to_no_payment():
    (statement,) = read_all(HEAD + ENTRY + ":86:F-1\n" + TAIL.replace("-\n", ":86:Fees\n"))

    assert [payment.reference for payment in statement.payments] == ["F-1"]


@pytest.mark.parametrize("entry", [":61:2603030303C0,00NTRFX\n", ":61:260303D5,NTRFX\n"])
def test_what_brings_no_money_is_passed_over_and_counted(entry):
    statement = read(entry)

    assert (statement.payments, statement.skipped) == ((), 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ENTRY + HEAD + TAIL, "b.sta:1: :61:: stands before any :20:"),
        (":20:A\n:28:1\n", "b.sta:1: :20:: begins a statement without :25:"),
        (":20:A\n:28:1\n:25:B\n", "b.sta:3: :25:: may not stand after :28:"),
        (HEAD + TAIL[:-2] + ENTRY, "b.sta:6: :61:: may not stand after :62F:"),
        (HEAD + TAIL[:-2] + TAIL, "b.sta:6: :62F:: stands twice"),
        (HEAD + ":60F:C260301EUR1,\n", "b.sta:5: :60F:: stands twice"),
        (HEAD + ":86:x\n" + TAIL, "b.sta:5: :86:: explains nothing after :60F:"),
        (HEAD + ":62F:yesterday\n", "b.sta:5: :62F:: has not the form of a balance"),
        (HEAD + ":62F:C260231EUR1,\n", "b.sta:5: :62F:: has a date that is none"),
        (":20:A\n:25:B\n:61:260303C1,00NTRFX\n", "b.sta:3: :61:: is in an unknown currency"),
    ],
)
def test_tags_out_of_order_are_one_error_and_bring_no_payment(text, expected):
    first = read_all(text)[0]

    assert first.payments == ()
    assert [str(problem)[: len(expected)] for problem in first.problems] == [expected]
    check_problems(first.problems)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (":61:260303X1,00NTRFX\n", "b.sta:6: :61:: has not the form of an entry"),
        (":61:260303C1.00NTRFX\n", "b.sta:6: :61:: has not the form of an entry"),
        (":61:260303C1,00\n", "b.sta:6: :61:: has not the form of an entry"),
        (":61:260231C1,00NTRFX\n", "b.sta:6: :61:: has a date that is none"),
        (":61:260303C1,005NTRFX\n", "b.sta:6: :61:: An amount in EUR has more than 2 decimals"),
    ],
)
def test_a_bad_entry_is_one_error_and_the_others_stand(entry, expected):
    statement = read(ENTRY, entry, ENTRY)

    assert [str(problem)[: len(expected)] for problem in statement.problems] == [expected]
    assert len(statement.payments) == 2
    assert statement.complete_until is None
    check_problems(statement.problems)


def test_an_unknown_currency_is_an_error_of_its_entries():
    (statement,) = read_all((HEAD + ENTRY + TAIL).replace("EUR", "ECU"))

    assert [str(p).split(" — ")[0] for p in statement.problems] == [
        "b.sta:5: :61:: Currency 'ECU' is not an ISO 4217 code"
    ]


def test_a_broken_statement_costs_no_other():
    statements = read_all(":20:A\n" + HEAD + ENTRY + TAIL + ":20:B\n")

    assert [len(s.payments) for s in statements] == [0, 1, 0]
    assert [len(s.problems) for s in statements] == [1, 0, 1]


def test_blocks_around_a_statement_are_left_out():
    text = "{1:F01BANK}{2:I940}{4:\n" + HEAD + ENTRY + ":86:F-1\n-}{5:{CHK:1}}\n"
    (statement,) = read_all(text)

    assert [payment.reference for payment in statement.payments] == ["F-1"]


def test_a_line_that_looks_like_an_unknown_tag_goes_on_with_the_text():
    tags = split_tags(":20:A\r\n:25:B\r\n:86:12:11\r\n:12:11 x\r\n:940:\r\n")

    assert [(tag.name, tag.line, tag.text) for tag in tags] == [
        ("20", 1, "A"),
        ("25", 2, "B"),
        ("86", 3, "12:11\n:12:11 x\n:940:"),
    ]


def test_names_in_a_legacy_encoding_are_read(tmp_path):
    content = (HEAD + ENTRY + ":86:166?20x?32M\u00fcller\n" + TAIL).encode("latin-1")
    (statement,) = read_statements(content, source="b.sta")

    assert [payment.payer_name for payment in statement.payments] == ["Müller"]


@pytest.mark.parametrize("booked", ["", "0000", "0303", "    ", "9999"])
def test_a_booking_date_that_is_none_costs_no_entry(booked):
    (payment,) = read(f":61:260303{booked}CR1,00NTRFA\nB\nC\n").payments

    assert (payment.received_on, payment.reference) == (date(2026, 3, 3), "B C")


@pytest.mark.parametrize(("written", "expected"), [("260230", 28), ("240230", 29), ("260229", 28)])
def test_the_30th_of_february_is_its_last_day(written, expected):
    (payment,) = read(f":61:{written}C1,00NTRFA\n").payments

    assert (payment.received_on.month, payment.received_on.day) == (2, expected)


def test_years_before_2000_are_read():
    (statement,) = read_all((HEAD + ENTRY + TAIL).replace("26030", "99030"))

    assert [p.received_on for p in statement.payments] == [date(1999, 3, 3)]


def test_equal_payments_stay_two_and_overlaps_become_one(tmp_path):
    def ids(*texts):
        for number, text in enumerate(texts):
            (tmp_path / f"{number}.sta").write_text(text, encoding="utf-8")
        return [payment.id for payment in StatementSource(tmp_path).fetch().records]

    unreferenced = ENTRY.replace("//B-1", "")
    assert len(ids(HEAD + ENTRY + ENTRY + TAIL)) == 2
    assert len(ids(HEAD + ENTRY + TAIL, HEAD.replace("7/1", "8/1") + ENTRY + TAIL)) == 1
    assert len(ids(*(HEAD.replace("7/1", n) + unreferenced + TAIL for n in ("7/1", "8/1")))) == 2


def test_text_that_names_a_file_opens_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ":20:A").write_text(HEAD + ENTRY + TAIL, encoding="utf-8")

    assert read_all(":20:A")[0].payments == ()


@pytest.mark.parametrize("content", ["Hello", "{}", "%PDF-1.7", "a;b\n1;2"])
def test_text_without_tags_is_no_statement(content):
    with pytest.raises(InputError, match=r"^b\.sta:1: is no MT940 statement"):
        read_all(content)


def test_without_mt_940_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "mt940", None)
    with pytest.raises(ConfigError, match=r'pip install "dunning-sdk\[bank\]"'):
        read(ENTRY)


@given(st.text(alphabet="abC0,/?:\n-", max_size=60))
def test_no_text_of_an_entry_reaches_the_logs(rest):
    with capture_logs() as records:
        read(f":61:260303C1,00NTRFSecret {rest}\n:86:{rest}\n")

    assert [record for record in records if record.levelno > logging.DEBUG] == []


@contextmanager
def capture_logs():
    """Collect what the library logs."""
    handler = logging.Handler()
    records = []
    handler.emit = records.append
    logger = logging.getLogger("mt940")
    logger.addHandler(handler)
    try:
        yield records
    finally:
        logger.removeHandler(handler)


@given(st.text(alphabet=":0123456789FCMNS\nAEUR,-{}", max_size=300))
def test_any_tags_are_checked_without_an_exception(text):
    for tags in split_statements(split_tags(text)):
        fault = check_order(tags, source="x")
        assert fault is None or type(fault) is InputError


SAMPLES = [
    "mt940/cmxl__mt940.sta",
    "mt940/jejik__knab.sta",
    "mt940/self-provided__raphaelm.sta",
    "mt940/mBank__with_newline_in_tnr.sta",
    "camt/camt053.v2.multi.statement.xml",
    "camt/camt053.v8.xml",
    "camt/camt054.v8.xml",
]


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_sample_is_read_or_is_an_input_error(name, data):
    content = damaged(shared_path(f"contracts/{name}").read_bytes(), data)
    try:
        statements = read_statements(content, source="x")
    except InputError as problem:
        check_problems([problem])
    else:
        for statement in statements:
            check_problems(statement.problems)
            assert all(payment.amount.minor > 0 for payment in statement.payments)
