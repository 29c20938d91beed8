"""One record, taken to whoever knows its kind; then its financing, if it has one, goes on."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from dunning_sdk.engine.deciding import Decider
from dunning_sdk.engine.entry import Record
from dunning_sdk.engine.expecting import confirm_act
from dunning_sdk.engine.financings import Financings
from dunning_sdk.engine.following import follow_record
from dunning_sdk.engine.law_confirming import confirm_law
from dunning_sdk.engine.posting import record_delivery
from dunning_sdk.engine.recording import record
from dunning_sdk.engine.recovery_records import choose_period, record_recovery
from dunning_sdk.engine.sideways import record_financing
from dunning_sdk.store.interface import Session

BY_LAW: Final[Mapping[str, Callable[[Session, Record, Decider], str]]] = MappingProxyType(
    {
        "delivery": record_delivery,
        "recovery": record_recovery,
        "limitation-period": choose_period,
        "law-confirmed": confirm_law,
    }
)
"""Kinds of record that the law, as the host has it, has a say in."""


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
    elif entry.kind in BY_LAW:
        said = BY_LAW[entry.kind](session, entry, decider())
    else:
        said = record_financing(financings, entry) or record(session, entry)
    follow_record(financings, entry)
    return said
