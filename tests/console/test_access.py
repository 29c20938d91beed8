"""People come in by the console's own pages: password, places, people and keys."""

from datetime import UTC, datetime

import pytest

from dunning_sdk.access.api_key import ApiKeys, caller_of
from dunning_sdk.access.role import Role
from dunning_sdk.access.tries import FAILURES_MAX
from dunning_sdk.access.user import Users
from dunning_sdk.console.signing import RATE
from tests.console.visitor import PASSWORD, Visitor, served, token_in

LOGIN = "anna@example.com"
OTHER = "eight geese on a pond"


@pytest.fixture
def site(tmp_path):
    with served(folder=tmp_path) as found:
        yield found


@pytest.fixture
def users(site):
    return Users(site[0].engine("test").store)


@pytest.fixture
def anna(users):
    added = users.add(LOGIN, Role.ADMIN, now=datetime.now(UTC), name="Anna", password=PASSWORD)
    return users.set_password(added.id, OTHER) and added


@pytest.fixture
def visitor(site, anna):
    tenants, app = site
    found = Visitor(app, tenants)
    assert found.sign_in(LOGIN, OTHER).headers["location"] == "/console/test/"
    return found


def test_a_page_leads_to_signing_in_and_back(site, anna):
    visitor = Visitor(site[1], site[0])
    page = visitor.get("/people?sort=name", follow_redirects=False)
    assert page.headers["location"].endswith(
        "/sign-in?next=%2Fconsole%2Ftest%2Fpeople%3Fsort%3Dname"
    )

    answer = visitor.sign_in(LOGIN, OTHER, next="/console/test/people?sort=name")

    assert answer.headers["location"] == "/console/test/people?sort=name"
    cookie = answer.headers.get_list("set-cookie")[0]
    assert cookie.startswith("__Host-dunning-test=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    "next", ["https://evil.test/", "//evil.test", "/v1/keys", "/console/other/"]
)
def test_nobody_is_led_elsewhere(site, anna, next):
    answer = Visitor(site[1], site[0]).sign_in(LOGIN, OTHER, next=next)

    assert answer.headers["location"] == "/console/test/"


def test_the_one_tenant_is_found_without_its_name(site):
    visitor = Visitor(site[1], site[0])

    assert str(visitor.client.get("/console/").url).startswith(
        "https://testserver/console/test/sign-in"
    )


def test_a_wrong_password_says_so_and_nothing_more(site, anna):
    visitor = Visitor(site[1], site[0])
    wrong, nobody = visitor.sign_in(LOGIN, "wrong"), visitor.sign_in("nobody@example.com", "wrong")

    assert (wrong.status_code, nobody.status_code) == (401, 401)
    assert wrong.text.replace(LOGIN, "") == nobody.text.replace("nobody@example.com", "")
    assert visitor.value == ""


def test_a_login_is_locked_for_everybody_after_too_many_tries(site, anna):
    visitor = Visitor(site[1], site[0])
    for _ in range(FAILURES_MAX):
        visitor.sign_in(LOGIN, "wrong")
    answer = visitor.sign_in(LOGIN, OTHER)

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 800
    assert Visitor(site[1], site[0]).sign_in(LOGIN, OTHER).status_code == 429


def test_one_address_does_not_try_one_login_after_another(site):
    visitor = Visitor(site[1], site[0])
    codes = [
        visitor.sign_in(f"somebody{number}@example.com", "").status_code
        for number in range(RATE.burst + 3)
    ]

    assert codes[: RATE.burst] == [401] * RATE.burst
    assert codes[-1] == 429


def test_a_form_of_signing_in_that_was_not_asked_for_is_refused(site, anna):
    visitor = Visitor(site[1], site[0])
    sent = {"login": LOGIN, "password": OTHER}

    assert visitor.post("/sign-in", sent, token="").status_code == 403
    assert (
        visitor.post("/sign-in", sent, token=token_in(visitor.get("/sign-in"))[::-1]).status_code
        == 403
    )
    assert visitor.value == ""


def test_a_cookie_planted_before_is_worth_nothing_after(site, anna, users):
    tenants, app = site
    thief, victim = Visitor(app, tenants), Visitor(app, tenants)
    thief.become(Role.VIEWER)
    planted = thief.value
    victim.client.cookies.set(victim.cookie, planted, domain="testserver.local")
    victim.sign_in(LOGIN, OTHER)

    assert victim.value not in {planted, ""}
    assert thief.get("/own/places", follow_redirects=False).status_code == 303


def test_signing_out_ends_it_on_our_side(visitor, site):
    kept = visitor.value
    visitor.post("/sign-out")
    thief = Visitor(site[1], site[0])
    thief.client.cookies.set(thief.cookie, kept, domain="testserver.local")

    assert visitor.value == ""
    assert "/sign-in" in thief.get("/own/places", follow_redirects=False).headers["location"]


def test_a_password_made_by_somebody_else_is_changed_first(site, users):
    users.add("max@example.com", Role.ADMIN, now=datetime.now(UTC), password=PASSWORD)
    visitor = Visitor(site[1], site[0])
    visitor.sign_in("max@example.com")
    kept = visitor.get("/people", follow_redirects=False)
    assert kept.headers["location"] == "/console/test/own/password"

    sent = {"current": PASSWORD, "new": OTHER, "again": OTHER}
    assert visitor.post("/own/password", sent).status_code == 200
    assert visitor.get("/people", follow_redirects=False).status_code == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"current": "wrong", "new": PASSWORD, "again": PASSWORD}, "This is not your password"),
        ({"current": OTHER, "new": PASSWORD, "again": ""}, "The two are not the same"),
        ({"current": OTHER, "new": "short", "again": "short"}, "Too short, too plain"),
        ({"current": OTHER, "new": OTHER, "again": OTHER}, "Choose another"),
    ],
)
def test_a_new_password_that_is_none_is_refused(visitor, sent, said):
    answer = visitor.post("/own/password", sent, headers={"accept-language": "en"})

    assert answer.status_code == 422
    assert said in answer.text


def test_a_new_password_signs_out_everywhere_else(visitor, site):
    elsewhere = Visitor(site[1], site[0])
    elsewhere.sign_in(LOGIN, OTHER)
    before = visitor.value
    visitor.post("/own/password", {"current": OTHER, "new": PASSWORD, "again": PASSWORD})

    assert visitor.value != before
    assert visitor.get("/people", follow_redirects=False).status_code == 200
    assert elsewhere.get("/people", follow_redirects=False).status_code == 303


def test_everybody_sees_and_ends_where_he_is_signed_in(visitor, site):
    elsewhere = Visitor(site[1], site[0])
    elsewhere.client.headers["user-agent"] = "<script>Firefox"
    elsewhere.sign_in(LOGIN, OTHER)
    page = visitor.get("/own/places")
    assert "&lt;script&gt;Firefox" in page.text

    visitor.post("/own/places/end", {"place": elsewhere.value.split(".")[1]})
    assert elsewhere.get("/own/places", follow_redirects=False).status_code == 303
    elsewhere.sign_in(LOGIN, OTHER)
    visitor.post("/own/places/end")
    assert elsewhere.get("/own/places", follow_redirects=False).status_code == 303
    assert visitor.get("/own/places", follow_redirects=False).status_code == 200


def test_the_language_of_ones_pages_is_kept(visitor):
    visitor.post("/own/language", {"language": "de"})

    assert "Wo Sie angemeldet sind" in visitor.get("/own/places").text
    assert visitor.post("/own/language", {"language": "xx"}).status_code == 422


def test_an_admin_adds_somebody_changes_his_role_and_resets_him(visitor, site, users):
    visitor.client.headers["accept-language"] = "en"
    shown = visitor.post("/people", {"login": "max@example.com", "role": "viewer", "name": "Max"})
    password = shown.text.split("<code>")[1].split("</code>")[0]
    max_ = users.named("max@example.com")
    visitor.post(f"/people/{max_.id}/role", {"role": "manager"})
    assert users.get(max_.id).role is Role.MANAGER

    other = Visitor(site[1], site[0])
    assert other.sign_in("max@example.com", password).status_code == 303
    assert visitor.post(f"/people/{max_.id}/reset").status_code == 200
    assert other.get("/own/password", follow_redirects=False).status_code == 303
    visitor.post(f"/people/{max_.id}/disable")
    assert users.get(max_.id).is_disabled
    visitor.post(f"/people/{max_.id}/enable")
    assert not users.get(max_.id).is_disabled
    assert (
        visitor.post("/people", {"login": "max@example.com", "role": "viewer"}).status_code == 422
    )
    assert visitor.post(f"/people/{max_.id}/role", {"role": "king"}).status_code == 422


def test_the_last_admin_cannot_lock_himself_out(visitor, anna):
    answer = visitor.post(f"/people/{anna.id}/disable")

    assert answer.status_code == 422
    assert visitor.get("/people").status_code == 200


def test_an_admin_makes_replaces_and_revokes_a_key(visitor, site):
    shown = visitor.post("/keys", {"name": "erp", "scopes": ["read", "record"], "days": "30"})
    first = shown.text.split("<code>")[1].split("</code>")[0]
    now = datetime.now(UTC)
    assert caller_of(site[0], first, now=now).key.name == "erp"

    store = visitor.engine.store
    key = ApiKeys(store, "test").all()[0]
    second = visitor.post(f"/keys/{key.id}/rotate").text.split("<code>")[1].split("</code>")[0]
    assert caller_of(site[0], second, now=now).key.id == key.id
    assert second not in visitor.get("/keys").text
    visitor.post(f"/keys/{key.id}/revoke")
    assert not ApiKeys(store, "test").all()[0].is_in_force(now)


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "", "scopes": "read"},
        {"name": "x"},
        {"name": "x", "scopes": "read", "days": "9999"},
    ],
)
def test_a_key_that_says_too_little_is_refused(visitor, sent):
    assert visitor.post("/keys", sent).status_code == 422


def test_too_large_a_form_is_refused(visitor):
    assert visitor.post("/people", {"name": "x" * 300_000}).status_code == 413
