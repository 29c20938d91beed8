"""Hokodo: the shared contract, a reconstructed one as judge, and what it is asked."""

import re
from pathlib import Path

import pytest
import yaml
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError, ConnectorInvalidError
from dunning_sdk.testing.loopback import Answer, Mishap
from tests.contracts.connector_contract import (
    A_QUOTE,
    COVERED,
    UNCOVERED,
    FinancierContract,
    submit,
)
from tests.shared import shared_path

from dunning_hokodo.options import read
from dunning_hokodo.record import HAPPENED, Case

CONTRACT = Path(__file__).parents[1] / "contract" / "hokodo.yaml"
KEY = "hk-4f2a9c01"


class TestHokodo(FinancierContract):
    """The contract every financier obeys, each call and reply judged by the reconstruction."""


def test_every_part_of_the_contract_says_where_it_was_seen():
    spec = yaml.safe_load(CONTRACT.read_text("utf-8"))
    operations = [found for item in spec["paths"].values() for found in item.values()]
    parts = [*operations, *spec["components"]["schemas"].values()]
    sources = [source for part in parts for source in part["x-source"]]

    assert all(source[:2] in ("M ", "D ", "G ", "P ", "A ") for source in sources)
    readme = CONTRACT.parents[1] / "README.md"
    said = " ".join(readme.read_text("utf-8").split())
    assert [s[2:] for s in sources if s.startswith("A ") and s[2:] not in said] == []


def test_the_cases_of_hokodos_own_documentation_are_read():
    text = shared_path("contracts/hokodo/collections.md").read_text("utf-8")
    sample = next(part for part in re.findall(r"```json\n(.*?)```", text, re.S) if "coll-" in part)

    assert Case.model_validate_json(sample).sent == "2019-06-26T08:42:33.069006Z"


def test_every_status_of_the_contract_has_a_meaning():
    schemas = yaml.safe_load(CONTRACT.read_text("utf-8"))["components"]["schemas"]

    assert sorted(HAPPENED) == sorted(schemas["DeferredPayment"]["properties"]["status"]["enum"])


def test_what_is_confirmed_leaves_less(open_financier, simulator):
    financier = open_financier()
    simulator.confirm(submit(financier).reference)

    line = financier.ask_eligibility(
        A_QUOTE, debtor_registration="732 829 320 00010", key="k"
    ).credit_line
    assert (line.in_use, line.available) == (Money(1200_00, "EUR"), Money(3800_00, "EUR"))


@pytest.mark.parametrize(
    ("in_use", "available", "figures"),
    [
        (1000_00, 4000_00, (1000_00, 4000_00, 0)),
        (1000_00, 1500_00, (1000_00, 1500_00, 2500_00)),  # unpaid invoices lower the limit
        (1000_00, 9000_00, (1000_00, 4000_00, 0)),
        (9000_00, 5000_00, (5000_00, 0, 0)),
        (0, -1, (0, 0, 5000_00)),
    ],
)
def test_figures_that_contradict_each_other_never_promise_more(
    open_financier, simulator, in_use, available, figures
):
    limit = {"currency": "EUR", "amount": 5000_00, "amount_in_use": in_use}
    credit = {"company": "co-1", "status": "eligible", "rejection_reason": None}
    told = {**credit, "credit_limit": {**limit, "amount_available": available}}
    simulator.misbehave(Mishap(answer=Answer.of(told)).on("/v1/payment/credit_limits"))

    line = open_financier().ask_eligibility(A_QUOTE, debtor_registration=COVERED, key="k")
    line = line.credit_line
    assert (line.in_use.minor, line.available.minor, line.withheld.minor) == figures


@pytest.mark.parametrize(
    ("number", "reason"), [(UNCOVERED, "credit-score"), ("552100554", "company-not-found")]
)
def test_a_refusal_has_hokodos_reason(open_financier, number, reason):
    answer = open_financier().ask_eligibility(A_QUOTE, debtor_registration=number, key="k")

    assert (answer.eligible, answer.reason) == (False, reason)


@pytest.mark.parametrize(("number", "why"), [("", "is missing"), ("FR44732829320", "is neither")])
def test_a_debtor_without_a_company_number_is_named_before_anything_is_sent(
    open_financier, simulator, number, why
):
    with pytest.raises(ConnectorInvalidError, match=f"debtor_registration {why}"):
        open_financier().ask_eligibility(A_QUOTE, debtor_registration=number, key="k")
    assert simulator.asked == []


def test_a_limit_in_another_currency_is_an_error(open_financier, simulator):
    limit = {"currency": "GBP", "amount": 1, "amount_in_use": 0, "amount_available": 1}
    told = {"company": "co-1", "status": "eligible", "credit_limit": limit}
    simulator.misbehave(Mishap(answer=Answer.of(told)).on("/v1/payment/credit_limits"))

    with pytest.raises(ConnectorInvalidError, match="is in GBP, not in EUR"):
        open_financier().ask_eligibility(A_QUOTE, debtor_registration=COVERED, key="k")


def test_another_country_is_asked_by_its_own_numbers(open_financier, simulator):
    simulator.limits["11215527"] = 100_00

    answer = open_financier(country="GB").ask_eligibility(
        A_QUOTE, debtor_registration="1121 5527", key="k"
    )
    assert answer.eligible


def test_options_are_checked_and_the_key_is_not_one(tmp_path, monkeypatch):
    monkeypatch.delenv("HOKODO_API_KEY", raising=False)
    with pytest.raises(ConfigError, match=r"Hokodo's API key is missing: HOKODO_API_KEY"):
        read({}, folder=tmp_path)
    with pytest.raises(ConfigError, match=r"\[financier\] api_key"):
        read({"api_key": "x"}, folder=tmp_path)
    with pytest.raises(ConfigError, match=r"\[financier\] notification_url"):
        read({"notification_url": "http://host.example"}, folder=tmp_path)
    monkeypatch.setenv("HOKODO_API_KEY", KEY)

    options, where = read({"capture": True}, folder=tmp_path)
    assert (options.capture, where.base_url) == (True, "https://api.hokodo.co/v1")
    assert KEY not in repr(where)
