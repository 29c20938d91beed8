"""Invoices that wait for a decision on financing: drafts, and issued ones to be financed.

Keeps the documents themselves; where each stands is in `financings`, what is decided about them
in `financing`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dunning_sdk.connectors.interface import SourcedInvoice
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.domain.transition import FinancingEvent, FinancingState
from dunning_sdk.errors import InvalidTransitionError
from dunning_sdk.financing.financings import Financings
from dunning_sdk.money.intake import invoice_of
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.records.entry import Record, receivable_of
from dunning_sdk.records.keeping import keep_party

_OPEN: Final = frozenset({FinancingState.DRAFTED, FinancingState.REFUSED, FinancingState.RESERVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One invoice that waits for a decision.

    Attributes:
        invoice: The document; the number of a draft is the source's own.
        replaces: Receivable of the issued invoice it stands for; empty for a draft.
    """

    invoice: Invoice
    replaces: str = ""

    @property
    def id(self) -> str:
        """Return what the draft is called in proposals."""
        return self.replaces or self.invoice.number


class Drafts:
    """The drafts of one tenant, inside one transaction.

    Args:
        financings: Bound to the transaction and the day.
    """

    def __init__(self, financings: Financings) -> None:
        self._financings = financings
        self._session = financings.session

    def take(self, sourced: Iterable[SourcedInvoice]) -> tuple[int, int]:
        """Keep drafts not known yet, and corrected ones of what was credited.

        Returns:
            How many were new, and how many known.
        """
        new = known = 0
        for item in sourced:
            draft = Draft(invoice=item.invoice)
            if not self._is_new(draft):
                known += 1
                continue
            keep_party(self._session, draft.invoice.debtor, on=self._financings.as_of)
            self._keep(draft)
            new += 1
        return new, known

    def _is_new(self, draft: Draft) -> bool:
        before = self._financings.get(draft.id)
        if before is None:
            return True
        return before.state is FinancingState.CREDITED and draft != self.draft(draft.id)

    def replace_issued(self, entry: Record) -> str:
        """Ask for an issued invoice to be financed (S0-33).

        Raises:
            RecordNotFoundError: No such receivable.
            InvalidTransitionError: It is financed, settled in part, or asked for already.
        """
        state = receivable_of(self._session, entry)
        untouched = state.paid_minor == 0 and state.credited_minor == 0
        if state.is_financed or not untouched or self._financings.get(state.id):
            message = f"Receivable {state.id} cannot be financed any more"
            hint = "Only an unpaid invoice that is neither financed nor asked for already can."
            raise InvalidTransitionError(message, hint=hint)
        self._keep(Draft(invoice=invoice_of(self._session, state.id), replaces=state.id))
        return f"financing asked for {state.id}"

    def open(self) -> list[tuple[Draft, Financing]]:
        """Return the drafts that are not issued, as they stand, by id."""
        waiting = [one for one in self._financings.all() if one.state in _OPEN]
        kept = self._session.records("draft", [financing.id for financing in waiting])
        return [
            (from_json(Draft, kept[financing.id]), financing)
            for financing in waiting
            if financing.id in kept
        ]

    def draft(self, draft_id: str) -> Draft | None:
        """Return a draft by id, or ``None``."""
        data = self._session.record("draft", draft_id)
        return from_json(Draft, data) if data else None

    def quote_of(self, draft: Draft) -> Quote | None:
        """Return the debtor's quote that a draft names as its order or contract."""
        for number in (draft.invoice.order_reference, draft.invoice.contract_reference):
            data = self._session.record("quote", number) if number else None
            if data is not None:
                quote = from_json(Quote, data)
                return quote if quote.debtor_id == draft.invoice.debtor.id else None
        return None

    def _keep(self, draft: Draft) -> None:
        invoice = draft.invoice
        self._financings.begin(
            draft.id,
            FinancingEvent.DRAFTED,
            {
                "debtor": invoice.debtor.id,
                "currency": invoice.currency,
                "amount_minor": invoice.amount_due.minor,
                "replaces": draft.replaces,
            },
        )
        self._session.put_record("draft", draft.id, to_json(draft), owner=invoice.debtor.id)
