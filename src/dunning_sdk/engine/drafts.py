"""Invoices that wait for a decision on financing: drafts, and issued ones to be replaced.

Keeps them and their story (drafted, issued, confirmed) as events; what is decided about them is
in `financing`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.connectors.interface import SourcedInvoice
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.engine.codec import from_json, to_json
from dunning_sdk.engine.entry import Record, receivable_of
from dunning_sdk.engine.intake import invoice_of
from dunning_sdk.engine.keeping import keep_party
from dunning_sdk.errors import InvalidTransitionError, RecordNotFoundError
from dunning_sdk.store.interface import Session

DRAFTED: Final = "financing.drafted"
ISSUED: Final = "financing.issued"
CONFIRMED: Final = "financing.confirmed"


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
        session: Open transaction.
        as_of: The day.
    """

    def __init__(self, session: Session, *, as_of: date) -> None:
        self._session = session
        self._as_of = as_of

    def take(self, sourced: Iterable[SourcedInvoice]) -> tuple[int, int]:
        """Keep drafts not known yet and return how many were new and how many known."""
        new = known = 0
        for item in sourced:
            draft = Draft(invoice=item.invoice)
            if self._session.events(_stream(draft.id)):
                known += 1
                continue
            keep_party(self._session, draft.invoice.debtor, on=self._as_of)
            self._keep(draft)
            new += 1
        return new, known

    def replace_issued(self, entry: Record) -> str:
        """Ask for an issued invoice to be financed: it is credited and issued anew (S0-33).

        Raises:
            RecordNotFoundError: No such receivable.
            InvalidTransitionError: It is financed, settled in part, or asked for already.
        """
        state = receivable_of(self._session, entry)
        untouched = state.paid_minor == 0 and state.credited_minor == 0
        if state.is_financed or not untouched or self._session.events(_stream(state.id)):
            message = f"Receivable {state.id} cannot be financed any more"
            hint = "Only an unpaid invoice that is neither financed nor asked for already can."
            raise InvalidTransitionError(message, hint=hint)
        self._keep(Draft(invoice=invoice_of(self._session, state.id), replaces=state.id))
        return f"financing asked for {state.id}"

    def confirm(self, entry: Record) -> str:
        """Record that the debtor confirmed a financed invoice (S0-32).

        Raises:
            RecordNotFoundError: No such draft.
            InvalidTransitionError: It was not issued yet, or is confirmed already.
        """
        types = [event.type for event in self._session.events(_stream(entry.subject))]
        if not types:
            hint = "`dunning propose` lists drafts."
            raise RecordNotFoundError(f"No draft {entry.subject}", hint=hint)
        if ISSUED not in types or CONFIRMED in types:
            state = "confirmed already" if CONFIRMED in types else "not issued yet"
            message = f"Draft {entry.subject} is {state}; it cannot be confirmed"
            hint = "Issue it first with propose, approve and execute."
            raise InvalidTransitionError(message, hint=hint)
        self._session.append([NewEvent(stream=_stream(entry.subject), type=CONFIRMED, on=entry.on)])
        return f"{entry.subject} confirmed by the debtor on {entry.on}"

    def open(self) -> list[Draft]:
        """Return the drafts that were not issued yet, by id."""
        kept = self._session.records("draft")
        streams = self._session.events_of("financing", list(kept))
        issued = {
            key for key, events in streams.items() if any(event.type == ISSUED for event in events)
        }
        return [from_json(Draft, data) for key, data in sorted(kept.items()) if key not in issued]

    def issued(self, draft_id: str, header: dict[str, JsonValue]) -> None:
        """Write down that a draft's documents were issued."""
        event = NewEvent(stream=_stream(draft_id), type=ISSUED, on=self._as_of, header=header)
        self._session.append([event])

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
        header: dict[str, JsonValue] = {
            "debtor": invoice.debtor.id,
            "currency": invoice.currency,
            "amount_minor": invoice.amount_due.minor,
            "replaces": draft.replaces,
        }
        drafted = NewEvent(stream=_stream(draft.id), type=DRAFTED, on=self._as_of, header=header)
        self._session.append([drafted])
        self._session.put_record("draft", draft.id, to_json(draft), owner=invoice.debtor.id)


def _stream(draft_id: str) -> Stream:
    return Stream(kind="financing", id=draft_id)
