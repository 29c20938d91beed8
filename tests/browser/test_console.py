"""The day's work in a real browser: each job from start to end, on each device, and by axe."""

from datetime import date, timedelta

import pytest

pytest.importorskip("playwright", reason="tier browser: not run, playwright is not installed")

from tests.browser.house import DESKTOP, DEVICES, PHONE, serving
from tests.console.office import an_office, busy, strict, tell

AT = "/console/test"
PAGES = (
    "/", "/waiting/mine", "/waiting/financings", "/waiting/calls", "/waiting/promises",
    "/waiting/limits", "/waiting/others", "/receivables", "/receivables/C1/F-3", "/debtors",
    "/debtors/D1", "/proposals", "/dashboard",
    "/books", "/books/friendly", "/send/C1/F-2",
)  # fmt: skip


def by_name(device):
    return device.name.replace(" ", "-")


@pytest.fixture
def office(tmp_path):
    with serving(busy(an_office(tmp_path))) as house:
        yield house


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    with serving(busy(an_office(tmp_path_factory.mktemp("shown")))) as house:
        yield house


def come_in(invite, house, device, role="manager"):
    guest = invite(house, device)
    guest.become(role, tenant="test")
    return guest


def state_of(house, id):
    with house.tenants.engine("test").store.reading() as session:
        return session.receivable(id).receivable


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=by_name)
def test_no_page_of_the_console_shuts_anybody_out(shown, invite, device):
    guest = come_in(invite, shown, device)
    for path in PAGES:
        assert guest.go(AT + path).status == 200, path
        assert guest.faults() == [], path
        assert not guest.is_too_wide, path


@pytest.mark.parametrize("device", DEVICES, ids=by_name)
def test_a_collector_goes_from_the_days_work_to_a_promise(office, invite, device):
    guest = come_in(invite, office, device, role="collector")
    guest.go(f"{AT}/")
    guest.page.get_by_role("link", name="Calls to make 1").click()
    guest.page.get_by_role("link", name="F-2", exact=True).first.click()
    until = office.tenants.engine("test").config.today() + timedelta(days=3)
    promise = guest.page.locator("#do-promised")
    promise.locator("summary").click()
    promise.get_by_label("Until").fill(until.isoformat())
    promise.get_by_role("button", name="Record a promise").click()

    assert "Recorded." in guest.page.get_by_role("status").first.inner_text()
    assert state_of(office, "C1/F-2").stops[-1].until_on == until
    guest.go(f"{AT}/waiting/calls")
    guest.page.get_by_role("button", name="It left: F-2").click()
    assert "Answered." in guest.page.get_by_role("status").first.inner_text()
    assert "Nothing waits here." in guest.page.inner_text("main")


@pytest.mark.parametrize("device", DEVICES, ids=by_name)
def test_a_manager_decides_on_a_limit_and_ends_a_dispute(office, invite, device):
    guest = come_in(invite, office, device)
    guest.go(f"{AT}/waiting/limits")
    guest.page.get_by_role("textbox", name="Limit").fill("15000")
    guest.page.get_by_role("textbox", name="Reason").fill("pays on time")
    guest.page.get_by_role("button", name="Decide on the limit: D1").click()
    assert "Nothing waits here." in guest.page.inner_text("main")

    guest.go(f"{AT}/waiting/disputes")
    guest.page.get_by_role("button", name="Rejected: F-3").click()
    assert [stop.outcome for stop in state_of(office, "C1/F-3").stops] == ["rejected"]


@pytest.mark.parametrize("device", DEVICES, ids=by_name)
def test_an_invoice_is_sent_from_its_form(office, invite, device):
    guest = come_in(invite, office, device)
    guest.go(f"{AT}/receivables?q=F-2")
    guest.page.get_by_role("link", name="F-2", exact=True).click()
    guest.page.get_by_role("link", name="Send", exact=True).click()
    box = guest.page.get_by_label("Remind the client to pay your invoice")
    assert box.is_checked()
    assert "@" in guest.page.get_by_label("E-mail").input_value()
    guest.page.get_by_role("button", name="Send", exact=True).click()

    assert guest.page.get_by_role("status").first.inner_text() == "Sent."
    assert [act.status.value for act in state_of(office, "C1/F-2").acts] == ["done"]


@pytest.mark.parametrize("device", DEVICES, ids=by_name)
def test_a_proposal_is_made_approved_and_executed(tmp_path, invite, device):
    with serving(strict(tmp_path)) as house:
        guest = come_in(invite, house, device)
        guest.go(f"{AT}/proposals")
        guest.page.get_by_role("button", name="Look at every receivable").click()
        for number in ("F-1", "F-2"):  # one debtor's: they leave in one notice
            guest.page.get_by_role("checkbox", name=number).check()
        guest.page.get_by_role("button", name="Approve those ticked").click()
        assert "Approved." in guest.page.get_by_role("status").first.inner_text()
        guest.page.get_by_role("button", name="Execute").click()

        assert "What was done" in guest.page.inner_text("main")
        done = [act.status.value for act in state_of(house, "C1/F-1").acts]
        assert (done, state_of(house, "C1/F-3").acts) == (["done"], ())


@pytest.mark.parametrize("device", DEVICES, ids=by_name)
def test_a_mention_is_found_read_in_its_place_and_answered(office, invite, device):
    tell(office.tenants.engine("test"), "comment", "D1", text="@collector what now?", by="Jeanne")
    guest = come_in(invite, office, device, role="collector")
    guest.go(f"{AT}/")
    guest.page.get_by_role("link", name="For you 1").click()
    assert "Colleagues reach you by @collector" in guest.page.inner_text("main")
    guest.page.get_by_role("link", name="Dupont & Fils").first.click()
    assert guest.page.url.endswith("/debtors/D1#comment-2")
    assert "what now?" in guest.page.inner_text("li:target")

    guest.go(f"{AT}/waiting/mine")
    guest.page.get_by_label("Your answer").fill("Call him")
    guest.page.get_by_role("button", name="Answer: Dupont & Fils").click()
    assert "Nothing waits here." in guest.page.inner_text("main")
    thread = office.tenants.engine("test").thread("D1", as_of=date.max)
    assert [(one.by, one.text) for one in thread.entries][-1] == ("Collector", "Call him")


def test_colleagues_see_each_others_words_without_asking(office, invite):
    """The server tells a page that its thread grew; without scripts a reload shows it."""
    anna, jeanne = come_in(invite, office, DESKTOP), come_in(invite, office, DESKTOP)
    anna.go(f"{AT}/debtors/D2")
    assert "Nobody wrote anything yet" in anna.page.inner_text("#thread")
    jeanne.go(f"{AT}/debtors/D2")
    comment = jeanne.page.locator("#do-comment")
    comment.locator("summary").click()
    comment.get_by_label("Text").fill("@anna he called back")
    comment.get_by_role("button", name="Comment").click()

    anna.page.locator("#thread", has_text="he called back").wait_for(timeout=5_000)
    asked = [url for url in anna.asked if "/thread/" in url or "/news/" in url]
    assert [url.partition("?")[0].split("/")[-2] for url in asked] == ["news", "thread"]


@pytest.mark.parametrize("language", ["fr", "de"])
def test_figures_and_books_speak_other_languages(shown, invite, language):
    guest = come_in(invite, shown, DESKTOP)
    for path in ("/dashboard", "/receivables/C1/F-1", "/waiting/disputes"):
        guest.go(AT + path)
        guest.page.locator(f'button[name="language"][value="{language}"]').click()
        assert guest.page.locator("html").get_attribute("lang") == language
        assert guest.faults() == []
