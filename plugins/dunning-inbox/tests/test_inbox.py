"""A mail box on real servers: bounces, replies, automatic answers, and where the cursor stands."""

from email.message import EmailMessage
from itertools import count

import pytest
from dunning_sdk.connectors.news import Heard, NewsKind
from dunning_sdk.errors import (
    ConfigError,
    ConnectorAuthError,
    ConnectorError,
    ConnectorInvalidError,
    ConnectorTransientError,
)
from tests.connectors.test_smtp import certificate  # noqa: F401  # a fixture
from tests.contracts.connector_contract import NewsSourceContract
from tests.imap import MISSING, SECRET, USER, Folder, dovecot, dovecot_program, free_port, pymap

from dunning_inbox.letter import read_letter
from dunning_inbox.mailbox import Inbox
from dunning_inbox.options import read

NOTICE = "0123456789abcdef0123456789abcdef"
OURS = f"<{NOTICE}@lumen.example>"
NUMBERS = count(1)


@pytest.fixture(scope="module", params=["dovecot", "pymap"])
def port(request):
    if request.param == "pymap":
        with pymap() as port:
            yield port
        return
    if not dovecot_program():
        pytest.skip(MISSING)
    with dovecot() as port:
        yield port


@pytest.fixture
def folder(port):
    return Folder(port, f"box{next(NUMBERS)}")


@pytest.fixture
def open_inbox(port, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("DUNNING_INBOX_SECRET", SECRET)

    def opened(**over):
        given = {"host": "127.0.0.1", "port": port, "security": "none", "user": USER}
        return Inbox(read({**given, "folder": folder.name, **over}, folder=tmp_path))

    return opened


def mail(text="Nothing was delivered.", **headers):
    message = EmailMessage()
    message["From"] = "Mme Martin <compta@martin.example>"
    message["To"] = "factures@lumen.example"
    message["Subject"] = "Re: Facture F-1"
    message["Message-ID"] = f"<{next(NUMBERS)}@martin.example>"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def reply(text="Nothing was delivered.", **headers):
    return mail(text, **{"In_Reply_To": OURS, **headers})


def bounce(action="failed", status="5.1.1", *, original=OURS, whole=True):
    report = (
        "Reporting-MTA: dns; mx.martin.example\r\n\r\n"
        f"Final-Recipient: rfc822; compta@martin.example\r\n"
        f"Action: {action}\r\nStatus: {status}\r\n"
    )
    kept = f"From: factures@lumen.example\r\nMessage-ID: {original}\r\nSubject: Facture\r\n\r\n"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return (
        "From: MAILER-DAEMON@martin.example\r\nTo: factures@lumen.example\r\n"
        "Return-Path: <>\r\nAuto-Submitted: auto-replied\r\n"
        f"Message-ID: <b{next(NUMBERS)}@martin.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{report}\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{kept}\r\n--b--\r\n"
    ).encode()


def told(heard):
    return [(one.kind, one.notice_id) for one in heard.news]


class TestInbox(NewsSourceContract):
    """The contract every source of news obeys."""

    @pytest.fixture
    def open_source(self, open_inbox, folder):
        folder.put(bounce(), bytes(mail()), bytes(reply()), bytes(reply("Stop")))
        return open_inbox


# what comes back ----------------------------------------------------------------------------
@pytest.mark.parametrize("whole", [True, False])
def test_a_bounce_names_the_notice_that_reached_nobody(open_inbox, folder, whole):
    folder.put(bounce(whole=whole))

    (news,) = open_inbox().fetch("").news
    assert (news.kind, news.notice_id, news.channel) == (NewsKind.UNDELIVERABLE, NOTICE, "email")
    assert news.sender == "compta@martin.example"


@pytest.mark.parametrize(
    "report", [bounce("delayed", "4.4.7"), bounce("relayed", "2.0.0"), bounce("delivered", "2.0.0")]
)
def test_a_report_that_says_no_failure_is_no_bounce(open_inbox, folder, report):
    folder.put(report)

    assert open_inbox().fetch("").news == ()


# what is answered ---------------------------------------------------------------------------
def test_a_reply_is_told_with_its_new_words(open_inbox, folder):
    quoted = "Nothing was delivered.\n\nLe 2 mars 2026 à 9 h, Lumen a écrit :\n> Facture F-1\n"
    folder.put(bytes(reply(quoted)))

    (news,) = open_inbox().fetch("").news
    assert (news.kind, news.notice_id) == (NewsKind.REPLIED, NOTICE)
    assert (news.text, news.sender) == ("Nothing was delivered.", "compta@martin.example")
    assert news.reference.endswith("@martin.example>")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=x"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "1"},
        {"Precedence": "auto_reply"},
        {"Return_Path": "<>"},
        {"Subject": "Réponse automatique : Facture F-1"},
        {"Subject": "Automatic reply: Invoice"},
    ],
)
def test_an_answer_no_person_wrote_is_no_reply(headers):
    assert read_letter(reply(**headers)).kind is NewsKind.AUTO_REPLIED


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto_Submitted": "no"}, NewsKind.REPLIED),
        ({"Precedence": "normal"}, NewsKind.REPLIED),
        ({"In_Reply_To": "<x@y.example>", "References": f"<a@b.example> {OURS}"}, NewsKind.REPLIED),
    ],
)
def test_a_reply_is_told_by_what_it_refers_to(headers, kind):
    assert (read_letter(reply(**headers)).kind, read_letter(reply(**headers)).notice_id) == (
        kind, NOTICE,
    )  # fmt: skip


@pytest.mark.parametrize(
    "message",
    [
        mail(),
        reply(In_Reply_To="<f-1@lumen.example>"),
        reply(Message_ID=OURS),
        mail(References="garbage <>"),
    ],
)
def test_what_names_no_notice_is_none_of_our_business(message):
    assert read_letter(message) is None


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (" STOP.\n", NewsKind.OPTED_OUT),
        ("désinscription", NewsKind.OPTED_OUT),
        ("Start", NewsKind.OPTED_IN),
        ("Stop sending goods we never ordered", NewsKind.REPLIED),
    ],
)
def test_a_word_alone_opts_out(words, kind):
    assert read_letter(reply(words)).kind is kind


def test_a_page_is_read_without_what_it_quotes():
    message = reply()
    message.set_content(
        "<style>p{}</style><p>Rien re&ccedil;u</p><blockquote>Facture</blockquote>", subtype="html"
    )

    assert read_letter(message).text == "Rien reçu"


@pytest.mark.parametrize("text", ["> Facture F-1\n> 12 €", "-- Original message --\nx"])
def test_an_answer_that_only_quotes_is_told_whole(text):
    assert read_letter(reply(text)).text == text


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff\xfe\x00", b"In-Reply-To: <\r\n\r\n",
        f"In-Reply-To: {OURS}\r\nContent-Type: text/plain; charset=no-such\r\n\r\nhé".encode(),
        f"In-Reply-To: {OURS}\r\nFrom: =?bad?=@@,,\r\nContent-Type: image/png\r\n\r\n".encode(),
        f"In-Reply-To: {OURS}\r\nContent-Type: multipart/mixed\r\n\r\n--".encode(),
    ],
)  # fmt: skip
def test_broken_messages_break_nothing(open_inbox, folder, raw):
    folder.put(raw or b"\r\n", bytes(reply()))

    assert told(open_inbox().fetch(""))[-1] == (NewsKind.REPLIED, NOTICE)


# the cursor ---------------------------------------------------------------------------------
def test_reading_goes_on_where_it_ended(open_inbox, folder):
    folder.put(bytes(reply("1")), bytes(mail("2")))
    first = open_inbox().fetch("")
    assert open_inbox().fetch(first.cursor) == Heard(news=(), cursor=first.cursor)

    folder.put(bytes(reply("3")))
    second = open_inbox().fetch(first.cursor)
    assert [one.text for one in second.news] == ["3"]
    assert second.news[0].cursor == second.cursor != first.cursor


def test_a_folder_that_counts_anew_is_read_anew(open_inbox, folder):
    folder.put(bytes(reply("1")))
    cursor = open_inbox().fetch("").cursor
    other = f"{int(cursor.split(':')[0]) + 1}:77"

    assert [one.text for one in open_inbox().fetch(other).news] == ["1"]
    assert open_inbox().fetch("no cursor of ours").cursor == cursor


def test_a_pull_reads_so_many_and_the_next_goes_on(open_inbox, folder):
    folder.put(*(bytes(reply(str(n))) for n in range(3)))
    inbox = open_inbox(messages_max=2)
    first = inbox.fetch("")
    second = inbox.fetch(first.cursor)

    texts = [[one.text for one in heard.news] for heard in (first, second)]
    assert texts == [["0", "1"], ["2"]]


def test_nothing_in_the_box_is_changed(open_inbox, folder):
    folder.put(bytes(reply()), bounce())
    before = folder.flags()
    open_inbox().fetch("")

    assert folder.flags() == before
    assert not any(b"Seen" in flags or b"Deleted" in flags for flags in before)


def test_only_messages_since_a_day_are_looked_at(open_inbox, folder):
    folder.put(bytes(reply()))

    assert len(open_inbox(since="2026-01-01").fetch("").news) == 1
    assert open_inbox(since="2999-01-01").fetch("").news == ()


def test_a_message_too_large_is_named_and_passed(open_inbox, folder, monkeypatch):
    monkeypatch.setattr("dunning_inbox.mailbox.BYTES_MAX", 2_000)
    folder.put(bytes(reply("x" * 3_000)), bytes(reply("2")))

    heard = open_inbox().fetch("")
    assert [one.text for one in heard.news] == ["2"]
    assert [one.source[:14] for one in heard.problems] == ["inbox message "]


# what goes wrong ----------------------------------------------------------------------------
def test_a_wrong_secret_is_said_without_it(open_inbox, monkeypatch):
    monkeypatch.setenv("DUNNING_INBOX_SECRET", "wrong-one")

    with pytest.raises(ConnectorAuthError, match="does not accept user and secret") as why:
        open_inbox().fetch("")
    assert "DUNNING_INBOX_SECRET" in str(why.value)
    assert "wrong-one" not in str(why.value)


def test_an_expired_token_is_said_so(open_inbox):
    with pytest.raises(ConnectorAuthError, match="expires"):
        open_inbox(login="xoauth2").fetch("")


def test_a_folder_that_is_not_there_is_named(open_inbox):
    with pytest.raises(ConnectorInvalidError) as why:
        open_inbox(folder="No such").fetch("")
    assert why.value.fields == {"folder": "cannot be opened"}


def test_a_server_that_is_away_is_tried_again_from_the_same_place(open_inbox):
    with pytest.raises(ConnectorTransientError, match="cannot be reached") as why:
        open_inbox(port=free_port()).fetch("1:7")
    assert (why.value.retryable, why.value.outcome_unknown) == (True, False)


def test_a_certificate_nobody_trusts_is_said(certificate, tmp_path, monkeypatch):  # noqa: F811
    if not dovecot_program():
        pytest.skip(MISSING)
    monkeypatch.setenv("DUNNING_INBOX_SECRET", SECRET)
    with dovecot(certificate) as port:
        given = {"host": "localhost", "port": port, "security": "starttls", "user": USER}
        with pytest.raises(ConnectorError, match="certificate is not trusted"):
            Inbox(read(given, folder=tmp_path)).fetch("")
        trusted = {**given, "certificates": str(certificate / "cert.pem")}
        assert Inbox(read(trusted, folder=tmp_path)).fetch("").news == ()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"host": "mail.example", "user": "x", "security": "none"}, "would travel unprotected"),
        ({"host": "mail.example", "user": "x", "folder": "Boîte"}, "beyond ASCII"),
        ({"host": "mail.example"}, r"\[\[sources.news\]\] user"),
        ({"host": "mail.example", "user": "x", "secret": "y"}, r"\[\[sources.news\]\] secret"),
        ({"host": "mail.example", "user": "x", "certificates": "no.pem"}, "cannot be read"),
    ],
)
def test_options_are_checked(tmp_path, monkeypatch, options, message):
    monkeypatch.setenv("DUNNING_INBOX_SECRET", SECRET)
    with pytest.raises(ConfigError, match=message):
        Inbox(read(options, folder=tmp_path))


def test_the_secret_is_not_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("DUNNING_INBOX_SECRET", SECRET)
    assert SECRET not in repr(read({"host": "mail.example", "user": "x"}, folder=tmp_path))
