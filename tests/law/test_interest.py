"""How late interest is counted: days, payments along the way, earlier statements, errors."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.period import Period
from dunning_sdk.errors import (
    CurrencyMismatchError,
    InvalidAmountError,
    InvalidPeriodError,
    LawError,
    ParameterNotFoundError,
)
from dunning_sdk.law.claim import Order, Rounding
from dunning_sdk.law.interest import late_interest
from dunning_sdk.law.parameter import Confidence
from tests.law.build import STATUTES, a_claim, a_part

REGIMES = st.sampled_from(
    [
        ("FR", "business"), ("FR", "public"), ("DE", "consumer"), ("BE", "business"),
        ("AT", "business"), ("UK", "business"), ("IE", "business"), ("LU", "consumer"),
        ("PT", "other-commercial"),
    ]
)  # fmt: skip
DAYS = st.dates(date(2021, 1, 1), date(2026, 10, 1))


@st.composite
def claims(draw, *, roundings=tuple(Rounding), parts=4):
    jurisdiction, regime = draw(REGIMES)
    due_on, until_on = sorted([draw(DAYS), draw(DAYS)])
    length = (until_on - due_on).days
    payments = draw(
        st.lists(st.tuples(st.integers(0, length), st.integers(1, 900_000)), max_size=parts)
    )
    return a_claim(
        jurisdiction=jurisdiction,
        regime=regime,
        principal=Money(draw(st.integers(0, 2_000_000)), "EUR"),
        due_on=due_on,
        until_on=until_on,
        payments=tuple(a_part(due_on + timedelta(days=day), minor) for day, minor in payments),
        convention=draw(st.sampled_from(["after-due", "from-due"])),
        rounding=draw(st.sampled_from(roundings)),
    )


def half_up(exact):
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


@given(claims())
def test_segments_sum_to_the_whole(claim):
    statement = late_interest(STATUTES, claim)
    whole = sum((segment.exact_minor for segment in statement.segments), start=Fraction(0))
    rounded = sum(segment.interest.minor for segment in statement.segments)

    expected = half_up(whole) if claim.rounding is Rounding.ONCE else rounded
    assert statement.exact_minor == whole
    assert statement.total.minor == expected
    assert abs(statement.total.minor - whole) <= max(1, len(statement.segments))
    assert all(segment.interest.minor == half_up(segment.exact_minor)
               for segment in statement.segments)  # fmt: skip


@given(claims(parts=0))
def test_segments_follow_each_other_from_the_first_day_to_the_last(claim):
    statement = late_interest(STATUTES, claim)
    days = (claim.until_on - claim.due_on).days

    assert statement.days == (days if claim.principal.minor else 0)
    ends = [segment.period.end for segment in statement.segments]
    starts = [segment.period.start for segment in statement.segments]
    assert starts[1:] == ends[:-1]


@given(claims())
def test_imputation_conserves_money(claim):
    statement = late_interest(STATUTES, claim)
    paid = sum(payment.amount.minor for payment in claim.payments)
    parts = statement.imputations
    to_interest = sum(part.to_interest.minor for part in parts)
    to_principal = sum(part.to_principal.minor for part in parts)

    assert to_interest + to_principal + statement.surplus.minor == paid
    assert statement.principal_open.minor == claim.principal.minor - to_principal
    assert statement.interest_open.minor == statement.total.minor - to_interest
    assert min(statement.principal_open.minor, statement.interest_open.minor) >= 0


@given(claims(parts=0), st.integers(0, 400))
def test_a_later_end_never_lowers_interest(claim, days):
    later = replace(
        claim, until_on=max(min(claim.until_on + timedelta(days=days), date(2026, 10, 1)),
                            claim.until_on)
    )  # fmt: skip

    assert late_interest(STATUTES, later).total >= late_interest(STATUTES, claim).total


@given(claims(roundings=(Rounding.ONCE,)), st.data())
def test_a_later_payment_along_the_way_never_lowers_interest(claim, data):
    if not claim.payments:
        return
    first, *others = claim.payments
    on = data.draw(st.dates(first.on, claim.until_on))
    later = replace(claim, payments=(replace(first, on=on), *others))

    assert late_interest(STATUTES, later).total >= late_interest(STATUTES, claim).total


@given(claims(parts=0), st.data())
def test_no_day_counts_twice_whatever_the_conventions(claim, data):
    middle = data.draw(st.dates(claim.due_on, claim.until_on))
    other = data.draw(st.sampled_from(["after-due", "from-due"]))
    first = late_interest(STATUTES, replace(claim, until_on=middle))
    second = replace(a_claim(convention=other), **{
        name: getattr(claim, name)
        for name in ("jurisdiction", "regime", "principal", "due_on", "until_on")
    }, accrued_until=first.accrued_until)  # fmt: skip
    if second.until_on + second.convention.shift < first.accrued_until:
        with pytest.raises(InvalidPeriodError, match="already"):
            late_interest(STATUTES, second)
        return
    both = [*first.segments, *late_interest(STATUTES, second).segments]
    counted = [
        segment.period.start + timedelta(days=day)
        for segment in both
        for day in range(segment.period.days)
    ]

    assert len(counted) == len(set(counted))


def test_interest_is_paid_before_principal():
    claim = a_claim(payments=(a_part(date(2026, 6, 15), 4_000_00),))
    statement = late_interest(STATUTES, claim)
    part = statement.imputations[0]

    assert (part.to_interest, part.to_principal) == (Money(149_79, "EUR"), Money(3_850_21, "EUR"))
    assert [segment.principal.minor for segment in statement.segments] == [
        10_000_00, 6_149_79, 6_149_79,
    ]  # fmt: skip


def test_carried_interest_is_paid_first_and_is_not_counted_again():
    claim = a_claim(
        accrued_until=date(2026, 7, 1),
        interest_carried=Money(199_73, "EUR"),
        payments=(a_part(date(2026, 7, 1), 250_00),),
    )
    statement = late_interest(STATUTES, claim)

    assert statement.imputations[0].to_interest == Money(203_13, "EUR")
    assert statement.segments[0].period.start == date(2026, 7, 1)
    assert statement.interest_open == statement.total - Money(3_40, "EUR")


def test_what_exceeds_the_claim_is_surplus_and_stops_interest():
    claim = a_claim(payments=(a_part(date(2026, 5, 31), 11_000_00),))
    statement = late_interest(STATUTES, claim)

    assert (statement.days, statement.surplus.minor) == (30, 1_000_00 - 99_86)
    assert statement.principal_open == statement.interest_open == Money(0, "EUR")


def test_paid_on_the_due_date_bears_no_interest():
    statement = late_interest(STATUTES, a_claim(until_on=date(2026, 5, 1)))

    assert (statement.total.minor, statement.segments) == (0, ())
    assert statement.confidence is Confidence.A


def test_a_subrogated_factor_gets_the_legal_rate_from_formal_notice():
    claim = a_claim(mechanism="subrogation", formal_notice_on=date(2026, 6, 15))
    statement = late_interest(STATUTES, claim)

    assert [segment.rate.yearly for segment in statement.segments] == [
        Decimal("0.0262"), Decimal("0.0275"),
    ]  # fmt: skip
    assert statement.segments[0].period.start == date(2026, 6, 16)


def test_an_assignee_takes_the_accessories():
    assigned = late_interest(STATUTES, a_claim(mechanism="assignment"))

    assert assigned.total == late_interest(STATUTES, a_claim()).total


def test_the_contract_date_picks_the_margin_and_its_absence_is_said():
    late = a_claim(jurisdiction="AT")
    early = replace(late, contract_on=date(2013, 3, 15))

    assert late_interest(STATUTES, late).segments[0].rate.yearly == Decimal("0.1073")
    assert late_interest(STATUTES, early).segments[0].rate.yearly == Decimal("0.0953")
    assert late_interest(STATUTES, late).assumptions != ()
    assert late_interest(STATUTES, early).assumptions == ()


def test_the_british_rate_is_that_of_the_due_date_and_the_french_public_one_of_the_day_after():
    def yearly(code, regime):
        claim = a_claim(
            jurisdiction=code,
            regime=regime,
            due_on=date(2025, 6, 30),
            until_on=date(2025, 12, 1),
        )
        return {segment.rate.yearly for segment in late_interest(STATUTES, claim).segments}

    assert yearly("UK", "business") == {Decimal("0.1275")}
    assert yearly("FR", "public") == {Decimal("0.1015")}


def test_a_rate_beyond_what_is_known_names_the_half_year():
    with pytest.raises(ParameterNotFoundError, match="2027-H1") as caught:
        late_interest(STATUTES, a_claim(until_on=date(2027, 2, 1)))

    assert caught.value.on == date(2027, 1, 1)
    assert caught.value.nearest == (date(2026, 9, 16),)


def test_a_host_may_supply_the_missing_value_and_it_is_shown():
    supplied = STATUTES.with_value(
        "eu.reference-rate.main-refinancing",
        date(2027, 1, 1),
        Decimal("2.65"),
        source="ECB press release",
        origin="acme",
    )
    statement = late_interest(supplied, a_claim(until_on=date(2027, 2, 1)))
    last = statement.segments[-1].rate

    assert (last.yearly, last.origins) == (Decimal("0.1265"), ("shipped", "acme"))
    with pytest.raises(ParameterNotFoundError, match="2027-H2"):
        late_interest(supplied, a_claim(until_on=date(2027, 7, 2)))


@pytest.mark.parametrize(
    ("over", "error", "text"),
    [
        ({"jurisdiction": "XX"}, LawError, "jurisdiction 'XX'"),
        ({"regime": "nobody"}, LawError, "'nobody' in FR"),
        ({"regime": "subrogated"}, LawError, "'subrogated' in FR"),
        ({"regime": "contract-floor"}, LawError, "'contract-floor' in FR"),
        ({"mechanism": "subrogation"}, LawError, "formal notice"),
        ({"principal": Money(-1, "EUR")}, InvalidAmountError, "negative"),
        ({"until_on": date(2026, 4, 30)}, InvalidPeriodError, "before the due date"),
        ({"payments": (a_part(date(2026, 4, 30), 1),)}, InvalidPeriodError, "2026-04-30"),
        ({"payments": (a_part(date(2026, 9, 2), 1),)}, InvalidPeriodError, "2026-09-02"),
        ({"payments": (a_part(date(2026, 6, 1), 0),)}, InvalidAmountError, "above zero"),
        ({"payments": (a_part(date(2026, 6, 1), 1, "USD"),)}, CurrencyMismatchError, "USD"),
        ({"interest_carried": Money(-1, "EUR")}, InvalidAmountError, "carried"),
        (
            {"payments": (a_part(date(2026, 6, 1), 1),), "accrued_until": date(2026, 7, 1)},
            InvalidPeriodError,
            "counted already",
        ),
        ({"accrued_until": date(2026, 9, 10)}, InvalidPeriodError, "already"),
        (
            {"due_on": date(2008, 1, 1), "until_on": date(2008, 2, 1)},
            ParameterNotFoundError,
            "2009-01-01",
        ),
    ],
)
def test_what_makes_no_sense_is_one_clear_error(over, error, text):
    with pytest.raises(error, match=text):
        late_interest(STATUTES, a_claim(**over))


def test_a_claim_may_let_principal_be_paid_first():
    part = a_part(date(2026, 6, 15), 10_100_00)
    paid = late_interest(STATUTES, a_claim(payments=(part,), order=Order.PRINCIPAL_FIRST))

    assert paid.imputations[0].to_principal == Money(10_000_00, "EUR")
    assert paid.imputations[0].to_interest == Money(100_00, "EUR")
    assert paid.interest_open == paid.total - Money(100_00, "EUR")


def test_the_law_may_let_principal_be_paid_first():
    rule = STATUTES.parameter("fr.late-payment.interest-first")
    other = replace(rule, values=tuple(replace(value, amount=False) for value in rule.values))
    statutes = replace(STATUTES, parameters={**STATUTES.parameters, rule.id: other})
    claim = a_claim(payments=(a_part(date(2026, 6, 15), 100_00),))

    assert late_interest(statutes, claim).imputations[0].to_interest.minor == 0
    assert late_interest(STATUTES, claim).imputations[0].to_interest.minor == 100_00


def test_a_payment_taken_back_bears_interest_again():
    day = date(2026, 6, 15)
    moved = a_claim(
        payments=(a_part(day, 4_000_00),),
        taken_back=(a_part(day, 4_000_00),),
        order=Order.PRINCIPAL_FIRST,
    )

    assert late_interest(STATUTES, moved).total == late_interest(STATUTES, a_claim()).total


def test_a_pause_bears_no_interest():
    outside = Period(date(2027, 1, 1), date(2027, 2, 1))
    pause = Period(date(2026, 5, 12), date(2026, 6, 11))
    within = Period(date(2026, 5, 20), date(2026, 5, 30))
    statement = late_interest(STATUTES, a_claim(pauses=(outside, pause, within)))

    assert statement.days == 123 - 30
    assert [(one.period.start, one.last_on) for one in statement.segments] == [
        (date(2026, 5, 2), date(2026, 5, 11)),
        (date(2026, 6, 11), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 9, 1)),
    ]


def test_counting_may_stop_where_the_rate_is_not_known():
    statement = late_interest(STATUTES, a_claim(until_on=date(2027, 2, 1)), as_far_as_known=True)
    known = late_interest(STATUTES, a_claim(until_on=date(2026, 12, 31)))

    assert (statement.total, statement.accrued_until) == (known.total, known.accrued_until)
    assert statement.missing.on == date(2027, 1, 1)


def test_a_contract_may_set_a_rate_not_below_the_floor():
    statement = late_interest(STATUTES, a_claim(agreed_rate=Decimal("0.0825")))

    assert statement.total == Money(278_01, "EUR")
    assert statement.segments[0].rate.sources[0] == "The contract"
    with pytest.raises(
        LawError, match=r"below 8\.25\d* %, the least a contract may set on 2026-07-01"
    ):
        late_interest(STATUTES, a_claim(agreed_rate=Decimal("0.08")))


def test_a_contract_is_free_where_the_law_sets_no_floor():
    claim = a_claim(jurisdiction="DE", agreed_rate=Decimal("0.01"))

    assert late_interest(STATUTES, claim).total == Money(33_70, "EUR")


def test_a_spanish_contract_may_set_no_less_than_three_tenths_of_the_rate_of_the_law():
    low = a_claim(jurisdiction="ES", agreed_rate=Decimal("0.0311"))
    lifted = late_interest(STATUTES, replace(low, lifts_to_floor=True))

    with pytest.raises(LawError, match=r"below 3\.12 %"):
        late_interest(STATUTES, low)
    assert {one.rate.yearly for one in lifted.segments} == {Decimal("0.0311"), Decimal("0.0312")}
    assert lifted.segments[1].rate.sources[-1].startswith("instead of the lower rate of")
