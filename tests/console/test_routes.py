"""Every page of the console by every role: let in where its right says so, refused elsewhere."""

import re

import pytest

from dunning_sdk.access.role import Role, may
from dunning_sdk.look.entrance import PageRoute
from dunning_sdk.look.headers import CONTENT_POLICY
from tests.console.visitor import Visitor, served
from tests.engine.installation import an_engine

OPEN = {
    "/",
    "/static/{path}",
    "/look",
    "/{tenant}/sign-in",
    "/{tenant}/openid",
    "/{tenant}/openid/back",
}
"""What is open to everybody; a route that is neither a page nor here fails the test."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    engines = [an_engine(folders[0]), an_engine(folders[1], tenant="other")]
    with served(*engines) as (tenants, app):
        yield tenants, app


def console_of(app):
    return next(route.app for route in app.routes if getattr(route, "path", "") == "/console")


def pages_of(app):
    return [route.page for route in console_of(app).routes if isinstance(route, PageRoute)]


def ask(visitor, page, **more):
    path = re.sub(r"\{[^}]*\}", "none", page.path)
    if page.method == "POST":
        return visitor.post(path, follow_redirects=False, **more)
    return visitor.get(path, follow_redirects=False)


def verdict(answer):
    """Return whether a visitor was let in; what he found there is another matter."""
    location = answer.headers.get("location", "")
    if answer.status_code in {401, 403} or "/sign-in" in location:
        return "refused"
    return "let in" if answer.status_code < 500 else f"broken: {answer.status_code}"


def verdicts(app, visitor, **more):
    return {
        f"{page.method} {page.path}": verdict(ask(visitor, page, **more))
        for page in pages_of(app)
        if page.path != "/sign-out" or more
    }


def test_every_route_is_a_page_or_is_listed_as_open(site):
    routes = console_of(site[1]).routes
    others = {route.path for route in routes if not isinstance(route, PageRoute)}

    names = [f"{page.method} {page.path}" for page in pages_of(site[1])]
    assert others == OPEN
    assert sorted(set(names)) == sorted(names)
    assert len(pages_of(site[1])) > 10


@pytest.mark.parametrize("role", Role)
def test_each_role_is_let_in_where_its_rights_say_so(site, role):
    tenants, app = site
    visitor = Visitor(app, tenants)
    visitor.become(role)

    expected = {
        f"{page.method} {page.path}": "let in" if may(role, page.needs) else "refused"
        for page in pages_of(app)
        if page.path != "/sign-out"
    }
    assert verdicts(app, visitor) == expected


def test_nobody_is_let_in_without_signing_in(site):
    tenants, app = site

    assert set(verdicts(app, Visitor(app, tenants)).values()) == {"refused"}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN])
def test_nobody_of_one_tenant_is_let_in_to_another(site, role):
    tenants, app = site
    at_home, abroad = Visitor(app, tenants), Visitor(app, tenants, tenant="other")
    at_home.become(role)
    abroad.client.cookies.set(abroad.cookie, at_home.value, domain="testserver.local")

    assert set(verdicts(app, abroad).values()) == {"refused"}


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_no_form_without_its_token_is_taken(site, token):
    tenants, app = site
    visitor = Visitor(app, tenants)
    visitor.become(Role.ADMIN)
    found = verdicts(app, visitor, token=token)

    assert {found[name] for name in found if name.startswith("POST")} == {"refused"}


def test_no_form_that_another_site_sent_is_taken(site):
    tenants, app = site
    visitor = Visitor(app, tenants)
    visitor.become(Role.ADMIN)
    visitor.client.headers["sec-fetch-site"] = "cross-site"
    found = verdicts(app, visitor)

    assert {found[name] for name in found if name.startswith("POST")} == {"refused"}


def test_every_answer_carries_the_rules_and_is_kept_by_nobody(site):
    tenants, app = site
    visitor = Visitor(app, tenants)
    answers = [ask(visitor, page) for page in pages_of(app)]
    visitor.become(Role.ADMIN)
    answers += [ask(visitor, page) for page in pages_of(app) if page.path != "/sign-out"]

    for answer in answers:
        assert answer.headers["content-security-policy"] == CONTENT_POLICY
        assert answer.headers["cache-control"] == "no-store"
        assert (
            re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=|javascript:", answer.text) is None
        )


def test_a_tenant_that_is_not_served_is_not_found(site):
    tenants, app = site
    visitor = Visitor(app, tenants)

    assert visitor.client.get("/console/nobody/people").status_code == 404
    assert visitor.client.get("/console/nobody/sign-in").status_code == 404
