"""Payments from CSV files."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.connectors.csv_mapping import CsvPaymentMapping
from dunning_sdk.connectors.csv_payments import CsvPaymentSource, read_payments
from dunning_sdk.domain.exchange import Exchange
from dunning_sdk.domain.money import Money, sum_money
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import ConfigError
from tests.contracts.connector_contract import (
    MissingSourceContract,
    PaymentSourceContract,
    check_problems,
)
from tests.shared import shared_path

COLUMNS = {"received_on": "Date", "amount": "Sum", "payer_name": "From", "reference": "Text"}
HEADER = "Date,Sum,From,Text\n"
GOOD = "2026-01-31,7.50,Dupont,F-1\n"


def a_mapping(**over):
    values = {"columns": COLUMNS, "constants": {"currency": "EUR"}} | over
    return CsvPaymentMapping.load(values, where="test")


def read(text, **over):
    return read_payments(text.encode(), a_mapping(**over), source="bank.csv")


class TestContract(PaymentSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, tmp_path):
        path = tmp_path / "bank.csv"
        path.write_text(HEADER + GOOD + GOOD + "2026-01-31,0,,\nx\n" + GOOD, encoding="utf-8")
        return lambda: CsvPaymentSource(path, a_mapping(complete_until="latest-payment"))

    @pytest.fixture
    def open_missing(self, tmp_path):
        return lambda: CsvPaymentSource(tmp_path / "none.csv", a_mapping())


def test_every_field_can_be_mapped():
    cells = {
        "id": "B-77",
        "received_on": "31.01.2026",
        "amount": "1.234,50",
        "currency": "chf",
        "kind": "direct-debit",
        "payer_name": "Dupont SARL",
        "payer_iban": "FR76 3000 6000 0112 3456 7890 189",
        "reference": "Facture F-1",
        "structured_reference": "RF18539007547034",
        "end_to_end_id": "E2E-1",
        "account_iban": "de89370400440532013000",
        "returns": "B-70",
        "rate": "0,9415",
        "rate_currency": "eur",
        "rate_source": "BNS",
        "rate_on": "30.01.2026",
    }
    batch = read(
        ";".join(cells) + "\n" + ";".join(cells.values()) + "\n",
        columns={field: field for field in cells},
        constants={},
        decimal_mark=",",
        dates="day_first",
    )

    assert set(cells) == a_mapping().fields
    assert batch.problems == ()
    assert batch.records == (
        Payment(
            id="B-77",
            received_on=date(2026, 1, 31),
            amount=Money(1234_50, "CHF"),
            kind=PaymentKind.DIRECT_DEBIT,
            payer_name="Dupont SARL",
            payer_iban="FR7630006000011234567890189",
            reference="Facture F-1",
            structured_reference="RF18539007547034",
            end_to_end_id="E2E-1",
            account_iban="DE89370400440532013000",
            returns="B-70",
            exchange=Exchange(
                rate=Decimal("0.9415"), currency="EUR", source="BNS", on=date(2026, 1, 30)
            ),
        ),
    )


def test_a_row_without_date_is_no_payment():
    batch = read(HEADER + ",9.00,Dupont,F-1\n" + GOOD)

    assert [payment.amount.minor for payment in batch.records] == [750]
    assert batch.problems == ()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2026-01-31,,Dupont,F-1", "bank.csv:3: Sum: is empty"),
        ("2026-01-31,0.00,Dupont,F-1", "bank.csv:3: Sum: is zero"),
        ("2026-01-31,-1.00,Dupont,F-1", "bank.csv:3: Sum: is negative"),
        ("31/01/2026,1.00,Dupont,F-1", "bank.csv:3: Date: is not a date"),
        ("2026-01-31,1.00,Dupont", "bank.csv:3: has 3 cells where the header has 4"),
    ],
)
def test_a_bad_row_is_reported_and_the_others_stand(row, expected):
    batch = read(HEADER + GOOD + row + "\n" + "2026-02-01,1.00,X,Y\n")

    assert [str(problem)[: len(expected)] for problem in batch.problems] == [expected]
    assert [payment.amount.minor for payment in batch.records] == [750, 100]


def test_an_unknown_kind_and_a_wrong_iban_are_reported():
    text = "Date,Sum,K,I\n2026-01-31,1.00,gift,\n2026-01-31,1.00,card,FR00\n"
    columns = {"received_on": "Date", "amount": "Sum", "kind": "K", "payer_iban": "I"}

    assert [str(p).split(" — ")[0] for p in read(text, columns=columns).problems] == [
        "bank.csv:2: K: is not a kind of payment",
        "bank.csv:3: I: is not a correct IBAN",
    ]


def test_money_that_went_out_is_skipped_or_read_as_a_return():
    text = HEADER + GOOD + "2026-02-01,-7.50,Dupont,F-1\n"
    returned = read(text, negative="return").records[1]

    assert [p.amount.minor for p in read(text, negative="skip").records] == [750]
    assert (returned.kind, returned.amount) == (PaymentKind.RETURN, Money(750, "EUR"))


def test_ids_are_hashes_that_keep_equal_payments_apart():
    once = [payment.id for payment in read(HEADER + GOOD).records]
    twice = [payment.id for payment in read(HEADER + GOOD + GOOD).records]
    moved = [payment.id for payment in read(HEADER + "2026-01-01,1,a,b\n" + GOOD).records]

    assert once[0].startswith("csv-")
    assert twice[0] == once[0] == moved[1]
    assert len({*twice, *moved}) == 3


def test_a_given_id_may_stand_once():
    text = "Id,Date,Sum\nA,2026-01-31,1.00\nA,2026-01-31,2.00\n"
    batch = read(text, columns={"id": "Id", "received_on": "Date", "amount": "Sum"})

    assert [payment.id for payment in batch.records] == ["A"]
    assert str(batch.problems[0]).startswith("bank.csv:3: Id: stands on line 2 already")


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (None, None),
        (date(2026, 3, 1), date(2026, 3, 1)),
        ("latest-payment", date(2026, 1, 31)),
    ],
)
def test_how_fresh_the_file_is_must_be_declared(declared, expected):
    assert read(HEADER + GOOD, complete_until=declared).complete_until == expected


def test_an_empty_file_has_no_latest_payment():
    assert read(HEADER, complete_until="latest-payment").complete_until is None


def test_a_declared_column_that_is_missing_is_a_config_error():
    with pytest.raises(ConfigError, match=r"bank\.csv: the header has no column 'From'"):
        read("Date,Sum,Text\n")


@pytest.mark.parametrize(
    ("name", "dates"),
    [
        ("WA_Fn-UseC_-Accounts-Receivable.csv", "month_first"),
        ("pedroteles_variant.csv", "day_first"),
    ],
)
def test_the_ledger_of_invoices_is_a_source_of_payments_too(name, dates):
    mapping = a_mapping(
        columns={
            "received_on": "SettledDate",
            "amount": "InvoiceAmount",
            "payer_name": "customerID",
            "reference": "invoiceNumber",
        },
        constants={"currency": "USD"},
        dates=dates,
        complete_until="latest-payment",
    )
    batch = CsvPaymentSource(shared_path(f"datasets/ibm_ar/{name}"), mapping).fetch()

    assert batch.problems == ()
    assert len(batch.records) == len({payment.id for payment in batch.records}) == 2466
    # awk -F, over the file: sum of column 7, rows per year of column 9, latest date
    assert sum_money((p.amount for p in batch.records), "USD") == Money(147_703_18, "USD")
    years = [payment.received_on.year for payment in batch.records]
    assert [years.count(year) for year in (2012, 2013, 2014)] == [1178, 1275, 13]
    assert batch.complete_until == date(2014, 1, 9)


@given(st.text(alphabet='0123456789-.,"\n;\0Eé', max_size=200))
def test_any_rows_give_a_batch(noise):
    batch = read(HEADER + GOOD + noise)

    assert batch.records[:1] == read(HEADER + GOOD).records
    check_problems(batch.problems)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("0,EUR,ECB", "bank.csv:2: rate: A rate of exchange is a number above zero"),
        ("x,EUR,ECB", "bank.csv:2: rate: "),
        ("0.92,EUR,", "bank.csv:2: rate_source: is empty"),
        ("0.92,,ECB", "bank.csv:2: rate_currency: is empty"),
    ],
)
def test_a_rate_that_is_not_whole_is_a_problem_of_its_row(cells, fault):
    fields = ("received_on", "amount", "rate", "rate_currency", "rate_source")
    text = f"{','.join(fields)}\n2026-01-31,5.00,{cells}\n"
    batch = read(text, columns={field: field for field in fields})

    assert batch.records == ()
    assert str(batch.problems[0]).startswith(fault)
