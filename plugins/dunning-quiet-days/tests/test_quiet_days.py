"""Which days are quiet, and what is held back on them."""

from datetime import date

import pytest
from dunning_sdk.errors import ConfigError, UnknownCalendarError

from dunning_quiet_days import dunning_veto_notice, quiet_days

FRIDAY, SATURDAY = date(2026, 12, 18), date(2026, 12, 19)
CHRISTMAS_EVE, CHRISTMAS = date(2026, 12, 24), date(2026, 12, 25)


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("FR", {SATURDAY, CHRISTMAS}),
        (" FR ; 2026-12-24, ", {SATURDAY, CHRISTMAS_EVE, CHRISTMAS}),
        (";2026-12-24", {CHRISTMAS_EVE}),
        ("TARGET", {SATURDAY, CHRISTMAS}),
    ],
)
def test_weekends_holidays_and_listed_days_are_quiet(text, quiet):
    days = (FRIDAY, SATURDAY, CHRISTMAS_EVE, CHRISTMAS)

    assert {day for day in days if quiet_days(text).on(day)} == quiet


def test_moselle_keeps_its_own_holiday():
    boxing_day_of_moselle = date(2025, 12, 26)

    assert quiet_days("FR-57").on(boxing_day_of_moselle)
    assert not quiet_days("FR").on(boxing_day_of_moselle)


@pytest.mark.parametrize("text", ["", ";", "FR;24.12.2026", ";2026-13-01"])
def test_what_names_no_day_is_refused(text):
    with pytest.raises(ConfigError, match="DUNNING_QUIET_DAYS"):
        quiet_days(text)


def test_an_unknown_jurisdiction_is_refused():
    with pytest.raises(UnknownCalendarError):
        quiet_days("XX")


@pytest.mark.parametrize(
    ("day", "legal_effect", "legal", "answer"),
    [
        (FRIDAY, False, None, None),
        (SATURDAY, False, None, "quiet-day"),
        (SATURDAY, True, None, None),
        (SATURDAY, True, "no", None),
        (SATURDAY, True, "yes", "quiet-day"),
        (FRIDAY, True, "yes", None),
    ],
)
def test_a_step_with_legal_effect_passes_unless_asked_for(
    monkeypatch, day, legal_effect, legal, answer
):
    monkeypatch.setenv("DUNNING_QUIET_DAYS", "FR")
    monkeypatch.delenv("DUNNING_QUIET_LEGAL", raising=False)
    if legal:
        monkeypatch.setenv("DUNNING_QUIET_LEGAL", legal)

    assert dunning_veto_notice(legal_effect=legal_effect, as_of=day) == answer


def test_another_word_for_legal_steps_is_refused(monkeypatch):
    monkeypatch.setenv("DUNNING_QUIET_DAYS", "FR")
    monkeypatch.setenv("DUNNING_QUIET_LEGAL", "maybe")

    with pytest.raises(ConfigError, match="DUNNING_QUIET_LEGAL"):
        dunning_veto_notice(legal_effect=True, as_of=SATURDAY)
