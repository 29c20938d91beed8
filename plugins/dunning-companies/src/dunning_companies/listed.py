"""Read a list of company numbers from a CSV file, as gazettes hand them out.

Decides that a list which cannot be read whole is an error: a company that is missed would be dealt
with as if it were not listed.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dunning_sdk.errors import ConnectorInvalidError, ConnectorNotFoundError

NAME: Final = "company-list"
# SIREN, or SIRET, which begins with it.
_NUMBER: Final = re.compile(r"(?<!\d)(\d{9})(?:\d{5})?(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberList:
    """A CSV file with a column of SIREN or SIRET.

    Attributes:
        path: The file.
        column: Header of the column; a cell may hold several numbers, with blanks inside.
        delimiter: Between columns.
        encoding: Of the file.
    """

    path: Path
    column: str
    delimiter: str = ";"
    encoding: str = "utf-8-sig"

    def numbers(self) -> frozenset[str]:
        """Return every SIREN in the column; an empty cell names none.

        Raises:
            ConnectorNotFoundError: The file cannot be opened.
            ConnectorInvalidError: It has no such column, or a cell holds something else.
        """
        try:
            with self.path.open(newline="", encoding=self.encoding) as file:
                rows = csv.DictReader(file, delimiter=self.delimiter)
                if self.column not in (rows.fieldnames or ()):
                    raise self._fault(1, f"has no column {self.column}")
                return frozenset(number for row in rows for number in self._of(row, rows.line_num))
        except OSError as exc:
            raise ConnectorNotFoundError(
                f"{NAME}: {self.path.name} cannot be opened: {exc.strerror}",
                hint="Check the path in [companies]",
                connector=NAME,
            ) from exc
        except (UnicodeDecodeError, LookupError, csv.Error, TypeError) as exc:
            raise self._fault(1, f"cannot be read ({type(exc).__name__})") from exc

    def _of(self, row: dict[str, str], line: int) -> list[str]:
        cell = "".join((row[self.column] or "").split())
        found: list[str] = _NUMBER.findall(cell)
        if cell and not found:
            raise self._fault(line, "holds something else than a SIREN or SIRET")
        return found

    def _fault(self, line: int, text: str) -> ConnectorInvalidError:
        return ConnectorInvalidError(
            f"{NAME}: {self.path.name}:{line}: {text}",
            hint="Check column, delimiter and encoding in [companies]",
            connector=NAME,
            fields={self.column: text},
        )
