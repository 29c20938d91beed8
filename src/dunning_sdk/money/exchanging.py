"""Money in another currency than the receivable's: counted at a stated rate, else refused.

Decides what must be stated, and how far what is settled may differ from what was converted.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.exchange import Exchange
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import CurrencyMismatchError, DomainError, InvalidTransitionError
from dunning_sdk.installation.cash_config import CashConfig
from dunning_sdk.records.entry import Record

_STATED: Final = ("rate", "rate_on", "rate_source", "settles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What money counts for.

    Attributes:
        amount: In the receivable's currency.
        difference: What the creditor loses by the rate; below zero what he gains.
        exchange: The rate stated; ``None`` where none was needed.
    """

    amount: Money
    difference: Money
    exchange: Exchange | None = None

    @property
    def settles(self) -> Money:
        """Return how much of the receivable it settles."""
        return self.amount + self.difference


def counted(paid: Money, state: Receivable, entry: Record, cash: CashConfig) -> Counted:
    """Return what an amount counts for on a receivable.

    Args:
        paid: As it came.
        state: What it is for.
        entry: May state ``rate``, ``rate_source``, ``rate_on`` and ``settles``.
        cash: How large a difference may be.

    Raises:
        CurrencyMismatchError: Another currency and no rate; says what to state.
        DomainError: A rate that is not needed, incomplete or of a later day.
        InvalidTransitionError: What is to be settled differs by more than the limit.
    """
    currency = state.amount.currency
    stated = [key for key in _STATED if entry.values.get(key) not in (None, "")]
    if paid.currency == currency:
        if stated:
            message = f"Receivable {state.id} is in {currency} too: there is nothing to convert"
            raise DomainError(message, hint=f"Leave out {', '.join(stated)}.")
        return Counted(amount=paid, difference=Money(0, currency))
    if "rate" not in stated:
        message = f"Receivable {state.id} is in {currency}, not {paid.currency}"
        hint = f"State rate=… ({currency} for one {paid.currency}), rate_source=… and rate_on=…."
        raise CurrencyMismatchError(message, hint=hint)
    exchange = _exchange(entry, currency)
    amount = exchange.convert(paid)
    settles: Money = entry.values.get("settles") or amount
    difference = settles - amount
    most = int(amount.minor * cash.exchange_difference_share)
    if abs(difference.minor) > most:
        message = f"{paid} is {amount} at the rate stated; {settles} differs by {abs(difference)}"
        hint = f"At most {Money(most, currency)}: [cash] exchange_difference_pct."
        raise InvalidTransitionError(message, hint=hint)
    return Counted(amount=amount, difference=difference, exchange=exchange)


def exchange_header(exchange: Exchange | None, paid: Money) -> dict[str, JsonValue]:
    """Return what an event keeps of a rate that was stated; nothing where there is none."""
    if exchange is None:
        return {}
    return {
        "paid_minor": paid.minor,
        "paid_currency": paid.currency,
        "rate": str(exchange.rate),
        "rate_source": exchange.source,
        "rate_on": exchange.on.isoformat(),
    }


def _exchange(entry: Record, currency: str) -> Exchange:
    source, on = str(entry.values.get("rate_source") or ""), entry.values.get("rate_on")
    if not source or not isinstance(on, date):
        message = "A rate of exchange needs its source and its day"
        raise DomainError(message, hint="Add rate_source=… and rate_on=….")
    if on > entry.on:
        raise DomainError(f"The rate is of {on}, after {entry.on}", hint="Correct rate_on.")
    try:
        rate = Decimal(str(entry.values.get("rate")))
    except InvalidOperation as problem:
        raise DomainError("The rate is not a number", hint="Write it like 0.9213.") from problem
    return Exchange(rate=rate, currency=currency, source=source, on=on)
