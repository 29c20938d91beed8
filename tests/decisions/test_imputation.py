"""Several debts and less money: the order of law or contract, to the last minor unit."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.decisions.reconciliation import reconcile
from dunning_sdk.decisions.short_payment import borne_by_creditor
from dunning_sdk.domain.money import Money
from tests.decisions.test_reconciliation import IBAN, a_payment, an_item

OLD = an_item("F-1", 100_00, debtor_ibans=(IBAN,), due_on=date(2026, 1, 20))
NEW = replace(OLD, receivable_id="F-2", invoice_number="F-2", due_on=date(2026, 1, 30))
CHARGED = replace(NEW, receivable_id="F-3", invoice_number="F-3", burden_minor=40_00)
AHEAD = replace(OLD, receivable_id="F-4", invoice_number="F-4", due_on=date(2026, 2, 28))
PAID = a_payment(minor=150_00, payer_iban=IBAN, payer_name="Boulangerie Martin SARL")


def shares(across, *items, payment=PAID):
    found = reconcile([payment], items, across=across)
    return {one.receivable_id: one.amount.minor for one in found.allocations}


@pytest.mark.parametrize(
    ("across", "expected"),
    [
        ("ask", {}),
        ("oldest", {"F-1": 100_00, "F-2": 50_00}),
        ("burdensome", {"F-3": 100_00, "F-1": 50_00}),
        ("law", {"F-3": 100_00, "F-1": 50_00}),
    ],
)
def test_a_payer_known_by_his_iban_pays_in_the_order_of_the_rule(across, expected):
    assert shares(across, AHEAD, CHARGED, NEW, OLD) == expected


def test_by_law_what_is_due_comes_before_what_is_not():
    charged = replace(AHEAD, burden_minor=1)

    assert shares("law", charged, OLD) == {"F-1": 100_00, "F-4": 50_00}
    assert shares("burdensome", charged, OLD) == {"F-4": 100_00, "F-1": 50_00}


def test_by_law_debts_alike_are_paid_in_proportion():
    twin = replace(OLD, receivable_id="F-9", open_amount=Money(200_00, "EUR"))
    small = replace(PAID, amount=Money(100, "EUR"))
    least = replace(PAID, amount=Money(1, "EUR"))

    assert shares("law", OLD, twin, payment=small) == {"F-1": 33, "F-9": 67}
    assert shares("oldest", OLD, twin, payment=small) == {"F-1": 100}
    assert shares("law", OLD, twin, payment=least) == {"F-9": 1}


def test_money_that_fits_one_debt_or_one_sum_pays_just_that():
    exact = replace(PAID, amount=Money(70_00, "EUR"))
    other = replace(NEW, open_amount=Money(70_00, "EUR"))

    assert shares("oldest", OLD, other, payment=exact) == {"F-2": 70_00}
    assert shares("oldest", OLD, other, CHARGED, payment=exact) == {"F-2": 70_00}
    both = replace(PAID, amount=Money(170_00, "EUR"))
    assert shares("law", OLD, other, payment=both) == {"F-1": 100_00, "F-2": 70_00}


def test_two_debts_of_one_amount_are_paid_by_the_rule():
    exact = replace(PAID, amount=Money(100_00, "EUR"))

    assert shares("ask", OLD, NEW, payment=exact) == {}
    assert shares("oldest", OLD, NEW, payment=exact) == {"F-1": 100_00}


def test_what_is_above_all_debts_is_left_as_overpaid():
    found = reconcile([replace(PAID, amount=Money(250_00, "EUR"))], [OLD, NEW], across="law")

    assert [one.amount.minor for one in found.allocations] == [100_00, 100_00]
    assert [(one.amount.minor, one.reason.value) for one in found.unallocated] == [
        (50_00, "overpaid")
    ]


def test_a_payer_known_by_name_alone_is_asked_about():
    assert shares("law", OLD, NEW, payment=replace(PAID, payer_iban="")) == {}


@pytest.mark.parametrize("across", ["ask", "oldest", "burdensome", "law"])
def test_a_payer_who_names_several_pays_these_in_the_order_of_the_rule(across):
    named = replace(PAID, reference="F-2026-0001 F-2026-0003", payer_iban="")
    old = replace(OLD, invoice_number="F-2026-0001")
    charged = replace(CHARGED, invoice_number="F-2026-0003")
    first = "F-1" if across in ("ask", "oldest") else "F-3"

    found = reconcile([named], [old, charged, NEW], across=across).allocations

    assert next(one.receivable_id for one in found if one.amount.minor == 100_00) == first
    reason = "references-oldest-first" if first == "F-1" else "imputed-by-rule"
    assert {one.reason for one in found} == {reason}


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 3), st.booleans()), min_size=1),
    st.integers(1, 10**7),
    st.sampled_from(["oldest", "burdensome", "law"]),
)
def test_every_minor_unit_is_in_one_place(debts, minor, across):
    items = [
        replace(
            OLD,
            receivable_id=f"R{place}",
            invoice_number=f"X-{place}",
            open_amount=Money(left, "EUR"),
            due_on=date(2026, 2, 1 + day),
            burden_minor=int(is_charged),
        )
        for place, (left, day, is_charged) in enumerate(debts)
    ]
    found = reconcile([replace(PAID, amount=Money(minor, "EUR"))], items, across=across)
    left = {item.receivable_id: item.open_amount.minor for item in items}

    allocated = sum(one.amount.minor for one in found.allocations)
    assert allocated + sum(one.amount.minor for one in found.unallocated) == minor
    assert all(one.amount.minor <= left[one.receivable_id] for one in found.allocations)
    assert allocated == min(minor, sum(left.values()))


@pytest.mark.parametrize(
    ("paid", "left", "most", "expected"),
    [
        (990_00, 10_00, 10_00, 10_00),
        (990_00, 10_01, 10_00, None),
        (100_00, 10_00, 15_00, 10_00),
        (99_99, 10_00, 15_00, None),
        (100_00, 0, 15_00, None),
        (990_00, 10_00, None, None),
    ],
)
def test_the_creditor_bears_what_is_within_the_tolerance_and_a_tenth(paid, left, most, expected):
    found = borne_by_creditor(
        Money(paid, "EUR"),
        left=Money(left, "EUR"),
        most=None if most is None else Money(most, "EUR"),
    )

    assert (found.minor if found else None) == expected
