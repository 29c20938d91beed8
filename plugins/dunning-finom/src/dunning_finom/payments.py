"""Read the statements Finom exported: camt.053, camt.054, MT940, or CSV as it is declared.

Decides what may stand beside what: a movement of a bank statement and the same movement of a CSV
export have nothing in common by which they could be told to be one, so both kinds together are
refused. Reading one file is left to the package's own readers.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from dunning_sdk.connectors.csv_mapping import CsvPaymentMapping
from dunning_sdk.connectors.csv_payments import read_payments
from dunning_sdk.connectors.interface import Batch, PaymentSource
from dunning_sdk.connectors.statement import Statement, complete_until
from dunning_sdk.connectors.statement_files import read_statements
from dunning_sdk.domain.payment import Payment
from dunning_sdk.errors import InputError

from dunning_finom.exports import exports
from dunning_finom.options import CSV

_SUFFIX: Final = ".csv"


class FinomPayments(PaymentSource):
    """Payments from exported statements.

    Args:
        path: Folder or one file.
        pattern: Which files of the folder.
        mapping: How CSV exports are written; ``None`` where nobody declared it.
    """

    def __init__(
        self, path: Path, pattern: str = "**/*", *, mapping: CsvPaymentMapping | None = None
    ) -> None:
        self._path = path
        self._pattern = pattern
        self._mapping = mapping

    def fetch(self) -> Batch[Payment]:
        """Return every payment once, also where exports overlap.

        How whole they are is not known where a file cannot be read.

        Raises:
            ConnectorError: The file or folder cannot be opened.
            ConfigError: A declared column is not in a CSV export, or lxml or mt-940 is missing.
        """
        problems: list[InputError] = []
        files = list(exports(self._path, self._pattern, problems))
        statements = list(_statements(files, problems))
        sheets = [(label, content) for label, content in files if _is_csv(label)]
        batches = list(self._sheets(sheets, beside=bool(statements), problems=problems))
        days = [batch.complete_until for batch in batches if batch.complete_until]
        whole = complete_until(statements) if statements else max(days, default=None)
        unread = bool(problems)
        problems.extend(problem for one in statements for problem in one.problems)
        problems.extend(problem for one in batches for problem in one.problems)
        payments = _once((*(one.payments for one in statements), *(one.records for one in batches)))
        return Batch(
            records=payments,
            problems=tuple(problems),
            complete_until=None if unread else whole,
        )

    def _sheets(
        self, sheets: Iterable[tuple[str, bytes]], *, beside: bool, problems: list[InputError]
    ) -> Iterator[Batch[Payment]]:
        """Yield what CSV exports hold; those that cannot be read, or may not, are problems."""
        for label, content in sheets:
            if beside:
                what = "is CSV beside bank statements, and would count the same money twice"
                hint = "It was not read; keep one kind of export in this folder"
                problems.append(InputError(what, hint=hint, source=label))
            elif self._mapping is None:
                what = "is CSV, and nobody declared its columns"
                hint = f"Declare them in {CSV}, or export a bank statement instead"
                problems.append(InputError(what, hint=hint, source=label))
            else:
                yield read_payments(content, self._mapping, source=label)


def _statements(
    files: Iterable[tuple[str, bytes]], problems: list[InputError]
) -> Iterator[Statement]:
    for label, content in files:
        if _is_csv(label):
            continue
        try:
            yield from read_statements(content, source=label)
        except InputError as problem:
            problems.append(problem)


def _once(batches: Iterable[tuple[Payment, ...]]) -> tuple[Payment, ...]:
    found: dict[str, Payment] = {}
    for payments in batches:
        for payment in payments:
            found.setdefault(payment.id, payment)
    return tuple(found.values())


def _is_csv(label: str) -> bool:
    return label.lower().endswith(_SUFFIX)
