"""What a person or another system knows: each record becomes an event, or a clear refusal.

Every function takes an open session and the day it happened; all go through the engine's
`record`. Nothing here decides what follows: the next run does.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from dunning_sdk.debtors.consenting import record_consent
from dunning_sdk.debtors.contacting import record_contact, record_language
from dunning_sdk.debtors.disputing import block, dispute, doubt, write_off
from dunning_sdk.debtors.inquiries import record_inquiry
from dunning_sdk.debtors.paying_online import record_payment_link
from dunning_sdk.debtors.scoring import record_score
from dunning_sdk.debtors.stopping import lift_stop
from dunning_sdk.debtors.thread_records import (
    record_call,
    record_comment,
    record_document,
    record_owner,
    record_reply,
    record_reply_read,
    record_task,
    record_task_done,
)
from dunning_sdk.debtors.waiving import waive_charge
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DomainError, InvalidTransitionError
from dunning_sdk.financing.lending import ask_raise, decide_raise, record_credit_line
from dunning_sdk.financing.quoting import record_quote
from dunning_sdk.money.learning import forget_payers
from dunning_sdk.proposals.agreed_rate import record_agreed_rate
from dunning_sdk.recording.posting import record_posting
from dunning_sdk.recording.promising import plan
from dunning_sdk.records.entry import Record, check_currency, event_of, receivable_of, value_of
from dunning_sdk.records.keeping import note_change
from dunning_sdk.store.interface import Session


def record(session: Session, entry: Record) -> str:
    """Store one record and return a line that says what changed.

    Args:
        session: Open transaction.
        entry: Of one of the kinds of `entry.KEYS`, as `check_entry` lets it pass.

    Raises:
        DomainError: A value is missing or wrong; nothing was changed.
        InvalidTransitionError: The state does not allow it; says what it allows.
        RecordNotFoundError: The subject is unknown; names the nearest.
    """
    return _HANDLERS[entry.kind](session, entry)


def _returned(session: Session, entry: Record) -> str:
    state = receivable_of(session, entry)
    amount = entry.values.get("amount") or Money(state.paid_minor, state.amount.currency)
    check_currency(amount, state)
    if amount.minor <= 0 or amount.minor > state.paid_minor:
        paid = Money(state.paid_minor, state.amount.currency)
        message = f"Receivable {state.id} has payments of {paid}; {amount} cannot be taken back"
        raise InvalidTransitionError(message, hint="Record at most what was paid.")
    header: dict[str, JsonValue] = {"payment": "recorded", "amount_minor": amount.minor}
    note_change(session, [event_of(state.id, events.PAYMENT_RETURNED, entry.on, header)])
    return f"payment of {amount} returned on {state.id}"


def _due_date(session: Session, entry: Record) -> str:
    state = receivable_of(session, entry)
    due_on: date = value_of(entry, "due_on")
    if due_on < state.issued_on:
        message = (
            f"Receivable {state.id} was issued on {state.issued_on}; it cannot be due on {due_on}"
        )
        raise DomainError(message, hint="Give a later due date.")
    note_change(
        session, [event_of(state.id, events.DUE_CHANGED, entry.on, {"due_on": due_on.isoformat()})]
    )
    return f"{state.id} is now due on {due_on}"


def _reminders(session: Session, entry: Record) -> str:
    state = receivable_of(session, entry)
    switched = entry.values.get("reminders") is not False
    note_change(
        session, [event_of(state.id, events.REMINDERS_SWITCHED, entry.on, {"reminders": switched})]
    )
    return f"reminders {'on' if switched else 'off'} for {state.id}"


def _channel(session: Session, entry: Record) -> str:
    state = receivable_of(session, entry)
    header: dict[str, JsonValue] = {"channel": str(value_of(entry, "channel"))}
    note_change(session, [event_of(state.id, events.CHANNEL_CHOSEN, entry.on, header)])
    return f"channel {header['channel']} for {state.id}"


def _payments_known(session: Session, entry: Record) -> str:
    session.put_setting("payments_known_on", entry.on.isoformat())
    return f"payments are known up to {entry.on}"


def _payers_forgotten(session: Session, entry: Record) -> str:
    count = forget_payers(session, entry.subject)
    return f"{count} learned accounts of {entry.subject} forgotten"


_HANDLERS: Mapping[str, Callable[[Session, Record], str]] = MappingProxyType(
    {
        "returned": _returned,
        "due-date": _due_date,
        "disputed": dispute,
        "payment-plan": plan,
        "blocked": block,
        "written-off": write_off,
        "doubtful": doubt,
        "lift": lift_stop,
        "reminders": _reminders,
        "channel": _channel,
        "payment-link": record_payment_link,
        "posting": record_posting,
        "consent": record_consent,
        "waived": waive_charge,
        "quote": record_quote,
        "credit-line": record_credit_line,
        "limit-asked": ask_raise,
        "limit-decided": decide_raise,
        "payments-known": _payments_known,
        "payers-forgotten": _payers_forgotten,
        "agreed-rate": record_agreed_rate,
        "inquiry": record_inquiry,
        "contact": record_contact,
        "language": record_language,
        "payer-score": record_score,
        "comment": record_comment,
        "document": record_document,
        "call": record_call,
        "reply": record_reply,
        "reply-read": record_reply_read,
        "owner": record_owner,
        "task": record_task,
        "task-done": record_task_done,
    }
)
