"""Read the cells of one CSV row as dates, amounts, codes and texts.

Decides how each kind of cell is written; which cells make an invoice or a payment is left to
`csv_invoices` and `csv_payments`. Text that looks like a spreadsheet formula stays text. No
message repeats a cell, since a wrongly declared column may hold personal data.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from dunning_sdk.connectors.csv_mapping import CsvMapping
from dunning_sdk.connectors.csv_reader import RawRow, Table
from dunning_sdk.domain.money import Money, parse_amount
from dunning_sdk.domain.party import is_iban
from dunning_sdk.errors import DomainError, InputError

_YES: Final = frozenset(("1", "j", "ja", "o", "on", "oui", "true", "vrai", "wahr", "x", "y", "yes"))
_NO: Final = frozenset(("0", "f", "false", "falsch", "faux", "n", "nein", "no", "non", "off"))
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MIDNIGHT: Final = re.compile(r"[ T]00:00(:00(\.0+)?)?Z?$")
_BETWEEN_WORDS: Final = re.compile(r"[\s,;]+")
_EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
_EXAMPLES: Final = MappingProxyType(
    {"iso": "2026-03-31", "day_first": "31/03/2026", "month_first": "3/31/2026"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, read by field names of the record.

    Attributes:
        source: Label of the file.
        mapping: How the file is written.
        raw: The row as it stands.
        positions: Field to index of its cell.
    """

    source: str
    mapping: CsvMapping
    raw: RawRow
    positions: Mapping[str, int]

    def fault(self, field: str, problem: str, hint: str) -> InputError:
        """Return the error that this row's field has; the caller raises it."""
        column = self.mapping.columns.get(field, field)
        return InputError(problem, hint=hint, source=self.source, line=self.raw.line, field=column)

    def declares(self, field: str) -> bool:
        """Tell whether a field has a column or a constant."""
        return field in self.positions or field in self.mapping.constants

    def text(self, field: str) -> str:
        """Return the text of a field in one line; empty where it is not declared."""
        position = self.positions.get(field)
        constant = self.mapping.constants.get(field, "")
        cell = constant if position is None else self.raw.cells[position]
        return " ".join(cell.split())

    def needed(self, field: str) -> str:
        """Return the text of a field that may not be empty."""
        text = self.text(field)
        if not text:
            raise self.fault(field, "is empty", "Fill it in")
        return text

    def day(self, field: str) -> date | None:
        """Return the date in a field; ``None`` where it is empty."""
        text = self.text(field)
        if not text:
            return None
        parts = _date_parts(_MIDNIGHT.sub("", text), self.mapping)
        try:
            return date(*parts)
        except (TypeError, ValueError):
            example = _EXAMPLES[self.mapping.dates]
            hint = f"Write it like {example}, or declare another order in 'dates'"
            raise self.fault(field, "is not a date", hint) from None

    def money(self, field: str, currency: str) -> Money | None:
        """Return the amount in a field, in major units; ``None`` where it is empty."""
        text = self.text(field)
        if not text:
            return None
        try:
            exact = parse_amount(text, decimal_mark=self.mapping.decimal_mark)
            return Money.from_major(exact, currency)
        except DomainError as exc:
            raise self.fault(field, exc.message, exc.hint or "Correct it") from exc

    def currency(self, field: str = "currency") -> str:
        """Return the ISO 4217 code in a field."""
        code = self.needed(field).upper()
        try:
            return Money(0, code).currency
        except DomainError as exc:
            hint = "Write the three letters of ISO 4217, such as EUR"
            raise self.fault(field, "is not a known currency", hint) from exc

    def flag(self, field: str) -> bool | None:
        """Return yes or no; ``None`` where the field is empty."""
        text = self.text(field).casefold()
        if text and text not in _YES | _NO:
            raise self.fault(field, "is neither yes nor no", "Write yes or no")
        return text in _YES if text else None

    def number(self, field: str, *, largest: int) -> int | None:
        """Return a whole number from zero up; ``None`` where the field is empty."""
        text = self.text(field)
        if not text:
            return None
        if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > largest:
            hint = f"Write a whole number from 0 to {largest}"
            raise self.fault(field, "is not a number that fits", hint)
        return int(text)

    def letters(self, field: str, *, what: str) -> str:
        """Return a code of two letters, in capitals; empty where the field is.

        Args:
            field: Field of the record.
            what: What the code is, for the message.
        """
        code = self.text(field).upper()
        if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise self.fault(field, f"is not {what}", "Write its two letters, such as FR")
        return code

    def email(self, field: str) -> str:
        """Return an e-mail address; empty where the field is."""
        text = self.text(field)
        if text and not _EMAIL.fullmatch(text):
            hint = "Write one address, such as accounts@example.com"
            raise self.fault(field, "is not an e-mail address", hint)
        return text

    def iban(self, field: str) -> str:
        """Return an IBAN without blanks, in capitals; empty where the field is."""
        compact = "".join(self.text(field).split()).upper()
        if compact and not is_iban(compact):
            raise self.fault(field, "is not a correct IBAN", "Compare it with its source")
        return compact


def words_in(row: Row, field: str) -> tuple[str, ...]:
    """Return the words of a field, parted by blanks, commas or semicolons, each once."""
    words = _BETWEEN_WORDS.split(row.text(field))
    return tuple(dict.fromkeys(word for word in words if word))


def pairs_in(row: Row, field: str) -> tuple[tuple[str, str], ...]:
    """Return pairs written as ``telegram:12345``, parted as words are."""
    parts = [word.partition(":") for word in words_in(row, field)]
    if not all(name and value for name, _, value in parts):
        hint = "Write channel and name, such as telegram:12345"
        raise row.fault(field, "holds no pairs of a channel and a name", hint)
    return tuple((name, value) for name, _, value in parts)


def rows_of(table: Table, mapping: CsvMapping) -> list[Row]:
    """Return the rows of a table, ready to be read by field."""
    return [
        Row(source=table.source, mapping=mapping, raw=raw, positions=table.positions)
        for raw in table.rows
    ]


def _date_parts(text: str, mapping: CsvMapping) -> tuple[int, ...]:
    """Return year, month and day, or nothing where the text is no date."""
    if mapping.dates == "iso":
        match = _ISO.fullmatch(text)
        return tuple(map(int, match.groups())) if match and text.isascii() else ()
    marks = re.escape(mapping.date_separators)
    match = re.fullmatch(rf"(\d{{1,2}})([{marks}])(\d{{1,2}})\2(\d{{4}})", text, re.ASCII)
    if match is None:
        return ()
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    day_first = mapping.dates == "day_first"
    return (year, second, first) if day_first else (year, first, second)
