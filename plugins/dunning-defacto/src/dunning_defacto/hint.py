"""What Defacto's webhooks tell: that something changed, and nothing one may believe.

Defacto does not sign its webhooks. A delivery names a loan; what became of it is asked of Defacto,
compared with what was known, and acted on once, whatever the order of deliveries.
"""

import json
from collections.abc import Callable
from typing import Final

from dunning_sdk.connectors.webhook import Delivery, follow_hint
from dunning_sdk.errors import ConnectorInvalidError
from dunning_sdk.recording.financier_hint import FinancierNews as News
from dunning_sdk.recording.financier_hint import teller as teller

from dunning_defacto.financier import DefactoFinancier
from dunning_defacto.options import NAME
from dunning_defacto.record import HAPPENED

_LONGEST: Final = 64


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
    return News(reference=loan.id, happened=happened, reason=loan.denial_reason or "")


def _illegible() -> ConnectorInvalidError:
    return ConnectorInvalidError(
        "defacto: a webhook came that is no notification",
        hint="Nothing was done; check who sends it",
        connector=NAME,
        fields={"id": "is missing"},
    )
