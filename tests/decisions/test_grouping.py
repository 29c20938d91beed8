"""What goes in one notice, which channel it takes, and what waits for spacing."""

from dataclasses import replace

import pytest

from dunning_sdk.decisions.case import DebtorHistory
from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.decisions.grouping import (
    grants_of,
    group_key,
    grouped,
    history_of,
    resolve_channels,
    spaced,
)
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.rules.step import Action
from tests.build import (
    FAST_PAYMENT,
    OWN_MANDATE,
    a_debtor,
    a_receivable,
    a_step,
    acted,
    on,
)
from tests.decisions.walk import decided, walk

FIRST, FORMAL = FAST_PAYMENT.steps[2], FAST_PAYMENT.steps[4]


def due(receivable, day=4, channels=("email",), **case):
    return replace(decided(receivable, day, **case), channels=channels)


def key_of(decision, receivable=None, language="fr"):
    return group_key(decision, receivable or a_receivable(), a_debtor(), language)


def another(**over):
    return a_receivable(**{"id": "F2", **over})


def test_one_notice_takes_what_shares_debtor_language_and_channel():
    other = another()

    assert key_of(due(a_receivable())) == key_of(due(other), other)


@pytest.mark.parametrize(
    "over",
    [
        {"payee": "financier"},
        {"creditor_id": "C2"},
        {"financier_id": "X"},
        {"amount": Money(5_00, "CHF")},
    ],
)
def test_another_payee_creditor_financier_or_currency_is_another_notice(over):
    other = another(**over)

    assert key_of(due(a_receivable())) != key_of(due(other), other)


def test_another_language_channel_letterhead_or_secret_is_another_notice():
    decision = due(a_receivable())
    others = [
        key_of(decision, language="en"),
        key_of(replace(decision, channels=("letter",))),
        key_of(replace(decision, channels=())),
        key_of(replace(decision, mandate=replace(OWN_MANDATE, letterhead="platform"))),
        key_of(replace(decision, mandate=replace(OWN_MANDATE, debtor_told=True))),
    ]

    assert len({key_of(decision), *others}) == 6


def test_steps_of_several_levels_share_a_notice_and_formal_ones_only_with_the_same():
    other = another()
    first, second = due(a_receivable(), 4), due(other, 8)
    assert (first.step.id, second.step.id) == ("first", "second")
    assert key_of(first) == key_of(second, other)

    formal, same = due(a_receivable(), 20), due(other, 25)
    assert key_of(formal) == key_of(same, other)
    assert key_of(formal) != key_of(first)
    elsewhere = replace(formal, mandate=replace(OWN_MANDATE, procedure="procedure.other"))
    assert key_of(formal) != key_of(elsewhere)


def test_what_is_no_notice_goes_alone():
    decision = due(a_receivable(), procedure=replace(FAST_PAYMENT, steps=(a_call(),)))
    other = another()

    assert key_of(decision) != key_of(decision, other)


def a_call():
    return a_step("call", 4, action=Action.CALL)


def test_only_a_due_decision_has_a_group():
    with pytest.raises(ValueError, match="only a due decision"):
        key_of(decided(a_receivable(paid_minor=1200_00), 4))


def test_the_highest_level_comes_first_and_gives_the_template():
    decisions = [due(another(id=name), day) for name, day in [("A", 0), ("B", 8), ("C", 8)]]
    keyed = [(key_of(decision, another()), decision) for decision in decisions]
    alone = (key_of(due(a_receivable(), 20)), due(a_receivable(), 20))

    groups = grouped([*keyed, alone])

    names = [[(item.receivable_id, item.step.id) for item in items] for _, items in groups]
    assert names == [
        [("B", "second"), ("C", "second"), ("A", "on-due")],
        [("F1", "formal-notice")],
    ]
    assert grouped([]) == []


def test_the_order_of_due_decisions_does_not_matter():
    keyed = [(key_of(due(another(id=name))), due(another(id=name))) for name in "CAB"]

    assert grouped(keyed) == grouped(reversed(keyed))


# channels -------------------------------------------------------------------------------------
NO_MAIL = a_debtor(contacts=(Contact(name="Jeanne"),))
NOWHERE = replace(NO_MAIL, address=Address())


@pytest.mark.parametrize(
    ("debtor", "wanted", "expected"),
    [
        (a_debtor(), ("email", "letter"), ("email", "letter")),
        (a_debtor(), ("letter", "email"), ("letter", "email")),
        (a_debtor(), ("email", "email"), ("email",)),
        (NO_MAIL, ("email", "letter"), ("letter",)),
        (NO_MAIL, ("sms", "phone", "registered-letter"), ("registered-letter",)),
        (NOWHERE, ("email", "letter", "registered-letter"), ()),
        (replace(NOWHERE, contacts=()), ("email", "sms", "phone"), ()),
        (NOWHERE, ("fax",), ("fax",)),
        (NOWHERE, ("telegram", "whatsapp", "link"), ("link",)),
        (a_debtor(), (), ()),
    ],
)
def test_a_channel_is_taken_if_it_reaches_the_debtor(debtor, wanted, expected):
    step = a_step("one", channels=wanted)

    assert resolve_channels(step, a_receivable(), debtor) == expected


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("letter", ("letter", "email")), ("email", ("email",)), ("", ("email",)), ("sms", ("email",))],
)
def test_chosen_stands_for_the_channel_of_the_invoice(chosen, expected):
    step = a_step("one", channels=("chosen", "email"))
    debtor = a_debtor(contacts=(Contact(email="compta@martin.example"),))

    assert resolve_channels(step, a_receivable(channel=chosen), debtor) == expected


def test_what_does_not_go_to_the_debtor_needs_none_of_his_addresses():
    step = a_step("one", action=Action.PLACEMENT, channels=("email", "chosen"))

    assert resolve_channels(step, a_receivable(), NOWHERE) == ("email",)


# history --------------------------------------------------------------------------------------
def history(*receivables, day=30, grants=None):
    return history_of(receivables, on(day), grants=grants or {})


@pytest.mark.parametrize("status", list(ActStatus))
def test_only_what_reached_the_debtor_counts(status):
    receivable = acted(a_receivable(), FIRST, on(4), status=status)

    counts = status in (ActStatus.DONE, ActStatus.HANDED, ActStatus.UNCERTAIN)
    assert history(receivable).notices_on == ((on(4),) if counts else ())


def test_all_receivables_of_a_debtor_count_and_what_comes_later_is_unseen():
    receivables = [acted(another(id=str(day)), FIRST, on(day)) for day in (9, 4, 31, 4)]

    found = history(*receivables)

    assert found.notices_on == (on(4), on(4), on(9))
    assert found.last_notice_on == on(9)
    assert history().last_notice_on is None


def test_a_call_does_not_count_as_writing():
    assert history(acted(a_receivable(), a_call(), on(4))) == DebtorHistory()


@pytest.mark.parametrize(("day", "until"), [(20, 28), (28, 28), (29, None)])
def test_a_formal_notice_runs_through_the_last_day_it_grants(day, until):
    receivable = acted(a_receivable(), FORMAL, on(20))

    found = history(receivable, day=day, grants=grants_of(FAST_PAYMENT))

    assert found.formal_notice_until == (None if until is None else on(until))


def test_of_two_formal_notices_the_later_counts():
    receivables = [acted(another(id=str(day)), FORMAL, on(day)) for day in (22, 20)]

    assert history(*receivables, grants=grants_of(FAST_PAYMENT)).formal_notice_until == on(30)


def test_what_a_step_of_another_procedure_grants_does_not_count():
    softer = replace(FAST_PAYMENT, id="procedure.other")
    receivable = acted(a_receivable(), FORMAL, on(20))

    assert history(receivable, day=21, grants=grants_of(softer)).formal_notice_until is None


def test_a_formal_notice_about_what_is_paid_no_longer_runs():
    receivable = acted(a_receivable(paid_minor=1200_00), FORMAL, on(20))

    assert history(receivable, day=21, grants=grants_of(FAST_PAYMENT)).formal_notice_until is None


# spacing --------------------------------------------------------------------------------------
SPACED = replace(FAST_PAYMENT, spacing_days=10)
HUSHED = replace(FAST_PAYMENT, hush=True)


def test_a_debtor_written_to_lately_waits():
    other = acted(another(), FIRST, on(2))

    decision = decided(a_receivable(), 4, [other], procedure=SPACED)

    assert (decision.outcome, decision.reasons) == (Outcome.WAITING, ("debtor-spacing",))
    assert (decision.step.id, decision.act_on, decision.review_on) == ("first", on(12), on(5))


def test_a_step_that_waits_for_spacing_does_not_expire():
    other = acted(another(), FIRST, on(2))

    assert walk(procedure=SPACED, days=range(4, 20), others=[other]).acts == {12: "first"}


def test_spacing_delays_into_the_next_notice_of_the_debtor():
    procedure = replace(SPACED, steps=(a_step("again", 0, repeat_every_days=3),))

    assert walk(procedure=procedure, days=range(0, 31)).acts == {
        0: "again 1",
        10: "again 2",
        20: "again 5",
        30: "again 8",
    }


def test_a_chain_of_notices_to_the_debtor_keeps_a_step_waiting():
    steps = (a_step("first", 4), a_step("second", 16, level=2), a_step("last", 40, level=3))
    procedure = replace(SPACED, steps=steps)
    chain = [acted(another(id=str(day)), FORMAL, on(day)) for day in (2, 9)]
    gap = [acted(another(id=str(day)), FORMAL, on(day)) for day in (-7, 9)]

    assert walk(procedure=procedure, days=range(4, 30), others=chain).acts == {
        19: "first",
        29: "second",
    }
    assert walk(procedure=procedure, days=range(16, 30), others=gap).acts == {19: "second"}


def test_a_step_nobody_kept_from_going_expires_though_spacing_holds_later():
    other = acted(another(), FIRST, on(7))

    lived = walk(procedure=SPACED, days=[8, 17], others=[other])

    assert lived.states_of_steps(8)["first"].value == "expired"
    assert lived.acts == {17: "second"}


def test_steps_with_legal_effect_ignore_spacing_and_hush():
    other = acted(another(), FORMAL, on(19))
    procedure = replace(SPACED, hush=True)

    assert decided(a_receivable(), 20, [other], procedure=procedure).outcome is Outcome.DUE


def test_a_call_ignores_spacing():
    other = acted(another(), FIRST, on(3))
    procedure = replace(SPACED, steps=(a_call(),))

    assert decided(a_receivable(), 4, [other], procedure=procedure).outcome is Outcome.DUE


def test_spacing_that_has_run_out_says_nothing():
    other = acted(another(), FIRST, on(-6))

    assert decided(a_receivable(), 4, [other], procedure=SPACED).outcome is Outcome.DUE
    assert decided(a_receivable(), 4, procedure=SPACED).outcome is Outcome.DUE


def test_lower_notices_wait_while_a_formal_notice_runs_if_the_book_says_so():
    other = acted(another(), FORMAL, on(2))

    hushed = decided(a_receivable(), 4, [other], procedure=HUSHED)
    loud = decided(a_receivable(), 4, [other])

    assert (hushed.outcome, hushed.reasons) == (Outcome.WAITING, ("formal-notice-runs",))
    assert hushed.act_on == on(11)
    assert loud.outcome is Outcome.DUE
    assert decided(a_receivable(), 11, [other], procedure=HUSHED).outcome is Outcome.DUE


def test_only_a_due_decision_waits():
    waiting = decided(a_receivable(), -8)
    found = DebtorHistory(notices_on=(on(-9),))

    assert spaced(waiting, SPACED, found, on(-8)) == waiting
