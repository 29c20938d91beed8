"""What a payment settles: references first, then amount and payer; the rest is for a person."""

import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.decisions.open_items import Subset, adding_up
from dunning_sdk.decisions.reconciliation import OpenItem, reconcile
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Confidence, Payment, PaymentKind

IBAN = "FR7630006000011234567890189"


def an_item(number="F-2026-0042", minor=120_00, **over):
    base = OpenItem(
        receivable_id=number,
        invoice_number=number,
        debtor_id="D1",
        debtor_name="Boulangerie Martin SARL",
        open_amount=Money(minor, "EUR"),
        issued_on=date(2026, 1, 5),
        due_on=date(2026, 2, 4),
    )
    return replace(base, **over)


def a_payment(reference="", minor=120_00, **over):
    base = Payment(
        id="P1", received_on=date(2026, 2, 3), amount=Money(minor, "EUR"), reference=reference
    )
    return replace(base, **over)


def seen(payments, items):
    """Return what became of payments, short: amounts in minor units, values instead of enums."""
    found = reconcile(payments if isinstance(payments, list) else [payments], items)
    return {
        **{
            f"{one.payment_id}>{one.receivable_id}": (
                one.amount.minor,
                one.confidence.value,
                one.reason,
            )
            for one in found.allocations
        },
        **{
            f"{one.payment_id}?": (one.amount.minor, one.candidates, one.reason.value)
            for one in found.unsure
        },
        **{
            f"{one.payment_id}!": (one.amount.minor, one.debtor_id, one.reason.value)
            for one in found.unallocated
        },
    }


# references ---------------------------------------------------------------------------------
def test_reference_and_amount_are_certain():
    assert seen(a_payment("Facture F-2026-0042"), [an_item()]) == {
        "P1>F-2026-0042": (120_00, "certain", "reference-and-amount")
    }


def test_a_structured_reference_comes_first():
    items = [an_item(payment_reference="RF18539007547034"), an_item("F-2026-0043")]
    paid = a_payment("F-2026-0043", structured_reference="RF18 5390 0754 7034", minor=50_00)

    assert seen(paid, items) == {"P1>F-2026-0042": (50_00, "certain", "structured-reference")}


def test_a_bare_invoice_number_may_stand_in_the_structured_field():
    assert seen(a_payment(structured_reference="F20260042"), [an_item()]) == {
        "P1>F-2026-0042": (120_00, "certain", "structured-reference-and-amount")
    }


def test_the_end_to_end_id_may_quote_the_number():
    paid = a_payment("merci", end_to_end_id="F-2026-0042")

    assert seen(paid, [an_item()]) == {
        "P1>F-2026-0042": (120_00, "certain", "end-to-end-id-and-amount")
    }
    assert seen(replace(paid, amount=Money(5, "EUR")), [an_item()]) == {
        "P1>F-2026-0042": (5, "certain", "end-to-end-id")
    }


def test_the_sources_count_together_where_only_their_sum_fits():
    items = [an_item(), an_item("F-2026-0043", 80_00)]
    paid = a_payment("F-2026-0043", 200_00, structured_reference="F-2026-0042")

    assert seen(paid, items) == {
        "P1>F-2026-0042": (120_00, "certain", "structured-reference-and-amount"),
        "P1>F-2026-0043": (80_00, "certain", "structured-reference-and-amount"),
    }


def test_a_partial_payment_with_its_reference_is_certain():
    assert seen(a_payment("F-2026-0042", 100_00), [an_item()]) == {
        "P1>F-2026-0042": (100_00, "certain", "reference")
    }


def test_an_overpayment_leaves_the_rest_unallocated():
    assert seen(a_payment("F-2026-0042", 150_00), [an_item()]) == {
        "P1>F-2026-0042": (120_00, "certain", "reference"),
        "P1!": (30_00, "D1", "overpaid"),
    }


def test_one_invoice_is_paid_in_parts():
    payments = [
        a_payment("F-2026-0042", 50_00),
        a_payment("F-2026-0042", 70_00, id="P2"),
        a_payment("F-2026-0042", 1_00, id="P3"),
    ]

    assert seen(payments, [an_item()]) == {
        "P1>F-2026-0042": (50_00, "certain", "reference"),
        "P2>F-2026-0042": (70_00, "certain", "reference-and-amount"),
        "P3!": (1_00, "D1", "already-settled"),
    }


def test_one_payment_settles_the_invoices_it_names():
    items = [an_item(), an_item("F-2026-0043", 80_00), an_item("F-2026-0050", 10_00)]

    assert seen(a_payment("F-2026-0042 + F-2026-0043", 200_00), items) == {
        "P1>F-2026-0042": (120_00, "certain", "reference-and-amount"),
        "P1>F-2026-0043": (80_00, "certain", "reference-and-amount"),
    }


def test_of_several_named_the_ones_that_add_up_are_settled():
    items = [an_item(), an_item("F-2026-0043", 80_00), an_item("F-2026-0050", 11_00)]
    paid = a_payment("F-2026-0042 F-2026-0043 F-2026-0050", 131_00)

    assert seen(paid, items) == {
        "P1>F-2026-0042": (120_00, "certain", "reference-and-amount"),
        "P1>F-2026-0050": (11_00, "certain", "reference-and-amount"),
    }


def test_of_several_named_and_paid_in_part_the_oldest_due_is_settled_first():
    items = [an_item(due_on=date(2026, 3, 4)), an_item("F-2026-0043", 80_00)]

    assert seen(a_payment("F-2026-0042 F-2026-0043", 90_00), items) == {
        "P1>F-2026-0043": (80_00, "probable", "references-oldest-first"),
        "P1>F-2026-0042": (10_00, "probable", "references-oldest-first"),
    }


def test_several_sums_of_the_named_are_for_a_person():
    items = [an_item(f"F-2026-004{n}", 10_00 * n) for n in (1, 2, 3)]

    assert seen(a_payment("F-2026-0041 F-2026-0042 F-2026-0043", 30_00), items) == {
        "P1?": (30_00, ("F-2026-0041", "F-2026-0042", "F-2026-0043"), "several-sums")
    }


def test_a_text_cut_by_the_bank_is_completed_by_the_sum():
    items = [an_item(), an_item("F-2026-0070", 80_00), an_item("F-2026-0081", 10_00)]
    text = "Règlement de nos factures selon notre relevé du mois : ".ljust(100) + "F-2026-0042"
    short = a_payment("F-2026-0042", 200_00)

    assert seen(a_payment(text, 200_00), items) == {
        "P1>F-2026-0042": (120_00, "certain", "reference"),
        "P1>F-2026-0070": (80_00, "probable", "reference-and-sum"),
    }
    assert seen(short, items) == {
        "P1>F-2026-0042": (120_00, "certain", "reference"),
        "P1?": (80_00, ("F-2026-0070",), "rest-adds-up"),
    }


def test_two_debtors_named_are_settled_only_where_the_sum_fits():
    items = [an_item(), an_item("F-2026-0070", 80_00, debtor_id="D2", debtor_name="Kiosque Nord")]
    text = "F-2026-0042 F-2026-0070"

    assert seen(a_payment(text, 200_00), items) == {
        "P1>F-2026-0042": (120_00, "certain", "reference-and-amount"),
        "P1>F-2026-0070": (80_00, "certain", "reference-and-amount"),
    }
    assert seen(a_payment(text, 150_00), items) == {
        "P1?": (150_00, ("F-2026-0042", "F-2026-0070"), "reference-of-another-payer")
    }
    structured = a_payment(
        minor=300_00, structured_reference="RF18539007547034", reference="F-2026-0070"
    )
    checked = [replace(items[0], payment_reference="RF18539007547034"), items[1]]
    assert seen(structured, checked)["P1!"] == (180_00, "D1", "overpaid")


def test_a_weak_number_needs_the_amount_and_then_the_payer_counts():
    items = [an_item("1042")]
    text = "Rate 1042 Mai"

    assert seen(a_payment(text, payer_name="MARTIN BOULANGERIE"), items) == {
        "P1>1042": (120_00, "certain", "reference-and-amount")
    }
    assert seen(a_payment(text), items) == {"P1>1042": (120_00, "probable", "reference-and-amount")}
    assert seen(a_payment(text, payer_name="Zeta Holding"), items) == {
        "P1?": (120_00, ("1042",), "reference-of-another-payer")
    }
    assert seen(a_payment(text, 5), items) == {"P1!": (5, "", "no-match")}


def test_one_of_two_weak_numbers_may_fit():
    items = [an_item("1042"), an_item("2042", 70_00)]

    assert seen(a_payment("Rate 1042 Mai 2042"), items) == {
        "P1>1042": (120_00, "probable", "reference-and-amount")
    }


# slips of the pen ---------------------------------------------------------------------------
NEXT = an_item("F-2026-0043", 99_00, debtor_id="D2", debtor_name="Garage Leroux")


def test_a_slip_that_hits_another_debtors_number_is_set_right_by_amount_and_payer():
    paid = a_payment("F-2026-0043", payer_name="BOULANGERIE MARTIN")

    assert seen(paid, [an_item(), NEXT]) == {
        "P1>F-2026-0042": (120_00, "probable", "near-reference-and-amount")
    }


def test_a_slip_without_a_payer_is_for_a_person():
    assert seen(a_payment("F-2026-0043"), [an_item(), NEXT]) == {
        "P1?": (120_00, ("F-2026-0042", "F-2026-0043"), "amount-of-another-item")
    }


def test_a_slip_to_a_number_nobody_has_is_set_right_by_the_amount():
    assert seen(a_payment("F-2026-0062"), [an_item()]) == {
        "P1>F-2026-0042": (120_00, "probable", "near-reference-and-amount")
    }
    assert seen(a_payment("F-2026-0062", payer_name="Zeta Holding"), [an_item()]) == {
        "P1?": (120_00, ("F-2026-0042",), "amount-of-another-item")
    }


def test_a_slip_between_equal_amounts_is_for_a_person():
    twin = replace(NEXT, open_amount=Money(120_00, "EUR"))

    assert seen(a_payment("F-2026-0043", payer_name="Boulangerie Martin"), [an_item(), twin]) == {
        "P1?": (120_00, ("F-2026-0042", "F-2026-0043"), "reference-of-another-payer")
    }
    assert seen(a_payment("F-2026-0043", payer_name="Zeta Holding"), [an_item(), twin]) == {
        "P1>F-2026-0043": (120_00, "certain", "reference-and-amount")
    }


def test_a_partial_payment_from_somebody_else_is_for_a_person():
    assert seen(a_payment("F-2026-0042", 50_00, payer_name="Zeta Holding"), [an_item()]) == {
        "P1?": (50_00, ("F-2026-0042",), "reference-of-another-payer")
    }


def test_a_name_that_is_merely_similar_does_not_contradict():
    paid = a_payment("F-2026-0042", 50_00, payer_name="Boulangerie Marin")

    assert seen(paid, [an_item()]) == {"P1>F-2026-0042": (50_00, "certain", "reference")}


def test_the_whole_amount_from_somebody_else_is_certain():
    assert seen(a_payment("F-2026-0042", payer_name="Zeta Holding"), [an_item()]) == {
        "P1>F-2026-0042": (120_00, "certain", "reference-and-amount")
    }


def test_a_partial_payment_from_a_name_the_bank_cut_is_certain():
    item = an_item(debtor_name="Boulangerie Artisanale Martin et Fils SARL")
    paid = a_payment("F-2026-0042", 50_00, payer_name="BOULANGERIE ARTISANALE MART")

    assert seen(paid, [item]) == {"P1>F-2026-0042": (50_00, "certain", "reference")}


def test_a_near_number_of_a_third_debtor_does_not_count_against_the_one_quoted():
    twin = replace(NEXT, open_amount=Money(120_00, "EUR"))
    third = an_item("F-2026-0099", 5_00, debtor_id="D3", debtor_name="Zeta Holding")
    paid = a_payment("F-2026-0043", payer_name="Zeta Holding")

    assert seen(paid, [an_item(), twin, third]) == {
        "P1>F-2026-0043": (120_00, "certain", "reference-and-amount")
    }


def test_check_digits_prove_the_number_whoever_pays():
    items = [an_item(payment_reference="RF18539007547034")]
    paid = a_payment("RF18539007547034", 50_00, payer_name="Zeta Holding")

    assert seen(paid, items) == {"P1>F-2026-0042": (50_00, "certain", "reference")}
    assert seen(replace(paid, amount=Money(120_00, "EUR")), items) == {
        "P1>F-2026-0042": (120_00, "certain", "reference-and-amount")
    }


def test_the_exact_amount_of_another_item_of_the_debtor_is_for_a_person():
    items = [an_item(), an_item("F-2026-0099", 50_00)]

    assert seen(a_payment("F-2026-0042", 50_00), items) == {
        "P1?": (50_00, ("F-2026-0042", "F-2026-0099"), "amount-of-another-item")
    }


def test_a_settled_number_with_the_amount_of_an_open_one_is_for_a_person():
    items = [an_item(minor=0), an_item("F-2026-0099", 50_00)]

    assert seen(a_payment("F-2026-0042", 50_00), items) == {
        "P1?": (50_00, ("F-2026-0099",), "settled-item-quoted")
    }
    assert seen(a_payment("F-2026-0042", 51_00), items) == {"P1!": (51_00, "D1", "already-settled")}


# numbers that are not unique ----------------------------------------------------------------
def test_a_number_of_two_debtors_is_told_apart_by_state_payer_or_amount():
    one = an_item("7/1", invoice_number="F-2026-0042")
    two = an_item(
        "8/1", 80_00, invoice_number="F-2026-0042", debtor_id="D2", debtor_name="Garage Leroux"
    )
    settled = replace(two, open_amount=Money(0, "EUR"))

    assert list(seen(a_payment("F-2026-0042", 5), [one, settled])) == ["P1>7/1"]
    assert list(seen(a_payment("F-2026-0042", 5, payer_name="Garage Leroux"), [one, two])) == [
        "P1>8/1"
    ]
    assert list(seen(a_payment("F-2026-0042", 80_00), [one, two])) == ["P1>8/1"]
    assert seen(a_payment("F-2026-0042", 5), [one, two]) == {
        "P1?": (5, ("7/1", "8/1"), "number-not-unique")
    }
    assert seen(a_payment("F-2026-0042"), [replace(one, open_amount=Money(0, "EUR")), settled]) == {
        "P1!": (120_00, "D1", "already-settled")
    }


def test_both_parts_of_one_invoice_are_settled_by_the_whole_amount():
    parts = [an_item(f"{n}", 60_00, invoice_number="F-2026-0042") for n in "12"]

    assert seen(a_payment("F-2026-0042"), parts) == {
        "P1>1": (60_00, "certain", "reference-and-amount"),
        "P1>2": (60_00, "certain", "reference-and-amount"),
    }
    twice = a_payment("F-2026-0042 / F20260042", end_to_end_id="F 2026 0042")
    assert list(seen(twice, parts)) == ["P1>1", "P1>2"]


# amount and payer ---------------------------------------------------------------------------
def test_amount_and_name_are_probable():
    assert seen(a_payment("merci", payer_name="MARTIN BOULANGERIE"), [an_item(), NEXT]) == {
        "P1>F-2026-0042": (120_00, "probable", "amount-and-name")
    }


def test_amount_and_iban_are_probable():
    item = an_item(debtor_ibans=(IBAN,))

    assert seen(a_payment(payer_iban=IBAN, payer_name="M. Martin"), [item, NEXT]) == {
        "P1>F-2026-0042": (120_00, "probable", "amount-and-iban")
    }


def test_the_only_items_that_add_up_are_probable():
    items = [an_item(), an_item("F-2026-0043", 80_00), an_item("F-2026-0050", 11_00)]
    by_name = a_payment(minor=131_00, payer_name="Boulangerie Martin")
    by_iban = replace(by_name, payer_name="", payer_iban=IBAN)

    assert seen(by_name, items) == {
        "P1>F-2026-0042": (120_00, "probable", "sum-and-name"),
        "P1>F-2026-0050": (11_00, "probable", "sum-and-name"),
    }
    known = [replace(item, debtor_ibans=(IBAN,)) for item in items]
    assert seen(by_iban, known)["P1>F-2026-0050"] == (11_00, "probable", "sum-and-iban")


@pytest.mark.parametrize(
    ("minor", "amounts", "expected"),
    [
        (50_00, [50_00, 50_00], (("A", "B"), "same-amount-twice")),
        (30_00, [10_00, 20_00, 15_00, 15_00], (("A", "B", "C", "D"), "several-sums")),
        (31_00, [10_00, 20_00], (("A", "B"), "amount-differs")),
        (5_00, [10_00, 20_00], (("A", "B"), "amount-differs")),
    ],
)
def test_what_does_not_fit_one_debtors_items_is_for_a_person(minor, amounts, expected):
    items = [an_item(id, amount) for id, amount in zip("ABCD", amounts, strict=False)]
    paid = a_payment(minor=minor, payer_name="Boulangerie Martin")

    assert seen(paid, items) == {"P1?": (minor, *expected)}


def test_two_debtors_of_one_name_are_for_a_person():
    items = [an_item(), an_item("F-2026-0043", 80_00, debtor_id="D2")]

    assert seen(a_payment(payer_name="Boulangerie Martin"), items) == {
        "P1?": (120_00, ("F-2026-0042",), "two-debtors")
    }
    assert seen(a_payment(minor=7, payer_name="Boulangerie Martin"), items) == {
        "P1?": (7, ("F-2026-0042", "F-2026-0043"), "two-debtors")
    }


def test_an_iban_of_two_debtors_is_enough_where_one_item_fits():
    items = [
        an_item(debtor_ibans=(IBAN,)),
        an_item("F-2026-0043", 80_00, debtor_id="D2", debtor_name="Kiosque", debtor_ibans=(IBAN,)),
    ]

    assert seen(a_payment(payer_iban=IBAN), items) == {
        "P1>F-2026-0042": (120_00, "probable", "amount-and-iban")
    }


def test_a_weak_name_or_none_is_for_a_person():
    assert seen(a_payment(payer_name="Boulangerie Marin"), [an_item()]) == {
        "P1?": (120_00, ("F-2026-0042",), "name-weak")
    }
    assert seen(a_payment(), [an_item()]) == {"P1?": (120_00, ("F-2026-0042",), "amount-only")}
    assert seen(a_payment(minor=1), [an_item()]) == {"P1!": (1, "", "no-match")}


def test_an_amount_that_everybody_owes_says_nothing():
    items = [an_item(f"F-{n:04}", debtor_id=f"D{n}", debtor_name="") for n in range(1_001)]

    assert seen(a_payment(), items) == {"P1!": (120_00, "", "too-many-candidates")}
    assert len(seen(a_payment(), items[:-1])["P1?"][1]) == 1_000


def test_money_without_a_payer_waits_for_all_whose_items_add_up_to_it():
    items = [
        an_item("F-1", 70_00, debtor_id="D1", debtor_name="Un"),
        an_item("F-2", 50_00, debtor_id="D1", debtor_name="Un"),
        an_item("F-3", 30_00, debtor_id="D1", debtor_name="Un"),
        an_item("F-4", 90_00, debtor_id="D2", debtor_name="Deux"),
        an_item("F-5", 30_00, debtor_id="D2", debtor_name="Deux"),
        an_item("F-6", 100_00, debtor_id="D3", debtor_name="Trois"),
        an_item("F-7", 20_00, debtor_id="D4", debtor_name="Quatre"),
    ]

    found = {"P1?": (120_00, ("F-1", "F-2", "F-4", "F-5"), "sum-only")}
    assert seen(a_payment(), items) == found
    assert seen(a_payment("Paiement groupé"), items) == found
    assert seen(a_payment(payer_name="Impôts"), items) == {"P1!": (120_00, "", "no-match")}


def test_an_item_of_the_amount_does_not_hide_those_that_add_up_to_it():
    items = [
        an_item("F-1", 120_00, debtor_id="D1", debtor_name="Un"),
        an_item("F-2", 50_00, debtor_id="D2", debtor_name="Deux"),
        an_item("F-3", 70_00, debtor_id="D2", debtor_name="Deux"),
    ]

    assert seen(a_payment(), items) == {"P1?": (120_00, ("F-1", "F-2", "F-3"), "amount-only")}


def test_money_from_before_the_invoices_does_not_wait_for_their_sum():
    items = [
        an_item("F-1", 70_00, issued_on=date(2026, 1, 5)),
        an_item("F-2", 50_00, issued_on=date(2026, 1, 9)),
    ]
    early = a_payment(received_on=date(2026, 1, 8))

    assert seen(early, items) == {"P1!": (120_00, "", "no-match")}
    assert seen(replace(early, received_on=date(2026, 1, 9)), items) == {
        "P1?": (120_00, ("F-1", "F-2"), "sum-only")
    }


def test_a_sum_in_another_currency_is_no_candidate():
    items = [
        an_item("F-1", 70_00, open_amount=Money(70_00, "USD")),
        an_item("F-2", 50_00, open_amount=Money(50_00, "USD")),
    ]

    found = reconcile(
        [a_payment(), a_payment(id="P2", amount=Money(120_00, "USD"))],
        items,
    )

    assert [(one.payment_id, one.reason.value) for one in found.unallocated] == [("P1", "no-match")]
    assert [(one.payment_id, one.candidates) for one in found.unsure] == [("P2", ("F-1", "F-2"))]


def test_a_payer_who_names_something_we_do_not_know_settles_nothing():
    paid = a_payment("F-2026-0999", payer_name="Boulangerie Martin")

    assert seen(paid, [an_item(), an_item("F-2026-0055", 1_00)]) == {
        "P1?": (120_00, ("F-2026-0042",), "unknown-number-quoted")
    }
    assert seen(replace(paid, amount=Money(7, "EUR")), [an_item()]) == {
        "P1?": (7, ("F-2026-0042",), "unknown-number-quoted")
    }


def test_a_payment_before_the_invoice_is_for_a_person():
    paid = a_payment(payer_name="Boulangerie Martin", received_on=date(2026, 1, 4))

    assert seen(paid, [an_item()]) == {"P1?": (120_00, ("F-2026-0042",), "paid-before-issue")}


def test_a_quoted_number_does_not_settle_before_its_invoice_was_issued():
    paid = a_payment("facture F-2026-0042", received_on=date(2026, 1, 4))
    on_the_day = replace(paid, received_on=date(2026, 1, 5))

    assert seen(paid, [an_item()]) == {"P1?": (120_00, ("F-2026-0042",), "paid-before-issue")}
    assert "P1>F-2026-0042" in seen(on_the_day, [an_item()])


def test_a_vague_payment_never_takes_what_another_one_names():
    items = [an_item(), an_item("F-2026-0050")]
    payments = [
        a_payment(payer_name="Boulangerie Martin"),
        a_payment("F-2026-0042", id="P2", received_on=date(2026, 2, 20)),
    ]

    assert seen(payments, items) == {
        "P1>F-2026-0050": (120_00, "probable", "amount-and-name"),
        "P2>F-2026-0042": (120_00, "certain", "reference-and-amount"),
    }


# what settles nothing -----------------------------------------------------------------------
def test_another_currency_settles_nothing():
    paid = a_payment("F-2026-0042", amount=Money(120_00, "USD"))
    vague = replace(paid, reference="", payer_name="Boulangerie Martin")

    assert seen(paid, [an_item()]) == {"P1!": (120_00, "D1", "other-currency")}
    assert seen(vague, [an_item()]) == {"P1!": (120_00, "D1", "other-currency")}


def test_a_known_payer_with_nothing_open_settles_nothing():
    paid = a_payment(payer_name="Boulangerie Martin")

    assert seen(paid, [an_item(minor=0)]) == {"P1!": (120_00, "D1", "nothing-open")}


def test_a_return_settles_nothing():
    assert seen(a_payment("F-2026-0042", kind=PaymentKind.RETURN), [an_item()]) == {
        "P1!": (120_00, "", "return")
    }


# sums ---------------------------------------------------------------------------------------
@given(st.lists(st.integers(1, 40), max_size=8), st.integers(1, 200))
def test_amounts_that_add_up_are_found_and_counted(amounts, total):
    subsets = [
        [place for place in range(len(amounts)) if mask >> place & 1]
        for mask in range(1, 2 ** len(amounts))
    ]
    ways = [places for places in subsets if sum(amounts[place] for place in places) == total]
    found = adding_up(amounts, total)

    assert found.is_unique == (len(ways) == 1)
    assert (list(found.places) in ways) == bool(ways)


def test_many_amounts_count_only_all_together():
    amounts = list(range(1, 14))

    assert adding_up(amounts, sum(amounts)) == Subset(tuple(range(13)), is_unique=True)
    assert adding_up(amounts, 5) == Subset()


# laws ---------------------------------------------------------------------------------------
NAMES = ["", "Boulangerie Martin", "Garage Leroux SA", "Zeta"]
ITEMS = st.lists(
    st.builds(
        an_item,
        st.sampled_from([f"F-2026-00{n}" for n in range(10, 20)]),
        st.integers(0, 6).map(lambda n: n * 10_00),
        debtor_id=st.sampled_from(["D1", "D2"]),
        debtor_name=st.sampled_from(NAMES),
        issued_on=st.dates(date(2026, 1, 1), date(2026, 1, 9)),
        open_amount=st.builds(
            Money,
            st.integers(0, 6).map(lambda n: n * 10_00),
            st.sampled_from(["EUR", "EUR", "USD"]),
        ),
    ),
    max_size=8,
    unique_by=lambda item: item.receivable_id,
)
PAYMENTS = st.lists(
    st.builds(
        a_payment,
        st.lists(st.sampled_from([f"F-2026-00{n}" for n in range(10, 22)]), max_size=3).map(
            " ".join
        ),
        st.integers(1, 14).map(lambda n: n * 10_00),
        id=st.sampled_from([f"P{n}" for n in range(9)]),
        payer_name=st.sampled_from(NAMES),
        received_on=st.dates(date(2026, 1, 3), date(2026, 2, 9)),
    ),
    max_size=8,
    unique_by=lambda payment: payment.id,
)


@settings(max_examples=300)
@given(payments=PAYMENTS, items=ITEMS)
def test_every_minor_unit_of_a_payment_is_accounted_for_once(payments, items):
    found = reconcile(payments, items)
    parts = [*found.allocations, *found.unsure, *found.unallocated]

    assert {one.id: one.amount.minor for one in payments} == {
        one.id: sum(part.amount.minor for part in parts if part.payment_id == one.id)
        for one in payments
    }
    assert all(part.amount.minor > 0 for part in parts)


@settings(max_examples=300)
@given(payments=PAYMENTS, items=ITEMS)
def test_no_item_gets_more_than_is_open_and_only_in_its_currency(payments, items):
    found = reconcile(payments, items)
    currencies = {item.receivable_id: item.open_amount.currency for item in items}

    for item in items:
        shares = [one for one in found.allocations if one.receivable_id == item.receivable_id]
        assert sum(share.amount.minor for share in shares) <= item.open_amount.minor
    for share in found.allocations:
        assert share.amount.currency == currencies[share.receivable_id]
        assert share.confidence is not Confidence.UNSURE


@settings(max_examples=200)
@given(payments=PAYMENTS, items=ITEMS, data=st.data())
def test_the_order_of_the_arguments_does_not_count(payments, items, data):
    shuffled = data.draw(st.permutations(payments)), data.draw(st.permutations(items))

    assert reconcile(*shuffled) == reconcile(payments, items)


def test_work_grows_with_the_number_of_payments_and_not_with_its_square():
    def calls(count):
        items = [
            an_item(
                f"F-2026-{n:05}", 100 + n, debtor_id=f"D{n % 997}", debtor_name=f"Sté N{n % 997}"
            )
            for n in range(count)
        ]
        payments = [
            a_payment(f"Fact. F2026{n:05}", 100 + n, id=f"P{n}",
                      received_on=date(2026, 2, 1) + timedelta(days=n % 30))
            for n in range(count)
        ]  # fmt: skip
        made = 0

        def count_call(*_):
            nonlocal made
            made += 1

        before = sys.getprofile()
        sys.setprofile(count_call)
        try:
            found = reconcile(payments, items)
        finally:
            sys.setprofile(before)
        assert len(found.allocations) == count
        return made

    assert calls(2_000) < 5 * calls(500)
