"""Projections as JSON: a receivable written and read back exactly as it was.

The module decides the shape of a projection's text; `fold` decides what is in it. A projection
can always be built again from events, so its shape may change with any release.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from dunning_sdk.domain.charge import Charge, ChargeKind, Movement, MovementKind
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable
from dunning_sdk.domain.stop import DatedAmount, Stop, StopReason
from dunning_sdk.errors import StoreError
from dunning_sdk.store.canonical import canonical, parse_object

# The fields by how they are written; a test compares them with the records.
TEXTS: Final = (
    "id", "invoice_number", "debtor_id", "creditor_id", "kind", "part_of", "payee",
    "financier_id", "contract_kind", "reminders", "channel", "imported_level", "book_hash",
    "cycle", "paid_minor", "credited_minor", "absorbed_minor",
)  # fmt: skip
DAYS: Final = (
    "issued_on", "due_on", "entered_on", "imported_notice_on", "cycle_started_on", "last_event_on",
)  # fmt: skip
STOP_TEXTS: Final = (
    "id", "owner", "amount_minor", "category", "part", "agreed", "promised_minor", "grace_days",
    "outcome",
)  # fmt: skip
STOP_DAYS: Final = ("placed_on", "until_on", "ask_again_on", "lifted_on")
STOP_DATED: Final = ("installments", "settlements")
ACT_TEXTS: Final = (
    "act_id", "step_id", "procedure_id", "level", "cycle", "occurrence", "attempt",
    "legal_effect", "is_notice",
)  # fmt: skip
ACT_DAYS: Final = ("on",)
CHARGE_TEXTS: Final = (
    "assessed_minor", "paid_minor", "waived_minor", "is_waived",
)  # fmt: skip
CHARGE_DAYS: Final = ("until_on",)
MOVEMENT_TEXTS: Final = ("minor",)
MOVEMENT_DAYS: Final = ("on",)


def encode(receivable: Receivable) -> str:
    """Return a receivable as canonical JSON."""
    written = _write(receivable, TEXTS, DAYS)
    written["amount"] = [receivable.amount.minor, receivable.amount.currency]
    written["stops"] = [_stop_out(stop) for stop in receivable.stops]
    written["acts"] = [_act_out(act) for act in receivable.acts]
    written["movements"] = [_movement_out(movement) for movement in receivable.movements]
    written["charges"] = [_charge_out(charge) for charge in receivable.charges]
    return canonical(written)


def decode(text: str) -> Receivable:
    """Return the receivable `encode` wrote.

    Raises:
        StoreError: The text was written by another version, or changed.
    """
    written: dict[str, Any] = parse_object(text)
    try:
        minor, currency = written["amount"]
        return Receivable(
            **_read(written, TEXTS, DAYS),
            amount=Money(minor, currency),
            stops=tuple(map(_stop_in, written["stops"])),
            acts=tuple(map(_act_in, written["acts"])),
            movements=tuple(map(_movement_in, written["movements"])),
            charges=tuple(map(_charge_in, written["charges"])),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise StoreError(
            f"The projection of receivable {written.get('id')} cannot be read",
            hint="Run `dunning doctor` to build it again from its events",
        ) from exc


def day_text(day: date | None) -> str | None:
    """Return a day as ISO 8601 text, which sorts as the day does."""
    return None if day is None else day.isoformat()


def day_of(text: str | None) -> date | None:
    """Return the day `day_text` wrote."""
    return None if text is None else date.fromisoformat(text)


def _stop_out(stop: Stop) -> JsonValue:
    written = {**_write(stop, STOP_TEXTS, STOP_DAYS), "reason": stop.reason.value}
    for name in STOP_DATED:
        dated: tuple[DatedAmount, ...] = getattr(stop, name)
        if dated:
            written[name] = [[day_text(one.on), one.minor] for one in dated]
    return written


def _stop_in(written: dict[str, Any]) -> Stop:
    return Stop(
        **_read(written, STOP_TEXTS, STOP_DAYS),
        installments=_dated(written.get("installments", ())),
        settlements=_dated(written.get("settlements", ())),
        reason=StopReason(written["reason"]),
    )


def _dated(pairs: Iterable[tuple[str, int]]) -> tuple[DatedAmount, ...]:
    return tuple(DatedAmount(on=date.fromisoformat(day), minor=minor) for day, minor in pairs)


def _act_out(act: ActRecord) -> JsonValue:
    return {**_write(act, ACT_TEXTS, ACT_DAYS), "status": act.status.value}


def _act_in(written: dict[str, Any]) -> ActRecord:
    return ActRecord(**_read(written, ACT_TEXTS, ACT_DAYS), status=ActStatus(written["status"]))


def _movement_out(movement: Movement) -> JsonValue:
    return {**_write(movement, MOVEMENT_TEXTS, MOVEMENT_DAYS), "kind": movement.kind.value}


def _movement_in(written: dict[str, Any]) -> Movement:
    return Movement(
        **_read(written, MOVEMENT_TEXTS, MOVEMENT_DAYS), kind=MovementKind(written["kind"])
    )


def _charge_out(charge: Charge) -> JsonValue:
    return {**_write(charge, CHARGE_TEXTS, CHARGE_DAYS), "kind": charge.kind.value}


def _charge_in(written: dict[str, Any]) -> Charge:
    return Charge(**_read(written, CHARGE_TEXTS, CHARGE_DAYS), kind=ChargeKind(written["kind"]))


def _write(record: object, texts: tuple[str, ...], days: tuple[str, ...]) -> dict[str, JsonValue]:
    written: dict[str, JsonValue] = {name: getattr(record, name) for name in texts}
    for name in days:
        written[name] = day_text(getattr(record, name))
    return written


def _read(
    written: Mapping[str, Any], texts: tuple[str, ...], days: tuple[str, ...]
) -> dict[str, Any]:
    record = {name: written[name] for name in texts}
    read: Callable[[str], date] = date.fromisoformat
    for name in days:
        text = written[name]
        record[name] = None if text is None else read(text)
    return record
