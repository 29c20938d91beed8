"""People sign in at a provider, and come in only by an answer that holds."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey

from dunning_sdk.access.role import Role
from dunning_sdk.access.user import Users
from tests.console.visitor import PASSWORD, Visitor, served
from tests.engine.installation import an_engine
from tests.provider import CLIENT_ID, SECRET, a_provider

ANNA = {"sub": "a-1", "email": "anna@example.com", "email_verified": True, "name": "Anna"}
SECTION = """
[access]
{access}
[access.openid]
name = "Examplecloak"
issuer = "{issuer}"
client_id = "{client}"
secret_env = "TEST_OPENID_SECRET"
{more}
"""
ROLES = 'roles_claim = "realm.groups"\nroles = {leads = "manager", everybody = "viewer"}'


@pytest.fixture(scope="module")
def provider():
    with a_provider() as running:
        running.back = "https://testserver/console/test/openid/back"
        yield running


@pytest.fixture
def site(provider, tmp_path, monkeypatch):
    monkeypatch.setenv("TEST_OPENID_SECRET", SECRET)
    provider.person, provider.spoiled, provider.metadata = dict(ANNA), {}, {}
    provider.signing_key = provider.key

    def build(more="", access=""):
        more = SECTION.format(issuer=provider.issuer, client=CLIENT_ID, more=more, access=access)
        return served(an_engine(tmp_path, more=more))

    return build


def ask(visitor):
    """Follow the link of the page to the provider, and return its answer's address."""
    out = visitor.get("/openid?next=/console/test/people", follow_redirects=False)
    answer = requests.get(out.headers["location"], allow_redirects=False, timeout=10)
    return answer.headers["location"]


def come_back(visitor, address):
    return visitor.client.get(address, follow_redirects=False)


def sign_in(visitor):
    return come_back(visitor, ask(visitor))


def test_whoever_an_admin_added_comes_in_by_his_verified_mailbox(site):
    with site() as (tenants, app):
        users = Users(tenants.engine("test").store)
        users.add("Anna@Example.com", Role.ADMIN, now=datetime.now(UTC))
        visitor = Visitor(app, tenants)
        answer = sign_in(visitor)

        assert answer.headers["location"] == "/console/test/people"
        assert visitor.get("/people", follow_redirects=False).status_code == 200
        assert users.all()[0].subject.endswith(" a-1")
        assert "Examplecloak" in Visitor(app, tenants).get("/sign-in").text


def test_later_the_subject_counts_and_not_the_mailbox(site, provider):
    with site() as (tenants, app):
        users = Users(tenants.engine("test").store)
        users.add("anna@example.com", Role.VIEWER, now=datetime.now(UTC))
        sign_in(Visitor(app, tenants))
        provider.person = {**ANNA, "email": "a.new@example.com"}
        assert sign_in(Visitor(app, tenants)).status_code == 303
        provider.person = {**ANNA, "sub": "a-2"}

        assert sign_in(Visitor(app, tenants)).status_code == 401


@pytest.mark.parametrize(
    "person",
    [
        {**ANNA, "email_verified": False},
        {"sub": "a-1", "email": "anna@example.com"},
        {**ANNA, "email": "max@example.com"},
    ],
)
def test_a_stranger_and_an_unverified_mailbox_stay_outside(site, provider, person):
    with site() as (tenants, app):
        users = Users(tenants.engine("test").store)
        users.add("anna@example.com", Role.ADMIN, now=datetime.now(UTC))
        provider.person = person
        visitor = Visitor(app, tenants)

        assert sign_in(visitor).status_code == 401
        assert visitor.value == ""
        assert len(users.all()) == 1


def test_the_provider_decides_where_its_groups_stand_for_roles(site, provider):
    with site(ROLES) as (tenants, app):
        users = Users(tenants.engine("test").store)
        provider.person = {**ANNA, "realm": {"groups": ["everybody", "leads", "chess"]}}
        assert sign_in(Visitor(app, tenants)).status_code == 303
        assert [one.role for one in users.all()] == [Role.MANAGER]
        provider.person = {**ANNA, "realm": {"groups": "everybody"}}
        assert sign_in(Visitor(app, tenants)).status_code == 303
        assert [one.role for one in users.all()] == [Role.VIEWER]
        provider.person = {**ANNA, "realm": {"groups": ["chess"]}}

        assert sign_in(Visitor(app, tenants)).status_code == 401


def test_whoever_is_disabled_stays_outside(site):
    with site() as (tenants, app):
        users = Users(tenants.engine("test").store)
        anna = users.add("anna@example.com", Role.VIEWER, now=datetime.now(UTC))
        users.change(anna.id, is_disabled=True)

        assert sign_in(Visitor(app, tenants)).status_code == 401


@pytest.mark.parametrize(
    "spoiled",
    [
        {"iss": "https://evil.test"},
        {"aud": "another"},
        {"nonce": "another"},
        {"exp": 1_600_000_000},
        {"iat": 4_000_000_000},
        {"azp": "another"},
        {"at_hash": "another"},
    ],
)
def test_a_token_that_does_not_hold_is_not_believed(site, provider, spoiled):
    with site(ROLES) as (tenants, app):
        provider.person = {**ANNA, "realm": {"groups": ["leads"]}}
        provider.spoiled = spoiled
        visitor = Visitor(app, tenants)

        assert sign_in(visitor).status_code == 401
        assert visitor.value == ""


def test_a_token_signed_by_another_key_is_not_believed(site, provider):
    with site(ROLES) as (tenants, app):
        provider.person = {**ANNA, "realm": {"groups": ["leads"]}}
        provider.signing_key = RSAKey.generate_key(2048, parameters={"kid": "one"}, private=True)

        assert sign_in(Visitor(app, tenants)).status_code == 401


def test_an_answer_counts_once_in_the_browser_that_asked_for_it(site, provider):
    with site(ROLES) as (tenants, app):
        provider.person = {**ANNA, "realm": {"groups": ["leads"]}}
        visitor, victim = Visitor(app, tenants), Visitor(app, tenants)
        address = ask(visitor)
        forged = [address.replace("state=", "state=x"), address.split("?")[0], f"{address}&iss=x"]

        assert come_back(victim, address).status_code == 401
        ask(victim)
        assert come_back(victim, address).status_code == 401
        assert [come_back(visitor, one).status_code for one in forged] == [401] * 3
        assert come_back(visitor, address).status_code == 303
        assert come_back(visitor, address).status_code == 401


def test_pkce_is_asked_for_and_checked(site):
    with site() as (tenants, app):
        out = Visitor(app, tenants).get("/openid", follow_redirects=False)
        asked = parse_qs(urlsplit(out.headers["location"]).query)

        assert asked["code_challenge_method"] == ["S256"]
        assert asked["response_type"] == ["code"]
        assert {"state", "nonce", "code_challenge"} <= asked.keys()


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.test"},
        {"token_endpoint": "http://evil.test/token"},
        {"jwks_uri": ""},
        {"jwks_uri": "http://localhost:9/keys"},
        {"token_endpoint": "http://localhost:9/token"},
    ],
)
def test_a_provider_that_cannot_be_believed_or_reached_is_said_so(site, provider, metadata):
    with site(ROLES) as (tenants, app):
        provider.person = {**ANNA, "realm": {"groups": ["leads"]}}
        visitor = Visitor(app, tenants)
        address = ask(visitor)
        provider.metadata = metadata

        assert come_back(visitor, address).status_code == 503


def test_where_passwords_are_not_taken_none_is_tried(site):
    with site(access="passwords = false") as (tenants, app):
        users = Users(tenants.engine("test").store)
        users.add("anna@example.com", Role.VIEWER, now=datetime.now(UTC), password=PASSWORD)
        visitor = Visitor(app, tenants)
        page = visitor.get("/sign-in")

        assert 'type="password"' not in page.text
        assert sign_in(visitor).status_code == 303


def test_without_a_provider_there_is_no_way_to_one(tmp_path):
    with served(folder=tmp_path) as (tenants, app):
        assert Visitor(app, tenants).get("/openid").status_code == 404
