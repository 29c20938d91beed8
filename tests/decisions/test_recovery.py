"""Recovery after the formal notice: the table is whole, time limits run, clocks move."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.decisions.recovery import next_state, recovery_of, refusal_of, state_after, to_know
from dunning_sdk.decisions.recovery_limits import CAUSES, ENDS, LIMITS, Whose
from dunning_sdk.decisions.recovery_state import REFUSALS, RecoveryEvent, RecoveryState, Refusal
from dunning_sdk.decisions.recovery_table import TABLE
from dunning_sdk.decisions.recovery_view import Happened, LimitStatus, Question
from dunning_sdk.errors import InvalidTransitionError
from dunning_sdk.law.clock import Effect
from tests.law.build import STATUTES

E, S = RecoveryEvent, RecoveryState
DUE_ON = date(2026, 3, 10)
TRADERS = "fr.limitation.traders"


def day(text):
    return date.fromisoformat(text)


def story(*pairs):
    """Return events from pairs of an event and its day, with more where it is given."""
    return [Happened(event=event, on=day(on), **(more[0] if more else {}))
            for event, on, *more in pairs]  # fmt: skip


def asked(happened, as_of, **over):
    base = {"due_on": DUE_ON, "jurisdiction": "FR", "is_company": True, "as_of": day(as_of),
            "chosen": TRADERS}  # fmt: skip
    return recovery_of(STATUTES, Question(**(base | over)), happened)


def limits(recovery):
    return {one.name: (one.limit.ends_on.isoformat(), one.status.value) for one in recovery.limits}


def warned(recovery):
    return [(one.what, one.days_left) for one in recovery.warnings]


ORDER = story(
    (E.FORMAL_NOTICE, "2026-04-01"),
    (E.PETITION_FILED, "2026-08-03"),
    (E.ORDER_GIVEN, "2026-09-01"),
)

# The table


def test_every_event_leads_on_or_is_refused_in_every_state():
    assert set(TABLE) == set(RecoveryEvent)
    for event, row in TABLE.items():
        assert row.missing == frozenset(), event
        assert row.doubled == frozenset(), event
        assert set(row.moves) | set(row.refused) == set(RecoveryState), event
        assert not set(row.moves) & set(row.refused), event


def test_every_refusal_has_words_and_is_used():
    used = {why for row in TABLE.values() for why in row.refused.values()}

    assert used == set(Refusal) == set(REFUSALS)


def test_every_state_can_be_reached_and_left():
    reached, ways = {S.BEFORE_NOTICE}, True
    while ways:
        ways = {to for row in TABLE.values() for one, to in row.moves.items() if one in reached}
        ways -= reached
        reached |= ways

    assert reached == set(RecoveryState)
    for state in set(RecoveryState) - {S.CLOSED}:
        assert TABLE[E.CLOSED].moves[state] is S.CLOSED
    assert [event for event, row in TABLE.items() if S.CLOSED in row.moves] == []


def test_what_a_time_limit_names_is_an_event():
    for rules in LIMITS.values():
        for rule in rules:
            assert rule.met_by or rule.over_by
    assert set(ENDS) <= set(CAUSES)


@pytest.mark.parametrize(
    ("state", "event", "why"),
    [
        (S.BEFORE_NOTICE, E.PETITION_FILED, Refusal.NOTICE_MISSING),
        (S.BEFORE_NOTICE, E.BAILIFF_INSTRUCTED, Refusal.NOTICE_MISSING),
        (S.NOTICED, E.ORDER_GIVEN, Refusal.PETITION_NOT_FILED),
        (S.NOTICED, E.HANDED_BACK, Refusal.NOT_HANDED_OVER),
        (S.PETITION_WRITTEN, E.PETITION_FILED, Refusal.PETITION_NOT_APPROVED),
        (S.PETITION_FILED, E.ORDER_SERVED, Refusal.ORDER_NOT_GIVEN),
        (S.ORDER_GIVEN, E.OPPOSITION, Refusal.ORDER_NOT_SERVED),
        (S.ORDER_GIVEN, E.MADE_ENFORCEABLE, Refusal.ORDER_NOT_SERVED),
        (S.ORDER_SERVED, E.ORDER_SERVED, Refusal.ORDER_SERVED),
        (S.OPPOSED, E.MERITS_WRIT, Refusal.CASE_UNDER_WAY),
        (S.NOTICED, E.ENFORCEMENT_BEGUN, Refusal.NO_TITLE),
        (S.ENFORCEABLE, E.PETITION_FILED, Refusal.TITLE_HELD),
        (S.INSOLVENCY, E.PROVISION_WRIT, Refusal.IN_INSOLVENCY),
        (S.CLOSED, E.FORMAL_NOTICE, Refusal.CLOSED),
    ],
)
def test_an_event_that_cannot_follow_is_refused_by_name(state, event, why):
    assert refusal_of(state, event) is why
    with pytest.raises(InvalidTransitionError, match=f"{event} cannot follow {state}") as caught:
        next_state(state, event)

    assert REFUSALS[why] in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_whole_way_to_an_enforceable_order():
    whole = [
        *ORDER,
        *story(
            (E.COPIES_CERTIFIED, "2026-09-10"),
            (E.ORDER_SERVED, "2026-09-30"),
            (E.MADE_ENFORCEABLE, "2026-12-02"),
            (E.ENFORCEMENT_BEGUN, "2026-12-10"),
            (E.CLOSED, "2027-01-04"),
        ),
    ]

    assert [state_after(whole[:count]).value for count in range(len(whole) + 1)] == [
        "before-notice", "noticed", "petition-filed", "order-given", "copies-held",
        "order-served", "enforceable", "enforcing", "closed",
    ]  # fmt: skip


# Time limits


def test_the_order_is_served_within_three_months_or_is_void():
    before, near, gone = (asked(ORDER, on) for on in ("2026-09-05", "2026-11-20", "2026-12-02"))

    assert limits(before) == {"payment-order.service": ("2026-12-01", "running")}
    assert warned(before) == []
    assert warned(near) == [("payment-order.service", 11)]
    assert near.warnings[0].verified
    assert warned(gone) == [("payment-order.service", -1)]
    assert limits(gone) == {"payment-order.service": ("2026-12-01", "run-out")}


def test_an_order_served_late_is_warned_of_until_it_is_given_up():
    late = [*ORDER, *story((E.ORDER_SERVED, "2026-12-02"))]
    given_up = [*late, *story((E.ORDER_LAPSED, "2026-12-09"))]

    assert limits(asked(late, "2026-12-03"))["payment-order.service"][1] == "met-late"
    assert ("payment-order.service", -2) in warned(asked(late, "2026-12-03"))
    assert limits(asked(given_up, "2026-12-10"))["payment-order.service"][1] == "over"
    assert warned(asked(given_up, "2026-12-10")) == []
    assert asked(given_up, "2026-12-10").state is S.NOTICED


def test_an_order_before_the_reform_has_six_months_and_one():
    old = story(
        (E.FORMAL_NOTICE, "2026-04-01"),
        (E.PETITION_FILED, "2026-08-03"),
        (E.ORDER_GIVEN, "2026-08-31"),
        (E.ORDER_SERVED, "2026-12-10"),
    )

    assert limits(asked(old, "2026-12-11")) == {
        "payment-order.service": ("2027-03-01", "met"),
        "payment-order.opposition": ("2027-01-11", "running"),
        "payment-order.enforceable": ("2027-01-11", "running"),
    }


def test_what_the_debtor_must_keep_is_told_when_it_has_run_out():
    served = [*ORDER, *story((E.ORDER_SERVED, "2026-09-30"))]
    during, after = asked(served, "2026-10-30"), asked(served, "2026-12-01")

    assert warned(during) == []
    assert warned(after) == [("payment-order.opposition", -32), ("payment-order.enforceable", -1)]
    assert {one.whose for one in during.limits[1:]} == {Whose.DEBTOR}


def test_distance_gives_the_debtor_more_time():
    overseas = [*ORDER, *story((E.ORDER_SERVED, "2026-09-30", {"distance": "overseas"}))]
    abroad = [*ORDER, *story((E.ORDER_SERVED, "2026-09-30", {"distance": "abroad"}))]

    assert limits(asked(overseas, "2026-10-01"))["payment-order.opposition"][0] == "2026-11-30"
    assert limits(asked(abroad, "2026-10-01"))["payment-order.opposition"][0] == "2026-12-30"


def test_an_opposition_sets_two_time_limits_of_ours():
    opposed = [
        *ORDER,
        *story((E.ORDER_SERVED, "2026-09-30"), (E.OPPOSITION, "2026-10-20")),
    ]
    kept = [
        *opposed,
        *story((E.COSTS_ADVANCED, "2026-10-28"), (E.COUNSEL_APPOINTED, "2026-11-03")),
    ]

    assert warned(asked(opposed, "2026-10-21")) == [
        ("payment-order.consignment", 14),
        ("payment-order.counsel", 14),
    ]
    assert warned(asked(kept, "2026-11-10")) == []
    assert limits(asked(kept, "2026-11-10"))["payment-order.opposition"][1] == "met"


def test_a_writ_is_served_fifteen_days_before_the_hearing():
    hearing = {"hearing_on": date(2026, 10, 12)}
    writ = story((E.FORMAL_NOTICE, "2026-04-01"), (E.MERITS_WRIT, "2026-09-25", hearing))
    late = story((E.FORMAL_NOTICE, "2026-04-01"), (E.PROVISION_WRIT, "2026-09-28", hearing))
    undated = story((E.FORMAL_NOTICE, "2026-04-01"), (E.PROVISION_WRIT, "2026-09-28"))

    assert limits(asked(writ, "2026-10-01")) == {
        "merits.writ-before-hearing": ("2026-09-27", "met")
    }
    assert warned(asked(late, "2026-10-01")) == [("merits.writ-before-hearing", -4)]
    assert asked(undated, "2026-10-01").limits == ()


@pytest.mark.parametrize("then", [E.JUDGMENT, E.CASE_DISMISSED, E.INSOLVENCY_PUBLISHED])
def test_a_writ_that_came_too_late_matters_no_more_once_its_case_is_over(then):
    hearing = {"hearing_on": date(2026, 10, 12)}
    late = story((E.FORMAL_NOTICE, "2026-04-01"), (E.PROVISION_WRIT, "2026-10-05", hearing))
    over = [*late, *story((then, "2026-10-20"))]

    assert warned(asked(late, "2026-10-19")) != []
    assert "merits.writ-before-hearing" not in [
        name for name, _ in warned(asked(over, "2026-10-21"))
    ]
    assert limits(asked(over, "2026-10-21"))["merits.writ-before-hearing"][1] == "over"


def test_an_attachment_wants_a_main_action_within_a_month():
    made = story((E.FORMAL_NOTICE, "2026-04-01"), (E.ATTACHMENT_MADE, "2026-05-29"))
    sued = [*made, *story((E.PETITION_FILED, "2026-06-20"))]

    assert limits(asked(made, "2026-06-01")) == {
        "attachment.main-action": ("2026-06-29", "running")
    }
    assert asked(made, "2026-06-01").state is S.NOTICED
    assert limits(asked(sued, "2026-07-01"))["attachment.main-action"][1] == "met"


def test_a_claim_is_declared_within_two_months_of_the_publication_or_four_abroad():
    opened = story((E.INSOLVENCY_PUBLISHED, "2026-05-04"))
    abroad = story((E.INSOLVENCY_PUBLISHED, "2026-05-04", {"distance": "abroad"}))
    declared = [*opened, *story((E.CLAIM_DECLARED, "2026-06-15"))]

    assert limits(asked(opened, "2026-06-20")) == {
        "insolvency.declaration": ("2026-07-06", "running"),
        "insolvency.relief": ("2026-11-04", "running"),
    }
    assert limits(asked(abroad, "2026-06-20"))["insolvency.declaration"][0] == "2026-09-04"
    assert warned(asked(opened, "2026-06-20")) == [("insolvency.declaration", 16)]
    assert warned(asked(declared, "2026-12-20")) == []


def test_small_claims_wait_a_month_and_silence_refuses():
    asked_for = story((E.FORMAL_NOTICE, "2026-04-01"), (E.SMALL_CLAIMS_ASKED, "2026-05-04"))
    failed = [*asked_for, *story((E.SMALL_CLAIMS_FAILED, "2026-06-10"))]

    assert warned(asked(asked_for, "2026-06-05")) == [("small-claims.answer", -1)]
    assert warned(asked(failed, "2026-06-11")) == []


def test_elsewhere_only_what_is_known_is_computed_and_marked():
    german = asked([*ORDER, *story((E.ORDER_SERVED, "2026-09-30"))], "2026-10-01",
                   jurisdiction="DE", chosen="")  # fmt: skip
    nowhere = asked(ORDER, "2026-10-01", jurisdiction="US", chosen="")

    assert limits(german) == {
        "payment-order.opposition": ("2026-10-14", "running"),
        "payment-order.enforceable-request": ("2027-03-30", "running"),
    }
    assert "de.payment-order.opposition" in german.unverified
    confirmed = asked(
        ORDER, "2026-10-01", jurisdiction="DE", chosen="", confirmed=german.unverified
    )
    assert confirmed.unverified == ()
    assert (nowhere.jurisdiction, nowhere.limits, nowhere.clocks) == ("", (), ())
    assert nowhere.state is S.ORDER_GIVEN


def test_before_the_law_is_known_there_are_neither_limits_nor_clocks():
    early = story((E.FORMAL_NOTICE, "2013-04-01"), (E.SMALL_CLAIMS_ASKED, "2013-05-01"))
    found = asked(early, "2013-06-01", due_on=date(2013, 3, 10))

    assert (found.limits, found.clocks, found.warnings) == ((), (), ())


# Limitation


def test_every_period_that_may_govern_has_a_clock_until_a_person_chooses():
    def ids(**over):
        return [clock.parameter_id for clock in asked([], "2026-06-01", **over).clocks]

    assert ids(chosen="") == ["fr.limitation.carriage", "fr.limitation.general", TRADERS]
    assert ids(chosen="", is_company=False)[1] == "fr.limitation.consumer"
    assert ids(chosen=TRADERS) == [TRADERS]


def test_the_nearest_end_of_limitation_is_warned_of_half_a_year_ahead():
    assert warned(asked([], "2026-09-10", chosen="")) == []
    assert warned(asked([], "2026-09-11", chosen="")) == [("limitation", 180)]
    assert warned(asked([], "2026-09-11", chosen=TRADERS)) == []
    assert warned(asked([], "2031-03-11", chosen=TRADERS)) == [("limitation", -1)]
    assert warned(asked(story((E.CLOSED, "2027-01-01")), "2031-03-11")) == []


def test_serving_interrupts_and_the_petition_does_not():
    served = [*ORDER, *story((E.ORDER_SERVED, "2026-09-30"))]
    (clock,) = asked(served, "2026-10-01", chosen=TRADERS).clocks

    assert [(line.event.cause.name, line.effect) for line in clock.lines] == [
        ("LETTER", Effect.NOTHING),
        ("PETITION", Effect.NOTHING),
        ("ORDER_SERVICE", Effect.INTERRUPTED),
    ]
    assert clock.ends_on == date(2031, 9, 30)


def test_a_case_holds_the_clock_and_counts_for_nothing_once_dismissed():
    writ = story((E.FORMAL_NOTICE, "2026-04-01"), (E.MERITS_WRIT, "2026-09-25"))
    dismissed = [*writ, *story((E.CASE_DISMISSED, "2027-02-01"))]
    judged = [*writ, *story((E.JUDGMENT, "2027-02-01"))]

    def end(happened):
        return asked(happened, "2027-03-01", chosen=TRADERS).clocks[0].ends_on

    assert end(writ) is None
    assert end(dismissed) == date(2031, 3, 10)
    assert end(judged) == date(2032, 2, 1)


def test_a_title_has_ten_years_of_its_own():
    titled = [
        *ORDER,
        *story((E.ORDER_SERVED, "2026-09-30"), (E.MADE_ENFORCEABLE, "2026-12-02")),
    ]
    (clock,) = asked(titled, "2027-01-01", chosen=TRADERS).clocks

    assert (clock.parameter_id, clock.ends_on) == ("fr.limitation.title", date(2036, 12, 2))


def test_a_mediation_and_an_acknowledgment_move_the_clock():
    talks = story((E.MEDIATION_BEGUN, "2026-05-01"), (E.MEDIATION_ENDED, "2026-07-01"))
    owned = story((E.ACKNOWLEDGED, "2026-05-01"))

    assert asked(talks, "2026-08-01", chosen=TRADERS).clocks[0].ends_on == date(2031, 5, 10)
    assert asked(owned, "2026-08-01", chosen=TRADERS).clocks[0].ends_on == date(2031, 5, 1)


def test_thresholds_are_shown_as_they_are_on_the_day():
    def traders(on):
        return dict((one.name, value.amount) for one, value in to_know(STATUTES, "fr", day(on)))[
            "between-traders"
        ]

    assert traders("2026-04-24") is True
    assert traders("2026-04-25") is False
    assert to_know(STATUTES, "fr", day("2014-01-01")) == to_know(STATUTES, "de", DUE_ON) == ()


def test_what_happens_later_is_unseen():
    found = asked(ORDER, "2026-08-10")

    assert (found.state, found.since_on) == (S.PETITION_FILED, date(2026, 8, 3))
    assert (E.ORDER_GIVEN, S.ORDER_GIVEN) in found.may_follow
    assert asked([], "2026-08-10").since_on is None


@st.composite
def walks(draw):
    state, happened, on = S.BEFORE_NOTICE, [], DUE_ON
    for _ in range(draw(st.integers(0, 12))):
        ways = sorted(event.value for event, row in TABLE.items() if state in row.moves)
        if not ways:
            break
        event = RecoveryEvent(draw(st.sampled_from(ways)))
        on += timedelta(days=draw(st.integers(0, 60)))
        hearing = {"hearing_on": on + timedelta(days=20)} if event in (E.MERITS_WRIT,) else {}
        happened.append(Happened(event=event, on=on, **hearing))
        state = next_state(state, event)
    return happened


@given(walks())
def test_any_way_through_the_table_can_be_shown(happened):
    as_of = happened[-1].on if happened else DUE_ON
    found = asked(happened, as_of.isoformat())

    assert found.state is state_after(happened)
    assert all(one.limit.ends_on >= one.limit.from_on or one.name.startswith("merits")
               for one in found.limits)  # fmt: skip
    assert all(one.status is not LimitStatus.RUNNING or one.limit.ends_on >= as_of
               for one in found.limits)  # fmt: skip
    assert list(found.warnings) == sorted(found.warnings, key=lambda one: one.ends_on)
