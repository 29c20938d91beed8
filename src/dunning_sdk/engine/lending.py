"""Quotes and credit lines: what financing is decided on, as people and financiers report it."""

from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.invoice import Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.engine.codec import to_json
from dunning_sdk.engine.entry import Record, value_of
from dunning_sdk.store.interface import Session


def record_quote(session: Session, entry: Record) -> str:
    """Keep a quote and what the debtor agreed to (S0-08, S0-21)."""
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
    session.put_record("quote", quote.number, to_json(quote), owner=quote.debtor_id)
    return f"quote {quote.number}{' signed' if quote.signed_on else ''}"


def record_credit_line(session: Session, entry: Record) -> str:
    """Keep what the financier reports about a debtor (S0-13, S0-17)."""
    limit: Money = value_of(entry, "limit")
    available: Money = entry.values.get("available") or limit
    withheld = entry.values.get("withheld") or Money(0, limit.currency)
    line = CreditLine(
        debtor_id=entry.subject,
        financier_id=str(entry.values.get("financier") or "financier"),
        limit=limit,
        in_use=limit - available - withheld,
        withheld=withheld,
    )
    movement = NewEvent(
        stream=Stream(kind="credit-line", id=entry.subject),
        type="credit-line.reported",
        on=entry.on,
        header={
            "currency": limit.currency,
            "limit_minor": limit.minor,
            "in_use_minor": line.in_use.minor,
            "withheld_minor": withheld.minor,
        },
    )
    session.append([movement])
    session.put_record("credit_line", line.debtor_id, to_json(line), owner=line.debtor_id)
    return f"credit line of {line.debtor_id}: {line.available} available of {limit}"
