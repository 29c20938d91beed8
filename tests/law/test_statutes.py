"""Dated values: on a day, over a period, beyond what is known, and supplied by a host."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.calendar import Period
from dunning_sdk.errors import (
    BookSyntaxError,
    InvalidPeriodError,
    LawError,
    ParameterNotFoundError,
    ParameterNotInForceError,
)
from dunning_sdk.law.parameter import Confidence
from dunning_sdk.law.rate import rate_of
from dunning_sdk.law.statutes import read_statutes
from dunning_sdk.law.terms import EndOfMonth, end_of_month_due_on, latest_due_on
from dunning_sdk.law.wording import amount_text
from tests.law.build import STATUTES

MRO = "eu.reference-rate.main-refinancing"
LEGAL = "fr.legal-rate.others"
TEXT = """\
jurisdiction: xx
topic: late-payment
parameters:
  - id: xx.late-payment.base-rate
    title: Base rate for late-payment interest
    unit: percent per year
    selector: half_year
    verified_on: 2026-11-21
    confidence: C
    lawyer_validated: false
    values:
      - {from: 2025-07-01, value: 1.50, source: "Act on X, s. 3; Gazette 12/2025"}
      - {from: 2026-01-01, value: 1.25, source: Gazette 60/2025, confidence: A}
      - {from: 2026-07-01, value: null, source: Repealed by Act on Y}
"""
RATE = "xx.late-payment.base-rate"


def xx():
    return read_statutes({"xx.yaml": TEXT})


def test_a_value_holds_from_its_day_and_percent_became_a_fraction():
    statutes = xx()

    assert statutes.at(RATE, date(2025, 12, 31)).amount == Decimal("0.0150")
    assert statutes.at(RATE, date(2026, 1, 1)).amount == Decimal("0.0125")
    assert statutes.at(RATE, date(2025, 7, 1)).confidence is Confidence.C
    assert statutes.at(RATE, date(2026, 1, 1)).confidence.verified
    assert statutes.at(RATE, date(2026, 1, 1)).source == "Gazette 60/2025"


def test_before_the_first_value_the_error_names_it():
    with pytest.raises(ParameterNotFoundError, match="the first is from 2025-07-01") as caught:
        xx().at(RATE, date(2019, 5, 1))

    assert (caught.value.parameter_id, caught.value.on) == (RATE, date(2019, 5, 1))
    assert caught.value.nearest == (date(2025, 7, 1),)


def test_what_was_repealed_is_not_in_force():
    with pytest.raises(ParameterNotInForceError, match="Act on Y"):
        xx().at(RATE, date(2026, 7, 1))


def test_an_unknown_parameter_is_named_with_the_nearest():
    with pytest.raises(ParameterNotFoundError, match=r"Did you mean xx\.late-payment.base-rate"):
        xx().at("xx.late-payment.base-rates", date(2026, 1, 1))


def test_nothing_is_known_past_the_last_half_year_of_a_series():
    with pytest.raises(ParameterNotFoundError, match="2027-H1") as caught:
        STATUTES.at(LEGAL, date(2027, 1, 1))
    assert caught.value.nearest == (date(2026, 7, 1),)

    with pytest.raises(ParameterNotFoundError, match="2024-H2"):
        STATUTES.at("nl.late-payment.consumer", date(2024, 8, 1))
    with pytest.raises(ParameterNotFoundError, match="2026-H2"):
        STATUTES.at(MRO, date(2026, 10, 29))


def test_the_united_kingdom_goes_by_both_codes():
    assert STATUTES.parameter("uk.late-payment.business").id == "gb.late-payment.business"
    assert STATUTES.jurisdiction("UK") == STATUTES.jurisdiction("gb") == "gb"


@given(st.dates(date(2016, 1, 1), date(2026, 10, 28)), st.integers(0, 2000))
def test_segments_cover_a_period_without_gap(start, days):
    end = min(start + timedelta(days=days), date(2026, 10, 29))
    found = STATUTES.segments(MRO, start, end)
    edges = [value.period for value in found]

    assert sum(period.days for period in edges) == (end - start).days
    assert [period.start for period in edges][1:] == [period.end for period in edges][:-1]
    for value in found:
        assert value.amount == STATUTES.at(MRO, value.period.end - timedelta(days=1)).amount


def test_segments_stop_where_nothing_is_known():
    with pytest.raises(ParameterNotFoundError):
        STATUTES.segments(MRO, date(2026, 9, 1), date(2026, 12, 1))
    with pytest.raises(InvalidPeriodError):
        STATUTES.segments(MRO, date(2026, 9, 1), date(2026, 8, 1))


def test_a_host_supplies_a_value_that_ends_with_its_half_year():
    supplied = STATUTES.with_value(LEGAL, date(2027, 1, 1), Decimal("2.80"), source="Arrêté")
    value = supplied.at(LEGAL, date(2027, 6, 30))

    assert (value.amount, value.origin) == (Decimal("0.028"), "host")
    assert value.period == Period(date(2027, 1, 1), date(2027, 7, 1))
    with pytest.raises(ParameterNotFoundError):
        STATUTES.at(LEGAL, date(2027, 1, 1))
    with pytest.raises(ParameterNotFoundError):
        supplied.at(LEGAL, date(2027, 7, 1))


def test_a_supplied_value_cuts_the_one_before():
    supplied = STATUTES.with_value(
        "fr.late-payment.business", date(2026, 7, 1), 11, source="A later law"
    )
    rule = supplied.parameter("fr.late-payment.business")

    assert rate_of(supplied, rule, date(2026, 6, 30)).yearly == Decimal("0.1215")
    assert rate_of(supplied, rule, date(2026, 7, 1)).yearly == Decimal("0.1340")


def test_a_supplied_value_needs_a_source_and_is_a_number():
    with pytest.raises(LawError, match="no source"):
        STATUTES.with_value(LEGAL, date(2027, 1, 1), 3, source=" ")
    with pytest.raises(LawError, match="no number"):
        STATUTES.with_value("gb.compensation.scale", date(2027, 1, 1), 3, source="Act")


def test_stale_lists_what_is_a_year_old_and_series_that_ran_out():
    on_time = {item.id for item in STATUTES.stale(date(2026, 10, 1))}
    ran_out = {item.id for item in STATUTES.stale(date(2027, 1, 1))}

    assert on_time == set()
    assert {MRO, LEGAL, "pl.late-payment.business"} < ran_out
    assert "fr.late-payment.business" not in ran_out
    assert len(STATUTES.stale(date(2027, 11, 22))) == len(STATUTES.parameters)


def test_what_is_no_rate_is_refused_as_one():
    with pytest.raises(LawError, match="is no rate"):
        rate_of(STATUTES, STATUTES.parameter("fr.payment-terms.maximum"), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "place", "text"),
    [
        ("percent per year", "per mille", "6:11", "Input should be"),
        ("selector", "picker", "", "Field required"),
        ("from: 2026-01-01", "from: 2025-07-01", "13:16", "do not ascend"),
        ("value: 1.25", "value: true", "13:35", "no percent per year"),
        ("value: 1.25", "value: [{amount: 1}]", "13:35", "no percent per year"),
        ("value: 1.25", "value: 1.0000001", "13:35", "at most 8 decimals"),
        ("id: xx.late", "id: yy.late", "4:9", "does not begin with"),
        ("percent per year", "money", "4:5", "have a currency"),
        ("percent per year", "percentage points", "4:5", "has a reference"),
        ("percent per year", "yes or no", "12:35", "no yes or no"),
        ("percent per year", "days", "12:35", "whole number"),
        (', confidence: A', ', confidence: E', "13:78", "'A', 'B', 'C' or 'D'"),
        ("topic: late-payment", "topic: late-payment\nmore: 1", "3:7", "Extra inputs"),
    ],
)  # fmt: skip
def test_a_fault_in_a_file_has_its_place(old, new, place, text):
    with pytest.raises(BookSyntaxError) as caught:
        read_statutes({"xx.yaml": TEXT.replace(old, new)})

    findings = [str(finding) for finding in caught.value.findings]
    assert any(f"xx.yaml:{place}" in finding and text in finding for finding in findings), findings


def test_scales_need_limits_in_all_tiers_but_the_last():
    scale = TEXT.replace("percent per year", "money by principal\n    currency: EUR")
    for tiers in ("[{amount: 1}, {amount: 2}]", "[{below: 1, amount: 1}]", "[]"):
        with pytest.raises(BookSyntaxError, match="Every tier but the last"):
            read_statutes({"xx.yaml": scale.replace("1.50", tiers).replace("1.25", tiers)})


def test_an_id_comes_once_and_a_reference_leads_somewhere():
    with pytest.raises(BookSyntaxError, match="there twice"):
        read_statutes({"a.yaml": TEXT, "b.yaml": TEXT})
    with pytest.raises(BookSyntaxError, match=r"called xx\.none\.none"):
        read_statutes({"a.yaml": TEXT.replace("selector", "reference: xx.none.none\n    selector")})


@pytest.mark.parametrize(
    ("issued_on", "net", "first", "second"),
    [
        ("2026-01-15", "2026-03-16", "2026-03-31", "2026-03-17"),
        ("2026-02-15", "2026-04-16", "2026-04-30", "2026-04-14"),
        ("2026-03-10", "2026-05-09", "2026-04-30", "2026-05-15"),
        ("2026-10-22", "2026-12-21", "2026-12-31", "2026-12-15"),
        ("2026-12-31", "2027-03-01", "2027-02-28", "2027-02-14"),
    ],
)
def test_the_french_caps_by_both_methods(issued_on, net, first, second):
    day = date.fromisoformat(issued_on)
    found = [
        latest_due_on(STATUTES, "FR", day, method=method)
        for method in (None, EndOfMonth.DAYS_THEN_END, EndOfMonth.END_THEN_DAYS)
    ]

    assert [str(one) for one in found] == [net, first, second]


def test_a_leap_february_ends_on_the_29th():
    day = end_of_month_due_on(date(2028, 1, 10), 45, EndOfMonth.DAYS_THEN_END)

    assert day == date(2028, 2, 29)


def test_a_cap_that_the_law_does_not_set_is_not_made_up():
    with pytest.raises(ParameterNotFoundError, match=r"de\.payment-terms\.end-of-month"):
        latest_due_on(STATUTES, "DE", date(2026, 1, 1), method=EndOfMonth.END_THEN_DAYS)


def test_a_cap_that_is_no_number_of_days_is_refused():
    text = TEXT.replace("late-payment.base-rate", "payment-terms.maximum")
    text = text.replace("topic: late-payment", "topic: payment-terms")
    text = text.replace("percent per year", "yes or no")
    for number in ("1.50", "1.25"):
        text = text.replace(f"value: {number}", "value: true")

    with pytest.raises(LawError, match="no number of days"):
        latest_due_on(read_statutes({"xx.yaml": text}), "XX", date(2026, 1, 1))


def test_what_was_repealed_is_written_so():
    parameter = xx().parameter(RATE)

    assert [amount_text(parameter, value.amount) for value in parameter.values] == [
        "1.50 %", "1.25 %", "repealed",
    ]  # fmt: skip


def test_statutes_share_no_rates_once_a_value_was_supplied():
    rule = STATUTES.parameter("de.late-payment.business")
    before = rate_of(STATUTES, rule, date(2026, 7, 1))
    supplied = STATUTES.with_value(rule.reference, date(2026, 7, 1), 3, source="Test")

    assert rate_of(supplied, rule, date(2026, 7, 1)).yearly == Decimal("0.12")
    assert rate_of(STATUTES, rule, date(2026, 7, 1)) == before
