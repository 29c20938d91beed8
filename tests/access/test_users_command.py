"""People are added, changed and let go from the command line."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from dunning_sdk.access.tenants import Tenants
from dunning_sdk.access.user import Users
from dunning_sdk.errors import InvalidTransitionError
from tests.acceptance.program import dunning_here
from tests.access.test_tenants import an_installation


def test_people_are_added_changed_and_erased_from_the_command_line(tmp_path):
    folder = an_installation(tmp_path / "lumen", "lumen")
    (folder / "dunning.key").write_text(b64encode(bytes(32)).decode())  # opens at once
    anna = dunning_here(folder, "users", "add", "anna@example.com", "--role", "admin")
    dunning_here(folder, "users", "add", "max@example.com", "--role", "viewer", "--elsewhere")
    dunning_here(folder, "users", "role", "max@example.com", "manager")
    reset = dunning_here(folder, "users", "reset", "anna@example.com")
    states = [dunning_here(folder, "users", "disable", "max@example.com")["state"]]
    states += [dunning_here(folder, "users", "enable", "max@example.com")["state"]]
    listed = dunning_here(folder, "users", "list")
    dunning_here(folder, "users", "disable", "max@example.com")
    dunning_here(folder, "users", "erase", "max@example.com")

    assert (anna["state"], states) == ("new password", ["disabled", "active"])
    assert [(one["login"], one["role"]) for one in listed] == [
        ("anna@example.com", "admin"),
        ("max@example.com", "manager"),
    ]
    assert all("password" not in str(one).replace("new password", "") for one in listed)
    with Tenants.open([folder]) as tenants:
        users = Users(tenants.engine("lumen").store)
        now = datetime.now(UTC)
        assert users.check("anna@example.com", reset["password"], now=now).id == anna["id"]
        assert [one.login for one in users.all()] == ["anna@example.com"]
        with pytest.raises(InvalidTransitionError):
            users.erase(anna["id"])
