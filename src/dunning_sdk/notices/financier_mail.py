"""Write to a financier that has no interface: asking, submitting, and taking back.

Decides what the mails say and whom they are from and to. That they are sent is left to
`connectors.manual_financier`, what the answers mean to the person who records them (S0-20).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.domain.notice import Attachment, Message
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.errors import DomainError
from dunning_sdk.notices.context import NoticeContext, item_of
from dunning_sdk.notices.message import EMAIL, Composer

ELIGIBILITY_TEMPLATE: Final = "eligibility-request"
FINANCING_TEMPLATE: Final = "financing-request"
WITHDRAWAL_TEMPLATE: Final = "withdrawal-request"


def _nobody() -> Mapping[str, Party]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancierMail:
    """Composes the mails to one financier.

    Attributes:
        composer: With the templates ``eligibility-request``, ``financing-request`` and
            ``withdrawal-request``.
        sender: Who asks: the platform or the creditor.
        financier: Who is asked; its first contact gets the mails.
        language: ISO 639-1 code of the mails.
        as_of: Day of writing.
        sender_contact: Whom to answer.
        debtors: From ids to parties, for their names; one that is not there is asked about by
            its company number alone.
    """

    composer: Composer
    sender: Party
    financier: Party
    language: str
    as_of: date
    sender_contact: Contact | None = None
    debtors: Mapping[str, Party] = field(default_factory=_nobody)

    def eligibility_request(self, quote: Quote, *, debtor_registration: str, key: str) -> Message:
        """Return the mail that asks whether a debtor is covered, and up to what amount.

        Args:
            quote: What was offered to the debtor.
            debtor_registration: The debtor's company number.
            key: Id of the request: the idempotency key, and the reference for the answer.
        """
        number = debtor_registration
        nameless = Party(id=quote.debtor_id, name=number, registration=number)
        context = NoticeContext(
            template=ELIGIBILITY_TEMPLATE,
            language=self.language,
            as_of=self.as_of,
            currency=quote.amount.currency,
            sender=self.sender,
            sender_contact=self.sender_contact,
            creditor=self.sender,
            debtor=self.debtors.get(quote.debtor_id, nameless),
            recipient=self.financier,
            contact=self.financier.contact(),
            reference=key,
            quote=quote,
        )
        return self.composer.compose(context, notice_id=key, channel=EMAIL)

    def financing_request(self, invoice: Invoice, document: Attachment, *, key: str) -> Message:
        """Return the mail that hands over one invoice.

        Args:
            invoice: What is to be financed, with its due date.
            document: The invoice as issued.
            key: As in `eligibility_request`.

        Raises:
            DomainError: The invoice has no due date.
        """
        return self._about(invoice, document, template=FINANCING_TEMPLATE, key=key)

    def withdrawal(self, invoice: Invoice, document: Attachment, *, key: str) -> Message:
        """Return the mail that tells that a submitted invoice was credited (S0-34).

        Args:
            invoice: What was submitted, with its due date.
            document: The credit note as issued.
            key: As in `eligibility_request`.

        Raises:
            DomainError: The invoice has no due date.
        """
        return self._about(invoice, document, template=WITHDRAWAL_TEMPLATE, key=key)

    def _about(self, invoice: Invoice, document: Attachment, *, template: str, key: str) -> Message:
        if invoice.due_on is None:
            raise DomainError(
                f"Invoice {invoice.number} has no due date and cannot be submitted",
                hint="Give it a due date; the financier needs one",
            )
        item = item_of(
            invoice, due_on=invoice.due_on, open_amount=invoice.amount_due, as_of=self.as_of
        )
        context = NoticeContext(
            template=template,
            language=self.language,
            as_of=self.as_of,
            currency=invoice.currency,
            sender=self.sender,
            sender_contact=self.sender_contact,
            creditor=invoice.creditor,
            debtor=invoice.debtor,
            recipient=self.financier,
            contact=self.financier.contact(),
            items=(item,),
            reference=key,
        )
        return self.composer.compose(context, notice_id=key, channel=EMAIL, documents=(document,))
