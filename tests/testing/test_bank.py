"""The bank simulator: judged by the Berlin Group's own document, read page by page."""

import json
from urllib.request import Request, urlopen

import pytest

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, ask
from dunning_sdk.connectors.http_transport import RequestsTransport
from dunning_sdk.connectors.pages import cursor_pages
from dunning_sdk.errors import ConnectorAuthError, ConnectorInvalidError, ConnectorNotFoundError
from dunning_sdk.testing.bank import BankSimulator
from tests.contracts.judged import Judged, contract
from tests.shared import shared_path

IBAN = "FR7630006000011234567890189"
PATH = "/v1/accounts/3dc3d5b3-7023-4848-9853-f5400a64e80f/transactions"
ACCOUNT = PATH.split("/")[3]
REQUEST = "99391c7e-ad88-49ec-a2ad-99ddcb1f7721"


@pytest.fixture(scope="module")
def spec():
    return contract(shared_path("contracts/berlin-group/psd2-api_v1.3.11-2021-10-01v1.yaml"))


@pytest.fixture
def bank():
    with BankSimulator(token="t", consent="c") as bank:  # of no bank
        bank.add_account(ACCOUNT, iban=IBAN)
        for n in range(5):
            bank.book(ACCOUNT, f"m-{n}", "600.00", on=f"2026-03-0{n + 1}", text=f"F-{n}")
        yield bank


@pytest.fixture
def client(bank, spec):
    def opened(token="t", consent="c"):  # noqa: S107  # of no bank
        headers = {"Authorization": f"Bearer {token}", "Consent-ID": consent}
        site = Site(
            connector="bank",
            base_url=bank.url,
            headers={**headers, "X-Request-ID": REQUEST},
        )
        judge = Judged(RequestsTransport(connector="bank"), spec)
        return HttpClient(site, transport=judge)

    return opened


def read(client, since="2026-01-01"):
    def page(cursor):
        number = cursor or None
        query = {"bookingStatus": "booked", "dateFrom": since, "page": number}
        data = client.data(ask(PATH, **query))["transactions"]
        following = data["_links"].get("next", {}).get("href", "")
        return data["booked"], following.rpartition("page=")[2]

    return [one["transactionId"] for one in cursor_pages(page, connector="bank")]


def test_movements_are_read_page_by_page_and_from_a_day_on(client):
    assert read(client()) == [f"m-{n}" for n in range(5)]
    assert read(client(), since="2026-03-04") == ["m-3", "m-4"]


def test_accounts_are_listed_as_the_contract_says(client):
    (account,) = client().data(ask("/v1/accounts"))["accounts"]

    assert account == {"resourceId": ACCOUNT, "iban": IBAN, "currency": "EUR"}


def test_a_cursor_that_turns_in_circles_is_found(client, bank):
    bank.turns = True

    with pytest.raises(ConnectorInvalidError, match="cannot be read to its end"):
        read(client())


@pytest.mark.parametrize(("token", "consent"), [("old", "c"), ("t", "old")])
def test_a_token_or_consent_that_expired_is_refused(client, token, consent):
    with pytest.raises(ConnectorAuthError, match="EXPIRED"):
        read(client(token, consent))


def test_a_token_that_expires_between_two_pages_leaves_nothing_half_read(client, bank):
    read_once = client()
    read_once.data(ask(PATH, bookingStatus="booked", dateFrom="2026-01-01"))
    bank.token = "new"  # of no bank

    with pytest.raises(ConnectorAuthError):
        read(read_once)


def test_an_account_that_is_not_there_is_not_found(client):
    with pytest.raises(ConnectorNotFoundError):
        client().data(ask("/v1/accounts/none/transactions", bookingStatus="booked"))


def test_it_speaks_to_any_client(bank):
    headers = {"Authorization": "Bearer t", "Consent-ID": "c", "X-Request-ID": REQUEST}
    with urlopen(Request(f"{bank.url}{PATH}", headers=headers)) as reply:  # noqa: S310  # loopback
        assert reply.headers["X-Request-ID"] == REQUEST
        assert json.load(reply)["account"] == {"iban": IBAN}
