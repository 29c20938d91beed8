"""Write an invoice anew in place of one that was issued, which a credit note cancels.

Decides what the new invoice says. Who is paid by it, and whether it is split, is left to others.
"""

from dataclasses import replace
from datetime import date

from dunning_sdk.decisions.split_text import split_text
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.errors import InvalidSplitError


def reissued(
    issued: Invoice, *, issued_on: date, due_on: date | None = None, language: str = ""
) -> Invoice:
    """Return the invoice that stands for an issued one; not numbered yet, and referring to it.

    Args:
        issued: The invoice, with its number.
        issued_on: Day the new one is dated.
        due_on: When it is due; ``None`` keeps the invoice's date.
        language: ``en``, ``fr`` or ``de``, of the text added; empty for the debtor's.

    Raises:
        InvalidSplitError: The due date would lie before the issue; the hint says what to do.

    Source:
        House rule; EN 16931 BG-3 (preceding invoice).
    """
    texts = split_text(language or issued.debtor.language)
    replaces = texts.replaces.format(number=issued.number)
    fresh = replace(
        issued,
        number="",
        issued_on=issued_on,
        due_on=due_on or issued.due_on,
        preceding=issued.number,
        note="\n".join(note for note in (issued.note, replaces) if note),
    )
    if fresh.due_on is not None and fresh.due_on < issued_on:
        raise InvalidSplitError(
            f"Invoice {issued.number} was due on {fresh.due_on}, before its parts are issued",
            hint="Agree a later due date and give it as due_on",
        )
    return fresh
