"""Keys of programs are shown once, kept as hashes, count for one tenant, and end when told to."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from dunning_sdk.access.api_key import SETTING, ApiKeys, Scope, caller_of
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.errors import (
    DomainError,
    ForbiddenError,
    InvalidTransitionError,
    RecordNotFoundError,
    UnknownCallerError,
)
from tests.acceptance.program import dunning_here
from tests.access.test_tenants import an_installation
from tests.engine.installation import an_engine

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SCOPES = (Scope.READ, Scope.RECORD)


@pytest.fixture
def tenants(tmp_path):
    with Tenants([an_engine(tmp_path)]) as found:
        yield found


@pytest.fixture
def keys(tenants):
    return ApiKeys(tenants.engine("test").store, "test")


def is_known(tenants, shown, *, now=NOW):
    try:
        return caller_of(tenants, shown, now=now).key.name
    except UnknownCallerError:
        return ""


def test_a_key_says_who_calls_for_whom_and_what_he_may(tenants, keys):
    _, shown = keys.create("erp", [Scope.RECORD, Scope.READ, Scope.READ], now=NOW)

    caller = caller_of(tenants, shown, now=NOW)

    assert (caller.tenant, caller.key.name, caller.key.scopes) == ("test", "erp", SCOPES)


def test_a_key_may_be_used_for_its_scopes_alone(tenants, keys):
    caller = caller_of(tenants, keys.create("erp", SCOPES, now=NOW)[1], now=NOW)
    refused = []
    for scope in Scope:
        try:
            caller.require(scope)
        except ForbiddenError:
            refused.append(scope)

    assert refused == sorted(set(Scope) - set(SCOPES), key=list(Scope).index)


def test_what_is_stored_and_listed_holds_no_secret(tenants, keys):
    _, shown = keys.create("erp", SCOPES, now=NOW)
    secret = shown.rpartition(".")[2]
    with tenants.engine("test").store.begin() as session:
        kept = json.dumps(session.setting(SETTING))

    assert secret not in kept + repr(keys.all())
    assert [sorted(key.public()) for key in keys.all()] == [
        ["created_at", "expires_at", "id", "name", "revoked_at", "scopes"]
    ]


def test_a_wrong_key_is_unknown_and_every_way_of_being_wrong_is_told_alike(tenants, keys):
    _, shown = keys.create("erp", SCOPES, now=NOW)
    other, _ = keys.create("crm", SCOPES, now=NOW)
    secret = shown.rpartition(".")[2]
    wrong = ["", "Bearer", shown[:-1], shown + "x", shown.removeprefix("dun_"), "dun_.."]
    wrong += [
        shown.replace("test", "lumen"),
        f"dun_test.{other.id}.{secret}",
        f"dun_test.0.{secret}",
    ]

    told = set()
    for guess in wrong:
        with pytest.raises(UnknownCallerError) as problem:
            caller_of(tenants, guess, now=NOW)
        told.add(str(problem.value))

    assert (len(told), is_known(tenants, shown)) == (1, "erp")


def test_a_key_ends_on_its_day(tenants, keys):
    _, shown = keys.create("erp", SCOPES, now=NOW, days=30)
    end = NOW + timedelta(days=30)

    assert is_known(tenants, shown, now=end - timedelta(seconds=1)) == "erp"
    assert is_known(tenants, shown, now=end) == ""


def test_a_revoked_key_ends_at_once_and_again_changes_nothing(tenants, keys):
    key, shown = keys.create("erp", SCOPES, now=NOW)

    first = keys.revoke(key.id, now=NOW)
    again = keys.revoke(key.id, now=NOW + timedelta(days=1))

    assert (is_known(tenants, shown), again) == ("", first)
    with pytest.raises(InvalidTransitionError, match="not in force"):
        keys.rotate(key.id, now=NOW)


def test_a_rotated_key_leaves_the_one_before_for_as_long_as_it_was_given(tenants, keys):
    key, first = keys.create("erp", SCOPES, now=NOW)
    _, second = keys.rotate(key.id, now=NOW, hours=2)
    late = NOW + timedelta(hours=2)

    assert [is_known(tenants, shown) for shown in (first, second)] == ["erp", "erp"]
    assert [is_known(tenants, shown, now=late) for shown in (first, second)] == ["", "erp"]

    _, third = keys.rotate(key.id, now=NOW)

    assert [is_known(tenants, shown) for shown in (first, second, third)] == ["", "", "erp"]


@pytest.mark.parametrize(
    "given", [{"name": " "}, {"name": "x" * 101}, {"scopes": ()}, {"days": 0}], ids=str
)
def test_a_key_needs_a_name_a_scope_and_a_day(keys, given):
    with pytest.raises(DomainError):
        keys.create(**{"name": "erp", "scopes": SCOPES, "now": NOW} | given)


def test_an_unknown_id_names_the_nearest(keys):
    key, _ = keys.create("erp", SCOPES, now=NOW)

    with pytest.raises(RecordNotFoundError, match=key.id):
        keys.revoke(key.id[:-1], now=NOW)


def test_keys_are_made_listed_changed_and_ended_from_the_command_line(tmp_path):
    folder = an_installation(tmp_path / "lumen", "lumen")

    made = dunning_here(folder, "api-keys", "create", "erp", "--scope", "read", "--days", "9")
    turned = dunning_here(folder, "api-keys", "rotate", made["id"], "--hours", "1")
    listed = [dunning_here(folder, "api-keys", "list")]
    ended = dunning_here(folder, "api-keys", "revoke", made["id"])
    listed.append(dunning_here(folder, "api-keys", "list"))

    assert made["key"].startswith(f"dun_lumen.{made['id']}.")
    assert turned["key"] != made["key"]
    assert [[one["name"], one["in_force"]] for (one,) in listed] == [["erp", True], ["erp", False]]
    assert ended["revoked_at"] is not None
