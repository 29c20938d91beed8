"""Signing in, one's own pages, people and keys, in a real browser: by hand, by keyboard, by axe."""

from uuid import uuid4

import pytest

pytest.importorskip("playwright", reason="tier browser: not run, playwright is not installed")

from tests.browser.house import BARE, DESKTOP, DEVICES, PHONE, serving
from tests.engine.installation import an_engine

PASSWORD = "seven swans on a lake"
OTHER = "eight geese on a pond"
PAGES = ("/own/places", "/own/password", "/people", "/keys")
AT = "/console/test"


def by_name(device):
    return device.name.replace(" ", "-")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with serving(an_engine(tmp_path_factory.mktemp("house"))) as running:
        running.person("admin", tenant="test", login="owner@example.com")
        yield running


def sign_in(guest, login, password):
    guest.page.get_by_label("Login").fill(login)
    guest.page.get_by_label("Password").fill(password)
    guest.page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("device", DEVICES, ids=by_name)
def test_somebody_signs_in_changes_his_password_and_signs_out(house, invite, device):
    login = f"{uuid4()}@example.com"
    house.person("viewer", tenant="test", login=login, password=PASSWORD)
    guest = invite(house, device)
    guest.go("/console/")
    sign_in(guest, login, "not the password at all")
    assert "Login or password is wrong" in guest.page.get_by_role("alert").inner_text()
    sign_in(guest, login, PASSWORD)
    guest.page.locator(".account a").click()
    guest.page.get_by_role("link", name="Change the password").click()
    for label, text in (("as it is", PASSWORD), ("new password again", OTHER)):
        guest.page.get_by_label(label).fill(text)
    guest.page.get_by_label("The new password", exact=True).fill(OTHER)
    guest.page.get_by_role("button", name="Change the password").click()

    assert "The password is changed" in guest.page.get_by_role("status").inner_text()
    guest.page.get_by_role("button", name="Sign out", exact=True).first.click()
    sign_in(guest, login, OTHER)
    guest.page.locator(".account a").click()
    assert "Where you are signed in" in guest.page.inner_text("main")


@pytest.mark.parametrize("device", DEVICES, ids=by_name)
def test_an_admin_adds_somebody_who_comes_in(house, invite, device):
    login = f"{uuid4()}@example.com"
    admin, guest = invite(house, device), invite(house, device)
    admin.become("admin", tenant="test")
    admin.go(f"{AT}/people")
    admin.page.get_by_label("Login").fill(login)
    admin.page.get_by_label("Name (optional)").fill("Zoë")
    admin.page.get_by_label("Role", exact=True).select_option("Collector")
    admin.page.get_by_role("button", name="Add somebody").click()
    password = admin.page.locator("code").inner_text()

    guest.go(f"{AT}/people")
    sign_in(guest, login, password)
    assert "Choose one of your own" in guest.page.inner_text("main")
    admin.page.get_by_role("link", name="People").first.click()
    admin.page.locator("tr", has_text=login).get_by_role("button", name="Disable").click()
    guest.go(f"{AT}/own/password")
    assert "/sign-in" in guest.page.url


@pytest.mark.parametrize("device", DEVICES, ids=by_name)
def test_an_admin_makes_and_revokes_a_key(house, invite, device):
    admin = invite(house, device)
    admin.become("admin", tenant="test")
    admin.go(f"{AT}/keys")
    name = f"erp-{uuid4()}"
    admin.page.get_by_label("Whose key it is").fill(name)
    admin.page.get_by_label("read").check()
    admin.page.get_by_role("button", name="Make a key").click()
    assert admin.page.locator("code").inner_text().startswith("dun_test.")
    admin.page.get_by_role("link", name="API keys").first.click()
    admin.page.get_by_role("button", name=f"Revoke the key of {name}").click()

    assert "over" in admin.page.locator("tr", has_text=name).inner_text()


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=by_name)
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_on_any_page_and_none_is_too_wide(house, invite, device, theme):
    guest = invite(house, device)
    guest.go(f"{AT}/sign-in")
    guest.page.get_by_role("button", name=theme, exact=True).click()
    found = {}
    for path in ("/sign-in", "/nowhere/at/all", *PAGES):
        if path == PAGES[0]:
            guest.become("admin", tenant="test")
        guest.go(AT + path)
        found[path] = (guest.faults(), guest.is_too_wide)

    assert found == dict.fromkeys(found, ([], False))


@pytest.mark.parametrize("language", ["Français", "Deutsch"])
def test_pages_speak_the_language_chosen(house, invite, language):
    guest = invite(house, BARE[0])
    guest.go(f"{AT}/sign-in")
    guest.page.get_by_role("button", name=language).click()
    words = {"Français": "Se connecter", "Deutsch": "Anmelden"}

    assert guest.page.get_by_role("heading").inner_text() == words[language]


def test_a_keyboard_alone_is_enough(house, invite):
    login = f"{uuid4()}@example.com"
    house.person("admin", tenant="test", login=login, password=PASSWORD)
    guest = invite(house)
    guest.go(f"{AT}/sign-in?next={AT}/people")
    keys = guest.page.keyboard
    keys.press("Tab")
    assert guest.page.locator(":focus").inner_text() == "Go to the content"
    keys.press("Enter")
    keys.press("Tab")
    keys.type(login)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    guest.page.wait_for_url("**/people")
    keys.press("j")
    keys.press("j")

    assert guest.page.locator("tr.at").count() == 1


def test_a_secret_shown_once_is_copied_by_one_tap(house, invite):
    admin = invite(house)
    admin.context.grant_permissions(["clipboard-read", "clipboard-write"])
    admin.become("admin", tenant="test")
    admin.go(f"{AT}/keys")
    admin.page.get_by_label("Whose key it is").fill("copied")
    admin.page.get_by_label("read").check()
    admin.page.get_by_role("button", name="Make a key").click()
    shown = admin.page.locator("code").inner_text()
    admin.page.get_by_role("button", name="Copy").click()
    admin.page.get_by_role("button", name="Copied").wait_for()

    assert admin.page.evaluate("navigator.clipboard.readText()") == shown
