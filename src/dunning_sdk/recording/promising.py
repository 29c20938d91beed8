"""Promises to pay and payment plans: what a debtor says he will pay, and when.

What becomes of them follows from what comes (`domain.stop`). Decided here is what may be
recorded: not in the past, not beyond what is open, and, unless a person agrees, not beyond what
the book lets a debtor decide himself.
"""

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from dunning_sdk.debtors.stopping import check_left, check_single, place, stoppable
from dunning_sdk.decisions.promise import promises_made
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.domain.stop import DatedAmount
from dunning_sdk.errors import DomainError, InvalidAmountError, InvalidTransitionError
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.records.entry import Record, receivable_of, value_of
from dunning_sdk.rules.step import Procedure
from dunning_sdk.store.interface import Session

GRACE_DAYS = 3


def promise(session: Session, entry: Record, decider: Decider) -> str:
    """Record that the debtor promised to pay by a day.

    Args:
        session: Open transaction.
        entry: The promise.
        decider: Bound to the day; knows the book that sets the limits.

    Raises:
        DomainError: It lies in the past, is longer than the book allows, or more than is open.
        InvalidTransitionError: One runs already, or the debtor made too many in this cycle.
    """
    state = receivable_of(session, entry)
    until: date = value_of(entry, "until_on")
    amount: Money | None = entry.values.get("amount")
    agreed_by = str(entry.values.get("agreed_by") or "")
    procedure = decider.decide_one(state.id).case.procedure
    if not agreed_by and procedure is not None:
        _check_limits(state, entry.on, until, procedure)
    elif until < entry.on:
        raise _past(state, entry.on, until, f"from {entry.on} on")
    stoppable(session, entry)
    check_single(state, entry.on, StopReason.PROMISED)
    if amount is not None:
        check_left(state, entry, StopReason.PROMISED, amount)
    return place(
        session,
        entry,
        state,
        StopReason.PROMISED,
        amount=amount,
        more={"agreed": bool(agreed_by)},
        sealed={"agreed_by": agreed_by} if agreed_by else None,
    )


def _check_limits(state: Receivable, on: date, until: date, procedure: Procedure) -> None:
    """Refuse a promise the debtor may not make by himself.

    Source:
        House rule (ARCHITECTURE section 6, Stops): debtor-made stops have limits in the book.
    """
    latest = on + timedelta(days=procedure.promise_days_max)
    allowed = f"from {on} to {latest}"
    if until < on:
        raise _past(state, on, until, allowed)
    if until > latest:
        message = (
            f"Receivable {state.id}: a promise up to {until} is longer than the "
            f"{procedure.promise_days_max} days the book allows"
        )
        hint = f"Allowed: until_on=… {allowed}, a payment-plan, or agreed_by=… who agreed to it."
        raise DomainError(message, hint=hint)
    made, most = promises_made(state), procedure.promise_count_max
    if made >= most:
        message = f"Receivable {state.id}: {made} promises were made, and the book allows {most}"
        hint = "Allowed: payment, payment-plan, disputed, or agreed_by=… who agreed to one more."
        raise InvalidTransitionError(message, hint=hint)


def _past(state: Receivable, on: date, until: date, allowed: str) -> DomainError:
    message = (
        f"Receivable {state.id} is open with {state.open_amount} on {on}: "
        f"a promise for {until} lies in the past"
    )
    return DomainError(message, hint=f"Allowed: until_on=… {allowed}.")


def plan(session: Session, entry: Record) -> str:
    """Record that a payment plan was agreed.

    Raises:
        DomainError: An installment cannot be read, lies in the past or out of order, or they come
            to more than is open.
        InvalidTransitionError: A plan runs already.
    """
    state = stoppable(session, entry)
    check_single(state, entry.on, StopReason.PAYMENT_PLAN)
    text = str(entry.values.get("installments") or "")
    if not text:
        value_of(entry, "until_on")
        return place(session, entry, state, StopReason.PAYMENT_PLAN)
    parts = installments_of(text, state.amount.currency, since=entry.on)
    total = Money(sum(one.minor for one in parts), state.amount.currency)
    check_left(state, entry, StopReason.PAYMENT_PLAN, total)
    grace = _grace_days(entry)
    ends_on = parts[-1].on + timedelta(days=grace)
    more: dict[str, JsonValue] = {
        "installments": [[one.on.isoformat(), one.minor] for one in parts],
        "grace_days": grace,
        "until_on": ends_on.isoformat(),
    }
    whole = total == state.open_amount
    amount = None if whole else total
    said = place(session, entry, state, StopReason.PAYMENT_PLAN, amount=amount, more=more)
    return f"{said}: {len(parts)} installments of {total} in all, the last on {parts[-1].on}"


def _grace_days(entry: Record) -> int:
    text = str(entry.values.get("grace_days", GRACE_DAYS))
    if not text.isdecimal() or int(text) > 31:  # a month is no grace any more
        message = f"grace_days={text!r} is no number of days"
        raise DomainError(message, hint="Give 0 to 31.")
    return int(text)


def installments_of(text: str, currency: str, *, since: date) -> tuple[DatedAmount, ...]:
    """Return installments written as ``2026-04-30:400.00,2026-05-31:400.00``.

    Args:
        text: Days and amounts in major units, ascending by day.
        currency: Of the amounts.
        since: No installment lies before this day.

    Raises:
        DomainError: One cannot be read, is not above zero, or is out of order.
    """
    found = [_installment(part.strip(), currency) for part in text.split(",") if part.strip()]
    days = [since - timedelta(days=1), *(one.on for one in found)]
    for before, day in pairwise(days):
        if day <= before:
            message = f"Installment of {day} does not come after {before}"
            raise DomainError(message, hint=f"Give them in order, from {since} on.")
    if not found:
        raise DomainError("A plan needs installments", hint="Write installments=DAY:AMOUNT,…")
    return tuple(found)


def _installment(text: str, currency: str) -> DatedAmount:
    day, _, amount = text.partition(":")
    try:
        on, money = date.fromisoformat(day), Money.from_major(Decimal(amount), currency)
    except (ValueError, InvalidOperation, InvalidAmountError) as problem:
        message = f"{text!r} is no installment"
        raise DomainError(message, hint="Write it as 2026-04-30:400.00.") from problem
    if money.minor <= 0:
        raise DomainError(f"Installment {text!r} is over nothing", hint="Give more than 0.")
    return DatedAmount(on=on, minor=money.minor)
