"""Berlin Group and GoCardless: the shared contract, the OpenAPI as judge, and what goes wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import PaymentKind
from dunning_sdk.errors import (
    ConfigError,
    ConnectorAuthError,
    ConnectorInvalidError,
    ConnectorTransientError,
)
from dunning_sdk.testing.loopback import Answer, Loopback, Mishap, fails, page_for_people, too_many
from tests.contracts.connector_contract import MissingSourceContract, PaymentSourceContract
from tests.contracts.judged import Judged, contract
from tests.contracts.prism import prism
from tests.shared import shared_path

from dunning_psd2 import dunning_register_connectors
from dunning_psd2.options import open_berlin_group, open_gocardless

TOKEN, CONSENT = "tok-4f2a9c01", "consent-77"
IBAN, PAYER = "FR7630006000011234567890189", "FR1420041010050500013M02606"
TODAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
SECRETS = {"PSD2_TOKEN": TOKEN, "PSD2_CONSENT_ID": CONSENT, "GOCARDLESS_SECRET_KEY": TOKEN}


def movement(id, amount, **more):
    return {
        "transactionId": id, "bookingDate": "2026-02-19", "valueDate": "2026-02-20",
        "transactionAmount": {"currency": "EUR", "amount": amount}, "debtorName": "MARTIN SARL",
        "debtorAccount": {"iban": PAYER}, "endToEndId": "NOTPROVIDED",
        "remittanceInformationUnstructured": "VIR  F-2", "bankTransactionCode": "PMNT-RCDT-ESCT",
        **more,
    }  # fmt: skip


class Bank:
    """A bank by the Berlin Group's interface, in pages of two, and GoCardless in front of it."""

    def __init__(self):
        nameless = movement(None, "5.00")
        self.booked = [
            movement("m-1", "600.00"),
            movement("m-2", "-99.00", bankTransactionCode="PMNT-ICDT-ESCT"),
            movement("m-3", "-40.00", bankTransactionCode="PMNT-IDDT-UPDD", endToEndId="E-9"),
            movement("m-4", "12.50", remittanceInformationUnstructured=None,
                     remittanceInformationUnstructuredArray=["F-7", "part 1"],
                     remittanceInformationStructured="RF18539007547034"),
            dict(nameless), dict(nameless),
        ]  # fmt: skip
        for one in self.booked:
            for name in [name for name, value in one.items() if value is None]:
                del one[name]
        self.tokens = 0
        self.next = "/psd2/v1/accounts/a-1/transactions?bookingStatus=booked&dateFrom={}&page={}"

    def __call__(self, asked):
        return self._gocardless(asked) if asked.path.startswith("/gc") else self._bank(asked)

    def _bank(self, asked):
        known = asked.headers.get("authorization") == f"Bearer {TOKEN}"
        if not known or asked.headers.get("consent-id") != CONSENT:
            message = {"category": "ERROR", "code": "CONSENT_EXPIRED"}
            return Answer.of({"tppMessages": [message]}, 401)
        number = int(asked.query.get("page", 0))
        links = {"account": {"href": "/psd2/v1/accounts/a-1"}}
        if len(self.booked) > (number + 1) * 2:
            links["next"] = {"href": self.next.format(asked.query["dateFrom"], number + 1)}
        booked = self.booked[number * 2 : number * 2 + 2]
        answer = Answer.of(
            {"account": {"iban": IBAN}, "transactions": {"booked": booked, "_links": links}}
        )
        echo = {"X-Request-ID": asked.headers["x-request-id"]}
        return replace(answer, headers={**answer.headers, **echo})

    def _gocardless(self, asked):
        if asked.path == "/gc/token/new/":
            if asked.data() != {"secret_id": "us", "secret_key": TOKEN}:
                return Answer.of({"summary": "Authentication failed", "status_code": 401}, 401)
            self.tokens += 1
            return Answer.of({"access": f"a-{self.tokens}", "access_expires": 86400,
                              "refresh": "r", "refresh_expires": 2592000})  # fmt: skip
        if asked.headers.get("authorization") != f"Bearer a-{self.tokens}":
            return Answer.of({"summary": "Invalid token", "status_code": 401}, 401)
        return Answer.of({"transactions": {"booked": self.booked, "pending": []},
                          "last_updated": "2026-03-02T07:00:00Z"})  # fmt: skip


@pytest.fixture
def bank():
    return Bank()


@pytest.fixture
def server(bank):
    with Loopback(bank) as server:
        yield server


@pytest.fixture
def open_source_of(server, tmp_path, monkeypatch):
    def opened(variant="berlin-group", *, key=TOKEN, judge=None, through=None):
        for name, value in SECRETS.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PSD2_TOKEN", key)
        monkeypatch.setenv("GOCARDLESS_SECRET_KEY", key)
        options = {"account": "a-1", "iban": IBAN}
        quick = RequestsTransport(connector=variant, limits=TimeLimits(read=2))
        around = {
            "folder": tmp_path,
            "transport": through or (Judged(quick, judge, base="/psd2") if judge else quick),
            "timing": Timing(sleep=lambda _: None, now=lambda: TODAY),
        }
        if variant == "gocardless":
            options |= {"base_url": f"{server.url}/gc", "secret_id": "us"}
            return open_gocardless(options, **around)
        return open_berlin_group({**options, "base_url": f"{server.url}/psd2"}, **around)

    return opened


@pytest.fixture(params=["berlin-group", "gocardless"])
def variant(request):
    return request.param


class TestPayments(PaymentSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, open_source_of, variant):
        return lambda: open_source_of(variant)

    @pytest.fixture
    def open_missing(self, open_source_of, variant):
        return lambda: open_source_of(variant, key="wrong")


def test_what_came_in_is_a_payment_and_what_was_taken_back_a_return(open_source_of, variant):
    batch = open_source_of(variant).fetch()

    assert batch.problems == batch.remarks == ()
    assert [(one.id, one.amount, one.kind) for one in batch.records[:3]] == [
        (f"{variant}:m-1", Money(600_00, "EUR"), PaymentKind.CREDIT_TRANSFER),
        (f"{variant}:m-3", Money(40_00, "EUR"), PaymentKind.RETURN),
        (f"{variant}:m-4", Money(12_50, "EUR"), PaymentKind.CREDIT_TRANSFER),
    ]
    first, returned, third = batch.records[:3]
    assert (first.received_on, first.payer_name, first.payer_iban, first.account_iban) == (
        date(2026, 2, 20), "MARTIN SARL", PAYER, IBAN,
    )  # fmt: skip
    assert (first.reference, first.end_to_end_id, returned.returns) == ("VIR F-2", "", "E-9")
    assert (third.reference, third.structured_reference) == ("F-7 part 1", "RF18539007547034")


def test_two_equal_movements_without_an_id_stay_two_and_stay_the_same(open_source_of, variant):
    ids = [one.id for one in open_source_of(variant).fetch().records[3:]]

    assert len(set(ids)) == 2
    assert ids == [one.id for one in open_source_of(variant).fetch().records[3:]]


def test_as_far_back_is_asked_as_is_set(open_source_of, server):
    open_source_of().fetch()
    open_source_of("gocardless").fetch()

    assert {
        asked.query["dateFrom"] for asked in server.asked if asked.path.startswith("/psd2")
    } == {"2025-12-03"}
    assert server.asked[-1].query == {"date_from": "2025-12-03"}


def test_every_request_has_an_id_of_its_own(open_source_of, server):
    open_source_of().fetch()

    ids = [asked.headers["x-request-id"] for asked in server.asked]
    assert len(ids) == len(set(ids)) == 3


@pytest.mark.parametrize(
    "where", ["https://elsewhere.example/v1/x", "/other/v1/x", "//elsewhere/x"]
)
def test_a_next_page_on_another_site_is_not_followed(open_source_of, bank, where):
    bank.next = where

    with pytest.raises(ConnectorInvalidError, match="the next page lies on another site"):
        open_source_of().fetch()


def test_pages_that_turn_in_circles_are_said(open_source_of, bank):
    bank.next = "?bookingStatus=booked&dateFrom={}&page=0"

    with pytest.raises(ConnectorInvalidError, match="cannot be read to its end"):
        open_source_of().fetch()


def test_every_call_and_reply_is_as_the_contract_has_it(open_source_of, bank):
    path = "contracts/berlin-group/psd2-api_v1.3.11-2021-10-01v1.yaml"
    bank.next = bank.next.replace("&page", "&pageIndex")
    bank.booked = bank.booked[:2]

    assert open_source_of(judge=contract(shared_path(path))).fetch().records


def test_calls_and_replies_satisfy_a_second_judge(open_source_of, bank, server):
    spec = shared_path("contracts/berlin-group/psd2-api_v1.3.11-2021-10-01v1.yaml")
    quick = RequestsTransport(connector="berlin-group", limits=TimeLimits(read=10))
    bank.next = bank.next.replace("&page", "&pageIndex")
    bank.booked = bank.booked[:2]

    with prism(spec, f"{server.url}/psd2", quick) as through:
        assert open_source_of(through=through).fetch().records
    assert through.judged


def test_a_consent_that_ended_is_said(open_source_of, variant):
    with pytest.raises(ConnectorAuthError) as refused:
        open_source_of(variant, key="wrong").fetch()
    assert "holder renews it at his bank" in refused.value.hint
    assert "wrong" not in str(refused.value)


def test_a_token_that_is_refused_is_asked_for_anew(open_source_of, bank):
    source = open_source_of("gocardless")
    source.fetch()
    bank.tokens += 1

    assert source.fetch().records
    assert bank.tokens == 3


@pytest.mark.parametrize("mishap", [too_many(1), fails(503), page_for_people()])
def test_a_passing_failure_is_tried_again(open_source_of, server, variant, mishap):
    server.misbehave(mishap)

    assert open_source_of(variant).fetch().records


def test_a_bank_that_is_down_in_the_middle_brings_nothing(open_source_of, server):
    server.misbehave(Mishap(done=True, keeps=True), *[fails(503)] * 3)

    with pytest.raises(ConnectorTransientError, match="berlin-group: GET /v1/accounts"):
        open_source_of().fetch()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("transactionAmount", {"currency": "EUR", "amount": "much"}),
        ("transactionAmount", {"currency": "XXL", "amount": "1.00"}),
        ("valueDate", "soon"),
        ("debtorName", 7),
    ],
)
def test_a_movement_that_drifted_is_named_and_the_others_stand(
    open_source_of, bank, variant, field, value
):
    bank.booked[0][field] = value

    batch = open_source_of(variant).fetch()
    assert len(batch.records) == 4
    assert [field in str(one) and one.source == f"{variant}:m-1" for one in batch.problems] == [
        True
    ]


def test_a_movement_without_a_day_is_a_problem_and_a_new_field_is_told(open_source_of, bank):
    del bank.booked[0]["valueDate"], bank.booked[0]["bookingDate"]
    bank.booked[1]["mood"] = "good"

    batch = open_source_of().fetch()
    assert "valueDate: is missing" in str(batch.problems[0])
    assert ["mood" in str(one) for one in batch.remarks] == [True]


def test_options_are_checked_and_no_secret_is_one(tmp_path, monkeypatch):
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    given = {"account": "a-1", "iban": IBAN, "base_url": "https://bank.example"}

    with pytest.raises(ConfigError, match="is not an IBAN"):
        open_berlin_group({**given, "iban": "FR76"}, folder=tmp_path)
    with pytest.raises(ConfigError, match="PSD2_TOKEN is not set"):
        open_berlin_group(given, folder=tmp_path)
    monkeypatch.setenv("PSD2_TOKEN", TOKEN)
    with pytest.raises(ConfigError, match="PSD2_CONSENT_ID is not set"):
        open_berlin_group(given, folder=tmp_path)
    with pytest.raises(ConfigError, match="GOCARDLESS_SECRET_KEY is not set"):
        open_gocardless({"account": "a", "iban": IBAN, "secret_id": "us"}, folder=tmp_path)
    assert {(spec.capability, spec.name) for spec in dunning_register_connectors()} == {
        ("payments", "berlin-group"), ("payments", "gocardless"),
    }  # fmt: skip
