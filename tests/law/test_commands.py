"""The commands of the law, through the program."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from dunning_sdk.cli.main import app
from dunning_sdk.errors import (
    ConfigError,
    InvalidAmountError,
    InvalidPeriodError,
    LawError,
    ParameterNotFoundError,
)

QUESTION = (
    "law", "interest", "--jurisdiction", "FR", "--principal", "10000", "--currency", "EUR",
    "--due", "2026-05-01", "--paid", "2026-09-01",
)  # fmt: skip


def run(*words):
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None:
        raise result.exception
    return result.stdout


def asked(*words):
    return json.loads(run(*QUESTION, *words, "--format", "json"))


def test_interest_prints_total_and_segments():
    said = asked()

    assert said["total"] == "413.75"
    assert [(row["days"], row["rate_pct"]) for row in said["segments"]] == [
        (60, "12.15"),
        (63, "12.40"),
    ]
    assert (said["compensation"], said["accrued_until"]) == ("40.00 EUR", "2026-09-02")
    assert all(row["sources"] and row["verified"] for row in said["segments"])


@pytest.mark.parametrize(
    ("words", "total"),
    [
        (["--regime", "public"], "342.04"),
        (["--convention", "from-due"], "413.68"),
        (["--convention", "[due, paid)"], "413.68"),
        (["--convention", "(due, paid]"], "413.75"),
        (["--rounding", "per_segment"], "413.76"),
        (["--jurisdiction", "UK"], "395.96"),
        (["--mechanism", "subrogation", "--formal-notice", "2026-06-30"], "47.47"),
        (["--accrued-until", "2026-07-01"], "214.03"),
        (["--payment", "2026-06-15=4000"], "312.12"),
    ],
)
def test_each_choice_is_an_option(words, total):
    assert asked(*words)["total"] == total


def test_what_is_unverified_is_shown_as_such():
    said = asked("--jurisdiction", "DE", "--due", "2023-01-01", "--paid", "2023-02-01")
    text = run(*QUESTION, "--jurisdiction", "DE", "--due", "2023-01-01", "--paid", "2023-02-01")

    assert (said["confidence"], said["verified"]) == ("C", False)
    assert "31 days (unverified)" in text
    assert "unverified; BGB 288(5)" in text


def test_the_text_says_what_was_assumed_and_why_there_is_no_compensation():
    text = run(*QUESTION, "--jurisdiction", "AT", "--regime", "consumer")
    assert "compensation_note: None is owed under this regime." in text

    text = run(*QUESTION, "--jurisdiction", "AT")
    assert "assumed: The contract date is not given" in text
    assert "counts a principal in GBP" in run(*QUESTION, "--jurisdiction", "UK")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--jurisdiction", "XX"], LawError),
        (["--principal", "-1"], InvalidAmountError),
        (["--paid", "2026-04-01"], InvalidPeriodError),
        (["--due", "1990-01-01"], ParameterNotFoundError),
        (["--paid", "2027-02-01"], ParameterNotFoundError),
        (["--paid", "soon"], ConfigError),
        (["--payment", "4000"], ConfigError),
        (["--convention", "other"], ConfigError),
        (["--rounding", "never"], ConfigError),
        (["--mechanism", "gift"], ConfigError),
    ],
)
def test_bad_input_is_one_error(words, error):
    with pytest.raises(error) as caught:
        asked(*words)

    assert "\n" not in str(caught.value)


def test_show_prints_a_parameter_or_its_value_on_a_day():
    everything = json.loads(run("law", "show", "fr.legal-rate.others", "--format", "json"))
    one = json.loads(
        run("law", "show", "fr.legal-rate.others", "--on", "2026-03-01", "--format", "json")
    )
    text = run("law", "show", "gb.compensation.scale")

    assert len(everything["values"]) == 24
    assert [(row["value"], row["until"]) for row in one["values"]] == [("2.62 %", "2026-07-01")]
    assert "below 1000 GBP: 40 GBP; below 10000 GBP: 70 GBP; above: 100 GBP" in text
    assert "C (unverified)" in run("law", "show", "de.limitation.general")
    assert "10.00 points" in run("law", "show", "fr.late-payment.business")
    assert "\tno\t" in run("law", "show", "fr.payment-terms.weekend-moves")


def test_stale_lists_series_that_ran_out():
    rows = json.loads(run("law", "stale", "--as-of", "2027-01-01", "--format", "json"))
    known = {row["id"]: row["known_before"] for row in rows}

    assert known["eu.reference-rate.main-refinancing"] == "2026-10-29"
    assert known["fr.legal-rate.others"] == "2027-01-01"
    assert "fr.late-payment.business" not in known
    assert "fr.compensation.fixed" in run("law", "stale", "--as-of", str(date(2028, 1, 1)))


def test_terms_lists_the_latest_due_date_by_every_rule():
    words = ("law", "terms", "--jurisdiction", "FR", "--issued", "2026-01-15")
    rows = json.loads(run(*words, "--format", "json"))
    latest = {(row["rule"], row["method"]): row["latest_due_on"] for row in rows}

    assert latest["fr.payment-terms.maximum", None] == "2026-03-16"
    assert latest["fr.payment-terms.end-of-month", "days-then-end"] == "2026-03-31"
    assert latest["fr.payment-terms.end-of-month", "end-then-days"] == "2026-03-17"
    assert "A person says which" in run(*words, "--delivered", "2026-01-02")


def test_limit_says_the_last_day_and_why():
    words = ("law", "limit", "fr.payment-order.service", "--on", "2026-08-31")
    text = run(*words)

    assert "last day: 2027-03-01, moved from 2027-02-28, a closed day" in text
    assert "source: CPC 642 (LEGI text in git)" in text
    assert json.loads(run(*words, "--format", "json"))["ends_on"] == "2027-03-01"
    order = ("--picked", "2026-09-01", "--format", "json")
    assert json.loads(run(*words, *order))["ends_on"] == "2026-11-30"
    writ = ("law", "limit", "fr.merits.writ-before-hearing", "--on", "2026-10-12", "--before")
    assert "last day: 2026-09-27\n" in run(*writ)
    assert "limits:" in run("law", "limit", "fr.payment-order.consignment", "--on", "2026-10-12")
    add = ("--add", "fr.time-limits.distance-abroad")
    served = ("law", "limit", "fr.payment-order.opposition", "--on", "2026-10-15")
    assert "last day: 2027-01-15" in run(*served, *add)


@pytest.mark.parametrize(
    "words",
    [
        ("limit", "fr.payment-order.service", "--on", "soon"),
        ("limit", "fr.payment-order.servise", "--on", "2026-09-01"),
        ("limit", "fr.compensation.fixed", "--on", "2026-09-01"),
        ("limit", "fr.payment-order.service", "--on", "2001-01-01"),
        ("terms", "--jurisdiction", "XX", "--issued", "2026-01-15"),
        ("terms", "--jurisdiction", "FR", "--issued", "15/01/2026"),
    ],
)
def test_bad_questions_about_days_are_one_error(words):
    with pytest.raises((ConfigError, LawError)) as caught:
        run("law", *words)

    assert "\n" not in str(caught.value)
