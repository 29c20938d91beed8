"""Should new deliveries to a debtor be held back: what one receivable says for it.

The book says after how many days; a hold is proposed to the host, who delivers and decides. What
is disputed, promised or otherwise stopped says nothing for a hold while the stop lasts, insolvency
apart. Debtors are looked at as a whole in `proposals.holding`.
"""

from datetime import date, timedelta

from dunning_sdk.decisions.stop import asked_amount
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.rules.step import Procedure

OVERDUE = "overdue-too-long"
INSOLVENT = "insolvent"


def hold_reason(receivable: Receivable, procedure: Procedure | None, as_of: date) -> str:
    """Return why a receivable speaks for a credit hold on a day; empty where it does not.

    Args:
        receivable: As it stands on the day.
        procedure: Its procedure, which says after how many days; ``None`` for no procedure.
        as_of: The day.

    Source:
        House rule; Code de commerce, article L622-7, for what is owed when proceedings open.
    """
    if procedure is None or procedure.credit_hold_days is None or not receivable.open_amount.minor:
        return ""
    if any(stop.reason is StopReason.INSOLVENT for stop in receivable.stops_on(as_of)):
        return INSOLVENT
    late = as_of >= receivable.due_on + timedelta(days=procedure.credit_hold_days)
    return OVERDUE if late and asked_amount(receivable, as_of).minor else ""


def hold_on(receivable: Receivable, procedure: Procedure | None) -> date | None:
    """Return the day on which a receivable is late enough for a hold; ``None`` where never."""
    if procedure is None or procedure.credit_hold_days is None:
        return None
    return receivable.due_on + timedelta(days=procedure.credit_hold_days)
