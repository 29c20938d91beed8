"""Where the recovery of one receivable stands on a day: what hosts and the command line ask."""

from datetime import date

from dunning_sdk.decisions.recovery_view import Recovery
from dunning_sdk.engine.deciding import Decider
from dunning_sdk.engine.engine import Engine
from dunning_sdk.engine.recovering import recovery, state_on


def recovery_on(engine: Engine, receivable_id: str, *, as_of: date) -> Recovery:
    """Return where the recovery of a receivable stands on a day.

    Args:
        engine: Of the tenant.
        receivable_id: Which.
        as_of: The day; what was recorded later is unseen.

    Raises:
        RecordNotFoundError: No such receivable by that day.
    """
    with engine.store.begin() as session:
        decider = Decider(engine.config, engine.library, session=session, as_of=as_of)
        return recovery(session, decider, state_on(session, receivable_id, as_of))
