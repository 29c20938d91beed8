"""What Defacto's webhooks tell: that something changed, and nothing one may believe.

Defacto does not sign its webhooks. A delivery names a loan; what became of it is asked of Defacto,
compared with what was known, and acted on once, whatever the order of deliveries.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk import Engine, Record
from dunning_sdk.connectors.webhook import Delivery, follow_hint
from dunning_sdk.errors import ConnectorInvalidError

from dunning_defacto.financier import DefactoFinancier
from dunning_defacto.options import NAME
from dunning_defacto.record import HAPPENED

_LONGEST: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What Defacto says of one loan now.

    Attributes:
        loan: Its id, the receipt's reference.
        happened: A word of ``financing.`` events: ``submitted``, ``confirmed``, ``paid-out``,
            ``collected``, ``financier-refused``, ``voided``; empty for a status not known yet.
        reason: Defacto's code, where it refuses.
    """

    loan: str
    happened: str
    reason: str = ""


def teller(engine: Engine, *, on: date) -> Callable[[News], None]:
    """Return what records news in an engine, for `follow`; news of nothing known are left out.

    Args:
        engine: Open; it submitted the invoices. Hearing the same twice changes nothing there.
        on: Day the news came.
    """

    def tell(news: News) -> None:
        if news.happened:
            values = {"event": news.happened, "reason": news.reason}
            engine.record(Record(kind="financier-news", on=on, subject=news.loan, values=values))

    return tell


def loan_named(delivery: Delivery) -> str:
    """Return the loan a delivery is about; empty where it is about something else.

    Raises:
        ConnectorInvalidError: It is no notification of Defacto's.
    """
    try:
        data = json.loads(delivery.body)
        kind, id = data["entity_type"], data["id"]
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise _illegible() from exc
    if not (isinstance(id, str) and 0 < len(id) <= _LONGEST):
        raise _illegible()
    return id if kind == "loan" else ""


def follow(
    delivery: Delivery,
    financier: DefactoFinancier,
    *,
    known: Callable[[str], News | None],
    act: Callable[[News], None],
) -> bool:
    """Ask Defacto after a delivery, and act on what is new.

    Args:
        delivery: As it came.
        financier: Whom to ask.
        known: Takes a loan's id; returns what was acted on last, or ``None``.
        act: Called with what Defacto says now, where it is new.

    Returns:
        Whether it was acted on.

    Raises:
        ConnectorInvalidError: It is no notification of Defacto's.
        ConnectorError: Defacto could not be asked; answer the delivery with an error, so that it
            comes again.
    """
    loan = loan_named(delivery)
    if not loan:
        return False
    return follow_hint(lambda: _news(financier, loan), known=known(loan), act=act)


def _news(financier: DefactoFinancier, id: str) -> News | None:
    loan = financier.loan(id)
    if loan is None:
        return None
    happened = HAPPENED.get(loan.status, "")
    return News(loan=loan.id, happened=happened, reason=loan.denial_reason or "")


def _illegible() -> ConnectorInvalidError:
    return ConnectorInvalidError(
        "defacto: a webhook came that is no notification",
        hint="Nothing was done; check who sends it",
        connector=NAME,
        fields={"id": "is missing"},
    )
