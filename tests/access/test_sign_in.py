"""Whoever signs in gets a secret of his own, which ends by rest, by age, and when told to."""

from datetime import UTC, datetime, timedelta

import pytest

from dunning_sdk.access.role import Role
from dunning_sdk.access.sign_in import PLACES_MAX, Limits, SignIns, form_token, is_form_token
from dunning_sdk.access.user import Users
from dunning_sdk.errors import UnknownCallerError
from dunning_sdk.store.opening import open_store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMITS = Limits(idle=timedelta(hours=2), whole=timedelta(hours=12))


@pytest.fixture
def store():
    opened = open_store("memory://", tenant="test", secret="no secret of anybody")
    yield opened
    opened.close()


@pytest.fixture
def anna(store):
    return Users(store).add("anna", Role.VIEWER, now=NOW)


@pytest.fixture
def sign_ins(store):
    return SignIns(store, LIMITS)


def is_in(sign_ins, cookie, now=NOW):
    try:
        return sign_ins.present(cookie, now=now).user.login
    except UnknownCallerError:
        return ""


def test_who_shows_the_cookie_is_known(sign_ins, anna):
    cookie = sign_ins.start(anna, now=NOW, agent="Firefox" * 100)

    assert is_in(sign_ins, cookie) == "anna"
    place = sign_ins.all(anna.id, now=NOW)[0]
    assert len(place.agent) == 200
    secret = cookie.split(".")[2]
    assert secret not in repr(sign_ins.present(cookie, now=NOW))
    assert secret not in str(place)


def test_a_cookie_that_was_not_given_is_nobody(sign_ins, anna):
    user, place, secret = sign_ins.start(anna, now=NOW).split(".")
    forged = [
        "",
        "x",
        "..",
        f"{user}.{place}.",
        f"{user}.{place}.{secret[::-1]}",
        f"{user}..{secret}",
    ]
    forged += [
        f"{user}.{'0' * 12}.{secret}",
        f"nobody.{place}.{secret}",
        f"{user}.{place}.é",
        "a.b.c.d",
    ]

    assert {is_in(sign_ins, cookie) for cookie in forged} == {""}


def test_it_ends_after_rest(sign_ins, anna):
    cookie = sign_ins.start(anna, now=NOW)
    seen = NOW + timedelta(hours=1, minutes=59)

    assert is_in(sign_ins, cookie, seen) == "anna"
    assert is_in(sign_ins, cookie, seen + timedelta(hours=1)) == "anna"
    assert is_in(sign_ins, cookie, seen + timedelta(hours=3)) == ""


def test_it_ends_after_a_day_however_busy(sign_ins, anna):
    cookie = sign_ins.start(anna, now=NOW)
    hours = [is_in(sign_ins, cookie, NOW + timedelta(hours=hour)) for hour in range(1, 13)]

    assert hours == ["anna"] * 11 + [""]


def test_it_ends_when_told_to(sign_ins, anna):
    first, second, third = (sign_ins.start(anna, now=NOW) for _ in range(3))
    sign_ins.end(anna.id, first.split(".")[1], now=NOW)

    assert [is_in(sign_ins, one) for one in (first, second, third)] == ["", "anna", "anna"]
    sign_ins.end_all(anna.id, now=NOW, but=third.split(".")[1])
    assert [is_in(sign_ins, one) for one in (second, third)] == ["", "anna"]
    sign_ins.end_all(anna.id, now=NOW)
    assert is_in(sign_ins, third) == ""


def test_whoever_is_disabled_or_erased_is_signed_in_no_more(store, sign_ins, anna):
    users = Users(store)
    cookie = sign_ins.start(anna, now=NOW)
    users.change(anna.id, is_disabled=True)
    assert is_in(sign_ins, cookie) == ""
    users.change(anna.id, is_disabled=False)
    assert is_in(sign_ins, cookie) == "anna"
    users.change(anna.id, is_disabled=True)
    users.erase(anna.id)

    assert is_in(sign_ins, cookie) == ""


def test_the_place_unused_longest_gives_way(sign_ins, anna):
    cookies = [
        sign_ins.start(anna, now=NOW + timedelta(seconds=second))
        for second in range(PLACES_MAX + 1)
    ]

    assert len(sign_ins.all(anna.id, now=NOW)) == PLACES_MAX
    assert [is_in(sign_ins, one) for one in cookies[:2]] == ["", "anna"]


def test_another_tenant_does_not_know_it(sign_ins, anna):
    cookie = sign_ins.start(anna, now=NOW)
    other = open_store("memory://", tenant="other", secret="no secret of anybody")

    assert is_in(SignIns(other), cookie) == ""
    other.close()


def test_the_token_of_forms_belongs_to_one_secret():
    assert is_form_token(form_token("mine"), "mine")
    assert not is_form_token(form_token("theirs"), "mine")
    assert not is_form_token("é", "mine")
