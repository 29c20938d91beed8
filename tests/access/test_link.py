"""Links into the portal: tampered, expired, revoked, another tenant's or guessed, none leads in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.access.link import debtor_of_link, portal_link, revoke
from dunning_sdk.access.one_time_code import SENT_MAX, TRIES_MAX, is_right, make_code
from dunning_sdk.errors import ConfigError, TooManyRequestsError, UnknownCallerError
from dunning_sdk.installation.portal_link import LinkClaim, read_link, sign_link
from tests.portal.installation import AS_OF, a_portal

KEY = b"k" * 32
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
CLAIM = LinkClaim(debtor_id="D-1", last_on=date(2026, 4, 15), count=0)


@pytest.fixture
def engine(tmp_path):
    with a_portal(tmp_path) as found:
        yield found


def token_of(engine, debtor="D-1", as_of=AS_OF):
    return portal_link(engine, debtor, as_of=as_of).rsplit("/", 1)[1]


def test_a_link_shows_whose_it_is_until_its_last_day(engine):
    token = token_of(engine)

    assert debtor_of_link(engine, token, on=AS_OF) == "D-1"
    assert debtor_of_link(engine, token, on=AS_OF + timedelta(days=45)) == "D-1"
    with pytest.raises(UnknownCallerError):
        debtor_of_link(engine, token, on=AS_OF + timedelta(days=46))


def test_the_same_day_gives_the_same_link(engine):
    assert portal_link(engine, "D-1", as_of=AS_OF) == portal_link(engine, "D-1", as_of=AS_OF)


def test_a_revoked_link_does_not_lead_in_and_a_new_one_does(engine):
    token = token_of(engine)

    revoke(engine, "D-1", on=AS_OF)

    with pytest.raises(UnknownCallerError):
        debtor_of_link(engine, token, on=AS_OF)
    assert debtor_of_link(engine, token_of(engine), on=AS_OF) == "D-1"


@given(st.data())
def test_a_link_that_was_changed_anywhere_does_not_lead_in(data):
    token = sign_link(KEY, "lumen", CLAIM)
    place = data.draw(st.integers(0, len(token) - 1))
    digit = data.draw(st.sampled_from("0123456789abcdefABCDEF /.%"))
    changed = token[:place] + digit + token[place + 1 :]

    if changed != token:
        with pytest.raises(UnknownCallerError):
            read_link(KEY, "lumen", changed, on=date(2026, 3, 1))


@given(st.text(max_size=80) | st.binary(max_size=60).map(bytes.hex))
def test_a_guessed_link_does_not_lead_in(token):
    with pytest.raises(UnknownCallerError):
        read_link(KEY, "lumen", token, on=date(2026, 3, 1))


def test_a_link_of_another_tenant_or_key_does_not_lead_in():
    token = sign_link(KEY, "lumen", CLAIM)

    for key, tenant in ((KEY, "other"), (b"x" * 32, "lumen")):
        with pytest.raises(UnknownCallerError):
            read_link(key, tenant, token, on=date(2026, 3, 1))


@given(st.text(min_size=1, max_size=60), st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_every_debtor_and_day_come_back_as_they_were_signed(debtor, last_on):
    claim = LinkClaim(debtor_id=debtor, last_on=last_on, count=7)

    assert read_link(KEY, "t", sign_link(KEY, "t", claim), on=last_on) == claim


def test_without_an_address_there_is_no_link(tmp_path):
    with a_portal(tmp_path, portal="") as engine, pytest.raises(ConfigError):
        portal_link(engine, "D-1", as_of=AS_OF)


def test_a_code_counts_once(engine):
    with engine.store.begin() as session:
        code = make_code(session, KEY, "D-1", now=NOW)

        assert is_right(session, KEY, "D-1", f" {code} ", now=NOW)
        assert not is_right(session, KEY, "D-1", code, now=NOW)


def test_a_code_counts_for_ten_minutes_and_for_one_debtor(engine):
    with engine.store.begin() as session:
        code = make_code(session, KEY, "D-1", now=NOW)

        assert not is_right(session, KEY, "D-2", code, now=NOW)
        assert not is_right(session, KEY, "D-1", code, now=NOW + timedelta(minutes=10))


def test_wrong_codes_end_a_code(engine):
    with engine.store.begin() as session:
        code = make_code(session, KEY, "D-1", now=NOW)
        wrong = "000000" if code != "000000" else "111111"
        tried = [is_right(session, KEY, "D-1", wrong, now=NOW) for _ in range(TRIES_MAX)]

        assert tried == [False] * TRIES_MAX
        assert not is_right(session, KEY, "D-1", code, now=NOW)


def test_a_new_code_ends_the_one_before_and_too_many_are_refused(engine):
    with engine.store.begin() as session:
        first = make_code(session, KEY, "D-1", now=NOW)
        codes = [make_code(session, KEY, "D-1", now=NOW) for _ in range(SENT_MAX - 1)]

        assert first in codes or not is_right(session, KEY, "D-1", first, now=NOW)
        with pytest.raises(TooManyRequestsError):
            make_code(session, KEY, "D-1", now=NOW)
        assert make_code(session, KEY, "D-1", now=NOW + timedelta(hours=1))
