"""Worked examples of late interest, to the cent, each under its stated convention."""

import json
from datetime import date
from decimal import Decimal

import pytest

from dunning_sdk.domain.money import Money
from dunning_sdk.errors import InvalidAmountError
from dunning_sdk.law.claim import Claim, Convention, Rounding
from dunning_sdk.law.compensation import recovery_compensation
from dunning_sdk.law.interest import late_interest
from dunning_sdk.law.parameter import half_year_end, half_year_start
from dunning_sdk.law.rate import rate_of
from dunning_sdk.law.statement import YEAR_DAYS
from dunning_sdk.law.wording import statement_data
from tests.law.build import STATUTES, a_claim
from tests.shared import shared_path

REGIMES = {"FR_PUB": ("FR", "public")}
CURRENCIES = {"UK": "GBP", "PL": "PLN"}


def oracles():
    found = json.loads(shared_path("reference/law-data/oracles.json").read_text(encoding="utf-8"))
    assert len(found) >= 10
    return found


def of_oracle(case, rounding):
    jurisdiction, regime = REGIMES.get(case["regime"], (case["regime"], "business"))
    return Claim(
        jurisdiction=jurisdiction,
        regime=regime,
        principal=Money.from_major(case["principal"], CURRENCIES.get(case["regime"], "EUR")),
        due_on=date.fromisoformat(case["due"]),
        until_on=date.fromisoformat(case["paid"]),
        convention={"(]": Convention.AFTER_DUE, "[)": Convention.FROM_DUE}[case["conv"]],
        rounding=rounding,
    )


def test_every_oracle_holds_with_every_segment():
    for case in oracles():
        if "the wrong mode" in case.get("note", ""):
            continue
        once = late_interest(STATUTES, of_oracle(case, Rounding.ONCE))
        by_segment = late_interest(STATUTES, of_oracle(case, Rounding.PER_SEGMENT))
        segments = [
            [row["first_on"], row["last_on"], row["days"], row["rate_pct"], row["interest"]]
            for row in statement_data(once)["segments"]
        ]

        assert segments == case["segments"]
        assert str(once.total.major) == case["total_round_once"]
        assert str(by_segment.total.major) == case["total_round_per_segment"]


def test_the_oracle_in_the_wrong_mode_has_the_right_rates_but_the_act_fixes_the_first():
    case = next(item for item in oracles() if "the wrong mode" in item.get("note", ""))
    rule = STATUTES.parameter("gb.late-payment.business")
    rates = [
        str(rate_of(STATUTES, rule, date.fromisoformat(segment[0])).yearly * 100)
        for segment in case["segments"]
    ]
    fixed = late_interest(STATUTES, of_oracle(case, Rounding.ONCE))

    assert [Decimal(rate) for rate in rates] == [Decimal(row[3]) for row in case["segments"]]
    assert {segment.rate.yearly for segment in fixed.segments} == {Decimal("0.1275")}
    assert str(fixed.total.major) == "556.28"


@pytest.mark.parametrize(
    ("code", "principal", "due_on", "until_on", "options", "total"),
    [
        ("ES", "1250", "2026-05-01", "2026-06-07", {}, "12.86"),
        ("NL", "5000", "2026-01-01", "2026-04-01", {}, "125.14"),
        ("PL", "100000", "2026-01-12", "2026-07-20", {}, "7235.62"),
        ("PL", "100000", "2026-01-12", "2026-07-20", {"rounding": "per-segment"}, "7235.61"),
        ("AT", "1200", "2026-06-30", "2026-07-30", {}, "10.58"),
        ("FR", "10000", "2026-05-01", "2026-09-01", {"convention": "from-due"}, "413.68"),
        ("FR", "10000", "2026-05-01", "2026-09-01", {}, "413.75"),
        ("FR", "10000", "2026-05-01", "2026-09-01", {"rounding": "per-segment"}, "413.76"),
        ("FR", "10000", "2026-05-01", "2026-09-01", {"regime": "public"}, "342.04"),
        ("BE", "10000", "2026-05-01", "2026-09-01", {}, "353.84"),
    ],
)
def test_worked_example(code, principal, due_on, until_on, options, total):
    claim = a_claim(
        jurisdiction=code,
        principal=Money.from_major(principal, CURRENCIES.get(code, "EUR")),
        due_on=date.fromisoformat(due_on),
        until_on=date.fromisoformat(until_on),
        **options,
    )

    assert str(late_interest(STATUTES, claim).total.major) == total


def test_a_rounded_day_times_days_is_not_the_interest():
    exact = Decimal(1000) * Decimal("0.085") * 50 / YEAR_DAYS

    assert (round(exact, 2), 50 * round(exact / 50, 2)) == (Decimal("11.64"), Decimal("11.50"))


@pytest.mark.parametrize(
    ("code", "principal", "currency", "expected"),
    [
        ("UK", "999.99", "GBP", "40.00 GBP"),
        ("UK", "1000", "GBP", "70.00 GBP"),
        ("UK", "9999.99", "GBP", "70.00 GBP"),
        ("UK", "10000", "GBP", "100.00 GBP"),
        ("NL", "412.30", "EUR", "61.85 EUR"),
        ("NL", "100", "EUR", "40.00 EUR"),
        ("NL", "10000", "EUR", "875.00 EUR"),
        ("NL", "2000000", "EUR", "6775.00 EUR"),
        ("PL", "5000", "PLN", "40.00 EUR"),
        ("PL", "5000.01", "PLN", "70.00 EUR"),
        ("PL", "50000", "PLN", "100.00 EUR"),
        ("FR", "1", "EUR", "40.00 EUR"),
    ],
)
def test_compensation(code, principal, currency, expected):
    found = recovery_compensation(
        STATUTES,
        code,
        Money.from_major(principal, currency),
        due_on=date(2026, 5, 1),
        regime="business",
    )

    assert str(found.amount) == expected


def test_compensation_of_a_negative_principal_is_refused_and_a_consumer_owes_none():
    def compensation(minor, regime):
        return recovery_compensation(
            STATUTES, "FR", Money(minor, "EUR"), due_on=date(2026, 5, 1), regime=regime
        )

    with pytest.raises(InvalidAmountError, match="negative"):
        compensation(-1, "business")
    assert compensation(100_00, "consumer") is None
    assert compensation(100_00, "public").parameter_id == "fr.compensation.public"


def test_the_half_year_table_is_what_the_rules_give():
    import csv

    path = shared_path("reference/law-data/half_year_rates.csv")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rules = {
        "FR_default_mro+10": ["fr.late-payment.business"],
        "FR_floor_3x_legal": ["fr.late-payment.contract-floor"],
        "EU_mro+8(NL,LU,ES,IT,PT,IE,FR_public)": [
            *(f"{code}.late-payment.business" for code in ("nl", "lu", "es", "it", "pt", "ie")),
            "fr.late-payment.public",
        ],
        "DE_b2b": ["de.late-payment.business"],
        "DE_b2c": ["de.late-payment.consumer"],
        "BE": ["be.late-payment.business"],
        "AT": ["at.late-payment.business"],
        "UK(date interest starts)": ["gb.late-payment.business"],
    }
    assert len(rows) == 24
    for row in rows:
        on = date.fromisoformat(row["half_year_start"])
        assert (half_year_start(on), half_year_end(on) > on) == (on, True)
        for column, ids in rules.items():
            for id in ids:
                rate = rate_of(STATUTES, STATUTES.parameter(id), on)

                assert (on, id, rate.yearly * 100) == (on, id, Decimal(row[column]))


def test_the_french_floor_and_the_default_cross():
    def yearly(name, on):
        return rate_of(STATUTES, STATUTES.parameter(f"fr.late-payment.{name}"), on).yearly

    assert yearly("contract-floor", date(2024, 1, 1)) > yearly("business", date(2024, 1, 1))
    assert yearly("contract-floor", date(2026, 1, 1)) < yearly("business", date(2026, 1, 1))
