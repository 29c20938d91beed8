import email
import email.policy
import resource
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.connectors.folder import FolderChannel
from dunning_sdk.connectors.mail import RedirectChannel
from dunning_sdk.domain.notice import Attachment, Message, Receipt, ReceiptStatus
from dunning_sdk.errors import ConnectorError, ConnectorInvalidError, ConnectorTransientError

DAY = date(2026, 3, 2)
QR = Attachment(name="payment-qr.png", media_type="image/png", content=b"\x89PNG")
PDF = Attachment(name="F-1.pdf", media_type="application/pdf", content=b"%PDF-1.7")


def a_message(**over):
    facts = {
        "id": "n-0123456789abcdef",
        "channel": "email",
        "sender_name": "Atelier Lumière SARL",
        "sender_email": "compta@lumen.example",
        "reply_to": "reponses@lumen.example",
        "to_name": "Société Œuvre",
        "to_email": "claire@oeuvre.example",
        "subject": "Facture F-1 : échéance dans 7 jours",
        "text": "Bonjour,\n\nÀ régler : 12,00 €\n.\nFrom here\n",
        "html": '<html><body class="a"><p>À régler</p><img src="cid:payment-qr.png"></body></html>',
        "language": "fr",
        "attachments": (QR, PDF),
    }
    return Message(**{**facts, **over})


def read(path):
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def words(mail, subtype):
    return mail.get_body((subtype,)).get_content().replace("\r\n", "\n")


def with_line_feeds(text):
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


@contextmanager
def files_no_larger_than(size):
    """Let the system refuse to write more, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_notice_becomes_one_file_any_mail_program_opens(tmp_path):
    receipt = FolderChannel(tmp_path / "out", sent_on=DAY).send(a_message())
    mail = read(tmp_path / "out" / "n-0123456789abcdef.eml")

    assert receipt == Receipt(status=ReceiptStatus.SENT, reference="n-0123456789abcdef.eml")
    assert dict(mail.items()) == {
        "From": "Atelier Lumière SARL <compta@lumen.example>",
        "To": "Société Œuvre <claire@oeuvre.example>",
        "Reply-To": "reponses@lumen.example",
        "Subject": "Facture F-1 : échéance dans 7 jours",
        "Date": "Mon, 02 Mar 2026 12:00:00 +0000",
        "Message-ID": "<n-0123456789abcdef@lumen.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "fr",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }
    assert words(mail, "plain") == a_message().text
    assert "<p>À régler</p>" in words(mail, "html")


def test_text_and_html_are_alternatives_and_the_qr_code_belongs_to_the_html(tmp_path):
    FolderChannel(tmp_path, sent_on=DAY).send(a_message())
    mail = read(tmp_path / "n-0123456789abcdef.eml")

    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    image = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert (image["Content-ID"], image.get_content_disposition()) == ("<payment-qr.png>", "inline")
    assert image.get_content() == QR.content
    attached = list(mail.iter_attachments())
    assert [(part.get_filename(), part.get_content()) for part in attached] == [
        ("F-1.pdf", PDF.content)
    ]


def test_a_notice_without_html_is_plain_text(tmp_path):
    FolderChannel(tmp_path, sent_on=DAY).send(a_message(html="", attachments=()))

    assert read(tmp_path / "n-0123456789abcdef.eml").get_content_type() == "text/plain"


def test_the_same_notice_gives_the_same_bytes(tmp_path):
    for folder in ("a", "b"):
        FolderChannel(tmp_path / folder, sent_on=DAY).send(a_message())

    name = "n-0123456789abcdef.eml"
    content = (tmp_path / "a" / name).read_bytes()
    assert content == (tmp_path / "b" / name).read_bytes()
    assert content.isascii()
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))


def test_the_same_id_again_is_the_same_file(tmp_path):
    channel = FolderChannel(tmp_path, sent_on=DAY)
    first = channel.send(a_message())
    before = (tmp_path / first.reference).read_bytes()
    second = FolderChannel(tmp_path, sent_on=date(2026, 3, 3)).send(a_message(subject="Other"))

    assert second == first
    assert (tmp_path / first.reference).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [first.reference]
    assert channel.lookup("n-0123456789abcdef") == first
    assert channel.lookup("n-other") is None


def test_a_full_disk_leaves_nothing_half_written_and_a_later_run_goes_on(tmp_path):
    channel = FolderChannel(tmp_path, sent_on=DAY)
    large = a_message(attachments=(replace(PDF, content=b"x" * 100_000),))

    with files_no_larger_than(10_000), pytest.raises(ConnectorTransientError) as caught:
        channel.send(large)

    assert str(caught.value) == (
        f"The disk of folder {tmp_path} is full; nothing was written — "
        "Free some space and run again: what was written before stays, the rest follows"
    )
    assert not caught.value.outcome_unknown
    assert list(tmp_path.iterdir()) == []
    assert channel.send(large).status is ReceiptStatus.SENT


def test_a_folder_that_cannot_be_is_an_error_that_says_what_to_do(tmp_path):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(ConnectorError, match="cannot be written to") as caught:
        FolderChannel(tmp_path / "file", sent_on=DAY).send(a_message())
    assert caught.value.hint


@pytest.mark.parametrize("bad", ["../x", "", "a/b", "a\nb", "a b", ".hidden", "x" * 129])
def test_an_id_cannot_lead_out_of_the_folder(tmp_path, bad):
    with pytest.raises(ConnectorInvalidError):
        FolderChannel(tmp_path / "out", sent_on=DAY).send(a_message(id=bad))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Invoice\r\nBcc: victim@example.org"),
        ("to_name", "Name\nBcc: victim@example.org"),
        ("sender_name", "Name\u2028x"),
        ("to_email", "a@b.example\r\nBcc: victim@example.org"),
        ("to_email", "a@b.example, victim@example.org"),
        ("to_email", ""),
        ("to_email", "no address"),
        ("sender_email", ""),
        ("reply_to", "x"),
        ("language", "fr\n"),
    ],
)
def test_a_header_cannot_be_broken_and_the_error_repeats_no_value(tmp_path, field, value):
    with pytest.raises(ConnectorInvalidError) as caught:
        FolderChannel(tmp_path, sent_on=DAY).send(a_message(**{field: value}))

    assert list(caught.value.fields) == [field]
    assert "victim" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "attachment",
    [replace(PDF, name="a\nb.pdf"), replace(PDF, name="../b.pdf"), replace(PDF, media_type="x")],
)
def test_an_attachment_with_no_proper_name_or_type_is_refused(tmp_path, attachment):
    with pytest.raises(ConnectorInvalidError):
        FolderChannel(tmp_path, sent_on=DAY).send(a_message(attachments=(attachment,)))


@given(text=st.text(), subject=st.text(st.characters(exclude_categories=["C", "Z"]), max_size=150))
def test_what_is_written_is_what_is_read(tmp_path_factory, text, subject):
    folder = tmp_path_factory.mktemp("mail")
    FolderChannel(folder, sent_on=DAY).send(
        a_message(text=text, subject=subject, html="", attachments=())
    )
    mail = read(folder / "n-0123456789abcdef.eml")

    assert mail["Subject"] == subject
    assert with_line_feeds(mail.get_content()) == with_line_feeds(text)


def test_redirected_notices_all_go_to_one_address_and_say_whom_they_were_meant_for(tmp_path):
    inner = FolderChannel(tmp_path, sent_on=DAY)
    channel = RedirectChannel(inner, to_email="test@operator.example")
    receipt = channel.send(a_message(to_name="Ann <b>"))
    mail = read(tmp_path / receipt.reference)

    assert mail["To"] == '"Ann <b>" <test@operator.example>'
    assert mail["X-Original-To"] == "claire@oeuvre.example"
    first_line = "[TEST] Redirected; meant for: Ann <b> <claire@oeuvre.example>"
    assert words(mail, "plain").startswith(f"{first_line}\n\nBonjour")
    html = words(mail, "html")
    assert html.startswith('<html><body class="a"><p style=')
    assert "Ann &lt;b&gt; &lt;claire@oeuvre.example&gt;</p><p>À régler" in html
    assert channel.lookup(a_message().id) == receipt


def test_a_redirected_notice_without_html_stays_plain(tmp_path):
    channel = RedirectChannel(FolderChannel(tmp_path, sent_on=DAY), to_email="t@operator.example")
    receipt = channel.send(a_message(html="", attachments=()))

    assert read(tmp_path / receipt.reference).get_content_type() == "text/plain"
