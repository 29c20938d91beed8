"""Ask Hokodo what it takes on of a debtor, and hand invoices over to it.

Decides nothing about financing; Hokodo answers, and `record` says its words in ours. Nothing is
handed over twice: an order carries the creditor and the number of its invoice, and is looked up
before it is made; until the buyer confirms it nothing is financed.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.interface import EligibilityAnswer, Financier, IssuedDocument
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.errors import ConnectorInvalidError, ConnectorTransientError

from dunning_hokodo.account import Account
from dunning_hokodo.options import NAME, HokodoOptions
from dunning_hokodo.record import ENDED, DeferredPayment, Limit, Offer, Order
from dunning_hokodo.request import (
    KEY,
    buyer,
    company_number,
    country_of,
    faults,
    invalid,
    offer_body,
    order_body,
    organisation_body,
    unique_id_of,
    user_body,
)

Answer = TypeVar("Answer")


class HokodoFinancier(Financier):
    """Speaks to Hokodo.

    Args:
        site: Where, and with which key.
        given: The options.
        financier_id: Our id of Hokodo.
        known_on: Day a debtor that Hokodo does not know yet is told to be known to us since.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.

    Attributes:
        captures: Whether the pay-out is asked for once the buyer has confirmed.
    """

    def __init__(
        self,
        site: Site,
        given: HokodoOptions,
        *,
        financier_id: str,
        known_on: date,
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._account = Account(site, transport=transport, timing=timing)
        self._given = given
        self._financier_id = financier_id
        self._known_on = known_on
        self.captures = given.capture

    def ask_eligibility(
        self, quote: Quote, *, debtor_registration: str, key: str
    ) -> EligibilityAnswer:
        """Return what Hokodo takes on of a debtor.

        Raises:
            ConnectorInvalidError: The debtor has no company number, or the answer is in another
                currency than the quote.
            ConnectorError: Hokodo could not be asked.
        """
        del key  # asking changes nothing there
        country = self._given.country
        number = company_number(debtor_registration, country=country, field="debtor_registration")
        company = _free(lambda: self._account.company(country, number))
        if not company:
            return EligibilityAnswer(eligible=False, reason="company-not-found", reference=number)
        credit = self._account.credit(company, quote.amount.currency)
        limit = credit.credit_limit
        if credit.status != "eligible" or limit is None or limit.amount <= 0:
            said = credit.rejection_reason.code if credit.rejection_reason else ""
            reason = said or (credit.status if credit.status != "eligible" else "no-credit-limit")
            return EligibilityAnswer(eligible=False, reason=reason, reference=company)
        line = self._line(quote, limit)
        return EligibilityAnswer(eligible=True, credit_line=line, reference=company)

    def _line(self, quote: Quote, limit: Limit) -> CreditLine:
        """Return a limit as a line that never promises more than any of its figures."""
        currency = quote.amount.currency
        if limit.currency != currency:
            raise ConnectorInvalidError(
                f"{NAME}: the credit limit is in {limit.currency}, not in {currency}",
                hint="Quote in the currency Hokodo finances, or ask another financier",
                connector=NAME,
                fields={"credit_limit.currency": f"is not {currency}"},
            )
        in_use = min(max(limit.amount_in_use, 0), limit.amount)
        available = min(max(limit.amount_available, 0), limit.amount - in_use)
        return CreditLine(
            debtor_id=quote.debtor_id,
            financier_id=self._financier_id,
            limit=Money(limit.amount, currency),
            in_use=Money(in_use, currency),
            withheld=Money(limit.amount - in_use - available, currency),
        )

    def submit(self, invoice: Invoice, document: IssuedDocument, *, key: str) -> Receipt:
        """Hand over one invoice and ask for an offer; doing so again changes nothing.

        Returns:
            ``SENT`` with the order's id, or ``FAILED`` with Hokodo's reasons.

        Raises:
            ConnectorInvalidError: The invoice or its document cannot be said to Hokodo.
            ConnectorTransientError: To be tried again; ``outcome_unknown`` where Hokodo may have
                it.
            ConnectorError: Hokodo refuses.
        """
        if found := faults(invoice, document):
            raise invalid(found)
        country = country_of(invoice.debtor, self._given)
        field = "debtor.registration"
        number = company_number(invoice.debtor.registration, country=country, field=field)
        order = _free(lambda: self._account.order_of(unique_id_of(invoice)))
        if order is None:
            company = _free(lambda: self._account.company(country, number))
            if not company:
                raise invalid({field: "is of no company Hokodo knows"})
            order = self._ordered(invoice, number, company, key)
        if order.payment is not None:
            return _receipt(order, order.payment)
        return self._offered(order, invoice, document)

    def _ordered(self, invoice: Invoice, number: str, company: str, key: str) -> Order:
        """Make the order; where its answer is lost, look whether it is there."""
        account, debtor, known_on = self._account, invoice.debtor, self._known_on
        owner = _free(
            lambda: account.kept("/organisations", organisation_body(number, company, known_on))
        )
        person = user_body(buyer(debtor), debtor, owner, known_on)
        user = _free(lambda: account.kept("/users", person))
        body = order_body(invoice, organisation=owner, user=user, key=key)
        try:
            return account.add_order(body)
        except ConnectorTransientError as problem:
            kept = account.order_of(unique_id_of(invoice)) if problem.outcome_unknown else None
            if kept is None:
                raise
            return kept

    def _offered(self, order: Order, invoice: Invoice, document: IssuedDocument) -> Receipt:
        """Return the receipt of an offer: the one there is, unless it finances nothing."""
        account = self._account
        offer = account.offer(order.payment_offer) if order.payment_offer else None
        if offer is None:
            amount = invoice.amount_due
            _free(lambda: account.attach(order.id, document, kind="invoice", amount=amount))
        if offer is None or not offer.plans:
            body = offer_body(order.id, invoice.debtor, self._given)
            offer = _free(lambda: account.add_offer(body))
        if offer.plans:
            detail = "Hokodo offers it; it is financed once the debtor has confirmed at Hokodo"
            return Receipt(status=ReceiptStatus.SENT, reference=order.id, detail=detail)
        detail = f"Hokodo does not finance it ({offer.refusal}); chase it as your own"
        return Receipt(status=ReceiptStatus.FAILED, reference=order.id, detail=detail)

    def withdraw(self, invoice: Invoice, document: IssuedDocument, *, key: str) -> Receipt:
        """Give back what was financed of an invoice that was credited; again changes nothing.

        What was confirmed and not captured is voided, what was captured is refunded to the buyer.

        Returns:
            ``SENT`` where nothing is financed of it any more, else ``FAILED``: an offer that
            nobody has confirmed yet cannot be taken back by any call known to us.

        Raises:
            ConnectorTransientError: To be tried again; ``outcome_unknown`` where it may have
                been done.
            ConnectorError: Hokodo refuses.
        """
        order = self._account.order_of(unique_id_of(invoice))
        if order is None or order.payment is None:
            reference = order.id if order else ""
            detail = "nobody has confirmed it at Hokodo; have its offer taken back there by hand"
            return Receipt(status=ReceiptStatus.FAILED, reference=reference, detail=detail)
        id, payment = order.id, order.payment
        if payment.happened not in ENDED:
            amount = invoice.amount_due
            _free(lambda: self._account.attach(id, document, kind="credit_note", amount=amount))
            payment = self._undone(id, payment, key)
        if payment.happened not in ENDED and (payment.authorisation or payment.captured):
            detail = f"Hokodo still finances it as {payment.status}; tell it by hand"
            return Receipt(status=ReceiptStatus.FAILED, reference=id, detail=detail)
        return Receipt(status=ReceiptStatus.SENT, reference=id)

    def _undone(self, order: str, payment: DeferredPayment, key: str) -> DeferredPayment:
        metadata = {"metadata": {KEY: key}}
        if payment.captured:
            body = {"amount": payment.captured, **metadata}
            self._settled(order, payment, "refund", body, lambda now: now.captured == 0)
        if payment.authorisation:
            self._settled(
                order, payment, "void_remaining", metadata, lambda now: now.authorisation == 0
            )
        return self._known(order).payment or payment

    def capture(self, order: str) -> DeferredPayment | None:
        """Ask for the pay-out of what the buyer confirmed; doing so again changes nothing.

        Returns:
            The deferred payment as it stands then, or ``None`` where nobody has confirmed.

        Raises:
            ConnectorTransientError: ``outcome_unknown`` where it may have been done; capturing
                again then does it once.
            ConnectorError: Hokodo refuses.
        """
        payment = self._known(order).payment
        if payment is None or payment.status != "accepted" or not payment.authorisation:
            return payment
        self._settled(order, payment, "capture_remaining", {}, lambda now: now.authorisation == 0)
        return self._known(order).payment

    def order(self, id: str) -> Order | None:
        """Return an order as it stands, or ``None`` where Hokodo has none of that id.

        Raises:
            ConnectorError: Hokodo could not be asked.
        """
        return self._account.order(id)

    def offer(self, order: str) -> Offer | None:
        """Return what Hokodo offers the buyer, with the page where he confirms.

        Raises:
            ConnectorError: Hokodo could not be asked.
        """
        kept = self._account.order(order)
        return self._account.offer(kept.payment_offer) if kept and kept.payment_offer else None

    def _settled(
        self,
        order: str,
        payment: DeferredPayment,
        verb: str,
        body: Mapping[str, object],
        is_done: Callable[[DeferredPayment], bool],
    ) -> None:
        """Make a call after the sale once; where its answer is lost, look what became of it."""
        try:
            self._account.settle(payment.id, verb, body)
        except ConnectorTransientError as problem:
            now = self._known(order).payment if problem.outcome_unknown else None
            if now is None or not is_done(now):
                raise

    def _known(self, id: str) -> Order:
        order = self._account.order(id)
        if order is None:
            raise invalid({"order": "is not there any more"})
        return order


def _free(call: Callable[[], Answer]) -> Answer:
    """Make calls that finance nothing: what is left of them binds nobody, so they may be repeated.

    Raises:
        ConnectorError: Whatever the call raises; never that its outcome is unknown.
    """
    try:
        return call()
    except ConnectorTransientError as problem:
        problem.outcome_unknown = False
        problem.retryable = True
        problem.hint = "Nothing was financed; it will be tried again"
        raise


def _receipt(order: Order, payment: DeferredPayment) -> Receipt:
    if payment.happened in ENDED:
        detail = f"Hokodo does not finance it ({payment.status}); chase it as your own"
        return Receipt(status=ReceiptStatus.FAILED, reference=order.id, detail=detail)
    return Receipt(status=ReceiptStatus.SENT, reference=order.id)
