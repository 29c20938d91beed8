"""Clocks of limitation: what interrupts, what suspends, what does nothing, and until when."""

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.errors import LawError, ParameterNotFoundError
from dunning_sdk.law.clock import Cause, ClockEvent, Effect
from dunning_sdk.law.limitation import regimes, run_clock
from dunning_sdk.law.terms import latest_due_on
from tests.law.build import STATUTES

TRADERS = "fr.limitation.traders"
DUE_ON = date(2022, 3, 10)


def event(cause, on, until_on=None, *, lasts=False, void=False):
    return ClockEvent(cause=cause, on=on, until_on=until_on, lasts=lasts, void=void)


def clock(*events, regime=TRADERS, due_on=DUE_ON, confirmed=()):
    return run_clock(STATUTES, regime, due_on, events, confirmed=confirmed)


@pytest.mark.parametrize(
    ("regime", "due", "ends"),
    [
        ("fr.limitation.traders", "2022-03-10", "2027-03-10"),
        ("fr.limitation.consumer", "2024-02-29", "2026-02-28"),
        ("fr.limitation.carriage", "2026-01-31", "2027-01-31"),
        ("fr.limitation.title", "2026-10-30", "2036-10-30"),
        ("de.limitation.general", "2023-05-10", "2026-12-31"),
        ("de.limitation.general", "2023-12-31", "2027-12-31"),
        ("pl.limitation.general", "2023-05-10", "2026-12-31"),
        ("pl.limitation.sale", "2023-05-10", "2025-12-31"),
        ("at.limitation.general", "2023-05-10", "2026-05-10"),
        ("ie.limitation.general", "2020-02-29", "2026-02-28"),
        ("gb.limitation.scotland", "2021-06-30", "2026-06-30"),
    ],
)
def test_a_clock_ends_where_its_law_says(regime, due, ends):
    found = clock(regime=regime, due_on=date.fromisoformat(due))

    assert found.ends_on == date.fromisoformat(ends)
    assert found.sources


def test_the_german_year_moves_with_a_due_date_on_a_closed_day():
    # 31 December 2022 is a Saturday: the debtor has until 2 January 2023 to pay.
    found = clock(regime="de.limitation.general", due_on=date(2022, 12, 31))

    assert (found.started_on, found.ends_on) == (date(2023, 1, 2), date(2026, 12, 31))
    assert found.unverified == ("de.limitation.general", "de.limitation.counted-from-year-end")


def test_in_france_a_letter_and_a_petition_do_nothing_and_service_begins_a_new_period():
    found = clock(
        event(Cause.LETTER, date(2022, 4, 1)),
        event(Cause.PETITION, date(2026, 9, 10)),
        event(Cause.ORDER_SERVICE, date(2026, 10, 20)),
    )

    assert [(line.effect, line.ends_on) for line in found.lines] == [
        (Effect.NOTHING, date(2027, 3, 10)),
        (Effect.NOTHING, date(2027, 3, 10)),
        (Effect.INTERRUPTED, date(2031, 10, 20)),
    ]
    assert "Cass. com. 18 May 2022" in found.lines[0].source
    assert found.ends_on == date(2031, 10, 20)


def test_a_case_in_court_holds_the_clock_until_it_ends():
    open_case = event(Cause.COURT_CLAIM, date(2026, 5, 4), lasts=True)
    meanwhile = event(Cause.ACKNOWLEDGMENT, date(2026, 8, 1))
    ended = replace(open_case, until_on=date(2028, 2, 1))

    assert clock(open_case, meanwhile).ends_on is None
    assert clock(ended, meanwhile).ends_on == date(2033, 2, 1)


def test_a_claim_withdrawn_counts_for_nothing():
    found = clock(event(Cause.COURT_CLAIM, date(2026, 5, 4), date(2026, 9, 1), void=True))

    assert found.lines[0].effect is Effect.VOID
    assert found.ends_on == date(2027, 3, 10)


def test_what_comes_after_the_end_revives_nothing():
    found = clock(event(Cause.ACKNOWLEDGMENT, date(2027, 3, 11)))

    assert found.lines[0].effect is Effect.TOO_LATE
    assert found.ends_on == date(2027, 3, 10)


def test_a_suspension_adds_its_days_and_leaves_six_months_at_least():
    early = event(Cause.MEDIATION, date(2023, 1, 1), date(2023, 3, 1), lasts=True)
    late = event(Cause.SMALL_CLAIMS, date(2027, 3, 1), date(2027, 4, 1), lasts=True)
    running = event(Cause.MEDIATION, date(2023, 1, 1), lasts=True)

    assert clock(early).ends_on == date(2027, 3, 10) + timedelta(days=59)
    assert clock(late).ends_on == date(2027, 10, 1)
    assert clock(running).ends_on is None
    assert clock(running, late).ends_on is None


def test_no_clock_runs_past_the_longest_limitation():
    yearly = [event(Cause.ACKNOWLEDGMENT, date(year, 3, 1)) for year in range(2023, 2042, 3)]
    found = clock(*yearly)

    assert found.ends_on == date(2042, 3, 10)
    assert "Code civil, article 2232 (C:69130539220)" in found.sources


def test_what_is_unverified_moves_the_clock_once_a_person_confirmed_it():
    letter = event(Cause.LETTER, date(2024, 6, 3))
    id = "es.limitation.letter-interrupts"
    before = clock(letter, regime="es.limitation.general")
    after = clock(letter, regime="es.limitation.general", confirmed={id})

    assert (before.lines[0].effect, before.ends_on) == (Effect.UNVERIFIED, date(2027, 3, 10))
    assert (after.lines[0].effect, after.ends_on) == (Effect.INTERRUPTED, date(2029, 6, 3))
    assert id in after.unverified


def test_what_the_law_is_not_known_to_do_moves_nothing():
    found = clock(event(Cause.COURT_CLAIM, date(2024, 6, 3)), regime="ie.limitation.general")

    assert (found.lines[0].effect, found.lines[0].parameter_id) == (Effect.NOT_KNOWN, "")
    assert found.ends_on == date(2028, 3, 10)


def test_a_suspension_without_a_least_rest_adds_its_days_alone():
    plain = dict(STATUTES.parameters)
    del plain["fr.limitation.after-suspension"]
    without = type(STATUTES)(parameters=MappingProxyType(plain))
    late = event(Cause.MEDIATION, date(2027, 3, 1), date(2027, 4, 1), lasts=True)

    assert run_clock(without, TRADERS, DUE_ON, [late]).ends_on == date(2027, 4, 10)


def test_every_period_that_may_govern_is_a_clock_of_its_own():
    def names(code, **over):
        return [item.name for item in regimes(STATUTES, code, is_company=True, **over)]

    assert names("FR") == ["carriage", "general", "traders"]
    assert [item.name for item in regimes(STATUTES, "FR", is_company=False)] == [
        "carriage", "consumer", "general", "traders",
    ]  # fmt: skip
    assert names("PL") == ["sale", "general"]
    assert names("PT") == ["shortest", "general"]


def test_a_title_knows_neither_year_ends_nor_a_longest_limitation():
    texts = dict(STATUTES.parameters)
    flag = texts["pl.limitation.ends-at-year-end"]
    texts["fr.limitation.ends-at-year-end"] = replace(flag, id="fr.limitation.ends-at-year-end")
    statutes = type(STATUTES)(parameters=MappingProxyType(texts))
    anew = [event(Cause.ENFORCEMENT, date(year, 5, 4)) for year in range(2030, 2050, 9)]

    found = run_clock(statutes, "fr.limitation.title", date(2022, 5, 4), anew)
    assert found.ends_on == date(2058, 5, 4)
    acknowledged = [event(Cause.ACKNOWLEDGMENT, date(2024, 3, 1))]
    assert run_clock(statutes, TRADERS, DUE_ON, acknowledged).ends_on == date(2029, 12, 31)


def test_bad_questions_are_one_error_each():
    with pytest.raises(LawError, match="no limitation period"):
        clock(regime="fr.limitation.letter-interrupts")
    with pytest.raises(ParameterNotFoundError):
        clock(regime="fr.limitation.trader")
    with pytest.raises(ParameterNotFoundError, match="first is from 2015-01-01"):
        clock(due_on=date(2014, 12, 31))
    with pytest.raises(LawError, match="No law is known"):
        regimes(STATUTES, "XX", is_company=True)
    plain = dict(STATUTES.parameters)
    flag = plain["fr.limitation.letter-interrupts"]
    plain["fr.payment-terms.maximum"] = replace(flag, id="fr.payment-terms.maximum")
    odd = type(STATUTES)(parameters=MappingProxyType(plain))
    with pytest.raises(LawError, match="no number of days"):
        latest_due_on(odd, "FR", date(2026, 1, 1))


MOVES = st.lists(
    st.builds(
        event,
        st.sampled_from([Cause.ACKNOWLEDGMENT, Cause.ENFORCEMENT, Cause.LETTER, Cause.MEDIATION]),
        st.dates(date(2022, 4, 1), date(2030, 1, 1)),
    ),
    max_size=6,
)


@given(MOVES)
def test_no_event_brings_the_end_forward(events):
    whole = [replace(one, until_on=one.on + timedelta(days=30), lasts=True)
             if one.cause.suspends else one for one in events]  # fmt: skip
    ends = [clock().ends_on, *(line.ends_on for line in clock(*whole).lines)]

    assert ends == sorted(ends)
