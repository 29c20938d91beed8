"""Lines of a journal as a French FEC, the file a company gives to the tax administration.

Decides how the eighteen fields are written; the lines come sorted and balanced. The file holds
what this system entered: an accounting program puts it into the FEC of the whole company.

>>> fec_name("732829320", date(2026, 12, 31))
'732829320FEC20261231.txt'

Source:
    Livre des procédures fiscales, article A47 A-1, VII: fields, order, separators, name.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from dunning_sdk.connectors.journal import JournalLine
from dunning_sdk.domain.money import Money

FIELDS: Final = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
TAB: Final = "\t"
_BREAKS: Final = re.compile(r"[\t|\r\n\x00-\x1f\x7f]+")


def write_fec(lines: Iterable[JournalLine], *, separator: str = TAB) -> str:
    """Return lines as the text of a FEC, in the order given, with the names of the fields first.

    Args:
        lines: All in the currency of the accounts, by day, then entry.
        separator: A tab or ``|``; neither stands in a field.
    """
    rows = [FIELDS, *map(_row, lines)]
    return "".join(separator.join(row) + "\r\n" for row in rows)


def fec_name(siren: str, closed_on: date) -> str:
    """Return the name of the file.

    Args:
        siren: Nine digits.
        closed_on: Last day of the period.
    """
    return f"{siren}FEC{_day(closed_on)}.txt"


def _row(line: JournalLine) -> tuple[str, ...]:
    return (
        _text(line.journal),
        _text(line.journal_name),
        _text(line.number),
        _day(line.booked_on),
        _text(line.account),
        _text(line.account_name),
        _text(line.debtor_id),
        _text(line.debtor_id),
        _text(line.document),
        _day(line.document_on),
        _text(line.text),
        _amount(line.debit_minor, line.currency),
        _amount(line.credit_minor, line.currency),
        "",
        "",
        _day(line.validated_on) if line.validated_on else "",
        "",
        "",
    )


def _text(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _amount(minor: int, currency: str) -> str:
    return str(Money(minor, currency).major).replace(".", ",")
