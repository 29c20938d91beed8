"""What may be financed, row by row, as plain values, lines of CSV, or batches of Arrow.

The module decides what is told of a row. Amounts are minor units of the row's currency; ``rules``
names every row of every table that held, as ``rule:row``, 0 where ``otherwise`` decided.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from dunning_sdk.bulk.financing import Part
from dunning_sdk.bulk.rows import Array
from dunning_sdk.errors import ConfigError
from dunning_sdk.portfolio.columns import grouped
from dunning_sdk.portfolio.financed import OUTCOMES, SAID, SUMS
from dunning_sdk.portfolio.outcome import NO_AMOUNT

if TYPE_CHECKING:
    import pyarrow as pa

FIELDS: Final = (
    "id", "debtor_id", "outcome", "currency", "total_minor",
    *(f"{name}_minor" for name in SUMS), *SAID, "rules",
)  # fmt: skip
_LISTS: Final = ("reasons", "rules")


class Writer(Protocol):
    """Writes parts to a file that was opened."""

    def write(self, part: Part, *, refused: bool) -> int:
        """Write the rows of a part; return how many."""

    def close(self) -> None:
        """Write what is left, and close the file."""


def columns_told(part: Part, *, refused: bool) -> dict[str, Sequence[Any]]:
    """Return what is told of rows, by the names of `FIELDS`; ``None`` for no amount.

    Args:
        part: As it was decided.
        refused: Whether rows that may not be financed are told as well.
    """
    outcome, currency = part.outcome, part.columns["currency"]
    rows = np.arange(outcome.size) if refused else outcome.rows_financed
    places = rows.tolist()
    told: dict[str, Sequence[Any]] = {
        "id": [part.ids[at] for at in places],
        "debtor_id": [part.debtor_ids[at] for at in places],
        "outcome": [OUTCOMES[at] for at in outcome.verdict[rows].tolist()],
        "currency": [currency.words[at] for at in currency.values[rows].tolist()],
        "total_minor": part.columns["invoice.total"].values[rows].tolist(),
    }
    for name in SUMS:
        minor = outcome.sums[name][rows].tolist()
        told[f"{name}_minor"] = [None if one == NO_AMOUNT else one for one in minor]
    for name in SAID:
        words = outcome.words[name]
        told[name] = [words[at] for at in outcome.said[name][rows].tolist()]
    return told | {"rules": _held(part, rows)}


def _held(part: Part, rows: Array) -> list[tuple[str, ...]]:
    """Return for each row the rows of the tables that held."""
    answers = {rule: codes[rows] for rule, codes in part.outcome.answers.items()}
    if not answers or not len(rows):
        return [()] * len(rows)
    first, which = grouped(*answers.values())
    said = []
    for at in first.tolist():
        held = [
            f"{rule}:{number}"
            for rule, codes in answers.items()
            if codes[at] >= 0
            for number in part.outcome.answered[rule][int(codes[at])].rows
        ]
        said.append(tuple(held))
    return [said[at] for at in which.tolist()]


def records(part: Part, *, refused: bool = False) -> Iterator[dict[str, Any]]:
    """Yield rows as plain values.

    Args:
        part: As it was decided.
        refused: Whether rows that may not be financed are told as well.
    """
    told = columns_told(part, refused=refused)
    for row in zip(*(told[name] for name in FIELDS), strict=True):
        yield dict(zip(FIELDS, row, strict=True))


class _Lines:
    """Writes lines of JSON, or of CSV with a head."""

    def __init__(self, path: Path, *, is_csv: bool) -> None:
        self._file: io.TextIOWrapper = path.open("w", encoding="utf-8", newline="")
        self._csv = csv.DictWriter(self._file, FIELDS, lineterminator="\n") if is_csv else None
        if self._csv:
            self._csv.writeheader()

    def write(self, part: Part, *, refused: bool) -> int:
        rows = list(records(part, refused=refused))
        for row in rows:
            if self._csv is None:
                self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
            else:
                self._csv.writerow(row | {name: " ".join(row[name]) for name in _LISTS})
        return len(rows)

    def close(self) -> None:
        self._file.close()


class _Batches:
    """Writes an Arrow file, one batch for each part."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa

        self._schema = pa.schema([(name, _type(name)) for name in FIELDS])
        self._file = pa.OSFile(str(path), "wb")
        self._writer: Any = pa.ipc.new_file(self._file, self._schema)

    def write(self, part: Part, *, refused: bool) -> int:
        import pyarrow as pa

        told: Mapping[str, Sequence[Any]] = columns_told(part, refused=refused)
        batch = pa.RecordBatch.from_pydict(dict(told), schema=self._schema)
        self._writer.write_batch(batch)
        return int(batch.num_rows)

    def close(self) -> None:
        self._writer.close()
        self._file.close()


def _type(name: str) -> "pa.DataType":
    import pyarrow as pa

    if name.endswith("_minor"):
        return pa.int64()
    return pa.list_(pa.string()) if name in _LISTS else pa.string()


def writer_of(path: Path, form: str) -> Writer:
    """Open a file for rows.

    Args:
        path: Written anew.
        form: ``csv``, ``jsonl`` or ``arrow``.

    Raises:
        ConfigError: The form is none of these, or the file cannot be opened.
    """
    if form not in ("csv", "jsonl", "arrow"):
        message = f"Rows are not written as {form or 'a file without an ending'}"
        raise ConfigError(message, hint="Name the file .csv, .jsonl or .arrow.")
    try:
        return _Batches(path) if form == "arrow" else _Lines(path, is_csv=form == "csv")
    except OSError as problem:
        message = f"{path} cannot be written: {problem.strerror}"
        raise ConfigError(message, hint="Choose another folder.") from problem
