"""Connectors that hold everything in memory: test doubles, shipped for the tests of hosts.

They obey the same contract as the others and remember what they were given. A channel can be
told to fail, and whether the notice had left by then.

>>> channel = MemoryNoticeChannel(failures=[ConnectorError("The server is away")])
>>> channel.sent
[]
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from dunning_sdk.connectors.interface import (
    Batch,
    CompanyFacts,
    CompanySource,
    EligibilityAnswer,
    Financier,
    InvoiceSink,
    InvoiceSource,
    IssuedDocument,
    NoticeChannel,
    PaymentLinks,
    PaymentSource,
    SourcedInvoice,
)
from dunning_sdk.connectors.news import Heard, News, NewsSource
from dunning_sdk.domain.invoice import Invoice, InvoiceKind, Quote, problems_of
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.domain.payment import Payment
from dunning_sdk.errors import ConnectorError, ConnectorInvalidError, ConnectorTransientError

_CONNECTOR: Final = "memory"


@dataclass(frozen=True, slots=True)
class MemoryInvoiceSource(InvoiceSource):
    """Answers the batch it was made with.

    Attributes:
        batch: What every read brings.
    """

    batch: Batch[SourcedInvoice]

    @classmethod
    def of(cls, invoices: Iterable[Invoice]) -> "MemoryInvoiceSource":
        """Return a source of these documents, without any wish about chasing them."""
        records = tuple(
            SourcedInvoice(invoice=invoice, origin=f"{_CONNECTOR}:{place}")
            for place, invoice in enumerate(invoices, start=1)
        )
        return cls(Batch(records=records))

    def fetch(self) -> Batch[SourcedInvoice]:
        """Return the batch."""
        return self.batch


@dataclass(frozen=True, slots=True)
class MemoryPaymentSource(PaymentSource):
    """Answers the batch it was made with.

    Attributes:
        batch: What every read brings.
    """

    batch: Batch[Payment]

    def fetch(self) -> Batch[Payment]:
        """Return the batch."""
        return self.batch


@dataclass(slots=True)
class MemoryNoticeChannel(NoticeChannel):
    """Takes notices and keeps them.

    Attributes:
        failures: Raised by the next sends, one each, in this order. Where one is a
            ``ConnectorTransientError`` with ``outcome_unknown``, the notice was taken all the
            same, as when a server accepts a message and the line breaks.
        status: What a taken notice becomes.
        can_look_up: Whether ``lookup`` knows what was taken.
        sent: Every notice taken, in order, each id once.
    """

    failures: list[ConnectorError] = field(default_factory=list)
    status: ReceiptStatus = ReceiptStatus.SENT
    can_look_up: bool = True
    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Receipt:
        """Take one notice; a second one with the same id changes nothing.

        Raises:
            ConnectorError: The next of ``failures``.
        """
        failure = self.failures.pop(0) if self.failures else None
        has_left = failure is None or (
            isinstance(failure, ConnectorTransientError) and failure.outcome_unknown
        )
        if has_left and all(known.id != message.id for known in self.sent):
            self.sent.append(message)
        if failure is not None:
            raise failure
        return self._receipt(message.id)

    def lookup(self, message_id: str) -> Receipt | None:
        """Return the receipt of a notice that was taken, or ``None``."""
        known = self.can_look_up and any(message.id == message_id for message in self.sent)
        return self._receipt(message_id) if known else None

    def _receipt(self, message_id: str) -> Receipt:
        return Receipt(status=self.status, reference=f"{_CONNECTOR}:{message_id}")


@dataclass(slots=True)
class MemoryInvoiceSink(InvoiceSink):
    """Numbers drafts and keeps them; the document is a line of text.

    Attributes:
        prefix: Begins every number.
        issued: Every numbered draft by its key.
        documents: The document of each key.
    """

    prefix: str = "M-"
    issued: dict[str, Invoice] = field(default_factory=dict)
    documents: dict[str, IssuedDocument] = field(default_factory=dict)

    def issue(self, draft: Invoice, *, key: str) -> IssuedDocument:
        """Number one draft; the same key returns the same document again.

        Raises:
            ConnectorInvalidError: The draft is not sound.
        """
        if key in self.documents:
            return self.documents[key]
        number = f"{self.prefix}{len(self.issued) + 1}"
        invoice = replace(draft, number=number)
        faults = {problem.field: problem.text for problem in problems_of(invoice)}
        if faults:
            raise ConnectorInvalidError(
                "The draft cannot be issued",
                hint="; ".join(f"{name} {text}" for name, text in faults.items()),
                connector=_CONNECTOR,
                fields=faults,
            )
        word = "Credit note" if invoice.kind is InvoiceKind.CREDIT_NOTE else "Invoice"
        self.issued[key] = invoice
        self.documents[key] = IssuedDocument(
            number=number,
            reference=f"{_CONNECTOR}:{number}",
            content=f"{word} {number} over {invoice.amount_due}\n".encode(),
            media_type="text/plain",
        )
        return self.documents[key]


@dataclass(slots=True)
class MemoryFinancier(Financier):
    """Answers what it was told to, and keeps what it is asked and handed.

    Attributes:
        answers: Answer by debtor id; a debtor that is not listed is not covered.
        asked: The quote of each key.
        submitted: The invoice of each key.
        withdrawn: The credited invoice of each key.
    """

    answers: dict[str, EligibilityAnswer] = field(default_factory=dict)
    asked: dict[str, Quote] = field(default_factory=dict)
    submitted: dict[str, Invoice] = field(default_factory=dict)
    withdrawn: dict[str, Invoice] = field(default_factory=dict)

    def ask_eligibility(
        self, quote: Quote, *, debtor_registration: str, key: str
    ) -> EligibilityAnswer:
        """Return the answer listed for the debtor, else a refusal."""
        del debtor_registration
        self.asked.setdefault(key, quote)
        refusal = EligibilityAnswer(eligible=False, reason="not listed")
        answer = self.answers.get(quote.debtor_id, refusal)
        return replace(answer, reference=answer.reference or f"{_CONNECTOR}:{key}")

    def submit(self, invoice: Invoice, document: IssuedDocument, *, key: str) -> Receipt:
        """Take one invoice; the same key again changes nothing.

        Raises:
            ConnectorInvalidError: The document has another number than the invoice.
        """
        if document.number != invoice.number:
            raise ConnectorInvalidError(
                "The document has another number than the invoice",
                hint="Hand over the document of this invoice",
                connector=_CONNECTOR,
                fields={"number": "differs from the document's"},
            )
        self.submitted.setdefault(key, invoice)
        return Receipt(status=ReceiptStatus.SENT, reference=f"{_CONNECTOR}:{key}")

    def withdraw(self, invoice: Invoice, document: IssuedDocument, *, key: str) -> Receipt:
        """Take back one invoice; the same key again changes nothing."""
        del document
        self.withdrawn.setdefault(key, invoice)
        return Receipt(status=ReceiptStatus.SENT, reference=f"{_CONNECTOR}:{key}")


@dataclass(slots=True)
class MemoryNewsSource(NewsSource):
    """Tells what it is given; its cursor counts.

    Attributes:
        news: In order; more may be added.
    """

    news: list[News] = field(default_factory=list)

    def fetch(self, after: str) -> Heard:
        """Return what was added after a cursor."""
        first = int(after or 0)
        numbered = enumerate(self.news[first:], start=first + 1)
        told = tuple(replace(one, cursor=str(place)) for place, one in numbered)
        return Heard(news=told, cursor=str(len(self.news)))


@dataclass(slots=True)
class MemoryCompanySource(CompanySource):
    """Answers what it was told to.

    Attributes:
        facts: By registration; another company is not listed.
    """

    facts: dict[str, CompanyFacts] = field(default_factory=dict)

    def look_up(self, registration: str) -> CompanyFacts | None:
        """Return the facts listed, or ``None``."""
        return self.facts.get(registration)


@dataclass(slots=True)
class MemoryPaymentLinks(PaymentLinks):
    """Makes addresses, and keeps what it was asked for.

    Attributes:
        refused: Numbers of invoices that cannot be asked for this way.
        asked: Key to the amount, in the order asked.
    """

    refused: frozenset[str] = frozenset()
    asked: dict[str, Money] = field(default_factory=dict)

    def request(self, invoice: Invoice, amount: Money, *, key: str) -> str:
        """Return an address of its own for each key.

        Raises:
            ConnectorInvalidError: The invoice is one of those refused, or the amount is none.
        """
        if invoice.number in self.refused or amount.minor <= 0:
            field = "amount" if amount.minor <= 0 else "number"
            raise ConnectorInvalidError(
                f"memory: invoice {invoice.number} cannot be asked for: {field} is refused",
                hint="Ask for it by letter",
                connector=_CONNECTOR,
                fields={field: "is refused"},
            )
        self.asked[key] = amount
        return f"https://pay.example/{len(self.asked)}"
