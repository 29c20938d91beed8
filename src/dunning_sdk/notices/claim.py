"""What a notice says about charges: each stretch of days that bears interest, and the sources.

Records only; the engine fills them from what was decided, the layouts print them.

>>> cited("Code de commerce, article D441-5 (read somewhere)")
'Code de commerce, article D441-5'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dunning_sdk.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestLine:
    """Days that bear one rate on one principal.

    Attributes:
        invoice_number: BT-1 of the invoice.
        first_on: First day that bears interest.
        last_on: Last day that does.
        days: How many there are.
        principal: Open on these days.
        rate: Fraction per year of 365 days.
        amount: Interest of these days, rounded half up.
        source: Where the rate comes from, the rule first.
    """

    invoice_number: str
    first_on: date
    last_on: date
    days: int
    principal: Money
    rate: Decimal
    amount: Money
    source: str


def cited(source: str) -> str:
    """Return a source without remarks on where it was read."""
    return source.split(" (")[0].split("; ")[0].strip()
