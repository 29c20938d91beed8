import email
import email.policy
from datetime import date

import pytest

from dunning_sdk.connectors.folder import FolderChannel
from dunning_sdk.connectors.interface import EligibilityAnswer, IssuedDocument, NoticeChannel
from dunning_sdk.connectors.manual_financier import ManualFinancier
from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.errors import ConnectorInvalidError
from dunning_sdk.notices.financier_mail import FinancierMail
from dunning_sdk.notices.message import Composer
from dunning_sdk.notices.templates import load_shipped

DAY = date(2026, 3, 2)
MAIL = FinancierMail(
    composer=Composer(load_shipped()),
    sender=Party(id="P", name="Platform"),
    sender_contact=Contact(email="ann@platform.example"),
    financier=Party(id="F", name="F", contacts=(Contact(email="questions@financier.example"),)),
    language="en",
    as_of=DAY,
)
QUOTE = Quote(number="Q-1", debtor_id="D-1", amount=Money(1_200_000, "EUR"))
INVOICE = Invoice(
    number="F-2026/1",
    issued_on=DAY,
    due_on=date(2026, 4, 1),
    creditor=Party(id="C", name="Creditor"),
    debtor=Party(id="D-1", name="Debtor"),
    net_total=Money(10_000, "EUR"),
    vat_total=Money(2_000, "EUR"),
    gross_total=Money(12_000, "EUR"),
    amount_due=Money(12_000, "EUR"),
)


def read(path):
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def issued(media_type="application/pdf"):
    return IssuedDocument(number="F-2026/1", reference="x", content=b"%PDF", media_type=media_type)


def test_a_question_asked_by_mail_is_an_answer_awaited(tmp_path):
    financier = ManualFinancier(MAIL, FolderChannel(tmp_path, sent_on=DAY))
    answer = financier.ask_eligibility(QUOTE, debtor_registration="987654324", key="k-1")
    mail = read(tmp_path / "k-1.eml")

    assert answer == EligibilityAnswer(eligible=None, reference="k-1")
    assert mail["To"].addresses[0].addr_spec == "questions@financier.example"
    assert "987654324" in mail.get_body(("plain",)).get_content()


def test_the_same_question_is_not_asked_twice(tmp_path):
    financier = ManualFinancier(MAIL, FolderChannel(tmp_path, sent_on=DAY))
    answers = [
        financier.ask_eligibility(QUOTE, debtor_registration="987654324", key="k-1")
        for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert [path.name for path in tmp_path.iterdir()] == ["k-1.eml"]


@pytest.mark.parametrize(
    ("media_type", "name"),
    [("application/pdf", "F-2026-1.pdf"), ("application/xml", "F-2026-1.xml")],
)
def test_an_invoice_is_submitted_by_mail_with_its_document(tmp_path, media_type, name):
    financier = ManualFinancier(MAIL, FolderChannel(tmp_path, sent_on=DAY))
    receipt = financier.submit(INVOICE, issued(media_type), key="k-2")
    attached = list(read(tmp_path / "k-2.eml").iter_attachments())

    assert receipt == Receipt(status=ReceiptStatus.SENT, reference="k-2.eml")
    assert [part.get_filename() for part in attached] == [name]


class RefusingChannel(NoticeChannel):
    """Takes nothing, as a mail server does with an address it does not know."""

    def send(self, message):
        return Receipt(status=ReceiptStatus.FAILED, detail="550 5.1.1")


def test_a_question_that_was_not_taken_is_not_awaited():
    with pytest.raises(ConnectorInvalidError, match=r"550 5\.1\.1"):
        ManualFinancier(MAIL, RefusingChannel()).ask_eligibility(
            QUOTE, debtor_registration="987654324", key="k-1"
        )
