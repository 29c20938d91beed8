"""What a financier says of one financing after a webhook hinted at it, told to an engine.

For connectors whose financier signs no webhook: each asks what became of the financing and makes a
`FinancierNews` of the answer. What follows of it is decided by the record `financier-news`.

>>> told = []
>>> class Host:
...     def record(self, entry):
...         told.append(entry)
...         return ""
>>> tell = teller(Host(), on=date(2026, 3, 6))
>>> tell(FinancierNews(reference="loan-7", happened="paid-out"))
>>> [(entry.kind, entry.subject) for entry in told]
[('financier-news', 'loan-7')]
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from dunning_sdk.records.entry import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancierNews:
    """What a financier says of one financing now.

    Attributes:
        reference: Of its receipt, as the financier knows it.
        happened: A word of ``financing.`` events, such as ``submitted``, ``confirmed``,
            ``paid-out``, ``collected``, ``financier-refused``, ``voided``; empty for a status not
            known yet.
        reason: The financier's own word, where it refuses or voids.
    """

    reference: str
    happened: str
    reason: str = ""


class Recorder(Protocol):
    """What takes records, such as an engine."""

    def record(self, entry: Record) -> str:
        """Take a record, and say what changed."""


def teller(engine: Recorder, *, on: date) -> Callable[[FinancierNews], None]:
    """Return what records news in an engine; news of nothing known are left out.

    Args:
        engine: Open; it submitted the invoices. Hearing the same twice changes nothing there.
        on: Day the news came.
    """

    def tell(news: FinancierNews) -> None:
        if news.happened:
            values = {"event": news.happened, "reason": news.reason}
            entry = Record(kind="financier-news", on=on, subject=news.reference, values=values)
            engine.record(entry)

    return tell
