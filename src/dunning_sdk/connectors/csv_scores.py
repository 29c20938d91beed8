"""Bring the payment scores of an outside agency in from a CSV file.

Decides how a row makes a score. Agencies sell them as files or by an interface of their own; a
connector to one stands on the same port. Whose debtor a company is is left to the engine.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from dunning_sdk.connectors.csv_mapping import CsvScoreMapping
from dunning_sdk.connectors.csv_reader import read_csv
from dunning_sdk.connectors.csv_row import Row, rows_of
from dunning_sdk.connectors.interface import Batch
from dunning_sdk.connectors.local_file import read_bytes
from dunning_sdk.connectors.one_by_one import sound
from dunning_sdk.connectors.score import AgencyScore, ScoreSource

_CONNECTOR: Final = "csv-scores"


@dataclass(frozen=True, slots=True)
class CsvScoreSource(ScoreSource):
    """Scored companies, one per row of a CSV file.

    Attributes:
        path: The file.
        mapping: How it is written.
    """

    path: Path
    mapping: CsvScoreMapping

    def fetch(self, registrations: tuple[str, ...]) -> Batch[AgencyScore]:
        """Return every sound row, whoever was asked about, and one problem per row that is none.

        Args:
            registrations: Not looked at: the file says what it says.

        Raises:
            ConnectorError: The file cannot be read.
            ConfigError: A declared column is not in the file.
        """
        content = read_bytes(self.path, connector=_CONNECTOR)
        table = read_csv(content, self.mapping, source=self.path.name)
        problems = list(table.problems)
        records = sound(rows_of(table, self.mapping), _to_domain, problems)
        problems.sort(key=lambda problem: problem.line or 0)
        return Batch(records=tuple(records), problems=tuple(problems))


def _to_domain(row: Row) -> AgencyScore:
    dated_on = row.day("dated_on")
    if dated_on is None:
        raise row.fault("dated_on", "is empty", "Give the day the agency dates it")
    return AgencyScore(
        registration="".join(row.needed("registration").split()),
        value=_number(row, "value"),
        worst=_number(row, "worst"),
        best=_number(row, "best"),
        source=row.needed("source"),
        dated_on=dated_on,
        valid_until=row.day("valid_until"),
    )


def _number(row: Row, field: str) -> Decimal:
    try:
        number = Decimal(row.needed(field).replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise row.fault(field, "is no number", "Write it as 14 or 14.5")
    return number
