"""What every reader of bank statements answers.

Decides how whole several statements are together; what the bank's words mean is left to `camt`
and `mt940_statement`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.domain.payment import Payment
from dunning_sdk.errors import InputError

_NO_REFERENCE: Final = frozenset(("NONREF", "NOTPROVIDED", "NOT PROVIDED", "NONE"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of one account.

    Attributes:
        account: The account as the bank writes it; only tells accounts apart.
        payments: Booked credits, and returns of earlier ones, in their order.
        problems: One per entry, or per statement, that cannot be read.
        skipped: Entries passed over: debits that return nothing, and what is not booked.
        complete_until: Day of the closing balance; ``None`` where the statement has none, or
            where part of it cannot be read.
    """

    account: str
    payments: tuple[Payment, ...] = ()
    problems: tuple[InputError, ...] = ()
    skipped: int = 0
    complete_until: date | None = None


def complete_until(statements: Iterable[Statement]) -> date | None:
    """Return the last day for which the statements are known to be whole.

    Source:
        House rule: per account its latest closing day; of several accounts the earliest of
        those, and none where an account has no closing day at all.
    """
    latest: dict[str, date | None] = {}
    for statement in statements:
        days = (latest.get(statement.account), statement.complete_until)
        latest[statement.account] = max((day for day in days if day), default=None)
    closings = [day for day in latest.values() if day is not None]
    return min(closings) if closings and len(closings) == len(latest) else None


def known_reference(text: str) -> str:
    """Return a reference, or nothing where it only says that there is none."""
    folded = " ".join(text.split())
    return "" if folded.upper() in _NO_REFERENCE else folded
