"""Bring payments in from a CSV file: a bank's export, or a ledger with a column of settlements.

Decides how a row makes a payment, and how one without an id is recognized when the file is read
again. Which invoice it pays is left to `decisions.reconciliation`.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from dunning_sdk.connectors.csv_mapping import CsvPaymentMapping
from dunning_sdk.connectors.csv_reader import read_csv
from dunning_sdk.connectors.csv_row import Row, rows_of
from dunning_sdk.connectors.interface import Batch, PaymentSource
from dunning_sdk.connectors.local_file import read_bytes
from dunning_sdk.connectors.movement_id import movement_id
from dunning_sdk.domain.exchange import Exchange
from dunning_sdk.domain.money import Money, parse_amount
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import DomainError, InputError

_CONNECTOR: Final = "csv-payments"


@dataclass(frozen=True, slots=True)
class CsvPaymentSource(PaymentSource):
    """Payments, one per row of a CSV file.

    Attributes:
        path: The file.
        mapping: How it is written.
    """

    path: Path
    mapping: CsvPaymentMapping

    def fetch(self) -> Batch[Payment]:
        """Return every sound payment, and one problem per row that is none.

        Rows without a date are passed over: in a ledger they are invoices not settled yet.

        Raises:
            ConnectorError: The file cannot be read.
            ConfigError: A declared column is not in the file.
        """
        content = read_bytes(self.path, connector=_CONNECTOR)
        return read_payments(content, self.mapping, source=self.path.name)


def read_payments(content: bytes, mapping: CsvPaymentMapping, *, source: str) -> Batch[Payment]:
    """Return the payments in the content of a CSV file.

    Args:
        content: The file.
        mapping: How it is written.
        source: Its label, for messages.

    Raises:
        ConfigError: A declared column is not in the header.
    """
    table = read_csv(content, mapping, source=source)
    reader = _Reader(mapping=mapping, alike=Counter(), first_lines={})
    records: list[Payment] = []
    problems = list(table.problems)
    for row in rows_of(table, mapping):
        try:
            payment = reader.to_domain(row)
        except InputError as problem:
            problems.append(problem)
            continue
        if payment is not None:
            records.append(payment)
    problems.sort(key=lambda problem: problem.line or 0)
    return Batch(
        records=tuple(records),
        problems=tuple(problems),
        complete_until=_complete_until(mapping, records),
    )


def _complete_until(mapping: CsvPaymentMapping, records: list[Payment]) -> date | None:
    if mapping.complete_until == "latest-payment":
        return max((payment.received_on for payment in records), default=None)
    return mapping.complete_until


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What must be remembered while one file is read: equal rows, and ids that were seen."""

    mapping: CsvPaymentMapping
    alike: Counter[str]
    first_lines: dict[str, int]

    def to_domain(self, row: Row) -> Payment | None:
        received_on = row.day("received_on")
        if received_on is None:
            return None
        amount = row.money("amount", row.currency())
        if amount is None:
            raise row.fault("amount", "is empty", "Fill it in")
        kind = _kind(row)
        if amount.minor <= 0:
            if self.mapping.negative == "skip":
                return None
            kind = self._kind_below_zero(row, amount)
        payment = Payment(
            id="",
            received_on=received_on,
            amount=abs(amount),
            kind=kind,
            payer_name=row.text("payer_name"),
            payer_iban=row.iban("payer_iban"),
            reference=row.text("reference"),
            structured_reference=row.text("structured_reference"),
            end_to_end_id=row.text("end_to_end_id"),
            account_iban=row.iban("account_iban"),
            returns=row.text("returns"),
            exchange=_exchange(row, received_on),
        )
        return self._identified(row, payment)

    def _kind_below_zero(self, row: Row, amount: Money) -> PaymentKind:
        if amount.minor == 0:
            raise row.fault("amount", "is zero", "Remove the row, or correct its amount")
        if self.mapping.negative == "refuse":
            hint = "Say in 'negative' whether to skip such rows or to read them as returns"
            raise row.fault("amount", "is negative", hint)
        return PaymentKind.RETURN

    def _identified(self, row: Row, payment: Payment) -> Payment:
        given = row.text("id")
        if not given:
            return replace(payment, id=movement_id("csv", payment, alike=self.alike))
        first_line = self.first_lines.setdefault(given, row.raw.line)
        if first_line != row.raw.line:
            hint = "Remove one of them, or correct its id"
            raise row.fault("id", f"stands on line {first_line} already", hint)
        return replace(payment, id=given)


def _exchange(row: Row, received_on: date) -> Exchange | None:
    """Return the rate a row states; its day is that of the payment where none is written."""
    text = row.text("rate")
    if not text:
        return None
    try:
        rate = parse_amount(text, decimal_mark=row.mapping.decimal_mark)
        return Exchange(
            rate=rate,
            currency=row.currency("rate_currency"),
            source=row.needed("rate_source"),
            on=row.day("rate_on") or received_on,
        )
    except DomainError as exc:
        raise row.fault("rate", exc.message, exc.hint or "Correct it") from exc


def _kind(row: Row) -> PaymentKind:
    word = row.text("kind").casefold().replace(" ", "_").replace("-", "_")
    if not word:
        return PaymentKind.CREDIT_TRANSFER
    try:
        return PaymentKind(word)
    except ValueError:
        hint = f"Use one of {', '.join(kind.value for kind in PaymentKind)}"
        raise row.fault("kind", "is not a kind of payment", hint) from None
