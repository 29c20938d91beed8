"""What the operator sets, and what he does at the command line."""

import pytest

from dunning_sdk.access.link import portal_link, revoke
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConfigError, RecordNotFoundError
from dunning_sdk.installation.portal_config import DialogueConfig, PortalConfig
from tests.acceptance.program import dunning_here
from tests.portal.installation import AS_OF, a_portal

SECRET = "thirty-two random bytes in base64"


def test_links_are_signed_by_the_variable_else_the_file_else_the_store(tmp_path, monkeypatch):
    (tmp_path / "portal.key").write_text(SECRET)
    filed = PortalConfig(secret_file="portal.key")
    by_file, by_store = filed.key(tmp_path, "x" * 20), PortalConfig().key(tmp_path, "x" * 20)
    monkeypatch.setenv("DUNNING_PORTAL_SECRET", SECRET)
    by_variable = PortalConfig().key(tmp_path, "x" * 20)

    assert by_file == by_variable
    assert by_store != by_file
    assert b"x" * 20 not in by_store


def test_a_secret_that_is_short_or_missing_is_refused(tmp_path, monkeypatch):
    with pytest.raises(ConfigError):
        PortalConfig(secret_file="nowhere.key").key(tmp_path, "x" * 20)
    monkeypatch.setenv("DUNNING_PORTAL_SECRET", "short")
    with pytest.raises(ConfigError):
        PortalConfig().key(tmp_path, "x" * 20)


@pytest.mark.parametrize("url", ["http://pay.lumen.example", "javascript:alert(1)", "pay.lumen"])
def test_a_portal_without_protection_is_refused(url):
    with pytest.raises(ValueError, match="https"):
        PortalConfig(url=url)


def test_an_amount_with_too_many_decimals_is_named(tmp_path):
    with pytest.raises(ConfigError):
        DialogueConfig(amount_max="1.555").is_for(Money(1, "EUR"))


def test_a_link_is_printed_and_revoked(tmp_path):
    with a_portal(tmp_path, store="sqlite:///lumen.sqlite"):
        pass
    on = ("--as-of", "2026-03-12")
    dunning_here(tmp_path, "pull", *on)
    first = dunning_here(tmp_path, "portal", "link", "D-1", *on)["link"]
    revoked = dunning_here(tmp_path, "portal", "revoke", "D-1", *on)
    second = dunning_here(tmp_path, "portal", "link", "D-1", *on)["link"]

    assert first.startswith("https://pay.lumen.example/portal/lumen/in/")
    assert revoked == {"debtor": "D-1", "revoked": True}
    assert first != second


def test_nobody_has_no_link(tmp_path):
    with a_portal(tmp_path) as engine:
        with pytest.raises(RecordNotFoundError):
            portal_link(engine, "D-9", as_of=AS_OF)
        with pytest.raises(RecordNotFoundError):
            revoke(engine, "D-9", on=AS_OF)
