"""The facts that decisions build are exactly those of the vocabulary, with its types."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dunning_sdk.decisions.facts import (
    common_facts,
    financing_facts,
    receivable_facts,
    splitting_facts,
    with_mandate,
    with_step,
)
from dunning_sdk.decisions.inquiry import Experience, Inquiry, with_inquiry
from dunning_sdk.domain import fact as vocabulary
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.invoice import Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact
from dunning_sdk.domain.receivable import StopReason
from dunning_sdk.errors import CurrencyMismatchError
from dunning_sdk.rules.vocabulary import fits
from tests.build import (
    FAST_PAYMENT,
    OWN_MANDATE,
    a_debtor,
    a_receivable,
    a_stop,
    acted,
    on,
)

LINE = CreditLine(
    debtor_id="D1",
    financier_id="X",
    limit=Money(15_000_00, "EUR"),
    in_use=Money(5_000_00, "EUR"),
    withheld=Money(2_000_00, "EUR"),
)
QUOTE = Quote(
    number="Q1",
    debtor_id="D1",
    amount=Money(9_000_00, "EUR"),
    signed_on=on(0),
    terms_allow_financing=True,
    changed_by_debtor=True,
    recorded_by="creditor",
)


def flat(facts, prefix=""):
    found = {}
    for name, value in facts.items():
        found |= (
            flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
        )
    return found


def of_receivable(receivable, day=4, debtor=None):
    return receivable_facts(receivable, debtor or a_debtor(), as_of=on(day), operator="creditor")


def of_financing(**over):
    common = common_facts(a_debtor(), as_of=on(0), operator="creditor", currency="EUR")
    asked = {
        "stage": "quote",
        "total": Money(9_000_00, "EUR"),
        "quote": QUOTE,
        "credit_line": LINE,
    }
    nothing = Inquiry(findings=(), experience=Experience(), as_of=on(0))
    return with_inquiry(financing_facts(common, **(asked | over)), nothing)


EVERY_STOP = tuple(a_stop(reason, 1) for reason in StopReason)
STEP = FAST_PAYMENT.steps[4]


@pytest.mark.parametrize(
    ("facts", "listed"),
    [
        (of_receivable(a_receivable()), vocabulary.MANDATE_FACTS),
        (with_mandate(of_receivable(a_receivable()), OWN_MANDATE), vocabulary.PROCEDURE_FACTS),
        (
            with_step(
                with_mandate(of_receivable(a_receivable(stops=EVERY_STOP)), OWN_MANDATE),
                STEP,
                "email",
            ),
            vocabulary.GUARD_FACTS,
        ),
        (of_financing(), vocabulary.ELIGIBILITY_FACTS),
        (of_financing(quote=None, credit_line=None), vocabulary.ELIGIBILITY_FACTS),
        (
            splitting_facts(of_financing(), reachable=Money(7_999_99, "EUR")),
            vocabulary.SPLITTING_FACTS,
        ),
    ],
    ids=["mandate", "procedure", "guards", "eligibility", "nothing known", "splitting"],
)
def test_facts_are_those_of_the_vocabulary_with_its_types(facts, listed):
    found = flat(facts)

    assert set(found) == {fact.name for fact in listed}
    wrong = [fact.name for fact in listed if not fits(fact, found[fact.name])]
    assert wrong == []


def test_a_name_means_the_same_in_every_list():
    every = [*vocabulary.GUARD_FACTS, *vocabulary.SPLITTING_FACTS]
    by_name = {fact.name: fact for fact in every}

    assert [fact for fact in every if by_name[fact.name] is not fact] == []


def test_every_fact_has_labels_in_both_languages():
    every = [*vocabulary.GUARD_FACTS, *vocabulary.SPLITTING_FACTS]

    assert [fact.name for fact in every if not fact.label or not fact.label_fr] == []


def test_what_moves_by_itself_is_said_to():
    daily = {fact.name for fact in vocabulary.GUARD_FACTS if fact.daily}
    receivable = a_receivable(acts=acted(a_receivable(), STEP, on(-20)).acts)
    first, second = (flat(of_receivable(receivable, day)) for day in (4, 5))

    assert daily == {name for name in first if first[name] != second[name]}


def test_the_facts_of_a_receivable_are_its_own():
    receivable = replace(
        acted(a_receivable(), FAST_PAYMENT.steps[1], on(0)),
        paid_minor=200_00,
        channel="letter",
        financier_id="X",
        contract_kind="full",
        reminders=False,
        cycle=1,
    )

    assert of_receivable(receivable)["receivable"] == {
        "kind": "invoice",
        "amount": Decimal("1200.00"),
        "open_amount": Decimal("1000.00"),
        "issued_on": date(2026, 2, 8),
        "due_on": date(2026, 3, 10),
        "days_overdue": 4,
        "level": 2,
        "cycle": 1,
        "reminders": False,
        "channel": "letter",
        "payee": "creditor",
        "is_financed": True,
    }
    assert of_receivable(receivable)["contract"] == {"kind": "full"}


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        (StopReason.DISPUTED, "dispute.is_open"),
        (StopReason.PROMISED, "promise.is_open"),
        (StopReason.PAYMENT_PLAN, "plan.is_kept"),
        (StopReason.BLOCKED, "block.is_open"),
        (StopReason.INSOLVENT, "insolvency.is_open"),
        (StopReason.WRITTEN_OFF, "write_off.is_done"),
        (StopReason.PAYMENT_UNSURE, "payment.is_unsure"),
    ],
)
def test_each_stop_is_one_fact(reason, name):
    flags = {name for name in flat(of_receivable(a_receivable())) if name.split(".")[0] in STOPS}
    stop = a_stop(reason, 1, until_on=on(9))

    held = flat(of_receivable(a_receivable(stops=(stop,)), 9))
    over = flat(of_receivable(a_receivable(stops=(stop,)), 10))

    assert [one for one in flags if held[one] is True] == [name]
    assert [one for one in flags if over[one] is True] == []


STOPS = {"dispute", "promise", "plan", "block", "insolvency", "write_off", "payment"}


def test_the_disputed_amount_is_in_major_units():
    stop = a_stop(StopReason.DISPUTED, 1, amount_minor=400_50)

    assert of_receivable(a_receivable(stops=(stop,)))["dispute"]["amount"] == Decimal("400.50")


@pytest.mark.parametrize(
    ("over", "has_email", "has_address"),
    [
        ({}, True, True),
        ({"contacts": ()}, False, True),
        ({"contacts": (Contact(name="Jeanne"),)}, False, True),
        ({"address": Address(city="Nantes", country="FR")}, True, False),
    ],
)
def test_how_a_debtor_can_be_reached(over, has_email, has_address):
    facts = common_facts(a_debtor(**over), as_of=on(0), operator="platform", currency="EUR")

    assert (facts["operator"], facts["as_of"]) == ("platform", on(0))
    assert facts["debtor"]["has_email"] is has_email
    assert facts["debtor"]["has_address"] is has_address


def test_guards_see_the_step_and_its_channel():
    facts = with_step({"as_of": on(0)}, STEP, "registered-letter")

    assert facts == {
        "as_of": on(0),
        "step": {
            "id": "formal-notice",
            "action": "notice",
            "level": 5,
            "legal_effect": True,
            "channel": "registered-letter",
        },
    }


def test_what_a_financier_is_asked_about():
    facts = of_financing()

    assert facts["invoice"] == {"total": Decimal("9000.00")}
    assert facts["credit_line"] == {"available": Decimal("8000.00"), "limit": Decimal("15000.00")}
    assert facts["quote"] == {
        "is_signed": True,
        "terms_allow_financing": True,
        "changed_by_debtor": True,
        "change_recorded_by": "creditor",
    }
    assert facts["debtor"]["is_eligible"] is True
    assert facts["debtor"]["country"] == "FR"


def test_what_is_not_known_counts_against_financing():
    facts = of_financing(quote=None, credit_line=None)

    assert facts["debtor"]["is_eligible"] is False
    assert facts["credit_line"] == {"available": Decimal("0.00"), "limit": Decimal("0.00")}
    assert facts["quote"]["is_signed"] is False
    assert facts["quote"]["terms_allow_financing"] is False


@pytest.mark.parametrize(("signed_on", "signed"), [(on(0), True), (on(1), False), (None, False)])
def test_a_quote_counts_as_signed_from_the_day_it_was(signed_on, signed):
    facts = of_financing(quote=replace(QUOTE, signed_on=signed_on))

    assert facts["quote"]["is_signed"] is signed


def test_a_credit_line_in_another_currency_is_not_compared():
    with pytest.raises(CurrencyMismatchError):
        of_financing(total=Money(9_000_00, "CHF"))
