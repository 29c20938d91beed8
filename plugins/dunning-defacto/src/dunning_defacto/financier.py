"""Ask Defacto what it lends against a debtor, and hand invoices over to it.

Decides nothing about financing; Defacto answers, and `record` says its words in ours. Nothing is
handed over twice: an invoice is looked up by our key before it is sent, and a loan carries the
key as its ``salt_id``, by which Defacto returns the one it has.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, ask, path_of, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.interface import EligibilityAnswer, Financier, IssuedDocument
from dunning_sdk.connectors.pages import cursor_pages
from dunning_sdk.connectors.payload import read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.domain.party import BankAccount, Party
from dunning_sdk.errors import ConnectorTransientError

from dunning_defacto.options import NAME
from dunning_defacto.record import CANCELABLE, ENDED, HAPPENED, Counterparty, Document, Loan
from dunning_defacto.request import (
    CURRENCY,
    KEY,
    faults,
    identifier,
    invalid,
    invoice_body,
    loan_body,
)

_GONE: Final = frozenset(("DELETED", "DECLINED"))


class DefactoFinancier(Financier):
    """Speaks to Defacto.

    Args:
        site: Where, and with which key.
        creditor: Whom the money is lent to; its first account receives it where the invoice's
            creditor states none.
        financier_id: Our id of Defacto.
        pay_on: Day the money is asked for.
        accept_offers: Accept an offer as soon as it is made.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
    """

    def __init__(
        self,
        site: Site,
        *,
        creditor: Party | None,
        financier_id: str,
        pay_on: date,
        accept_offers: bool = False,
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._http = HttpClient(site, transport=transport, timing=timing)
        self._creditor = creditor
        self._financier_id = financier_id
        self._pay_on = pay_on
        self._accepts = accept_offers

    def ask_eligibility(
        self, quote: Quote, *, debtor_registration: str, key: str
    ) -> EligibilityAnswer:
        """Return what Defacto lends against a debtor, who becomes known to it.

        Raises:
            ConnectorInvalidError: The debtor has no SIREN or SIRET, or the quote is not in euros.
            ConnectorError: Defacto could not be asked.
        """
        del key  # asking again changes nothing: a debtor is known to Defacto by his number
        if quote.amount.currency != CURRENCY:
            raise invalid({"currency": f"is not {CURRENCY}"})
        named = identifier(debtor_registration, field="debtor_registration")
        found = self._http.data(ask("/counterparties", **named))["data"]
        data = found[0] if found else self._introduced(named)
        party = read_payload(Counterparty, data, connector=NAME, what="the counterparty")
        limit = party.credit_limit
        if limit.max_amount <= 0:
            reason = limit.max_amount_details or "no-credit-limit"
            return EligibilityAnswer(eligible=False, reason=reason, reference=party.id)
        available = min(max(limit.available_amount, 0), limit.max_amount)
        line = CreditLine(
            debtor_id=quote.debtor_id,
            financier_id=self._financier_id,
            limit=Money(limit.max_amount, CURRENCY),
            in_use=Money(limit.max_amount - available, CURRENCY),
            withheld=Money(0, CURRENCY),
        )
        return EligibilityAnswer(eligible=True, credit_line=line, reference=party.id)

    def submit(self, invoice: Invoice, document: IssuedDocument, *, key: str) -> Receipt:
        """Hand over one invoice and ask for a loan against it; the same key does so once.

        Returns:
            ``SENT`` with the loan's id, or ``FAILED`` with Defacto's reason.

        Raises:
            ConnectorInvalidError: The invoice or its document cannot be said to Defacto.
            ConnectorTransientError: To be tried again; ``outcome_unknown`` where Defacto may
                have it.
            ConnectorError: Defacto refuses.
        """
        account = self._account(invoice)
        if found := faults(invoice, document, account):
            raise invalid(found)
        body = invoice_body(invoice, document, key=key)
        kept = self._kept(invoice.number, key) or self._handed_over(body, invoice.number, key)
        if account is None:  # said by `faults`, for the type checker
            raise invalid({"creditor.iban": "is missing"})
        wanted = loan_body(invoice, account, invoice_id=kept.id, key=key, pay_on=self._pay_on)
        data = self._http.data(
            tell("POST", "/loans", {**wanted, "auto_validate": self._accepts}, keyed=True)
        )
        return _receipt(read_payload(Loan, data, connector=NAME, what="the loan"))

    def withdraw(self, invoice: Invoice, document: IssuedDocument, *, key: str) -> Receipt:
        """Cancel the loan against an invoice that was credited; doing so again changes nothing.

        Returns:
            ``SENT`` where nothing is lent against it any more, else ``FAILED``: Defacto cancels
            a loan only between its offer and its pay-out.

        Raises:
            ConnectorTransientError: To be tried again; ``outcome_unknown`` where it may have
                been done.
            ConnectorError: Defacto refuses.
        """
        del document, key
        kept = next(self._ours(invoice.number), None)
        if kept is None or not kept.loan_ids:
            detail = "Defacto has no loan against it under our key; look there, and tell it by hand"
            return Receipt(status=ReceiptStatus.FAILED, detail=detail)
        for id in kept.loan_ids:
            loan = self._cancelled(id)
            if loan is None or HAPPENED.get(loan.status) not in ENDED:
                status = loan.status if loan else "unknown"
                detail = f"Defacto does not cancel a loan that is {status}; tell it by hand"
                return Receipt(status=ReceiptStatus.FAILED, reference=id, detail=detail)
        return Receipt(status=ReceiptStatus.SENT, reference=kept.loan_ids[-1])

    def _cancelled(self, id: str) -> Loan | None:
        """Return a loan, cancelled if Defacto does so in its status."""
        loan = self.loan(id)
        if loan is None or loan.status not in CANCELABLE:
            return loan
        try:
            self._http.data(tell("POST", path_of("loan", id, "cancel")))
        except ConnectorTransientError:
            again = self.loan(id)
            if again is None or HAPPENED.get(again.status) not in ENDED:
                raise
            return again
        return self.loan(id)

    def loan(self, id: str) -> Loan | None:
        """Return a loan as it stands, or ``None`` where Defacto has none of that id.

        Raises:
            ConnectorError: Defacto could not be asked.
        """
        data = self._http.found(ask(path_of("loan", id)))
        return None if data is None else read_payload(Loan, data, connector=NAME, what="the loan")

    def accept(self, id: str) -> Loan:
        """Accept the offer of a loan, with its fees.

        Raises:
            ConnectorError: Defacto refuses, or ``outcome_unknown``; `loan` tells what became of
                it.
        """
        data = self._http.data(tell("POST", path_of("loan", id, "validate")))
        return read_payload(Loan, data, connector=NAME, what="the loan")

    def _introduced(self, named: dict[str, str]) -> object:
        body = {**named, "relation_types": ["CLIENT"]}
        return self._http.data(tell("POST", "/counterparties", body))

    def _handed_over(self, body: dict[str, object], number: str, key: str) -> Document:
        """Send the invoice; where that is unclear, look whether it arrived."""
        try:
            data = self._http.data(tell("POST", "/invoices", body))
        except ConnectorTransientError as problem:
            kept = self._kept(number, key) if problem.outcome_unknown else None
            if kept is None:
                raise
            return kept
        return read_payload(Document, data, connector=NAME, what="the invoice")

    def _kept(self, number: str, key: str) -> Document | None:
        """Return the invoice Defacto has under our key."""
        ours = (one for one in self._ours(number) if (one.metadata or {})[KEY] == key)
        return next(ours, None)

    def _ours(self, number: str) -> Iterator[Document]:
        """Yield the invoices of a number that we handed over and Defacto did not drop."""
        for document in self._documents(number):
            is_ours = KEY in (document.metadata or {}) and document.invoice_number == number
            if is_ours and document.status not in _GONE:
                yield document

    def _documents(self, number: str) -> Iterator[Document]:
        def page(cursor: str) -> tuple[list[object], str]:
            data = self._http.data(ask("/invoices", query=number, cursor=cursor or None))
            return data["data"], data.get("next_page") or ""

        for data in cursor_pages(page, connector=NAME):
            yield read_payload(Document, data, connector=NAME, what="an invoice")

    def _account(self, invoice: Invoice) -> BankAccount | None:
        own = self._creditor.accounts if self._creditor else ()
        return next(iter((*invoice.creditor.accounts, *own)), None)


def _receipt(loan: Loan) -> Receipt:
    happened = HAPPENED.get(loan.status)
    if happened in ENDED:
        reason = loan.denial_reason or loan.status
        detail = f"Defacto does not finance it ({reason}); chase it as your own"
        return Receipt(status=ReceiptStatus.FAILED, reference=loan.id, detail=detail)
    return Receipt(status=ReceiptStatus.SENT, reference=loan.id)
