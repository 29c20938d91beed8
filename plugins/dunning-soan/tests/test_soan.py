"""Soan Pay: the contract of what makes pages, its reconstruction as judge, and what goes wrong."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from dunning_sdk import Engine
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.money import Money
from dunning_sdk.engine.linking import request_links
from dunning_sdk.errors import (
    ConfigError,
    ConnectorAuthError,
    ConnectorError,
    ConnectorInvalidError,
    ConnectorRateLimitedError,
    ConnectorTransientError,
)
from dunning_sdk.testing.loopback import (
    Answer,
    Loopback,
    Mishap,
    fails,
    hangs_up,
    page_for_people,
    too_many,
)
from tests.contracts.connector_contract import A_FINANCED_INVOICE, PaymentLinksContract
from tests.contracts.judged import Judged, contract
from tests.en16931 import a_line, an_unissued_invoice
from tests.plugins.installation import installation

import dunning_soan
from dunning_soan.links import SoanLinks
from dunning_soan.options import SoanOptions, read, site

KEY = "sp-4f2a9c01"
CONTRACT = Path(__file__).parents[1] / "contract" / "soan.yaml"
PATH = "/address-of-your-space"
SECTION = """
[payment_links]
connector = "soan"
endpoint = "{url}"
key_header = "X-Api-Key"
callback_url = "https://you.example/paid"
"""


@pytest.fixture(scope="module")
def spec():
    return contract(CONTRACT)


@pytest.fixture
def soan():
    """Soan, as its page describes it: another link for each request."""

    def answered(asked):
        if asked.headers.get("x-api-key") != KEY:
            return Answer.of({"status": "error", "message": "unauthorized"}, 401)
        link = f"https://pay.soan.example/{len(server.asked)}"
        return Answer.of({"status": "success", "payment": link, "message": "Bravo"})

    with Loopback(answered) as server:
        yield server


@pytest.fixture
def open_links(soan, spec):
    quick = RequestsTransport(connector="soan", limits=TimeLimits(read=1))

    def opened(key=KEY, *, judged=True, **over):
        told = {
            "endpoint": soan.url + PATH,
            "key_header": "X-Api-Key",
            "callback_url": "https://you.example/paid",
        }
        given = SoanOptions(**told | over)
        transport = Judged(quick, spec) if judged else quick
        timing = Timing(sleep=lambda _: None)
        return SoanLinks(site(given, key), given, transport=transport, timing=timing)

    return opened


def ask(links, invoice=A_FINANCED_INVOICE, amount=None):
    return links.request(invoice, amount or invoice.amount_due, key="k-1")


def products(soan):
    return [json.loads(asked.body)["product"] for asked in soan.asked]


class TestSoan(PaymentLinksContract):
    """The contract of what makes pages, each call and reply judged by the reconstruction."""


def test_every_part_of_the_contract_says_where_it_was_seen():
    spec = yaml.safe_load(CONTRACT.read_text("utf-8"))
    operations = [found for item in spec["paths"].values() for found in item.values()]
    parts = [*operations, *spec["components"]["schemas"].values()]
    sources = [source for part in parts for source in part["x-source"]]

    assert {source[:2] for source in sources} == {"A ", "D "}
    said = " ".join((CONTRACT.parents[1] / "README.md").read_text("utf-8").split())
    assert [s[2:] for s in sources if s.startswith("A ") and s[2:] not in said] == []


# asking -----------------------------------------------------------------------------------
def test_the_example_of_soans_page_is_what_is_sent(open_links, soan):
    money = {"net_total": 500_00, "vat_total": 100_00, "gross_total": 600_00, "amount_due": 600_00}
    invoice = replace(
        A_FINANCED_INVOICE, **{name: Money(minor, "EUR") for name, minor in money.items()}
    )

    assert ask(open_links(), invoice) == "https://pay.soan.example/1"
    (asked,) = soan.asked
    assert (asked.method, asked.path, json.loads(asked.body)) == (
        "POST",
        PATH,
        {
            "callbackUrl": "https://you.example/paid",
            "product": {"name": "Facture F-1", "amountTaxeExcluded": "500", "taxeRate": "20"},
        },
    )


@pytest.mark.parametrize(
    ("lines", "sent"),
    [
        ((a_line(1, "99.90"),), ("99.9", "20")),
        ((a_line(1, "33.35", rate="0.055"),), ("33.35", "5.5")),
        ((a_line(1, "10.00", rate="0.20"), a_line(2, "0.05", rate="0.20")), ("10.05", "20")),
    ],
)
def test_a_net_amount_with_one_rate_is_said_as_it_is(open_links, soan, lines, sent):
    ask(open_links(), replace(an_unissued_invoice(lines), number="F-1"))

    (product,) = products(soan)
    assert (product["amountTaxeExcluded"], product["taxeRate"]) == sent


MIXED = replace(
    an_unissued_invoice((a_line(1, "100.00"), a_line(2, "100.00", rate="0.10"))), number="F-1"
)


@pytest.mark.parametrize(
    ("invoice", "amount", "sent"),
    [
        (MIXED, None, "230"),
        (A_FINANCED_INVOICE, Money(1000_50, "EUR"), "1000.5"),
        (replace(MIXED, vat=MIXED.vat[:1]), None, "230"),
    ],
)
def test_what_is_not_one_net_amount_is_asked_gross_where_that_is_allowed(
    open_links, soan, invoice, amount, sent
):
    with pytest.raises(ConnectorInvalidError, match="F-1: amount is not one net amount") as why:
        ask(open_links(), invoice, amount)
    assert (list(why.value.fields), "gross_at_zero" in why.value.hint) == (["amount"], True)
    assert soan.asked == []

    ask(open_links(gross_at_zero=True), invoice, amount)
    (product,) = products(soan)
    assert (product["amountTaxeExcluded"], product["taxeRate"]) == (sent, "0")


def test_without_tax_any_part_may_be_asked_for(open_links, soan):
    free = replace(
        A_FINANCED_INVOICE, vat_total=Money(0, "EUR"), net_total=A_FINANCED_INVOICE.gross_total
    )
    for amount in (None, Money(1_00, "EUR")):
        ask(open_links(), free, amount)

    assert [(one["amountTaxeExcluded"], one["taxeRate"]) for one in products(soan)] == [
        ("1200", "0"), ("1", "0"),
    ]  # fmt: skip


def test_another_currency_is_refused(open_links):
    with pytest.raises(ConnectorInvalidError, match="currency is not EUR"):
        ask(open_links(), amount=Money(1, "GBP"))


# what goes wrong --------------------------------------------------------------------------
def test_wrong_credentials_are_said_without_the_key(open_links):
    with pytest.raises(ConnectorAuthError) as why:
        ask(open_links(key="sp-wrong"))
    assert "SOAN_API_KEY" in why.value.hint
    assert "sp-wrong" not in str(why.value)


@pytest.mark.parametrize(
    "mishap", [fails(503), fails(502, done=True), hangs_up(done=True), page_for_people()]
)
def test_a_page_whose_address_was_lost_is_asked_for_once_and_again_later(open_links, soan, mishap):
    soan.misbehave(mishap)

    with pytest.raises(ConnectorTransientError) as why:
        ask(open_links())
    assert (why.value.outcome_unknown, len(soan.asked)) == (False, 1)
    assert ask(open_links())


def test_a_rate_limit_says_how_long(open_links, soan):
    soan.misbehave(too_many(300))

    with pytest.raises(ConnectorRateLimitedError) as why:
        ask(open_links())
    assert why.value.retry_after == 300


def test_an_error_in_a_reply_that_calls_itself_fine_is_one(open_links, soan):
    told = ({"status": "error", "message": "Montant invalide"}, {"status": "error"})
    for data, said in zip(told, ("Montant invalide", "its status is error"), strict=True):
        soan.misbehave(Mishap(answer=Answer.of(data)))

        with pytest.raises(ConnectorInvalidError, match=said):
            ask(open_links())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"payment": None}, "payment"), ({"payment": 7}, "payment"), ({"status": 1}, "status"),
        ({"payment": "http://pay.example/x"}, "payment"), ({"payment": "a b"}, "payment"),
    ],
)  # fmt: skip
def test_drift_of_the_contract_names_the_field_and_is_no_invoices_fault(
    open_links, soan, change, field
):
    told = {"status": "success", "payment": "https://pay.soan.example/1"} | change
    soan.misbehave(Mishap(answer=Answer.of(told)))

    with pytest.raises(ConnectorError, match=rf"soan: the answer .*: {field}: ") as why:
        ask(open_links(judged=False))
    assert type(why.value) is ConnectorError
    assert why.value.hint


@pytest.mark.parametrize(
    "change", [{"new": 1}, {"payment": "pay.soan.example/1"}, {"payment": " pay.soan.example/1 "}]
)
def test_what_is_new_or_lacks_its_scheme_breaks_nothing(open_links, soan, change):
    told = {"status": "success", "payment": "https://pay.soan.example/1"} | change
    soan.misbehave(Mishap(answer=Answer.of(told)))

    assert ask(open_links()) == "https://pay.soan.example/1"


# the whole --------------------------------------------------------------------------------
def test_a_page_is_kept_for_the_notices_to_come(soan, tmp_path, monkeypatch):
    monkeypatch.setenv("SOAN_API_KEY", KEY)
    more = SECTION.format(url=soan.url + PATH) + "gross_at_zero = true\n"
    folder = installation(tmp_path, more=more)

    with Engine.open(folder, plugins=[dunning_soan]) as engine:
        engine.pull(as_of=date(2026, 2, 9))
        rounds = [request_links(engine, as_of=date(2026, 2, 9)) for _ in range(2)]
        engine.run(as_of=date(2026, 3, 3))
        (mail,) = (engine.config.out_folder / "mail").glob("*.eml")
        assert b"https://pay.soan.example/1" in mail.read_bytes()
    assert [(one.made, one.kept) for one in rounds] == [(["F-1"], []), ([], ["F-1"])]


def test_options_are_checked_and_the_key_is_not_one(tmp_path, monkeypatch):
    given = {
        "endpoint": "https://api.soan.example/v1/payment",
        "key_header": "Authorization",
        "key_format": "Bearer {key}",
        "callback_url": "https://you.example/paid",
    }
    monkeypatch.delenv("SOAN_API_KEY", raising=False)
    with pytest.raises(ConfigError, match=r"Soan Pay's API key is missing: SOAN_API_KEY"):
        read(given, folder=tmp_path)
    for name, wrong in (("endpoint", "x"), ("key_format", "Bearer"), ("callback_url", "x")):
        with pytest.raises(ConfigError, match=rf"\[payment_links\] {name}"):
            read({**given, name: wrong}, folder=tmp_path)
    monkeypatch.setenv("SOAN_API_KEY", KEY)

    options, where = read(given, folder=tmp_path)
    assert (where.base_url, options.path) == ("https://api.soan.example", "/v1/payment")
    assert where.headers == {"Authorization": f"Bearer {KEY}"}
    assert KEY not in repr(where)
