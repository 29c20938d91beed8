"""A page to pay online is shown in a notice as long as it asks for what the notice asks for."""

from datetime import date
from email import message_from_bytes, policy

import pytest

from dunning_sdk import Engine, Record
from dunning_sdk.debtors.paying_online import is_protected_page
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DomainError
from tests.plugins.installation import installation

SEEN_ON, DUE_ON = date(2026, 2, 9), date(2026, 3, 3)
PAGE, OTHER = "https://pay.example/r/8f2c", "https://pay.example/r/77aa"
PATTERN = "https://own.example/F-1"
EUROS = "EUR"


@pytest.fixture
def engine(tmp_path):
    folder = installation(tmp_path)
    path = folder / "dunning.toml"
    path.write_text(
        'payment_link = "https://own.example/{invoice}"\n' + path.read_text("utf-8"), "utf-8"
    )
    with Engine.open(folder) as engine:
        engine.pull(as_of=SEEN_ON)
        yield engine


def tell(engine, kind="payment-link", on=SEEN_ON, subject="F-1", **values):
    engine.record(Record(kind=kind, subject=subject, on=on, values=values))


def shown(engine):
    """Return the page that the notice about F-1 shows."""
    engine.run(as_of=DUE_ON)
    (file,) = (engine.config.out_folder / "mail").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    text = mail.get_body(("plain",)).get_content()
    return next(page for page in (PAGE, OTHER, PATTERN) if page in text)


def test_a_notice_shows_the_page_that_was_recorded_last(engine):
    tell(engine, link=OTHER)
    tell(engine, link=PAGE, amount=Money(1200_00, EUROS))

    assert shown(engine) == PAGE


@pytest.mark.parametrize("told", [{}, {"link": PAGE, "amount": Money(1100_00, EUROS)}])
def test_without_a_page_for_the_amount_the_configured_one_is_shown(engine, told):
    if told:
        tell(engine, **told)

    assert shown(engine) == PATTERN


def test_a_part_payment_takes_the_page_out(engine):
    tell(engine, link=PAGE)
    tell(engine, kind="payment", on=date(2026, 2, 20), amount=Money(200_00, EUROS))

    assert shown(engine) == PATTERN


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "needs link"),
        ({"link": "http://pay.example/x"}, "is no https address"),
        ({"link": PAGE, "amount": Money(1, "USD")}, "is in EUR, not USD"),
    ],
)
def test_what_is_no_page_is_refused(engine, values, said):
    with pytest.raises(DomainError, match=said):
        tell(engine, **values)


@pytest.mark.parametrize(
    "link",
    ["", "https://", "https://a b", "https://user@a.example/", "https://[x", "https://a\n.b",
     "javascript:alert(1)", "https://a.example/" + "x" * 2000],
)  # fmt: skip
def test_an_address_that_leads_elsewhere_is_no_page(link):
    assert not is_protected_page(link)
