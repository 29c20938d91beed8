"""Charges as events tell them: asked for, paid, waived, moved, and never part of the principal."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain import event as events
from dunning_sdk.domain.charge import Charge, ChargeKind, Movement, MovementKind
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DomainError
from tests.build import an_event, an_opening, on

WHOLE = 1200_00


def assessed(kind, minor, day=5, **more):
    return an_event(events.CHARGE_ASSESSED, day, charge=kind, amount_minor=minor, **more)


def paid(minor, day=6, **more):
    return an_event(events.PAYMENT_ALLOCATED, day, amount_minor=minor, **more)


def folded(*more):
    stream = [an_opening(), *more]
    return fold([replace(event, seq=number) for number, event in enumerate(stream, start=1)])


def opened(state):
    return {charge.kind.value: charge.open_minor for charge in state.charges}


def test_a_charge_is_no_part_of_what_is_open():
    state = folded(assessed("interest", 500, until_on="2026-04-01"), assessed("compensation", 4000))

    assert state.open_amount == Money(WHOLE, "EUR")
    assert state.charges_open == Money(4500, "EUR")


def test_interest_remembers_the_first_day_not_counted():
    state = folded(assessed("interest", 500, until_on=on(6).isoformat()), assessed("interest", 7))

    assert state.charge(ChargeKind.INTEREST) == Charge(
        kind=ChargeKind.INTEREST, assessed_minor=507, until_on=on(6)
    )


def test_a_payment_of_the_principal_leaves_the_charges():
    state = folded(assessed("compensation", 4000), paid(WHOLE))

    assert (state.open_amount.minor, state.charges_open.minor) == (0, 4000)


def test_what_is_said_to_pay_charges_pays_interest_first():
    asked = assessed("fee", 300), assessed("compensation", 4000), assessed("interest", 500)
    state = folded(*asked, paid(1000, to_charges_minor=600))

    assert opened(state) == {"fee": 300, "compensation": 3900, "interest": 0}
    assert state.paid_minor == 400


def test_a_return_is_owed_as_principal_first_then_as_charges():
    back = an_event(events.PAYMENT_RETURNED, 8, amount_minor=1000)
    asked = assessed("interest", 500), assessed("compensation", 4000)
    state = folded(*asked, paid(1000, to_charges_minor=600), back)

    assert opened(state) == {"interest": 500, "compensation": 4000}
    assert state.paid_minor == 0


def test_a_waiver_gives_up_what_it_names():
    waived = an_event(events.CHARGE_WAIVED, 7, charge="interest", amount_minor=200)
    state = folded(assessed("interest", 500), waived)

    assert state.charges_open.minor == 300
    assert not state.charge(ChargeKind.INTEREST).is_waived


def test_a_waiver_for_good_is_remembered_before_anything_was_asked():
    state = folded(an_event(events.CHARGE_WAIVED, 7, charge="compensation", for_good=True))

    assert state.charge(ChargeKind.COMPENSATION).is_waived
    assert state.charges_open.minor == 0


def test_movements_of_the_principal_are_kept_with_their_days():
    back = an_event(events.PAYMENT_RETURNED, 8, amount_minor=100)
    state = folded(paid(300), an_event(events.CREDITED, 7, amount_minor=200), back)

    assert state.movements == (
        Movement(kind=MovementKind.PAID, on=on(6), minor=300),
        Movement(kind=MovementKind.CREDITED, on=on(7), minor=200),
        Movement(kind=MovementKind.RETURNED, on=on(8), minor=100),
    )


def test_a_charge_of_an_unknown_kind_is_refused():
    with pytest.raises(DomainError, match="unknown word as charge"):
        folded(assessed("penalty", 1))


@given(
    st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 2 * WHOLE), st.integers(0, 10_000)
)
def test_money_is_conserved_between_principal_and_charges(interest, fee, minor, share):
    to_charges = min(share, interest + fee, minor)
    asked = assessed("interest", interest), assessed("fee", fee)
    state = folded(*asked, paid(minor, to_charges_minor=to_charges))
    charges = sum(charge.paid_minor for charge in state.charges)

    assert state.paid_minor + charges == minor
    assert charges == to_charges
