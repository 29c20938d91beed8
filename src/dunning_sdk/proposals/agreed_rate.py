"""The late-payment rate that a contract sets: recorded for a debtor, or configured for all.

Decides which one governs an invoice: the debtor's own in force on the day of issue, else that of
the general terms. What the law makes of it is decided in `law.rate`.
"""

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from dunning_sdk.domain.event import Event, JsonValue, NewEvent, Stream
from dunning_sdk.errors import DomainError, RecordNotFoundError
from dunning_sdk.records.entry import Record, value_of
from dunning_sdk.store.interface import Session

if TYPE_CHECKING:
    from dunning_sdk.decisions.charge import AgreedRate
    from dunning_sdk.installation.config import Config

RATE_AGREED: Final = "debtor.rate-agreed"
BY_LAW: Final = "law"
_PERCENT: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")


def record_agreed_rate(session: Session, entry: Record) -> str:
    """Record the rate that a debtor's contract sets, for invoices issued from that day on.

    Raises:
        DomainError: The rate is no percentage, or the source is missing.
    """
    rate = str(value_of(entry, "rate"))
    source = str(value_of(entry, "source"))
    if rate != BY_LAW and not _PERCENT.fullmatch(rate):
        hint = "Write percent per year, such as rate=12.5, or rate=law for none."
        raise DomainError(f"rate={rate!r} is no percentage", hint=hint)
    header: dict[str, JsonValue] = {"rate_pct": "" if rate == BY_LAW else rate}
    told = NewEvent(
        stream=_stream(entry.subject),
        type=RATE_AGREED,
        on=entry.on,
        header=header,
        payload={"source": source},
        owner=entry.subject,
    )
    session.append([told])
    what = "the rate of the law" if rate == BY_LAW else f"{rate} % per year"
    return f"{what} with {entry.subject} for invoices from {entry.on} on"


def agreed_with(
    session: Session, config: "Config", debtor_id: str, *, issued_on: date
) -> "AgreedRate | None":
    """Return the rate agreed for an invoice; ``None`` where the law sets it.

    Args:
        session: Open transaction.
        config: Gives the general terms, which a debtor's own terms replace.
        debtor_id: Who owes.
        issued_on: Day of the invoice; picks the terms.
    """
    from dunning_sdk.decisions.charge import AgreedRate

    told = [
        event
        for event in session.events(_stream(debtor_id))
        if event.type == RATE_AGREED and event.on <= issued_on
    ]
    if told:
        last = max(told, key=lambda event: (event.on, event.seq))
        rate = str(last.header["rate_pct"])
        if not rate:
            return None
        return AgreedRate(yearly=Decimal(rate) / 100, source=_source(session, last))
    general = config.law.agreed
    if general is None or issued_on < general.start:
        return None
    return AgreedRate(yearly=Decimal(str(general.rate)) / 100, source=general.source)


def _source(session: Session, told: Event) -> str:
    """Return where a rate was agreed; empty once the debtor's key was dropped."""
    try:
        return str(session.payload(told.stream, told.seq).get("source", ""))
    except RecordNotFoundError:
        return ""


def _stream(debtor_id: str) -> Stream:
    return Stream(kind="debtor", id=debtor_id)
