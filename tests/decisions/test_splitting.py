"""An invoice is split in two sound parts that add up, or refused with advice."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dunning_sdk.decisions.reachable import vat_of
from dunning_sdk.decisions.splitting import credit_and_split, split_invoice
from dunning_sdk.domain.invoice import InvoiceKind, VatSubtotal
from dunning_sdk.domain.money import Money, sum_money, zero
from dunning_sdk.errors import CurrencyMismatchError, InvalidSplitError
from tests.en16931 import (
    CREDITOR,
    DEBTOR,
    FINANCIER,
    a_line,
    an_unissued_invoice,
    the_story,
    vat_rows,
)

TOTALS = ("net_total", "vat_total", "gross_total", "amount_due")


def eur(text: str) -> Money:
    return Money.from_major(text, "EUR")


def rates_of(invoice):
    return {(row.category, row.rate): (row.taxable.minor, row.vat.minor) for row in invoice.vat}


def faults_of(invoice) -> list[str]:
    """Name the EN 16931 sums that an invoice breaks."""
    nothing, found = zero(invoice.currency), []
    by_rate = {}
    for line in invoice.lines:
        key = (line.vat_category, line.vat_rate)
        by_rate[key] = by_rate.get(key, nothing) + line.net
        if line.quantity * line.unit_price != line.net.major:
            found.append(f"line {line.id}")
    if by_rate != {(row.category, row.rate): row.taxable for row in invoice.vat}:
        found.append("BR-S-08")
    for row in invoice.vat:
        if abs(row.vat.minor - vat_of(row.taxable, row.rate).minor) >= 100 or row.vat.minor < 0:
            found.append("BR-CO-17")
    net = sum_money((row.taxable for row in invoice.vat), invoice.currency)
    vat = sum_money((row.vat for row in invoice.vat), invoice.currency)
    due = net + vat - (invoice.prepaid or nothing)
    if tuple(getattr(invoice, name) for name in TOTALS) != (net, vat, net + vat, due):
        found.append("BR-CO-13 to BR-CO-16")
    return found


def assert_adds_up(whole, split):
    assert faults_of(split.financed) == []
    assert faults_of(split.rest) == []
    for name in TOTALS:
        parts = getattr(split.financed, name) + getattr(split.rest, name)
        assert parts == getattr(whole, name), name
    first, second = rates_of(split.financed), rates_of(split.rest)
    for key, sums in rates_of(whole).items():
        (taxable, vat), (others_taxable, others_vat) = (
            first.get(key, (0, 0)),
            second.get(key, (0, 0)),
        )
        assert (taxable + others_taxable, vat + others_vat) == sums
    for line in whole.lines:
        parts = [
            x.net for part in (split.financed, split.rest) for x in part.lines if x.id == line.id
        ]
        assert sum_money(parts, whole.currency) == line.net


def test_the_story_is_split_to_the_cent():
    whole = the_story()

    split = split_invoice(whole, available=eur("8000.00"), financier=FINANCIER)

    assert (split.reachable, split.rest.amount_due) == (eur("8000.00"), eur("4000.00"))
    assert split.financed.amount_due == eur("8000.00")
    assert split.financed.vat == (
        VatSubtotal(category="S", rate=Decimal("0.20"), taxable=eur("4333.33"), vat=eur("866.67")),
        VatSubtotal(category="S", rate=Decimal("0.10"), taxable=eur("2545.45"), vat=eur("254.55")),
    )
    assert rates_of(split.rest) == {
        ("S", Decimal("0.20")): (216667, 43333),
        ("S", Decimal("0.10")): (127273, 12727),
    }
    assert_adds_up(whole, split)


def test_the_financed_part_is_paid_to_the_financier_and_the_rest_to_the_creditor():
    split = split_invoice(the_story(accounts=()), available=eur("8000.00"), financier=FINANCIER)

    assert (split.financed.payee, split.financed.accounts) == (FINANCIER, FINANCIER.accounts)
    assert (split.rest.payee, split.rest.accounts) == (None, CREDITOR.accounts)
    for part in (split.financed, split.rest):
        assert (part.number, part.creditor, part.debtor) == ("", CREDITOR, DEBTOR)


def test_a_part_says_in_the_debtors_language_what_it_is_part_of():
    story = the_story(note="Merci.")

    split = split_invoice(story, available=eur("8000.00"), financier=FINANCIER)
    english = split_invoice(story, available=eur("8000.00"), financier=FINANCIER, language="en-GB")

    assert split.financed.lines[0].name == "Conception du site (partie 1 sur 2)"
    assert split.rest.lines[0].name == "Conception du site (partie 2 sur 2)"
    assert split.financed.note.splitlines() == [
        "Merci.",
        "Partie 1 sur 2 : la somme de 12\u202f000,00\u00a0€ est facturée en deux factures. "
        "Celle-ci, de 8\u202f000,00\u00a0€, est à régler à Finance Prompte SAS.",
    ]
    assert english.rest.note.splitlines()[-1] == (
        "Part 2 of 2: €12,000.00 is billed by two invoices. "
        "This one, of €4,000.00, is payable to Atelier Lumen SARL."
    )


def test_a_cut_line_is_one_piece_at_its_net_price_and_a_whole_line_stays():
    lines = (a_line(1, "900.00", quantity="3", unit="DAY"), a_line(2, "0.00"), a_line(3, "0.01"))

    split = split_invoice(an_unissued_invoice(lines), available=eur("400.00"), financier=FINANCIER)

    (cut,) = split.financed.lines
    assert (cut.quantity, cut.unit, cut.unit_price, cut.net) == (
        Decimal(1), "C62", Decimal("333.33"), eur("333.33"),
    )  # fmt: skip
    assert [line.id for line in split.rest.lines] == ["1", "2", "3"]
    assert split.rest.lines[1:] == lines[1:]


def test_a_rate_taken_whole_takes_its_lines_whole():
    lines = (
        a_line(1, "100.00", rate="0.10", quantity="2"),
        a_line(2, "0.00", rate="0.10"),
        a_line(3, "0.01"),
    )

    split = split_invoice(an_unissued_invoice(lines), available=eur("110.00"), financier=FINANCIER)

    assert split.financed.lines == lines[:2]
    assert split.rest.lines == lines[2:]


def test_a_reduction_line_is_shared_like_the_others():
    lines = (a_line(1, "100.00"), a_line(2, "-10.00", quantity="-1", name="Remise"))
    whole = an_unissued_invoice(lines)

    split = split_invoice(whole, available=eur("54.00"), financier=FINANCIER)

    assert [line.net for line in split.financed.lines] == [eur("50.00"), eur("-5.00")]
    assert split.financed.lines[1].quantity == Decimal(-1)
    assert_adds_up(whole, split)


def test_what_was_prepaid_counts_for_the_rest():
    whole = the_story(prepaid=eur("3000.00"))

    split = split_invoice(whole, available=eur("8000.00"), financier=FINANCIER)

    assert (split.financed.prepaid, split.financed.amount_due) == (None, eur("8000.00"))
    assert (split.rest.prepaid, split.rest.amount_due) == (eur("3000.00"), eur("1000.00"))
    assert_adds_up(whole, split)


def test_one_rate_that_misses_the_sum_takes_the_total_below():
    whole = an_unissued_invoice((a_line(1, "10.00"),))

    split = split_invoice(whole, available=eur("9.03"), financier=FINANCIER)

    assert split.reachable == eur("9.02")
    assert_adds_up(whole, split)


nets = st.integers(1, 300_000).map(lambda minor: str(Decimal(minor) / 100))
sketches = st.lists(
    st.tuples(nets, st.sampled_from(["0.20", "0.10", "0.055", "0.021", "0"])),
    min_size=1,
    max_size=6,
)


@given(sketches, st.data())
def test_parts_add_up_and_are_sound_for_any_invoice_and_sum(sketches, data):
    lines = [
        a_line(number, net, rate=rate, category="S" if rate != "0" else "E")
        for number, (net, rate) in enumerate(sketches, start=1)
    ]
    whole = an_unissued_invoice(lines)
    assume(whole.amount_due.minor > 1)
    available = Money(data.draw(st.integers(1, whole.amount_due.minor - 1)), "EUR")

    split = split_invoice(whole, available=available, financier=FINANCIER)

    assert_adds_up(whole, split)
    assert available.minor - split.reachable.minor in (0, 1)


ISSUED = the_story(number="F-2026-031")


def test_an_issued_invoice_is_credited_and_split_anew():
    made = credit_and_split(
        ISSUED, issued_on=date(2026, 3, 9), available=eur("8000.00"), financier=FINANCIER
    )

    note, split = made.credit_note, made.split
    assert (note.kind, note.preceding, note.number) == (
        InvoiceKind.CREDIT_NOTE, "F-2026-031", "",
    )  # fmt: skip
    assert (note.amount_due, note.vat, note.lines) == (ISSUED.amount_due, ISSUED.vat, ISSUED.lines)
    assert (note.payee, note.accounts, note.due_on) == (None, (), None)
    assert note.payment_terms == "S'impute sur la facture F-2026-031."
    assert_adds_up(ISSUED, split)
    for part in (split.financed, split.rest):
        assert (part.preceding, part.issued_on, part.due_on) == (
            "F-2026-031", date(2026, 3, 9), date(2026, 4, 1),
        )  # fmt: skip
        assert part.note.startswith("Remplace la facture F-2026-031, annulée par un avoir.")


def test_a_later_due_date_can_be_agreed_for_the_parts():
    made = credit_and_split(
        ISSUED,
        issued_on=date(2026, 4, 2),
        available=eur("8000.00"),
        financier=FINANCIER,
        due_on=date(2026, 5, 2),
    )

    assert made.split.financed.due_on == date(2026, 5, 2)


def refusal(invoice, *, available="8000.00", financier=FINANCIER) -> str:
    with pytest.raises(InvalidSplitError) as caught:
        split_invoice(invoice, available=eur(available), financier=financier)
    assert caught.value.hint
    return str(caught.value)


@pytest.mark.parametrize("available", ["0.00", "-1.00"])
def test_nothing_available_is_refused(available):
    assert "whole, payable to the creditor" in refusal(the_story(), available=available)


@pytest.mark.parametrize("available", ["12000.00", "12000.01"])
def test_enough_for_the_whole_is_refused(available):
    assert "whole, payable to the financier" in refusal(the_story(), available=available)


def test_an_amount_below_any_part_is_refused():
    invoice = an_unissued_invoice((a_line(1, "10.00", rate="0.50"),))

    assert "as small as 0.01 EUR" in refusal(invoice, available="0.01")


def test_another_currency_is_refused():
    with pytest.raises(CurrencyMismatchError, match="in the invoice's currency"):
        split_invoice(the_story(), available=Money(800_000, "USD"), financier=FINANCIER)


def test_an_issued_invoice_is_not_split_without_a_credit_note():
    assert "Use credit_and_split" in refusal(ISSUED)


def test_an_invoice_that_is_not_issued_needs_no_credit_note():
    with pytest.raises(InvalidSplitError, match="Use split_invoice"):
        credit_and_split(
            the_story(), issued_on=date(2026, 3, 9), available=eur("8000.00"), financier=FINANCIER
        )


def test_parts_due_before_they_are_issued_are_refused():
    with pytest.raises(InvalidSplitError, match="Agree a later due date"):
        credit_and_split(
            ISSUED, issued_on=date(2026, 4, 2), available=eur("8000.00"), financier=FINANCIER
        )


@pytest.mark.parametrize(
    ("over", "advice"),
    [
        ({"kind": InvoiceKind.CREDIT_NOTE}, "Issue it whole"),
        ({"lines": ()}, "EN 16931 profile"),
        ({"vat": ()}, "EN 16931 profile"),
        ({"lines": the_story().lines[:3]}, "allowances and charges as lines"),
        ({"vat": (*the_story().vat, the_story().vat[0])}, "each rate once"),
        ({"gross_total": eur("12000.01")}, "Correct the totals"),
        ({"amount_due": eur("11999.00")}, "Correct the totals"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_document_that_is_not_sound_is_refused(over, advice):
    assert advice in refusal(replace(the_story(), **over))


def test_a_rate_whose_lines_add_up_to_a_reduction_is_refused():
    lines = (a_line(1, "20000.00"), a_line(2, "-10.00", rate="0.10", quantity="-1"))
    invoice = replace(an_unissued_invoice(lines), vat=vat_rows(lines))

    assert "a credit note can give the reduction" in refusal(invoice)


def test_a_financier_without_an_account_is_refused():
    assert "Record the IBAN" in refusal(the_story(), financier=replace(FINANCIER, accounts=()))


def test_a_financier_named_like_the_creditor_is_refused():
    assert "BR-17" in refusal(the_story(), financier=replace(FINANCIER, name=CREDITOR.name))
