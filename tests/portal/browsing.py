"""A debtor at the portal, without a browser: pages are fetched, forms are filled and sent."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from html import unescape

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from dunning_sdk.access.link import portal_link
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.portal.app import build_portal
from tests.portal.installation import AS_OF, a_portal

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
_INPUT = re.compile(r"<input[^>]*>")
_WORD = re.compile(r'(name|value)="([^"]*)"')
_NOT_SENT = ("theme", "language", "back", "send", "files", "all_right", "")


class Debtor:
    """Who holds a link, and reads the mail that is sent to him."""

    def __init__(self, client, engine, folder):
        self.client = client
        self.engine = engine
        self.folder = folder

    def link(self, debtor="D-1", **over):
        found = portal_link(self.engine, debtor, as_of=over.get("as_of", AS_OF))
        return found.removeprefix("https://pay.lumen.example")

    def enters(self, debtor="D-1", query=""):
        return self.client.get(self.link(debtor) + query)

    def at(self, path, **query):
        return self.client.get(f"/portal/lumen{path}", params=query)

    def posts(self, path, page, files=None, **values):
        """Send the form of a page: what is hidden or filled stays, unless it is said otherwise."""
        tags = (dict(_WORD.findall(tag)) for tag in _INPUT.findall(page.text))
        kept = {
            tag["name"]: unescape(tag.get("value", ""))
            for tag in tags
            if tag.get("name", "") not in _NOT_SENT
        }
        sent = {key: value for key, value in {**kept, **values}.items() if value is not None}
        return self.client.post(f"/portal/lumen{path}", data=sent, files=files)

    def mailed_code(self):
        mails = sorted(
            (self.folder / "out" / "mail").iterdir(), key=lambda one: one.stat().st_mtime_ns
        )
        text = message_from_bytes(mails[-1].read_bytes(), policy=policy.default)
        return re.search(r"\d{6}", text.get_body(("plain",)).get_content()).group()

    def shows_a_code(self):
        page = self.posts("/code", self.at("/code"), send="yes")
        return self.posts("/code", page, code=self.mailed_code())

    def does(self, act, *, about="F-1001", files=None, **values):
        """Do an act from its form to what it answers."""
        page = self.at(f"/do/{act}", i=about)
        return self.posts(f"/do/{act}", page, files=files, **values)


@contextmanager
def a_debtor_at_the_portal(folder, *, clock=lambda: NOW, **over):
    with a_portal(folder, **over) as engine:
        portal = build_portal(Tenants([engine]), clock=clock)
        app = Starlette(routes=[Mount("/portal", portal)])
        with TestClient(app, base_url="https://pay.lumen.example") as client:
            yield Debtor(client, engine, folder)
