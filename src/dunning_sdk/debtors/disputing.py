"""Disputes, blocks, write-offs and doubtful debts: what each may say, and what it may not twice.

How a stop is written down, asked about and lifted is in `stopping`.
"""

import re
from datetime import date
from typing import Final

from dunning_sdk.debtors.stopping import check_left, check_single, place, stoppable
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.errors import DomainError, InvalidTransitionError
from dunning_sdk.records.entry import Record
from dunning_sdk.store.interface import Session

CATEGORIES: Final = (
    "quality",
    "quantity",
    "price",
    "delivery",
    "not-ordered",
    "paid-already",
    "wrong-debtor",
    "formal-defect",
    "other",
)
_PART: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def dispute(session: Session, entry: Record) -> str:
    """Record that the debtor contests a receivable, or a part of it.

    Raises:
        InvalidTransitionError: That part is disputed already, or nothing is left to dispute.
        DomainError: A value is wrong, or more is disputed than is open.
    """
    state = stoppable(session, entry)
    category = str(entry.values.get("category") or "other")
    if category not in CATEGORIES:
        message = f"A dispute has no category {category!r}"
        raise DomainError(message, hint=f"Known: {', '.join(CATEGORIES)}.")
    part = str(entry.values.get("part") or "")
    if part and not _PART.fullmatch(part):
        message = f"part={part!r} is no id of a part"
        raise DomainError(message, hint="Write it as line-2: letters, digits, dots and dashes.")
    amount: Money | None = entry.values.get("amount")
    _check_undisputed(state, entry.on, part)
    check_left(state, entry, StopReason.DISPUTED, amount)
    more: dict[str, JsonValue] = {"category": category, "part": part}
    return place(session, entry, state, StopReason.DISPUTED, amount=amount, more=more)


def _check_undisputed(state: Receivable, on: date, part: str) -> None:
    """Refuse a second dispute of the same part, or of any where the whole is disputed."""
    for held in state.stops_on(on):
        if held.reason is not StopReason.DISPUTED:
            continue
        if held.part == part or held.amount_minor is None:
            about = f"part {held.part}" if held.part else "no named part"
            what = "the whole" if held.amount_minor is None else about
            message = (
                f"Receivable {state.id} is disputed already, since {held.placed_on}: "
                f"{held.id} is about {what}"
            )
            lift = f"record lift {state.id} stop={held.id} outcome=…"
            other = "" if held.amount_minor is None else ", or disputed with another part=…"
            raise InvalidTransitionError(message, hint=f"Allowed: {lift}{other}.")


def block(session: Session, entry: Record) -> str:
    """Record that nothing is to be sent, and why.

    Raises:
        InvalidTransitionError: It is blocked already.
    """
    state = stoppable(session, entry)
    check_single(state, entry.on, StopReason.BLOCKED)
    why = str(entry.values.get("reason") or "")
    return place(session, entry, state, StopReason.BLOCKED, sealed=_why(why))


def write_off(session: Session, entry: Record) -> str:
    """Record that the creditor no longer carries a receivable, or a part of it.

    Raises:
        InvalidTransitionError: It is written off already.
        DomainError: More is written off than is open.
    """
    return _accounted(session, entry, StopReason.WRITTEN_OFF)


def doubt(session: Session, entry: Record) -> str:
    """Record that a receivable, or a part of it, is carried as doubtful; it is chased all the same.

    Raises:
        InvalidTransitionError: It is doubtful already.
        DomainError: More is doubtful than is open.
    """
    return _accounted(session, entry, StopReason.DOUBTFUL)


def _accounted(session: Session, entry: Record, reason: StopReason) -> str:
    state = stoppable(session, entry)
    amount: Money | None = entry.values.get("amount")
    if amount is None:
        check_single(state, entry.on, reason)
    check_left(state, entry, reason, amount)
    why = str(entry.values.get("reason") or "")
    return place(session, entry, state, reason, amount=amount, sealed=_why(why))


def _why(text: str) -> dict[str, JsonValue]:
    return {"reason": text} if text else {}
