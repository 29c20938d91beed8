"""Money that does not fit: bank charges, other currencies, and which debt it pays first."""

from datetime import date

import pytest

from dunning_sdk import Engine, Money, Record
from dunning_sdk.domain.event import CHARGE_ASSESSED
from dunning_sdk.errors import ConfigError, CurrencyMismatchError, DomainError
from dunning_sdk.evidence.explanation import lines_of
from dunning_sdk.records.entry import event_of
from dunning_sdk.records.keeping import note_change
from tests.acceptance.program import dunning_here
from tests.engine.company import FIRST, install, pay

ON = date(2026, 1, 20)
IBAN = "DE89370400440532013000"
CASH = "[cash]\nbank_charges_max = { EUR = '15.00' }\n"
STATED = {"rate": "0.92", "rate_source": "ECB", "rate_on": ON}


def opened(folder, more=""):
    engine = Engine.open(install(folder, more=more))
    engine.pull(as_of=FIRST)
    return engine


@pytest.fixture
def engine(tmp_path):
    with opened(tmp_path, CASH) as found:
        yield found


def tell(engine, kind, subject, **values):
    return engine.record(Record(kind=kind, subject=subject, on=ON, values=values))


def usd(text):
    return Money.from_major(text, "USD")


def eur(text):
    return Money.from_major(text, "EUR")


def balances(engine, key):
    found = engine.ledger(key)
    assert found.faults == ()
    return {account.value: minor for account, minor in found.balances.items() if minor}


# bank charges -----------------------------------------------------------------------------


def test_a_transfer_short_within_the_tolerance_settles_and_the_creditor_bears_it(engine, tmp_path):
    pay(tmp_path, f"B-1,{ON},1190.00,EUR,Client D-1,,F-1")
    report = engine.pull(as_of=ON)

    assert report.findings == ["F-1: payment B-1 is 10.00 EUR short, within [cash]: bank charges"]
    assert balances(engine, "F-1") == {
        "cash": 1190_00, "bank-charges": 10_00, "invoiced": -1200_00,
    }  # fmt: skip
    assert engine.decide("F-1", as_of=ON).receivable.charges == ()
    assert any("10.00 EUR" in line for line in lines_of(engine.explain("F-1", as_of=ON)))


def test_a_payment_further_off_is_a_part_payment(engine, tmp_path):
    pay(tmp_path, f"B-1,{ON},1184.99,EUR,Client D-1,,F-1", f"B-2,{ON},50.00,EUR,,,F-2")
    report = engine.pull(as_of=ON)

    assert report.findings == []
    assert balances(engine, "F-1")["principal"] == 15_01


def test_a_returned_payment_makes_what_banks_kept_open_again(engine):
    tell(engine, "payment", "F-1", amount=eur("1190.00"))
    tell(engine, "returned", "F-1")

    assert balances(engine, "F-1") == {"principal": 1200_00, "invoiced": -1200_00}


def test_a_confirmed_payment_may_be_short_too(engine, tmp_path):
    pay(tmp_path, f"B-1,{ON},1195.00,EUR,Client D-1,,")
    engine.pull(as_of=ON)
    engine.confirm_match("payment-unsure:B-1", on=ON, receivable="F-1")

    assert balances(engine, "F-1")["bank-charges"] == 5_00


def test_a_recorded_payment_says_what_is_borne(engine):
    said = tell(engine, "payment", "F-2", amount=eur("599.00"))

    assert said == "payment of 599.00 EUR on F-2; 1.00 EUR short, within [cash]: bank charges"


@pytest.mark.parametrize(
    "amounts", ["{ EUR = '-1.00' }", "{ EUR = '1.001' }", "{ XXY = '1.00' }", "{ EUR = 1 }"]
)
def test_a_tolerance_that_is_no_amount_is_refused(tmp_path, amounts):
    with pytest.raises(ConfigError, match=r"cash\.bank_charges_max"):
        Engine.open(install(tmp_path, more=f"[cash]\nbank_charges_max = {amounts}\n"))


# another currency -------------------------------------------------------------------------


def test_another_currency_counts_at_the_stated_rate(engine):
    tell(engine, "payment", "F-1", amount=usd("1000.00"), **STATED)

    assert balances(engine, "F-1") == {
        "principal": 280_00, "cash": 920_00, "invoiced": -1200_00,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("paid", "cash", "difference"), [("1300.00", 1196_00, 4_00), ("1310.00", 1205_20, -5_20)]
)
def test_what_it_settles_may_be_stated_and_the_difference_is_posted(engine, paid, cash, difference):
    said = tell(engine, "payment", "F-1", amount=usd(paid), settles=eur("1200.00"), **STATED)

    assert "is exchange difference" in said
    assert balances(engine, "F-1") == {
        "cash": cash, "exchange-difference": difference, "invoiced": -1200_00,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "message", "hint"),
    [
        ({}, "is in EUR, not USD", "State rate=… \\(EUR for one USD\\), rate_source=… and rate_on"),
        ({"rate": "0.92"}, "needs its source and its day", "rate_source"),
        ({**STATED, "rate": "x"}, "is not a number", "0.9213"),
        ({**STATED, "rate": "0"}, "above zero", "0.9213"),
        ({**STATED, "rate_on": date(2026, 2, 1)}, "is of 2026-02-01, after", "rate_on"),
        ({**STATED, "settles": eur("1200.00")}, "differs by 280.00 EUR", "At most 18.40 EUR"),
    ],
)
def test_a_payment_in_another_currency_without_a_sound_rate_changes_nothing(
    engine, values, message, hint
):
    before = engine.ledger("F-1")

    with pytest.raises(DomainError, match=message) as refused:
        tell(engine, "payment", "F-1", amount=usd("1000.00"), **values)

    assert refused.match(message)
    assert hint.split("\\")[0] in refused.value.hint
    assert engine.ledger("F-1") == before


def test_a_rate_for_the_same_currency_is_refused(engine):
    with pytest.raises(DomainError, match="there is nothing to convert"):
        tell(engine, "payment", "F-1", amount=eur("10.00"), **STATED)


def test_a_question_in_another_currency_is_answered_with_a_rate(engine, tmp_path):
    pay(tmp_path, f"B-1,{ON},2000.00,USD,Client D-1,,F-1")
    engine.pull(as_of=ON)
    question = next(item.id for item in engine.review(as_of=ON) if item.subject == "B-1")

    with pytest.raises(CurrencyMismatchError, match="is in EUR, not USD"):
        tell(engine, "answer", question, answer="F-1")
    tell(engine, "answer", question, answer="F-1", **STATED)
    rest = next(item for item in engine.review(as_of=ON) if item.subject == "B-1")

    assert balances(engine, "F-1") == {"cash": 1200_00, "invoiced": -1200_00}
    assert (rest.detail["amount_minor"], rest.detail["currency"]) == (640_00, "EUR")


def test_an_answer_may_state_what_is_settled(engine, tmp_path):
    pay(tmp_path, f"B-1,{ON},1300.00,USD,Client D-1,,F-1")
    engine.pull(as_of=ON)
    question = next(item.id for item in engine.review(as_of=ON) if item.subject == "B-1")
    settles = {"answer": "F-1", **STATED, "settles": eur("1201.00")}
    with pytest.raises(DomainError, match=r"is open with 1200\.00 EUR, not 1201\.00 EUR"):
        tell(engine, "answer", question, **settles)
    tell(engine, "answer", question, **{**settles, "settles": eur("1200.00")})

    assert balances(engine, "F-1")["exchange-difference"] == 4_00


def test_a_source_may_state_the_rate(tmp_path):
    rates = {
        "columns": {"rate": "rate", "rate_currency": "into"},
        "constants": {"rate_source": "ECB"},
    }
    with Engine.open(install(tmp_path, rates=rates)) as engine:
        text = "id,on,amount,currency,payer,iban,reference,rate,into\n"
        rows = f"B-1,{ON},1000.00,USD,Client D-1,,F-1,0.92,EUR\nB-2,{ON},9.00,EUR,,,,,\n"
        (tmp_path / "payments.csv").write_text(text + rows)
        engine.pull(as_of=ON)
        again = engine.pull(as_of=ON)

        assert (again.known, again.payments) == (6, 0)
        assert balances(engine, "F-1")["principal"] == 280_00


# which debt first -------------------------------------------------------------------------


def test_the_rule_of_the_configuration_says_which_debt_is_paid_first(tmp_path):
    with opened(tmp_path, "[cash]\nacross = 'oldest'\n") as engine:
        with engine.store.begin() as session:
            kept = session.record("party", "D-1")
            account = {"iban": IBAN, "bic": "", "holder": ""}
            session.put_record("party", "D-1", {**kept, "accounts": [account]}, owner="D-1")
        pay(tmp_path, f"B-2,{ON},1300.00,EUR,Client D-1,{IBAN},")
        engine.pull(as_of=ON)

        assert balances(engine, "F-1") == {"cash": 1200_00, "invoiced": -1200_00}
        assert balances(engine, "F-2")["cash"] == 100_00


@pytest.mark.parametrize(
    ("imputation", "left"),
    [
        ("principal", {"principal": 1100_00, "interest": 30_00, "compensation": 40_00}),
        ("law", {"principal": 1130_00, "compensation": 40_00}),
        ("interest", {"principal": 1130_00, "compensation": 40_00}),
        ("charges", {"principal": 1170_00}),
    ],
)
@pytest.mark.parametrize("by", ["record", "answer", "source"])
def test_law_or_contract_says_what_a_part_payment_pays_first(tmp_path, imputation, left, by):
    with opened(tmp_path, f"[law]\nimputation = '{imputation}'\n") as engine:
        with engine.store.begin() as session:
            asked = (("interest", 30_00), ("compensation", 40_00))
            note_change(
                session,
                [
                    event_of("F-1", CHARGE_ASSESSED, ON, {"charge": kind, "amount_minor": minor})
                    for kind, minor in asked
                ],
            )
        if by == "record":
            tell(engine, "payment", "F-1", amount=eur("100.00"))
        else:
            quoted = "F-1" if by == "source" else ""
            pay(tmp_path, f"B-1,{ON},100.00,EUR,Client D-1,,{quoted}")
            engine.pull(as_of=ON)
        if by == "answer":
            engine.confirm_match("payment-unsure:B-1", on=ON, receivable="F-1")

        found = balances(engine, "F-1")
        claims = ("principal", "interest", "compensation")
        assert {name: found[name] for name in claims if name in found} == left


def test_the_program_records_a_rate(tmp_path):
    install(tmp_path)
    dunning_here(tmp_path, "run", "--as-of", str(FIRST))
    words = ("rate=0.92", "rate_source=ECB", "rate_on=2026-01-20", "settles=920.00")
    dunning_here(
        tmp_path, "record", "payment", "F-1", "amount=1000.00 USD", *words, "--on", str(ON)
    )

    assert dunning_here(tmp_path, "ledger", "F-1")["open_minor"] == 280_00
