"""A server on a port of this machine and a real Chromium that visits it.

`serving` answers for engines as `dunning serve` does; `chromium` finds the browser, or says that
there is none; a `Guest` is one window, which notes what it asked for and what it complained of.
"""

import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from starlette.applications import Starlette
from starlette.routing import Mount

from dunning_sdk.access.role import Role
from dunning_sdk.access.tenants import Tenants
from dunning_sdk.access.user import Users
from dunning_sdk.console.app import build_console
from dunning_sdk.look.cookie import sign_ins_of
from dunning_sdk.look.live import Live
from dunning_sdk.portal.app import build_portal
from dunning_sdk.web.app import build_app
from dunning_sdk.web.serving import Server

VARIABLE = "DUNNING_TEST_CHROMIUM"
MISSING = "tier browser: not run, no Chromium found (apt-get install chromium)"
FLAGS = ("--disable-dev-shm-usage", "--disable-gpu")


@dataclass(frozen=True)
class Device:
    """What somebody holds in his hands.

    Attributes:
        name: Of the test's parameter.
        width: In CSS pixels.
        height: In CSS pixels.
        is_phone: Whether it is touched.
        runs_scripts: Whether its browser runs JavaScript.
    """

    name: str
    width: int
    height: int
    is_phone: bool = False
    runs_scripts: bool = True

    @property
    def options(self):
        """Return what a context of the browser is made with."""
        return {
            "viewport": {"width": self.width, "height": self.height},
            "is_mobile": self.is_phone,
            "has_touch": self.is_phone,
            "java_script_enabled": self.runs_scripts,
            "locale": "en-GB",
            "timezone_id": "Europe/Paris",
        }


DESKTOP = Device("desktop", 1280, 800)
PHONE = Device("phone", 390, 844, is_phone=True)
BARE = (
    Device("desktop without scripts", 1280, 800, runs_scripts=False),
    Device("phone without scripts", 390, 844, is_phone=True, runs_scripts=False),
)
DEVICES = (DESKTOP, PHONE, *BARE)


def chromium_program():
    """Return where the browser is installed; ``None`` where it is not."""
    return os.environ.get(VARIABLE) or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium():
    """Run the browser and yield it."""
    from playwright.sync_api import sync_playwright

    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=flags)
        try:
            yield browser
        finally:
            browser.close()


class House:
    """A server that answers.

    Attributes:
        address: Its scheme, host and port.
        tenants: Those it answers for.
        clock: Says what instant it is there.
    """

    def __init__(self, address, tenants, clock):
        self.address = address
        self.tenants = tenants
        self.clock = clock

    def person(self, role, *, tenant, login="", password=""):
        """Return somebody of a role, who may sign in; known from before or added."""
        users = Users(self.tenants.engine(tenant).store)
        login = login or f"{role}@example.com"
        known = {one.login: one for one in users.all()}
        if login not in known:
            name = login.split("@")[0].capitalize()
            added = users.add(login, Role(role), now=self.clock(), name=name)
            if password:
                added = users.set_password(added.id, password)
            return added
        return known[login]


@contextmanager
def serving(*engines, clock=None):
    """Answer for engines on a port of this machine, as `dunning serve` does; yield the house.

    Args:
        engines: One for each tenant.
        clock: Returns the aware instant of a request; ``None`` for the real one.
    """
    tenants = Tenants(engines)
    live = Live()
    app = build_app(tenants, live=live) if clock is None else _at_another_time(tenants, clock, live)
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, server_header=False)
    server = Server(config, live, told=lambda address: None)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield House(_address(server, thread), tenants, clock or _now)
    finally:
        server.should_exit = True
        thread.join()


def _now():
    return datetime.now(UTC)


def _at_another_time(tenants, clock, live):
    return Starlette(
        routes=[
            Mount("/console", build_console(tenants, clock=clock, live=live)),
            Mount("/portal", build_portal(tenants, clock=clock)),
        ]
    )


def _address(server, thread):
    for _ in range(2000):
        assert thread.is_alive(), "the server ended by itself"
        if server.started:
            port = server.servers[0].sockets[0].getsockname()[1]
            return f"http://127.0.0.1:{port}"
        time.sleep(0.01)
    raise AssertionError("the server does not answer")


class Guest:
    """Somebody with one window of a browser.

    Attributes:
        page: The window, as Playwright has it.
        asked: Every address it asked for.
        complaints: What its console said, such as that the content policy was violated.
    """

    def __init__(self, browser, house, device):
        self.house = house
        self.device = device
        self.context = browser.new_context(**device.options)
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.asked = []
        self.complaints = []
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda problem: self.complaints.append(str(problem)))

    def _heard(self, message):
        is_answer = "Failed to load resource" in message.text  # a 401 or 422 that a test is about
        if message.type == "error" and not is_answer:
            self.complaints.append(message.text)

    def go(self, path):
        """Open a page of the house; answers the response."""
        return self.page.goto(self.house.address + path)

    def become(self, role, *, tenant):
        """Sign in as somebody of a role, without the pages of signing in."""
        user = self.house.person(role, tenant=tenant)
        engine = self.house.tenants.engine(tenant)
        value = sign_ins_of(engine).start(user, now=self.house.clock())
        cookie = {"name": f"dunning-{tenant}", "value": value, "url": self.house.address}
        self.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])
        return user

    @property
    def strangers(self):
        """Return what was asked of anybody but the house."""
        own = (self.house.address, "data:", "blob:", "about:")
        return [url for url in self.asked if not url.startswith(own)]

    def faults(self):
        """Return what axe-core finds wrong on the page for those who see, hear or touch less."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{one['id']}: {node['target']}: {node['failureSummary']}"
            for one in found
            for node in one["nodes"]
        ]

    @property
    def is_too_wide(self):
        """Return whether the page has to be moved sideways to be read."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )

    def close(self):
        self.context.close()
