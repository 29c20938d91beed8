"""One thing to record, and how its values are read.

Shared by the modules that record: `recording`, `stopping`, `answering`, `lending`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import DomainError, nearest_names
from dunning_sdk.store.interface import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing to record.

    Attributes:
        kind: One of `KEYS`.
        on: Day it happened, not after the day it is recorded.
        subject: Receivable, debtor, quote or review item it is about.
        values: What is known; each kind has its own keys (docs/recording.md).
    """

    kind: str
    on: date
    subject: str
    values: Mapping[str, Any] = field(default_factory=dict)


_STOP: Final = frozenset({"until_on", "ask_again_on", "owner"})

_REASON: Final = frozenset({"reason"})
_RATE: Final = frozenset({"rate", "rate_source", "rate_on", "settles"})

KEYS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "payment": frozenset({"amount", "deposit"}) | _RATE,
        "returned": frozenset({"amount"}),
        "payments-known": frozenset(),
        "payers-forgotten": frozenset(),
        "disputed": _STOP | {"amount", "part", "category"},
        "promised": _STOP | {"amount", "agreed_by"},
        "payment-plan": _STOP | {"installments", "grace_days"},
        "blocked": _STOP | _REASON,
        "insolvent": _STOP | {"published_on"},
        "written-off": _STOP | _REASON | {"amount"},
        "doubtful": _STOP | _REASON | {"amount"},
        "refund": frozenset({"amount", "reason", "owner"}),
        "lift": frozenset({"stop", "outcome"}),
        "due-date": frozenset({"due_on"}),
        "reminders": frozenset({"reminders"}),
        "channel": frozenset({"channel"}),
        "payment-link": frozenset({"link", "amount"}),
        "posting": frozenset({"reference", "step", "proof"}),
        "delivery": frozenset({"outcome", "reference", "step", "proof"}),
        "act": frozenset({"step", "reference"}),
        "answer": frozenset({"answer"}) | _RATE,
        "consent": frozenset({"channel", "given"}),
        "waived": frozenset({"charge", "amount"}),
        "quote": frozenset(
            {
                "debtor",
                "amount",
                "signed_on",
                "terms_allow_financing",
                "changed_by_debtor",
                "recorded_by",
                "work_starts_on",
                "name",
                "country",
                "registration",
            }
        ),
        "credit-line": frozenset({"limit", "available", "withheld", "financier"}),
        "recovery": frozenset({"event", "reference", "by", "hearing_on", "distance", "proof"}),
        "limitation-period": frozenset({"parameter"}),
        "law-confirmed": frozenset({"by"}),
        "comment": frozenset({"text", "by", "file"}),
        "document": frozenset({"what", "file", "text", "by"}),
        "call": frozenset({"outcome", "text", "who", "by", "file"}),
        "reply": frozenset({"text", "who", "reference", "file"}),
        "reply-read": frozenset({"reply", "by"}),
        "owner": frozenset({"name", "by"}),
        "task": frozenset({"text", "due_on", "owner", "by"}),
        "task-done": frozenset({"task", "text", "by"}),
        "agreed-rate": frozenset({"rate", "source"}),
        "contact": frozenset({"role", "name", "email", "phone"}),
        "language": frozenset({"language"}),
        "payer-score": frozenset({"value", "scale", "source", "dated_on", "valid_until_on"}),
        "inquiry": frozenset({"topic", "says", "source", "found_on"}),
        "limit-asked": frozenset({"limit", "owner"}),
        "limit-decided": frozenset({"limit", "reason"}),
        "finance": frozenset(),
        "assigned": frozenset({"amount"}),
        "submitted": _REASON,
        "confirmation-asked": _REASON,
        "confirmed": frozenset({"amount", "issued_on", "delivered_on", "due_on", "terms", "iban"}),
        "accepted": frozenset(),
        "change-asked": _REASON,
        "change-dropped": _REASON,
        "confirmation-cancelled": _REASON,
        "paid-out": frozenset({"amount"}),
        "pay-out": frozenset({"amount", "financings"}),
        "placed": _REASON,
        "misdirected": frozenset({"amount"}),
        "passed-on": frozenset({"amount"}),
        "remitted": frozenset({"amount"}),
        "refund-asked": _REASON,
        "refund-declined": _REASON,
        "refunded": frozenset({"amount", "reason"}),
        "recourse": frozenset({"amount", "reason"}),
        "voided": frozenset({"amount", "reason"}),
        "financier-refused": _REASON,
        "advance-repaid": frozenset({"amount"}),
        "withdrawn": _REASON,
        "financier-news": frozenset({"event", "reason"}),
    }
)
"""Every kind of record, and the keys of its values."""

AMOUNTS: Final = frozenset({"amount", "limit", "available", "withheld", "settles"})
"""Keys whose value is `Money`."""

FLAGS: Final = frozenset(
    {"deposit", "reminders", "given", "terms_allow_financing", "changed_by_debtor"}
)
"""Keys whose value is true or false."""

OWNED: Final = frozenset(kind for kind, keys in KEYS.items() if keys > _STOP) | {"lift", "refund"}
"""Kinds that place a stop, or may; each has an owner."""


def check_entry(entry: Record) -> None:
    """Refuse a kind nobody knows, and a value its kind has no use for or of the wrong type.

    Raises:
        DomainError: Names the nearest kind or key; a value is never repeated.
    """
    if entry.kind not in KEYS:
        near = nearest_names(entry.kind, KEYS)
        hint = (
            f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(sorted(KEYS))}."
        )
        raise DomainError(f"Cannot record {entry.kind!r}", hint=hint)
    keys = KEYS[entry.kind]
    for key in sorted(entry.values.keys() - keys):
        near = nearest_names(key, keys)
        known = f"Its keys: {', '.join(sorted(keys))}." if keys else "It takes no values."
        hint = f"Did you mean {near[0]}?" if near else known
        raise DomainError(f"Recording {entry.kind} has no value {key!r}", hint=hint)
    for key, value in entry.values.items():
        wanted = _wanted(key)
        if wanted is not None and value not in (None, "") and type(value) is not wanted:
            message = f"Recording {entry.kind}: {key} is a {type(value).__name__}"
            raise DomainError(message, hint=f"Give a {wanted.__name__}.")


def _wanted(key: str) -> type | None:
    """Return the type of the values under a key; ``None`` where its kind says more."""
    if key in AMOUNTS:
        return Money
    if key in FLAGS:
        return bool
    return date if key.endswith("_on") else None


def value_of(entry: Record, key: str) -> Any:  # noqa: ANN401  # values are checked by each caller
    """Return a value a record must have; raises DomainError naming the option."""
    if entry.values.get(key) in (None, ""):
        message = f"Recording {entry.kind} needs {key}"
        raise DomainError(message, hint=f"Add {key}=…")
    return entry.values[key]


def receivable_of(session: Session, entry: Record) -> Receivable:
    """Return the receivable a record is about, seen by the day recorded."""
    state = session.receivable(entry.subject).receivable
    if entry.on < state.entered_on and entry.kind not in ("payment",):
        message = (
            f"Receivable {state.id} was first seen on {state.entered_on}; {entry.on} lies before it"
        )
        raise DomainError(message, hint="Give the day it was noticed with --on.")
    return state


def event_of(key: str, type: str, on: date, header: dict[str, JsonValue]) -> NewEvent:
    """Return an event of a receivable."""
    return NewEvent(stream=Stream(kind="receivable", id=key), type=type, on=on, header=header)


def check_currency(amount: Money, state: Receivable) -> None:
    """Refuse an amount in another currency than the receivable's."""
    if amount.currency != state.amount.currency:
        message = f"Receivable {state.id} is in {state.amount.currency}, not {amount.currency}"
        raise DomainError(message, hint="Convert it first, or correct the currency.")
