import io
from dataclasses import replace
from datetime import date

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Attachment, Message
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.errors import DomainError
from dunning_sdk.notices.financier_mail import FinancierMail
from dunning_sdk.notices.message import QR_FILE, Composer, document, payment_payload
from dunning_sdk.notices.render import render
from dunning_sdk.notices.sample import sample_context
from dunning_sdk.notices.templates import load_shipped

SHIPPED = load_shipped()
COMPOSER = Composer(SHIPPED)
PDF = Attachment(name="F-1.pdf", media_type="application/pdf", content=b"%PDF")


def names(message):
    return [attachment.name for attachment in message.attachments]


def test_an_email_has_text_html_qr_code_and_documents():
    context = sample_context("before-due", language="fr")
    message = COMPOSER.compose(context, notice_id="n-1", channel="email", documents=(PDF,))
    rendered = render(context, SHIPPED, qr=QR_FILE)
    image = Image.open(io.BytesIO(message.attachments[0].content))

    assert message == Message(
        id="n-1",
        channel="email",
        sender_name="Atelier Lumen SARL",
        sender_email="compta@lumen.example",
        to_name="Claire Martin",
        to_email="compta@brossard.example",
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language="fr",
        attachments=(
            Attachment(
                name=QR_FILE, media_type="image/png", content=message.attachments[0].content
            ),
            PDF,
        ),
    )
    assert zxingcpp.read_barcodes(image)[0].bytes.decode() == payment_payload(context)


def test_answers_go_where_the_context_says():
    context = replace(
        sample_context("before-due", language="fr"),
        sender_email="factures@platform.example",
        reply_to="aide@platform.example",
    )
    message = COMPOSER.compose(context, notice_id="n-1", channel="email")

    assert (message.sender_email, message.reply_to) == (
        "factures@platform.example",
        "aide@platform.example",
    )
    assert "Pour nous répondre\u00a0: aide@platform.example" in message.text


@pytest.mark.parametrize(("channel", "registered"), [("letter", 0), ("registered-letter", 1)])
def test_a_letter_begins_with_its_pdf(channel, registered):
    context = sample_context("formal-notice", language="fr")
    message = COMPOSER.compose(context, notice_id="n-1", channel=channel, documents=(PDF,))

    assert names(message) == ["n-1.pdf", "F-1.pdf"]
    assert message.attachments[0].content.startswith(b"%PDF-1.7")
    assert message.to_address == context.debtor.address
    assert (message.html, message.to_email, message.sender_email) == ("", "", "")


def test_an_electronic_registered_letter_is_a_pdf_that_needs_no_postal_address():
    context = sample_context("formal-notice", language="fr")
    debtor = replace(context.debtor, address=Address())
    message = COMPOSER.compose(
        replace(context, debtor=debtor), notice_id="n-1", channel="registered-email"
    )

    text = PdfReader(io.BytesIO(message.attachments[0].content)).pages[0].extract_text()
    assert "Lettre recommandée électronique avec avis de réception" in " ".join(text.split())
    assert message.to_email == "compta@brossard.example"


def test_any_other_channel_gets_the_plain_text():
    message = COMPOSER.compose(
        sample_context("call-script", language="en"), notice_id="n-1", channel="call"
    )

    assert (message.html, message.attachments, message.to_email) == ("", (), "")
    assert "Suggested course" in message.text


@pytest.mark.parametrize(
    "over",
    [
        {"account": None},
        {"items": ()},
        {"payment_reference": "x" * 141},
        {"currency": "USD", "items": "in dollars"},
    ],
)
def test_there_is_no_qr_code_where_the_standard_has_none(over):
    context = sample_context("before-due", language="en")
    if over.get("items") == "in dollars":
        dollars = Money(100, "USD")
        items = tuple(replace(i, amount=dollars, open_amount=dollars) for i in context.items)
        over = {**over, "items": items}
    message = COMPOSER.compose(replace(context, **over), notice_id="n-1", channel="email")

    assert payment_payload(replace(context, **over)) == ""
    assert names(message) == []
    assert "cid:" not in message.html


def test_a_host_may_do_without_qr_codes():
    message = Composer(SHIPPED, qr_codes=False).compose(
        sample_context("before-due", language="en"), notice_id="n-1", channel="email"
    )

    assert names(message) == []


def test_a_long_payee_name_is_cut_as_a_transfer_would():
    context = sample_context("before-due", language="en")
    long = replace(context, account=replace(context.account, holder="x" * 90))

    assert "x" * 70 in payment_payload(long).splitlines()


@pytest.mark.parametrize(
    ("name", "media_type", "expected"),
    [
        ("F-2026/014 é", "application/pdf", "F-2026-014-é.pdf"),
        ("F-1.pdf", "application/pdf", "F-1.pdf"),
        ("../../x", "application/xml", "x.xml"),
        ("***", "text/plain", "document"),
    ],
)
def test_documents_get_names_files_can_have(name, media_type, expected):
    assert document(name, content=b"", media_type=media_type).name == expected


FINANCIER = Party(
    id="F-1", name="Financier", contacts=(Contact(email="questions@financier.example"),)
)
PLATFORM = Party(id="P-1", name="Platform")
DEBTOR = Party(id="D-1", name="Debtor SAS", registration="987654324")
MAIL = FinancierMail(
    composer=COMPOSER,
    sender=PLATFORM,
    sender_contact=Contact(name="Ann", email="ann@platform.example"),
    financier=FINANCIER,
    language="en",
    as_of=date(2026, 3, 2),
    debtors={"D-1": DEBTOR},
)
QUOTE = Quote(number="Q-1", debtor_id="D-1", amount=Money(1_200_000, "EUR"))


def an_invoice(**over):
    facts = {
        "number": "F-1",
        "issued_on": date(2026, 3, 1),
        "due_on": date(2026, 3, 31),
        "creditor": Party(id="C-1", name="Creditor SARL"),
        "debtor": DEBTOR,
        "net_total": Money(10_000, "EUR"),
        "vat_total": Money(2_000, "EUR"),
        "gross_total": Money(12_000, "EUR"),
        "amount_due": Money(12_000, "EUR"),
    }
    return Invoice(**{**facts, **over})


def test_a_financier_is_asked_about_a_debtor_by_mail():
    message = MAIL.eligibility_request(QUOTE, debtor_registration="987654324", key="k-1")

    assert (message.id, message.to_email) == ("k-1", "questions@financier.example")
    assert message.subject == "Eligibility request: Debtor SAS, quote Q-1"
    for stated in ("987654324", "€12,000.00", "k-1"):
        assert stated in message.text


def test_a_debtor_whose_name_is_not_known_is_asked_about_by_number():
    mail = replace(MAIL, debtors={})
    message = mail.eligibility_request(QUOTE, debtor_registration="987654324", key="k-1")

    assert message.subject == "Eligibility request: 987654324, quote Q-1"


def test_an_invoice_is_submitted_with_the_document_as_issued():
    message = MAIL.financing_request(an_invoice(), PDF, key="k-2")

    assert names(message) == ["F-1.pdf"]
    assert message.subject == "Request for early payment: invoice F-1, €120.00"
    assert "Creditor SARL" in message.text


def test_an_invoice_without_a_due_date_cannot_be_submitted():
    with pytest.raises(DomainError, match="no due date"):
        MAIL.financing_request(an_invoice(due_on=None), PDF, key="k-2")


# text messages --------------------------------------------------------------------------------
@pytest.mark.parametrize("language", SHIPPED.languages)
@pytest.mark.parametrize("channel", ["sms", "whatsapp", "telegram", "messenger", "link"])
def test_a_text_message_is_one_paragraph_and_has_no_files(channel, language):
    context = sample_context("overdue-first", language=language)
    message = COMPOSER.compose(context, notice_id="n-1", channel=channel)

    assert "\n" not in message.text
    assert message.text.startswith("Atelier Lumen SARL")
    assert (message.html, message.attachments) == ("", ())
    assert len(message.text) < 400


@pytest.mark.parametrize(
    ("channel", "field", "value"),
    [
        ("sms", "to_phone", "+33100000000"),
        ("whatsapp", "to_phone", "+33100000000"),
        ("telegram", "to_handle", "4711"),
        ("registered-email", "to_email", "compta@brossard.example"),
    ],
)
def test_a_message_has_the_address_its_channel_writes_to(channel, field, value):
    context = sample_context("overdue-first", language="en")
    contact = replace(context.contact, handles=(("telegram", "4711"),))
    message = COMPOSER.compose(replace(context, contact=contact), notice_id="n-1", channel=channel)

    assert getattr(message, field) == value
    assert message.reach.value == value


def test_a_text_message_mentions_the_assignment_the_debtor_was_told_of():
    context = sample_context("confirmation", language="fr")
    message = COMPOSER.compose(context, notice_id="n-1", channel="sms")

    assert context.assignment_mention
    assert context.assignment_mention in message.text


def test_a_text_message_never_names_what_must_stay_unnamed():
    context = sample_context("overdue-first", language="fr")
    secret = replace(context, never_named=(context.account.iban,))

    with pytest.raises(DomainError, match="must stay unnamed"):
        COMPOSER.compose(secret, notice_id="n-1", channel="sms")


def test_a_host_writes_a_text_message_of_its_own():
    own = SHIPPED.overlay({"fr/overdue-first.short": "{{ total | money }} svp\n\n{{ subject }}"})
    context = sample_context("overdue-first", language="fr")
    message = Composer(own).compose(context, notice_id="n-1", channel="sms")

    assert message.text.endswith(message.subject)
    assert "svp" in message.text
