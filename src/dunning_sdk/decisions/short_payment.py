"""What a payment lacks because banks on the way kept it, and the creditor bears.

Decides only how much; that it is posted to bank charges, and never asked of the debtor, follows
from the event the engine writes.

>>> paid, left, most = Money(990_00, "EUR"), Money(10_00, "EUR"), Money(15_00, "EUR")
>>> str(borne_by_creditor(paid, left=left, most=most))
'10.00 EUR'
>>> borne_by_creditor(Money(50_00, "EUR"), left=left, most=most) is None
True
"""

from typing import Final

from dunning_sdk.domain.money import Money

SHARE_MIN: Final = 10
"""What is missing is at most one part in so many of what came."""


def borne_by_creditor(paid: Money, *, left: Money, most: Money | None) -> Money | None:
    """Return what is missing of a payment and counts as the banks' charges.

    Args:
        paid: What came for one receivable, charges asked for not counted.
        left: What is open of it afterwards, in the same currency.
        most: The tolerance stated for that currency; ``None`` for none.

    Returns:
        All that is left, or ``None`` where it is nothing, above the tolerance, or more than a
        tenth of what came: that is a part payment.

    Source:
        House rule.
    """
    if most is None or left.minor <= 0:
        return None
    is_small = left <= most and left.minor * SHARE_MIN <= paid.minor
    return left if is_small else None
