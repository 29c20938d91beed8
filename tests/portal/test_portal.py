"""What a debtor can do at the portal, from his link to what is recorded."""

import re
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from dunning_sdk.domain.money import Money
from dunning_sdk.records.entry import Record
from tests.portal.browsing import NOW, a_debtor_at_the_portal
from tests.portal.installation import AS_OF, ROWS

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def me(tmp_path):
    with a_debtor_at_the_portal(tmp_path) as debtor:
        debtor.enters()
        yield debtor


@pytest.fixture
def known(me):
    me.shows_a_code()
    return me


def stops(me, receivable="F-1001"):
    with me.engine.store.reading() as session:
        return {one.reason.value: one for one in session.receivable(receivable).receivable.stops}


def replies(me, debtor="D-1"):
    thread = me.engine.thread(debtor, as_of=AS_OF)
    return [one for one in thread.entries if one.kind == "reply"]


def test_a_link_shows_what_is_open_due_and_paid(me):
    page = me.at("/").text

    assert all(number in page for number in ("F-1001", "F-1002", "F-1003"))
    assert "F-2001" not in page
    assert "1\u202f560,00" in page
    assert "Payée" in page


def test_a_page_says_why_and_how_to_pay(me):
    page = me.at("/invoice", i="F-1001").text
    code = me.at("/qr.svg", i="F-1001")

    assert "FR76 3000 6000" in page.replace("\u00a0", " ")
    assert "Facture émise" in page
    assert code.headers["content-type"].startswith("image/svg+xml")
    assert 'fill="#fff"' in code.text


def test_a_link_may_lead_straight_to_an_act(me):
    page = me.enters(query="?for=paid")

    assert page.url.path == "/portal/lumen/"
    assert "/do/paid?i=F-1001" in page.text
    assert "for=" not in str(me.enters(query="?for=%3Cscript%3E").url)


def test_a_promise_is_a_stop_at_once(known):
    answer = known.does("promise", until_on="2026-03-20")

    assert answer.url.params["said"] == "promise"
    assert stops(known)["promised"].until_on == date(2026, 3, 20)
    assert known.engine.decide("F-1001", as_of=AS_OF).decision.reasons == ("promised",)


def test_a_promise_beyond_what_the_book_allows_is_not_taken(known):
    late = known.does("promise", until_on=str(AS_OF + timedelta(days=400)))
    past = known.does("promise", until_on="2026-03-01")
    more = known.does("promise", until_on="2026-03-20", amount="1200.01")

    assert (late.status_code, past.status_code, more.status_code) == (422, 422, 422)
    assert stops(known) == {}


def test_a_second_promise_is_refused_with_a_way_to_a_person(known):
    known.does("promise", until_on="2026-03-20")
    again = known.does("promise", until_on="2026-03-21")

    assert again.status_code == 422
    assert "Ce n’est pas possible maintenant." in again.text
    assert "/do/help" in again.text


def test_a_delay_with_a_day_is_a_promise_and_without_one_a_message(known):
    known.does("late", until_on="", text="Nous attendons un paiement.")
    known.does("late", about="F-1002", until_on="2026-04-02", text="")

    assert [one.receivable_id for one in replies(known)] == ["F-1001"]
    assert stops(known, "F-1002")["promised"].until_on == date(2026, 4, 2)


def test_a_claim_to_have_paid_brings_its_proof(known):
    proof = [("files", ("virement.pdf", PDF, "application/pdf"))]
    known.does("paid", paid_on="2026-03-10", files=proof)
    (reply,) = replies(known)

    assert "dit avoir payé 1200.00 EUR on".replace(" on", "") in reply.text
    assert [file.name for file in reply.files] == ["virement.pdf"]
    assert "reply-unread" in stops(known)


def test_a_part_is_disputed_with_a_reason_and_files(known):
    files = [("files", (name, PDF, "application/pdf")) for name in ("a.pdf", "b.pdf")]
    known.does("dispute", category="quality", amount="150,00", why="Cassé.", files=files)
    entries = known.engine.thread("D-1", as_of=AS_OF).entries

    assert (stops(known)["disputed"].amount_minor, stops(known)["disputed"].category) == (
        150_00,
        "quality",
    )
    assert [file.name for one in entries for file in one.files] == ["a.pdf", "b.pdf"]


def test_installments_of_a_large_amount_are_for_a_person(known):
    known.does("plan", count="3", text="")

    assert "demande 3 échéances" in replies(known)[0].text
    assert "payment-plan" not in stops(known)


def test_installments_of_a_small_amount_are_agreed_at_once(tmp_path):
    small = '[dialogue]\namount_max = "500"\n'
    with a_debtor_at_the_portal(tmp_path, more=small) as me:
        me.enters()
        me.shows_a_code()
        me.does("plan", about="F-1002", count="3")
        me.does("plan", about="F-1001", count="3")

        assert [one.minor for one in stops(me, "F-1002")["payment-plan"].installments] == [
            120_00
        ] * 3
        assert "payment-plan" not in stops(me)


def test_contact_and_language_are_changed(known):
    page = known.does("contact", name="Anne Roux", email="a@martin.example", phone="0033 6 1",
                      language="de")  # fmt: skip
    known.does("contact", name="Anne Roux", email="a@martin.example", phone="", language="de")

    assert page.status_code == 422
    assert "Ihre Rechnungen" in known.at("/").text
    with known.engine.store.reading() as session:
        assert session.record("party", "D-1")["contacts"][0]["email"] == "a@martin.example"


def test_a_higher_limit_is_asked_for_and_the_decision_is_shown(known):
    line = {"limit": Money(5000_00, "EUR")}
    known.engine.record(Record(kind="credit-line", subject="D-1", on=AS_OF, values=line))
    assert "/do/limit" in known.at("/").text
    asked = known.does("limit", limit="8000")
    waits = known.at("/do/limit").text
    decided = {"limit": Money(7000_00, "EUR"), "reason": "paie bien"}
    known.engine.record(Record(kind="limit-decided", subject="D-1", on=AS_OF, values=decided))
    shown = known.at("/do/limit").text

    assert asked.url.params["said"] == "limit"
    assert "8\u202f000,00" in waits
    assert "7\u202f000,00" in shown
    assert "Votre plafond a été relevé." in shown


def test_a_message_reaches_a_person(known):
    known.does("help", text="Pouvez-vous me rappeler ?")

    assert [one.text for one in replies(known)] == ["Pouvez-vous me rappeler ?"]
    assert [one.kind for one in known.engine.review(as_of=AS_OF)] == ["reply-unread"]


def test_the_same_form_sent_twice_is_kept_once(known):
    page = known.at("/do/help")
    for _ in range(2):
        known.posts("/do/help", page, text="Bonjour")

    assert len(replies(known)) == 1


def test_a_financed_invoice_is_confirmed_as_it_was_shown(tmp_path):
    rows = ROWS.replace("lang\n", "lang,financed\n").replace(",fr\n", ",fr,yes\n")
    rows = rows.replace(",de\n", ",de,no\n")
    with a_debtor_at_the_portal(tmp_path, rows=rows, financed_book="fast-payment") as me:
        me.engine.record(Record(kind="assigned", subject="F-1002", on=AS_OF))
        me.enters()
        me.shows_a_code()
        shown = me.at("/invoice", i="F-1002").text
        unsure = me.does("confirm", about="F-1002")
        done = me.does("confirm", about="F-1002", all_right="yes")
        again = me.does("confirm", about="F-1002", all_right="yes")

        assert "/do/confirm?i=F-1002" in shown
        assert (unsure.status_code, done.url.params.get("said")) == (422, "confirm")
        assert again.status_code == 422
        assert "/do/confirm" not in me.at("/invoice", i="F-1002").text


def test_a_statement_and_documents_are_saved_and_not_shown(me):
    answer = me.at("/statement.csv")

    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text.splitlines()[1].startswith("F-1001,2026-02-01,2026-03-03,1200.00")
    assert me.at("/document", i="F-1001", n="0").status_code == 404


def test_a_statement_is_also_a_pdf_where_one_can_be_set(me, monkeypatch):
    answer = me.at("/statement.pdf")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content.startswith(b"%PDF-1.7")

    monkeypatch.setattr("dunning_sdk.notices.press.find_spec", lambda _: None)
    assert me.at("/statement.pdf").status_code == 404
    assert "ne sont pas disponibles ici en PDF" in me.at("/").text
    assert me.at("/statement.csv").status_code == 200


def test_a_visit_ends_when_it_is_left(me):
    me.posts("/leave", me.at("/"))

    assert me.at("/").status_code == 403


def test_every_page_is_said_in_the_debtors_language(tmp_path):
    with a_debtor_at_the_portal(tmp_path, clock=lambda: NOW) as me:
        page = me.enters("D-2")

        assert '<html lang="de"' in page.text
        assert "Ihre Rechnungen" in page.text


@pytest.mark.parametrize("financed", ["no", "yes"])
def test_the_links_in_a_notice_lead_in(tmp_path, financed):
    """Also under a confidential contract, where what names the assignee would not leave."""
    rows = ROWS.replace("lang\n", "lang,financed\n").replace(",fr\n", f",fr,{financed}\n")
    rows = rows.replace(",de\n", ",de,no\n")
    with a_debtor_at_the_portal(tmp_path, rows=rows, contract_kind="confidential") as me:
        me.engine.record(Record(kind="payments-known", subject="bank", on=AS_OF))
        me.engine.run(as_of=AS_OF)
        mails = [one.read_bytes() for one in (tmp_path / "out" / "mail").iterdir()]
        text = message_from_bytes(next(one for one in mails if b"c@martin" in one), policy=default)
        body = text.get_body(("plain",)).get_content()
        links = re.findall(r"https://pay\.lumen\.example(/portal/\S+)", body)
        pages = [me.client.get(link) for link in links]

    assert len(links) >= 5
    assert {page.status_code for page in pages} == {200}
    assert "/do/dispute?i=F-1001" in pages[-1].text
