"""The ledger of a receivable: every entry balances, and what it claims is what is open."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain import event as events
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.ledger import Account, EntryKind, balances, ledger, ledger_faults
from tests.build import a_receivable, an_event, an_opening, on

A = Account


def story(*more, opening=None):
    stream = [opening or an_opening(), *more]
    return [replace(event, seq=number) for number, event in enumerate(stream, start=1)]


def paid(day, minor, **header):
    return an_event(events.PAYMENT_ALLOCATED, day, amount_minor=minor, payment="P-1", **header)


def asked(day, kind, minor):
    return an_event(events.CHARGE_ASSESSED, day, charge=kind, amount_minor=minor, act="a1")


def borne(day, minor, ground="bank-charges"):
    header = {"amount_minor": minor, "ground": ground, "payment": "P-1"}
    return an_event(events.DIFFERENCE_SETTLED, day, **header)


def stopped(day, reason, **header):
    return an_event(events.STOP_PLACED, day, stop=f"{reason}-1", reason=reason, **header)


def lifted(day, reason):
    return an_event(events.STOP_LIFTED, day, stop=f"{reason}-1")


def lines_of(entry):
    return {line.account: line.minor for line in entry.lines}


def last_of(*more, **over):
    return lines_of(ledger(story(*more, **over))[-1])


def test_an_invoice_is_owed_until_it_is_paid():
    entries = ledger(story(paid(3, 1200_00)))

    assert [(one.kind, one.document, lines_of(one)) for one in entries] == [
        (EntryKind.INVOICE, "F1", {A.PRINCIPAL: 1200_00, A.INVOICED: -1200_00}),
        (EntryKind.PAYMENT, "P-1", {A.PRINCIPAL: -1200_00, A.CASH: 1200_00}),
    ]
    assert [line.debit_minor for line in entries[1].lines] == [0, 1200_00]
    assert [line.credit_minor for line in entries[1].lines] == [1200_00, 0]


def test_a_financier_who_is_paid_directly_has_an_account_of_his_own():
    opening = an_opening(payee="financier", financier="X")

    assert last_of(paid(3, 500), opening=opening) == {A.PRINCIPAL: -500, A.FINANCIER: 500}


@pytest.mark.parametrize(
    ("events_before", "expected"),
    [
        ((paid(3, 1300_00),), {A.PRINCIPAL: -1200_00, A.CASH: 1300_00, A.UNALLOCATED: -100_00}),
        (
            (asked(2, "interest", 700), paid(3, 500, to_charges_minor=500)),
            {A.INTEREST: -500, A.CASH: 500},
        ),
        (
            (an_event(events.CREDITED, 3, amount_minor=200_00, credit_note="A1"),),
            {A.PRINCIPAL: -200_00, A.CREDIT_NOTES: 200_00},
        ),
        ((asked(3, "fee", 500),), {A.FEE: 500, A.FEE_INCOME: -500}),
        (
            (
                asked(2, "compensation", 40_00),
                an_event(events.CHARGE_WAIVED, 3, charge="compensation", amount_minor=40_00),
            ),
            {A.COMPENSATION: -40_00, A.COMPENSATION_INCOME: 40_00},
        ),
        (
            (
                asked(1, "interest", 500),
                paid(2, 500, to_charges_minor=500),
                an_event(events.CHARGE_WAIVED, 3, charge="interest", amount_minor=500),
            ),
            {A.UNALLOCATED: -500, A.INTEREST_INCOME: 500},
        ),
        (
            (paid(3, 1190_00), borne(3, 10_00, "exchange-difference")),
            {A.PRINCIPAL: -10_00, A.EXCHANGE_DIFFERENCE: 10_00},
        ),
        (
            (paid(3, 1210_00), borne(3, -10_00, "exchange-difference")),
            {A.UNALLOCATED: 10_00, A.EXCHANGE_DIFFERENCE: -10_00},
        ),
        (
            (paid(3, 1199_00), borne(3, 1_00)),
            {A.PRINCIPAL: -1_00, A.BANK_CHARGES: 1_00},
        ),
        (
            (
                paid(3, 1199_00),
                borne(3, 1_00),
                an_event(events.PAYMENT_RETURNED, 5, amount_minor=1199_00),
            ),
            {A.PRINCIPAL: 1200_00, A.CASH: -1199_00, A.BANK_CHARGES: -1_00},
        ),
    ],
)
def test_each_event_moves_its_accounts(events_before, expected):
    assert last_of(*events_before) == expected


def test_what_is_written_off_is_a_loss_that_a_later_payment_lowers():
    claims = asked(1, "interest", 500), stopped(2, "written-off")

    assert last_of(*claims) == {A.PRINCIPAL: -1200_00, A.INTEREST: -500, A.WRITE_OFF: 1205_00}
    assert last_of(*claims, paid(3, 200_00)) == {A.WRITE_OFF: -200_00, A.CASH: 200_00}
    ended = last_of(*claims, paid(3, 200_00), lifted(4, "written-off"))
    assert ended == {A.PRINCIPAL: 1000_00, A.INTEREST: 500, A.WRITE_OFF: -1005_00}


def test_a_part_is_written_off_of_the_principal_alone():
    part = stopped(2, "written-off", amount_minor=300_00)

    assert last_of(asked(1, "fee", 500), part) == {A.PRINCIPAL: -300_00, A.WRITE_OFF: 300_00}


def test_what_is_doubtful_stands_apart_until_it_is_written_off_or_sound_again():
    doubtful = stopped(2, "doubtful")

    assert last_of(doubtful) == {A.PRINCIPAL: -1200_00, A.DOUBTFUL: 1200_00}
    assert last_of(doubtful, paid(3, 100)) == {A.DOUBTFUL: -100, A.CASH: 100}
    lost = last_of(doubtful, stopped(4, "written-off"))
    assert lost == {A.DOUBTFUL: -1200_00, A.WRITE_OFF: 1200_00}
    assert last_of(doubtful, lifted(4, "doubtful")) == {A.PRINCIPAL: 1200_00, A.DOUBTFUL: -1200_00}


def test_a_dispute_moves_nothing():
    assert len(ledger(story(stopped(2, "disputed"), lifted(3, "disputed")))) == 1


def test_an_event_of_the_host_moves_nothing():
    assert len(ledger(story(an_event("erp.noted", 2, amount_minor=100)))) == 1


def test_what_happens_after_a_day_is_not_seen():
    assert len(ledger(story(paid(3, 100)), as_of=on(2))) == 1
    assert balances(ledger(story(paid(3, 100)))) == {
        A.PRINCIPAL: 1199_00,
        A.CASH: 1_00,
        A.INVOICED: -1200_00,
    }


def test_a_ledger_that_tells_another_story_than_the_state_is_named():
    entries = ledger(story(paid(3, 1000_00)))
    broken = replace(entries[1], lines=entries[1].lines[:1])

    assert ledger_faults(entries, fold(story(paid(3, 1000_00)))) == ()
    assert ledger_faults(entries, a_receivable()) == (
        "F1 is open with 120000, its ledger with 20000 minor units",
    )
    assert ledger_faults([entries[0], broken], fold(story(paid(3, 1000_00)))) == (
        "entry 2 of F1 does not balance",
    )


MINOR = st.integers(0, 1500_00)
CHARGES = st.sampled_from(["interest", "compensation", "fee"])
REASONS = st.sampled_from(["written-off", "doubtful", "disputed"])
HAPPENED = st.one_of(
    st.builds(
        lambda day, minor, part: paid(day, minor, to_charges_minor=min(part, minor)),
        st.integers(0, 30), MINOR, st.integers(0, 100_00),
    ),
    st.builds(
        lambda type, day, minor: an_event(type, day, amount_minor=minor),
        st.sampled_from([events.PAYMENT_RETURNED, events.CREDITED]),
        st.integers(0, 30), MINOR,
    ),
    st.builds(
        borne, st.integers(0, 30), st.integers(-10_00, 10_00),
        st.sampled_from(["bank-charges", "exchange-difference"]),
    ),
    st.builds(asked, st.integers(0, 30), CHARGES, st.integers(-50_00, 100_00)),
    st.builds(
        lambda day, kind, minor: an_event(
            events.CHARGE_WAIVED, day, charge=kind, amount_minor=minor
        ),
        st.integers(0, 30), CHARGES, st.integers(0, 100_00),
    ),
    st.builds(
        lambda day, reason, minor: stopped(day, reason, amount_minor=minor),
        st.integers(0, 30), REASONS, st.sampled_from([0, 0, 100_00]),
    ),
    st.builds(lifted, st.integers(0, 30), REASONS),
)  # fmt: skip


@given(st.lists(HAPPENED, max_size=12))
def test_whatever_happens_debits_equal_credits_and_claims_what_is_open(happened):
    stream = story(*happened)
    entries, state = ledger(stream), fold(stream)
    found = balances(entries)

    assert ledger_faults(entries, state) == ()
    assert sum(found.values()) == 0
    assert found.get(A.DOUBTFUL, 0) >= 0
    assert found.get(A.WRITE_OFF, 0) >= 0
    received = sum(e.header["amount_minor"] for e in stream if e.type == events.PAYMENT_ALLOCATED)
    returned = sum(e.header["amount_minor"] for e in stream if e.type == events.PAYMENT_RETURNED)
    assert found.get(A.CASH, 0) == received - returned
    credited = sum(e.header["amount_minor"] for e in stream if e.type == events.CREDITED)
    assert found.get(A.CREDIT_NOTES, 0) == credited
    borne_minor = found.get(A.BANK_CHARGES, 0) + found.get(A.EXCHANGE_DIFFERENCE, 0)
    assert borne_minor == state.absorbed_minor
