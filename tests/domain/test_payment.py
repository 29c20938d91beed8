"""Payments and notices are plain records that cannot change."""

from dataclasses import FrozenInstanceError

import pytest

from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.domain.payment import Confidence, PaymentKind
from tests.build import a_payment


def test_money_comes_by_transfer_unless_said_otherwise():
    payment = a_payment()

    assert (payment.kind, payment.returns) == (PaymentKind.CREDIT_TRANSFER, "")


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        (PaymentKind, "credit_transfer direct_debit card return other"),
        (Confidence, "certain probable unsure"),
        (ReceiptStatus, "sent awaiting_posting failed uncertain"),
    ],
)
def test_words_that_are_stored_stay_the_same(words, stored):
    assert [word.value for word in words] == stored.split()


@pytest.mark.parametrize(
    "record",
    [
        a_payment(),
        Receipt(status=ReceiptStatus.SENT),
        Message(id="n", channel="email", sender_name="S", subject="A", text="B", language="fr"),
    ],
)
def test_a_record_cannot_change(record):
    name = next(iter(record.__dataclass_fields__))

    with pytest.raises(FrozenInstanceError):
        setattr(record, name, "other")
