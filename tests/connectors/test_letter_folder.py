import hashlib
import json
import resource
from dataclasses import replace
from datetime import date

import pytest

from dunning_sdk.connectors.letter_folder import LetterFolderChannel
from dunning_sdk.domain.notice import Attachment, Message, Receipt, ReceiptStatus
from dunning_sdk.domain.party import Address
from dunning_sdk.errors import ConnectorInvalidError, ConnectorTransientError

DAY = date(2026, 3, 2)
PDF = Attachment(name="n-1.pdf", media_type="application/pdf", content=b"%PDF-1.7 letter")
INVOICE = Attachment(name="F-1.pdf", media_type="application/pdf", content=b"%PDF-1.7 invoice")
LETTER = Message(
    id="n-1",
    channel="registered-letter",
    sender_name="Atelier Lumen",
    to_name="Société Œuvre",
    to_address=Address(lines=("1 rue X",), postal_code="75001", city="Paris", country="FR"),
    subject="Mise en demeure",
    text="…",
    language="fr",
    attachments=(PDF, INVOICE),
)


def test_a_letter_awaits_its_posting_with_a_slip_that_says_what_to_do(tmp_path):
    receipt = LetterFolderChannel(tmp_path / "letters", written_on=DAY).send(LETTER)

    assert receipt == Receipt(
        status=ReceiptStatus.AWAITING_POSTING,
        reference="n-1.pdf",
        detail="Print, sign and post the letter, then record its posting",
    )
    assert (tmp_path / "letters" / "n-1.pdf").read_bytes() == PDF.content
    assert json.loads((tmp_path / "letters" / "n-1.json").read_text("utf-8")) == {
        "notice": "n-1",
        "letter": "n-1.pdf",
        "sha256": hashlib.sha256(PDF.content).hexdigest(),
        "post_as": "registered-letter",
        "to": ["Société Œuvre", "1 rue X", "75001 Paris", "FR"],
        "subject": "Mise en demeure",
        "written_on": "2026-03-02",
        "enclose": ["F-1.pdf"],
        "to_do": "Print, sign and post; then record the day of posting and the registered number",
    }


def test_a_plain_letter_needs_no_number(tmp_path):
    LetterFolderChannel(tmp_path, written_on=DAY).send(replace(LETTER, channel="letter"))

    slip = json.loads((tmp_path / "n-1.json").read_text("utf-8"))
    assert slip["to_do"] == "Print, sign and post; then record the day of posting"


def test_an_electronic_registered_letter_goes_to_a_mailbox_through_a_service(tmp_path):
    channel = LetterFolderChannel(tmp_path, written_on=DAY)
    letter = replace(LETTER, channel="registered-email", to_address=None, to_email="a@x.example")

    assert channel.send(letter).status is ReceiptStatus.AWAITING_POSTING
    slip = json.loads((tmp_path / "n-1.json").read_text("utf-8"))
    assert (slip["post_as"], slip["to"]) == ("registered-email", ["Société Œuvre", "a@x.example"])
    assert slip["to_do"].endswith("record the day of deposit, the number and the proof")


def test_the_same_letter_again_is_the_same_letter(tmp_path):
    channel = LetterFolderChannel(tmp_path, written_on=DAY)
    first = channel.send(LETTER)
    changed = replace(PDF, content=b"%PDF changed")

    assert channel.send(replace(LETTER, attachments=(changed,))) == first
    assert (tmp_path / "n-1.pdf").read_bytes() == PDF.content
    assert channel.lookup("n-1") == first
    assert channel.lookup("n-2") is None


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"attachments": ()}, "attachments"),
        ({"attachments": (replace(PDF, media_type="image/png"),)}, "attachments"),
        ({"attachments": (replace(PDF, content=b"no"),)}, "attachments"),
        ({"to_address": None}, "to_address"),
        ({"to_address": Address(lines=("x",))}, "to_address"),
        ({"channel": "registered-email"}, "to_email"),
        ({"id": "../x"}, "id"),
    ],
)
def test_what_cannot_be_posted_is_not_written(tmp_path, over, field):
    with pytest.raises(ConnectorInvalidError) as caught:
        LetterFolderChannel(tmp_path, written_on=DAY).send(replace(LETTER, **over))

    assert list(caught.value.fields) == [field]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [20, 100])
def test_a_full_disk_leaves_neither_letter_nor_slip(tmp_path, size):
    """The letter has 15 bytes and fits both times, the slip never."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        with pytest.raises(ConnectorTransientError, match="is full"):
            LetterFolderChannel(tmp_path, written_on=DAY).send(LETTER)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(tmp_path.iterdir()) == []
