"""Lines of a journal on their way to an accounting program, as CSV.

Records and one format; which lines there are is decided by `engine.accounting`, the French form
is left to `fec`.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One line of an entry.

    Attributes:
        journal: Code of the journal.
        journal_name: Its name.
        number: Of the entry; its lines share it.
        booked_on: Day it is booked.
        account: Number in the host's chart.
        account_name: Its name there.
        role: The neutral account.
        debtor_id: Whose account it is, for claims and money of a debtor; empty otherwise.
        receivable_id: What it is about.
        document: What it rests on.
        document_on: Day of that.
        text: What the entry is, in a few words.
        debit_minor: In minor units, not negative.
        credit_minor: In minor units, not negative; one of the two is zero.
        currency: ISO 4217.
        validated_on: Day its period was closed; ``None`` while that is open.
    """

    journal: str
    journal_name: str
    number: str
    booked_on: date
    account: str
    account_name: str
    role: str
    debtor_id: str
    receivable_id: str
    document: str
    document_on: date
    text: str
    debit_minor: int
    credit_minor: int
    currency: str
    validated_on: date | None = None


COLUMNS: Final = (
    "journal", "number", "booked_on", "account", "account_name", "role", "debtor", "receivable",
    "document", "document_on", "text", "debit", "credit", "currency",
    "validated_on",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write_journal_csv(lines: Iterable[JournalLine]) -> str:
    """Return lines as CSV with commas, amounts in major units with a point.

    A text that a spreadsheet would take for a formula has an apostrophe before it.

    Source:
        OWASP, CSV injection.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(
            [
                *map(harmless, (line.journal, line.number)),
                line.booked_on.isoformat(),
                *map(
                    harmless,
                    (
                        line.account,
                        line.account_name,
                        line.role,
                        line.debtor_id,
                        line.receivable_id,
                        line.document,
                    ),
                ),
                line.document_on.isoformat(),
                harmless(line.text),
                str(Money(line.debit_minor, line.currency).major),
                str(Money(line.credit_minor, line.currency).major),
                line.currency,
                line.validated_on.isoformat() if line.validated_on else "",
            ]
        )
    return out.getvalue()


def harmless(text: str) -> str:
    """Return a text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
