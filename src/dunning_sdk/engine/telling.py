"""One record, taken to whoever knows its kind; then its financing, if it has one, goes on."""

from collections.abc import Callable

from dunning_sdk.engine.deciding import Decider
from dunning_sdk.engine.entry import Record
from dunning_sdk.engine.expecting import confirm_act
from dunning_sdk.engine.financings import Financings
from dunning_sdk.engine.following import follow_record
from dunning_sdk.engine.recording import record
from dunning_sdk.engine.recovery_records import record_recovery
from dunning_sdk.engine.sideways import record_financing


def tell(financings: Financings, entry: Record, decider: Callable[[], Decider]) -> str:
    """Store one record and return a line that says what changed.

    Args:
        financings: Bound to the transaction and the day of the record.
        entry: As `entry.check_entry` lets it pass.
        decider: Builds a decider for that day.

    Raises:
        DomainError: A value is missing or wrong; nothing was changed.
        InvalidTransitionError: The state does not allow it; says what it allows.
        RecordNotFoundError: The subject is unknown; names the nearest.
    """
    session = financings.session
    if entry.kind == "act":
        said = confirm_act(session, entry, decider(), financings.config)
    elif entry.kind == "recovery":
        said = record_recovery(session, entry, decider())
    else:
        said = record_financing(financings, entry) or record(session, entry)
    follow_record(financings, entry)
    return said
