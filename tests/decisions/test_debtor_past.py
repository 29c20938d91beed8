"""A debtor's past: what happened to his receivables, how he pays, what an agency says of him."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.decisions.debtor_past import debtor_past
from dunning_sdk.decisions.history import payment_history
from dunning_sdk.decisions.occurrence import occurrences_of
from dunning_sdk.decisions.payer_score import PayerScore, score_facts
from dunning_sdk.domain.charge import Movement, MovementKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.occurrence import OccurrenceKind
from dunning_sdk.domain.past_fact import PAST_FACTS
from dunning_sdk.domain.receivable import ActStatus, StopReason
from dunning_sdk.domain.stop import DatedAmount
from dunning_sdk.errors import DomainError
from dunning_sdk.rules.vocabulary import fits
from tests.build import FAST_PAYMENT, a_receivable, a_stop, acted, on
from tests.contracts.signal_contract import LATE_THREE, TWO_BROKEN
from tests.decisions.test_facts import flat

PAID, RETURNED, CREDITED = MovementKind.PAID, MovementKind.RETURNED, MovementKind.CREDITED
WHOLE = 1200_00
CAME = (DatedAmount(on=on(3), minor=4), DatedAmount(on=on(4), minor=5))


def moved(receivable, *movements):
    """Return a receivable after movements: kind, day after the due date, minor units."""
    found = tuple(Movement(kind=kind, on=on(day), minor=minor) for kind, day, minor in movements)
    paid = sum({PAID: 1, RETURNED: -1}.get(one.kind, 0) * one.minor for one in found)
    credited = sum(one.minor for one in found if one.kind is CREDITED)
    return replace(receivable, movements=found, paid_minor=paid, credited_minor=credited)


def paid(days_late, number=1, **over):
    """Return a receivable paid whole so many days after its due date."""
    return moved(a_receivable(id=f"F{number}", **over), (PAID, days_late, WHOLE))


def told(receivable, *kinds):
    """Return what happened of some kinds, as days after the due date."""
    found = [one for one in occurrences_of([receivable]) if one.kind.value in kinds]
    return sorted((one.kind.value, (one.on - on(0)).days, one.days) for one in found)


def until(receivable):
    lasting = [one for one in occurrences_of([receivable]) if one.kind is OccurrenceKind.OVERDUE]
    return [(one.on - on(0), one.until_on and one.until_on - on(0)) for one in lasting]


def days(*pairs):
    return [tuple(None if one is None else timedelta(one) for one in pair) for pair in pairs]


def test_a_receivable_is_overdue_from_the_day_after_its_due_date_until_it_is_paid():
    assert until(a_receivable()) == days((1, None))
    assert until(paid(0)) == []
    assert until(paid(9)) == days((1, 9))
    assert until(moved(a_receivable(), (CREDITED, 5, WHOLE))) == days((1, 5))


def test_a_payment_that_was_taken_back_leaves_it_overdue_again():
    whole = moved(a_receivable(), (PAID, -2, WHOLE), (RETURNED, 6, WHOLE), (PAID, 10, WHOLE))

    assert until(whole) == days((6, 10))
    assert told(whole, "settled", "payment", "payment-returned") == [
        ("payment", -2, -2),
        ("payment", 10, 10),
        ("payment-returned", 6, None),
        ("settled", -2, -2),
        ("settled", 10, 10),
    ]


def test_a_credit_note_settles_nothing_that_says_how_he_pays():
    part = moved(a_receivable(), (PAID, 2, 200_00), (CREDITED, 4, 1000_00))

    assert told(part, "settled", "payment") == [("payment", 2, 2)]


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (a_stop(StopReason.PROMISED, 1), [("promised", 1, None)]),
        (
            a_stop(StopReason.PROMISED, 1, until_on=on(5)),
            [("promise-broken", 6, None), ("promised", 1, None)],
        ),
        (
            a_stop(StopReason.PROMISED, 1, until_on=on(5), lifted_on=on(3), outcome="kept"),
            [("promise-kept", 3, None), ("promised", 1, None)],
        ),
        (
            a_stop(StopReason.PROMISED, 1, until_on=on(5), promised_minor=9, settlements=CAME),
            [("promise-kept", 4, None), ("promised", 1, None)],
        ),
        (
            a_stop(StopReason.PROMISED, 1, until_on=on(5), promised_minor=10, settlements=CAME),
            [("promise-broken", 6, None), ("promised", 1, None)],
        ),
        (
            a_stop(StopReason.PAYMENT_PLAN, 1, lifted_on=on(9), outcome="broken"),
            [("plan-agreed", 1, None), ("plan-broken", 9, None)],
        ),
        (
            a_stop(StopReason.PAYMENT_PLAN, 1, lifted_on=on(9), outcome="kept"),
            [("plan-agreed", 1, None)],
        ),
        (
            a_stop(StopReason.PROMISED, 1, lifted_on=on(3), outcome="settled"),
            [("promised", 1, None)],
        ),
        (a_stop(StopReason.DISPUTED, 2, until_on=on(4)), [("disputed", 2, None)]),
        (a_stop(StopReason.BLOCKED, 2), []),
    ],
)
def test_what_a_debtor_said_is_told_with_how_it_ended(stop, said):
    kinds = ["promised", "promise-kept", "promise-broken", "plan-agreed", "plan-broken", "disputed"]

    assert told(a_receivable(stops=(stop,)), *kinds) == said


def test_only_what_reached_him_is_a_notice():
    receivable = acted(a_receivable(), FAST_PAYMENT.steps[2], on(4))
    receivable = acted(receivable, FAST_PAYMENT.steps[4], on(20))
    receivable = acted(receivable, FAST_PAYMENT.steps[3], on(8), status=ActStatus.FAILED)

    assert told(receivable, "notice", "formal-notice") == [
        ("formal-notice", 20, None),
        ("notice", 4, None),
        ("notice", 20, None),
    ]


def test_charges_left_over_say_nothing():
    assert occurrences_of([a_receivable(kind="charges")]) == ()
    assert payment_history([a_receivable(kind="charges")], on(9), currency="EUR").open_count == 0


def test_how_he_pays_is_read_off_what_he_paid():
    past = [paid(0, 1), paid(-4, 2), paid(10, 3), paid(20, 4, amount=Money(WHOLE, "EUR"))]
    owed = a_receivable(id="F9", due_on=on(-3))

    found = payment_history([*past, owed], on(30), currency="EUR")

    assert found.facts() == {
        "paid_count": 4,
        "days_late_average": Decimal("7.5"),
        "days_late_trend": Decimal(15),
        "late_share": Decimal("0.5"),
        "late_amount_share": Decimal("0.5"),
        "open_count": 1,
        "late_count": 1,
        "exposure": Decimal(1200),
    }


def test_nothing_is_known_of_who_never_paid():
    found = payment_history([a_receivable()], on(0), currency="EUR")

    assert found.facts() == {
        "paid_count": 0,
        "days_late_average": None,
        "days_late_trend": None,
        "late_share": None,
        "late_amount_share": None,
        "open_count": 1,
        "late_count": 0,
        "exposure": Decimal(1200),
    }
    assert found.changes_on == on(1)


def test_amounts_of_another_currency_are_not_summed():
    dollars = Money(WHOLE, "USD")
    past = [paid(10, 1, amount=dollars), paid(0, 2)]

    found = payment_history([*past, a_receivable(id="F3", amount=dollars)], on(19), currency="EUR")

    assert (found.late_share, found.late_amount_share) == (Decimal("0.5"), Decimal(0))
    assert found.exposure is None


def test_what_was_paid_two_years_ago_no_longer_counts():
    found = payment_history([paid(5)], on(734), currency="EUR")

    assert (len(found.settled), found.changes_on) == (1, on(735))
    assert payment_history([paid(5)], on(735), currency="EUR").settled == ()


def test_what_a_credit_note_closed_or_a_bank_took_back_is_not_paid():
    credited = moved(a_receivable(), (CREDITED, 3, WHOLE))
    again = moved(a_receivable(id="F2"), (PAID, 1, WHOLE), (RETURNED, 5, WHOLE))

    found = payment_history([credited, again], on(9), currency="EUR")

    assert (len(found.settled), found.open_count) == (0, 1)


def a_score(**over):
    fields = {
        "value": Decimal(14),
        "worst": Decimal(0),
        "best": Decimal(20),
        "source": "Agency",
        "dated_on": on(0),
        "valid_until": on(30),
    }
    return PayerScore(**(fields | over))


@pytest.mark.parametrize(
    ("over", "points"),
    [
        ({}, Decimal(70)),
        ({"worst": Decimal(20), "best": Decimal(0)}, Decimal(30)),
        ({"value": Decimal(1), "best": Decimal(3)}, Decimal("33.3")),
    ],
)
def test_scores_of_all_scales_are_read_on_one(over, points):
    assert a_score(**over).points == points


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"value": Decimal(21)}, "A score of 21 is not on its scale, 0 to 20"),
        ({"best": Decimal(0)}, "A scale from 0 to 0 tells nobody apart"),
        ({"valid_until": on(-1)}, "cannot end on"),
    ],
)
def test_a_score_off_its_scale_is_refused(over, said):
    with pytest.raises(DomainError, match=said):
        a_score(**over)


def test_the_latest_fresh_score_counts_and_a_stale_one_says_so():
    other = a_score(dated_on=on(10), valid_until=on(20), value=Decimal(5), source="Other")
    scores = [other, a_score()]

    def at(day):
        found, changes_on = score_facts(scores, on(day))
        return found["state"], found["source"], (changes_on - on(0)).days if changes_on else None

    assert at(5) == ("fresh", "Agency", 10)
    assert at(15) == ("fresh", "Other", 21)
    assert at(25) == ("fresh", "Agency", 31)
    state, absent, changes_on = at(31)
    assert (state, changes_on) == ("stale", None)
    assert absent.why == "the score of 2026-03-20 ended on 2026-03-30: record a newer one"
    assert score_facts([], on(0))[0]["value"].why == "no agency's score was recorded"


def test_the_past_is_given_as_the_facts_of_the_vocabulary():
    past = debtor_past([paid(3, 1)], as_of=on(9), currency="EUR", scores=[a_score()])

    found = flat({name: past.facts[name] for name in ("history", "payer_score")})
    assert set(found) == {fact.name for fact in PAST_FACTS}
    assert [
        fact.name
        for fact in PAST_FACTS
        if not (fact.nullable and found[fact.name] is None) and not fits(fact, found[fact.name])
    ] == []


def test_signals_of_the_past_know_what_made_them_and_when_they_change():
    late = [a_receivable(id=f"F{number}", due_on=on(-number)) for number in range(3)]

    past = debtor_past(
        late, as_of=on(10), currency="EUR", patterns=[LATE_THREE, replace(TWO_BROKEN, name="two")]
    )

    assert past.facts["signal"] == {"one": False, "two": False}
    assert past.changes_on == on(11)
    later = debtor_past(late, as_of=on(11), currency="EUR", patterns=[LATE_THREE])
    assert later.facts["signal"] == {"one": True}
    assert [one.receivable_id for one in later.signals[0].made_by] == ["F2", "F1", "F0"]


movements = st.lists(
    st.tuples(
        st.sampled_from([PAID, RETURNED, CREDITED]),
        st.integers(-5, 40),
        st.sampled_from([WHOLE, WHOLE // 2]),
    ),
    max_size=4,
)


@given(st.lists(movements, max_size=5), st.integers(0, 60), st.randoms(use_true_random=False))
def test_a_past_hangs_not_on_the_order_and_stays_until_it_says(stories, at, chance):
    owed = [
        moved(a_receivable(id=f"F{number}"), *sorted(story, key=lambda one: one[1]))
        for number, story in enumerate(stories)
    ]
    seen = [one for one in owed if all(move.on <= on(at) for move in one.movements)]
    mixed = list(seen)
    chance.shuffle(mixed)

    def past(receivables, day):
        patterns = [LATE_THREE]
        return debtor_past(receivables, as_of=day, currency="EUR", patterns=patterns)

    first = past(seen, on(at))
    assert past(mixed, on(at)) == first
    day, last = on(at), min(first.changes_on or date.max, on(at + 30))
    while day < last:
        assert past(seen, day).facts == first.facts
        day += timedelta(days=1)
