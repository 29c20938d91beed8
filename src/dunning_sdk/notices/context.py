"""What a template may name, and nothing else.

Decides what every notice must keep to whatever its template says: an account is a real IBAN, an
assignment the debtor does not know of is never named, one he knows of is always mentioned. The
words are the templates', which of them is used is decided by rule books.

>>> from dunning_sdk.notices.sample import sample_context
>>> sample_context("before-due", language="en").total
Money(minor=288000, currency='EUR')
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.domain.money import Money, sum_money
from dunning_sdk.domain.party import BankAccount, Contact, Party, is_iban
from dunning_sdk.errors import DomainError
from dunning_sdk.notices.claim import InterestLine

REMITTANCE_CHARACTERS_MAX: Final = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeItem:
    """One invoice in a notice.

    Attributes:
        invoice_number: BT-1.
        issued_on: BT-2.
        due_on: Day the debtor has to have paid, as agreed last.
        amount: What the invoice asked for.
        open_amount: What is left of it on the day of sending.
        days_overdue: 0 on the due date, 1 the day after, negative before.
        payment_reference: What the payer should quote; the invoice number where empty.
        payment_terms: BT-20, as the invoice words them.
        delivered_on: BT-72; ``None`` where the invoice does not say.
    """

    invoice_number: str
    issued_on: date
    due_on: date
    amount: Money
    open_amount: Money
    days_overdue: int
    payment_reference: str = ""
    payment_terms: str = ""
    delivered_on: date | None = None

    @property
    def days_left(self) -> int:
        """Return the days until the due date: 0 on it, negative after."""
        return -self.days_overdue

    @property
    def is_overdue(self) -> bool:
        """Tell whether the due date has passed."""
        return self.days_overdue > 0


def item_of(invoice: Invoice, *, due_on: date, open_amount: Money, as_of: date) -> NoticeItem:
    """Return the item of one invoice as it stands on the day of sending.

    Args:
        invoice: The document.
        due_on: The due date agreed last, which may be later than the document's.
        open_amount: What is unpaid on ``as_of``, the day of sending.
        as_of: Days left and late are counted from it.
    """
    return NoticeItem(
        invoice_number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=due_on,
        amount=invoice.amount_due,
        open_amount=open_amount,
        days_overdue=(as_of - due_on).days,
        payment_reference=invoice.payment_reference,
        payment_terms=invoice.payment_terms,
        delivered_on=invoice.delivered_on,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PastNotice:
    """A notice that went out earlier about the same invoices.

    Attributes:
        sent_on: Day it left.
        channel: ``email``, ``letter``, ``registered-letter``.
        template: Name of its template.
    """

    sent_on: date
    channel: str
    template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeContext:
    """Everything a template may name; empty or ``None`` means unknown or not to be said.

    Attributes:
        template: Name of the template, the same in every language.
        language: ISO 639-1 code of the text.
        as_of: Day of sending; all days left and late are counted from it.
        currency: ISO 4217 code all amounts are in.
        level: Dunning level of the notice; 0 before the first.
        sender: In whose name the notice goes.
        letterhead: Name at its head and foot; the sender's where empty.
        sender_contact: Whom to call.
        sender_email: From address of e-mails; the contact's where empty.
        reply_to: Where answers go; the contact's address where empty.
        creditor: To whom the debt is owed.
        debtor: Who must pay.
        recipient: To whom the notice goes; ``None`` for the debtor.
        contact: The person at the recipient.
        items: The invoices, oldest due date first.
        account: Where to pay.
        payee: Who is paid; ``None`` for the creditor.
        payment_reference: What the payer should quote; made of the items where empty.
        payment_link: Page where the debtor can pay.
        portal_link: Page where the debtor sees his invoices.
        reference: The sender's own reference for this case.
        grants_days: Period a formal notice gives, in days from its sending; 0 for none.
        pay_by_on: Last day of that period, where it is certain on the day of writing.
        debtor_told: Whether the debtor knows of an assignment.
        assignee: To whom the receivables were assigned; only where the debtor was told.
        assignment_mention: The sentence that says so; required with an assignee.
        late_interest: Interest run up until ``as_of``; ``None`` keeps figures out.
        recovery_compensation: Fixed sum for recovery costs; ``None`` keeps figures out.
        dunning_fee: Fee for notices; ``None`` keeps figures out.
        interest_until_on: Last day that interest was counted for; ``None`` without interest.
        interest_lines: How the interest comes about, invoice by invoice.
        legal_basis: Acts and articles the charges rest on, each once.
        jurisdiction: ISO 3166 code of the law that applies; articles are cited for it alone.
        place: Where a letter is dated.
        history: Earlier notices, oldest first.
        documents: What is enclosed as proof.
        quote: For requests to a financier and advice before the work.
        available: What a financier still covers.
        deposit_due_on: Until when a deposit should be asked for.
        personal_note: A sentence of the sender's own.
        never_named: Texts that must not occur, such as the name and the IBAN of a financier the
            debtor was not told of; compared without blanks and case.
    """

    template: str
    language: str
    as_of: date
    currency: str
    level: int = 0
    sender: Party
    letterhead: str = ""
    sender_contact: Contact | None = None
    sender_email: str = ""
    reply_to: str = ""
    creditor: Party
    debtor: Party
    recipient: Party | None = None
    contact: Contact | None = None
    items: tuple[NoticeItem, ...] = ()
    account: BankAccount | None = None
    payee: Party | None = None
    payment_reference: str = ""
    payment_link: str = ""
    portal_link: str = ""
    reference: str = ""
    grants_days: int = 0
    pay_by_on: date | None = None
    debtor_told: bool = False
    assignee: Party | None = None
    assignment_mention: str = ""
    late_interest: Money | None = None
    recovery_compensation: Money | None = None
    dunning_fee: Money | None = None
    interest_until_on: date | None = None
    interest_lines: tuple[InterestLine, ...] = ()
    legal_basis: tuple[str, ...] = ()
    jurisdiction: str = ""
    place: str = ""
    history: tuple[PastNotice, ...] = ()
    documents: tuple[str, ...] = ()
    quote: Quote | None = None
    available: Money | None = None
    deposit_due_on: date | None = None
    personal_note: str = ""
    never_named: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a notice that would name the wrong account or keep or break a secret.

        Raises:
            DomainError: The account is no IBAN, an assignment is named or kept back wrongly, a
                consumer is asked for charges, or a link is no web address.
            CurrencyMismatchError: An item is in another currency.
        """
        if self.account is not None and not is_iban(self.account.iban):
            raise DomainError(
                f"The account to pay to in notice {self.template} is not a valid IBAN",
                hint="Correct the payee's account; nothing is sent meanwhile",
            )
        if not self.debtor_told and (self.assignee or self.assignment_mention):
            raise DomainError(
                f"Notice {self.template} names an assignment the debtor was not told of",
                hint="Leave assignee and assignment_mention out, or correct the mandate",
            )
        if self.assignee is not None and not self.assignment_mention:
            raise DomainError(
                f"Notice {self.template} has an assignee but no mention of the assignment",
                hint="Give assignment_mention, the sentence that names who is to be paid",
            )
        if not all(_is_web_address(link) for link in (self.payment_link, self.portal_link)):
            raise DomainError(
                f"A link in notice {self.template} is not a web address",
                hint="Links begin with https:// or http:// and hold no blank",
            )
        if self.charges and not self.debtor.is_company:
            raise DomainError(
                f"Notice {self.template} asks a consumer for charges",
                hint="Leave interest, compensation and fees out",
            )
        sum_money((item.open_amount for item in self.items), self.currency)

    @property
    def total(self) -> Money:
        """Return what is open on all items together, without interest and compensation."""
        return sum_money((item.open_amount for item in self.items), self.currency)

    @property
    def charges(self) -> tuple[Money, ...]:
        """Return interest, compensation and fee, those that are asked for."""
        asked = (self.late_interest, self.recovery_compensation, self.dunning_fee)
        return tuple(amount for amount in asked if amount is not None)

    @property
    def claim_total(self) -> Money:
        """Return all that is to be paid: what is open, interest, compensation and fee."""
        return self.total + sum_money(self.charges, self.currency)

    @property
    def overdue_total(self) -> Money:
        """Return what is open on the items whose due date has passed."""
        return sum_money((one.open_amount for one in self.items if one.is_overdue), self.currency)

    @property
    def days_overdue_max(self) -> int:
        """Return the days of the item that is late by most; 0 without items."""
        return max((item.days_overdue for item in self.items), default=0)

    @property
    def days_left_min(self) -> int:
        """Return the days left for the item that is due first; 0 without items."""
        return min((item.days_left for item in self.items), default=0)

    @property
    def letterhead_name(self) -> str:
        """Return the name the notice is signed with."""
        return self.letterhead or self.sender.name

    @property
    def addressee(self) -> Party:
        """Return to whom the notice goes."""
        return self.recipient or self.debtor

    @property
    def contact_name(self) -> str:
        """Return the name of the person written to; empty where unknown."""
        return self.contact.name if self.contact else ""

    @property
    def answer_to(self) -> str:
        """Return the address answers go to; empty where none is known."""
        contact = self.sender_contact.email if self.sender_contact else ""
        return self.reply_to or contact or self.sender_email

    @property
    def payee_name(self) -> str:
        """Return the name the payer writes on the transfer."""
        holder = self.account.holder if self.account else ""
        return holder or (self.payee or self.creditor).name

    @property
    def reference_to_quote(self) -> str:
        """Return what the payer should quote: given, made of the items, or the case's own.

        Source:
            House rule: the case's reference where the items' would not fit a SEPA transfer.
        """
        quoted = " ".join(item.payment_reference or item.invoice_number for item in self.items)
        if len(quoted) > REMITTANCE_CHARACTERS_MAX and self.reference:
            quoted = self.reference
        return self.payment_reference or quoted


def _is_web_address(link: str) -> bool:
    has_scheme = link.startswith(("https://", "http://"))
    return not link or (has_scheme and link.isprintable() and " " not in link)
