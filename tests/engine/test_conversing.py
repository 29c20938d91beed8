"""Replies that come in are understood and recorded, answered, or left to a person, quoted."""

from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest

from dunning_sdk.connectors.news import News, NewsKind
from dunning_sdk.records.entry import Record
from tests.portal.installation import AS_OF, ROWS, a_portal
from tests.toml import FINANCIER

SMALL = '[dialogue]\namount_max = "100"\n'


@pytest.fixture
def engine(tmp_path):
    with a_portal(tmp_path) as found:
        yield found


@pytest.fixture
def chatty(tmp_path):
    with a_portal(tmp_path, more=SMALL) as found:
        found.folder = tmp_path
        yield found


def hear(engine, text, *, sender="+491512345678", channel="sms", on=AS_OF, reference=""):
    """Return what was made of a reply, in words."""
    news = News(
        kind=NewsKind.REPLIED,
        on=on,
        channel=channel,
        sender=sender,
        text=text,
        reference=reference or text,
    )
    return engine.hear([news])[0]


def stops(engine, receivable="F-2001"):
    with engine.store.reading() as session:
        state = session.receivable(receivable).receivable
    return {one.reason.value: one for one in state.stops_on(AS_OF)}


def unread(engine, debtor="D-2"):
    return [one.text for one in engine.thread(debtor, as_of=AS_OF).unread]


def said(folder):
    """Return the text messages that left, oldest first."""
    texts = folder / "out" / "texts"
    files = sorted(texts.rglob("*.txt"), key=lambda one: one.stat().st_mtime_ns)
    return [one.read_text("utf-8").strip() for one in files]


def test_a_promise_in_plain_words_is_recorded_and_quoted(engine):
    line = hear(engine, "Ich zahle nächste Woche")

    assert "F-2001" in line
    assert stops(engine)["promised"].until_on == date(2026, 3, 22)
    assert unread(engine) == []
    assert engine.thread("D-2", as_of=AS_OF).entries[0].text == "Ich zahle nächste Woche"


@pytest.mark.parametrize(
    "text",
    [
        "Ich zahle nicht",
        "vielleicht Freitag",
        "schon bezahlt",
        "in 3 Raten",
        "Wer sind Sie?",
        "am 31.12.",  # later than the book lets a debtor promise
        "1",
    ],
)
def test_anything_else_waits_for_a_person_and_pauses(engine, text):
    line = hear(engine, text)

    assert "a person reads it" in line
    assert unread(engine) == [text]
    assert set(stops(engine)) == {"reply-unread"}
    assert [item.kind for item in engine.review(as_of=AS_OF)] == ["reply-unread"]


def test_a_dispute_in_plain_words_is_recorded_and_read_by_a_person(engine):
    hear(engine, "Die Ware ist defekt")

    assert stops(engine)["disputed"].category == "quality"
    assert unread(engine) == ["Die Ware ist defekt"]


def test_an_opt_out_in_plain_words_is_kept(engine):
    hear(engine, "Keine SMS mehr")

    with engine.store.reading() as session:
        assert session.record("consent", "D-2")["said"] == {"sms": False}
    assert unread(engine) == []


def test_a_reply_that_may_be_about_several_invoices_is_for_a_person(engine):
    hear(engine, "vendredi 20 mars", sender="+33612345678")

    assert unread(engine, "D-1") == ["vendredi 20 mars"]


def test_the_same_reply_told_twice_is_heard_once(engine):
    hear(engine, "nächste Woche", reference="<1>")
    again = hear(engine, "nächste Woche", reference="<1>")

    assert again == "reply-1 is known already"
    assert len(engine.thread("D-2", as_of=AS_OF).entries) == 1


def test_a_dialogue_about_a_small_amount_comes_to_its_end_without_a_person(chatty):
    for reply in ("Wer sind Sie?", "2", "am 20. März", "1"):
        hear(chatty, reply)
    texts = said(chatty.folder)

    assert stops(chatty)["promised"].until_on == date(2026, 3, 20)
    assert chatty.review(as_of=AS_OF) == ()
    assert "Hier schreibt Atelier Lumen SARL" in texts[0]
    assert "An welchem Tag zahlen Sie?" in texts[1]
    assert "bis zum 20.03.2026" in texts[2]
    assert "Notiert" in texts[3]


def test_installments_are_offered_confirmed_and_recorded(chatty):
    hear(chatty, "3")
    hear(chatty, "ja")

    parts = stops(chatty)["payment-plan"].installments
    assert [one.minor for one in parts] == [28_00, 28_00, 28_00]
    assert parts[0].on == AS_OF + timedelta(days=7)


def test_who_says_that_he_has_paid_is_left_in_peace_for_a_while(chatty):
    hear(chatty, "4")

    assert stops(chatty)["blocked"].until_on == AS_OF + timedelta(days=10)
    assert unread(chatty) == []


@pytest.mark.parametrize(("text", "stop"), [("5", "disputed"), ("Rufen Sie mich an", None)])
def test_what_a_dialogue_cannot_settle_goes_to_a_person(chatty, text, stop):
    hear(chatty, text)

    assert unread(chatty) == [text]
    assert (stop in stops(chatty)) == (stop is not None)


def test_what_the_book_does_not_allow_goes_to_a_person(chatty):
    promise = {"until_on": date(2026, 3, 14)}
    chatty.engine = chatty.record(
        Record(kind="promised", subject="F-2001", on=AS_OF, values=promise)
    )
    hear(chatty, "1")
    hear(chatty, "1", reference="second")

    assert unread(chatty) == ["1"]
    assert "Ein Mensch" in said(chatty.folder)[-1] or "ein Mensch" in said(chatty.folder)[-1]


def test_an_opt_out_ends_a_dialogue_in_silence(chatty):
    hear(chatty, "Keine SMS mehr")

    assert said(chatty.folder) == []


def test_an_answer_goes_to_the_known_address_by_mail_too(chatty):
    hear(chatty, "Wer sind Sie?", sender="b@duerer.example", channel="email")

    (mail,) = (chatty.folder / "out" / "mail").iterdir()
    assert b"b@duerer.example" in mail.read_bytes()


def test_a_dialogue_under_a_confidential_contract_does_not_name_the_assignee(tmp_path):
    rows = ROWS.replace("lang\n", "lang,financed\n").replace(",fr\n", ",fr,yes\n")
    rows = rows.replace(",de\n", ",de,yes\n")
    with a_portal(
        tmp_path, rows=rows, more=SMALL, contract_kind="confidential", operator="financier"
    ) as engine:
        hear(engine, "Wer sind Sie?")

        assert "Atelier Lumen SARL" in said(tmp_path)[0]
        assert FINANCIER["name"] not in said(tmp_path)[0]


def test_what_cannot_be_sent_is_not_tried_again_and_nothing_is_lost(tmp_path):
    live = '[dialogue]\namount_max = "100"\n'
    with a_portal(tmp_path, more=live, mode="live") as engine:
        line = hear(engine, "Freitag")

        assert line.endswith("asked")
        assert unread(engine) == []


def test_the_first_reminder_offers_the_answers(chatty):
    chatty.record(Record(kind="payments-known", subject="bank", on=AS_OF))
    chatty.run(as_of=AS_OF)

    (mail,) = (
        one for one in (chatty.folder / "out" / "mail").iterdir() if b"b@duerer" in one.read_bytes()
    )
    body = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("plain",))
    assert "Antworten Sie 1" in body.get_content()
