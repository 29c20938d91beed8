"""The events and review items that payments lead to.

Decides how each is dated: money counts from the day it was received, but no receivable has a
story before the day it was first seen.
"""

from datetime import date
from typing import Final

from dunning_sdk.decisions.reconciliation import Unallocated, Unsure
from dunning_sdk.decisions.returned import TakenBack
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Allocation, Payment
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.records.codec import to_json
from dunning_sdk.store.interface import ReviewItem

PAYMENT_RECEIVED: Final = "payment.received"
UNSURE: Final = "payment-unsure"
UNALLOCATED: Final = "payment-unallocated"


def owner_of(payment_id: str) -> str:
    """Return whose key seals a payment while nobody knows whose money it is: its own.

    So what the payer wrote can be erased, whoever he turns out to be.
    """
    return f"payment:{payment_id}"


def receipt_event(payment: Payment, *, owner: str) -> NewEvent:
    """Return the event that a payment was received.

    Args:
        payment: The payment; sealed whole beside the event.
        owner: Debtor whose money it is, or `owner_of` it.
    """
    return NewEvent(
        stream=Stream(kind="payment", id=payment.id),
        type=PAYMENT_RECEIVED,
        on=payment.received_on,
        header={
            "amount_minor": payment.amount.minor,
            "currency": payment.amount.currency,
            "on": payment.received_on.isoformat(),
            "kind": payment.kind.value,
        },
        payload={"payment": to_json(payment)},
        owner=owner,
    )


def allocation_event(
    allocation: Allocation, payment: Payment, state: Receivable, *, to_charges: int = 0
) -> NewEvent:
    """Return the event that a payment settles a receivable, or a part of it.

    Args:
        allocation: How much of which payment.
        payment: The payment.
        state: What it settles.
        to_charges: Part that pays charges, in minor units; the rest pays principal.
    """
    header: dict[str, JsonValue] = {
        "payment": allocation.payment_id,
        "received_on": payment.received_on.isoformat(),
        "amount_minor": allocation.amount.minor,
        "confidence": allocation.confidence.value,
        "reason": allocation.reason,
    }
    if to_charges:
        header["to_charges_minor"] = to_charges
    if payment.exchange is not None:
        header["rate"] = str(payment.exchange.rate)
        header["rate_source"] = payment.exchange.source
        header["rate_on"] = payment.exchange.on.isoformat()
    return _of(state, events.PAYMENT_ALLOCATED, payment.received_on, header)


def return_event(back: TakenBack, payment: Payment, state: Receivable) -> NewEvent:
    """Return the event that a payment was taken back."""
    header: dict[str, JsonValue] = {
        "payment": back.payment_id,
        "returned": back.returned_id,
        "amount_minor": back.amount.minor,
        "confidence": back.confidence.value,
        "reason": back.reason.value,
    }
    return _of(state, events.PAYMENT_RETURNED, payment.received_on, header)


def stop_event(payment_id: str, state: Receivable, *, on: date, until_on: date) -> NewEvent:
    """Return the event that an unsure payment pauses what is sent about a receivable.

    Args:
        payment_id: Which payment.
        state: One of its candidates.
        on: First day of the pause; not before the receivable was first seen.
        until_on: Last day of it.
    """
    header: dict[str, JsonValue] = {
        "stop": stop_id(payment_id),
        "reason": StopReason.PAYMENT_UNSURE.value,
        "until_on": until_on.isoformat(),
        "payment": payment_id,
    }
    return _of(state, events.STOP_PLACED, on, header)


def lift_event(payment_id: str, state: Receivable, *, on: date, outcome: str) -> NewEvent:
    """Return the event that such a pause is over."""
    header: dict[str, JsonValue] = {"stop": stop_id(payment_id), "outcome": outcome}
    return _of(state, events.STOP_LIFTED, on, header)


def stop_id(payment_id: str) -> str:
    """Return the id of the stop an unsure payment places."""
    return f"{UNSURE}:{payment_id}"


def unsure_review(waiting: Unsure, *, opened_on: date, ask_on: date, is_return: bool) -> ReviewItem:
    """Return the question whom an unsure payment settles.

    Args:
        waiting: The payment and its candidates.
        opened_on: Day it arose.
        ask_on: Last day of the pause, after which it heads the report.
        is_return: Whether it is a payment taken back.
    """
    return ReviewItem(
        id=f"{UNSURE}:{waiting.payment_id}",
        kind=UNSURE,
        subject=waiting.payment_id,
        opened_on=opened_on,
        ask_on=ask_on,
        detail=_detail(waiting.amount, waiting.reason, is_return=is_return)
        | {"candidates": list(waiting.candidates)},
    )


def unallocated_review(lost: Unallocated, *, opened_on: date, is_return: bool) -> ReviewItem:
    """Return the question what money is for that settles nothing."""
    return ReviewItem(
        id=f"{UNALLOCATED}:{lost.payment_id}",
        kind=UNALLOCATED,
        subject=lost.payment_id,
        opened_on=opened_on,
        detail=_detail(lost.amount, lost.reason, is_return=is_return)
        | {"debtor": lost.debtor_id, "candidates": []},
    )


def _detail(amount: Money, reason: str, *, is_return: bool) -> dict[str, JsonValue]:
    return {
        "amount_minor": amount.minor,
        "currency": amount.currency,
        "reason": str(reason),
        "is_return": is_return,
    }


def _of(state: Receivable, type: str, on: date, header: dict[str, JsonValue]) -> NewEvent:
    return NewEvent(
        stream=Stream(kind="receivable", id=state.id),
        type=type,
        on=max(on, state.entered_on),
        header=header,
    )
