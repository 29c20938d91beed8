"""Quotes: what was offered to a debtor, and what he agreed to (S0-08, S0-21 … S0-25)."""

from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.financed import PREFIX, fold_financing
from dunning_sdk.domain.invoice import Quote
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.transition import FinancingEvent, FinancingState, next_state
from dunning_sdk.errors import DomainError, RecordNotFoundError
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.records.entry import Record, value_of
from dunning_sdk.records.keeping import keep_party
from dunning_sdk.store.interface import Session


def record_quote(session: Session, entry: Record) -> str:
    """Keep a quote and what the debtor agreed to; recorded again it replaces what was known.

    Raises:
        DomainError: It is for another debtor than before, or signed after the day recorded.
    """
    quote = Quote(
        number=entry.subject,
        debtor_id=str(value_of(entry, "debtor")),
        amount=value_of(entry, "amount"),
        signed_on=entry.values.get("signed_on"),
        terms_allow_financing=bool(entry.values.get("terms_allow_financing")),
        changed_by_debtor=bool(entry.values.get("changed_by_debtor")),
        recorded_by=str(entry.values.get("recorded_by") or "platform"),
        work_starts_on=entry.values.get("work_starts_on"),
    )
    _check(session, quote)
    stream = Stream(kind="quote", id=quote.number)
    known = fold_financing(session.events(stream))
    event = _event_of(quote)
    next_state(known.state if known else FinancingState.NEW, event, name=quote.number)
    header: dict[str, JsonValue] = {
        "debtor": quote.debtor_id,
        "currency": quote.amount.currency,
        "amount_minor": quote.amount.minor,
        "signed_on": quote.signed_on.isoformat() if quote.signed_on else "",
        "recorded_by": quote.recorded_by,
    }
    session.append([NewEvent(stream=stream, type=PREFIX + event, on=entry.on, header=header)])
    session.put_record("quote", quote.number, to_json(quote), owner=quote.debtor_id)
    debtor = Party(
        id=quote.debtor_id,
        name=str(entry.values.get("name") or ""),
        country=str(entry.values.get("country") or ""),
        registration=str(entry.values.get("registration") or ""),
    )
    if debtor != Party(id=debtor.id, name=""):
        keep_party(session, debtor, on=entry.on)
    return f"quote {quote.number}{' signed' if quote.signed_on else ''}"


def _check(session: Session, quote: Quote) -> None:
    if quote.amount.minor <= 0:
        message = f"Quote {quote.number} is over {quote.amount}"
        raise DomainError(message, hint="Give the total with VAT.")
    data = session.record("quote", quote.number)
    before = from_json(Quote, data) if data else quote
    if before.debtor_id != quote.debtor_id:
        message = f"Quote {quote.number} was made to {before.debtor_id}, not {quote.debtor_id}"
        raise DomainError(message, hint="Numbers are unique: give this one another.")


def _event_of(quote: Quote) -> FinancingEvent:
    if quote.changed_by_debtor:
        return FinancingEvent.ORDER_CHANGED
    return FinancingEvent.QUOTE_SIGNED if quote.signed_on else FinancingEvent.QUOTE_MADE


def quote_of(session: Session, number: str) -> Quote:
    """Return a quote.

    Raises:
        RecordNotFoundError: No such quote.
    """
    data = session.record("quote", number)
    if data is None:
        hint = "Record it with `dunning record quote`."
        raise RecordNotFoundError(f"No quote {number}", hint=hint)
    return from_json(Quote, data)
