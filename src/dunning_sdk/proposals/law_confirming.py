"""What a person confirmed of the law: a value no stored source supports, compared with its source.

A confirmation is of one value; once the value changes, it counts no more.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.law.parameter import Parameter
from dunning_sdk.law.statutes import Statutes
from dunning_sdk.law.wording import amount_text
from dunning_sdk.records.entry import Record, value_of
from dunning_sdk.store.interface import Session

CONFIRMED: Final = "law-confirmed"


def confirm_law(session: Session, entry: Record, statutes: Statutes) -> str:
    """Record that a person compared an unverified value of the law with its source.

    It stands until the value changes.

    Args:
        session: Open transaction.
        entry: Names the parameter and the person.
        statutes: What is known of the law now, with the host's own values.

    Raises:
        ParameterNotFoundError: Unknown parameter; names the nearest.
        DomainError: Nobody is named.
    """
    parameter = statutes.parameter(entry.subject)
    by, value = str(value_of(entry, "by")), _value_text(parameter)
    kept = session.setting(CONFIRMED)
    known: dict[str, JsonValue] = dict(kept) if isinstance(kept, dict) else {}
    known[parameter.id] = {"on": entry.on.isoformat(), "by": by, "value": value}
    session.put_setting(CONFIRMED, known)
    return f"{parameter.id} confirmed by {by}: {value}"


def confirmed_ids(session: Session, as_of: date, statutes: Statutes) -> tuple[str, ...]:
    """Return the ids of parameters a person confirmed by a day, whose value is still the same.

    Args:
        session: Open transaction.
        as_of: The day.
        statutes: What is known of the law now, with the host's own values.
    """
    kept = session.setting(CONFIRMED)
    known = kept if isinstance(kept, dict) else {}
    return tuple(
        id
        for id, said in sorted(known.items())
        if isinstance(said, dict)
        and str(said["on"]) <= as_of.isoformat()
        and _same(id, said, statutes)
    )


def _same(id: str, said: Mapping[str, object], statutes: Statutes) -> bool:
    parameter = statutes.parameters.get(id)
    return parameter is not None and _value_text(parameter) == said["value"]


def _value_text(parameter: Parameter) -> str:
    """Return what is unverified of a parameter in words, to tell whether it changed.

    What a release or a host adds with its source needs no confirmation and ends none.
    """
    weak = [value for value in parameter.values if not value.confidence.verified]
    return "; ".join(
        f"{value.period.start}: {amount_text(parameter, value.amount)}"
        for value in weak or parameter.values
    )
