"""All that a table may read about a debtor's past, of one day and one currency.

Pure: it puts together the signals of a book, the debtor's payment history and his score. What is
remembered of him for spacing is `decisions.case.DebtorHistory`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from dunning_sdk.decisions.history import payment_history
from dunning_sdk.decisions.occurrence import occurrences_of
from dunning_sdk.decisions.payer_score import PayerScore, score_facts
from dunning_sdk.domain.occurrence import Occurrence
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.rules.pattern import Pattern
from dunning_sdk.rules.signal import Signal, fold_signals

PAST: Final = ("history", "payer_score", "signal")
"""First parts of the names of the facts that are about a debtor's past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorPast:
    """What is known of a debtor's past on a day.

    Attributes:
        facts: Nested, by `PAST`; empty where no table asks.
        signals: Each with what made it, in the order of the book.
        changes_on: First day ahead on which any of it changes by itself; ``None`` for never.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ()
    changes_on: date | None = None


def debtor_past(
    receivables: Sequence[Receivable],
    *,
    as_of: date,
    currency: str,
    patterns: Iterable[Pattern] = (),
    scores: Sequence[PayerScore] = (),
    more: Sequence[Occurrence] = (),
) -> DebtorPast:
    """Return what is known of a debtor's past.

    Args:
        receivables: All of one debtor, as they stand on the day.
        as_of: The day.
        currency: Of the decision.
        patterns: What the book looks for.
        scores: What agencies said, in the order recorded.
        more: What happened to the debtor himself, such as his replies.
    """
    signals = fold_signals(patterns, (*occurrences_of(receivables), *more), as_of)
    history = payment_history(receivables, as_of, currency=currency)
    score, score_changes_on = score_facts(scores, as_of)
    edges = [history.changes_on, score_changes_on, *(one.changes_on for one in signals.values())]
    return DebtorPast(
        facts={
            "history": history.facts(),
            "payer_score": score,
            "signal": {name: one.value for name, one in signals.items()},
        },
        signals=tuple(signals.values()),
        changes_on=min((day for day in edges if day is not None), default=None),
    )
