"""Where each receivable stands, in plain columns: what lists and sums are made of.

The module decides which figures of a receivable's state are kept beside it, so that a page of a
list and a sum over all of them are read by the database alone. Ids, days and amounts only: names
are sealed elsewhere. The figures follow from the state, so they are as true as it is.

>>> from dunning_sdk.domain.money import Money
>>> day = date(2026, 3, 1)
>>> state = Receivable(
...     id="F-1", invoice_number="F-1", debtor_id="D-1", creditor_id="C-1", kind="invoice",
...     amount=Money(100_00, "EUR"), issued_on=day, due_on=date(2026, 3, 31), entered_on=day,
...     payee="creditor", cycle_started_on=day, last_event_on=day, paid_minor=40_00,
... )
>>> found = standing_of(state)
>>> (found.open_minor, found.expected_on.isoformat(), found.settled_on)
(6000, '2026-03-31', None)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.domain.receivable import ActStatus, Receivable
from dunning_sdk.domain.stop import OF_THE_DEBTOR, Stop, StopReason

SHAPE: Final = 2
"""Raised whenever other figures are kept, so that those of older stores are made anew."""

NEVER: Final = date.max
"""Day that stands for an open end; the latest there is, so that it sorts last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one receivable stands.

    Attributes:
        id: The receivable.
        invoice_number: Number on the document the debtor knows.
        debtor_id: Who owes.
        payee: Actor whose account the money goes to.
        currency: Of both amounts.
        amount_minor: What was asked at first, in minor units.
        open_minor: What is still owed, in minor units.
        issued_on: Day the document was issued.
        due_on: Due date in force.
        expected_on: Day the debtor promised, or else the due date.
        settled_on: Day nothing was owed any more; ``None`` while something is.
        level: Of the last notice that reached the debtor in this cycle; 0 before any.
        step: That notice's step; empty before any.
        noticed_on: Its day; ``None`` before any.
    """

    id: str
    invoice_number: str
    debtor_id: str
    payee: str
    currency: str
    amount_minor: int
    open_minor: int
    issued_on: date
    due_on: date
    expected_on: date
    settled_on: date | None
    level: int
    step: str
    noticed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRow:
    """One stop of one receivable.

    Attributes:
        receivable_id: What it is about.
        id: The stop, unique within the receivable.
        debtor_id: Who owes.
        reason: A `StopReason`.
        category: Of a dispute; empty otherwise.
        owner: Who looks after it.
        currency: Of the amounts.
        placed_on: First day it holds (inclusive).
        ends_on: First day it does not hold, as things are; `NEVER` while its end is open.
        until_on: Its last day as agreed; ``None`` where none was.
        ask_again_on: Day a person is asked about it; ``None`` if never.
        outcome: Why it was lifted; empty while nobody lifted it.
        amount_minor: Part in question; ``None`` for the whole.
        promised_minor: What a promise or a plan is to bring; 0 for other stops.
        settled_minor: What came of it.
    """

    receivable_id: str
    id: str
    debtor_id: str
    reason: str
    category: str
    owner: str
    currency: str
    placed_on: date
    ends_on: date
    until_on: date | None
    ask_again_on: date | None
    outcome: str
    amount_minor: int | None
    promised_minor: int
    settled_minor: int


def standing_of(state: Receivable) -> Standing:
    """Return where a receivable stands, as its state says."""
    left = state.open_amount.minor
    sent = [
        act
        for act in state.acts
        if act.is_notice and act.status is ActStatus.DONE and act.cycle == state.cycle
    ]
    last = max(sent, key=lambda act: (act.on, act.level), default=None)
    return Standing(
        id=state.id,
        invoice_number=state.invoice_number,
        debtor_id=state.debtor_id,
        payee=state.payee,
        currency=state.amount.currency,
        amount_minor=state.amount.minor,
        open_minor=left,
        issued_on=state.issued_on,
        due_on=state.due_on,
        expected_on=_expected_on(state),
        settled_on=None if left else _settled_on(state),
        level=last.level if last else 0,
        step=last.step_id if last else "",
        noticed_on=last.on if last else None,
    )


def stop_rows(state: Receivable) -> Iterable[StopRow]:
    """Yield every stop ever placed on a receivable."""
    for stop in state.stops:
        yield StopRow(
            receivable_id=state.id,
            id=stop.id,
            debtor_id=state.debtor_id,
            reason=stop.reason.value,
            category=stop.category,
            owner=stop.owner,
            currency=state.amount.currency,
            placed_on=stop.placed_on,
            ends_on=stop.free_on or NEVER,
            until_on=stop.until_on,
            ask_again_on=stop.ask_again_on,
            outcome=stop.outcome,
            amount_minor=stop.amount_minor,
            promised_minor=stop.promised_minor,
            settled_minor=stop.settled_minor,
        )


def _settled_on(state: Receivable) -> date:
    """Return the day of what settled it last; of what was never owed, the day it was issued."""
    return max((moved.on for moved in state.movements), default=state.issued_on)


def _expected_on(state: Receivable) -> date:
    """Return the latest day promised for money still to come, or else the due date."""
    days = [_promised_on(stop) for stop in state.stops if _is_awaited(stop)]
    return max((day for day in days if day is not None), default=state.due_on)


def _is_awaited(stop: Stop) -> bool:
    return stop.reason in OF_THE_DEBTOR and stop.lifted_on is None and stop.room_minor > 0


def _promised_on(stop: Stop) -> date | None:
    """Return the day of a promise; of a plan, that of the first installment that is not in."""
    if stop.reason is StopReason.PROMISED or not stop.installments:
        return stop.until_on
    came = stop.settled_minor
    due = 0
    for one in stop.installments:
        due += one.minor
        if due > came:
            return one.on
    return stop.until_on
