"""People sign in by passwords nobody guesses, and a login is locked after too many tries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from argon2 import PasswordHasher

from dunning_sdk.access.password import check_password, hash_password, is_password
from dunning_sdk.access.role import RIGHTS, Right, Role, may
from dunning_sdk.access.tries import FAILURES_MAX, LOCKED_FOR, STRANGERS_MAX, count_stranger
from dunning_sdk.access.user import User, Users, keep_user, owner_of, user_of
from dunning_sdk.errors import (
    DomainError,
    InvalidTransitionError,
    RecordNotFoundError,
    TooManyRequestsError,
    UnknownCallerError,
)
from dunning_sdk.store.opening import open_store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "seven swans on a lake"


@pytest.fixture
def store():
    opened = open_store("memory://", tenant="test", secret="no secret of anybody")
    yield opened
    opened.close()


@pytest.fixture
def users(store):
    return Users(store)


@pytest.fixture
def anna(users):
    return users.add("Anna@example.com", Role.ADMIN, now=NOW, name="Anna", password=PASSWORD)


def answer(users, login, password=PASSWORD, now=NOW):
    try:
        return users.check(login, password, now=now).name
    except (TooManyRequestsError, UnknownCallerError) as problem:
        return problem.message


def test_each_role_has_the_rights_of_the_one_before_it():
    ranks = [RIGHTS[role] for role in Role]

    assert all(lower < higher for lower, higher in pairwise(ranks))
    assert ranks[-1] == set(Right)
    assert not may(Role.VIEWER, Right.WORK)


def test_a_login_is_known_whatever_its_case(users, anna):
    assert answer(users, " anna@EXAMPLE.com ") == "Anna"
    assert users.named("anna@example.com") == users.get(anna.id)


def test_a_wrong_password_an_unknown_login_and_a_disabled_user_get_one_answer(users, anna):
    users.add("max@example.com", Role.VIEWER, now=NOW)
    told = {answer(users, "anna@example.com", "wrong"), answer(users, "nobody"), answer(users, "")}
    told.add(answer(users, "max@example.com", ""))
    users.add("zoe@example.com", Role.ADMIN, now=NOW)
    users.change(anna.id, is_disabled=True)

    assert told | {answer(users, "anna@example.com")} == {"Login or password is wrong"}


@pytest.mark.parametrize("login", ["anna@example.com", "nobody@example.com"])
def test_a_login_is_locked_after_too_many_tries_and_opens_again(users, anna, login):
    wrong = [answer(users, login, "wrong") for _ in range(FAILURES_MAX)]

    assert set(wrong) == {"Login or password is wrong"}
    assert answer(users, login) == "Too many wrong passwords"
    assert answer(users, login, now=NOW + LOCKED_FOR - timedelta(seconds=1)).startswith("Too many")
    later = answer(users, login, now=NOW + LOCKED_FOR)
    assert later == ("Anna" if login.startswith("anna") else "Login or password is wrong")


def test_a_right_password_forgives_the_wrong_ones(users, anna):
    for _ in range(3):
        wrong = [answer(users, anna.login, "wrong") for _ in range(FAILURES_MAX - 1)]
        assert set(wrong) == {"Login or password is wrong"}
        assert answer(users, anna.login) == "Anna"


def test_many_strangers_leave_no_more_than_the_latest(store):
    with store.begin() as session:
        for number in range(3):
            count_stranger(session, f"s{number}", NOW)
        kept = dict(session.record("strangers-tries", "latest"))
        filler = {f"{number:064}": {"failures": 1} for number in range(STRANGERS_MAX)}
        session.put_record("strangers-tries", "latest", kept | filler, owner="user:strangers")
        count_stranger(session, "s9", NOW)

        assert len(session.record("strangers-tries", "latest")) == STRANGERS_MAX


@pytest.mark.parametrize(
    "password",
    [
        "short one",
        "x" * 300,
        "aaaaaaaaaaaaaaaaaaaa",
        "ababababababababab",
        "passwordpassword1!",
        "anna.example.anna",
        "Motdepasse123456",
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_and_never_said(password):
    with pytest.raises(DomainError) as problem:
        check_password(password, about=("anna@example.com", "Anna Example"))

    assert password not in str(problem.value)
    assert problem.value.code == "access.weak-password"


@pytest.mark.parametrize(
    "password", ["seven swans on a lake", "correct horse battery", "Anna läuft durch den Wald"]
)
def test_a_sentence_does_well(password):
    check_password(password, about=("anna@example.com", "Anna Example"))


def test_other_spellings_of_the_same_signs_are_one_password():
    assert is_password("sieben Schwa\u0308ne am See", hash_password("sieben Schwäne am See"))
    assert not is_password("", "")


def test_a_hash_says_nothing_and_nothing_personal_is_shown(anna):
    assert anna.password_hash.startswith("$argon2id$")
    for secret in (anna.password_hash, "Anna", "example"):
        assert secret not in repr(anna)


def test_weaker_hashes_of_before_are_made_anew(store, users, anna):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with store.begin() as session:
        keep_user(session, replace(user_of(session, anna.id), password_hash=weak))

    assert answer(users, anna.login) == "Anna"
    assert users.get(anna.id).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_login_is_given_once(users, anna):
    with pytest.raises(DomainError, match="already"):
        users.add("ANNA@example.com", Role.VIEWER, now=NOW)
    with pytest.raises(DomainError, match="login is needed"):
        users.add("  ", Role.VIEWER, now=NOW)


def test_a_new_password_is_another_one_and_unlocks(users, anna):
    for _ in range(FAILURES_MAX):
        answer(users, anna.login, "wrong")
    with pytest.raises(DomainError, match="as it is"):
        users.set_password(anna.id, PASSWORD)

    changed = users.set_password(anna.id, "eight geese on a pond")

    assert (anna.must_change, changed.must_change) == (True, False)
    assert answer(users, anna.login, "eight geese on a pond") == "Anna"


def test_the_last_admin_stays_one(users, anna):
    with pytest.raises(InvalidTransitionError):
        users.change(anna.id, role=Role.MANAGER)
    with pytest.raises(InvalidTransitionError):
        users.change(anna.id, is_disabled=True)
    other = users.add("max@example.com", Role.ADMIN, now=NOW)

    assert users.change(anna.id, role=Role.MANAGER).role is Role.MANAGER
    assert users.change(other.id, language="de").language == "de"


def test_somebody_disabled_can_be_erased(store, users, anna):
    max_ = users.add("max@example.com", Role.VIEWER, now=NOW)
    with pytest.raises(InvalidTransitionError, match="still"):
        users.erase(max_.id)
    users.change(max_.id, is_disabled=True)
    users.erase(max_.id)

    assert [one.login for one in users.all()] == ["Anna@example.com"]
    with store.begin() as session:
        assert owner_of(max_.id) not in session.owners()
    with pytest.raises(RecordNotFoundError):
        users.get(max_.id)


def test_an_unknown_login_names_the_nearest_to_its_admin(users, anna):
    with pytest.raises(RecordNotFoundError, match=r"Anna@example\.com"):
        users.named("ana@example.com")


def test_a_user_survives_the_store(users, anna):
    assert users.get(anna.id) == anna
    assert isinstance(anna, User)
