"""What every connector is: small classes that each speak to one outside system.

A connector reads or writes and decides nothing. Faulty records are values (`Batch.problems`);
an outside system that fails raises a `ConnectorError`. Entry points for plugins are the hooks
of `dunning_sdk.hooks`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.domain.payment import Payment
from dunning_sdk.errors import InputError

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Generic[Record]):
    """What one read brought.

    Attributes:
        records: Sound records, in the order of the source.
        problems: One per record or file that could not be read; the others stand.
        complete_until: Last day for which the source is known to be whole; ``None`` if it
            cannot tell. Decides how fresh payment data is.
        remarks: What a person should look at although no record was refused for it.
    """

    records: tuple[Record, ...]
    problems: tuple[InputError, ...] = ()
    complete_until: date | None = None
    remarks: tuple[InputError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedInvoice:
    """A document and what its source says about chasing it.

    Attributes:
        invoice: The document.
        origin: Where it was read, for messages: file and row, or the vendor's id.
        reminders: Per-invoice switch; ``None`` for the default (on).
        channel: Channel chosen at issue; empty for the book's choice.
        imported_level: Level reached in another system; 0 where none.
        imported_notice_on: Day of the last notice there.
        financier_id: Who paid early against it, where the source says so; empty otherwise.
        contract_kind: Form of factoring, a value of ``ContractKind``; empty where none.
        part_of: Number of the invoice this is a part of; empty otherwise.
        content: The document as received (PDF or XML); empty where there is none.
        media_type: Of ``content``.
    """

    invoice: Invoice
    origin: str
    reminders: bool | None = None
    channel: str = ""
    imported_level: int = 0
    imported_notice_on: date | None = None
    financier_id: str = ""
    contract_kind: str = ""
    part_of: str = ""
    content: bytes = b""
    media_type: str = ""


class InvoiceSource(ABC):
    """Brings invoices and credit notes in."""

    @abstractmethod
    def fetch(self) -> Batch[SourcedInvoice]:
        """Return every document the source holds; re-reading gives the same again.

        Raises:
            ConnectorError: The source itself cannot be reached or opened.
        """


class PaymentSource(ABC):
    """Brings booked payments in."""

    @abstractmethod
    def fetch(self) -> Batch[Payment]:
        """Return every payment the source holds; ids are stable across reads.

        Raises:
            ConnectorError: The source itself cannot be reached or opened.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanction:
    """One company that the State sanctioned for late payment.

    Attributes:
        registration: Company number; the first nine digits tell the company in France.
        name: As published.
        published_on: Day of publication.
        source: Where it is published: an address, a gazette.
    """

    registration: str
    name: str
    published_on: date
    source: str


class SanctionSource(ABC):
    """Brings a list of sanctioned companies in."""

    @abstractmethod
    def fetch(self) -> Batch[Sanction]:
        """Return every company of the list; ``complete_until`` is the day the list is of.

        Raises:
            ConnectorError: The source itself cannot be reached or opened.
        """


class NoticeChannel(ABC):
    """Takes notices out.

    Attributes:
        deduplicates: Whether sending a message id again is safe, since the system behind keeps
            one notice for it. Then what may have left is sent again instead of asked about.
    """

    deduplicates: bool = False

    @abstractmethod
    def send(self, message: Message) -> Receipt:
        """Send one notice; the message id is the idempotency key.

        Raises:
            ConnectorError: ``outcome_unknown`` tells whether it may have left.
        """

    def lookup(self, message_id: str) -> Receipt | None:
        """Return what became of an earlier notice, or ``None`` if this channel cannot tell."""
        del message_id
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedDocument:
    """A document an invoice sink wrote.

    Attributes:
        number: BT-1 it was given.
        reference: File name or the vendor's id.
        content: The document as issued.
        media_type: Of ``content``.
    """

    number: str
    reference: str
    content: bytes
    media_type: str


class InvoiceSink(ABC):
    """Numbers and issues invoices and credit notes."""

    @abstractmethod
    def issue(self, draft: Invoice, *, key: str) -> IssuedDocument:
        """Number and write one document; the same key returns the same document again.

        Raises:
            ConnectorError: Nothing was issued, or ``outcome_unknown``.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityAnswer:
    """What a financier says about a debtor.

    Attributes:
        eligible: ``None`` while the answer is awaited.
        credit_line: Guarantee and what is left of it; ``None`` where not eligible or awaited.
        reason: The financier's reason for a refusal; empty otherwise.
        reference: Id of the request at the financier.
    """

    eligible: bool | None
    credit_line: CreditLine | None = None
    reason: str = ""
    reference: str = ""


class Financier(ABC):
    """Finances receivables early."""

    @abstractmethod
    def ask_eligibility(
        self, quote: Quote, *, debtor_registration: str, key: str
    ) -> EligibilityAnswer:
        """Ask whether, and up to what amount, a debtor is covered.

        Raises:
            ConnectorError: The financier could not be asked.
        """

    @abstractmethod
    def submit(self, invoice: Invoice, document: IssuedDocument, *, key: str) -> Receipt:
        """Hand over one invoice to be financed and confirmed by the debtor.

        Raises:
            ConnectorError: Nothing was submitted, or ``outcome_unknown``.
        """

    def withdraw(self, invoice: Invoice, document: IssuedDocument, *, key: str) -> Receipt:
        """Tell that a submitted invoice was credited, with the credit note (S0-34).

        A financier that cannot be told this way leaves it to a person.

        Raises:
            ConnectorError: Nothing was told, or ``outcome_unknown``.
        """
        del invoice, document, key
        return Receipt(status=ReceiptStatus.FAILED, detail="this financier is told by hand")


class PaymentLinks(ABC):
    """Makes pages where debtors pay one invoice online."""

    @abstractmethod
    def request(self, invoice: Invoice, amount: Money, *, key: str) -> str:
        """Return the address of a page, by https, that asks for an amount of an invoice.

        A page nobody was told of harms nobody: where an answer is lost, another may be made.

        Raises:
            ConnectorInvalidError: This invoice or amount cannot be asked for this way; others may.
            ConnectorError: The outside system could not be asked.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFacts:
    """What public registers say of one company; the State's list of late payers is another.

    Attributes:
        registration: The number asked for.
        is_closed: Whether it has ceased.
        closed_on: Day it ceased; ``None`` where it has not, or the register does not say.
        is_insolvent: Whether insolvency proceedings are open.
    """

    registration: str
    is_closed: bool = False
    closed_on: date | None = None
    is_insolvent: bool = False


class CompanySource(ABC):
    """Says what is publicly known of a company."""

    @abstractmethod
    def look_up(self, registration: str) -> CompanyFacts | None:
        """Return what is known of one company, or ``None`` where it is not listed.

        Raises:
            ConnectorError: The source could not be asked.
        """

    def look_up_all(self, registrations: Iterable[str]) -> dict[str, CompanyFacts]:
        """Return what is known of several companies, by the number asked for.

        Raises:
            ConnectorError: The source could not be asked.
        """
        found = {number: self.look_up(number) for number in registrations}
        return {number: facts for number, facts in found.items() if facts is not None}
