"""Make one value of the outputs that a table collects.

Decides what a sum, a least and a greatest value are (DMN 1.5, 8.2.8, collect). Leaves to `table`
when they are asked for.

>>> total([Decimal("0.1"), Decimal("0.2")]), total([])
(Decimal('0.3'), None)
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from typing import Any

from dunning_sdk.feel.values import NUMBERS


def total(values: Sequence[Any]) -> Decimal | None:
    """Return the sum of numbers, in the arithmetic of FEEL; ``None`` of none.

    Raises:
        TypeError: A value is no number.
    """
    if any(not isinstance(value, Decimal) for value in values):
        raise TypeError
    return reduce(NUMBERS.add, values) if values else None


def least(values: Sequence[Any]) -> Any:  # noqa: ANN401 - a FEEL value
    """Return the least of values of one ordered type; ``None`` of none.

    Raises:
        TypeError: The values are not ordered.
    """
    return min(values) if values else None


def greatest(values: Sequence[Any]) -> Any:  # noqa: ANN401 - a FEEL value
    """Return the greatest of values of one ordered type; ``None`` of none.

    Raises:
        TypeError: The values are not ordered.
    """
    return max(values) if values else None
