"""From events to the state of a receivable.

`fold` is the only reading of a receivable's events: events after the date asked for are unseen,
and only clear headers are read, never sealed payloads.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.charge import Charge, ChargeKind, Movement, MovementKind
from dunning_sdk.domain.event import Event
from dunning_sdk.domain.fold_stop import came_back, came_in, lift_stop, place_stop
from dunning_sdk.domain.header import day_in, fault, needed_day_in, number_in, text_in, word_in
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable

OWN: Final = "receivable."


def fold(stream: Iterable[Event], *, as_of: date | None = None) -> Receivable | None:
    """Return the state a receivable's events lead to.

    Args:
        stream: Events of one receivable; any order, sorted here by day, then sequence. Events
            of a host, whose types do not begin with ``receivable.``, change nothing.
        as_of: Events after this day are unseen; ``None`` folds all.

    Returns:
        The state, or ``None`` if the receivable was not opened by then.

    Raises:
        DomainError: The first event is not an opening or another one is, a type is unknown, or
            a header lacks a value or has a wrong one.
    """
    state: Receivable | None = None
    for happened in sorted(stream, key=lambda item: (item.on, item.seq)):
        if as_of is not None and happened.on > as_of:
            break
        if happened.type.startswith(OWN):
            state = applied(state, happened)
    return state


def applied(state: Receivable | None, happened: Event) -> Receivable:
    """Return the state after one event of the receivable's own; errors as in `fold`."""
    if happened.type == events.OPENED and state is None:
        return _open(happened)
    if happened.type == events.OPENED:
        raise fault(happened, "opens it again")
    if state is None:
        raise fault(happened, "comes before it was opened")
    apply = _APPLY.get(happened.type)
    if apply is None:
        raise fault(happened, f"is of the unknown type {happened.type}")
    return replace(apply(state, happened), last_event_on=happened.on)


def _open(happened: Event) -> Receivable:
    return Receivable(
        id=happened.stream.id,
        invoice_number=text_in(happened, "invoice"),
        debtor_id=text_in(happened, "debtor"),
        creditor_id=text_in(happened, "creditor"),
        kind=text_in(happened, "kind") or "invoice",
        part_of=text_in(happened, "part_of"),
        amount=Money(number_in(happened, "amount_minor"), text_in(happened, "currency")),
        issued_on=needed_day_in(happened, "issued_on"),
        due_on=needed_day_in(happened, "due_on"),
        entered_on=happened.on,
        payee=text_in(happened, "payee") or "creditor",
        financier_id=text_in(happened, "financier"),
        contract_kind=text_in(happened, "contract_kind"),
        reminders=happened.header.get("reminders") is not False,
        channel=text_in(happened, "channel"),
        imported_level=number_in(happened, "level"),
        imported_notice_on=day_in(happened, "last_notice_on"),
        cycle_started_on=happened.on,
        last_event_on=happened.on,
    )


def _change_due(state: Receivable, happened: Event) -> Receivable:
    due_on = needed_day_in(happened, "due_on")
    if due_on <= state.due_on:
        return replace(state, due_on=due_on)
    return replace(state, due_on=due_on, cycle=state.cycle + 1, cycle_started_on=happened.on)


def _switch_reminders(state: Receivable, happened: Event) -> Receivable:
    return replace(state, reminders=happened.header.get("reminders") is True)


def _choose_channel(state: Receivable, happened: Event) -> Receivable:
    return replace(state, channel=text_in(happened, "channel"))


def _assign_book(state: Receivable, happened: Event) -> Receivable:
    return replace(state, book_hash=text_in(happened, "book"))


def _allocate(state: Receivable, happened: Event) -> Receivable:
    """Let money pay the charges it is said to pay, and the principal with the rest."""
    to_charges = number_in(happened, "to_charges_minor")
    minor = number_in(happened, "amount_minor") - to_charges
    after = _charges_paid(state, to_charges)
    after = replace(after, paid_minor=state.paid_minor + minor)
    credited_on = day_in(happened, "received_on") or happened.on
    return _moved(came_in(after, credited_on, minor), MovementKind.PAID, credited_on, minor)


def _return_payment(state: Receivable, happened: Event) -> Receivable:
    """Let returned money be owed again: the principal first, then charges it had paid.

    What the creditor bore of it is owed again too: the payment was not made.
    """
    was_closed = state.open_amount.minor == 0
    minor = number_in(happened, "amount_minor")
    of_charges = sum(charge.paid_minor for charge in state.charges)
    of_principal = minor - min(max(minor - state.paid_minor, 0), of_charges)
    after = _charges_paid(state, of_principal - minor)
    absorbed = state.absorbed_minor
    after = replace(after, paid_minor=state.paid_minor - of_principal, absorbed_minor=0)
    after = came_back(after, of_principal)
    after = _moved(after, MovementKind.RETURNED, happened.on, of_principal + absorbed)
    if was_closed and after.open_amount.minor > 0:
        return replace(after, cycle=state.cycle + 1, cycle_started_on=happened.on)
    return after


def _credit(state: Receivable, happened: Event) -> Receivable:
    minor = number_in(happened, "amount_minor")
    after = replace(state, credited_minor=state.credited_minor + minor)
    after = came_in(after, happened.on, minor, credited=True)
    return _moved(after, MovementKind.CREDITED, happened.on, minor)


def _settle_difference(state: Receivable, happened: Event) -> Receivable:
    minor = min(number_in(happened, "amount_minor"), state.open_amount.minor)
    after = replace(state, absorbed_minor=state.absorbed_minor + minor)
    return _moved(after, MovementKind.CREDITED, happened.on, minor)


def _moved(state: Receivable, kind: MovementKind, on: date, minor: int) -> Receivable:
    if minor <= 0:
        return state
    movement = Movement(kind=kind, on=on, minor=minor)
    return replace(state, movements=(*state.movements, movement))


def _charges_paid(state: Receivable, minor: int) -> Receivable:
    """Spread money over the charges in their order, or take it back from the last one on."""
    for kind in ChargeKind if minor > 0 else reversed(ChargeKind):
        charge = state.charge(kind)
        change = min(minor, charge.open_minor) if minor > 0 else max(minor, -charge.paid_minor)
        if change:
            state = _with_charge(state, replace(charge, paid_minor=charge.paid_minor + change))
        minor -= change
    return state


def _with_charge(state: Receivable, charge: Charge) -> Receivable:
    charges = {one.kind: one for one in state.charges} | {charge.kind: charge}
    return replace(state, charges=tuple(charges.values()))


def _assess(state: Receivable, happened: Event) -> Receivable:
    charge = state.charge(word_in(happened, "charge", ChargeKind))
    until_on = day_in(happened, "until_on") or charge.until_on
    minor = charge.assessed_minor + number_in(happened, "amount_minor")
    return _with_charge(state, replace(charge, assessed_minor=minor, until_on=until_on))


def _waive(state: Receivable, happened: Event) -> Receivable:
    charge = state.charge(word_in(happened, "charge", ChargeKind))
    minor = charge.waived_minor + number_in(happened, "amount_minor")
    is_waived = charge.is_waived or happened.header.get("for_good") is True
    return _with_charge(state, replace(charge, waived_minor=minor, is_waived=is_waived))


def _change_act(state: Receivable, happened: Event) -> Receivable:
    act = ActRecord(
        act_id=text_in(happened, "act"),
        step_id=text_in(happened, "step"),
        procedure_id=text_in(happened, "procedure"),
        level=number_in(happened, "level"),
        cycle=number_in(happened, "cycle"),
        occurrence=number_in(happened, "occurrence") or 1,
        attempt=number_in(happened, "attempt") or 1,
        legal_effect=happened.header.get("legal_effect") is True,
        is_notice=happened.header.get("is_notice") is not False,
        status=word_in(happened, "status", ActStatus),
        on=happened.on,
    )
    acts = {known.act_id: known for known in state.acts} | {act.act_id: act}
    return replace(state, acts=tuple(acts.values()))


def _reassign(state: Receivable, happened: Event) -> Receivable:
    """Give a receivable to a financier as it was issued, or back: another book applies."""
    return replace(
        state,
        financier_id=text_in(happened, "financier"),
        contract_kind=text_in(happened, "contract_kind"),
        payee="creditor",
        book_hash="",
        cycle=state.cycle + 1,
        cycle_started_on=happened.on,
    )


_APPLY: Final[Mapping[str, Callable[[Receivable, Event], Receivable]]] = MappingProxyType(
    {
        events.DUE_CHANGED: _change_due,
        events.REMINDERS_SWITCHED: _switch_reminders,
        events.CHANNEL_CHOSEN: _choose_channel,
        events.BOOK_ASSIGNED: _assign_book,
        events.PAYMENT_ALLOCATED: _allocate,
        events.PAYMENT_RETURNED: _return_payment,
        events.CREDITED: _credit,
        events.DIFFERENCE_SETTLED: _settle_difference,
        events.STOP_PLACED: place_stop,
        events.STOP_LIFTED: lift_stop,
        events.ACT_CHANGED: _change_act,
        events.CHARGE_ASSESSED: _assess,
        events.CHARGE_WAIVED: _waive,
        events.ASSIGNED: _reassign,
        events.HANDED_BACK: _reassign,
    }
)
