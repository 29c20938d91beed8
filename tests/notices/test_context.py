from dataclasses import replace
from datetime import date

import pytest

from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import BankAccount, Party
from dunning_sdk.errors import CurrencyMismatchError, DomainError
from dunning_sdk.notices.context import NoticeItem, item_of
from dunning_sdk.notices.sample import sample_context

EUR_100 = Money(10_000, "EUR")


def an_invoice(**over):
    facts = {
        "number": "F-1",
        "issued_on": date(2026, 1, 5),
        "due_on": date(2026, 2, 4),
        "creditor": Party(id="C", name="C"),
        "debtor": Party(id="D", name="D"),
        "net_total": EUR_100,
        "vat_total": Money(2_000, "EUR"),
        "gross_total": Money(12_000, "EUR"),
        "amount_due": Money(12_000, "EUR"),
        "payment_reference": "RF18539007547034",
        "payment_terms": "30 days net",
        "delivered_on": date(2026, 1, 2),
    }
    return Invoice(**{**facts, **over})


def test_days_are_counted_from_the_day_of_sending_to_the_agreed_due_date():
    item = item_of(
        an_invoice(), due_on=date(2026, 2, 10), open_amount=EUR_100, as_of=date(2026, 2, 7)
    )

    assert item == NoticeItem(
        invoice_number="F-1",
        issued_on=date(2026, 1, 5),
        due_on=date(2026, 2, 10),
        amount=Money(12_000, "EUR"),
        open_amount=EUR_100,
        days_overdue=-3,
        payment_reference="RF18539007547034",
        payment_terms="30 days net",
        delivered_on=date(2026, 1, 2),
    )
    assert (item.days_left, item.is_overdue) == (3, False)


def test_totals_are_what_is_open_not_what_was_invoiced():
    context = sample_context("overdue-first", language="en")
    early = replace(context.items[1], days_overdue=-2)
    mixed = replace(context, items=(context.items[0], early))

    assert mixed.total == Money(288_000, "EUR")
    assert mixed.overdue_total == Money(168_000, "EUR")
    assert (mixed.days_overdue_max, mixed.days_left_min) == (4, -4)


def test_an_account_that_is_no_iban_stops_the_notice():
    context = sample_context("before-due", language="en")

    with pytest.raises(DomainError, match="not a valid IBAN") as caught:
        replace(context, account=BankAccount(iban="FR7630006000011234567890188"))
    assert "30006" not in str(caught.value)


def test_an_assignment_the_debtor_does_not_know_of_is_never_in_a_context():
    context = sample_context("before-due", language="en")

    for names in ({"assignee": Party(id="F", name="F")}, {"assignment_mention": "Assigned."}):
        with pytest.raises(DomainError, match="was not told"):
            replace(context, **names)


def test_an_assignment_the_debtor_knows_of_must_be_mentioned():
    context = sample_context("before-due", language="en")

    with pytest.raises(DomainError, match="no mention"):
        replace(context, debtor_told=True, assignee=Party(id="F", name="F"))


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://a b", "ftp://x", "https://x\n"])
def test_a_link_is_a_web_address(link):
    context = sample_context("before-due", language="en")

    for name in ("payment_link", "portal_link"):
        with pytest.raises(DomainError, match="not a web address"):
            replace(context, **{name: link})


def test_amounts_of_two_currencies_do_not_meet_in_a_notice():
    context = sample_context("before-due", language="en")

    with pytest.raises(CurrencyMismatchError):
        replace(context, currency="USD")


def test_the_payee_is_the_holder_the_payee_or_the_creditor_in_this_order():
    context = sample_context("before-due", language="en")
    payee = replace(context, payee=Party(id="P", name="Payee Ltd"))
    holder = replace(payee, account=replace(context.account, holder="Holder Ltd"))

    names = [one.payee_name for one in (context, payee, holder)]
    assert names == ["Atelier Lumen SARL", "Payee Ltd", "Holder Ltd"]


def test_the_reference_to_quote_is_given_or_made_of_the_items():
    context = sample_context("before-due", language="en")

    assert context.reference_to_quote == "F-2026-0142 F-2026-0157"
    assert replace(context, payment_reference="RF18539007547034").reference_to_quote == (
        "RF18539007547034"
    )
