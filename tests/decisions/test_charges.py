"""What is asked for beside the principal, from the book and the law to the cent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.decisions.charge import AgreedRate, ChargeLaw
from dunning_sdk.decisions.charges import decide_charges, nothing_asked
from dunning_sdk.decisions.facts import receivable_facts, with_charges, with_mandate, with_step
from dunning_sdk.domain.charge import Charge, ChargeKind, Movement, MovementKind, NewCharge
from dunning_sdk.domain.financing import Mandate
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Stop, StopReason
from dunning_sdk.law.claim import Mechanism
from dunning_sdk.rules.step import Step
from tests.build import a_debtor, a_receivable
from tests.decisions.book import a_book
from tests.law.build import STATUTES

DUE_ON = date(2026, 5, 1)
AS_OF = date(2026, 9, 1)
OWN = Mandate(
    chaser="creditor", collects="creditor", debtor_told=False, letterhead="creditor", procedure=""
)
STEP = Step(id="formal-notice", level=5, template="formal-notice", legal_effect=True)


def a_rule(then, otherwise="{}", name="small"):
    currency = "EUR" if "fee" in then else "any"
    return (
        f"id: charges.{name}\nkind: charges\ntitle: What is charged\n"
        f"hit_policy: first\ncurrency: {currency}\n"
        f"inputs: [step.id]\nrows:\n  - when: {{step.id: '\"formal-notice\"'}}\n"
        f"    then: {then}\notherwise: {otherwise}\n"
    )


BOTH = a_book(a_rule("{interest: true, compensation: true}"))
INTEREST = a_book(a_rule("{interest: true}"))


def late(**over):
    over = {"amount": Money(10_000_00, "EUR"), "due_on": DUE_ON} | over
    return a_receivable(**over)


def decided(book=BOTH, state=None, *, as_of=AS_OF, debtor=None, step=STEP, law=None, **law_over):
    state, debtor = state or late(), debtor or a_debtor()
    law = law or ChargeLaw(**({"statutes": STATUTES, "jurisdiction": "FR"} | law_over))
    facts = receivable_facts(state, debtor, as_of=as_of, operator="creditor")
    facts = with_step(with_mandate(facts, OWN), step, "registered-letter")
    facts = with_charges(
        facts, jurisdiction=law.jurisdiction, transfer="none", open_amount=state.charges_open
    )
    return decide_charges(book, facts, receivable=state, law=law)


def asked(charges):
    return {kind.value: amount.minor for kind, amount in charges.amounts().items()}


def euros(minor):
    return Money(minor, "EUR")


def a_charge(kind, assessed, **over):
    return Charge(kind=ChargeKind(kind), assessed_minor=assessed, **over)


def moved(kind, on, minor):
    return Movement(kind=MovementKind(kind), on=on, minor=minor)


def test_a_formal_notice_claims_interest_and_compensation_by_law():
    charges = decided()

    assert asked(charges) == {"interest": 413_75, "compensation": 40_00}
    assert charges.new == (
        NewCharge(
            kind=ChargeKind.INTEREST,
            amount=euros(413_75),
            until_on=date(2026, 9, 2),
            ground="charges.small",
            row=1,
            parameters=(
                ("fr.late-payment.business", date(2009, 1, 1)),
                ("eu.reference-rate.main-refinancing", date(2025, 6, 11)),
                ("eu.reference-rate.main-refinancing", date(2026, 6, 17)),
            ),
        ),
        NewCharge(
            kind=ChargeKind.COMPENSATION,
            amount=euros(40_00),
            ground="charges.small",
            row=1,
            parameters=(("fr.compensation.fixed", date(2013, 1, 1)),),
        ),
    )


def test_every_number_is_traced_to_its_row_and_to_a_dated_source():
    rule, interest, compensation = decided().trace

    assert (rule.rule, rule.rows) == ("charges.small", (1,))
    assert interest.outcome["segments"] == [
        "2026-05-02 to 2026-06-30: 10000.00 EUR at 12.15 %: 199.73 EUR",
        "2026-07-01 to 2026-09-01: 10000.00 EUR at 12.40 %: 214.03 EUR",
    ]
    reference = interest.parameters["eu.reference-rate.main-refinancing"]
    assert [(one["from"], one["value"]) for one in reference] == [
        (date(2025, 6, 11), Decimal("0.0215")),
        (date(2026, 6, 17), Decimal("0.0240")),
    ]
    assert all(one["source"] for one in reference)
    (forty,) = compensation.parameters["fr.compensation.fixed"]
    assert forty["source"].startswith("Code de commerce, article D441-5")


def test_a_step_the_book_does_not_name_asks_for_nothing():
    charges = decided(step=replace(STEP, id="overdue-first"))

    assert (charges.amounts(), charges.new, charges.reasons) == ({}, (), ())


def test_a_book_without_charges_asks_for_nothing():
    assert decided(a_book()).amounts() == {}


def test_where_no_rule_asks_for_anything_no_law_is_needed():
    facts = {"as_of": AS_OF, "currency": "EUR", "step": {"id": "overdue-first"}}
    named = {**facts, "step": {"id": "formal-notice"}}

    assert nothing_asked(BOTH, facts).amounts() == {}
    assert nothing_asked(BOTH, named) is None


def test_what_was_asked_for_is_carried_and_no_day_is_counted_twice():
    before = (a_charge("interest", 199_73, paid_minor=100_00), a_charge("compensation", 40_00))
    charges = decided(state=late(charges=before))

    assert asked(charges) == {"interest": 313_75, "compensation": 40_00}
    assert [(one.kind.value, one.amount.minor) for one in charges.new] == [("interest", 214_02)]


def test_interest_asked_for_too_much_is_put_right():
    state = late(
        charges=(a_charge("interest", 413_75),), movements=(moved("paid", DUE_ON, 10_000_00),)
    )

    assert [one.amount.minor for one in decided(INTEREST, state).new] == [-413_75]
    assert decided(INTEREST, state).amounts() == {}


def test_parts_paid_credited_and_returned_count_from_their_days():
    movements = (
        moved("paid", date(2026, 4, 1), 1_000_00),
        moved("paid", date(2026, 6, 30), 4_000_00),
        moved("returned", date(2026, 7, 31), 2_000_00),
        moved("credited", date(2026, 8, 15), 500_00),
    )
    statement = decided(INTEREST, late(movements=movements)).statement

    assert [(one.period.start, one.principal.minor) for one in statement.segments] == [
        (date(2026, 5, 2), 8_500_00),
        (date(2026, 7, 1), 4_500_00),
        (date(2026, 8, 1), 6_500_00),
    ]


def test_a_stopped_day_bears_no_interest():
    stop = Stop(
        id="s",
        reason=StopReason.DISPUTED,
        placed_on=date(2026, 5, 12),
        lifted_on=date(2026, 6, 11),
    )
    ahead = replace(stop, id="t", placed_on=date(2026, 12, 1), lifted_on=None)
    statement = decided(INTEREST, late(stops=(stop, ahead))).statement

    assert [(one.period.start, one.period.end) for one in statement.segments] == [
        (date(2026, 5, 2), date(2026, 5, 12)),
        (date(2026, 6, 11), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 9, 2)),
    ]


@pytest.mark.parametrize(("reason", "days"), [("disputed", 123), ("insolvent", 10)])
def test_a_book_may_count_stopped_days_but_insolvency_ends_interest(reason, days):
    book = a_book(a_rule("{interest: true, interest_on_stopped_days: true}"))
    stop = Stop(id="s", reason=StopReason(reason), placed_on=date(2026, 5, 12))

    assert decided(book, late(stops=(stop,))).statement.days == days


def test_a_consumer_is_asked_for_the_principal_only():
    book = a_book(a_rule("{interest: true, compensation: true, fee: 5}"))
    charges = decided(book, debtor=a_debtor(is_company=False))

    assert (charges.amounts(), charges.reasons) == ({}, ("charges-not-of-consumer",))


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"law_over": {"jurisdiction": ""}}, "charges-law-unknown"),
        ({"law_over": {"jurisdiction": "XX"}}, "charges-law-unknown"),
        ({"state": late(financier_id="X")}, "charges-holder-unknown"),
        ({"state": late(kind="charges")}, "charges-on-charges"),
        ({"as_of": DUE_ON}, "charges-not-overdue"),
        (
            {
                "state": late(financier_id="X"),
                "law_over": {"transfer": Mechanism.SUBROGATION},
            },
            "charges-before-formal-notice",
        ),
        ({"state": late(charges=(a_charge("interest", 0, is_waived=True),))}, "charge-waived"),
    ],
)
def test_in_doubt_no_interest_is_asked_for(over, reason):
    over = dict(over)
    charges = decided(INTEREST, **over.pop("law_over", {}), **over)

    assert (charges.amounts(), charges.reasons) == ({}, (reason,))


def test_a_subrogated_holder_has_the_legal_rate_from_formal_notice():
    notice = ActRecord(
        act_id="a",
        step_id="formal-notice",
        procedure_id="p",
        level=5,
        cycle=1,
        legal_effect=True,
        status=ActStatus.DONE,
        on=date(2026, 7, 1),
    )
    state = late(financier_id="X", acts=(notice,))
    charges = decided(state=state, transfer=Mechanism.SUBROGATION)

    assert charges.statement.parameter_id == "fr.late-payment.subrogated"
    assert charges.statement.segments[0].period.start == date(2026, 7, 2)
    assert charges.reasons == ("compensation-not-assigned",)


def test_an_assignee_has_interest_and_compensation():
    charges = decided(state=late(financier_id="X"), transfer=Mechanism.ASSIGNMENT)

    assert asked(charges) == {"interest": 413_75, "compensation": 40_00}


@pytest.mark.parametrize(
    ("jurisdiction", "currency", "transfer", "reason"),
    [
        ("PL", "PLN", Mechanism.ASSIGNMENT, "compensation-not-assigned"),
        ("PL", "EUR", None, "compensation-in-other-currency"),
        ("PL", "PLN", None, "compensation-value-missing"),
        ("FR", "EUR", None, "charge-waived"),
    ],
)
def test_compensation_is_left_out_where_it_may_not_be_asked_for(
    jurisdiction, currency, transfer, reason
):
    waived = (a_charge("compensation", 0, is_waived=True),) if reason == "charge-waived" else ()
    state = late(
        amount=Money(1000_00, currency), charges=waived, financier_id="X" if transfer else ""
    )
    book = a_book(a_rule("{compensation: true}"))
    charges = decided(book, state, jurisdiction=jurisdiction, transfer=transfer)

    assert (charges.amounts(), charges.reasons) == ({}, (reason,))


def test_compensation_needs_a_value_on_the_due_date():
    state = late(due_on=date(2012, 5, 1), issued_on=date(2012, 4, 1))
    book = a_book(a_rule("{compensation: true}"))
    charges = decided(book, state, as_of=date(2012, 9, 1), jurisdiction="AT")

    assert (charges.amounts(), charges.reasons) == ({}, ("compensation-value-missing",))


def test_a_regime_without_compensation_gives_none():
    parameters = {
        id: one for id, one in STATUTES.parameters.items() if id != "fr.compensation.fixed"
    }
    without = replace(STATUTES, parameters=parameters)
    charges = decided(a_book(a_rule("{compensation: true}")), statutes=without)

    assert (charges.amounts(), charges.reasons) == ({}, ("law-gives-no-compensation",))


def test_a_public_buyer_owes_by_his_own_regime():
    book = a_book(a_rule("{interest: true, compensation: true, regime: '\"public\"'}"))
    charges = decided(book)

    assert asked(charges) == {"interest": 342_04, "compensation": 40_00}
    assert charges.statement.parameter_id == "fr.late-payment.public"


def test_a_fee_fits_into_the_fixed_compensation():
    book = a_book(a_rule("{fee: 15}"))

    assert asked(decided(book)) == {"fee": 15_00}
    assert asked(decided(book, late(charges=(a_charge("fee", 30_00),)))) == {"fee": 40_00}
    assert decided(book, late(charges=(a_charge("fee", 30_00),))).reasons == ("fee-capped-by-law",)


def test_a_fee_asked_for_before_lowers_the_compensation():
    book = a_book(a_rule("{compensation: true, fee: 15}"))
    charges = decided(book, late(charges=(a_charge("fee", 15_00),)))

    assert asked(charges) == {"compensation": 25_00, "fee": 15_00}


def test_a_waived_fee_is_not_asked_for():
    state = late(charges=(a_charge("fee", 0, is_waived=True),))

    assert decided(a_book(a_rule("{fee: 15}")), state).reasons == ("charge-waived",)


def test_rules_of_a_book_add_up_and_give_their_reasons():
    book = a_book(
        a_rule("{interest: true, reasons: [ask-first]}"),
        a_rule("{interest: true, compensation: true, fee: 5}", name="tail"),
    )
    charges = decided(book)

    assert asked(charges) == {"interest": 413_75, "compensation": 40_00}
    assert [one.ground for one in charges.new] == ["charges.small", "charges.tail"]
    assert charges.reasons == ("ask-first", "fee-capped-by-law")


def test_a_half_year_that_is_not_known_stops_the_figure_and_names_the_value():
    charges = decided(INTEREST, as_of=date(2027, 2, 1))

    assert charges.statement.accrued_until == date(2027, 1, 1)
    assert charges.reasons == ("interest-value-missing",)
    assert "eu.reference-rate.main-refinancing has no known value on 2027-01-01" in charges.missing
    assert "[[law.values]]" in charges.missing


def test_a_value_the_host_supplies_carries_the_figure_on():
    statutes = STATUTES.with_value(
        "eu.reference-rate.main-refinancing", date(2027, 1, 1), Decimal("2.65"), source="ECB"
    )
    charges = decided(INTEREST, as_of=date(2027, 2, 1), statutes=statutes)

    assert (charges.reasons, charges.missing) == ((), "")
    assert charges.statement.segments[-1].rate.origins == ("shipped", "host")


IN_2025 = date(2025, 2, 10), date(2025, 9, 1)


def german(**over):
    due_on, as_of = IN_2025
    return decided(
        state=late(due_on=due_on, issued_on=date(2025, 1, 10)),
        as_of=as_of,
        jurisdiction="DE",
        **over,
    )


def test_unverified_values_are_left_out_and_named():
    charges = german()

    assert charges.amounts() == {}
    assert charges.reasons == ("law-unverified",)
    assert ("de.compensation.fixed", date(2013, 3, 16)) in charges.unverified


def test_values_a_person_confirmed_are_used():
    charges = german(confirmed=frozenset(id for id, _ in german().unverified))

    assert set(asked(charges)) == {"interest", "compensation"}
    assert charges.unverified == ()


def test_a_due_date_on_a_weekend_moves_where_the_law_moves_it():
    state = late(due_on=date(2026, 5, 2))
    polish = decided(INTEREST, state, jurisdiction="PL")
    french = decided(INTEREST, state)

    assert polish.statement.claim.due_on == date(2026, 5, 4)
    assert french.statement.claim.due_on == date(2026, 5, 2)


DAYS = st.dates(date(2026, 4, 1), date(2026, 9, 1))


@given(st.lists(st.tuples(st.sampled_from(list(MovementKind)), DAYS, st.integers(1, 900_000))))
def test_asking_again_on_the_same_day_asks_for_nothing_new(moves):
    movements = tuple(moved(kind, on, minor) for kind, on, minor in moves)
    first = decided(state=late(movements=movements))
    kept = tuple(a_charge(one.kind, one.amount.minor, until_on=one.until_on) for one in first.new)
    again = decided(state=late(movements=movements, charges=kept))

    assert [one.amount.minor for one in again.new if one.amount.minor] == []
    assert again.amounts() == first.amounts()


@given(st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_interest_of_several_acts_sums_to_the_whole(gaps):
    state, as_of = late(), DUE_ON
    for gap in gaps:
        as_of = date.fromordinal(as_of.toordinal() + gap)
        for one in decided(state=state, as_of=as_of).new:
            before = state.charge(one.kind)
            kept = replace(before, assessed_minor=before.assessed_minor + one.amount.minor)
            charges = {charge.kind: charge for charge in state.charges} | {one.kind: kept}
            state = replace(state, charges=tuple(charges.values()))

    whole = decided(as_of=as_of)
    assert state.charge(ChargeKind.INTEREST).assessed_minor == whole.interest.minor
    assert state.charge(ChargeKind.COMPENSATION).assessed_minor == 40_00


def terms(percent):
    return AgreedRate(yearly=Decimal(percent) / 100, source="General terms, article 7")


def test_the_rate_of_the_contract_is_asked_for_where_it_sets_one():
    charges = decided(INTEREST, agreed=terms("15"))

    assert charges.interest == euros(505_48)
    assert charges.reasons == ()
    assert charges.statement.segments[0].rate.sources[0] == "General terms, article 7"


@pytest.mark.parametrize(
    ("due_on", "as_of", "percent", "rates"),
    [
        (DUE_ON, AS_OF, "5", ["0.0786", "0.0825"]),
        (date(2024, 3, 1), date(2024, 4, 1), "15", ["0.145"]),
    ],
)
def test_a_contract_rate_below_the_floor_gives_way_to_the_least_of_the_law(
    due_on, as_of, percent, rates
):
    charges = decided(INTEREST, late(due_on=due_on), as_of=as_of, agreed=terms(percent))

    assert charges.reasons == ("agreed-rate-below-floor",)
    assert [one.rate.yearly for one in charges.statement.segments] == list(map(Decimal, rates))
    assert "fr.late-payment.contract-floor" in charges.trace[-2].parameters


@pytest.mark.parametrize(
    "over",
    [
        {"book": a_book(a_rule("{interest: true, regime: public}"))},
        {
            "state": late(
                financier_id="X",
                acts=(
                    ActRecord(
                        act_id="a", step_id="formal-notice", procedure_id="p", level=5, cycle=1,
                        legal_effect=True, status=ActStatus.DONE, on=DUE_ON,
                    ),
                ),
            ),
            "transfer": Mechanism.SUBROGATION,
        },
    ],
)  # fmt: skip
def test_a_contract_rate_is_none_of_public_buyers_and_of_subrogated_holders(over):
    book = over.pop("book", INTEREST)

    assert decided(book, agreed=terms("15"), **over) == decided(book, **over)


def test_a_rule_may_ask_for_the_rate_of_the_contract():
    facts = with_charges(
        {}, jurisdiction="FR", transfer="none", open_amount=euros(0), agreed_rate=Decimal("0.15")
    )

    assert facts["charges"]["agreed_rate"] == 15


CONSUMER = a_book(a_rule("{interest: true, compensation: true, fee: 5, regime: consumer}"))
NOTICE = ActRecord(
    act_id="a", step_id="formal-notice", procedure_id="p", level=5, cycle=1,
    legal_effect=True, status=ActStatus.DONE, on=date(2026, 6, 1),
)  # fmt: skip


def test_a_consumer_is_asked_for_interest_in_his_regime_from_formal_notice():
    charges = decided(CONSUMER, late(acts=(NOTICE,)), debtor=a_debtor(is_company=False))

    # 29 days at 2.62 %, 63 at 2.75 %, the legal rates
    assert asked(charges) == {"interest": 68_28}
    assert charges.reasons == ("charges-not-of-consumer",)
    assert charges.statement.segments[0].period.start == date(2026, 6, 2)


def test_a_consumer_is_asked_for_no_interest_before_formal_notice():
    book = a_book(a_rule("{interest: true, regime: consumer}"))
    charges = decided(book, debtor=a_debtor(is_company=False))

    assert (charges.amounts(), charges.reasons) == ({}, ("charges-before-formal-notice",))


def test_a_consumer_owes_no_rate_of_a_contract_and_none_where_his_is_not_known():
    state, debtor = late(acts=(NOTICE,)), a_debtor(is_company=False)
    book = a_book(a_rule("{interest: true, regime: consumer}"))
    by_law = decided(book, state, debtor=debtor)
    unknown = decided(book, state, debtor=debtor, jurisdiction="ES")

    assert decided(book, state, debtor=debtor, agreed=terms("15")) == by_law
    assert (unknown.amounts(), unknown.reasons) == ({}, ("charges-law-unknown",))


def test_the_polish_compensation_is_asked_for_in_zloty_at_the_rate_the_host_supplies():
    supplied = STATUTES.with_value(
        "pl.compensation.euro-rate", date(2026, 5, 1), Decimal("4.2512"),
        source="NBP, table 84/A/NBP/2026",
    )  # fmt: skip
    book, state = a_book(a_rule("{compensation: true}")), late(amount=Money(1000_00, "PLN"))
    charges = decided(book, state, jurisdiction="PL", statutes=supplied)
    june = decided(
        book, replace(state, due_on=date(2026, 6, 1)), jurisdiction="PL", statutes=supplied
    )

    assert charges.compensation == Money(170_05, "PLN")
    assert "pl.compensation.euro-rate" in charges.trace[1].parameters
    assert june.reasons == ("compensation-value-missing",)
    assert "has no known value on 2026-06-01" in june.missing


def test_an_unverified_rate_holds_the_polish_compensation_back():
    state = late(amount=Money(1000_00, "PLN"), due_on=date(2025, 1, 20))
    book = a_book(a_rule("{compensation: true}"))
    charges = decided(book, state, jurisdiction="PL")

    assert charges.unverified == (("pl.compensation.euro-rate", date(2025, 1, 1)),)
