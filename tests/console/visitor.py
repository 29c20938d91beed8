"""Visit pages as a browser does: signed in or not, with cookies and the tokens of forms."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime

from starlette.testclient import TestClient

from dunning_sdk.access.role import Role
from dunning_sdk.access.sign_in import form_token
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.access.user import Users
from dunning_sdk.look.cookie import sign_ins_of
from dunning_sdk.web.app import build_app
from tests.engine.installation import an_engine

PASSWORD = "seven swans on a lake"
HOST = "https://testserver"


@contextmanager
def served(*engines, folder=None):
    """Yield the tenants and the whole application, of the engines given or of one in a folder."""
    with Tenants(engines or [an_engine(folder)]) as tenants:
        yield tenants, build_app(tenants)


class Visitor:
    """Somebody with a browser.

    Args:
        app: What he visits.
        tenants: Those served.
        tenant: Whose pages he visits.
    """

    def __init__(self, app, tenants, tenant="test"):
        self.client = TestClient(app, base_url=HOST, raise_server_exceptions=False)
        self.engine = tenants.engine(tenant)
        self.at = f"/console/{tenant}"
        self.cookie = f"__Host-dunning-{tenant}"

    def become(self, role):
        """Sign in as somebody of a role, without a password."""
        users = Users(self.engine.store)
        login = f"{role}@example.com"
        known = {one.login: one for one in users.all()}
        user = known.get(login) or users.add(login, Role(role), now=datetime.now(UTC))
        value = sign_ins_of(self.engine).start(user, now=datetime.now(UTC))
        self.client.cookies.set(self.cookie, value, domain="testserver.local")
        return user

    @property
    def value(self):
        """Return what the cookie of who is signed in holds; empty where there is none."""
        return self.client.cookies.get(self.cookie, "")

    @property
    def token(self):
        """Return the token that forms of whoever is signed in carry."""
        return form_token(self.value.rpartition(".")[2])

    def get(self, path, **more):
        return self.client.get(self.at + path, **more)

    def post(self, path, data=None, *, token=None, **more):
        """Post a form, with the token of its page unless another is given."""
        sent = {"csrf": self.token if token is None else token} | (data or {})
        return self.client.post(self.at + path, data=sent, **more)

    def sign_in(self, login, password=PASSWORD, **more):
        """Fill the form of signing in and send it."""
        page = self.get("/sign-in")
        sent = {"login": login, "password": password, **more}
        return self.post("/sign-in", sent, token=token_in(page), follow_redirects=False)


def token_in(page):
    """Return the token of the forms on a page."""
    return re.search(r'name="csrf" value="(\w+)"', page.text)[1]
