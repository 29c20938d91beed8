"""What ISO 20022 bank transaction codes say of a movement.

Decides which codes mean that an earlier payment was taken back, and how money that came in moved.

>>> "UPDD" in RETURNS, moved("IDDT").value, moved("RCDT").value
(True, 'direct_debit', 'credit_transfer')
"""

from typing import Final

from dunning_sdk.domain.payment import PaymentKind

RETURNS: Final = frozenset(("UPDD", "PRDD", "RCDD", "RRTN", "UPCQ"))
"""Sub-families: unpaid, reversed or recalled direct debit, returned credit transfer, unpaid cheque.

Source:
    ISO 20022 external code sets, bank transaction codes.
"""


def moved(family: str) -> PaymentKind:
    """Return how money that came in moved, by the family of its code."""
    if family == "IDDT":
        return PaymentKind.DIRECT_DEBIT
    if family in ("MCRD", "CCRD"):
        return PaymentKind.CARD
    return PaymentKind.CREDIT_TRANSFER
