"""Bring a list of companies that the State sanctioned for late payment in from a CSV file.

Decides how a row makes a company. The State publishes the list as pages, so the file is made by
hand or by a host; who on it is a client is left to the engine.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dunning_sdk.connectors.csv_mapping import CsvSanctionMapping
from dunning_sdk.connectors.csv_reader import read_csv
from dunning_sdk.connectors.csv_row import Row, rows_of
from dunning_sdk.connectors.interface import Batch, Sanction, SanctionSource
from dunning_sdk.connectors.local_file import read_bytes
from dunning_sdk.connectors.one_by_one import sound

_CONNECTOR: Final = "csv-sanctions"
_REGISTRATION: Final = re.compile(r"[0-9A-Za-z]{6,20}")


@dataclass(frozen=True, slots=True)
class CsvSanctionSource(SanctionSource):
    """Sanctioned companies, one per row of a CSV file.

    Attributes:
        path: The file.
        mapping: How it is written.
    """

    path: Path
    mapping: CsvSanctionMapping

    def fetch(self) -> Batch[Sanction]:
        """Return every sound row, and one problem per row that is none.

        Raises:
            ConnectorError: The file cannot be read.
            ConfigError: A declared column is not in the file.
        """
        content = read_bytes(self.path, connector=_CONNECTOR)
        table = read_csv(content, self.mapping, source=self.path.name)
        problems = list(table.problems)
        records = sound(rows_of(table, self.mapping), _to_domain, problems)
        problems.sort(key=lambda problem: problem.line or 0)
        return Batch(
            records=tuple(records),
            problems=tuple(problems),
            complete_until=self.mapping.complete_until,
        )


def _to_domain(row: Row) -> Sanction:
    registration = "".join(row.text("registration").split())
    if not _REGISTRATION.fullmatch(registration):
        raise row.fault("registration", "is no company number", "Write letters and digits only")
    published_on = row.day("published_on")
    if published_on is None:
        raise row.fault("published_on", "is empty", "Give the day of publication")
    source = row.text("source")
    if not source:
        raise row.fault("source", "is empty", "Say where the sanction is published")
    return Sanction(
        registration=registration,
        name=row.text("name"),
        published_on=published_on,
        source=source,
    )
