"""The open items of one reconciliation, and what is left of each.

Decides nothing; finds items by number, payer and amount without looking at all of them, and
lowers what is open as money is allocated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dunning_sdk.decisions.number_index import NumberIndex, ReadAs
from dunning_sdk.decisions.payer import Payer, PayerIndex
from dunning_sdk.decisions.settlement import OpenItem
from dunning_sdk.domain.payment import Payment

SUBSET_ITEMS_MAX: Final = 12


class OpenItems:
    """Items with their indexes; the only thing here that changes while matching.

    Args:
        items: With unique receivable ids, in any order.
    """

    def __init__(self, items: Iterable[OpenItem]) -> None:
        ordered = sorted(items, key=lambda item: item.receivable_id)
        self.items = {item.receivable_id: item for item in ordered}
        self.numbers = NumberIndex(
            (item.receivable_id, item.invoice_number, item.payment_reference) for item in ordered
        )
        self._payers = PayerIndex(
            (item.debtor_id, item.debtor_name, item.debtor_ibans) for item in ordered
        )
        self._left = {item.receivable_id: item.open_amount.minor for item in ordered}
        self._of_debtor: dict[str, list[str]] = {}
        self._of_amount: dict[tuple[str, int], set[str]] = {}
        for item in ordered:
            self._of_debtor.setdefault(item.debtor_id, []).append(item.receivable_id)
            money = item.open_amount
            self._of_amount.setdefault((money.currency, money.minor), set()).add(item.receivable_id)

    def left(self, id: str) -> int:
        """Return what is left of an item, in minor units."""
        return self._left[id]

    def sum_left(self, ids: Iterable[str]) -> int:
        """Return what is left of several items of one currency, in minor units."""
        return sum(self._left[id] for id in ids)

    def take(self, id: str, minor: int) -> None:
        """Lower what is left of an item."""
        currency, before = self.items[id].open_amount.currency, self._left[id]
        self._of_amount[currency, before].discard(id)
        self._left[id] = before - minor
        self._of_amount.setdefault((currency, before - minor), set()).add(id)

    def payer(self, payment: Payment) -> Payer:
        """Return who may have paid."""
        return self._payers.find(payment.payer_name, payment.payer_iban)

    def is_paid_by(self, payment: Payment, debtors: Iterable[str]) -> bool:
        """Tell whether a payer has just the name or an IBAN of one of these debtors."""
        name, iban = payment.payer_name, payment.payer_iban
        return any(self._payers.is_just(debtor, name, iban) for debtor in debtors)

    def debtors_of(self, ids: Iterable[str]) -> frozenset[str]:
        """Return who owes these items."""
        return frozenset(self.items[id].debtor_id for id in ids)

    def in_currency(self, ids: Iterable[str], payment: Payment) -> list[str]:
        """Return the items in a payment's currency, settled ones included, in the order given."""
        return [id for id in ids if self.items[id].open_amount.currency == payment.amount.currency]

    def of_debtors(self, debtors: Iterable[str], payment: Payment) -> list[str]:
        """Return the open items of debtors in a payment's currency, oldest due first."""
        ids = (id for debtor in debtors for id in self._of_debtor.get(debtor, ()))
        return self.oldest_first(id for id in self.in_currency(ids, payment) if self._left[id] > 0)

    def owes_other_currency(self, debtors: Iterable[str], payment: Payment) -> bool:
        """Tell whether debtors have open items in other currencies than a payment's."""
        ids = [id for debtor in debtors for id in self._of_debtor.get(debtor, ())]
        others = set(ids) - set(self.in_currency(ids, payment))
        return any(self._left[id] > 0 for id in others)

    def of_amount(self, payment: Payment) -> frozenset[str]:
        """Return the items of which exactly a payment's amount is open."""
        key = payment.amount.currency, payment.amount.minor
        return frozenset(self._of_amount.get(key, ()))

    def near(
        self, read: Iterable[ReadAs], payment: Payment, *, besides: Iterable[str] = ()
    ) -> list[str]:
        """Return items of exactly a payment's amount, one slip from a number read; sorted.

        Args:
            read: Numbers as a text has them.
            payment: Whose amount.
            besides: Items that are not looked for.
        """
        fitting = self.of_amount(payment).difference(besides)
        return sorted(self.numbers.near(read) & fitting) if fitting else []

    def oldest_first(self, ids: Iterable[str]) -> list[str]:
        """Return items by due date, issue date and id."""
        return sorted(ids, key=lambda id: (self.items[id].due_on, self.items[id].issued_on, id))


@dataclass(frozen=True, slots=True)
class Subset:
    """Which of some amounts add up to a sum.

    Attributes:
        places: Indexes of one that does, ascending; empty for none.
        is_unique: Whether no other does.
    """

    places: tuple[int, ...] = ()
    is_unique: bool = False


def adding_up(amounts: Sequence[int], total: int) -> Subset:
    """Find the amounts that add up to a total.

    Args:
        amounts: Positive minor units; of more than `SUBSET_ITEMS_MAX` only all together are
            tried, since with many items some would add up by chance.
        total: Positive minor units.

    >>> adding_up([100, 250, 70], 170)
    Subset(places=(0, 2), is_unique=True)
    >>> adding_up([100, 100], 100)
    Subset(places=(0,), is_unique=False)
    """
    whole = sum(amounts)
    if total == whole and amounts:
        return Subset(tuple(range(len(amounts))), is_unique=True)
    if total > whole or len(amounts) > SUBSET_ITEMS_MAX:
        return Subset()
    middle = len(amounts) // 2
    left = sums(amounts[:middle])
    right: dict[int, list[int]] = {}
    for mask, reached in enumerate(sums(amounts[middle:])):
        right.setdefault(reached, []).append(mask)
    found = [
        mask | other << middle
        for mask, reached in enumerate(left)
        for other in right.get(total - reached, ())
    ]
    if not found:
        return Subset()
    first = min(found)
    places = tuple(place for place in range(len(amounts)) if first >> place & 1)
    return Subset(places, is_unique=len(found) == 1)


def sums(amounts: Sequence[int]) -> list[int]:
    """Return the sum of every subset; bit ``i`` of an index tells whether ``amounts[i]`` is in."""
    sums = [0]
    for amount in amounts:
        sums += [reached + amount for reached in sums]
    return sums
