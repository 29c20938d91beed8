"""Payments come in: each is stored once, settles what it surely settles, or waits for a person.

Which payment settles what is decided by `cash_matching`; what a person answers by `settling`.
One batch is one transaction and one bulk write.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from dunning_sdk.connectors.interface import Batch
from dunning_sdk.decisions.reconciliation import Ground
from dunning_sdk.domain.event import NewEvent
from dunning_sdk.domain.payment import Confidence, Payment, PaymentKind
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import InputError
from dunning_sdk.installation.config import Config
from dunning_sdk.money.absorbing import Absorbing
from dunning_sdk.money.cash_event import (
    allocation_event,
    owner_of,
    receipt_event,
    return_event,
    stop_event,
    unallocated_review,
    unsure_review,
)
from dunning_sdk.money.cash_matching import Matched, match_batch
from dunning_sdk.money.imputing import Imputing
from dunning_sdk.money.intake import PullReport
from dunning_sdk.money.payables import (
    earlier_allocations,
    known_payments,
    open_items,
    with_references,
)
from dunning_sdk.money.settling import settle as settle
from dunning_sdk.records.codec import to_json
from dunning_sdk.records.keeping import note_change
from dunning_sdk.store.interface import ReviewItem, Session

REVIEW_DAYS: Final = 7
KNOWN_ON: Final = "payments_known_on"


def take_payments(
    batch: Batch[Payment],
    config: Config,
    *,
    session: Session,
    as_of: date,
    report: PullReport,
    review_days: int = REVIEW_DAYS,
) -> None:
    """Store what a payment source brought, and settle what it settles.

    A payment dated after ``as_of`` is stored with its own date, and unseen by decisions until
    then. One received before its receivable was first seen settles it from that day on.

    Args:
        batch: Payments and the problems the source met.
        config: Whose tenant; money from its own parties settles nothing by itself.
        session: Open transaction.
        as_of: Day of the pull.
        report: Counted into.
        review_days: Days an unsure payment pauses what is sent to its candidates.
    """
    report.problems.extend(batch.problems)
    report.findings.extend(map(str, batch.remarks))
    new = _new(batch.records, session=session, report=report)
    if new:
        states = {row.receivable.id: row.receivable for row in session.receivables()}
        counted = [payment.as_counted() for payment in new]
        matched = _matched(counted, config, session=session, states=states)
        absorbing = Absorbing(config.cash, states)
        owners = _owners(new, matched, states)
        received = [receipt_event(payment, owner=owners[payment.id]) for payment in new]
        changes, reviews = _written(
            counted,
            matched,
            applied=(Imputing(config, states), absorbing),
            states=states,
            as_of=as_of,
            review_days=review_days,
        )
        for payment in new:
            session.put_record("payment", payment.id, to_json(payment), owner=owners[payment.id])
        borne = list(absorbing.events())
        note_change(session, [*received, *changes, *(event for event, _ in borne)])
        report.findings.extend(said for _, said in borne)
        for item in reviews:
            session.put_review(item)
        report.payments += len(new)
        report.allocated += len(matched.found.allocations)
        report.unsure += len(matched.found.unsure)
    known = str(session.setting(KNOWN_ON) or "")
    session.put_setting(KNOWN_ON, max(known, (batch.complete_until or as_of).isoformat()))


def _new(records: Sequence[Payment], *, session: Session, report: PullReport) -> list[Payment]:
    """Return the payments not stored yet; one that changed under its id is a problem."""
    stored = known_payments(session, {payment.id for payment in records})
    seen: dict[str, Payment] = {}
    for payment in records:
        content = payment.amount, payment.received_on
        before = stored.get(payment.id)
        if before is None:
            stored[payment.id] = content
            seen[payment.id] = payment
        elif before == content:
            report.known += 1
        else:
            message = f"payment {payment.id} is here already with another amount or day"
            hint = "Ids are unique: check the source; the first was kept."
            report.problems.append(InputError(message, hint=hint))
    return sorted(seen.values(), key=lambda payment: (payment.received_on, payment.id))


def _matched(
    new: Sequence[Payment],
    config: Config,
    *,
    session: Session,
    states: Mapping[str, Receivable],
) -> Matched:
    """Match by invoice numbers; where a quoted number stays unread, by payment references too."""
    has_returns = any(payment.kind is PaymentKind.RETURN for payment in new)
    earlier = earlier_allocations(session) if has_returns else []
    own = [party.to_party() for party in config.parties.values()]
    items = open_items(session, states.values())
    across = config.cash.across
    matched = match_batch(new, items, own=own, earlier=earlier, across=across)
    certain = matched.certain()
    if not any(_quotes_something(one) for one in new if one.id not in certain):
        return matched
    referenced = with_references(session, items)
    if referenced == items:
        return matched
    return match_batch(new, referenced, own=own, earlier=earlier, across=across)


def _quotes_something(payment: Payment) -> bool:
    texts = payment.structured_reference, payment.reference, payment.end_to_end_id
    return any(sign.isdigit() for text in texts for sign in text)


def _written(
    new: Sequence[Payment],
    matched: Matched,
    *,
    applied: tuple[Imputing, Absorbing],
    states: Mapping[str, Receivable],
    as_of: date,
    review_days: int,
) -> tuple[list[NewEvent], list[ReviewItem]]:
    """Return the events and review items of a batch."""
    by_id = {payment.id: payment for payment in new}
    imputing, absorbing = applied
    changes: list[NewEvent] = []
    for allocation in matched.found.allocations:
        state = states[allocation.receivable_id]
        to_charges = imputing.of_allocation(allocation)
        payment = by_id[allocation.payment_id]
        changes.append(allocation_event(allocation, payment, state, to_charges=to_charges))
        if allocation.confidence is Confidence.CERTAIN:
            absorbing.note(allocation, payment, to_charges=to_charges)
    for back in matched.taken_back:
        state = states[back.receivable_id]
        changes.append(return_event(back, by_id[back.payment_id], state))
    reviews: list[ReviewItem] = []
    for waiting in matched.found.unsure:
        payment = by_id[waiting.payment_id]
        on = max(as_of, payment.received_on)
        until_on = on + timedelta(days=review_days)
        is_return = payment.kind is PaymentKind.RETURN
        reviews.append(unsure_review(waiting, opened_on=on, ask_on=until_on, is_return=is_return))
        if not is_return:
            stopped = [states[id] for id in waiting.candidates]
            changes += [stop_event(payment.id, s, on=on, until_on=until_on) for s in stopped]
    for unallocated in matched.found.unallocated:
        payment = by_id[unallocated.payment_id]
        own = [one for one in matched.found.allocations if one.payment_id == payment.id]
        paying, lost = imputing.of_surplus(unallocated, own)
        for one in paying:
            state, minor = states[one.receivable_id], one.amount.minor
            changes.append(allocation_event(one, payment, state, to_charges=minor))
        if lost is not None and lost.reason is not Ground.NO_MATCH:
            on = max(as_of, payment.received_on)
            is_return = payment.kind is PaymentKind.RETURN
            reviews.append(unallocated_review(lost, opened_on=on, is_return=is_return))
    return changes, reviews


def _owners(
    new: Sequence[Payment], matched: Matched, states: Mapping[str, Receivable]
) -> dict[str, str]:
    known = matched.owners({id: state.debtor_id for id, state in states.items()})
    return {payment.id: known.get(payment.id) or owner_of(payment.id) for payment in new}
