"""One Chromium for all tests of this tier, and guests that leave nothing behind unseen.

Where there is no Chromium, or no Playwright, every test of the tier is skipped by name.
"""

import pytest

TIER = "tier browser: not run"


@pytest.fixture(scope="session")
def browser():
    """Return a running Chromium."""
    try:
        from tests.browser.house import MISSING, chromium, chromium_program
    except ImportError as problem:
        pytest.skip(f"{TIER}, {problem.name} is not installed")
    if not chromium_program():
        pytest.skip(MISSING)
    with chromium() as running:
        yield running


@pytest.fixture
def invite(browser):
    """Return a function that lets a guest in: ``invite(house, device)``.

    At the end every guest must have asked nobody but the house, and his browser must not have
    complained: of a script, a style or an address that the content policy forbids, above all.
    """
    from tests.browser.house import DESKTOP, Guest

    guests = []

    def come(house, device=DESKTOP):
        guests.append(Guest(browser, house, device))
        return guests[-1]

    yield come
    for guest in guests:
        guest.close()
    assert [guest.strangers for guest in guests if guest.strangers] == []
    assert [guest.complaints for guest in guests if guest.complaints] == []
