"""Payments from what a bank booked on one account.

Decides how far back is read, and that one movement which is not as expected is a problem of its
own.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Protocol

from dunning_sdk.connectors.interface import Batch, PaymentSource
from dunning_sdk.connectors.payload import as_problem, new_fields, read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.payment import Payment
from dunning_sdk.errors import ConnectorInvalidError, InputError

from dunning_psd2.movement import Movement


class Statement(Protocol):
    """What lists the movements of one account."""

    def booked(self, since: date) -> Iterator[Any]:
        """Yield every movement booked since a day, as it came."""


class BankPayments(PaymentSource):
    """Reads what came in on one account.

    Args:
        statement: Of the account.
        name: Of the source, for ids and messages.
        iban: Of the account.
        days: How many days back.
        timing: Clock.
    """

    def __init__(
        self, statement: Statement, *, name: str, iban: str, days: int, timing: Timing | None = None
    ) -> None:
        self._statement = statement
        self._name = name
        self._iban = iban
        self._days = days
        self._timing = timing or Timing()

    def fetch(self) -> Batch[Payment]:
        """Return every booked movement that brought money or took it back.

        Raises:
            ConnectorError: The account could not be read to the end; nothing was brought.
        """
        since = self._timing.now().date() - timedelta(days=self._days)
        problems: list[InputError] = []
        movements: list[Movement] = []
        payments: list[Payment] = []
        alike: Counter[str] = Counter()
        for data in self._statement.booked(since):
            try:
                movement = self._read(data)
                movements.append(movement)
                if movement.is_payment:
                    payments.append(movement.payment(name=self._name, iban=self._iban, alike=alike))
            except InputError as problem:
                problems.append(problem)
        remarks = new_fields(movements, connector=self._name, what="movement")
        return Batch(records=tuple(payments), problems=tuple(problems), remarks=remarks)

    def _read(self, data: object) -> Movement:
        known = data.get("transactionId") if isinstance(data, dict) else None
        label = f"movement {known}" if known else "a movement"
        try:
            return read_payload(Movement, data, connector=self._name, what=label)
        except ConnectorInvalidError as exc:
            source = f"{self._name}:{known}" if known else self._name
            raise as_problem(exc, source=source) from exc
