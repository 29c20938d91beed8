"""What is known of a client: what counts, for how long, and how he paid so far."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from dunning_sdk.decisions.inquiry import (
    FRESH_DAYS,
    SAYINGS,
    Experience,
    Finding,
    Inquiry,
    Topic,
    experience_of,
    with_inquiry,
)
from dunning_sdk.domain import fact as vocabulary
from dunning_sdk.domain.charge import Movement, MovementKind
from dunning_sdk.rules.vocabulary import fits
from tests.build import DUE_ON, a_receivable, on

AS_OF = date(2026, 6, 1)


def found(topic, says, days_ago=10):
    found_on = AS_OF - timedelta(days=days_ago)
    return Finding(topic=topic, says=says, found_on=found_on, source="somewhere")


def known(*findings, **over):
    base = Inquiry(findings=findings, experience=Experience(), as_of=AS_OF)
    return replace(base, **over)


def paid(offset, minor, kind=MovementKind.PAID):
    return Movement(kind=kind, on=on(offset), minor=minor)


def lived(*movements, as_of=AS_OF, **over):
    return experience_of([a_receivable(movements=movements, **over)], as_of)


@pytest.mark.parametrize(
    ("movements", "late"),
    [
        ((paid(0, 1200_00),), 0),
        ((paid(-3, 1200_00),), 0),
        ((paid(5, 1200_00),), 5),
        ((paid(2, 700_00), paid(9, 500_00)), 9),
        ((paid(1, 1200_00, MovementKind.CREDITED),), 1),
        (
            (
                paid(1, 1200_00),
                paid(4, 1200_00, MovementKind.RETURNED),
                paid(20, 1200_00),
            ),
            20,
        ),
        ((paid(2, 700_00),), (AS_OF - DUE_ON).days),
        ((), (AS_OF - DUE_ON).days),
    ],
)
def test_an_invoice_is_late_by_the_day_it_was_wholly_settled(movements, late):
    assert lived(*movements) == Experience(count=1, late_count=int(late > 0), days_late_max=late)


def test_what_happens_later_is_unseen():
    assert lived(paid(5, 1200_00), as_of=on(3)).days_late_max == 3


@pytest.mark.parametrize(
    "over",
    [
        {"due_on": AS_OF},
        {"due_on": AS_OF - timedelta(days=731)},
        {"kind": "charges"},
        {"entered_on": AS_OF + timedelta(days=1)},
    ],
)
def test_only_own_invoices_that_fell_due_in_two_years_count(over):
    assert lived(**over) == Experience()


def test_the_share_of_late_invoices_is_exact_to_four_decimals():
    assert Experience().late_share == Decimal(0)
    assert Experience(count=2, late_count=1).late_share == Decimal("0.5")
    assert Experience(count=3, late_count=1).late_share == Decimal("0.3333")


def test_answers_count_for_a_year():
    old, new = found(Topic.PRESS, "adverse", FRESH_DAYS + 1), found(Topic.PRESS, "adverse")
    last = found(Topic.PRESS, "adverse", FRESH_DAYS)

    assert known(old, last, new).fresh == (last, new)
    assert known(old, last, new).press_count == 2
    assert not known(old).is_known
    assert known(found(Topic.PRESS, "adverse", -1)).fresh == ()


def test_the_latest_answer_and_the_worst_partner_count():
    before, after = found(Topic.CLOSED, "true", 20), found(Topic.CLOSED, "false", 2)

    assert known(before).is_so(Topic.CLOSED)
    assert not known(before, after).is_so(Topic.CLOSED)
    assert not known().is_so(Topic.INSOLVENT)
    assert known().partners_say == ""
    late, quick = found(Topic.PARTNER, "late"), found(Topic.PARTNER, "quick")
    assert known(quick).partners_say == "quick"
    assert known(late, quick).partners_say == "late"
    assert known(late, found(Topic.PARTNER, "unpaid"), quick).partners_say == "unpaid"


def test_own_experience_alone_is_no_inquiry():
    assert not known(found(Topic.OWN, "1 of 4 invoices late")).is_known
    assert Topic.OWN not in SAYINGS


def test_the_facts_are_those_of_the_vocabulary():
    inquiry = known(
        found(Topic.SANCTIONED, "true"),
        found(Topic.PARTNER, "late"),
        experience=Experience(count=4, late_count=3, days_late_max=40),
    )
    about = with_inquiry({"stage": "quote"}, inquiry)["inquiry"]
    facts = {fact.name: fact for fact in vocabulary.INQUIRY}

    assert {f"inquiry.{name}" for name in about} == set(facts)
    assert all(fits(facts[f"inquiry.{name}"], value) for name, value in about.items())
    assert about["is_sanctioned"] is True
    assert about["own_late_share"] == Decimal("0.75")
