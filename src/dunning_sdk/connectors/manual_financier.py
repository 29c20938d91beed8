"""A financier that is asked by mail and answers a person (S0-20).

Decides that a question asked is an answer awaited. The mails are written by whoever composes
notices; their answers come in by `record`.
"""

from __future__ import annotations

from typing import Protocol

from dunning_sdk.connectors.interface import (
    EligibilityAnswer,
    Financier,
    IssuedDocument,
    NoticeChannel,
)
from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.domain.notice import Attachment, Message, Receipt, ReceiptStatus
from dunning_sdk.errors import ConnectorInvalidError

_NAME = "manual-financier"
_FAILED_HINT = "Correct the financier's address, then ask again"


class RequestMail(Protocol):
    """Who writes the mails; `notices.financier_mail.FinancierMail` does."""

    def eligibility_request(self, quote: Quote, *, debtor_registration: str, key: str) -> Message:
        """Return the mail that asks for eligibility."""
        ...

    def financing_request(self, invoice: Invoice, document: Attachment, *, key: str) -> Message:
        """Return the mail that submits an invoice."""
        ...

    def withdrawal(self, invoice: Invoice, document: Attachment, *, key: str) -> Message:
        """Return the mail that tells of a credit note."""
        ...


class ManualFinancier(Financier):
    """Asks by mail and leaves the answers to people.

    Args:
        mail: Who writes the mails.
        channel: What takes them out.
    """

    def __init__(self, mail: RequestMail, channel: NoticeChannel) -> None:
        self._mail = mail
        self._channel = channel

    def ask_eligibility(
        self, quote: Quote, *, debtor_registration: str, key: str
    ) -> EligibilityAnswer:
        """Ask by mail; the answer is awaited.

        Raises:
            ConnectorError: The mail could not be sent, or ``outcome_unknown``.
        """
        message = self._mail.eligibility_request(
            quote, debtor_registration=debtor_registration, key=key
        )
        receipt = self._channel.send(message)
        if receipt.status is ReceiptStatus.FAILED:
            raise ConnectorInvalidError(
                f"Request {key} was not accepted: {receipt.detail}",
                hint=_FAILED_HINT,
                connector=_NAME,
            )
        return EligibilityAnswer(eligible=None, reference=key)

    def submit(self, invoice: Invoice, document: IssuedDocument, *, key: str) -> Receipt:
        """Hand over one invoice by mail, with the document as issued.

        Raises:
            ConnectorError: The mail could not be sent, or ``outcome_unknown``.
        """
        message = self._mail.financing_request(invoice, _attachment(document), key=key)
        return self._channel.send(message)

    def withdraw(self, invoice: Invoice, document: IssuedDocument, *, key: str) -> Receipt:
        """Tell by mail that a submitted invoice was credited, with the credit note.

        Raises:
            ConnectorError: The mail could not be sent, or ``outcome_unknown``.
        """
        message = self._mail.withdrawal(invoice, _attachment(document), key=key)
        return self._channel.send(message)


def _attachment(document: IssuedDocument) -> Attachment:
    return Attachment(
        name=_file_name(document), media_type=document.media_type, content=document.content
    )


def _file_name(document: IssuedDocument) -> str:
    suffix = ".pdf" if "pdf" in document.media_type else ".xml"
    stem = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in document.number)
    return f"{stem.strip('.-') or 'invoice'}{suffix}"
