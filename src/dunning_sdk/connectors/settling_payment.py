"""One payment for each movement of money, whatever number of invoices it settles.

Decides how a payment says which invoices an outside system matched it to: their numbers stand
before its own text, and reconciliation goes by them.

>>> from datetime import date
>>> from dunning_sdk.domain.money import Money
>>> paid = Payment(
...     id="bank:7", received_on=date(2026, 3, 1), amount=Money(9_00, "EUR"), reference="VIR"
... )
>>> [payment.reference for payment in one_for_each([("F-1", paid), ("F-2", paid)])]
['F-1 F-2 VIR']
"""

from collections.abc import Iterable
from dataclasses import replace

from dunning_sdk.domain.payment import Payment


def one_for_each(settled: Iterable[tuple[str, Payment]]) -> tuple[Payment, ...]:
    """Return each payment once, in the order in which it first came.

    Args:
        settled: Number of an invoice, and a payment that settles it, whole or in part. The same
            payment comes with each of its invoices; its structured reference is kept only where
            there is one.
    """
    numbers: dict[str, list[str]] = {}
    found: dict[str, Payment] = {}
    for number, payment in settled:
        found.setdefault(payment.id, payment)
        numbers.setdefault(payment.id, []).append(number)
    return tuple(_naming(payment, numbers[id]) for id, payment in found.items())


def _naming(payment: Payment, numbers: list[str]) -> Payment:
    reference = " ".join((*numbers, payment.reference)).strip()
    structured = payment.structured_reference if len(numbers) == 1 else ""
    return replace(payment, reference=reference, structured_reference=structured)
