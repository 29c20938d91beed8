"""Differences the creditor bears: bank charges on the way, and exchange.

Decides which payments are looked at for them; how much is borne is decided by
`decisions.short_payment`. What is borne settles the receivable and is never asked for.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from dunning_sdk.decisions.short_payment import borne_by_creditor
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import NewEvent
from dunning_sdk.domain.ledger import EntryKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Allocation, Payment, PaymentKind
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.installation.cash_config import CashConfig
from dunning_sdk.records.entry import event_of


class Absorbing:
    """Finds what banks kept, over the payments of one batch.

    Args:
        cash: Whose tolerance.
        states: Receivables by id, before any of the money.
    """

    def __init__(self, cash: CashConfig, states: Mapping[str, Receivable]) -> None:
        self._cash = cash
        self._states = states
        self._paid: dict[str, int] = {}
        self._last: dict[str, Payment] = {}
        self._charged: set[str] = set()

    def note(self, allocation: Allocation, payment: Payment, *, to_charges: int) -> None:
        """Note what a payment surely paid; one that paid interest first lacks nothing."""
        id = allocation.receivable_id
        self._paid[id] = self._paid.get(id, 0) + allocation.amount.minor - to_charges
        self._last[id] = payment
        if to_charges:
            self._charged.add(id)

    def events(self) -> Iterator[tuple[NewEvent, str]]:
        """Yield what the creditor bears, each with the line that says so."""
        for id, payment in self._last.items():
            state, paid = self._states[id], self._paid[id]
            kept = self.kept_by_banks(state, payment, paid)
            if kept is not None and id not in self._charged:
                said = f"{id}: payment {payment.id} is {kept} short, within [cash]: bank charges"
                yield difference_event(state, payment.id, kept, on=payment.received_on), said

    def kept_by_banks(self, state: Receivable, payment: Payment, paid_minor: int) -> Money | None:
        """Return what is missing of a receivable after a payment and counts as bank charges."""
        if payment.kind is not PaymentKind.CREDIT_TRANSFER:
            return None
        currency = state.amount.currency
        paid = Money(paid_minor, currency)
        most = self._cash.tolerance(currency)
        return borne_by_creditor(paid, left=state.open_amount - paid, most=most)


def difference_event(
    state: Receivable,
    payment_id: str,
    amount: Money,
    *,
    on: date,
    ground: EntryKind = EntryKind.BANK_CHARGES,
) -> NewEvent:
    """Return the event that the creditor bears a difference.

    Args:
        state: The receivable it is about.
        payment_id: The payment that differs.
        amount: What he loses; below zero what he gains.
        on: Day of the payment.
        ground: ``BANK_CHARGES`` or ``EXCHANGE_DIFFERENCE``.
    """
    return event_of(
        state.id,
        events.DIFFERENCE_SETTLED,
        max(on, state.entered_on),
        {"payment": payment_id, "amount_minor": amount.minor, "ground": ground.value},
    )
