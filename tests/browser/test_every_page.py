"""Every page that a link leads to, by every device: found, readable by all, asking nobody else.

Whoever signs in as admin, and a debtor by his link, follow every link there is; of each kind of
page, one is looked at by axe-core.
"""

import re
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright", reason="tier browser: not run, playwright is not installed")

from playwright.sync_api import Error

from tests.browser.house import DESKTOP, PHONE
from tests.browser.ledger import DAY, TENANT, a_lived_house, link_of

PAGES_MAX = 60
WEIGHT_MAX = 150 * 1024
_LINKS = "Array.from(document.querySelectorAll('a[href]'), one => one.href)"
_VARIES = re.compile(r"(F-\d+|D-\d+|[0-9a-f]{12,}|\d{4}-\d\d-\d\d|\d+)")


@pytest.fixture(scope="module")
def house(browser):
    with a_lived_house(first=DAY.replace(day=8)) as running:
        yield running


def kind_of(path):
    """Return a path without what names one receivable, debtor or day."""
    return _VARIES.sub("*", path)


def followed(guest, start):
    """Yield every page that can be reached by links, one of each kind."""
    waiting, seen, kinds = [start], set(), set()
    while waiting and len(seen) < PAGES_MAX:
        path = waiting.pop(0)
        kind = kind_of(urlsplit(path).path)
        if path in seen or kind in kinds:
            continue
        seen.add(path)
        kinds.add(kind)
        if (answer := opened(guest, path)) is None:
            continue
        yield path, answer
        own = [url for url in guest.page.evaluate(_LINKS) if url.startswith(guest.house.address)]
        waiting += [url.removeprefix(guest.house.address).partition("#")[0] for url in own]


def opened(guest, path):
    """Return the answer of a page; ``None`` where a link leads to a file to keep."""
    try:
        return guest.go(path)
    except Error as problem:
        if "Download is starting" in str(problem):
            return None
        raise


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=lambda device: device.name)
@pytest.mark.parametrize("door", ["console", "portal"])
def test_every_page_can_be_read_by_everybody(house, invite, device, door):
    running, engine = house
    guest = invite(running, device)
    if door == "console":
        guest.become("admin", tenant=TENANT)
    start = f"/console/{TENANT}/" if door == "console" else link_of(engine, "D-1")
    found = {}
    for path, answer in followed(guest, start):
        wrong = [*guest.faults(), *(["too wide"] if guest.is_too_wide else [])]
        wrong += [f"weighs {size}"] if (size := len(answer.body())) > WEIGHT_MAX else []
        wrong += [f"status {answer.status}"] if answer.status != 200 else []
        found[path] = wrong

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert len(found) >= (10 if door == "console" else 3)
