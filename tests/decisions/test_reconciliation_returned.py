"""Which earlier payment a returned direct debit undoes."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.decisions.returned import match_return
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Allocation, Confidence, Payment, PaymentKind

IBAN = "FR7630006000011234567890189"


def settled(id="P1", minor=120_00, receivable="F1", **over):
    paid = Payment(
        id=id,
        received_on=over.pop("on", date(2026, 2, 3)),
        amount=Money(minor, "EUR"),
        kind=PaymentKind.DIRECT_DEBIT,
        payer_iban=IBAN,
        **over,
    )
    allocation = Allocation(
        payment_id=id,
        receivable_id=receivable,
        amount=Money(minor, "EUR"),
        confidence=Confidence.CERTAIN,
        reason="reference",
    )
    return paid, allocation


def a_return(minor=120_00, **over):
    base = Payment(
        id="R1",
        received_on=date(2026, 2, 10),
        amount=Money(minor, "EUR"),
        kind=PaymentKind.RETURN,
    )
    return replace(base, **over)


def seen(payment, earlier):
    found = match_return(payment, earlier)
    return (
        [
            (one.returned_id, one.receivable_id, one.amount.minor, one.confidence.value, one.reason)
            for one in found.taken_back
        ],
        found.unsure and (found.unsure.amount.minor, found.unsure.candidates),
        found.unallocated and found.unallocated.amount.minor,
    )


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"returns": "P1"}, "returned-payment-id"),
        ({"returns": "e2e-7"}, "returned-payment-id"),
        ({"end_to_end_id": "E2E7"}, "returned-payment-id"),
        ({"reference": "RETOUR Prélèvement F-2026/0042 MS03"}, "returned-reference"),
    ],
)
def test_a_return_names_what_it_undoes(told, reason):
    earlier = [
        settled(end_to_end_id="E2E-7", reference="Prélèvement F-2026-0042"),
        settled("P2", receivable="F2"),
    ]

    assert seen(a_return(**told), earlier) == (
        [("P1", "F1", 120_00, "certain", reason)],
        None,
        None,
    )


def test_payer_and_amount_are_probable():
    earlier = [settled(payer_name="Martin"), settled("P2", 80_00, "F2")]
    found = [("P1", "F1", 120_00, "probable", "returned-payer-and-amount")]

    assert seen(a_return(payer_iban="FR76 3000 6000 0112 3456 7890 189"), earlier)[0] == found
    assert seen(a_return(payer_name="MARTIN SARL"), earlier)[0] == found
    assert seen(a_return(payer_name="LEROUX"), earlier) == ([], None, 120_00)


def test_of_payments_alike_the_latest_is_undone():
    earlier = [settled(on=date(2026, 1, 3)), settled("P2", on=date(2026, 2, 3), receivable="F2")]

    assert seen(a_return(payer_iban=IBAN), earlier)[0][0][:2] == ("P2", "F2")


def test_two_payments_of_one_day_are_for_a_person():
    earlier = [settled(), settled("P2", receivable="F2")]

    assert seen(a_return(payer_iban=IBAN), earlier) == ([], (120_00, ("F1", "F2")), None)


def test_a_payment_of_several_invoices_is_undone_whole():
    paid, first = settled(minor=200_00, end_to_end_id="E1")
    both = [
        (paid, replace(first, amount=Money(120_00, "EUR"))),
        (paid, replace(first, receivable_id="F2", amount=Money(80_00, "EUR"))),
    ]

    assert [one[1:3] for one in seen(a_return(200_00, returns="E1"), both)[0]] == [
        ("F1", 120_00),
        ("F2", 80_00),
    ]
    assert [one[1:3] for one in seen(a_return(80_00, returns="E1"), both)[0]] == [("F2", 80_00)]
    assert seen(a_return(70_00, returns="E1"), both) == ([], (70_00, ("F1", "F2")), None)


def test_charges_above_what_was_allocated_are_left_over():
    assert seen(a_return(123_50, returns="P1"), [settled()]) == (
        [("P1", "F1", 120_00, "certain", "returned-payment-id")],
        None,
        3_50,
    )


def test_part_of_a_single_allocation_is_taken_back():
    assert seen(a_return(20_00, returns="P1"), [settled()])[0][0][2] == 20_00


@pytest.mark.parametrize(
    "earlier",
    [
        [],
        [settled(on=date(2026, 2, 11))],
        [(settled()[0], replace(settled()[1], amount=Money(120_00, "USD")))],
        [(settled()[0], replace(settled()[1], amount=Money(0, "EUR")))],
    ],
)
def test_what_was_never_settled_cannot_be_undone(earlier):
    assert seen(a_return(returns="P1"), earlier) == ([], None, 120_00)


@given(
    minor=st.integers(1, 400),
    pairs=st.lists(
        st.builds(
            settled,
            st.sampled_from(["P1", "P2", "P3"]),
            st.integers(1, 200),
            st.sampled_from(["F1", "F2"]),
        ),
        unique_by=lambda pair: (pair[0].id, pair[1].receivable_id),
    ),
    told=st.sampled_from([{}, {"returns": "P1"}, {"payer_iban": IBAN}]),
)
def test_nothing_is_taken_back_beyond_the_return_or_the_allocation(minor, pairs, told):
    found = match_return(a_return(minor, **told), pairs)
    allocated = {(paid.id, one.receivable_id): one.amount.minor for paid, one in pairs}

    for back in found.taken_back:
        assert 0 < back.amount.minor <= allocated[back.returned_id, back.receivable_id]
    rest = [one.amount.minor for one in (found.unsure, found.unallocated) if one]
    assert sum(one.amount.minor for one in found.taken_back) + sum(rest) == minor
