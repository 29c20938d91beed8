"""A debtor at the portal in a real browser: every act from start to end, by hand and by axe."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

pytest.importorskip("playwright", reason="tier browser: not run, playwright is not installed")

from dunning_sdk.access.link import portal_link
from dunning_sdk.domain.money import Money
from dunning_sdk.records.entry import Record
from tests.browser.house import DESKTOP, DEVICES, PHONE, serving
from tests.portal.installation import a_portal

ACTS = ("promise", "late", "paid", "plan", "dispute", "confirm")
PDF = {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
HEAD = "number,issued,due,amount,debtor,name,email,phone,lang,financed\n"


def rows(devices):
    """Return a debtor for each device, with an invoice for each act; one of them is financed."""
    lines = [
        f"F-{place}-{act},2026-02-01,2026-03-03,1200.00,D-{place},Café {place},"
        f"c{place}@cafe.example,+3361234567{place},en,{'yes' if act == 'confirm' else 'no'}\n"
        for place in range(devices)
        for act in ACTS
    ]
    return HEAD + "".join(lines)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal")
    with a_portal(
        folder, portal="http://127.0.0.1", rows=rows(len(DEVICES) + 2), financed_book="fast-payment"
    ) as made:
        made.folder = folder
        for place in range(len(DEVICES) + 2):
            on = made.config.today()
            about = f"F-{place}-confirm"
            made.record(Record(kind="assigned", subject=about, on=on))
            line = {"limit": Money(5000_00, "EUR")}
            made.record(Record(kind="credit-line", subject=f"D-{place}", on=on, values=line))
        yield made


@pytest.fixture(scope="module")
def house(engine):
    with serving(engine) as running:
        yield running


class Debtor:
    """A guest with a link and a mailbox."""

    def __init__(self, guest, engine, place):
        self.guest, self.page = guest, guest.page
        self.engine, self.place = engine, place
        link = portal_link(engine, f"D-{place}", as_of=engine.config.today())
        guest.go(link.removeprefix("http://127.0.0.1"))

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def code(self):
        mine = f"c{self.place}@cafe.example".encode()
        mails = [one.read_bytes() for one in (self.engine.folder / "out" / "mail").iterdir()]
        (mail,) = (one for one in mails if mine in one)
        text = message_from_bytes(mail, policy=policy.default).get_body(("plain",))
        return re.search(r"\b\d{6}\b", text.get_content()).group()

    def shows_who_he_is(self):
        self.press("Send the code")
        self.page.get_by_label("Code").fill(self.code())
        self.press("Go on")

    def opens(self, act):
        self.guest.go(f"/portal/lumen/invoice?i=F-{self.place}-{act}")

    def said(self):
        return self.page.get_by_role("status").inner_text()


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name.replace(" ", "-"))
def test_a_debtor_does_everything_he_can(house, engine, invite, device):
    me = Debtor(invite(house, device), engine, DEVICES.index(device))
    page, soon = me.page, (engine.config.today() + timedelta(days=3)).isoformat()
    assert "Your invoices" in page.inner_text("main")

    me.opens("promise")
    page.get_by_role("link", name="I will pay on …").click()
    me.shows_who_he_is()
    page.get_by_label("On which day do you pay?").fill(soon)
    me.press("Send")
    assert "we wait until that day" in me.said()

    me.opens("late")
    page.get_by_role("link", name="I will be late").click()
    page.get_by_label("Message").fill("Our own client is late.")
    me.press("Send")
    assert "Thank you for telling us" in me.said()

    me.opens("paid")
    page.get_by_role("link", name="I have paid").click()
    page.get_by_label("On which day did you pay?").fill(engine.config.today().isoformat())
    page.get_by_label("Files").set_input_files(PDF)
    me.press("Send")
    assert "We look for the payment" in me.said()

    me.opens("plan")
    page.get_by_role("link", name="Pay in installments").click()
    page.get_by_label("In how many parts?").select_option("3")
    me.press("Send")
    assert "You hear from us" in me.said()

    me.opens("dispute")
    page.get_by_role("link", name="I do not agree").click()
    page.get_by_label("What is it about?").select_option("Quality")
    page.get_by_label("Amount you do not agree with").fill("150.00")
    page.get_by_label("What is wrong?").fill("Two of them are broken.")
    me.press("Send")
    assert "We look into it" in me.said()

    me.opens("confirm")
    page.get_by_role("link", name="Confirm this invoice").click()
    page.get_by_label("I confirm all of this").check()
    me.press("Send")
    assert "You have confirmed this invoice" in me.said()

    me.guest.go("/portal/lumen/")
    page.get_by_role("link", name="Ask for a higher limit").click()
    page.get_by_label("Limit you ask for").fill("9000")
    me.press("Send")
    assert "You see the decision here" in me.said()

    page.get_by_role("link", name="Change contact or language").click()
    page.get_by_label("Telephone, with country").fill("+33198765432")
    page.get_by_label("Language").select_option("Français")
    me.press("Send")
    page.get_by_role("link", name="Nous écrire").click()
    page.get_by_label("Message").fill("Merci.")
    me.press("Envoyer")
    assert "Une personne vous lit" in me.said()
    me.press("Quitter")
    assert "Vous avez quitté" in page.inner_text("main")


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=lambda device: device.name)
def test_every_page_can_be_used_by_everybody(house, engine, invite, device):
    place = len(DEVICES) + (device is PHONE)
    guest = invite(house, device)
    me = Debtor(guest, engine, place)
    faults, wide = {}, []

    def look(path):
        guest.go(f"/portal/lumen{path}")
        if found := guest.faults():
            faults[path] = found
        if guest.is_too_wide:
            wide.append(path)

    about = f"i=F-{place}-confirm"
    for path in ("/", "/?for=promise", f"/invoice?{about}", f"/code?act=promise&{about}"):
        look(path)
    me.shows_who_he_is()
    for act in ACTS:
        look(f"/do/{act}?{about}")
    for act in ("help", "limit", "contact"):
        look(f"/do/{act}")
    me.page.get_by_label("Telephone, with country").fill("none")
    me.press("Send")
    assert me.page.get_by_label("Telephone, with country").get_attribute("aria-invalid") == "true"
    guest.context.clear_cookies()
    look("/")

    assert faults == {}
    assert wide == []
    assert "does not lead in" in me.page.inner_text("main")


def test_a_code_for_a_banking_app_is_shown(house, engine, invite):
    me = Debtor(invite(house, DESKTOP), engine, len(DEVICES))
    me.opens("plan")
    code = me.page.get_by_alt_text("Code for your banking app")

    assert code.evaluate("image => image.complete && image.naturalWidth > 50")
